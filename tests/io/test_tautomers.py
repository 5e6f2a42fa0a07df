"""Tautomers of the inhibitor by what faces them: truth tables on molecules in a plane."""

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

import ros1struct as rs
from ros1struct.io.chemistry.tautomers import Partner, facing_state, mobile_groups, moved

DONOR, ACCEPTOR, EITHER = (True, False), (False, True), (True, True)


@pytest.mark.parametrize(
    ("smiles", "kind", "sites"),
    [
        ("Nc1cc[nH]n1", "pyrazole", "NN"),
        ("c1c[nH]cn1", "imidazole", "NN"),
        ("c1ccc2[nH]cnc2c1", "imidazole", "NN"),
        ("c1ncc2[nH]cnc2n1", "imidazole", "NN"),  # purine
        ("c1c[nH]nn1", "triazole", "NNN"),
        ("c1nc[nH]n1", "triazole", "NNN"),
        ("c1nn[nH]n1", "tetrazole", "NNNN"),
        ("c1ccc2[nH]nnc2c1", "triazole", "NN"),  # not the 2H form
        ("O=c1cccc[nH]1", "pyridone", "NO"),
        ("Oc1ccccn1", "pyridone", "NO"),
        ("O=c1cc[nH]cc1", "pyridone", "NO"),
        ("O=c1[nH]cnc2ccccc12", "pyridone", "NNO"),
    ],
)
def test_groups_whose_hydrogen_can_move(smiles, kind, sites):
    mol = Chem.MolFromSmiles(smiles)
    (group,) = mobile_groups(mol)
    assert group.kind == kind
    assert sorted(mol.GetAtomWithIdx(i).GetSymbol() for i in group.sites) == sorted(sites)
    assert mol.GetAtomWithIdx(group.holder).GetTotalNumHs() == 1
    forms = {Chem.MolToSmiles(moved(mol, group, site)) for site in group.sites}
    assert Chem.MolToSmiles(mol) in forms
    for form in map(Chem.MolFromSmiles, forms):  # a move never changes what is there
        assert Chem.rdMolDescriptors.CalcMolFormula(form) == (
            Chem.rdMolDescriptors.CalcMolFormula(mol)
        )


@pytest.mark.parametrize(
    "smiles",
    [
        "Cn1cccn1",  # no hydrogen
        "c1ccc2[nH]ncc2c1",  # indazole: the 2H form costs the benzene ring
        "c1cc[nH]c1", "c1ccc2[nH]ccc2c1", "c1cnc2[nH]ccc2c1",  # one nitrogen in the ring
        "c1c[nH]c[nH+]1",  # imidazolium
        "O=C1CCCN1", "CC(=O)NC",  # lactam and amide: the iminol is no state of theirs
        "Oc1cccnc1",  # 3-hydroxypyridine
        "O=c1cc[nH]c(=O)[nH]1",  # uracil
        "Nc1ccccn1", "c1cscn1", "Oc1ccccc1", "[O-]c1ccccn1",
    ],
)  # fmt: skip
def test_groups_whose_hydrogen_stays(smiles):
    assert mobile_groups(Chem.MolFromSmiles(smiles)) == []


def flat(smiles):
    """A molecule with coordinates in a plane, bonds of 1.4 Å, and names."""
    mol = Chem.MolFromSmiles(smiles)
    AllChem.Compute2DCoords(mol)
    xyz = mol.GetConformer().GetPositions() * 1.4 / 1.5
    mol.GetConformer().SetPositions(xyz)
    return mol, [f"{a.GetSymbol()}{a.GetIdx() + 1}" for a in mol.GetAtoms()]


def facing(mol, site, what, gap=2.9, turn=0.0):
    """A polar atom with one neighbour in front of an atom of a flat molecule."""
    xyz = mol.GetConformer().GetPositions()
    near = [n.GetIdx() for n in mol.GetAtomWithIdx(site).GetNeighbors()]
    away = sum((xyz[site] - xyz[n]) / np.linalg.norm(xyz[site] - xyz[n]) for n in near)
    away /= np.linalg.norm(away)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    away = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ away
    place = xyz[site] + gap * away
    return Partner(f"X{site} Z", *what, place, (place + 1.23 * away)[None])


PYRAZOLE = "Cc1cc[nH]n1"  # the hydrogen is on N5


@pytest.mark.parametrize(
    ("on_holder", "on_other", "holder_after"),
    [
        (DONOR, ACCEPTOR, "N6"),  # two wrong pairs: turned
        (EITHER, ACCEPTOR, "N6"),
        (DONOR, EITHER, "N6"),
        (None, ACCEPTOR, "N6"),
        (DONOR, None, "N6"),
        (ACCEPTOR, DONOR, "N5"),  # right as it is written
        (ACCEPTOR, None, "N5"),
        (None, DONOR, "N5"),
        (EITHER, EITHER, "N5"),  # nothing to decide by
        (None, None, "N5"),
        (ACCEPTOR, ACCEPTOR, "N5"),  # one is wrong in either state
        (DONOR, DONOR, "N5"),
    ],
)
def test_a_pyrazole_takes_the_state_that_is_faced(on_holder, on_other, holder_after):
    mol, names = flat(PYRAZOLE)
    partners = [facing(mol, site, what) for site, what in ((4, on_holder), (5, on_other)) if what]
    result, notes = facing_state(mol, names, partners)
    (group,) = mobile_groups(result)
    assert names[group.holder] == holder_after
    changed = holder_after == "N6"
    torn = on_holder == on_other and on_holder in (DONOR, ACCEPTOR)
    assert len(notes) == (changed or torn)
    if changed:
        assert "taken on N6, not on N5 as written" in notes[0]
        assert "protonation='written' keeps it on N5" in notes[0]
        assert np.allclose(result.GetConformer().GetPositions(), mol.GetConformer().GetPositions())
    if torn:
        assert "kept on N5" in notes[0]
    # Asked not to, it only says it.
    kept, said = facing_state(mol, names, partners, change=False)
    assert Chem.MolToSmiles(kept) == Chem.MolToSmiles(mol)
    assert len(said) == len(notes)


@pytest.mark.parametrize("on_others", [None, ACCEPTOR])
def test_of_two_states_as_good_none_is_taken(on_others):
    # 1,2,4-Triazole with a donor before its N-H: either other nitrogen would do, or, with an
    # acceptor before both, either leaves one pair wrong.
    mol, names = flat("c1nc[nH]n1")
    (group,) = mobile_groups(mol)
    others = [site for site in group.sites if site != group.holder]
    partners = [facing(mol, group.holder, DONOR)]
    partners += [facing(mol, site, on_others, 2.6) for site in others if on_others]
    result, notes = facing_state(mol, names, partners)
    assert Chem.MolToSmiles(result) == Chem.MolToSmiles(mol)
    assert len(notes) == 1
    assert "no other place is clearly better" in notes[0]


@pytest.mark.parametrize(
    "change",
    [
        {"gap": 3.6},  # too far
        {"turn": 70.0},  # beside, not in front
    ],
)
def test_what_does_not_face_is_no_evidence(change):
    mol, names = flat(PYRAZOLE)
    partners = [facing(mol, 4, DONOR, **change), facing(mol, 5, ACCEPTOR, **change)]
    result, notes = facing_state(mol, names, partners)
    assert (Chem.MolToSmiles(result), notes) == (Chem.MolToSmiles(mol), ())


def test_an_atom_that_points_elsewhere_is_no_evidence():
    mol, names = flat(PYRAZOLE)
    turned = [
        Partner(p.label, p.donates, p.accepts, p.place, 2 * p.place - p.neighbours)
        for p in (facing(mol, 4, DONOR), facing(mol, 5, ACCEPTOR))
    ]
    assert facing_state(mol, names, turned)[1] == ()


def test_a_nearer_water_covers_what_is_behind_it():
    mol, names = flat(PYRAZOLE)
    water = Partner("HOH1", True, True, facing(mol, 5, EITHER, 2.7).place, np.empty((0, 3)))
    assert facing_state(mol, names, [facing(mol, 5, ACCEPTOR, 3.3), water])[1] == ()


@pytest.mark.parametrize(
    ("smiles", "on_n", "on_o", "expected"),
    [
        ("Oc1ccccn1", ACCEPTOR, DONOR, "O=c1cccc[nH]1"),
        ("O=c1cccc[nH]1", ACCEPTOR, DONOR, "O=c1cccc[nH]1"),
        ("O=c1cccc[nH]1", DONOR, ACCEPTOR, "Oc1ccccn1"),
        ("Oc1ccccn1", DONOR, ACCEPTOR, "Oc1ccccn1"),
        ("Oc1ccncc1", ACCEPTOR, None, "O=c1cc[nH]cc1"),
    ],
)
def test_pyridone_or_hydroxypyridine(smiles, on_n, on_o, expected):
    mol, names = flat(smiles)
    (group,) = mobile_groups(mol)
    partners = [
        facing(mol, site, on_n if mol.GetAtomWithIdx(site).GetSymbol() == "N" else on_o)
        for site in group.sites
        if (on_n if mol.GetAtomWithIdx(site).GetSymbol() == "N" else on_o)
    ]
    result, _ = facing_state(mol, names, partners)
    assert Chem.MolToSmiles(result) == expected


# 3-Phenylpyrazole laid over the hinge of MET in 2WGJ by distances alone: N7 faces M1160 N, N8 faces
# M1160 O, both at 2.9 Å. Atoms in the order of the SMILES.
WRONG, RIGHT = "c1ccc(-c2cc[nH]n2)cc1", "c1ccc(-c2ccn[nH]2)cc1"
LAID = [
    (22.18, 82.21, 0.78), (23.45, 82.10, 1.31), (23.69, 82.69, 2.54),
    (22.70, 83.38, 3.22), (22.99, 84.00, 4.52), (22.10, 84.72, 5.31),
    (22.83, 85.10, 6.43), (24.10, 84.62, 6.31), (24.19, 83.96, 5.15),
    (21.45, 83.47, 2.64), (21.16, 82.89, 1.41),
]  # fmt: skip


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """MET with the pyrazole, as a file that knows nothing of its chemistry."""
    import gemmi

    folder = tmp_path_factory.mktemp("hinge")
    structure = gemmi.read_pdb(str(rs.write(rs.load("2WGJ"), folder / "met.pdb")))
    structure.raw_remarks = []
    residue = next(r for chain in structure[0] for r in chain if r.name == "VGH")
    residue.name = "LIG"
    while len(residue):
        del residue[0]
    for k, atom in enumerate(Chem.MolFromSmiles(WRONG).GetAtoms()):
        added = gemmi.Atom()
        added.name, added.element = f"{atom.GetSymbol()}{k}", gemmi.Element(atom.GetSymbol())
        added.pos = gemmi.Position(*LAID[k])
        residue.add_atom(added)
    structure.write_pdb(str(folder / "hinge.pdb"))
    return folder / "hinge.pdb"


def hinge_bonds(complex):
    table = rs.interactions(complex)
    table = table[table["kind"] == "hydrogen bond"]
    return {*zip(table["inhibitor_atom"], table["role"], table["atom"], strict=True)}


BOTH = {("N8", "donor", "O"), ("N7", "acceptor", "N")}


def test_a_structure_puts_the_hydrogen_right(laid, tmp_path):
    made = rs.load(laid, smiles=WRONG)
    assert [n for n in made.notes if "pyrazole hydrogen" in n] == [
        "pyrazole hydrogen of the inhibitor taken on N8, not on N7 as written: N7 faces M1160 N "
        "(donor, 2.9 Å), N8 faces M1160 O (acceptor, 2.9 Å); protonation='written' keeps it on N7"
    ]
    assert "tautomer" in made.protonation
    assert hinge_bonds(made) == BOTH
    right = rs.load(laid, smiles=RIGHT)
    assert not any("hydrogen of the inhibitor" in n for n in right.notes)
    assert hinge_bonds(right) == BOTH
    assert Chem.MolToSmiles(made.inhibitor) == Chem.MolToSmiles(right.inhibitor)
    again = rs.load(rs.write(made, tmp_path / "again.pdb"))
    assert hinge_bonds(again) == BOTH


@pytest.mark.parametrize("protonation", ["written", "neutral"])
def test_what_a_user_asks_for_wins_and_is_said(laid, protonation):
    kept = rs.load(laid, smiles=WRONG, protonation=protonation)
    assert any("kept on N7 as asked, though N8 is better" in n for n in kept.notes)
    assert hinge_bonds(kept) == set()


def test_written_has_the_charges_of_ph_74():
    both = [rs.load("2WGJ", protonation=p) for p in ("ph74", "written")]
    assert both[0].topology == both[1].topology
    assert Chem.GetFormalCharge(both[1].inhibitor) == 1


def test_a_molecule_without_such_a_group_is_not_looked_at(monkeypatch):
    from ros1struct.io.chemistry import polar

    monkeypatch.setattr(polar, "polar_atoms", None)  # would fail if it were called
    assert rs.load("2WGJ").inhibitor_name == "crizotinib"
