"""ensembles: on deposited files."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.sidechains.ensembles import build_ensemble


def at(complex, number):
    return complex.find_residue(number)


def equal(a, b):
    for name in ("weight", "apo", "inhibitor", "distance"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    assert all(np.array_equal(a.kinds[k], b.kinds[k]) for k in a.kinds)
    assert (a.phi, a.psi) == (b.phi, b.psi)


@pytest.mark.shared
def test_hydrogens_in_the_file_change_nothing_at_all(shared, tmp_path):
    path = shared / "structures" / "test_only" / "xray" / "2XP2.pdb"
    lines = []
    for line in path.read_text().splitlines():
        lines.append(line)
        if line.startswith(("ATOM", "HETATM")) and line[76:78].strip() != "H":
            x = float(line[30:38]) + 0.99
            lines.append(f"{line[:12]} H{len(lines) % 90 + 10}{line[16:30]}{x:8.3f}{line[38:76]} H")
    (tmp_path / "2XP2.pdb").write_text("\n".join(lines) + "\n")
    bare, dressed = rs.load(path), rs.load(tmp_path / "2XP2.pdb")
    assert len(dressed.atoms) > 1.8 * len(bare.atoms)
    for number, letter in ((1202, "R"), (1196, "M")):
        equal(
            build_ensemble(bare, at(bare, number), letter),
            build_ensemble(dressed, at(dressed, number), letter),
        )
