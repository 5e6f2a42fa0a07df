"""Poses of a molecule from SDF, MOL, MOL2 and PDBQT files, with the scores that the file gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError, Ros1structError, StructureError
from ros1struct.io.checks.limits import read_limited, unpacked
from ros1struct.io.checks.molfile import ambiguous, damaged_line, first_molecule
from ros1struct.io.chemistry.bond_orders import Chemistry, build_mol
from ros1struct.io.chemistry.ligands import chemistry_from_smiles, recognise
from ros1struct.io.records import FileAtoms, FileResidue
from ros1struct.structure.complex import FARTHEST

if TYPE_CHECKING:
    from rdkit.Chem import Mol

POSES = (".sdf", ".mol", ".mol2", ".pdbqt")
# AutoDock's atom types that are no elements (Morris GM et al. J Comput Chem 2009, 30:2785-2791);
# G and CG are closed rings' pseudo atoms.
_AUTODOCK = {
    "A": "C", "NA": "N", "NS": "N", "OA": "O", "OS": "O", "SA": "S", "HD": "H", "HS": "H",
}  # fmt: skip
_PSEUDO = ("G", "G0", "G1", "G2", "G3", "CG", "CG0", "CG1", "CG2", "CG3", "W")


@dataclass(frozen=True, eq=False)
class Pose:
    """A molecule of a pose file.

    Attributes
    ----------
    turn : int
        From 1, as the file has them.
    name : str
    elements : ndarray of str, shape (n,)
        Of the heavy atoms.
    xyz : ndarray of float64, shape (n, 3)
        Å.
    mol : rdkit.Chem.Mol or None
        Heavy atoms with bond orders and charges, where the file has them or a SMILES gives them.
    scores : dict of str
        What the file says of it.
    smiles : str
        That the file names for it (meeko's remark).
    notes : tuple of str
    problem : str
        Why it cannot be used; empty where it can.
    """

    turn: int
    name: str
    elements: npt.NDArray[np.str_] = field(default_factory=lambda: np.empty(0, dtype=str))
    xyz: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 3)))
    mol: Mol | None = None
    scores: dict[str, str] = field(default_factory=dict)
    smiles: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def residue(self) -> FileResidue:
        """The molecule as a residue of a file."""
        count: Counter[str] = Counter()
        names = []
        for element in self.elements.tolist():
            count[element] += 1
            names.append(f"{element}{count[element]}")
        ones = np.ones(len(names))
        atoms = FileAtoms(np.array(names), self.elements, self.xyz, ones, ones * np.nan)
        return FileResidue("L", 1, "", "LIG", atoms)


def read_poses(path: Path, smiles: str | None = None) -> tuple[list[Pose], list[Pose]]:
    """Read the molecules of a pose file.

    Parameters
    ----------
    path : Path
        Ends in ``.sdf``, ``.mol``, ``.mol2`` or ``.pdbqt``, or in one of these and ``.gz``.
    smiles : str, optional
        Chemistry of the molecules; PDBQT needs it unless it has meeko's remarks.

    Returns
    -------
    poses, failed : list of Pose
        Those that can be used, and those that cannot, with the reason.

    Raises
    ------
    InputError
        If there is no such file, or its ending is another.
    StructureError
        If it cannot be read at all.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected an SDF, MOL, MOL2 or PDBQT file")
    suffix = Path(path.name.lower().removesuffix(".gz")).suffix
    if suffix not in POSES:
        raise InputError(
            f"{path.name}: poses are read from {', '.join(POSES)}; convert the file to SDF"
        )
    try:
        raw = unpacked(read_limited(path), path)
    except OSError as error:
        raise StructureError(f"{path.name}: cannot be read ({error})") from error
    text = raw.decode("utf-8", errors="replace").replace("\r\n", "\n")
    reader = {".sdf": _sdf, ".mol": _sdf, ".mol2": _mol2, ".pdbqt": _pdbqt}[suffix]
    found = list(reader(text))
    stem = path.name[: -len(suffix)] if path.name.lower().endswith(suffix) else path.stem
    every = [
        _with_chemistry(replace(p, name=p.name or _called(stem, p.turn, len(found))), smiles)
        for p in found
    ]
    poses = [pose for pose in every if not pose.problem]
    return poses, [pose for pose in every if pose.problem]


def read_pose(path: Path) -> tuple[Mol, npt.NDArray[np.str_], npt.NDArray[np.float64]]:
    """Read the first molecule of an SDF or MOL file.

    Returns
    -------
    mol : rdkit.Chem.Mol
        Heavy atoms, with the bond orders and charges of the file.
    elements : ndarray of str, shape (n,)
    xyz : ndarray of float64, shape (n, 3)
        Å.

    Raises
    ------
    StructureError
        If the first molecule cannot be read or has no three-dimensional coordinates, or what
        follows it is no data and no other molecule.
    """
    from rdkit import Chem, rdBase

    text = first_molecule(path)
    title = text.partition("\n")[0].strip()
    what = f"{path.name}: molecule 1 ({title!r})" if title else f"{path.name}: molecule 1"
    with rdBase.BlockLogs():
        try:
            mol: Mol | None = Chem.MolFromMolBlock(text)
            mol = None if mol is None else Chem.RemoveAllHs(mol)
        except (RuntimeError, ValueError):
            mol = None
        if mol is None or mol.GetNumConformers() == 0 or not mol.GetConformer().Is3D():
            raise StructureError(
                f"{what}: expected a molecule with 3D coordinates, found none that RDKit can read"
            )
    elements = np.array([a.GetSymbol() for a in mol.GetAtoms()])
    xyz = np.asarray(mol.GetConformer().GetPositions())
    if len(elements) == 0:
        raise StructureError(f"{what}: expected a molecule, found no atom but hydrogen")
    if unclear := ambiguous(mol):
        raise StructureError(f"{what}: expected elements and bonds, found {unclear}")
    if not (np.abs(xyz) < FARTHEST).all():
        raise StructureError(
            f"{what}: expected coordinates below {FARTHEST:,.0f} Å, found one that is not"
        )
    return mol, elements, xyz


def pose_chemistry(
    pose: Pose, smiles: str | None, protonation: str
) -> tuple[Mol, Chemistry, tuple[str, ...]]:
    """Say what a pose is: as its file has it, or as a SMILES or a protonation state demands.

    Returns
    -------
    mol : rdkit.Chem.Mol
    chemistry : Chemistry
    notes : tuple of str

    Raises
    ------
    InputError
        If a protonation state is asked for that nothing is known of.
    """
    assert pose.mol is not None
    known = recognise(pose.elements, pose.xyz, protonation)
    name = known.name if known else pose.name
    if smiles is not None or pose.smiles:
        basis = "as written in the SMILES given" if smiles else "as in the file's remark SMILES"
        return pose.mol, Chemistry("", name, smiles or pose.smiles, basis), pose.notes
    if protonation != "neutral":
        return pose.mol, Chemistry("", name, "", "as written in the pose file"), pose.notes
    if known is None:
        raise InputError(
            f"{pose.name}: protonation={protonation!r} needs an inhibitor that the built-in table "
            "knows; give smiles= with the charges wanted"
        )
    mol, notes = build_mol(pose.elements, pose.xyz, known)
    return mol, replace(known, component=""), (*pose.notes, *notes)


def _called(stem: str, turn: int, count: int) -> str:
    """Name of a molecule that has none."""
    return stem if count == 1 else f"{stem}#{turn}"


def _with_chemistry(pose: Pose, smiles: str | None) -> Pose:
    """Give a pose the bond orders of a SMILES, where one is given or needed."""
    wanted = smiles or pose.smiles
    if len(pose.elements) == 0 or not wanted:
        no_orders = "PDBQT has no bond orders; give smiles=, or write it with meeko's remarks"
        return replace(pose, problem=pose.problem or ("" if pose.mol is not None else no_orders))
    try:
        chemistry = chemistry_from_smiles(wanted, pose.name)
        mol, notes = build_mol(pose.elements, pose.xyz, chemistry)
    except Ros1structError as error:
        if isinstance(error, InputError):
            raise
        return replace(pose, problem=str(error))
    return replace(pose, mol=mol, notes=notes, problem="")


def _of_mol(turn: int, name: str, mol: Mol | None, scores: dict[str, str]) -> Pose:
    """Take RDKit's molecule, read without checks."""
    from rdkit import Chem, rdBase

    if mol is None or mol.GetNumConformers() == 0 or not mol.GetConformer().Is3D():
        why = "RDKit cannot read it" if mol is None else "it has no 3D coordinates"
        return Pose(turn, name, scores=scores, problem=why)
    heavy = [a.GetIdx() for a in mol.GetAtoms() if a.GetAtomicNum() > 1]
    elements = np.array([mol.GetAtomWithIdx(k).GetSymbol() for k in heavy])
    xyz = np.asarray(mol.GetConformer().GetPositions(), dtype=np.float64)[heavy]
    if not heavy:
        return Pose(turn, name, scores=scores, problem="it has no atom but hydrogen")
    if unclear := ambiguous(mol):
        return Pose(turn, name, scores=scores, problem=f"it has {unclear}")
    if not (np.abs(xyz) < FARTHEST).all():
        why = f"it has a coordinate that is not below {FARTHEST:,.0f} Å"
        return Pose(turn, name, scores=scores, problem=why)
    try:
        with rdBase.BlockLogs():
            Chem.SanitizeMol(mol)
            Chem.AssignStereochemistryFrom3D(mol)
            mol = Chem.RemoveAllHs(mol)
    except (ValueError, RuntimeError) as error:
        why = str(error).strip().splitlines()[0]
        return Pose(turn, name, elements, xyz, None, scores, problem=why)
    return Pose(turn, name, elements, xyz, mol, scores)


def _sdf(text: str) -> Iterator[Pose]:
    from rdkit import Chem, rdBase

    blocks = re.split(r"^\$\$\$\$.*\n?", text, flags=re.MULTILINE)
    for turn, block in enumerate((b for b in blocks if b.strip()), start=1):
        name = block.split("\n", 1)[0].strip()
        found = re.findall(r"^> .*?<(.+?)>.*\n((?:.+\n?)*)", block, flags=re.MULTILINE)
        lines = block.split("\n")
        end = next((k for k, line in enumerate(lines) if line.startswith("M  END")), len(lines))
        if damage := damaged_line(lines, end):
            row, expected = damage
            shown = lines[row][:60] if row < len(lines) else ""
            problem = f"line {row + 1} of it: expected {expected}, found {shown!r}"
            yield Pose(turn, name, problem=problem)
            continue
        with rdBase.BlockLogs():
            mol = Chem.MolFromMolBlock(block, sanitize=False, removeHs=False)
        yield _of_mol(turn, name, mol, {key: value.strip() for key, value in found})


def _mol2(text: str) -> Iterator[Pose]:
    from rdkit import Chem, rdBase

    before, *blocks = text.split("@<TRIPOS>MOLECULE")
    for turn, block in enumerate(blocks, start=1):
        name = block.lstrip("\n").split("\n", 1)[0].strip()
        # DOCK writes scores as comments in front of each molecule.
        found = re.findall(r"^#+\s*([^:#\n]+):[ \t]*(.+)$", before, flags=re.MULTILINE)
        before = block
        with rdBase.BlockLogs():
            mol = Chem.MolFromMol2Block(f"@<TRIPOS>MOLECULE{block}", sanitize=False, removeHs=False)
        yield _of_mol(turn, name, mol, {key.strip(): value.strip() for key, value in found})


def _pdbqt(text: str) -> Iterator[Pose]:
    models = re.split(r"^ENDMDL.*\n?", text, flags=re.MULTILINE)
    kept = [m for m in models if re.search(r"^(?:ATOM|HETATM)", m, flags=re.MULTILINE)]
    smiles = ""
    for turn, model in enumerate(kept, start=1):
        if told := re.search(r"^REMARK\s+SMILES\s+(?!IDX)(\S+)", model, flags=re.MULTILINE):
            smiles = told[1]  # meeko writes it into the first model, or into each
        named = re.search(r"^REMARK\s+Name\s*=\s*(.+)$", model, flags=re.MULTILINE)
        name = named[1].strip() if named else ""
        elements: list[str] = []
        xyz: list[list[float]] = []
        problem = ""
        for line in model.splitlines():
            if not line.startswith(("ATOM", "HETATM")):
                continue
            kind = line[77:79].strip()
            if kind.upper() in _PSEUDO:
                continue
            element = _AUTODOCK.get(kind.upper(), kind.capitalize())
            try:
                place = [float(line[k : k + 8]) for k in (30, 38, 46)]
            except ValueError:
                elements, xyz = [], []
                problem = f"a coordinate is no number in {line[:66].strip()!r}"
                break
            if element != "H":
                elements.append(element)
                xyz.append(place)
        yield Pose(
            turn, name, np.array(elements, dtype=str), np.array(xyz).reshape(-1, 3), None,
            _docking_scores(model), smiles, problem=problem,
        )  # fmt: skip


def _docking_scores(model: str) -> dict[str, str]:
    """Scores that Vina and AutoDock write into remarks."""
    scores = {}
    vina = re.search(r"^REMARK\s+VINA RESULT:\s+(\S+)\s+(\S+)\s+(\S+)", model, flags=re.MULTILINE)
    if vina:
        scores = dict(
            zip(("vina_affinity", "vina_rmsd_lb", "vina_rmsd_ub"), vina.groups(), strict=True)
        )
    for key, pattern in (
        ("minimizedAffinity", r"minimizedAffinity\s+(\S+)"),
        ("CNNscore", r"CNNscore\s+(\S+)"),
        ("CNNaffinity", r"CNNaffinity\s+(\S+)"),
        ("autodock_energy", r"Estimated Free Energy of Binding\s*=\s*(\S+)"),
    ):
        if found := re.search(pattern, model):
            scores[key] = found[1]
    return scores
