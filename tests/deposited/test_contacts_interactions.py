"""Contacts from coordinates: on deposited files."""

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.contacts.interactions import interactions


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "residues"),
    [
        *[(n, {"E1197", "M1199"}) for n in ("2XP2", "2YFX", "4ANQ", "5AAA", "5AAC")],
        ("5J7H", {"M1199"}), ("1M17", {"M793"}), ("2HYY", {"M318"}), ("3UE4", {"M318"}),
        ("3WZD", {"C919"}), ("5L2T", {"V101"}), ("5P9I", {"E475", "M477"}),
    ],
)  # fmt: skip
def test_hinge_hydrogen_bonds_of_deposited_files(shared, name, residues):
    table = interactions(rs.load(shared / "structures" / "test_only" / "xray" / f"{name}.pdb"))
    bonds = table[(table["kind"] == "hydrogen bond") & table["klifs"].str.startswith("hinge")]
    assert residues <= set(bonds["residue"])


def agreement(dressed):
    """Share of hydrogen bonds that a file with and one without hydrogens have in common."""
    heavy = np.flatnonzero(dressed.heavy)
    bare = dressed.with_changes(atoms=dressed.atoms[heavy], xyz=dressed.xyz[:, heavy])
    keys = ["residue", "atom", "inhibitor_atom", "role", "water"]
    sets = []
    for complex in (dressed, bare):
        table = interactions(complex)
        table = table[table["kind"].isin(["hydrogen bond", "water bridge"])]
        sets.append({tuple(row) for row in table[keys].values.tolist()})
    return len(sets[0] & sets[1]), len(sets[0] | sets[1]), dressed, bare


@pytest.mark.shared
def test_with_and_without_hydrogens_of_prepared_files(shared):
    both = either = 0
    for name in ("ntrk1_entrectinib_5kvt_prepared", "ntrk1_repotrectinib_model"):
        path = shared / "structures" / "test_only" / "trk" / f"{name}.pdb"
        same, union, dressed, bare = agreement(rs.load(path))
        both, either = both + same, either + union
        assert rs.clashes(dressed).equals(rs.clashes(bare))
    assert both / either >= 0.95


@pytest.mark.shared
def test_no_severe_clash_in_deposited_complexes(shared):
    entries = "1M17 2HYY 2WGJ 2XP2 2YFX 3UE4 3WZD 4ANQ 5AAA 5AAC 5J7H 5L2T 5P9I"
    for entry in entries.split():
        path = shared / "structures" / "test_only" / "xray" / f"{entry}.pdb"
        assert rs.clashes(rs.load(path)).empty, entry
