"""What every atom of a protein and an inhibitor can do: on deposited files."""

import pytest

import ros1struct as rs


@pytest.mark.shared
@pytest.mark.parametrize(
    ("entry", "residue", "atom"),
    [("2HYY", "T315", "OG1"), ("2HYY", "H361", "O"), ("4ZAU", "M793", "O"), ("5J7H", "M1199", "O")],
)
def test_bonds_that_papers_describe_are_in_the_default_definition(shared, entry, residue, atom):

    complex = rs.load(shared / "structures" / "test_only" / "xray" / f"{entry}.pdb")
    found = rs.interactions(complex)
    mine = found[(found["residue"] == residue) & (found["atom"] == atom)]
    bond = mine[mine["kind"] == "hydrogen bond"]
    assert len(bond) == 1
    assert 100 <= bond["angle"].item() < 130  # 130 degrees would drop it
    # Not whatever is near: a sulphur at 96 degrees, a nitrogen beside an oxygen at 68.
    assert not found[found["kind"] == "hydrogen bond"]["angle"].lt(100).any()
