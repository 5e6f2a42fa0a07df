"""Structures of other programs in memory."""

import gemmi
import mdtraj
import numpy as np
import pytest

import ros1struct as rs
from ros1struct.errors import InputError


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


def same(found, met, *, waters=True):
    """The same kinase, drug and coordinates."""
    assert found.kinase == met.kinase
    assert found.inhibitor_name == met.inhibitor_name
    assert found.atoms.name.tolist() == met.atoms.name.tolist()
    np.testing.assert_allclose(found.xyz[0], met.xyz[0], atol=2e-3)


def test_gemmi(met, tmp_path):
    path = rs.write(met, tmp_path / "met.pdb")
    structure = gemmi.read_pdb(str(path))
    before = structure.make_minimal_pdb()
    same(rs.load(structure), met)
    assert structure.make_minimal_pdb() == before
    model = structure[0].clone()
    structure.add_model(model)
    assert "first of 2 models" in rs.load(structure).notes


def test_biopython(met):
    found = rs.load(met.to_biopython())
    same(found, met)
    assert found.name == "2WGJ"
    assert any("elements as Bio.PDB has them" in n for n in found.notes)
    np.testing.assert_allclose(found.b_factor, np.nan_to_num(met.b_factor), atol=1e-2)
    many = met.with_coordinates(np.concatenate([met.xyz, met.xyz + 1]))
    assert "first of 2 models" in rs.load(many.to_biopython()).notes


def test_biopython_with_alternate_locations(met, tmp_path):
    from Bio.PDB import PDBParser

    lines = []
    for x in rs.write(met, tmp_path / "met.pdb").read_text().splitlines():
        if x.startswith("ATOM") and x[22:26] == "1211":
            lines.append(f"{x[:16]}A{x[17:54]}  0.30{x[60:]}")
            x = f"{x[:16]}B{x[17:30]}{float(x[30:38]) + 0.5:8.3f}{x[38:54]}  0.70{x[60:]}"
        lines.append(x)
    path = tmp_path / "alt.pdb"
    path.write_text("\n".join(lines) + "\n")
    found = rs.load(PDBParser(QUIET=True).get_structure("alt", path))
    theirs = rs.load(path)
    np.testing.assert_allclose(found.xyz, theirs.xyz, atol=1e-3)
    assert any("MET1211:B" in n for n in found.notes)


def test_mdtraj_of_one_frame_and_of_many(met):
    same(rs.load(met.to_mdtraj()), met)
    steps = np.array([0.0, 0.5, 1.0], dtype=np.float32)[:, None, None]
    many = met.with_coordinates(met.xyz + steps).to_mdtraj()
    found = rs.load(many)
    assert len(found.xyz) == 3
    drug = found.xyz[:, found.inhibitor_heavy].mean(axis=1)
    np.testing.assert_allclose(drug - drug[0], np.tile(steps[:, 0], (1, 3)), atol=2e-3)
    same(rs.trajectory(many, many).frame(0), met)


def test_gro_goes_through_mdtraj(met, tmp_path):
    path = tmp_path / "met.gro"
    met.to_mdtraj().save_gro(str(path))
    with pytest.raises(rs.StructureError, match=r"ros1struct\.load\(mdtraj\.load\("):
        rs.load(path)
    found = rs.load(mdtraj.load(str(path)))
    assert (found.kinase.name, found.inhibitor_name) == ("MET", "crizotinib")
    np.testing.assert_allclose(
        found.xyz[0, found.inhibitor_heavy], met.xyz[0, met.inhibitor_heavy], atol=0.02
    )


@pytest.mark.parametrize("thing", [gemmi.Model(1), mdtraj.Topology()])
def test_other_objects_are_refused(thing):
    with pytest.raises(InputError, match=r"expected a gemmi\.Structure, an mdtraj"):
        rs.load(thing)
