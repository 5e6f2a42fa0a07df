"""Scores: on deposited files."""

import pytest

import ros1struct as rs
from ros1struct.energy import soft as energies
from ros1struct.resistance import score as sc
from ros1struct.resistance.verdict import verdict

# Mutants that crystals show beside the inhibitor, with those crystals; the files of each drug.
CRIZOTINIB = "2XP2 2YFX 4ANQ 4ANS 5AAA 5AAB 5AAC"


GEFITINIB = "4WKQ 2ITY 2ITO 2ITZ 3UG2 4I22"


NERATINIB = "2JIV 3W2Q"


SHOWN = {
    CRIZOTINIB: {"L1196M": "2YFX 4ANS", "G1269A": "4ANQ 4ANS", "L1198F": "5AAA 5AAB"},
    GEFITINIB: {"G719S": "2ITO 3UG2", "L858R": "2ITZ 4I22", "T790M": "3UG2 4I22"},
    NERATINIB: {"T790M": "2JIV 3W2Q", "L858R": "3W2Q"},
}


# Charges as at pH 7.4; the acrylamide has reacted.
SMILES = "CCOc1cc2ncc(C#N)c(Nc3ccc(OCc4ccccn4)c(Cl)c3)c2cc1NC(=O)CCC[NH+](C)C"


def crystal(shared, file):
    more = {"smiles": SMILES} if file in NERATINIB else {}
    return rs.load(shared / "structures/test_only/xray" / f"{file}.pdb", **more)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "mutants"), [(file, SHOWN[drug]) for drug in SHOWN for file in drug.split()]
)
def test_what_crystals_show_beside_the_inhibitor_is_no_clash(shared, file, mutants):
    c = crystal(shared, file)
    around = energies.surroundings(c)
    overlapping = rs.clashes(c)
    overlapping = set(overlapping["residue"][overlapping["part"] == "sidechain"])
    for mutation, own in mutants.items():
        residue = c.find_residue(int(mutation[1:-1]))
        found = verdict(sc.resistance_score(around, residue, mutation[0], mutation[-1]))
        assert found.verdict != "clash", f"{file} {mutation}: {found}"
        if file in own.split():
            # In its own crystal the native side chain is no clash either.
            assert str(c.residues.letter[residue]) == mutation[-1]
            assert c.residue_label(residue) not in overlapping


@pytest.mark.shared
def test_a_mutant_whose_crystal_moves_the_backbone_far_from_the_drug_is_no_claim(shared):
    for file in ("2XP2", "5AAC"):
        c = crystal(shared, file)
        found = sc.resistance_score(energies.surroundings(c), c.find_residue(1156), "C", "Y")
        assert verdict(found).verdict == "out of scope"


@pytest.mark.shared
def test_a_solvent_front_arginine_is_a_clash_with_crizotinib(shared):
    c = crystal(shared, "2XP2")
    found = verdict(sc.resistance_score(energies.surroundings(c), c.find_residue(1202), "G", "R"))
    assert (found.verdict, found.firm) == ("clash", True)
