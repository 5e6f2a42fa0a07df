"""Covalent inhibitors: the chemistry after the reaction, and no contact of the bond itself."""

import numpy as np
import pytest
from rdkit import Chem

import ros1struct as rs
from ros1struct.io.chemistry.covalent import reacted


@pytest.mark.parametrize(
    ("before", "atom", "after", "changes"),
    [
        ("C=CC(=O)NC", 0, "[CH2]CC(=O)NC", ["C=C is single"]),
        ("CN(C)C/C=C/C(=O)NC", 4, "CNC(=O)C[CH]CN(C)C", ["C=C is single"]),
        ("CC#CC(=O)NC", 1, "C[C]=CC(=O)NC", ["C#C is double"]),
        ("CC#N", 1, "C[C]=N", ["C#N is double"]),
        ("CC=O", 1, "C[CH]O", ["C=O is single"]),
        # Negatives: what is described after the reaction, acyl groups, and aromatic rings.
        ("CCC(=O)NC", 0, "[CH2]CC(=O)NC", []),
        ("CC(=O)NC", 1, "CNC(C)=O", []),
        ("Cc1ccccc1", 2, "Cc1[c]cccc1", []),
    ],
)
def test_what_is_left_after_the_reaction(before, atom, after, changes):
    mol, said = reacted(Chem.MolFromSmiles(before), [atom])
    if "c" not in before:
        assert Chem.MolToSmiles(mol) == Chem.CanonSmiles(after)
    assert said == changes
    assert mol.GetAtomWithIdx(atom).GetTotalNumHs() <= 2


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


def stretched(met, folder, length, link):
    """2WGJ whose Y1159 OH is at some Å from the drug's C1, with and without a LINK record."""
    lines = rs.write(met, folder / "met.pdb").read_text().splitlines()
    lines = [x for x in lines if x.startswith(("ATOM", "HETATM"))]
    own = met.inhibitor_heavy
    carbon = own[met.atoms.element[own] == "C"][0]
    drug = str(met.atoms.name[carbon])
    centre = met.xyz[0, own].mean(axis=0).astype(float)
    start = met.xyz[0, carbon].astype(float)
    way = (start - centre) / np.linalg.norm(start - centre)
    x, y, z = start + length * way
    made = [
        f"{row[:30]}{x:8.3f}{y:8.3f}{z:8.3f}{row[54:]}"
        if row[22:26] == "1211" and row[12:16].strip() == "SD" else row
        for row in lines
    ]  # fmt: skip
    ends = f"LINK         SD  MET A1211                {drug:<4} VGH A2346"
    head = [f"{ends}     1555   1555  {length:4.2f}"]
    path = folder / f"{length}{link}.pdb"
    path.write_text("\n".join([*(head if link else []), *made, "END", ""]))
    return rs.load(path)


def test_a_bond_that_the_file_states_is_one_where_its_length_is_poor(met, tmp_path):
    assert stretched(met, tmp_path, 2.4, link=True).bonded_to_protein()
    assert not stretched(met, tmp_path, 2.4, link=False).bonded_to_protein()
    assert stretched(met, tmp_path, 1.8, link=False).bonded_to_protein()
    # Far beyond a bond the statement is not believed.
    assert not stretched(met, tmp_path, 3.2, link=True).bonded_to_protein()
