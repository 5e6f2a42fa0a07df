import mdtraj.geometry.dihedral as mdtraj_dihedral
import numpy as np
import pytest
from Bio.PDB import ic_data
from rdkit import Chem

import ros1struct as rs
from ros1struct.structure.geometry import place, torsion
from ros1struct.structure.residue_types import BACKBONE, RESIDUE_TYPES, THREE_TO_ONE
from ros1struct.structure.residues import PARENT, one_letter, residue_type

LETTERS = "ACDEFGHIKLMNPQRSTVWY"

# Written from the structural formulae, neutral histidine with either nitrogen protonated.
# Per side chain: donors | acceptors | atoms that share a charge | C3H0 | C3H1 | OH.
CHEMISTRY = {
    "A": ("", "", {}, "", "", ""),
    "C": ("SG", "SG", {}, "", "", ""),
    "D": ("", "OD1 OD2", {"OD1": -1, "OD2": -1}, "CG", "", ""),
    "E": ("", "OE1 OE2", {"OE1": -1, "OE2": -1}, "CD", "", ""),
    "F": ("", "", {}, "CG", "CD1 CD2 CE1 CE2 CZ", ""),
    "G": ("", "", {}, "", "", ""),
    "H": ("ND1 NE2", "ND1 NE2", {}, "CG", "CD2 CE1", ""),
    "I": ("", "", {}, "", "", ""),
    "K": ("NZ", "", {"NZ": 1}, "", "", ""),
    "L": ("", "", {}, "", "", ""),
    "M": ("", "SD", {}, "", "", ""),
    "N": ("ND2", "OD1", {}, "CG", "", ""),
    "P": ("", "", {}, "", "", ""),
    "Q": ("NE2", "OE1", {}, "CD", "", ""),
    "R": ("NE NH1 NH2", "", {"NE": 1, "NH1": 1, "NH2": 1}, "CZ", "", ""),
    "S": ("OG", "OG", {}, "", "", "OG"),
    "T": ("OG1", "OG1", {}, "", "", "OG1"),
    "V": ("", "", {}, "", "", ""),
    "W": ("NE1", "", {}, "CG CD2 CE2", "CD1 CE3 CZ2 CZ3 CH2", ""),
    "Y": ("OH", "OH", {}, "CG CZ", "CD1 CD2 CE1 CE2", "OH"),
}
RINGS = {
    "F": [{"CG", "CD1", "CD2", "CE1", "CE2", "CZ"}],
    "Y": [{"CG", "CD1", "CD2", "CE1", "CE2", "CZ"}],
    "H": [{"CG", "ND1", "CD2", "CE1", "NE2"}],
    "W": [{"CG", "CD1", "NE1", "CE2", "CD2"}, {"CD2", "CE2", "CZ2", "CH2", "CZ3", "CE3"}],
}


def test_the_twenty_amino_acids_are_there_and_no_other():
    assert sorted(THREE_TO_ONE.values()) == sorted(LETTERS)
    assert set(RESIDUE_TYPES) == set(THREE_TO_ONE)
    assert all(residue_type(t.letter) is t and residue_type(t.name) is t for t in each())


def each():
    return RESIDUE_TYPES.values()


@pytest.mark.parametrize("letter", LETTERS)
def test_donors_acceptors_and_charges_of_every_atom(letter):
    donors, acceptors, charges, *_ = CHEMISTRY[letter]
    kind = residue_type(letter)
    for atom in kind.classes:
        amide = atom == "N" and letter != "P"  # proline's nitrogen has no hydrogen
        assert (atom in kind.donors) == (atom in donors.split() or amide), atom
        assert (atom in kind.acceptors) == (atom in ["O", "OXT", *acceptors.split()]), atom
        assert kind.charges.get(atom, 0) == {"OXT": -1, **charges}.get(atom, 0), atom
    assert kind.donors | kind.acceptors | kind.charges.keys() <= kind.classes.keys()


@pytest.mark.parametrize("letter", LETTERS)
def test_united_atom_class_of_every_atom(letter):
    *_, trigonal, aromatic_ch, hydroxyl = CHEMISTRY[letter]
    for atom, united in residue_type(letter).classes.items():
        if atom in (*trigonal.split(), "C"):
            expected = "C3H0"
        elif atom in aromatic_ch.split():
            expected = "C3H1"
        elif atom in hydroxyl.split():
            expected = "OH"
        else:
            expected = {"C": "C4", "N": "N", "O": "O", "S": "S"}[atom[0]]
        assert united == expected, atom


def test_glutamines_oxygen_accepts_and_its_nitrogen_does_not():
    # The defect of another program: OE1 missing from its table of acceptors.
    kind = residue_type("GLN")
    assert ("OE1" in kind.acceptors, "NE2" in kind.acceptors) == (True, False)
    assert ("OE1" in kind.donors, "NE2" in kind.donors) == (False, True)


@pytest.mark.parametrize("letter", LETTERS)
def test_aromatic_rings_in_bonded_order(letter):
    kind = residue_type(letter)
    assert [set(ring) for ring in kind.rings] == RINGS.get(letter, [])
    bonds = bonds_of(letter)
    for ring in kind.rings:
        assert all({a, b} in bonds for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))


def in_rdkit(letter):
    """The middle residue of Gly-X-Gly in RDKit, whose templates know the atom names."""
    mol = Chem.MolFromSequence(f"G{letter}G")
    label = {}
    for atom in mol.GetAtoms():
        info = atom.GetPDBResidueInfo()
        name = info.GetName().strip()
        if letter == "I":  # RDKit hangs CD1 on CG2; the PDB calls that carbon CG1
            name = {"CG1": "CG2", "CG2": "CG1"}.get(name, name)
        label[atom.GetIdx()] = (info.GetResidueNumber(), name)
    return mol, label


def bonds_of(letter):
    mol, label = in_rdkit(letter)
    pairs = [(label[b.GetBeginAtomIdx()], label[b.GetEndAtomIdx()]) for b in mol.GetBonds()]
    return [{a[1], b[1]} for a, b in pairs if a[0] == b[0] == 2]


@pytest.mark.parametrize("letter", LETTERS)
def test_atom_names_and_bonds_are_rdkits(letter):
    kind = residue_type(letter)
    _, label = in_rdkit(letter)
    assert set(kind.classes) - {"OXT"} == {name for number, name in label.values() if number == 2}
    assert set(kind.sidechain) == set(kind.classes) - {*BACKBONE, "OXT"}
    bonds = bonds_of(letter)
    for step in kind.places:
        a, b, c = step.parents
        assert {c, step.atom} in bonds, step
        assert {b, c} in bonds, step
        assert {a, b} in bonds or step.atom == "CB", step


@pytest.mark.parametrize("letter", LETTERS)
def test_bonds_to_the_backbone_are_the_shortest_paths_in_rdkits_molecule(letter):
    mol, label = in_rdkit(letter)
    paths = Chem.GetDistanceMatrix(mol)
    index = {v: k for k, v in label.items()}
    expected = {
        atom: tuple(int(paths[index[2, atom], index[2, end]]) for end in ("N", "C"))
        for atom in residue_type(letter).sidechain
    }
    assert residue_type(letter).bonds_to_backbone() == expected


def chi_of(letter):
    """The four atoms of each χ by the building steps: those without a shift."""
    steps = [p for p in residue_type(letter).places if p.chi and p.torsion == 0]
    return {p.chi: (*p.parents, p.atom) for p in steps}


@pytest.mark.parametrize("letter", LETTERS)
def test_chi_angles_are_biopythons_and_mdtrajs(letter):
    mine = chi_of(letter)
    theirs = {
        int(entry[4][3:]): entry[:4]
        for entry in dict(ic_data.ic_data_sidechains).get(letter, ())
        if len(entry) == 5 and entry[4].startswith("chi") and entry[4] != "chi5"
    }
    if letter == "P":  # Biopython lists none for the ring
        theirs = {1: ("N", "CA", "CB", "CG"), 2: ("CA", "CB", "CG", "CD")}
    assert mine == theirs
    assert residue_type(letter).n_chi == len(mine)
    for number, atoms in mine.items():
        assert list(atoms) in getattr(mdtraj_dihedral, f"CHI{number}_ATOMS"), atoms


# An ideal backbone (Engh and Huber).
N, CA = np.array([1.458, 0.0, 0.0]), np.zeros(3)
C = 1.525 * np.array([np.cos(np.radians(111.2)), np.sin(np.radians(111.2)), 0.0])


def built(letter, chi, backbone=(N, CA, C)):
    atoms = dict(zip(("N", "CA", "C"), backbone, strict=True))
    for step in residue_type(letter).places:
        angle = step.torsion + (chi[step.chi - 1] if step.chi else 0.0)
        a, b, c = (atoms[p] for p in step.parents)
        atoms[step.atom] = place(a, b, c, step.bond, step.angle, angle)
    return atoms


# Bond lengths in Å of the kinds of bond in side chains (Allen FH et al. 1987, tables of organic
# bond lengths, and Engh and Huber): far apart enough that a wrong one shows at 0.03 Å.
LENGTHS = {
    "C4-C4": 1.525, "C3H0-C4": 1.507, "C3H0-O": 1.24, "C3H0-N": 1.33, "C4-N": 1.47, "C4-OH": 1.425,
    "C3H0-OH": 1.376, "C4-S": 1.80, "C3H0-C3H0": 1.42, "C3H0-C3H1": 1.385, "C3H1-C3H1": 1.382,
    "C3H1-N": 1.35,
}  # fmt: skip


@pytest.mark.parametrize("letter", LETTERS)
def test_every_bond_of_a_built_side_chain_has_its_length(letter):
    kind = residue_type(letter)
    atoms = built(letter, [-65.0, 175.0, 70.0, -160.0] if letter != "P" else [28.0, -36.0])
    for bond in bonds_of(letter):
        if not bond <= atoms.keys():
            continue
        a, b = sorted(bond, key=lambda name: kind.classes[name])
        length = np.linalg.norm(atoms[a] - atoms[b])
        if {a, b} <= {"N", "CA", "C"}:
            continue
        expected = LENGTHS[f"{kind.classes[a]}-{kind.classes[b]}"]
        if letter in "HW" and "N" in kind.classes[b]:
            expected = 1.365  # a nitrogen in a five-membered ring
        # Rings close with the rounding of their angles; proline's on another's backbone.
        loose = 0.12 if bond == {"N", "CD"} else 0.045
        assert length == pytest.approx(expected, abs=loose), bond


@pytest.mark.parametrize("letter", LETTERS)
def test_atoms_that_are_not_bonded_keep_apart(letter):
    atoms = built(letter, [-65.0, 175.0, 70.0, -160.0] if letter != "P" else [28.0, -36.0])
    bonds = bonds_of(letter)
    names = sorted(atoms)
    for k, a in enumerate(names):
        for b in names[k + 1 :]:
            if {a, b} not in bonds:  # 1-3 distances in a five-membered ring are 2.1 Å and more
                assert np.linalg.norm(atoms[a] - atoms[b]) > 2.0, (a, b)


@pytest.mark.parametrize("letter", [x for x in LETTERS if x != "G"])
def test_built_residues_have_the_chirality_of_the_l_amino_acid(letter):
    mol, label = in_rdkit(letter)
    want = dict(Chem.FindMolChiralCenters(mol, useLegacyImplementation=False))
    atoms = built(letter, [-65.0, 175.0, 70.0, -160.0] if letter != "P" else [28.0, -36.0])
    # Neighbours beyond the residue, where a backbone of any conformation has them.
    atoms["O"] = place(N, CA, C, 1.231, 120.1, -40)
    outside = {
        (1, "C"): place(C, CA, N, 1.329, 121.7, -60),
        (3, "N"): place(N, CA, C, 1.329, 117.2, 140),
    }
    kept = [i for i, (k, name) in label.items() if k == 2 or (k, name) in outside]
    editable = Chem.RWMol(mol)
    for i in sorted(set(label) - set(kept), reverse=True):
        editable.RemoveAtom(i)
    part = editable.GetMol()
    conformer = Chem.Conformer(part.GetNumAtoms())
    for new, old in enumerate(kept):
        number, name = label[old]
        conformer.SetAtomPosition(new, atoms[name] if number == 2 else outside[number, name])
    part.AddConformer(conformer)
    Chem.AssignStereochemistryFrom3D(part)
    have = dict(Chem.FindMolChiralCenters(part, useLegacyImplementation=False))
    assert {label[kept[i]][1]: v for i, v in have.items() if label[kept[i]][0] == 2} == {
        label[i][1]: v for i, v in want.items() if label[i][0] == 2
    }
    assert have  # at least Cα


@pytest.mark.parametrize("name", ["2WGJ", "3LQ8"])
def test_native_side_chains_are_rebuilt_from_their_own_torsions(name):
    complex = rs.load(name)
    xyz = complex.xyz[0].astype(float)
    deviations = []
    for residue in np.flatnonzero(complex.residues.role == "protein"):
        kind = residue_type(str(complex.residues.letter[residue]))
        own = {n: xyz[i] for n, i in complex.atoms_of(int(residue)).items()}
        if not {*kind.classes} - {"OXT"} <= own.keys():
            continue
        chi = [float(torsion(*(own[a] for a in atoms))) for atoms in chi_of(kind.letter).values()]
        made = built(kind.letter, chi, (own["N"], own["CA"], own["C"]))
        deviations += [np.linalg.norm(made[a] - own[a]) for a in kind.sidechain]
    assert len(deviations) > 200
    # Bonds and angles of a 2 Å structure differ from ideal ones by 0.02 Å and 2 degrees.
    assert np.median(deviations) < 0.2
    assert np.percentile(deviations, 95) < 0.6


def test_modified_residues_answer_with_a_parent_that_exists():
    assert set(PARENT.values()) <= set(RESIDUE_TYPES)
    assert not set(PARENT) & set(RESIDUE_TYPES)
    assert (residue_type("PTR").name, residue_type("HIE").name) == ("TYR", "HIS")


@pytest.mark.parametrize("name", ["B", "X", "Z", "ATP", "HOH", "", "gly", "g", "DAL"])
def test_what_is_no_amino_acid_has_no_type(name):
    assert residue_type(name) is None
    assert one_letter(name) == "X"


def test_a_one_letter_residue_name_of_a_file_is_not_an_amino_acid():
    assert one_letter("G") == "X"  # guanosine, in the PDB
    assert one_letter("GLY") == "G"
