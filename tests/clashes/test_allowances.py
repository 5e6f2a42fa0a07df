"""What a pair is allowed: hydrogen bonds of arrays, and the classes of a file with hydrogens."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.clashes.definitions import clash_definition
from ros1struct.clashes.overlaps import _explicit_classes, reach
from ros1struct.clashes.severity import (
    SPACING,
    _bare_molecule,
    _lens_volume,
    _pair_radii,
    inhibitor_fragments,
    volume_share,
)
from ros1struct.errors import InputError
from ros1struct.structure.residues import residue_type
from synthetic import first

TOPOLOGY = Path(__file__).parents[1] / "data" / "trajectories" / "ros1_repotrectinib_obc2.pdb.gz"


@pytest.mark.parametrize(
    ("give", "take", "other_give", "other_take", "allowed"),
    [
        (1, 0, 0, 1, True),
        (0, 1, 1, 0, True),
        (1, 1, 1, 1, True),
        (1, 1, 0, 1, True),
        (1, 0, 1, 0, False),
        (0, 1, 0, 1, False),
        (1, 1, 0, 0, False),
        (0, 0, 1, 1, False),
        (1, 0, 0, 0, False),
        (0, 0, 0, 1, False),
        (0, 0, 0, 0, False),
    ],
)
def test_a_pair_is_allowed_a_hydrogen_bond_if_one_gives_and_the_other_takes(
    give, take, other_give, other_take, allowed
):
    rule = clash_definition("chimerax")
    one = [np.array([[name]]) for name in ("N", bool(give), bool(take))]
    other = [np.array([name]) for name in ("O", bool(other_give), bool(other_take))]
    found = reach(rule, *one, *other)
    assert found.shape == (1, 1)
    assert found.item() == pytest.approx(1.64 + 1.42 - (0.4 if allowed else 0.0))


def test_one_frame_needs_no_column_that_names_it():
    assert "frame" not in rs.overlaps("2WGJ", at_least=-9)
    assert "frame" in rs.overlaps(rs.load(str(TOPOLOGY), trajectory=_two_frames()), at_least=-9)


def _two_frames():
    return TOPOLOGY.with_name("ros1_repotrectinib_obc2.xtc")


@pytest.fixture(scope="module")
def hydrogens():
    return rs.load(str(TOPOLOGY))


def test_classes_of_a_file_with_hydrogens_are_those_of_its_residues(hydrogens):
    classes, gives = _explicit_classes(hydrogens, clash_definition("molprobity"))
    atoms, residues = hydrogens.atoms, hydrogens.residues
    names = residues.name[atoms.residue]
    protein = residues.role[atoms.residue] == "protein"

    def of(residue, *wanted):
        return set(classes[protein & (names == residue) & np.isin(atoms.name, wanted)].tolist())

    assert of("PHE", "CG", "CD1", "CE2", "CZ") == {"C aromatic"}
    assert of("TRP", "CG", "CD1", "CE3", "CH2") == {"C aromatic"}
    assert of("PHE", "C") == of("GLY", "C") == of("ASN", "CG") == {"C carbonyl"}
    assert of("PHE", "N") == of("LYS", "NZ") == {"N"}
    assert not of("LEU", "CA", "CB", "CG", "CD1") & {"C aromatic", "C carbonyl"}
    # Hydrogens by what they are bonded to.
    h = hydrogens.topology.hydrogens
    for heavy in np.flatnonzero(protein & (atoms.element != "H")):
        kind = residue_type(names[heavy])
        ring = kind is not None and any(atoms.name[heavy] in one for one in kind.rings)
        own = h[heavy][h[heavy] >= 0]
        wanted = (
            "H polar" if atoms.element[heavy] in ("N", "O", "S")
            else "H aromatic" if ring and atoms.element[heavy] == "C" else None
        )  # fmt: skip
        assert wanted is None or set(classes[own].tolist()) <= {wanted}
        assert gives[own].all() if wanted == "H polar" else not gives[own].any()


def test_classes_of_an_inhibitor_are_those_of_its_chemistry(hydrogens):
    classes, _ = _explicit_classes(hydrogens, clash_definition("molprobity"))
    pairs = zip(hydrogens.inhibitor_heavy, hydrogens.inhibitor.GetAtoms(), strict=True)
    seen = set()
    for k, atom in pairs:
        to_oxygen = any(
            b.GetBondTypeAsDouble() == 2 and b.GetOtherAtom(atom).GetSymbol() == "O"
            for b in atom.GetBonds()
        )
        if atom.GetSymbol() == "C":
            wanted = "C carbonyl" if to_oxygen else "C aromatic" if atom.GetIsAromatic() else None
            seen.add(wanted)
            assert (
                (classes[k] == wanted) if wanted else classes[k] not in ("C carbonyl", "C aromatic")
            )
        else:
            assert classes[k] not in ("C carbonyl", "C aromatic")
    assert seen == {"C carbonyl", "C aromatic", None}


def test_polar_hydrogens_are_enough(hydrogens, tmp_path):
    import gzip

    polar = {"N", "O", "S"}
    atoms = hydrogens.atoms
    on_carbon = {
        (str(atoms.name[h]), int(hydrogens.residues.number[atoms.residue[h]]))
        for heavy, row in enumerate(hydrogens.topology.hydrogens)
        for h in row[row >= 0]
        if atoms.element[heavy] not in polar
    }
    text = gzip.decompress(TOPOLOGY.read_bytes()).decode().splitlines(True)
    kept = [
        line
        for line in text
        if not line.startswith(("ATOM", "HETATM"))
        or (line[12:16].strip(), int(line[22:26])) not in on_carbon
    ]
    assert len(text) - len(kept) > 1000
    (tmp_path / "polar.pdb").write_text("".join(kept))
    classes, gives = _explicit_classes(
        rs.load(tmp_path / "polar.pdb"), clash_definition("molprobity")
    )
    assert (classes == "H polar").sum() > 300
    assert gives.any()


def test_radii_of_a_pair_share_its_allowance():
    met = rs.load("2WGJ")
    rule = clash_definition("chimerax")
    p, q = met.protein_heavy[:40], np.resize(met.inhibitor_heavy, 40)
    one, other = (rule.radii_of(met.atoms.united[k]) for k in (p, q))
    for allowance in (0.0, 0.4):
        found = _pair_radii(met, rule, p, q, np.full(40, 3.0), one + other - allowance - 3.0)
        assert np.allclose(found[0], one - allowance / 2)
        assert np.allclose(found[1], other - allowance / 2)


@pytest.mark.parametrize("name", ["2WGJ", "3LQ8", "lorlatinib", "repotrectinib"])
def test_fragments_are_named_without_their_handedness(name):
    made = rs.load(name)
    found = inhibitor_fragments(made)
    assert {*found} == {*made.atoms.name[made.inhibitor_heavy]}
    assert not any("@" in smiles for smiles in found.values())


@pytest.mark.parametrize("shift", [0.0, 2.0, 4.0, 8.0])
def test_the_shared_volume_is_that_with_the_whole_protein(shift):
    from rdkit.Chem.rdShapeHelpers import ShapeTverskyIndex

    met = rs.load("2WGJ")
    xyz = met.xyz.copy()
    xyz[0, met.inhibitor_heavy, 0] += shift
    moved = met.with_coordinates(xyz)
    ligand, protein = (_bare_molecule(moved, k) for k in (met.inhibitor_heavy, met.protein_heavy))
    whole = ShapeTverskyIndex(ligand, protein, 1.0, 0.0, vdwScale=0.8)
    assert volume_share(moved) == pytest.approx(whole, abs=0.003)  # the grids differ
    assert (whole > 0.1) is (shift > 1)


def test_hydrogens_move_the_grid_and_little_else(hydrogens):
    with_them, without = (volume_share(hydrogens, hydrogens=h) for h in (True, False))
    assert 0.0 <= with_them < 0.2
    assert with_them == pytest.approx(without, abs=0.03)


@pytest.mark.parametrize("seed", range(5))
def test_a_lens_is_every_cube_whose_centre_is_in_both_spheres(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(-0.8, 0.8, (2, 3, 3))
    r, s = rng.uniform(1.2, 1.9, (2, 3))
    side = np.arange(-30, 31)
    grid = np.stack(np.meshgrid(side, side, side, indexing="ij"), -1).reshape(-1, 3)
    centre = (grid + 0.5) * SPACING
    inside = np.zeros(len(grid), dtype=bool)
    for k in range(3):
        inside |= (np.linalg.norm(centre - a[k], axis=1) < r[k]) & (
            np.linalg.norm(centre - b[k], axis=1) < s[k]
        )
    assert side[-1] * SPACING > 2.8
    assert _lens_volume(a, b, r, s) == pytest.approx(inside.sum() * SPACING**3)


def test_the_first_atom_of_a_file_may_be_a_hydrogen(hydrogens):
    """Its class and its clashes are those that it has at any other place."""

    def rows(complex):
        table = rs.overlaps(complex, "molprobity", at_least=-0.5)
        columns = [c for c in table.columns if c not in ("structure", "frame")]
        return sorted(table[columns].round(4).astype(str).agg(" ".join, axis=1))

    wanted = rows(hydrogens)
    polar = hydrogens.topology.hydrogens[hydrogens.protein_heavy[hydrogens.atoms.donor[
        hydrogens.protein_heavy]]]  # fmt: skip
    drug = hydrogens.xyz[0, hydrogens.inhibitor_heavy]
    own = polar[polar >= 0]
    near = np.linalg.norm(hydrogens.xyz[0, own][:, None] - drug, axis=2).min(axis=1)
    for atom in own[np.argsort(near)[:2]]:
        moved = first(hydrogens, int(atom))
        assert moved.atoms.element[0] == "H"
        assert _explicit_classes(moved, clash_definition("molprobity"))[0][0] == "H polar"
        assert rows(moved) == wanted


@pytest.mark.parametrize(
    ("role", "share", "refused"),
    [("inhibitor", 0.0, True), ("protein", 0.0, True), ("protein", 0.3, True),
     ("protein", 0.5, False), ("protein", 0.7, False), ("neither", 1.0, False)],
)  # fmt: skip
def test_hydrogens_that_lack_are_those_of_the_donors_of_one_side(hydrogens, role, share, refused):
    """A definition of hydrogens needs them on half of the donors of each side."""
    c = hydrogens
    of = c.residues.role[c.atoms.residue] == role
    donors = np.flatnonzero(of & c.heavy & c.atoms.donor)
    have = [int(d) for d in donors if c.topology.hydrogens[d, 0] >= 0]
    gone = have[int(np.ceil(share * len(donors))) :]
    rows = c.topology.hydrogens[gone]
    keep = np.setdiff1d(np.arange(len(c.atoms)), rows[rows >= 0])
    a = c.atoms
    bare = c.with_changes(
        atoms=replace(a, **{f.name: getattr(a, f.name)[keep] for f in fields(a)}),
        xyz=c.xyz[:, keep],
    )
    if not refused:
        assert len(rs.overlaps(bare, "molprobity", at_least=-0.5))
        return
    with pytest.raises(InputError, match=f"the {role} of .* has none or few"):
        rs.overlaps(bare, "molprobity")
