"""Docked poses: one protein, and the molecules of a pose file in it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ros1struct.arguments import checked
from ros1struct.errors import InputError, StructureError
from ros1struct.io.assemble import provenance_of, to_complex, told
from ros1struct.io.chemistry.ligands import PROTONATIONS, unknown_protonation
from ros1struct.io.chemistry.pose_files import Pose, pose_chemistry, read_poses
from ros1struct.io.files import user_path
from ros1struct.io.reading.model import model_of
from ros1struct.io.reading.source import Source, read_source
from ros1struct.io.records import FileAtoms, FileModel, FileResidue, Floats
from ros1struct.io.select import Pair, chains_around, check_in_pocket, kinase_chains
from ros1struct.io.surroundings import surroundings, without_inhibitors
from ros1struct.structure.complex import Complex
from ros1struct.structure.content import molecule_key
from ros1struct.structure.geometry import close_pairs

if TYPE_CHECKING:
    import pandas as pd

# Å; a water whose oxygen is nearer to a heavy atom of a pose has no place beside it (the shortest
# hydrogen bonds are 2.4 Å).
DISPLACED = 2.4


@dataclass(frozen=True, eq=False)
class Poses:
    """Poses of a file in one protein.

    Attributes
    ----------
    complexes : tuple of Complex
        One for each molecule; poses of the same molecule are its frames.
    table : DataFrame
        One row per molecule of the file: structure and frame where its pose is (missing where it
        could not be read), pose (from 1, as the file has them), molecule (its name there), reason
        (why it could not be read), then the scores of the file under the names that it gives.
        :func:`ros1struct.trajectories.poses` makes a table with the same structure and frame.
    """

    complexes: tuple[Complex, ...]
    table: pd.DataFrame


@checked
def load_poses(
    protein: Any,
    file: str | os.PathLike[str],
    *,
    smiles: str | None = None,
    chain: str | None = None,
    protonation: str = "ph74",
) -> Poses:
    """Load docked poses of one molecule or of many.

    Parameters
    ----------
    protein : str, path or object
        As for :func:`ros1struct.load`; an inhibitor of its own is left out.
    file : path
        SDF, MOL, MOL2 or PDBQT, gzipped or not.
    smiles : str, optional
        Chemistry of the molecules, with the charges to be used; needed for PDBQT without meeko's
        remarks.
    chain : str, optional
        Author chain of the kinase; by default the one whose pocket the first pose touches.
    protonation : {"ph74", "written", "neutral"}
        State of inhibitors that the built-in table knows; ``ph74`` leaves them as the file has
        them.

    Returns
    -------
    Poses
        Provenance is ``docked``. Waters are those within 5 Å of some pose and not where one is.

    Raises
    ------
    InputError
        If an argument is wrong or the file's format not known.
    StructureError
        If no molecule of the file can be used, or none touches the pocket of a kinase.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from rdkit import Chem
    >>> import ros1struct as rs
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "poses.sdf"
    ...     with Chem.SDWriter(str(path)) as writer:
    ...         for shift in range(3):
    ...             writer.write(rs.load("2WGJ").to_rdkit())
    ...     poses = load_poses("2WGJ", path)
    >>> [len(complex.xyz) for complex in poses.complexes], poses.table["pose"].tolist()
    ([3], [1, 2, 3])
    """
    if protonation not in PROTONATIONS:
        raise InputError(unknown_protonation(protonation))
    path = user_path(file)
    poses, failed = read_poses(path, smiles)
    if not poses:
        why = failed[0].problem if failed else "there is none"
        raise StructureError(f"{path.name}: no molecule can be used: {why}")
    found = read_source(protein)
    said: list[str] = []
    model = model_of(found.parsed.structure, found.name, said)
    chains = kinase_chains(model.residues, chain, found.name, found.parsed.annotations)
    everything = [pose.residue for pose in poses]
    pair = chains_around(chains, everything)[0]
    check_in_pocket([pair[1:]], pair.molecule, found.name)
    said += [
        f"poses from {path.name}; the protein file's own inhibitor is left out",
        *_named(failed),
    ]
    made: list[Complex] = []
    place: dict[int, tuple[str, int]] = {}
    groups = _same_molecules(poses)
    for group in groups:
        label = group[0].name if len(groups) > 1 else path.name.partition(".")[0]
        name = f"{found.name}:{label}"
        same = sum(complex.name.partition("#")[0] == name for complex in made)
        name = f"{name}#{same + 1}" if same else name
        made.append(_complex(found, name, model, pair, group, smiles, protonation, said))
        place.update({pose.turn: (name, k) for k, pose in enumerate(group)})
    told(made[0])
    return Poses(tuple(made), _table(sorted(poses + failed, key=lambda p: p.turn), place))


def _named(failed: list[Pose]) -> list[str]:
    """Say which molecules cannot be used."""
    if not failed:
        return []
    told = "; ".join(f"{pose.turn} ({pose.name}): {pose.problem}" for pose in failed[:3])
    more = "; ..." if len(failed) > 3 else ""
    return [f"{len(failed)} molecules of the file left out: {told}{more}"]


def _same_molecules(poses: list[Pose]) -> list[list[Pose]]:
    """Group poses of the same molecule, the atoms of each in the order of the group's first."""
    from rdkit import Chem

    groups: dict[str, list[Pose]] = {}
    for pose in poses:
        mol = pose.mol
        groups.setdefault(Chem.MolToSmiles(mol), []).append(pose)
    return [[_in_order_of(group[0], pose) for pose in group] for group in groups.values()]


def _in_order_of(first: Pose, pose: Pose) -> Pose:
    if first is pose or molecule_key(first.mol) == molecule_key(pose.mol):
        return pose
    from rdkit import Chem

    assert pose.mol is not None
    assert first.mol is not None
    order = list(pose.mol.GetSubstructMatch(first.mol, useChirality=True))
    # Molecules with one SMILES match; chirality may be lost in a resonance form.
    order = order or list(pose.mol.GetSubstructMatch(first.mol))
    mol = Chem.RenumberAtoms(pose.mol, order)
    return replace(pose, mol=mol, elements=pose.elements[order], xyz=pose.xyz[order])


def _complex(
    found: Source,
    name: str,
    model: FileModel,
    pair: Pair,
    group: list[Pose],
    smiles: str | None,
    protonation: str,
    said: list[str],
) -> Complex:
    """Make one complex of the poses of one molecule."""
    mol, chemistry, more = pose_chemistry(group[0], smiles, protonation)
    notes = [*found.notes, *more, *said, *pair.numbering.notes]
    every = np.concatenate([pose.xyz for pose in group])
    around = _around(model, pair, group[0], every, notes)
    kind = provenance_of(found, pair.protein, "docked", notes)
    complex = to_complex(
        name, pair.protein, pair.numbering, group[0].residue, around, mol, chemistry, kind, notes
    )
    xyz = np.repeat(complex.xyz, len(group), axis=0)
    xyz[:, complex.inhibitor_heavy] = [pose.xyz for pose in group]
    return complex.with_coordinates(xyz)


def _around(
    model: FileModel, pair: Pair, first: Pose, every: Floats, notes: list[str]
) -> list[tuple[str, FileResidue]]:
    """Waters and metals near some pose, without the waters that a pose displaces."""
    molecule = first.residue
    n = len(every)
    atoms = FileAtoms(np.full(n, "X"), np.full(n, "C"), every, np.ones(n), np.ones(n))
    # The poses of one molecule as a cloud of atoms; what it touches is told for all of them.
    found = surroundings(
        without_inhibitors(model), replace(molecule, atoms=atoms), pair.protein, notes
    )
    kept = []
    for role, residue in found:
        near = close_pairs(residue.heavy_xyz(), every, DISPLACED)[0]
        if role != "water" or not len(near):
            kept.append((role, residue))
    if displaced := len(found) - len(kept):
        notes.append(f"{displaced} waters where a pose is left out")
    return kept


def _table(every: list[Pose], place: dict[int, tuple[str, int]]) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(
        {
            "structure": [place.get(pose.turn, ("", 0))[0] for pose in every],
            "frame": pd.array([place.get(p.turn, ("", pd.NA))[1] for p in every], dtype="Int64"),
            "pose": [pose.turn for pose in every],
            "molecule": [pose.name for pose in every],
            "reason": [pose.problem for pose in every],
        }
    )
    for key in dict.fromkeys(key for pose in every for key in pose.scores):
        if key not in table.columns:
            values = pd.Series([pose.scores.get(key) for pose in every])
            numbers = pd.to_numeric(values, errors="coerce")
            told = values.notna() & values.ne("")
            table[key] = numbers if numbers[told].notna().all() else values.fillna("")
    return table
