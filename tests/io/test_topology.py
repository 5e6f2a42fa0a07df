"""Topologies of AMBER, CHARMM and GROMACS, and their names, give what the PDB file gives."""

import gzip
from pathlib import Path

import mdtraj
import numpy as np
import pandas as pd
import pytest

import ros1struct as rs
from ros1struct.errors import InputError, StructureError
from topologies import PROTEIN, renamed, write_gro, write_prmtop, write_psf
from trajectories_data import box_of

FOLDER = Path(__file__).parents[1] / "data" / "trajectories"
TOP, RUN = (FOLDER / f"ros1_repotrectinib_obc2{end}" for end in (".pdb.gz", ".xtc"))
# GROMACS coordinates have thousandths of a nm.
SAME = {"rtol": 0, "atol": 0.02}


@pytest.fixture(scope="module")
def frames():
    return mdtraj.load(str(RUN), top=str(TOP))[:3]


@pytest.fixture(scope="module")
def expected(frames):
    return rs.load(TOP, trajectory=frames)


def bonded(frames):
    """The topology with the inhibitor's bonds, which CONECT records name."""
    top = frames.topology
    assert any(b[0].residue.name == "7GI" for b in top.bonds)
    return top


def write(program, path, frames):
    if program == "AMBER":
        write_prmtop(path, bonded(frames))
    elif program == "CHARMM":
        write_psf(path, bonded(frames))
    else:
        write_gro(path, frames[0])


def alike(one, other):
    """Whether two complexes make the same contacts, residue by residue and atom by atom."""
    columns = ["frame", "residue", "klifs", "kind", "role", "atom", "ambiguous"]
    a, b = (rs.interactions(c)[[*columns, "distance"]] for c in (one, other))
    order = [*columns, "distance"]
    a, b = (t.sort_values(order, ignore_index=True) for t in (a, b))
    pd.testing.assert_frame_equal(a[columns], b[columns])
    assert np.allclose(a["distance"], b["distance"], atol=1e-2)


PROGRAMS = [("AMBER", ".prmtop"), ("AMBER", ".parm7"), ("CHARMM", ".psf"), ("GROMACS", ".gro")]


@pytest.mark.parametrize(("program", "suffix"), PROGRAMS)
def test_a_topology_of_a_program_gives_the_contacts_of_the_pdb_file(
    program, suffix, frames, expected, tmp_path
):
    path = tmp_path / f"system{suffix}"
    write(program, path, frames)
    found = rs.load(path, trajectory=frames)
    assert found.name == "system"
    assert found.provenance.file == path.name
    assert found.inhibitor_name == "repotrectinib"
    assert len(found.residues) == len(expected.residues)
    assert np.array_equal(found.xyz, expected.xyz)
    alike(found, expected)


@pytest.mark.parametrize(("program", "suffix"), PROGRAMS[1:])
def test_frames_that_are_wrapped_give_a_whole_complex(program, suffix, frames, expected, tmp_path):
    edge = float(np.ptp(frames.xyz, axis=1).max()) + 2.0
    wrapped = box_of(frames, edge)
    wrapped.xyz = (wrapped.xyz + np.float32(0.4 * edge)) % np.float32(edge)
    assert np.ptp(wrapped.xyz[0], axis=0).max() > 0.9 * edge  # broken, in truth
    path = tmp_path / f"system{suffix}"
    write(program, path, wrapped)
    found = rs.load(path, trajectory=wrapped)
    drug = found.inhibitor_heavy
    one = found.xyz - found.xyz[:, drug].mean(axis=1, keepdims=True)
    other = expected.xyz - expected.xyz[:, drug].mean(axis=1, keepdims=True)
    assert np.allclose(one, other, **SAME)


def test_names_of_a_pdb_file_are_read_as_the_pdbs(expected, tmp_path):
    lines = gzip.decompress(TOP.read_bytes()).decode().splitlines()
    for program in ("AMBER", "CHARMM", "GROMACS"):
        out = []
        for line in lines:
            if line.startswith(("ATOM", "HETATM")):
                residue, atom = renamed(line[17:20].strip(), line[12:16].strip(), program)
                own = f" {atom:<3}" if len(atom) < 4 else atom
                line = f"{line[:12]}{own}{line[16]}{residue:<4}{line[21:]}"
            out.append(line)
        path = tmp_path / f"{program}.pdb"
        path.write_text("\n".join(out) + "\n")
        complex = rs.load(path)
        assert set(complex.residues.name) & {"HISE", "LYSH"} == set()
        assert len(complex.residues) == len(expected.residues)
        told = [n for n in complex.notes if "read as the PDB's" in n]
        assert bool(told) == (program != "AMBER")
        alike(complex, rs.load(TOP))
    assert "HISE as HIE" in told[0]


@pytest.mark.parametrize("end", ["N", "C"])
def test_ends_of_a_chain_have_names_of_their_own_in_amber(end):
    from ros1struct.io.frames.names import pdb_names

    for name in PROTEIN:
        assert pdb_names(end + name, "CA") == (name, "CA")
    assert pdb_names("NLE", "CA") == ("NLE", "CA")  # norleucine
    assert pdb_names("7GI", "O1") == ("7GI", "O1")


def test_a_topology_without_coordinates_needs_frames_that_can_be_read_again(frames, tmp_path):
    path = tmp_path / "system.prmtop"
    write_prmtop(path, bonded(frames))
    with pytest.raises(InputError, match="come from an iterator cannot be looked at"):
        rs.trajectory(path, iter([frames]))
    with pytest.raises(InputError, match=r"none\.xtc: no such file"):
        rs.trajectory(path, tmp_path / "none.xtc")
    with pytest.raises(StructureError, match="has 7 atoms a frame and the topology system has"):
        rs.trajectory(path, frames.atom_slice(range(7)))
    path.write_text("%VERSION nothing else\n")
    with pytest.raises(StructureError, match="cannot be read as a topology of AMBER"):
        rs.trajectory(path, frames)


def test_the_topology_of_a_simulation_is_a_model(frames):
    run = rs.trajectory(TOP, frames)
    assert run.complex.provenance.kind == "model"
    assert any("frames of a simulation" in n for n in run.complex.notes)
    assert rs.load(TOP).provenance.kind == "processed"
    told = rs.trajectory(TOP, frames, provenance="predicted")
    assert told.complex.provenance.kind == "predicted"
