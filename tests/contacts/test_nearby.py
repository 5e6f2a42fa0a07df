import numpy as np
import pytest

import ros1struct as rs
from ros1struct.contacts.nearby import KINDS, kind_reach, sidechain_kinds
from ros1struct.errors import InputError
from synthetic import atom, complex_of

# (class, donor, acceptor, charge) of the kinds of atom that matter.
AMIDE_N = ("N", True, False, 0)
AMMONIUM = ("N", True, False, 1)
CARBOXYLATE = ("O", False, True, -1)
CARBONYL = ("O", False, True, 0)
HYDROXYL = ("OH", True, True, 0)
THIOL = ("S", True, True, 0)
METHYL = ("C4", False, False, 0)
ARENE = ("C3H1", False, False, 0)
CHLORINE = ("Cl", False, False, 0)
PHOSPHORUS = ("P", False, False, 0)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (AMIDE_N, CARBONYL, {"hydrogen bond": 3.5}),
        (HYDROXYL, HYDROXYL, {"hydrogen bond": 3.5}),
        (AMIDE_N, AMMONIUM, {}),  # two donors
        (CARBONYL, CARBONYL, {}),  # two acceptors
        (CARBONYL, CARBOXYLATE, {}),
        (AMMONIUM, CARBOXYLATE, {"salt bridge": 4.5, "hydrogen bond": 3.5}),
        (AMMONIUM, AMMONIUM, {}),  # like charges
        (CARBOXYLATE, CARBOXYLATE, {}),
        (AMMONIUM, CARBONYL, {"hydrogen bond": 3.5}),  # one charge is no salt bridge
        (THIOL, CARBONYL, {"hydrogen bond": 4.0}),  # sulphur reaches farther
        (THIOL, AMIDE_N, {"hydrogen bond": 4.0}),
        (THIOL, METHYL, {"hydrophobic": 4.5}),
        (METHYL, ARENE, {"hydrophobic": 4.5}),
        (CHLORINE, METHYL, {"hydrophobic": 4.5}),
        (METHYL, CARBONYL, {}),
        (METHYL, AMIDE_N, {}),
        (PHOSPHORUS, METHYL, {}),
    ],
)
def test_which_atoms_make_which_contact_and_how_far(first, second, expected):
    for one, other in ((first, second), (second, first)):
        arrays = [np.array([x]) for x in other[:3]] + [np.array([other[3]], dtype=np.int8)]
        found = {k: float(kind_reach(k, *one, *arrays)[0]) for k in KINDS}
        assert found == {k: expected.get(k, 0.0) for k in KINDS}


def made(first, second, distance):
    def one(kind, xyz):
        united, donor, acceptor, charge = kind
        return atom(united, xyz, donor=donor, acceptor=acceptor, charge=charge)

    return complex_of([one(first, (0, 0, 0))], [one(second, (distance, 0, 0))])


@pytest.mark.parametrize(
    ("first", "second", "distance", "kinds"),
    [
        (AMIDE_N, CARBONYL, 3.5, "hydrogen bond"),
        (AMIDE_N, CARBONYL, 3.51, ""),
        (THIOL, CARBONYL, 4.0, "hydrogen bond"),
        (THIOL, CARBONYL, 4.01, ""),
        (AMMONIUM, CARBOXYLATE, 3.0, "salt bridge, hydrogen bond"),
        (AMMONIUM, CARBOXYLATE, 4.5, "salt bridge"),
        (METHYL, ARENE, 4.5, "hydrophobic"),
    ],
)
def test_the_reach_of_a_kind_is_inclusive(first, second, distance, kinds):
    table = rs.contacts(made(first, second, distance))
    assert table["kinds"].tolist() == [kinds]


def test_the_cut_off_is_inclusive():
    complex = made(METHYL, METHYL, 5.0)
    assert len(rs.contacts(complex, cutoff=5.0)) == 1
    assert len(rs.contacts(complex, cutoff=4.999)) == 0


def test_a_kind_that_reaches_beyond_the_cut_off_is_not_listed():
    assert rs.contacts(made(METHYL, METHYL, 4.0), cutoff=3.9).empty


def test_no_contact_is_an_empty_table_with_all_columns():
    far, near = rs.contacts(made(METHYL, METHYL, 30.0)), rs.contacts(made(METHYL, METHYL, 4.0))
    assert list(far.columns) == list(near.columns)


@pytest.mark.parametrize("cutoff", [0, -1, float("nan")])
def test_a_cut_off_that_is_no_distance_is_refused(cutoff):
    with pytest.raises(InputError, match=r"cutoff must be a (positive |number)"):
        rs.contacts(rs.load("2WGJ"), cutoff=cutoff)


# Hinge hydrogen bonds of MET: crizotinib's aminopyridine with P1158 O and M1160 N (Cui JJ et al.
# J Med Chem 2011, 54:6342); foretinib's quinoline with M1160 N and its amide with D1222 N
# (Qian F et al. Cancer Res 2009, 69:8009).
@pytest.mark.parametrize(
    ("name", "residue", "atom_name", "klifs", "distance"),
    [
        ("2WGJ", "P1158", "O", "hinge:46", 3.05),
        ("2WGJ", "M1160", "N", "hinge:48", 2.9),
        ("3LQ8", "M1160", "N", "hinge:48", 3.05),
        ("3LQ8", "D1222", "N", "xDFG:81", 3.12),
    ],
)
def test_known_hydrogen_bonds(name, residue, atom_name, klifs, distance):
    row = rs.contacts(rs.load(name)).set_index("residue").loc[residue]
    assert row["atom"] == atom_name
    assert row["klifs"] == klifs
    assert row["min_distance"] == pytest.approx(distance, abs=0.1)
    assert "hydrogen bond" in row["kinds"].split(", ")


def test_counts_agree_with_a_double_loop():
    complex = rs.load("2WGJ")
    xyz = complex.xyz[0].astype(float)
    ligand = xyz[complex.inhibitor_heavy]
    table = rs.contacts(complex, cutoff=4.5).set_index("residue")
    for residue in np.flatnonzero(complex.residues.role == "protein"):
        own = complex.atoms_of(int(residue))
        gap = {n: np.sqrt(((xyz[i] - ligand) ** 2).sum(1)) for n, i in own.items()}
        pairs = sum(int((g <= 4.5).sum()) for g in gap.values())
        label = complex.residue_label(int(residue))
        assert (label in table.index) == (pairs > 0)
        if pairs:
            row = table.loc[label]
            assert row["atom_pairs"] == pairs
            assert row["min_distance"] == pytest.approx(min(g.min() for g in gap.values()))
            side = [g for n, g in gap.items() if n not in ("N", "CA", "C", "O")]
            assert row["sidechain_pairs"] == sum(int((g <= 4.5).sum()) for g in side)


def test_nearest_residue_first():
    assert rs.contacts(rs.load("3LQ8"))["min_distance"].is_monotonic_increasing


def test_glycine_has_no_side_chain_contact():
    complex = rs.load("2WGJ")
    assert sidechain_kinds(complex, complex.find_residue(1163)) == ()
