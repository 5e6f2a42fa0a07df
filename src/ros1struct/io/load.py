"""From a file or a name to a :class:`~ros1struct.structure.complex.Complex`.

A file becomes plain residues in :mod:`ros1struct.io.parse`; which chain and which molecule count is
decided in :mod:`ros1struct.io.select`; here the two become a Complex, and every decision on the way
is said in its notes.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ros1struct.errors import InputError, StructureError, did_you_mean, warn
from ros1struct.io.archive.dictionary import component_chemistry
from ros1struct.io.archive.fetch import cached
from ros1struct.io.assemble import atom_keys, provenance_of, to_complex
from ros1struct.io.bond_orders import Chemistry, build_mol, parse_smiles
from ros1struct.io.catalog import CatalogEntry, entries, user_folder
from ros1struct.io.files import user_path
from ros1struct.io.ligands import (
    PROTONATIONS,
    chemistry_from_smiles,
    known_chemistry,
    read_pose,
    recognise,
    unknown_protonation,
)
from ros1struct.io.parse import frames_of, parse, read_bytes, residues_of, shown, stem
from ros1struct.io.records import FileAtom, FileResidue
from ros1struct.io.select import chains_around, check_in_pocket, kinase_chains, pick_inhibitor
from ros1struct.io.surroundings import CONTACT, surroundings
from ros1struct.kinome.residue_numbers import numbered_by
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import close_pairs

if TYPE_CHECKING:
    from rdkit.Chem import Mol


def load(
    source: str | os.PathLike[str],
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
    source : str or path
        A path (PDB or mmCIF, gzipped or not), an entry (``"3ZBF"``), or the name of a bundled
        structure (``"crizotinib"``). Looked for in this order: as a path, in the folder
        ``ROS1STRUCT_STRUCTURES``, in the download cache, in the bundled set. Where the deposited
        entry of a bundled model is in the cache, it is preferred to the model.
    ligand : str or path, optional
        Which molecule is the inhibitor: a component (``"VGH"``), with chain and number where it
        occurs more than once (``"VGH:A:9000"``), or an SDF or MOL file with its pose. By default
        the component that the built-in table knows, else the largest that is no solvent, buffer
        or cofactor.
    chain : str, optional
        Author chain of the kinase. By default the first protein kinase that holds an inhibitor.
    smiles : str, optional
        Chemistry of the inhibitor, with the charges to be used; needed where the built-in table
        does not know it.
    protonation : {"ph74", "neutral"}
        State of an inhibitor that the built-in table knows.
    provenance : {"deposited", "processed", "predicted", "model"}, optional
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
    if not isinstance(source, (str, os.PathLike)):
        raise InputError(f"expected a name, an entry or a path, found {source!r}")
    path, entry = find(source)
    raw = read_bytes(path)
    structure, details, written, annotations = parse(raw, path)
    notes: list[str] = []
    name = entry.name if entry else stem(path)
    several = len(structure) > 1
    if several and "frames" not in written:
        notes.append(f"first of {len(structure)} models")
    if filled := written.pop("elements filled", ""):
        notes.append(f"elements of {filled} atoms read from the columns of their names")
    if changed := written.pop("names changed", ""):
        notes.append(f"names of a simulation program read as the PDB's: {changed}")
    chosen_by: list[str] = []
    residues = list(residues_of(structure, name, chosen_by))
    if ligand is None:
        ligand = (entry.component if entry else written.get("ligand")) or None
    if entry and chain is None:
        chain = entry.chain or None

    numbered = kinase_chains(residues, chain, name, annotations)
    if ligand is not None and Path(ligand).suffix.lower() in (".sdf", ".mol"):
        mol, placed = _pose_from_file(user_path(ligand))
        chosen = chains_around(numbered, [placed])[0][1:]
        check_in_pocket([chosen], placed, name)
        _, protein, counted = chosen
        elements = np.array([a.element for a in placed.heavy])
        known = recognise(elements, placed.heavy_xyz(), protonation)
        chemistry = Chemistry(
            "", known.name if known else Path(ligand).stem, "", "as written in the pose file"
        )
        if smiles is not None:
            given = chemistry_from_smiles(smiles, chemistry.name)
            mol, more = build_mol(elements, placed.heavy_xyz(), given)
            chemistry = replace(given, component="", name=chemistry.name)
            notes.extend(more)
        elif protonation != "ph74":
            if known is None:
                raise InputError(
                    f"{Path(ligand).name}: protonation={protonation!r} needs an inhibitor that the "
                    "built-in table knows; give smiles= with the charges wanted"
                )
            mol, more = build_mol(elements, placed.heavy_xyz(), known)
            chemistry = replace(known, component="")
            notes.extend(more)
        notes.extend(chosen_by)
        notes.append(f"inhibitor from {Path(ligand).name}; the protein file's own is left out")
    else:
        wanted = None if ligand is None else str(ligand)
        picked: list[str] = []
        _, protein, counted, placed = pick_inhibitor(residues, numbered, wanted, name, picked)
        if placed.location:
            # What touches the inhibitor is taken in the location that the inhibitor is in.
            location, picked, chosen_by = placed.location, [], []
            residues = list(residues_of(structure, name, chosen_by, location=location))
            numbered = kinase_chains(residues, chain, name, annotations)
            where = f"{placed.name}:{placed.chain}:{placed.number}{placed.insertion}"
            _, protein, counted, placed = pick_inhibitor(
                residues, numbered, where if wanted is None else wanted, name, picked
            )
            mixed = _other_location(residues, placed)
            if mixed:
                chosen_by.append(
                    f"no alternate location {location} at {shown(mixed)}, which touch the "
                    f"inhibitor in {location}: contacts there are of locations that may never meet"
                )
        notes.extend([*chosen_by, *picked])
        heavy = placed.heavy
        elements = np.array([a.element for a in heavy])
        if smiles is None and protonation == "ph74" and "smiles" in written:
            chemistry = _written_chemistry(written)
        else:
            chemistry = _chemistry(placed, elements, smiles, protonation, name)
        mol, more = build_mol(elements, placed.heavy_xyz(), chemistry)
        notes.extend(more)
    notes.extend(counted.notes)
    around = surroundings(residues, placed, protein, notes)
    kind = provenance_of(structure, details, written, protein, path, raw, provenance, notes)
    complex = to_complex(name, protein, counted, placed, around, mol, chemistry, kind, notes)
    by_author = written.get("numbering") == "author"
    complex = numbered_by(complex, numbering or ("author" if by_author else None))
    if several and "frames" in written:
        complex = complex.with_coordinates(frames_of(structure, atom_keys(complex), name))
    links = complex.bonded_to_protein()
    if links:
        _, atom = links[0]
        label = complex.residue_label(int(complex.atoms.residue[atom]))
        note = f"inhibitor is covalently bonded to {label} {complex.atoms.name[atom]}"
        complex = replace(complex, notes=(*complex.notes, note))
    for note in complex.notes:
        warn(f"{complex.name}: {note}")
    return complex


def find(source: str | os.PathLike[str]) -> tuple[Path, CatalogEntry | None]:
    """Find the file that a name stands for.

    Parameters
    ----------
    source : str or path
        As in :func:`load`.

    Returns
    -------
    path : Path
    entry : CatalogEntry or None
        The catalogue's row when the name is in the catalogue, or that of the deposited entry
        which is preferred to a model.

    Raises
    ------
    InputError
        If there is no such path and no such name; near names are suggested.
    """
    path = user_path(source)
    text = os.fspath(source)
    try:
        is_file, is_folder = path.is_file(), path.is_dir()
    except OSError as error:  # too long for a name
        raise InputError(
            f"{text[:40]!r} cannot be a file name ({error}); expected a path, not a file's content"
        ) from error
    if is_file:
        return path, None
    if path.suffix or os.sep in text or is_folder:
        raise InputError(
            f"{text or repr(text)}: {'is a folder' if is_folder else 'no such file'}; expected a "
            "PDB or mmCIF file, an entry such as 3ZBF, or the name of a bundled structure such as "
            "crizotinib"
        )
    folder = user_folder()
    for candidate in sorted(folder.iterdir()) if folder else ():
        if candidate.is_file() and stem(candidate).lower() == text.lower():
            return candidate, None
    entry = _catalog_entry(text)
    if entry is None:
        if (copy := _cached(text)) is not None:
            return copy, None
        names = [e.name for e in entries()]
        raise InputError(
            f"{text!r} is neither a file nor a known structure.{did_you_mean(text, names)} "
            "`ros1struct structures` lists the known ones; `ros1struct fetch` downloads PDB entries"
        )
    for deposited in _deposited_of(entry):
        if (copy := _cached(deposited.entry)) is not None:
            return copy, deposited
    if entry.path is not None:
        return entry.path, entry
    same = [
        e.name
        for e in entries()
        if e.path
        and (e.kinase, e.variant, e.inhibitor) == (entry.kinase, entry.variant, entry.inhibitor)
    ]
    instead = f"; the bundled {same[0]!r} is a model of the same complex" if same else ""
    raise InputError(
        f"{entry.name} is not on this computer. `ros1struct fetch {entry.name}` downloads it "
        f"from the PDB{instead}"
    )


def _catalog_entry(text: str) -> CatalogEntry | None:
    return next((e for e in entries() if e.name.lower() == text.lower()), None)


def _deposited_of(entry: CatalogEntry) -> list[CatalogEntry]:
    """Return the entry itself, or for the first model of a complex the deposited entries of it."""
    if entry.provenance == "model":
        key = (entry.kinase, entry.variant, entry.inhibitor)
        return [
            e
            for e in entries()
            if e.provenance == "deposited" and (e.kinase, e.variant, e.inhibitor) == key
        ]
    return [entry]


def _cached(entry: str) -> Path | None:
    try:
        return cached(entry)
    except InputError:
        return None


def _pose_from_file(path: Path) -> tuple[Mol, FileResidue]:
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected an SDF or MOL file with the pose")
    mol, elements, xyz = read_pose(path)
    count: dict[str, int] = {}
    atoms = []
    for element, position in zip(elements, xyz, strict=True):
        count[element] = count.get(element, 0) + 1
        x, y, z = (float(v) for v in position)
        atoms.append(FileAtom(f"{element}{count[element]}", str(element), (x, y, z), 1.0, np.nan))
    return mol, FileResidue("L", 1, "", "LIG", tuple(atoms))


def _chemistry(
    molecule: FileResidue,
    elements: np.ndarray,
    smiles: str | None,
    protonation: str,
    name: str,
) -> Chemistry:
    known = known_chemistry(molecule.name, protonation)
    if smiles is not None:
        given = chemistry_from_smiles(smiles, known.name if known else "")
        return Chemistry(molecule.name, given.name, given.smiles, given.basis)
    found = known or recognise(elements, molecule.heavy_xyz(), protonation)
    if found is None:
        found = component_chemistry(molecule.name, protonation)
        if found is not None and not _could_be(elements, found.smiles):
            found = None  # a program's name for any ligand (LIG) that the archive has given, too
    if found is None:
        raise StructureError(
            f"{name}: the chemistry of {molecule.where} ({len(elements)} heavy atoms) is neither "
            "in the built-in table nor in the archive's component dictionary; give its SMILES with "
            "smiles= (--smiles), charges as at pH 7.4"
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


def _other_location(residues: list[FileResidue], molecule: FileResidue) -> list[str]:
    """Residues in contact with a molecule that are in another alternate location."""
    mine = molecule.heavy_xyz()
    return [
        f"{r.where} ({r.location})"
        for r in residues
        if r.location not in ("", molecule.location)
        and len(close_pairs(r.heavy_xyz(), mine, CONTACT)[0])
    ]
