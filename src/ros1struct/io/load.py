"""From a file or a name to a :class:`~ros1struct.structure.complex.Complex`.

A file becomes plain residues in :mod:`ros1struct.io.parse`; which chain and which molecule count is
decided in :mod:`ros1struct.io.select`; here the two become a Complex, and every decision on the way
is said in its notes.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ros1struct.arguments import checked
from ros1struct.errors import InputError, StructureError
from ros1struct.io.archive.dictionary import component_chemistry
from ros1struct.io.assemble import atom_keys, provenance_of, to_complex, told
from ros1struct.io.chemistry.bond_orders import Chemistry, build_mol, parse_smiles
from ros1struct.io.chemistry.conect import chemistry_of_conect
from ros1struct.io.chemistry.covalent import links_of, unbonded_warhead
from ros1struct.io.chemistry.file_bonds import chemistry_of_file
from ros1struct.io.chemistry.ligands import (
    PROTONATIONS,
    chemistry_from_smiles,
    known_chemistry,
    recognise,
    unknown_protonation,
)
from ros1struct.io.chemistry.polar import choose_tautomer
from ros1struct.io.chemistry.pose_files import POSES, pose_chemistry, read_pose, read_poses
from ros1struct.io.files import user_path
from ros1struct.io.parse import frames_of, shown
from ros1struct.io.reading.model import model_of
from ros1struct.io.reading.source import Source, read_source
from ros1struct.io.records import FileModel, FileResidue
from ros1struct.io.select import (
    KinaseChain,
    Pair,
    all_pairs,
    chains_around,
    check_in_pocket,
    kinase_chains,
    pick_inhibitor,
)
from ros1struct.io.surroundings import CONTACT, surroundings, symmetry_mates, without_inhibitors
from ros1struct.kinome.residue_numbers import numbered_by
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import close_pairs


@checked
def load(
    source: Any,
    *,
    ligand: str | os.PathLike[str] | None = None,
    chain: str | None = None,
    smiles: str | None = None,
    protonation: str = "ph74",
    provenance: str | None = None,
    numbering: str | None = None,
    trajectory: Any = None,
    start: int = 0,
    stop: int | None = None,
    step: int = 1,
) -> Complex:
    """Load a kinase with a bound inhibitor.

    Parameters
    ----------
    source : str, path, mdtraj.Trajectory, gemmi.Structure or Bio.PDB structure
        A structure in memory (all frames of an mdtraj.Trajectory, the first model of others), or
        a path (PDB or mmCIF, gzipped or not), an entry (``"3ZBF"``), or the name of a bundled
        structure (``"crizotinib"``). Looked for in this order: as a path, in the folder
        ``ROS1STRUCT_STRUCTURES``, in the download cache, in the bundled set. Where the deposited
        entry of a bundled model is in the cache, it is preferred to the model.
    ligand : str or path, optional
        Which molecule is the inhibitor: a component (``"VGH"``), with chain and number where it
        occurs more than once (``"VGH:A:9000"``), or an SDF, MOL, MOL2 or PDBQT file with its pose
        (the first of several; :func:`ros1struct.load_poses` takes all). By default, in the first
        kinase chain that has one, the molecule that is bonded to it; else that in the pocket; of
        these the one that the built-in table knows; else the largest that is no solvent, buffer
        or cofactor.
    chain : str, optional
        Author chain of the kinase. By default the first protein kinase that holds an inhibitor.
    smiles : str, optional
        Chemistry of the inhibitor, with the charges to be used; needed where the built-in table
        does not know it.
    protonation : {"ph74", "written", "neutral"}
        State of an inhibitor that the built-in table, the file or the archive knows. A hydrogen of
        an azole or a pyridone that could be on another atom is where the protein shows it, with a
        note; ``written`` has the same charges and leaves it where table, file or `smiles` have it,
        as does ``neutral``.
    provenance : {"deposited", "processed", "predicted", "docked", "model"}, optional
        Overrules what the file says of itself.
    numbering : {"uniprot", "author"}, optional
        What residue numbers of tables and mutations mean; by default UniProt's where the kinase is
        known.
    trajectory : path, mdtraj.Trajectory or iterable of mdtraj.Trajectory, optional
        Frames of the structure, all held in memory; :func:`ros1struct.trajectory` reads them
        chunk by chunk instead.
    start, stop, step : int, int or None, int
        Which frames of it.

    Returns
    -------
    Complex
        The first model, the best-occupied alternate locations, waters and metals within 5 Å of
        the inhibitor; what was decided on the way stands in its notes, each of which is also a
        :class:`~ros1struct.Ros1structWarning`.

    Raises
    ------
    InputError
        If a name is unknown or an argument wrong.
    StructureError
        If the file is not a structure, has no protein kinase or no inhibitor, or the
        inhibitor's chemistry is unknown or does not fit.

    Examples
    --------
    >>> complex = load("2WGJ")
    >>> complex.kinase.name, complex.inhibitor_name, complex.residue_label(0)
    ('MET', 'crizotinib', 'E1082')
    """
    if hasattr(source, "unitcell_vectors") and len(source) > 1 and trajectory is None:
        trajectory = source
    if trajectory is not None:
        # It imports this module.
        from ros1struct.io.trajectory import trajectory as opened

        run = opened(
            source,
            trajectory,
            start=start,
            stop=stop,
            step=step,
            ligand=ligand,
            chain=chain,
            smiles=smiles,
            provenance=provenance,
            protonation=protonation,
        )
        return numbered_by(run.join(), numbering)
    if protonation not in PROTONATIONS:
        raise InputError(unknown_protonation(protonation))
    wish = _Wish(smiles, protonation, provenance, numbering)
    found = read_source(source)
    entry, written = found.entry, found.parsed.written
    if ligand is None:
        ligand = (entry.component if entry else written.get("ligand")) or None
    if entry and chain is None:
        chain = entry.chain or None
    said: list[str] = []
    model = model_of(found.parsed.structure, found.name, said)
    numbered = kinase_chains(model.residues, chain, found.name, found.parsed.annotations)
    if ligand is not None and Path(ligand).suffix.lower() in POSES:
        return told(_posed(found, model, numbered, user_path(ligand), wish, said))
    wanted = None if ligand is None else str(ligand)
    picked: list[str] = []
    pair = pick_inhibitor(model.residues, numbered, wanted, found.name, picked)
    return told(_complex(found, model, pair, wish, said, picked))


@checked
def load_all(
    source: Any,
    *,
    smiles: str | None = None,
    protonation: str = "ph74",
    provenance: str | None = None,
    numbering: str | None = None,
) -> list[Complex]:
    """Load every kinase of a file with every inhibitor in its pocket.

    Parameters
    ----------
    source : str, path or object
        As for :func:`load`.
    smiles, protonation, provenance, numbering
        As for :func:`load`; a SMILES must fit every inhibitor.

    Returns
    -------
    list of Complex
        One for each pair, in the order of the file, named by structure, chain and molecule; the
        notes of each say what else there is, and which pairs were left out for what reason.

    Raises
    ------
    InputError
        If a name is unknown or an argument wrong.
    StructureError
        If there is no pair of kinase and inhibitor, or none whose chemistry is known.

    Examples
    --------
    >>> [complex.name for complex in load_all("2WGJ")]
    ['2WGJ:A:VGH2346']
    """
    if protonation not in PROTONATIONS:
        raise InputError(unknown_protonation(protonation))
    wish = _Wish(smiles, protonation, provenance, numbering)
    found = read_source(source)
    said: list[str] = []
    model = model_of(found.parsed.structure, found.name, said)
    numbered = kinase_chains(model.residues, None, found.name, found.parsed.annotations)
    made, failed = [], []
    pairs = all_pairs(model.residues, numbered, found.name)
    for number, pair in enumerate(pairs, start=1):
        picked = [f"pair {number} of {len(pairs)}: {pair.molecule.where} in chain {pair.chain!r}"]
        try:
            complex = _complex(found, model, pair, wish, said, picked)
        except StructureError as error:
            failed.append((pair, error))
            continue
        molecule = pair.molecule
        label = f"{pair.chain}:{molecule.name}{molecule.number}{molecule.insertion}"
        made.append(replace(complex, name=f"{found.name}:{label}"))
    if not made:
        raise failed[0][1]
    left = tuple(f"pair left out: {pair.molecule.where}: {error}" for pair, error in failed)
    return [told(replace(complex, notes=(*complex.notes, *left))) for complex in made]


@dataclass(frozen=True)
class _Wish:
    """What a user asked for beside the structure."""

    smiles: str | None
    protonation: str
    provenance: str | None
    numbering: str | None = None


def _complex(
    found: Source, model: FileModel, pair: Pair, wish: _Wish, said: list[str], picked: list[str]
) -> Complex:
    """Make the complex of a kinase chain and its inhibitor."""
    parsed, name = found.parsed, found.name
    written = parsed.written
    placed, protein = pair.molecule, pair.protein
    numbering = pair.numbering
    if placed.location:
        # What touches the inhibitor is taken in the location that the inhibitor is in.
        location, said = placed.location, []
        model = model_of(parsed.structure, name, said, location=location)
        again = kinase_chains(model.residues, pair.chain, name, parsed.annotations)
        placed = next(r for r in model.residues if r.where == placed.where)
        protein, numbering = chains_around(again, [placed])[0][2:]
        picked = [*picked, f"inhibitor in alternate {placed.locations}"]
        if mixed := _other_location(model, placed):
            said.append(
                f"no alternate location {location} at {shown(mixed)}, which touch the "
                f"inhibitor in {location}: contacts there are of locations that may never meet"
            )
    notes = [*found.notes, *said, *picked]
    elements = placed.heavy.element
    by_us = wish.smiles is None and wish.protonation != "neutral" and "smiles" in written
    if by_us:
        chemistry = _written_chemistry(written)
    else:
        chemistry = _chemistry(placed, elements, wish, found, notes)
    links = links_of(parsed.structure, placed, protein)
    bonded = [] if "smiles" in written else [link.atom for link in links]
    mol, more = build_mol(elements, placed.heavy_xyz(), chemistry, bonded)
    notes.extend(more)
    if not by_us:
        mol, chemistry, more = choose_tautomer(
            mol, chemistry, placed, model, protein, numbering,
            change=wish.protonation == "ph74",
        )  # fmt: skip
        notes.extend(more)
    notes.extend(numbering.notes)
    if not links and (near := unbonded_warhead(mol, placed, protein)):
        notes.append(f"not covalent in this file: {near}")
    around = surroundings(model, placed, protein, notes)
    if mates := symmetry_mates(parsed.structure, placed):
        notes.append(f"symmetry mates touch the inhibitor and are in no table: {mates}")
    kind = provenance_of(found, protein, wish.provenance, notes)
    complex = to_complex(
        name, protein, numbering, placed, around, mol, chemistry, kind, notes, links, parsed.block
    )
    by_author = written.get("numbering") == "author"
    complex = numbered_by(complex, wish.numbering or ("author" if by_author else None))
    if parsed.models > 1 and "frames" in written:
        complex = complex.with_coordinates(frames_of(parsed, atom_keys(complex), name))
    for atom, other in complex.bonded_to_protein():
        label = complex.residue_label(int(complex.atoms.residue[other]))
        length = float(np.linalg.norm(complex.xyz[0, atom] - complex.xyz[0, other]))
        note = f"inhibitor is covalently bonded to {label} {complex.atoms.name[other]}"
        note += f" ({complex.atoms.name[atom]}, {length:.2f} Å)"
        complex = replace(complex, notes=(*complex.notes, note))
    return complex


def _posed(
    found: Source,
    model: FileModel,
    numbered: list[KinaseChain],
    path: Path,
    wish: _Wish,
    said: list[str],
) -> Complex:
    """Make the complex of a kinase chain and the first pose of a file."""
    if path.suffix.lower() in (".sdf", ".mol") and path.is_file():
        read_pose(path)  # a first molecule that cannot be read is refused, whatever follows
    poses, failed = read_poses(path, wish.smiles)
    if not poses:
        raise StructureError(
            f"{path.name}: expected a molecule with 3D coordinates, found "
            f"{failed[0].problem if failed else 'none'}"
        )
    pose = poses[0]
    chosen = chains_around(numbered, [pose.residue])[0]
    check_in_pocket([chosen[1:]], pose.residue, found.name)
    mol, chemistry, more = pose_chemistry(pose, wish.smiles, wish.protonation)
    notes = [*found.notes, *more, *said, *chosen.numbering.notes]
    total = len(poses) + len(failed)
    which = f"the first readable of {total} molecules in" if total > 1 else "from"
    all_of_them = "; load_poses takes all" if total > 1 else ""
    notes.append(f"inhibitor {which} {path.name}{all_of_them}; the protein file's own is left out")
    around = surroundings(without_inhibitors(model), pose.residue, chosen.protein, notes)
    kind = provenance_of(found, chosen.protein, wish.provenance, notes)
    complex = to_complex(
        found.name, chosen.protein, chosen.numbering, pose.residue, around, mol, chemistry, kind,
        notes,
    )  # fmt: skip
    return numbered_by(complex, wish.numbering)


def _chemistry(
    molecule: FileResidue, elements: np.ndarray, wish: _Wish, source: Source, notes: list[str]
) -> Chemistry:
    smiles, protonation = wish.smiles, wish.protonation
    known = known_chemistry(molecule.name, protonation)
    if smiles is not None:
        given = chemistry_from_smiles(smiles, known.name if known else "")
        return Chemistry(molecule.name, given.name, given.smiles, given.basis)
    found = known or recognise(elements, molecule.heavy_xyz(), protonation)
    if found is None:
        found = chemistry_of_file(source.parsed.block, molecule.name, protonation)
    if found is None:
        found = component_chemistry(molecule.name, protonation)
        if found is not None and not _could_be(elements, found.smiles):
            found = None  # a program's name for any ligand (LIG) that the archive has given, too
    if found is None:
        found = chemistry_of_conect(source.parsed.structure, molecule, protonation)
        if found is not None:
            notes.append(
                f"bond orders of {molecule.where} from CONECT records, where a pair named twice is "
                f"a double bond: {found.smiles}; smiles= overrides"
            )
    if found is None:
        raise StructureError(
            f"{source.name}: the chemistry of {molecule.where} ({len(elements)} heavy atoms) is "
            "neither in the built-in table nor in the file nor in the archive's component "
            "dictionary; give "
            "its SMILES with smiles= (--smiles), charges as at pH 7.4"
        )
    return Chemistry(molecule.name, found.name, found.smiles, found.basis)


def _could_be(elements: np.ndarray, smiles: str) -> bool:
    """Whether atoms are those of a molecule, or most of them where some are not resolved."""
    there = Counter(str(e).capitalize() for e in elements)
    whole = Counter(a.GetSymbol() for a in parse_smiles(smiles).GetAtoms())
    return not there - whole and 3 * there.total() >= 2 * whole.total()


def _written_chemistry(written: dict[str, str]) -> Chemistry:
    """Chemistry of an inhibitor that `write` wrote, as it was."""
    given = chemistry_from_smiles(written["smiles"], written.get("inhibitor", ""))
    return Chemistry(
        written.get("component", ""), given.name, given.smiles, written.get("protonation", "")
    )


def _other_location(model: FileModel, molecule: FileResidue) -> list[str]:
    """Residues in contact with a molecule that are in another alternate location."""
    mine = molecule.heavy_xyz()
    marked = [
        r for r in [*model.residues, *model.waters_near(mine, CONTACT)]
        if r.location not in ("", molecule.location)
    ]  # fmt: skip
    return [
        f"{r.where} ({r.location})"
        for r in marked
        if len(close_pairs(r.heavy_xyz(), mine, CONTACT)[0])
    ]
