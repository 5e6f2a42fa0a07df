"""Two complexes side by side."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.contacts.compare import buried_area, compare, position_keys
from ros1struct.errors import InputError


def test_a_complex_compared_with_itself_keeps_everything():
    complex = rs.load("2WGJ")
    table = compare(complex, complex)
    assert set(table["change"]) == {"kept"}
    assert (table["count_a"] == table["count_b"]).all()
    assert (table["buried_change"] == 0).all()


def test_lost_and_gained_change_places():
    met, alk = rs.load("2WGJ"), rs.load("3LQ8")
    there, back = compare(met, alk), compare(alk, met)
    assert (there["change"] == "lost").sum() == (back["change"] == "gained").sum() > 0
    assert (there["change"] == "gained").sum() == (back["change"] == "lost").sum() > 0
    assert (there["change"] == "kept").sum() == (back["change"] == "kept").sum() > 0


def test_what_the_tables_say_is_so():
    table = compare(rs.load("2WGJ"), rs.load("3LQ8"))
    lost, gained = table[table["change"] == "lost"], table[table["change"] == "gained"]
    assert lost["distance_b"].isna().all()
    assert (lost["count_b"] == 0).all()
    assert gained["distance_a"].isna().all()
    assert (table["residue_a"] == "").sum() == table["residue_a"].eq("").sum()
    missing = table[table["change"] == "not in both"]
    assert (missing["residue_a"].eq("") | missing["residue_b"].eq("")).all()


def test_wild_type_and_mutant_are_aligned():
    wild, mutant = rs.load("zidesamtinib"), rs.load("zidesamtinib-g2032r")
    table = compare(wild, mutant)
    here = table[table["residue_b"] == "R2032"]
    assert set(here["residue_a"]) == {"G2032"}
    assert (here["klifs"] == "linker:51").all()
    # A larger side chain is buried more.
    assert (here["buried_change"] > 5).all()


def test_kinases_are_aligned_by_position():
    table = compare(rs.load("2WGJ"), rs.load("crizotinib"))
    hinge = table[(table["klifs"] == "hinge:48") & (table["kind"] == "hydrogen bond")]
    assert hinge[["residue_a", "residue_b", "change"]].values.tolist() == [
        ["M1160", "M2029", "kept"]
    ]


def test_positions_are_unique():
    for name in ("2WGJ", "3LQ8", "crizotinib"):
        keys = position_keys(rs.load(name))
        assert len(set(keys.values())) == len(keys)


def test_buried_area_is_where_the_inhibitor_is():
    complex = rs.load("2WGJ")
    area = buried_area(complex)
    near = rs.contacts(complex, cutoff=6.5)["residue"].tolist()
    labels = [complex.residue_label(k) for k in range(len(area))]
    buried = {label for label, value in zip(labels, area, strict=True) if value > 5}
    assert buried - {"VGH2346"} <= set(near)
    assert area[labels.index("VGH2346")] == area.max() > 300
    assert (area >= 0).all()


def test_buried_area_is_that_of_the_whole_protein():
    # Leaving out what is far away changes nothing: mdtraj on everything gives the same.
    import mdtraj

    complex = rs.load("2WGJ")
    whole = complex.to_mdtraj()
    role = complex.residues.role[complex.atoms.residue]
    protein, ligand = np.flatnonzero(role == "protein"), np.flatnonzero(role == "inhibitor")
    both = np.concatenate([protein, ligand])
    alone = mdtraj.shrake_rupley(whole.atom_slice(protein), mode="atom")[0]
    bound = mdtraj.shrake_rupley(whole.atom_slice(both), mode="atom")[0][: len(protein)]
    expected = np.zeros(len(complex.residues))
    np.add.at(expected, complex.atoms.residue[protein], 100.0 * (alone - bound))
    found = buried_area(complex)
    mine = complex.residues.role == "protein"
    assert found[mine] == pytest.approx(np.maximum(expected[mine], 0), abs=1e-3)


def test_an_unknown_definition_is_refused():
    with pytest.raises(InputError, match="no contact definition 'plipp'"):
        compare(rs.load("2WGJ"), rs.load("3LQ8"), "plipp")
