"""Files as they come: each made from a bundled structure by changing one thing."""

import importlib

import numpy as np
import pandas as pd
import pytest
from rdkit import Chem

import ros1struct as rs
from ros1struct.errors import InputError, StructureError
from ros1struct.io.records import FileAtoms, FileResidue
from ros1struct.structure.drug_atoms import atom_types

CRIZOTINIB = "C[C@@H](Oc1cc(cnc1N)-c1cnn(c1)C1CC[NH2+]CC1)c1c(Cl)ccc(F)c1Cl"


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def lines(met, tmp_path_factory):
    """Lines of a PDB file of 2WGJ as any other program writes them."""
    path = rs.write(met, tmp_path_factory.mktemp("met") / "met.pdb")
    return [x for x in path.read_text().splitlines() if x.startswith(("ATOM", "HETATM"))]


def loaded(folder, lines, **more):
    path = folder / "case.pdb"
    path.write_text("\n".join([*lines, "END", ""]))
    return rs.load(path, **more)


def atom(serial, name, residue, chain, number, xyz, element, *, record="HETATM", alt=" ", occ=1.0):
    x, y, z = xyz
    shown = f" {name:<3}" if len(element) == 1 and len(name) < 4 else f"{name:<4}"
    return (
        f"{record:<6}{serial % 100000:>5} {shown}{alt}{residue:>3} {chain}{number:>4}    "
        f"{x:8.3f}{y:8.3f}{z:8.3f}{occ:6.2f}{20:6.2f}          {element.upper():>2}"
    )


def place(met, name):
    """Where an atom of the inhibitor is."""
    own = met.inhibitor_heavy
    return met.xyz[0, own[met.atoms.name[own] == name][0]].astype(float)


def beside(met, name, gap):
    """A point at a distance from an atom of the inhibitor, far from everything else."""
    rng = np.random.default_rng(1)
    ways = rng.normal(size=(500, 3))
    points = place(met, name) + gap * ways / np.linalg.norm(ways, axis=1)[:, None]
    apart = np.linalg.norm(points[:, None] - met.xyz[0][None], axis=2)
    return points[np.argmax(np.sort(apart, axis=1)[:, 1])]


@pytest.mark.parametrize(
    ("smiles", "acceptors"),
    [
        ("CS(=O)(=O)[N-]c1ccccc1", {4}),
        ("CC(=O)[N-]S(C)(=O)=O", {3}),
        ("Cc1nn[n-]n1", {2, 3, 4, 5}),
        ("c1cc[n-]c1", {3}),
        ("c1ccncc1", {3}),
        # Negatives: nitrogens whose lone pair is part of a pi system, or that are positive.
        ("CS(=O)(=O)Nc1ccccc1", set()),
        ("c1cc[nH]c1", set()),
        ("C[N+](C)(C)C", set()),
        ("CC(=O)NC", set()),
    ],
)
def test_anionic_nitrogens_take_hydrogen_bonds(smiles, acceptors):
    from ros1struct.contacts.definitions import CONTACT_DEFINITIONS
    from ros1struct.contacts.templates import BIT, type_molecule

    mol = Chem.MolFromSmiles(smiles)
    nitrogens = {a.GetIdx() for a in mol.GetAtoms() if a.GetSymbol() == "N"}
    assert set(np.flatnonzero(atom_types(mol).acceptor)) & nitrogens == acceptors
    typed = type_molecule(mol, CONTACT_DEFINITIONS["ros1struct"])
    assert set(np.flatnonzero(typed.bits & BIT["acceptor"])) & nitrogens == acceptors


def two_locations(met, lines, share):
    """The drug in A and B, M1211 in B as it stands and in A turned away."""
    made = []
    for line in lines:
        if line[17:20] == "VGH":
            made += [line[:16] + "A" + line[17:54] + f"{share:6.2f}" + line[60:]]
            moved = f"{float(line[30:38]) + 0.3:8.3f}"
            made += [line[:16] + "B" + line[17:30] + moved + line[38:54] + "  0.40" + line[60:]]
        elif line[17:20] == "MET" and line[22:26] == "1211" and line[12:16].strip() in ("SD", "CE"):
            made += [line[:16] + "A" + line[17:54] + "  0.30" + line[60:]]
            moved = f"{float(line[30:38]) + 0.5:8.3f}"
            made += [line[:16] + "B" + line[17:30] + moved + line[38:54] + "  0.70" + line[60:]]
        else:
            made.append(line)
    return made


def test_atoms_in_contact_are_of_one_alternate_location(met, lines, tmp_path):
    # M1211 is mostly in B, the drug in A: what touches the drug is taken in A, too.
    found = loaded(tmp_path, two_locations(met, lines, 0.6))
    residue = found.find_residue(1211)
    tip = found.atoms_of(residue)["SD"]
    kept = met.xyz[0, met.atoms_of(met.find_residue(1211))["SD"]]
    assert np.allclose(found.xyz[0, tip], kept, atol=2e-3)
    assert any("alternate locations: A where there is one" in n for n in found.notes)


def test_mixed_alternate_locations_are_said(met, lines, tmp_path):
    near = min(
        (i for i in range(len(met.residues)) if met.residues.role[i] == "protein"),
        key=lambda i: np.linalg.norm(
            met.xyz[0, list(met.atoms_of(i).values())][:, None]
            - met.xyz[0, met.inhibitor_heavy], axis=2,
        ).min(),
    )  # fmt: skip
    number = str(met.residues.number[near])
    made = []
    for line in lines:
        if line[17:20] == "VGH":
            made.append(line[:16] + "A" + line[17:])
        elif line[22:26].strip() == number and line[:4] == "ATOM":
            made.append(line[:16] + "C" + line[17:])
        else:
            made.append(line)
    found = loaded(tmp_path, made)
    assert any("no alternate location A at" in n and number in n for n in found.notes)


def pose(met, folder, smiles):
    mol = Chem.MolFromSmiles(smiles)
    order = met.to_rdkit().GetSubstructMatch(Chem.MolFromSmiles(CRIZOTINIB))
    conformer = Chem.Conformer(mol.GetNumAtoms())
    for i, j in enumerate(order):
        conformer.SetAtomPosition(i, met.to_rdkit().GetConformer().GetAtomPosition(j))
    mol.AddConformer(conformer)
    path = folder / "pose.sdf"
    with Chem.SDWriter(str(path)) as writer:
        writer.write(mol)
    return path


def charge(complex):
    return sum(a.GetFormalCharge() for a in complex.inhibitor.GetAtoms())


def test_smiles_decides_the_chemistry_of_a_pose(met, tmp_path):
    neutral = CRIZOTINIB.replace("[NH2+]", "N")
    path = pose(met, tmp_path, neutral)
    assert charge(rs.load("2WGJ", ligand=path)) == 0
    told = rs.load("2WGJ", ligand=path, smiles=CRIZOTINIB)
    assert charge(told) == 1
    assert told.protonation == "as written in the SMILES given"
    with pytest.raises(StructureError, match="do not match its chemistry"):
        rs.load("2WGJ", ligand=path, smiles="c1ccccc1")
    charged = pose(met, tmp_path, CRIZOTINIB)
    assert charge(rs.load("2WGJ", ligand=charged)) == 1
    assert charge(rs.load("2WGJ", ligand=charged, protonation="neutral")) == 0


def test_a_molecule_that_touches_the_inhibitor_is_named_with_its_contacts(met, lines, tmp_path):
    at = beside(met, "N25", 2.8)
    more = [
        atom(9001, "O1B", "ADP", "A", 900, at, "O"),
        atom(9002, "PB", "ADP", "A", 900, at + 30.0, "P"),
    ]
    found = loaded(tmp_path, [*lines, *more], ligand="VGH")
    (note,) = [n for n in found.notes if "other molecules touch the inhibitor" in n]
    assert "ADP A/900 (O1B to N25 2.8 Å" in note
    far = loaded(tmp_path, [*lines, atom(9001, "O1B", "ADP", "A", 900, at + 30, "O")], ligand="VGH")
    assert not [n for n in far.notes if "other molecules" in n]


def test_a_residue_of_another_chain_is_named_with_its_contacts(met, lines, tmp_path):
    at = beside(met, "N25", 2.8)
    names = [("OD1", "O", 0.0), ("CG", "C", 1.25), ("CB", "C", 2.7), ("CA", "C", 4.2)]
    away = (at - place(met, "N25")) / 2.8
    more = [
        atom(9000 + k, n, "ASP", "B", 42, at + step * away, e, record="ATOM")
        for k, (n, e, step) in enumerate(names)
    ]
    found = loaded(tmp_path, [*lines, *more])
    (note,) = [n for n in found.notes if "residues of another chain touch" in n]
    assert "ASP B/42 (OD1 to N25 2.8 Å" in note


def test_a_symmetry_mate_at_the_inhibitor_is_named(met, lines, tmp_path):
    cell = "CRYST1{:9.3f}{:9.3f}{:9.3f}  90.00  90.00  90.00 P 1           1"
    far = loaded(tmp_path, [cell.format(200, 200, 200), *lines])
    assert not [n for n in far.notes if "symmetry mates" in n]
    drug = met.xyz[0, met.inhibitor_heavy]
    # A cell so narrow that the protein's image lies at the drug.
    rim = met.xyz[0, met.protein_heavy][:, 0]
    width = float(rim.max() - drug[:, 0].mean())
    near = loaded(tmp_path, [cell.format(width, 200, 200), *lines])
    (note,) = [n for n in near.notes if "symmetry mates touch the inhibitor" in n]
    assert " Å)" in note


@pytest.mark.parametrize("group", ["P 1", "P 1 21 1", "C 1 2 1", "P 21 21 21", "P 61 2 2", "I 4"])
def test_mates_are_those_of_a_search_among_all_images(met, lines, tmp_path, group, monkeypatch):
    surroundings = importlib.import_module("ros1struct.io.surroundings")
    rng = np.random.default_rng(len(group))
    unlike = 0
    for _ in range(12):
        a, b, c = rng.uniform(16, 60, size=3)
        angles = [90.0, 90.0, 90.0]
        if group == "P 1":
            angles = rng.uniform(65, 115, size=3).tolist()
        elif group in ("P 1 21 1", "C 1 2 1"):
            angles[1] = float(rng.uniform(90, 120))
        elif group in ("P 61 2 2", "I 4"):
            b, angles[2] = a, 120.0 if group == "P 61 2 2" else 90.0
        cell = "CRYST1" + "".join(f"{x:9.3f}" for x in (a, b, c))
        cell += "".join(f"{x:7.2f}" for x in angles) + f" {group}"
        said = []
        for quick in (surroundings._image_near, lambda *_: True):
            monkeypatch.setattr(surroundings, "_image_near", quick)
            notes = loaded(tmp_path, [cell, *lines]).notes
            said.append([n for n in notes if "symmetry mates" in n])
            monkeypatch.undo()
        assert said[0] == said[1]
        unlike += not said[0]
    assert unlike < 12


def test_a_cell_without_a_length_is_no_crystal(met, lines, tmp_path):
    # Found by fuzzing: a letter for a digit is a length of 0.
    cell = "CRYST1    l.000    1.000    1.000  90.00  90.00  90.00 P 1"
    assert np.allclose(loaded(tmp_path, [cell, *lines]).xyz, met.xyz, atol=2e-3)


def test_side_chains_that_are_not_resolved_are_named(met, lines, tmp_path):
    cut = [
        x for x in lines
        if not (x[22:26] == "1211" and x[12:16].strip() in ("CG", "SD", "CE"))
    ]  # fmt: skip
    found = loaded(tmp_path, cut)
    (note,) = [n for n in found.notes if "side chains near the inhibitor that the file lacks" in n]
    assert "MET A/1211 lacks CG SD CE" in note
    assert not [n for n in met.notes if "side chains near" in n]


@pytest.mark.parametrize("name", ["HOH", "SPC", "T3P", "TP3", "T4P", "OPC", "W", "DOD"])
def test_a_molecule_of_one_oxygen_is_water_whatever_its_name(met, lines, tmp_path, name):
    renamed = [x[:17] + f"{name:>3}" + x[20:] if x[17:20] == "HOH" else x for x in lines]
    found = loaded(tmp_path, renamed)
    assert (found.residues.role == "water").sum() == (met.residues.role == "water").sum() > 0


@pytest.mark.parametrize(
    ("atoms", "water"),
    [("O", True), ("O H H", True), ("O D D", True), ("O H", True), ("O H H H", False),
     ("N H H", False), ("O O", False), ("C", False)],
)  # fmt: skip
def test_what_is_water(atoms, water):
    elements = np.array(atoms.split())
    n = len(elements)
    made = FileAtoms(np.arange(n).astype(str), elements, np.zeros((n, 3)), np.ones(n), np.ones(n))
    assert FileResidue("A", 1, "", "XXX", made).is_water is water


def test_waters_that_are_numbered_again_are_molecules_of_their_own(met, lines, tmp_path):
    at = beside(met, "N25", 2.9)
    more = [
        atom(9001, "O", "HOH", "W", 7, at + 60.0, "O"),
        atom(9002, "O", "HOH", "W", 7, at, "O"),
    ]
    found = loaded(tmp_path, [*lines, *more])
    assert (found.residues.role == "water").sum() == (met.residues.role == "water").sum() + 1
    assert not [n for n in found.notes if "given twice" in n]
    same = loaded(tmp_path, [*lines, more[1], atom(9003, "O", "HOH", "W", 7, at + 0.2, "O")])
    assert (same.residues.role == "water").sum() == (met.residues.role == "water").sum() + 1
    assert [n for n in same.notes if "given twice" in n]


def test_isotopes_of_hydrogen_are_hydrogens(met, lines, tmp_path):
    renamed = [x.replace("VGH", "UNL") for x in lines]
    deuterated = CRIZOTINIB.replace("C[C@@H]", "[2H]C([2H])([2H])[C@@H]", 1)
    found = loaded(tmp_path, renamed, smiles=deuterated)
    assert found.inhibitor.GetNumAtoms() == 30
    assert not [n for n in found.notes if "lacks" in n]


def test_a_modified_residue_has_the_letter_of_its_parent(met, lines, tmp_path):
    oxidised = [
        x[:17] + "SME" + x[20:] if x[22:26] == "1160" and x[:4] == "ATOM" else x for x in lines
    ]
    found = loaded(tmp_path, oxidised)
    residue = found.find_residue(1160)
    assert found.residue_label(residue) == "M1160"
    assert any(
        "modified residues, read as their parents: SME A/1160 (Met)" in n for n in found.notes
    )
    assert rs.scan(found, "M1160A")["verdict"].item() != "not in model"


@pytest.mark.parametrize("name", ["EP", "M", "MW", "EPW", "LP1"])
def test_virtual_sites_are_left_out(met, lines, tmp_path, name):
    at = beside(met, "N25", 2.9)
    water = [
        atom(9001, "O", "HOH", "W", 7, at, "O"),
        atom(9002, name, "HOH", "W", 7, at + 0.15, " ").rstrip(),
    ]
    found = loaded(tmp_path, [*lines, *water])
    assert (found.residues.role == "water").sum() == (met.residues.role == "water").sum() + 1
    assert name not in found.atoms.name[found.residues.role[found.atoms.residue] == "water"]


def test_elements_are_read_from_the_columns_of_the_names(met, lines, tmp_path):
    bare = [x[:76].rstrip() for x in lines]
    found = loaded(tmp_path, bare)
    assert np.array_equal(found.atoms.element, met.atoms.element)
    assert any("elements of" in n and "read from the columns" in n for n in found.notes)
    assert {"Cl", "F"} <= set(found.atoms.element)


def test_an_atom_whose_name_tells_no_element_is_refused(lines, tmp_path):
    odd = [*lines, atom(9001, "Q1", "LIG", "A", 950, (0, 0, 0), " ").rstrip()]
    with pytest.raises(StructureError, match="its name does not tell"):
        loaded(tmp_path, odd)


PROBES = {"B": "OB(O)c1ccc(-c2ccncc2)cc1", "Si": "C[Si](C)(C)c1ccc(-c2ccncc2)cc1",
          "Se": "C[Se]c1ccc(-c2ccncc2)cc1", "As": "C[As](C)c1ccc(-c2ccncc2)cc1"}  # fmt: skip


@pytest.mark.parametrize("element", PROBES)
def test_the_elements_that_drugs_have_are_handled(met, lines, tmp_path, element):
    from rdkit.Chem import AllChem

    mol = Chem.AddHs(Chem.MolFromSmiles(PROBES[element]))
    if AllChem.EmbedMolecule(mol, randomSeed=7) != 0:
        pytest.skip("RDKit cannot embed it")
    mol = Chem.RemoveHs(mol)
    xyz = mol.GetConformer().GetPositions()
    xyz += met.xyz[0, met.inhibitor_heavy].mean(0) - xyz.mean(0)
    drug = [
        atom(9000 + k, f"{a.GetSymbol()}{k}", "LIG", "A", 900, xyz[k], a.GetSymbol())
        for k, a in enumerate(mol.GetAtoms())
    ]
    found = loaded(tmp_path, [*(x for x in lines if x[17:20] != "VGH"), *drug],
                   smiles=PROBES[element])  # fmt: skip
    for definition in ("chimerax", "bondi", "posebusters"):
        rs.overlaps(found, definition)
    for definition in ("ros1struct", "prolif", "plip"):
        rs.interactions(found, definition)
    assert np.isfinite(rs.scan(found, "L1157M")["score"]).all()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.bcif", b"\x83\xaadataBlocks\x91", "BinaryCIF is not read"),
        ("a.mmtf", b"\x80\xabmmtfVersion\xa3", "MMTF is not read"),
        ("a.mol2", b"@<TRIPOS>MOLECULE\nx\n", "a MOL2 file"),
        ("a.pdbqt", b"ROOT\nATOM      1  C   LIG A   1       0.0\nENDROOT\n", "PDBQT has AutoDock"),
        ("a.gro", b"box\n1\n    1MET     N    1   0.1   0.1   0.1\n", "GRO has neither"),
    ],
)
def test_a_format_that_is_not_read_is_named_with_the_way_out(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(StructureError, match=said):
        rs.load(path)


def test_a_mutant_keeps_the_hydrogens_of_its_backbone():
    from ros1struct.structure.substitute import substitute

    with_hydrogens = rs.load("2WGJ")
    residue = with_hydrogens.find_residue(1157)
    own = with_hydrogens.atoms_of(residue)
    xyz = with_hydrogens.xyz[0]
    # N-H and Cα-H of the residue, hung on where a hydrogen can be.
    a, last = with_hydrogens.atoms, max(own.values()) + 1
    extra = np.array([xyz[own["N"]] + [0, 0, 1.0], xyz[own["CA"]] + [0, 0, 1.09]])
    columns = {}
    for name in type(a).__dataclass_fields__:
        old = getattr(a, name)
        new = {"name": ["H", "HA"], "element": ["H", "H"], "united": ["H", "H"],
               "residue": [residue] * 2}.get(name, [old.dtype.type(0)] * 2)  # fmt: skip
        columns[name] = np.concatenate([old[:last], np.array(new), old[last:]])
    dressed = with_hydrogens.with_changes(
        atoms=type(a)(**columns), xyz=np.concatenate([xyz[:last], extra, xyz[last:]])[None]
    )
    made = substitute(dressed, residue, "A", {"CB": xyz[own["CB"]]})
    assert set(made.atoms.name[made.atoms.residue == residue]) == {
        "N", "CA", "C", "O", "CB", "H", "HA"
    }  # fmt: skip
    assert any("built without hydrogens" in n for n in made.notes)
    to_proline = substitute(
        dressed, residue, "P", dict.fromkeys(("CB", "CG", "CD"), xyz[own["CB"]])
    )
    assert "H" not in to_proline.atoms.name[to_proline.atoms.residue == residue]
    assert "HA" in to_proline.atoms.name[to_proline.atoms.residue == residue]


EMPTY = {
    "clashes": lambda c: (rs.clashes(c, threshold=9.0), rs.clashes(c, threshold=-9.0)),
    "overlaps": lambda c: (rs.overlaps(c, at_least=9.0), rs.overlaps(c)),
    "contacts": lambda c: (rs.contacts(c, cutoff=0.1), rs.contacts(c)),
    "scan": lambda c: (rs.scan(c, []), rs.scan(c, ["L1157M", "G1163A"])),
    "scan with details": lambda c: (
        rs.scan(c, [], details=True), rs.scan(c, ["L1157M", "G1163A"], details=True)
    ),
    "saturation": lambda c: (rs.saturation(c, []), rs.saturation(c, ["L1157"])),
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_a_table_without_rows_keeps_its_column_types(met, name):
    empty, full = EMPTY[name](met)
    assert len(empty) == 0
    assert list(empty.columns) == list(full.columns)
    pd.testing.assert_series_equal(empty.dtypes, full.dtypes)


def test_interactions_without_rows_keep_their_column_types(met):
    xyz = met.xyz[0].copy()
    xyz[met.inhibitor_heavy] += 60
    empty, full = rs.interactions(met.with_coordinates(xyz)), rs.interactions(met)
    assert len(empty) == 0
    pd.testing.assert_series_equal(empty.dtypes, full.dtypes)
    assert empty["kind"].str.contains("bond").sum() == 0


def test_protonation_of_an_unknown_pose_is_refused(tmp_path, met):
    mol = Chem.MolFromSmiles("c1ccc(-c2ccncc2)cc1")
    conformer = Chem.Conformer(mol.GetNumAtoms())
    for k in range(mol.GetNumAtoms()):
        at = met.xyz[0, met.inhibitor_heavy[k]].astype(float)
        conformer.SetAtomPosition(k, at.tolist())
    mol.AddConformer(conformer)
    path = tmp_path / "pose.sdf"
    with Chem.SDWriter(str(path)) as writer:
        writer.write(mol)
    with pytest.raises((InputError, StructureError)):
        rs.load("2WGJ", ligand=path, protonation="neutral")


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("CN1CCN(C)CC1", 1),  # a piperazine takes one proton
        ("NCCCCCCN", 2),
        ("CC(=O)O", -1),
        ("OP(=O)(O)OC", -2),
        ("NC(=N)C", 1),
        # Negatives.
        ("Nc1ccccc1", 0), ("CC(=O)NC", 0), ("CS(=O)(=O)NC", 0), ("N#CCC", 0), ("Oc1ccccc1", 0),
        ("c1ccncc1", 0), ("CONC", 0), ("C=CN(C)C", 0),
    ],
)  # fmt: skip
def test_charges_by_rule(smiles, expected):
    from ros1struct.io.archive.dictionary import charged

    made = charged(Chem.MolFromSmiles(smiles))
    assert sum(a.GetFormalCharge() for a in made.GetAtoms()) == expected


def test_an_inhibitor_that_nobody_here_knows_is_looked_up_in_the_dictionary(met, lines, tmp_path):
    pytest.importorskip("biotite")
    # The aminopyridine of crizotinib alone, as a component that the built-in table lacks.
    from ros1struct.io.archive.dictionary import component_chemistry

    assert component_chemistry("HKI").smiles.count("+") == 1
    assert component_chemistry("HKI", "neutral").smiles.count("+") == 0
    assert component_chemistry("nosuchcode") is None
    renamed = [x.replace("VGH", "QQQ") for x in lines]
    assert loaded(tmp_path, renamed).inhibitor_name == "crizotinib"  # by its bonds
    # QQQ is another molecule of the archive.
    odd = [x for x in renamed if x[76:78].strip() != "CL"]
    with pytest.raises(StructureError, match="nor in the archive's component dictionary"):
        loaded(tmp_path, odd)
