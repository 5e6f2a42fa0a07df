"""Contacts and overlaps against tables that ProLIF: on deposited files."""

import pytest

import ros1struct as rs
from contacts.test_parity import AT_LEAST, ours, reference

# Kinds for which the hydrogens of a file do not matter.
HEAVY = {"hydrophobic", "salt bridge", "pi stacking face", "pi stacking edge", "cation-pi",
         "pi-cation"}  # fmt: skip


XRAY = ("1M17", "2HYY", "2XP2", "2YFX", "3UE4", "3WZD", "4ANQ", "5AAA", "5AAC", "5J7H", "5L2T",
        "5P9I")  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("peer", AT_LEAST)
def test_deposited_files_without_hydrogens(shared, peer):
    same = either = 0
    for name in XRAY:
        complex = rs.load(shared / "structures" / "test_only" / "xray" / f"{name}.pdb")
        expected = {row for row in reference(peer, name) if row[1] in HEAVY}
        found = {row for row in ours(complex, peer) if row[1] in HEAVY}
        same, either = same + len(expected & found), either + len(expected | found)
    assert either > 40
    assert same / either >= AT_LEAST[peer]
