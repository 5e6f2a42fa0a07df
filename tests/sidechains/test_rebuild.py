"""Side chains that a file has in part, built to their ends."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.errors import InputError
from ros1struct.sidechains.build import measure_chi, side_chain_rmsd
from ros1struct.structure.residues import residue_type

BACKBONE = ("N", "CA", "C", "O", "CB")


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def lines(met, tmp_path_factory):
    path = rs.write(met, tmp_path_factory.mktemp("met") / "met.pdb")
    return [x for x in path.read_text().splitlines() if x.startswith(("ATOM", "HETATM"))]


def lacking(folder, lines, residues, kept=BACKBONE):
    """The complex without the ends of some side chains."""
    left = [
        x for x in lines
        if not (x.startswith("ATOM") and int(x[22:26]) in residues and x[12:16].strip() not in kept)
    ]  # fmt: skip
    path = folder / "case.pdb"
    path.write_text("\n".join([*left, "END", ""]))
    return rs.load(path, ligand="VGH")


def off(met, built, number):
    """Å between a side chain and that of the file."""
    letter = str(met.residues.letter[met.find_residue(number)])
    places = []
    for c in (met, built):
        own = c.atoms_of(c.find_residue(number))
        places.append(c.xyz[0, [own[name] for name in residue_type(letter).sidechain]])
    return side_chain_rmsd(letter, *places)


def test_side_chains_are_rebuilt_around_the_inhibitor(met, lines, tmp_path):
    short = lacking(tmp_path, lines, {1140, 1230})
    assert len(short.atoms) < len(met.atoms)
    built = rs.rebuild(short)
    assert {*built.topology.atoms.name.tolist()} == {*met.topology.atoms.name.tolist()}
    assert len(built.atoms) == len(met.atoms)
    assert off(met, built, 1140) < 1.0
    assert off(met, built, 1230) < 1.0
    stacks = [rs.interactions(c, "plip")["kind"].str.startswith("pi") for c in (short, built)]
    assert [int(x.sum()) for x in stacks] == [0, 1]


def test_the_result_says_what_was_built(met, lines, tmp_path):
    short = lacking(tmp_path, lines, {1140, 1230})
    assert any("lacks CG" in n for n in short.notes)
    built = rs.rebuild(short)
    (note,) = [n for n in built.notes if "rebuilt" in n]
    assert "L1140 (CG CD1 CD2)" in note
    assert not any("lacks" in n for n in built.notes)
    assert built.provenance.label == "processed, 2 side chains rebuilt"
    assert (built.name, built.kinase.variant) == (short.name, "WT")
    made = built.occupancy == 0
    assert int(made.sum()) == len(met.atoms) - len(short.atoms)
    assert np.isnan(built.b_factor[made]).all()
    # What the file has stays, to the last digit.
    assert np.array_equal(built.xyz[0, ~made], short.xyz[0])
    assert np.array_equal(built.b_factor[~made], short.b_factor)
    again = rs.load(rs.write(built, tmp_path / "built.cif"))
    assert again.provenance.label == built.provenance.label


def test_atoms_that_are_there_hold_the_torsions(met, lines, tmp_path):
    short = lacking(tmp_path, lines, {1211}, (*BACKBONE, "CG", "SD"))  # methionine without CE
    built = rs.rebuild(short)
    residue = met.find_residue(1211)
    chi = [
        measure_chi(residue_type("M"), c.xyz[0].astype(float), c.atoms_of(residue))
        for c in (met, built)
    ]
    assert chi[1][:2] == pytest.approx(chi[0][:2], abs=0.01)
    own = built.atoms_of(residue)
    bond = np.linalg.norm(built.xyz[0, own["CE"]] - built.xyz[0, own["SD"]])
    assert bond == pytest.approx(1.79, abs=0.03)


def test_what_cannot_be_built_is_said_and_the_rest_is(met, lines, tmp_path):
    gone = [x for x in lines if int(x[22:26]) != 1231]  # no residue after Tyr 1230
    built = rs.rebuild(lacking(tmp_path, gone, {1140, 1230}))
    (note,) = [n for n in built.notes if "cannot be built" in n]
    assert "Y1230" in note
    assert "L1140" not in note
    assert built.provenance.label == "processed, 1 side chain rebuilt"


def test_nothing_lacking_or_near_is_the_same(met, lines, tmp_path):
    assert rs.rebuild(met) is met
    short = lacking(tmp_path, lines, {1140})
    assert rs.rebuild(short, radius=2.0) is short
    with pytest.raises(InputError, match="radius"):
        rs.rebuild(met, radius=0.0)
