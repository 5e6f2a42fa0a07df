"""From a file or a name to a :class:`~ros1struct.complexes.Complex`.

PDB and mmCIF are read with gemmi: it understands hybrid-36 numbers, insertion codes, long component
ids and both chain namings, and reads a kinase in 2 ms. Everything else that turns a file into one
kinase chain with one inhibitor is decided here, and every decision is said in the notes.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.catalog import CatalogEntry, entries, user_folder
from ros1struct.complexes import Atoms, Complex, Provenance, Residues
from ros1struct.errors import InputError, StructureError, did_you_mean
from ros1struct.fetch import cached
from ros1struct.geometry import close_pairs
from ros1struct.ligands import (
    PROTONATIONS,
    AtomTypes,
    Chemistry,
    atom_types,
    build_mol,
    chemistry_from_smiles,
    known_chemistry,
    read_pose,
    recognise,
    unknown_protonation,
)
from ros1struct.numbering import Numbering, number_chain
from ros1struct.residues import (
    BACKBONE,
    MODIFIED,
    PARENT,
    RESIDUE_TYPES,
    one_letter,
    residue_type,
)

if TYPE_CHECKING:
    import gemmi
    from rdkit.Chem import Mol

WATERS_WITHIN = 5.0
CONTACT = 4.5
# Smaller molecules are fragments, solvents or buffers; the smallest approved kinase inhibitor
# (fasudil) has 20 heavy atoms.
SMALLEST_INHIBITOR = 10
SHORTEST_CHAIN = 30

WATER = frozenset({"HOH", "WAT", "DOD", "H2O", "TIP3", "TIP", "SOL"})
METALS = frozenset(["Li", "Na", "Mg", "K", "Ca", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Cd"])
ADDITIVES = frozenset(
    [
        "ACE",
        "ACN",
        "ACT",
        "ACY",
        "BCT",
        "BEN",
        "BEZ",
        "BGC",
        "BMA",
        "BME",
        "BOG",
        "BTB",
        "BU3",
        "CAC",
        "CIT",
        "CO3",
        "CPS",
        "CXS",
        "DIO",
        "DMF",
        "DMS",
        "DMU",
        "DOD",
        "DTD",
        "DTT",
        "DTV",
        "EDO",
        "EGL",
        "EOH",
        "EPE",
        "ETA",
        "FLC",
        "FMT",
        "FUC",
        "GAL",
        "GLC",
        "GOL",
        "HED",
        "HEZ",
        "IMD",
        "IPA",
        "LDA",
        "LMT",
        "MAE",
        "MAL",
        "MAN",
        "MES",
        "MG8",
        "MLA",
        "MLI",
        "MLT",
        "MOH",
        "MPD",
        "MPO",
        "MRD",
        "MXE",
        "MYR",
        "NAG",
        "NDG",
        "NH2",
        "NH4",
        "NME",
        "NO3",
        "OLC",
        "P33",
        "P4G",
        "P6G",
        "PDO",
        "PE4",
        "PEG",
        "PEU",
        "PG0",
        "PG4",
        "PGE",
        "PGO",
        "PIN",
        "PLM",
        "PO4",
        "POP",
        "PYR",
        "SCN",
        "SIN",
        "SO3",
        "SO4",
        "SPD",
        "SPM",
        "STE",
        "SUC",
        "TAM",
        "TAR",
        "TBU",
        "TCE",
        "TFA",
        "TLA",
        "TMO",
        "TRS",
        "UNX",
        "VO4",
        "1PE",
        "2PE",
        "7PE",
        "12P",
        "15P",
        "XPE",
    ]
)
COFACTORS = frozenset(
    [
        "ATP",
        "ADP",
        "AMP",
        "ANP",
        "ACP",
        "AGS",
        "APC",
        "ADN",
        "ADX",
        "TPS",
        "GTP",
        "GDP",
        "GNP",
        "GSP",
        "NAD",
        "NAI",
        "NAP",
        "FAD",
        "FMN",
        "SAM",
        "SAH",
        "COA",
        "HEM",
    ]
)

NUCLEOTIDES = frozenset(["A", "C", "G", "U", "I", "DA", "DC", "DG", "DT", "DU", "DI"])


@dataclass(frozen=True, eq=False)
class _Atom:
    name: str
    element: str
    xyz: tuple[float, float, float]
    occupancy: float
    b: float


@dataclass(frozen=True, eq=False)
class _Residue:
    chain: str
    number: int
    insertion: str
    name: str
    atoms: tuple[_Atom, ...]

    @property
    def heavy(self) -> list[_Atom]:
        return [a for a in self.atoms if a.element not in ("H", "D")]

    @property
    def where(self) -> str:
        return f"{self.name} {self.chain}/{self.number}{self.insertion}"

    def heavy_xyz(self) -> np.ndarray:
        return np.array([a.xyz for a in self.heavy]).reshape(-1, 3)


def load(
    source: str | os.PathLike[str],
    *,
    ligand: str | os.PathLike[str] | None = None,
    chain: str | None = None,
    smiles: str | None = None,
    protonation: str = "ph74",
    provenance: str | None = None,
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

    Returns
    -------
    Complex
        The first model, the best-occupied alternate locations, waters and metals within 5 Å of
        the inhibitor; what was decided on the way stands in its notes.

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
    if protonation not in PROTONATIONS:
        raise InputError(unknown_protonation(protonation))
    path, entry = find(source)
    raw = _read_bytes(path)
    structure, details = _parse(raw, path)
    notes: list[str] = []
    name = entry.name if entry else _stem(path)
    residues = list(_residues(structure, name, notes))
    if entry and ligand is None:
        ligand = entry.component or None
    if entry and chain is None:
        chain = entry.chain or None

    numbered = _kinase_chains(residues, chain, name)
    if ligand is not None and Path(ligand).suffix.lower() in (".sdf", ".mol"):
        mol, placed = _pose_from_file(Path(ligand).expanduser())
        chosen = _chain_around(numbered, [placed])[0][1:]
        _check_in_pocket([chosen], placed, name)
        _, protein, numbering = chosen
        known = recognise(np.array([a.element for a in placed.heavy]), placed.heavy_xyz())
        chemistry = Chemistry(
            "", known.name if known else Path(ligand).stem, "", "as written in the pose file"
        )
        notes.append(f"inhibitor from {Path(ligand).name}; the protein file's own is left out")
    else:
        _, protein, numbering, placed = _pick_inhibitor(
            residues, numbered, None if ligand is None else str(ligand), name, notes
        )
        heavy = placed.heavy
        elements = np.array([a.element for a in heavy])
        chemistry = _chemistry(placed, elements, smiles, protonation, name)
        mol, more = build_mol(elements, placed.heavy_xyz(), chemistry)
        notes.extend(more)
    around = _near(residues, placed, protein)
    kind = _provenance(structure, details, protein, path, raw, provenance, notes)
    complex = _assemble(name, protein, numbering, placed, around, mol, chemistry, kind, notes)
    links = complex.bonded_to_protein()
    if links:
        _, atom = links[0]
        label = complex.residue_label(int(complex.atoms.residue[atom]))
        note = f"inhibitor is covalently bonded to {label} {complex.atoms.name[atom]}"
        complex = replace(complex, notes=(*complex.notes, note))
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
    path = Path(source).expanduser()
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
        if candidate.is_file() and _stem(candidate).lower() == text.lower():
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


def _stem(path: Path) -> str:
    name = path.name
    for suffix in (".gz", ".cif", ".mmcif", ".pdb", ".ent"):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name or path.name


def _read_bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StructureError(f"{path.name}: cannot be read ({error.strerror})") from error
    if not raw.strip():
        raise StructureError(f"{path.name}: the file is empty; expected a PDB or mmCIF structure")
    return raw


def _parse(raw: bytes, path: Path) -> tuple[gemmi.Structure, dict[str, str]]:
    """Parse PDB or mmCIF, told apart by content; also return the file's own provenance items."""
    import gemmi

    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error) as error:
            raise StructureError(
                f"{path.name}: the gzip file is damaged or truncated ({error}); download it again"
            ) from error
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    cif = re.search(r"^\s*_atom_site\.", text, re.MULTILINE) is not None
    if not cif and not any(line.startswith(("ATOM  ", "HETATM")) for line in text.splitlines()):
        raise StructureError(
            f"{path.name}: not a structure; expected PDB ATOM records or an mmCIF _atom_site "
            f"table, found a file that begins with {text.strip()[:40]!r}"
        )
    _check_atoms(text, cif, path)
    details: dict[str, str] = {}
    try:
        if not cif:
            return gemmi.read_pdb_string(text), details
        document = gemmi.cif.read_string(text)
        block = next(b for b in document if "_atom_site." in b.get_mmcif_category_names())
        for item in block.get_mmcif_category("_ros1struct.").items():
            details[item[0]] = str((item[1] or [""])[0] or "")
        if any(t.startswith("_ma_") for t in block.get_mmcif_category_names()):
            details.setdefault("provenance", "predicted")
        return gemmi.make_structure_from_block(block), details
    except (RuntimeError, ValueError) as error:
        raise StructureError(f"{path.name}: cannot be parsed: {error}") from error


# Three fixed columns of 8; the blanks between are not required when a number is long.
_COORDINATES = re.compile(r"(?=.{24})(?:\s*[+-]?\d+\.\d*){3}\s*")


def _check_atoms(text: str, cif: bool, path: Path) -> None:
    """Refuse files that leave elements to be guessed from atom names (CL is not always carbon)."""
    if cif:
        if "_atom_site.type_symbol" not in text:
            raise StructureError(
                f"{path.name}: the _atom_site table has no type_symbol column; elements are never "
                "guessed from atom names. Export the file again with elements"
            )
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith(("ATOM  ", "HETATM")):
            continue
        atom = f"{line[12:16].strip()} of {line[17:20].strip()} {line[22:27].strip()}"
        if not line[76:78].strip():
            raise StructureError(
                f"{path.name}, line {number}: atom {atom} has no element (columns 77-78); elements "
                "are never guessed from atom names. Export the file again with elements"
            )
        if not _COORDINATES.fullmatch(line[30:54]):  # gemmi reads ******** as zero
            raise StructureError(
                f"{path.name}, line {number}: atom {atom} has a coordinate that is not a number; "
                f"expected three in columns 31-54, found {line[30:54]!r}"
            )


def _residues(structure: gemmi.Structure, name: str, notes: list[str]) -> Iterator[_Residue]:
    """Yield the residues of the first model, one alternate location each."""
    if len(structure) == 0:
        return
    if len(structure) > 1:
        notes.append(f"first of {len(structure)} models")
    alternates, twice = [], []
    for chain in structure[0]:
        groups: dict[tuple[int, str], list[gemmi.Residue]] = {}
        for residue in chain:
            key = (int(residue.seqid.num or 0), residue.seqid.icode.strip())
            groups.setdefault(key, []).append(residue)
        for (number, insertion), members in groups.items():
            for residue, rivals in _one_amino_acid(members):
                atoms, choice, copies = _best_location(residue)
                made = _Residue(chain.name.strip(), number, insertion, residue.name, atoms)
                _check_finite(made, name)
                if choice or rivals == "alternate":
                    alternates.append(f"{residue.name}{number}{insertion}:{choice}")
                if copies or rivals == "twice":
                    twice.append(made.where)
                yield made
    if alternates:
        notes.append(f"alternate locations: best-occupied taken ({_shown(alternates)})")
    if twice:
        notes.append(f"given twice under one number, first copy taken: {_shown(twice)}")


def _check_finite(residue: _Residue, name: str) -> None:
    for atom in residue.atoms:
        if not all(map(math.isfinite, atom.xyz)):
            raise StructureError(
                f"{name}: atom {atom.name} of {residue.where} has a coordinate that is not a "
                "number; expected three finite numbers in Å"
            )


def _shown(items: list[str]) -> str:
    return ", ".join(items[:6]) + (", ..." if len(items) > 6 else "")


def _one_amino_acid(members: list[gemmi.Residue]) -> list[tuple[gemmi.Residue, str]]:
    """Of several amino acids under one number keep one; waters and ligands may share numbers."""
    rivals = [r for r in members if r.name in RESIDUE_TYPES or r.name in PARENT]
    if len(rivals) < 2:
        return [(r, "") for r in members]
    # Microheterogeneity has alternate-location marks; a chain that is there twice has none.
    marked = any(a.has_altloc() for r in rivals for a in r)
    best = max(rivals, key=lambda r: float(np.mean([a.occ for a in r])) if marked else 0.0)
    kind = "alternate" if marked else "twice"
    return [(best, kind), *((r, "") for r in members if r not in rivals)]


def _best_location(residue: gemmi.Residue) -> tuple[tuple[_Atom, ...], str, bool]:
    """Return the atoms of one location, its mark, and whether a second copy was left out."""
    occupancy: dict[str, list[float]] = {}
    for atom in residue:
        if atom.has_altloc():
            occupancy.setdefault(atom.altloc, []).append(atom.occ)
    chosen = min(occupancy, key=lambda a: (-float(np.mean(occupancy[a])), a), default="")
    atoms = [a for a in residue if not a.has_altloc() or a.altloc == chosen]
    repeats = Counter(a.name for a in atoms)
    # Every name equally often: copies. Otherwise the names are not meant to be unique
    # (a ligand whose carbons are all called C), and all atoms count.
    copies = len(set(repeats.values())) == 1 and max(repeats.values()) > 1
    if copies or residue.name in RESIDUE_TYPES or residue.name in PARENT:
        copies = max(repeats.values()) > 1
        first: dict[str, gemmi.Atom] = {}
        for atom in atoms:
            first.setdefault(atom.name, atom)
        atoms = list(first.values())
    kept = tuple(
        _Atom(a.name, a.element.name, (a.pos.x, a.pos.y, a.pos.z), a.occ, a.b_iso) for a in atoms
    )
    return kept, chosen, copies


def _is_amino_acid(residue: _Residue) -> bool:
    if residue.name in RESIDUE_TYPES or residue.name in PARENT:
        return True
    atoms = {a.name: a for a in residue.atoms}
    if not {*BACKBONE} <= atoms.keys() or known_chemistry(residue.name) is not None:
        return False
    # Ligands use these names too: only in an amino acid are the atoms bonded N-CA-C-O.
    chain = np.array([atoms[name].xyz for name in BACKBONE])
    return bool((np.linalg.norm(np.diff(chain, axis=0), axis=1) < 1.8).all())


_Chain = tuple[str, list[_Residue], Numbering]


def _kinase_chains(residues: list[_Residue], wanted: str | None, name: str) -> list[_Chain]:
    chains: dict[str, list[_Residue]] = {}
    for residue in residues:
        if _is_amino_acid(residue):
            chains.setdefault(residue.chain, []).append(residue)
    if not chains:
        raise StructureError(f"{name}: no protein in the file; expected a kinase chain")
    if wanted is not None:
        wanted = wanted.strip()
        if wanted not in chains:
            raise InputError(
                f"{name}: no protein chain {wanted!r}; the file has "
                f"{', '.join(repr(c) for c in chains)}"
            )
        chains = {wanted: chains[wanted]}
    found: list[_Chain] = []
    reasons = []
    for key, members in chains.items():
        if len(members) < SHORTEST_CHAIN:
            reasons.append(f"chain {key!r} has only {len(members)} amino acids")
            continue
        whole = sum({*BACKBONE} <= {a.name for a in r.atoms} for r in members)
        if whole < len(members) / 2:
            reasons.append(
                f"chain {key!r} has a whole backbone in only {whole} of {len(members)} residues "
                "(a Cα trace?)"
            )
            continue
        letters = "".join(one_letter(r.name) for r in members)
        numbers = np.array([r.number for r in members])
        try:
            numbering = number_chain(letters, numbers, what=f"{name}, chain {key!r}")
        except StructureError as error:
            reasons.append(str(error))
            continue
        found.append((key, members, numbering))
    if not found:
        raise StructureError(f"{name}: no protein kinase chain. " + "; ".join(reasons))
    return found


def _contacts(chain: _Chain, molecule: _Residue) -> int:
    """Count the inhibitor's atoms within reach of the chain's KLIFS pocket."""
    _, members, numbering = chain
    pocket = [a.xyz for r, k in zip(members, numbering.klifs, strict=True) if k for a in r.heavy]
    _, j, _ = close_pairs(np.array(pocket).reshape(-1, 3), molecule.heavy_xyz(), CONTACT)
    return len(set(j.tolist()))


def _chain_around(
    chains: list[_Chain], molecules: list[_Residue]
) -> list[tuple[_Residue, str, list[_Residue], Numbering]]:
    """Pairs of a molecule and the kinase chain it sits in, most contacts first."""
    scored = [
        (_contacts(c, m), -ci, -mi, (m, *c))
        for ci, c in enumerate(chains)
        for mi, m in enumerate(molecules)
    ]
    scored.sort(key=lambda s: s[:3], reverse=True)
    return [s[3] for s in scored if s[0] > 0] or [scored[0][3]]


def _pick_inhibitor(
    residues: list[_Residue],
    chains: list[_Chain],
    wanted: str | None,
    name: str,
    notes: list[str],
) -> tuple[str, list[_Residue], Numbering, _Residue]:
    others = [r for r in residues if not _is_amino_acid(r) and r.name not in WATER | NUCLEOTIDES]
    listing = ", ".join(dict.fromkeys(r.where for r in others)) or "none"
    if wanted is not None:
        candidates = [r for r in residues if _answers_to(r, wanted)]
        if not candidates:
            raise StructureError(
                f"{name}: no residue {wanted!r}; the file has these hetero residues: {listing}"
            )
        if _is_amino_acid(candidates[0]):
            raise InputError(
                f"{name}: {candidates[0].where} is an amino acid; peptides are not handled as "
                f"inhibitors. Hetero residues in the file: {listing}"
            )
    else:
        candidates = [
            r
            for r in others
            if r.name not in ADDITIVES | COFACTORS and len(r.heavy) >= SMALLEST_INHIBITOR
        ]
        if not candidates:
            raise StructureError(
                f"{name}: no inhibitor found (hetero residues: {listing}{_peptides(residues)}); "
                f"expected a molecule of {SMALLEST_INHIBITOR} or more heavy atoms that is no "
                "solvent, buffer or cofactor. Name one with ligand=, or give a pose file"
            )
    paired = _chain_around(chains, candidates)
    _check_in_pocket(chains, paired[0][0], name)
    if wanted is None:
        paired = _most_likely(paired, name)
    molecule, key, members, numbering = paired[0]
    left = dict.fromkeys(m.where for m, *_ in paired if m is not molecule)
    if left:
        notes.append(f"inhibitor {molecule.where}; also there: {', '.join(left)}")
    return key, members, numbering, molecule


def _check_in_pocket(chains: list[_Chain], molecule: _Residue, name: str) -> None:
    if not any(_contacts(chain, molecule) for chain in chains):
        raise StructureError(
            f"{name}: {molecule.where} touches no pocket residue of "
            f"{', '.join(f'chain {c[0]!r}' for c in chains)} within {CONTACT} Å; name another "
            "with ligand= or chain="
        )


def _peptides(residues: list[_Residue]) -> str:
    length = Counter(r.chain for r in residues if _is_amino_acid(r))
    short = [f"{c!r} ({n} amino acids)" for c, n in length.items() if n < SHORTEST_CHAIN]
    return f"; peptide chains, not handled as inhibitors: {', '.join(short)}" if short else ""


def _most_likely(
    paired: list[tuple[_Residue, str, list[_Residue], Numbering]], name: str
) -> list[tuple[_Residue, str, list[_Residue], Numbering]]:
    """Prefer the first chain; refuse to choose between two different inhibitors in it."""
    first = min(p[1] for p in paired) if len({p[1] for p in paired}) > 1 else paired[0][1]
    paired = sorted(paired, key=lambda p: p[1] != first)
    here = [p for p in paired if p[1] == first]
    known = [p for p in here if known_chemistry(p[0].name) is not None]
    pool = known or here
    largest = max(len(p[0].heavy) for p in pool)
    pool = [p for p in pool if known or len(p[0].heavy) == largest]
    if len({p[0].name for p in pool}) > 1:
        raise StructureError(
            f"{name}: several inhibitors: {', '.join(p[0].where for p in pool)}; name one with "
            f"ligand=, e.g. ligand={pool[0][0].name!r}"
        )
    chosen = pool[0]
    return [chosen, *(p for p in paired if p is not chosen)]


def _answers_to(residue: _Residue, wanted: str) -> bool:
    parts = wanted.split(":")
    mine = (residue.name, residue.chain, f"{residue.number}{residue.insertion}")
    return len(parts) <= 3 and all(
        a.upper() == b.upper() if i == 0 else a == b
        for i, (a, b) in enumerate(zip(parts, mine, strict=False))
    )


def _pose_from_file(path: Path) -> tuple[Mol, _Residue]:
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected an SDF or MOL file with the pose")
    mol, elements, xyz = read_pose(path)
    count: dict[str, int] = {}
    atoms = []
    for element, position in zip(elements, xyz, strict=True):
        count[element] = count.get(element, 0) + 1
        x, y, z = (float(v) for v in position)
        atoms.append(_Atom(f"{element}{count[element]}", str(element), (x, y, z), 1.0, np.nan))
    return mol, _Residue("L", 1, "", "LIG", tuple(atoms))


def _chemistry(
    molecule: _Residue,
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
        raise StructureError(
            f"{name}: the chemistry of {molecule.where} ({len(elements)} heavy atoms) is not in "
            "the built-in table; give its SMILES with smiles= (--smiles), charges as at pH 7.4"
        )
    return Chemistry(molecule.name, found.name, found.smiles, found.basis)


def _near(
    residues: list[_Residue], molecule: _Residue, protein: list[_Residue]
) -> list[tuple[str, _Residue]]:
    """Waters and metals around the inhibitor, as (role, residue)."""
    found = []
    mine = molecule.heavy_xyz()
    for residue in residues:
        if residue is molecule or residue in protein or not residue.heavy:
            continue
        metal = len(residue.heavy) == 1 and residue.heavy[0].element in METALS
        if not metal and residue.name not in WATER:
            continue
        if len(close_pairs(residue.heavy_xyz(), mine, WATERS_WITHIN)[0]):
            found.append(("metal" if metal else "water", residue))
    return found


def _provenance(
    structure: gemmi.Structure,
    details: dict[str, str],
    protein: list[_Residue],
    path: Path,
    raw: bytes,
    told: str | None,
    notes: list[str],
) -> Provenance:
    info = dict(structure.info)
    method = info.get("_exptl.method", "")
    title = info.get("_struct.title", "")
    entry = details.get("entry", "") or info.get("_entry.id", "") or structure.name
    said = details.get("provenance", "")
    experimental = method and "THEORETICAL" not in method.upper()
    if told or said:
        kind = told or said
    elif experimental:
        kind = "deposited"
    elif "ALPHAFOLD" in title.upper() or "PREDICT" in title.upper():
        kind = "predicted"
    elif _looks_like_plddt(protein):
        kind = "predicted"
        notes.append("B column is one number per residue, 0-100: read as pLDDT of a prediction")
    else:
        kind = "processed"
        notes.append(
            "the file names no experiment: taken as processed; say provenance= if you know better"
        )
    is_entry = (len(entry) in (4, 12) and entry[:1].isdigit()) or entry.startswith("pdb_")
    resolution = float(structure.resolution)
    return Provenance(
        kind=kind,
        entry=entry.upper() if is_entry and kind in ("deposited", "processed") else "",
        method=details.get("method", "") or method,
        resolution=resolution if resolution > 0 else None,
        file=path.name,
        sha256=hashlib.sha256(raw).hexdigest(),
        details=tuple(details.items()),
    )


def _looks_like_plddt(protein: list[_Residue]) -> bool:
    per_residue = [{round(a.b, 2) for a in r.heavy} for r in protein if len(r.heavy) > 1]
    values = {next(iter(b)) for b in per_residue if len(b) == 1}
    same = all(len(b) == 1 for b in per_residue)
    return same and len(values) > 5 and all(0 < v <= 100 for v in values)


def _protein_types(residue: _Residue) -> AtomTypes:
    kind = residue_type(residue.name)
    united: list[str] = []
    donor: list[bool] = []
    acceptor: list[bool] = []
    charge: list[int] = []
    modified = MODIFIED.get(residue.name, {})
    for atom in residue.atoms:
        hydrogen = atom.element in ("H", "D")
        if atom.name in modified:
            own = modified[atom.name]
            united.append(own[0])
            donor.append(own[1])
            acceptor.append(own[2])
            charge.append(own[3])
            continue
        known = kind is not None and atom.name in kind.classes and not hydrogen
        if known and kind is not None:
            united.append(kind.classes[atom.name])
            donor.append(atom.name in kind.donors)
            acceptor.append(atom.name in kind.acceptors)
            charge.append(kind.charges.get(atom.name, 0))
            continue
        fallback = {"C": "C4", "D": "H"}.get(atom.element, atom.element)
        united.append(fallback)
        donor.append(False)
        acceptor.append(atom.element == "O")
        charge.append(0)
    return AtomTypes(
        np.array(united, dtype=str),
        np.array(donor, dtype=bool),
        np.array(acceptor, dtype=bool),
        np.array(charge, dtype=np.int8),
    )


def _simple_types(residue: _Residue, role: str) -> AtomTypes:
    elements = [a.element for a in residue.atoms]
    water = np.array([role == "water" and e == "O" for e in elements])
    united = [
        "H" if e in ("H", "D") else ("OH" if w else e) for e, w in zip(elements, water, strict=True)
    ]
    charge = np.zeros(len(elements), dtype=np.int8)
    return AtomTypes(np.array(united, dtype=str), water, water, charge)


def _assemble(
    name: str,
    protein: list[_Residue],
    numbering: Numbering,
    molecule: _Residue,
    around: list[tuple[str, _Residue]],
    mol: Mol,
    chemistry: Chemistry,
    provenance: Provenance,
    notes: list[str],
) -> Complex:
    heavy = molecule.heavy
    hydrogens = [a for a in molecule.atoms if a.element in ("H", "D")]
    ordered = _Residue(
        molecule.chain, molecule.number, molecule.insertion, molecule.name, (*heavy, *hydrogens)
    )
    own = atom_types(mol)
    n = len(hydrogens)
    inhibitor_types = AtomTypes(
        np.concatenate([own.united, np.full(n, "H")]),
        np.concatenate([own.donor, np.zeros(n, dtype=bool)]),
        np.concatenate([own.acceptor, np.zeros(n, dtype=bool)]),
        np.concatenate([own.charge, np.zeros(n, dtype=np.int8)]),
    )
    members: list[tuple[str, _Residue, AtomTypes]] = [
        *(("protein", r, _protein_types(r)) for r in protein),
        ("inhibitor", ordered, inhibitor_types),
        *((role, r, _simple_types(r, role)) for role, r in around),
    ]
    unknown = [(r, a) for _, r, _ in members for a in r.atoms if a.element == "X"]
    if unknown:
        residue, atom = unknown[0]
        raise StructureError(
            f"{name}: atom {atom.name} of {residue.where} has an element that is not in the "
            "periodic table; elements are never guessed from atom names"
        )
    zero = [r.where for _, r, _ in members if any(a.occupancy == 0 for a in r.heavy)]
    if zero:
        notes.append(f"atoms of zero occupancy kept: {_shown(zero)}")
    atoms = [(i, a) for i, (_, r, _) in enumerate(members) for a in r.atoms]
    b = np.array([a.b for _, a in atoms], dtype=np.float32)
    extra = [0] * (len(members) - len(protein))
    return Complex(
        name=name,
        xyz=np.array([[a.xyz for _, a in atoms]], dtype=np.float32),
        atoms=Atoms(
            name=np.array([a.name for _, a in atoms]),
            element=np.array([a.element for _, a in atoms]),
            residue=np.array([i for i, _ in atoms], dtype=np.intp),
            united=np.concatenate([t.united for _, _, t in members]),
            donor=np.concatenate([t.donor for _, _, t in members]),
            acceptor=np.concatenate([t.acceptor for _, _, t in members]),
            charge=np.concatenate([t.charge for _, _, t in members]),
            occupancy=np.array([a.occupancy for _, a in atoms], dtype=np.float32),
            b_factor=np.full_like(b, np.nan) if provenance.kind in ("predicted", "model") else b,
        ),
        residues=Residues(
            chain=np.array([r.chain for _, r, _ in members]),
            number=np.array([r.number for _, r, _ in members], dtype=np.intp),
            insertion=np.array([r.insertion for _, r, _ in members]),
            name=np.array([r.name for _, r, _ in members]),
            letter=np.array(
                [one_letter(r.name) if role == "protein" else "X" for role, r, _ in members]
            ),
            role=np.array([role for role, _, _ in members]),
            uniprot=np.concatenate([numbering.uniprot, extra]).astype(np.intp),
            klifs=np.concatenate([numbering.klifs, extra]).astype(np.intp),
        ),
        inhibitor=mol,
        inhibitor_name=chemistry.name or chemistry.component,
        component=chemistry.component,
        protonation=chemistry.basis,
        kinase=numbering.kinase,
        provenance=provenance,
        notes=tuple(notes),
    )
