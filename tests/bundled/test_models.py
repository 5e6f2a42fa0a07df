"""The committed models: what their files state, and whether their geometry says the same.

Everything is measured here from the coordinates again, by other means than the build used
(Biopython's superposition, bonds perceived from distances), so that a wrong file cannot vouch for
itself. Tolerances: 0.005 A where a file's three decimals are read back.
"""

import csv
import math
from pathlib import Path

import gemmi
import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem
from scipy.spatial.distance import cdist

MODELS = Path(__file__).parents[2] / "structures/models"
FILES = sorted(MODELS.glob("*.cif"))
# PKIDB 2025-04-15; repotrectinib's stereo from component 7GI (model coordinates and bonds).
SMILES = {
    "crizotinib": "C[C@@H](Oc1cc(-c2cnn(C3CCNCC3)c2)cnc1N)c1c(Cl)ccc(F)c1Cl",
    "lorlatinib": "C[C@H]1Oc2cc(cnc2N)-c2c(nn(C)c2C#N)CN(C)C(=O)c2ccc(F)cc21",
    "repotrectinib": "C[C@H]1CNC(=O)c2cnn3ccc(nc23)N[C@H](C)c2cc(F)ccc2O1",
    "zidesamtinib": "CCn1ncc2c1-c1cnc(N)c(c1)O[C@H](C)c1cc(F)ccc1-c1nn(C)nc1C2",
}
CODES = {"crizotinib": "VGH", "lorlatinib": "5P8", "repotrectinib": "7GI", "zidesamtinib": "A1I6Z"}
HINGE = {
    "crizotinib": ("N22", "N23"),
    "lorlatinib": ("N17", "N3"),
    "repotrectinib": (None, "N3"),
    "zidesamtinib": ("N", "N1"),
}
SP2_BARE = {"PHE CG", "TYR CG", "TYR CZ", "HIS CG", "TRP CG", "TRP CD2", "TRP CE2", "ARG CZ"}
SP2_BARE |= {"ASP CG", "ASN CG", "GLU CD", "GLN CD"}
SP2_H = {f"{r} {a}" for r in ("PHE", "TYR") for a in ("CD1", "CD2", "CE1", "CE2")} | {"PHE CZ"}
SP2_H |= {"HIS CD2", "HIS CE1"} | {f"TRP {a}" for a in ("CD1", "CE3", "CZ2", "CZ3", "CH2")}
POLAR = {"SER OG": "da", "THR OG1": "da", "TYR OH": "da", "ASP OD1": "a", "ASP OD2": "a"}
POLAR |= {"GLU OE1": "a", "GLU OE2": "a", "ASN OD1": "a", "GLN OE1": "a", "ASN ND2": "d"}
POLAR |= {"GLN NE2": "d", "LYS NZ": "d", "ARG NE": "d", "ARG NH1": "d", "ARG NH2": "d"}
POLAR |= {"TRP NE1": "d", "HIS ND1": "da", "HIS NE2": "da"}


class Model:
    """A committed model, as gemmi reads it."""

    def __init__(self, path: Path) -> None:
        block = gemmi.cif.read(str(path)).sole_block()
        self.items = {
            item.pair[0].split(".")[1]: gemmi.cif.as_string(item.pair[1])
            for item in block
            if item.pair is not None and item.pair[0].startswith("_ros1struct.")
        }
        self.variant, self.inhibitor = self.items["variant"], self.items["inhibitor"]
        self.structure = gemmi.read_structure(str(path))
        chain = self.structure[0]["A"]
        protein = [r for r in chain if r.het_flag == "A"]
        self.ligands = [r for r in chain if r.het_flag == "H"]
        self.residues = {r.seqid.num: r.name for r in protein}
        self.rows = [(r.seqid.num, r.name, a.name) for r in protein for a in r]
        self.xyz = np.array([a.pos.tolist() for r in protein for a in r])
        self.place = {row[::2]: xyz for row, xyz in zip(self.rows, self.xyz, strict=True)}
        atoms = [a for r in self.ligands for a in r]
        self.names = [a.name for a in atoms]
        self.elements = [a.element.name for a in atoms]
        self.ligand = np.array([a.pos.tolist() for a in atoms])

    def atom(self, name: str) -> np.ndarray:
        return self.ligand[self.names.index(name)]

    def mol(self) -> Chem.Mol:
        """Return the inhibitor: bonds from distances, orders from SMILES, stereo from 3D."""
        bare = Chem.RWMol()
        conformer = Chem.Conformer(len(self.names))
        for i, (element, xyz) in enumerate(zip(self.elements, self.ligand, strict=True)):
            bare.AddAtom(Chem.Atom(element))
            conformer.SetAtomPosition(i, xyz.tolist())
        for i, j in zip(*np.where(np.triu(cdist(self.ligand, self.ligand) < 1.95, 1)), strict=True):
            bare.AddBond(int(i), int(j), Chem.BondType.SINGLE)
        bare.AddConformer(conformer)
        template = Chem.MolFromSmiles(SMILES[self.inhibitor])
        mol = AllChem.AssignBondOrdersFromTemplate(template, bare.GetMol())
        Chem.SanitizeMol(mol)
        Chem.AssignStereochemistryFrom3D(mol)
        return mol


@pytest.fixture(scope="module", params=FILES, ids=[path.stem for path in FILES])
def model(request: pytest.FixtureRequest) -> Model:
    return Model(request.param)


def test_every_inhibitor_is_modelled_or_rejected_with_a_reason() -> None:
    wanted = {f"ros1_{name}" for name in SMILES} | {"ros1_g2032r_zidesamtinib"}
    with open(MODELS / "rejected.csv") as handle:
        rejected = {row["model"] for row in csv.DictReader(handle) if row["reason"]}
    assert wanted <= {path.stem for path in FILES} | rejected


def test_provenance_is_stated(model: Model) -> None:
    assert model.items["provenance"] == "model"
    assert model.items["kinase"] == "ROS1"
    assert model.items["backbone_from"] == "G2032R"
    assert model.items["license"] == "CC0-1.0"
    for item in ("inputs", "method", "seed", "energy_kcal_mol", "strain_kcal_mol", "pose_rank"):
        assert model.items[item] not in ("", "?")


def test_numbering_and_sequence(model: Model) -> None:
    assert list(model.residues) == list(range(1934, 2233))
    wanted = {2026: "LEU", 2027: "GLU", 2029: "MET", 2033: "ASP", 2086: "LEU", 2102: "ASP"}
    wanted[2032] = "ARG" if model.variant == "G2032R" else "GLY"
    assert {number: model.residues[number] for number in wanted} == wanted


def test_inhibitor_is_one_component_with_its_atoms(model: Model) -> None:
    assert [(r.name, r.seqid.num) for r in model.ligands] == [(CODES[model.inhibitor], 2301)]
    assert len(set(model.names)) == Chem.MolFromSmiles(SMILES[model.inhibitor]).GetNumAtoms()
    assert "H" not in {
        *model.elements,
        *(a.element.name for r in model.structure[0]["A"] for a in r),
    }


def test_inhibitor_chirality_is_that_of_the_smiles(model: Model) -> None:
    wanted = Chem.MolToSmiles(Chem.MolFromSmiles(SMILES[model.inhibitor]))
    assert Chem.MolToSmiles(model.mol()) == wanted


def test_chirality_check_sees_a_mirror_image(model: Model) -> None:
    mirrored = Model.__new__(Model)
    mirrored.__dict__ = {**model.__dict__, "ligand": model.ligand * [1, 1, -1]}
    wanted = Chem.MolToSmiles(Chem.MolFromSmiles(SMILES[model.inhibitor]))
    assert Chem.MolToSmiles(mirrored.mol()) != wanted


def test_protein_bonds_and_hands(model: Model) -> None:
    at = model.place
    for number, name in model.residues.items():
        # Engh and Huber's means are 1.46, 1.52 and 1.33; 0.08 allows for the force field's own.
        assert np.linalg.norm(at[number, "N"] - at[number, "CA"]) == pytest.approx(1.46, abs=0.08)
        assert np.linalg.norm(at[number, "CA"] - at[number, "C"]) == pytest.approx(1.53, abs=0.08)
        if number + 1 in model.residues:
            length = np.linalg.norm(at[number, "C"] - at[number + 1, "N"])
            assert length == pytest.approx(1.34, abs=0.06)
            ends = (number, "CA"), (number, "C"), (number + 1, "N"), (number + 1, "CA")
            turn = abs(gemmi.calculate_dihedral(*(gemmi.Position(*at[end]) for end in ends)))
            # The peptide before a proline may be cis; no other may be far from trans.
            cis = model.residues[number + 1] == "PRO" and turn < math.radians(30)
            assert cis or turn > math.radians(150)
        if name != "GLY":
            arms = [at[number, atom] - at[number, "CA"] for atom in ("N", "C", "CB")]
            assert np.dot(np.cross(arms[0], arms[1]), arms[2]) > 1.5


def test_hinge_bonds(model: Model) -> None:
    donor, acceptor = HINGE[model.inhibitor]
    length = np.linalg.norm(model.atom(acceptor) - model.place[2029, "N"])
    assert length <= 3.4
    assert length == pytest.approx(float(model.items["hinge_M2029_N_distance"]), abs=0.005)
    if donor is None:
        assert model.items["hinge_E2027_O_distance"] in ("", "?")
    else:
        length = np.linalg.norm(model.atom(donor) - model.place[2027, "O"])
        assert length <= 3.4
        assert length == pytest.approx(float(model.items["hinge_E2027_O_distance"]), abs=0.005)


def worst_overlap(model: Model) -> float:
    """Return the worst inhibitor-protein overlap in A with ChimeraX's united-atom radii."""
    radius, polar = [], []
    for _, residue, name in model.rows:
        key = f"{residue} {name}"
        kind = POLAR.get(key, "")
        if name[0] == "C":
            radius.append(
                1.61 if name == "C" or key in SP2_BARE else 1.76 if key in SP2_H else 1.88
            )
        else:
            radius.append({"N": 1.64, "O": 1.46 if kind == "da" else 1.42, "S": 1.77}[name[0]])
        if name == "O" or (name == "N" and residue != "PRO"):
            kind = "a" if name == "O" else "d"
        polar.append(kind)
    mol = model.mol()
    worst = -math.inf
    for atom, xyz in zip(mol.GetAtoms(), model.ligand, strict=True):
        symbol, hydrogens = atom.GetSymbol(), atom.GetTotalNumHs()
        sp3 = atom.GetHybridization() == Chem.HybridizationType.SP3
        carbon = 1.88 if sp3 else 1.76 if hydrogens else 1.61
        mine = {"C": carbon, "N": 1.64, "O": 1.42, "F": 1.56, "Cl": 1.735}[symbol]
        accepts = symbol == "O" or (symbol == "N" and atom.GetDegree() < 3 and not hydrogens)
        gives = symbol == "N" and hydrogens > 0
        distance = np.linalg.norm(model.xyz - xyz, axis=1)
        for other, kind, d in zip(radius, polar, distance, strict=True):
            bond = (gives and "a" in kind) or (accepts and "d" in kind)
            worst = max(worst, mine + other - d - 0.4 * bond)
    return worst


def test_no_overlap_with_the_protein(model: Model) -> None:
    worst = worst_overlap(model)
    assert worst < 0.4
    assert worst == pytest.approx(float(model.items["worst_overlap"]), abs=0.005)


def pdb_text(model: Model) -> str:
    lines = []
    for n, ((number, residue, name), xyz) in enumerate(zip(model.rows, model.xyz, strict=True), 1):
        place = "".join(f"{x:8.3f}" for x in xyz)
        start = f"ATOM  {n:5d}  {name:<3s} {residue} A{number:4d}    {place}"
        lines.append(f"{start}  1.00  0.00          {name[0]:>2s}")
    return "\n".join([*lines, "END", ""])


@pytest.mark.filterwarnings("ignore")
def test_posebusters_passes_the_model_and_fails_it_moved(model: Model, tmp_path: Path) -> None:
    posebusters = pytest.importorskip("posebusters")
    protein = tmp_path / "protein.pdb"
    protein.write_text(pdb_text(model))
    inward = model.xyz.mean(0) - model.ligand.mean(0)
    verdicts = []
    for shift in (0 * inward, 2 * inward / np.linalg.norm(inward)):
        mol = Chem.AddHs(model.mol(), addCoords=True)
        conformer = mol.GetConformer()
        for i, xyz in enumerate(conformer.GetPositions()):
            conformer.SetAtomPosition(i, (xyz + shift).tolist())
        pose = tmp_path / f"pose{len(verdicts)}.sdf"
        Chem.MolToMolFile(mol, str(pose))
        table = posebusters.PoseBusters(config="dock").bust([pose], None, protein)
        verdicts.append(bool(table.to_numpy().all()))
    assert verdicts == [True, False]


def test_listed_poses_are_within_three_kcal_and_alternates_bundled() -> None:
    with open(MODELS / "poses.csv") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["bundled_as"] for row in rows} - {""} == {path.stem for path in FILES}
    assert all(float(row["above_best_kcal_mol"]) <= 3.0 for row in rows)
    for row in rows:
        assert row["eligible"] == "yes" or not row["bundled_as"]
