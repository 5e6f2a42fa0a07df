"""nearby: on deposited files."""

import pytest

import ros1struct as rs
from ros1struct.contacts.nearby import sidechain_kinds


@pytest.mark.shared
def test_imatinibs_gatekeeper_makes_its_hydrogen_bond_with_the_side_chain(shared):
    complex = rs.load(shared / "structures" / "test_only" / "xray" / "2HYY.pdb")
    residue = complex.find_residue(315)
    assert "hydrogen bond" in sidechain_kinds(complex, residue)
    # Met318 N holds the pyridine: backbone, so its side chain has no polar contact.
    hinge = rs.contacts(complex).set_index("residue").loc["M318"]
    assert (hinge["atom"], "hydrogen bond" in hinge["kinds"]) == ("N", True)
    assert "hydrogen bond" not in sidechain_kinds(complex, complex.find_residue(318))
