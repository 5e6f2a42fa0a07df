"""overlaps: on deposited files."""

import pytest

import ros1struct as rs
from ros1struct.clashes.definitions import CLASH_DEFINITIONS

# Definitions that take heavy atoms only.
HEAVY = [name for name, rule in CLASH_DEFINITIONS.items() if not rule.hydrogens]


@pytest.mark.parametrize(
    "name",
    ["2WGJ", "2XP2", "2YFX", "4ANQ", "5AAA", "5AAC", "5J7H", "1M17", "2HYY", "3UE4", "3WZD", "5L2T",
     "5P9I"],
)  # fmt: skip
@pytest.mark.shared
def test_deposited_structures_have_no_clash_with_their_inhibitor(shared, name):
    complex = rs.load(shared / "structures" / "test_only" / "xray" / f"{name}.pdb")
    assert rs.clashes(complex).empty


def with_hydrogens(path, target):
    """Write a PDB copy with a hydrogen 1 Å from every heavy atom of chain A."""
    lines = []
    for line in path.read_text().splitlines():
        lines.append(line)
        if line.startswith(("ATOM", "HETATM")) and line[76:78].strip() not in ("H", ""):
            x = float(line[30:38]) + 0.99
            name = f" H{len(lines) % 100:02d}"
            lines.append(f"{line[:12]}{name}{line[16:30]}{x:8.3f}{line[38:76]} H{line[78:]}")
    target.write_text("\n".join(lines) + "\n")
    return target


@pytest.mark.shared
def test_hydrogens_in_the_file_change_nothing_at_all(shared, tmp_path):
    path = shared / "structures" / "test_only" / "xray" / "2XP2.pdb"
    bare = rs.load(path)
    dressed = rs.load(with_hydrogens(path, tmp_path / "2XP2.pdb"))
    assert (dressed.atoms.element == "H").sum() > 1000
    for definition in HEAVY:
        a, b = rs.overlaps(bare, definition), rs.overlaps(dressed, definition)
        assert a.equals(b)
    assert rs.contacts(bare).equals(rs.contacts(dressed))
