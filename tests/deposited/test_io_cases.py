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
