"""Files as they come: on deposited files."""

import pytest

import ros1struct as rs


@pytest.mark.shared
@pytest.mark.parametrize(
    ("entry", "kept"),
    [("4G5J", ("0WN", "C797")), ("4G5P", ("0WN", "C797")), ("2JIV", ("HKI", "C797"))],
)
def test_a_bonded_inhibitor_is_taken_before_free_ones(shared, entry, kept):
    found = rs.load(shared / "structures" / "test_only" / "xray" / f"{entry}.pdb")
    component, cysteine = kept
    assert found.component == component
    ((_, atom_index),) = found.bonded_to_protein()
    assert found.residue_label(int(found.atoms.residue[atom_index])) == cysteine


@pytest.mark.shared
def test_contacts_of_a_nucleotide_are_listed(shared):
    smiles = "C[C@@H](Oc1cc(cnc1N)-c1cnn(c1)C1CC[NH2+]CC1)c1c(Cl)ccc(F)c1Cl"
    found = rs.load(shared / "cases" / "nucleotide_at_the_drug.pdb", smiles=smiles)
    row = rs.contacts(found).set_index("residue").loc["ADP:A:900"]
    assert row["min_distance"] == pytest.approx(2.8, abs=0.01)
    # Only five of its 27 heavy atoms are there; their names tell what they are.
    assert row["kinds"] == "salt bridge, hydrogen bond"
    table = rs.interactions(found)
    kinds = table.loc[table["residue"] == "ADP:A:900", "kind"]
    assert {"salt bridge", "hydrogen bond"} <= {*kinds}
