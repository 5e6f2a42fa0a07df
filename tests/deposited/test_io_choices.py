"""Which chain: on deposited files."""

import ros1struct as rs


def test_the_bonded_molecule_beats_a_free_one(shared):
    found = rs.load(shared / "structures" / "test_only" / "xray" / "4G5J.pdb")
    assert found.component == "0WN"
    assert any("also there: 0WM A/1102; taken because it is bonded to the protein" in n
               for n in found.notes)  # fmt: skip
