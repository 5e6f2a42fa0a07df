"""What every atom of a protein and an inhibitor can do, against tables written by hand."""

from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem

import ros1struct as rs
from ros1struct.contacts.atom_types import (
    AWAY,
    BIT,
    CONE,
    FREE,
    NONE,
    PLANAR,
    TETRAHEDRAL,
    prepare,
    residue_template,
    type_molecule,
)
from ros1struct.contacts.definitions import (
    CONTACT_DEFINITIONS,
    ContactDefinition,
    contact_definition,
)
from ros1struct.errors import InputError
from ros1struct.structure.residue_types import RESIDUE_TYPES

OURS = CONTACT_DEFINITIONS["ros1struct"]

# Side-chain donors, acceptors, positive and negative atoms, by textbook.
CHEMISTRY = {
    "GLY": ("", "", "", ""),
    "ALA": ("", "", "", ""),
    "VAL": ("", "", "", ""),
    "LEU": ("", "", "", ""),
    "ILE": ("", "", "", ""),
    "PRO": ("", "", "", ""),
    "PHE": ("", "", "", ""),
    "MET": ("", "SD", "", ""),
    "CYS": ("SG", "SG", "", ""),
    "SER": ("OG", "OG", "", ""),
    "THR": ("OG1", "OG1", "", ""),
    "TYR": ("OH", "OH", "", ""),
    "ASP": ("", "OD1 OD2", "", "OD1 OD2"),
    "GLU": ("", "OE1 OE2", "", "OE1 OE2"),
    "ASN": ("ND2", "OD1", "", ""),
    "GLN": ("NE2", "OE1", "", ""),
    "LYS": ("NZ", "", "NZ", ""),
    "ARG": ("NE NH1 NH2", "", "NE NH1 NH2", ""),
    "TRP": ("NE1", "", "", ""),
    "HID": ("ND1", "NE2", "", ""),
    "HIE": ("NE2", "ND1", "", ""),
    "HIP": ("ND1 NE2", "", "ND1 NE2", ""),
    "HIS": ("ND1 NE2", "ND1 NE2", "", ""),
    # Other forms of force fields.
    "ASH": ("OD2", "OD1 OD2", "", ""),
    "GLH": ("OE2", "OE1 OE2", "", ""),
    "LYN": ("NZ", "NZ", "", ""),
    "CYX": ("", "SG", "", ""),
    "CYM": ("", "SG", "", "SG"),
}
RINGS = {
    "PHE": [{"CG", "CD1", "CE1", "CZ", "CE2", "CD2"}],
    "TYR": [{"CG", "CD1", "CE1", "CZ", "CE2", "CD2"}],
    "TRP": [{"CG", "CD1", "NE1", "CE2", "CD2"}, {"CD2", "CE2", "CZ2", "CH2", "CZ3", "CE3"}],
    **{h: [{"CG", "ND1", "CE1", "NE2", "CD2"}] for h in ("HID", "HIE", "HIP", "HIS")},
}


def having(template, feature):
    return {
        name for name, bits in zip(template.names, template.bits, strict=True)
        if bits & BIT[feature]
    }  # fmt: skip


@pytest.mark.parametrize("form", CHEMISTRY)
def test_every_residue_gives_takes_and_is_charged_as_it_should(form):
    donors, acceptors, cations, anions = (set(words.split()) for words in CHEMISTRY[form])
    template = residue_template(form, OURS)
    assert having(template, "donor") == donors | ({"N"} if form != "PRO" else set())
    assert having(template, "acceptor") == acceptors | {"O"}
    assert having(template, "cation") == cations
    assert having(template, "anion") == anions


@pytest.mark.parametrize("form", CHEMISTRY)
def test_aromatic_rings(form):
    template = residue_template(form, OURS)
    found = [{template.names[k] for k in ring} for ring in template.rings]
    assert sorted(map(sorted, found)) == sorted(map(sorted, RINGS.get(form, [])))


@pytest.mark.parametrize("name", RESIDUE_TYPES)
def test_templates_agree_with_the_residue_table(name):
    # Clash allowances and contacts must not disagree on who gives and takes.
    kind, template = RESIDUE_TYPES[name], residue_template(name, OURS)
    assert set(template.names) == set(kind.classes) - {"OXT"}
    assert having(template, "donor") == kind.donors
    assert having(template, "acceptor") == kind.acceptors - {"OXT"}


def test_ends_of_the_chain():
    start = residue_template("ALA", OURS, start=True)
    assert having(start, "cation") == {"N"}
    assert having(start, "acceptor") == {"O"}
    end = residue_template("ALA", OURS, end=True)
    assert having(end, "anion") == {"O", "OXT"}
    assert having(end, "acceptor") == {"O", "OXT"}
    proline = residue_template("PRO", OURS, start=True)
    assert having(proline, "donor") == {"N"}
    assert residue_template("ATP", OURS) is None


@pytest.mark.parametrize(
    ("form", "atom", "mode"),
    [
        ("ALA", "N", AWAY), ("ASN", "ND2", PLANAR), ("ARG", "NH1", PLANAR), ("ARG", "NH2", PLANAR),
        ("ARG", "NE", AWAY), ("LYS", "NZ", CONE), ("SER", "OG", CONE), ("TYR", "OH", CONE),
        ("CYS", "SG", CONE), ("TRP", "NE1", AWAY), ("HIS", "ND1", AWAY), ("HIS", "NE2", AWAY),
        ("ASP", "OD1", NONE), ("PHE", "CZ", AWAY), ("LYS", "CE", TETRAHEDRAL), ("VAL", "CB", AWAY),
        ("ALA", "CB", CONE), ("PRO", "N", NONE),
    ],
)  # fmt: skip
def test_how_hydrogens_stand(form, atom, mode):
    template = residue_template(form, OURS)
    assert template.mode[template.names.index(atom)] == mode


@pytest.mark.parametrize(
    ("smiles", "donors", "acceptors", "cations", "anions"),
    [
        ("CC(=O)[O-]", [], [2, 3], [], [2, 3]),
        ("CC(=O)OC", [], [2], [], []),  # the single-bonded oxygen of an ester does not take
        ("CC(=O)NC", [3], [2], [], []),
        ("C[NH2+]C", [1], [], [1], []),
        ("CN(C)C", [], [1], [], []),
        ("Nc1ccccc1", [0], [], [], []),
        ("c1ccncc1", [], [3], [], []),
        ("c1cc[nH]c1", [3], [], [], []),
        ("c1c[nH]c[nH+]1", [2, 4], [], [2, 4], []),
        ("CC(N)=[NH2+]", [2, 3], [], [2, 3], []),
        ("C[N+](=O)[O-]", [], [2, 3], [], []),  # charges that cancel make no salt bridge
        ("CSC", [], [1], [], []),
        ("CS", [1], [1], [], []),
        ("CC#N", [], [2], [], []),
        ("c1ccccc1Oc1ccccc1", [], [], [], []),
        ("CS(=O)(=O)NC", [4], [2, 3], [], []),
        ("CF", [], [], [], []),  # organic fluorine hardly takes hydrogen bonds
    ],
)
def test_functional_groups_of_inhibitors(smiles, donors, acceptors, cations, anions):
    typed = type_molecule(Chem.MolFromSmiles(smiles), OURS)
    for feature, expected in zip(
        ("donor", "acceptor", "cation", "anion"), (donors, acceptors, cations, anions), strict=True
    ):
        assert np.flatnonzero(typed.bits & BIT[feature]).tolist() == expected, feature


def test_crizotinib_is_charged_at_its_piperidine():
    complex = rs.load("2WGJ")
    typed = prepare(complex, OURS)
    own = typed.inhibitor
    names = complex.atoms.name[own]
    assert names[(typed.bits[own] & BIT["cation"]) > 0].tolist() == ["N25"]
    assert set(names[(typed.bits[own] & BIT["donor"]) > 0]) == {"N22", "N25"}
    assert set(names[(typed.bits[own] & BIT["halogen"]) > 0]) == {"CL", "CL2"}
    assert typed.mode[own[names == "N25"]] == [TETRAHEDRAL]
    assert typed.mode[own[names == "N22"]] == [PLANAR]


@pytest.mark.parametrize("name", ["2WGJ", "3LQ8", "lorlatinib", "zidesamtinib"])
def test_typing_agrees_with_the_flags_of_the_complex(name):
    complex = rs.load(name)
    typed = prepare(complex, OURS)
    for atoms in (typed.inhibitor, complex.protein_heavy):
        known = atoms[complex.atoms.name[atoms] != "OXT"]
        for feature, flags in (
            ("donor", complex.atoms.donor),
            ("acceptor", complex.atoms.acceptor),
        ):
            assert ((typed.bits[known] & BIT[feature]) > 0).tolist() == flags[known].tolist()


def test_waters_give_and_take_in_any_direction():
    complex = rs.load("2WGJ")
    typed = prepare(complex, OURS)
    assert len(typed.water) == (complex.residues.role == "water").sum() > 0
    both = BIT["donor"] | BIT["acceptor"]
    assert (typed.bits[typed.water] & both == both).all()
    assert (typed.mode[typed.water] == FREE).all()


def test_typing_is_done_once_per_topology():
    complex = rs.load("2WGJ")
    typed = prepare(complex, OURS)
    moved = complex.with_coordinates(complex.xyz + np.float32(1.0))
    assert prepare(moved, OURS) is typed
    assert prepare(moved, CONTACT_DEFINITIONS["plip"]) is not typed
    # The second definition of one name is another definition.
    assert prepare(moved, replace(OURS, hydrophobic=4.0)) is not typed


def test_a_definition_that_is_not_known_lists_those_that_are():
    with pytest.raises(InputError, match=r"known are ros1struct, prolif, plip.*mean prolif"):
        contact_definition("prolfi")
    with pytest.raises(InputError, match=r"unknown feature 'doner'.*mean donor"):
        replace(OURS, patterns={"doner": "N"})
    with pytest.raises(InputError, match="rotatable must be 'point' or 'file', found 'spin'"):
        replace(OURS, rotatable="spin")
    with pytest.raises(InputError, match=r"pattern of donor is no SMARTS: '\[N'"):
        prepare(rs.load("2WGJ"), replace(OURS, name="x", patterns={"donor": "[N"}))


def test_definitions_say_where_they_come_from():
    for name, rule in CONTACT_DEFINITIONS.items():
        assert isinstance(rule, ContactDefinition)
        assert rule.name == name
        assert rule.source
        assert rule.version


def test_a_missing_radius_names_the_element():
    poor = replace(CONTACT_DEFINITIONS["prolif"], name="poor", radii={"C": 1.7, "N": 1.5, "O": 1.5})
    with pytest.raises(InputError, match=r"'poor' has no radius for element Cl"):
        prepare(rs.load("2WGJ"), poor)


def test_a_broken_valence_is_refused():
    complex = rs.load("2WGJ")
    mol = Chem.RWMol(complex.inhibitor)
    nitrogen = next(a for a in mol.GetAtoms() if a.GetFormalCharge() == 1)
    nitrogen.SetFormalCharge(0)
    nitrogen.SetNumExplicitHs(4)
    with pytest.raises(InputError, match=r"2WGJ: inhibitor crizotinib: .*broken valence"):
        prepare(complex.with_changes(inhibitor=mol.GetMol()), OURS)


def test_a_peptide_of_200_atoms_is_no_inhibitor():
    complex = rs.load("2WGJ")
    peptide = Chem.MolFromSequence("ACDEFGHIKLMNPQRSTVWYACDEF")
    assert peptide.GetNumAtoms() > 190
    with pytest.raises(InputError, match=r"at most 100 heavy atoms.*peptides and proteins"):
        prepare(complex.with_changes(inhibitor=peptide), OURS)
    small = Chem.MolFromSmiles("NCC(=O)" * 6 + "O")
    rest = Chem.MolFromSmiles(".".join("C" * (30 - small.GetNumAtoms())))
    with pytest.raises(InputError, match="is a peptide"):
        prepare(complex.with_changes(inhibitor=Chem.CombineMols(small, rest)), OURS)
