"""Contacts and overlaps against tables that ProLIF, PLIP and PoseBusters wrote themselves.

``tests/peers/parity.py`` regenerates the tables. The protonated files of bundled structures are
committed beside them; of other files only kinds that need no hydrogens can be compared here.
"""

import os
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from rdkit import Chem

import ros1struct as rs
from ros1struct.clashes.definitions import clash_definition
from ros1struct.clashes.overlaps import overlap_pairs
from ros1struct.clashes.severity import volume_share
from ros1struct.contacts.interactions import interactions

DATA = Path(__file__).parents[1] / "data"
BUNDLED = sorted(p.name.removesuffix(".pdb.gz") for p in (DATA / "parity").glob("*.pdb.gz"))
AT_LEAST = {"prolif": 0.98, "plip": 0.95}


def reference(peer, structure):
    table = pd.read_csv(DATA / f"parity_{peer}.csv", keep_default_na=False)
    rows = table[table["structure"] == structure]
    return set(zip(rows["residue"].astype(int), rows["kind"], rows["role"], strict=True))


def differences():
    return pd.read_csv(DATA / "parity_differences.csv", keep_default_na=False)


def ours(complex, definition):
    table = interactions(complex, definition)
    number = {
        complex.residue_label(k): int(complex.residues.number[k])
        for k in range(len(complex.residues))
    }
    return {
        (number[residue], kind, "" if kind == "metal" else role)
        for residue, kind, role in zip(table["residue"], table["kind"], table["role"], strict=True)
    }


def protonated(name):
    smiles = Chem.MolToSmiles(rs.load(name).inhibitor)
    path = DATA / "parity" / f"{name}.pdb.gz"
    return rs.load(path, ligand="UNL", smiles=smiles, provenance="processed")


@pytest.mark.parametrize("peer", AT_LEAST)
@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_complexes(name, peer):
    expected, found = reference(peer, name), ours(protonated(name), peer)
    assert expected
    assert found == expected


@pytest.mark.parametrize("peer", AT_LEAST)
def test_what_was_measured_on_all_files(peer):
    # From the last run of parity.py: pairs in common over pairs in either.
    table = pd.read_csv(DATA / f"parity_{peer}.csv", keep_default_na=False)
    rows = differences()
    rows = rows[rows["peer"] == peer]
    extra = (rows["only_in"] == "ros1struct").sum()
    missing = (rows["only_in"] == peer).sum()
    assert table["structure"].nunique() >= 30
    assert (len(table) - missing) / (len(table) + extra) >= AT_LEAST[peer]


def test_every_difference_has_its_reason():
    assert (differences()["reason"] != "").all()


@pytest.mark.parametrize("name", BUNDLED)
def test_posebusters_values(name):
    row = pd.read_csv(DATA / "parity_posebusters.csv").set_index("structure").loc[name]
    complex = protonated(name)
    rule = replace(clash_definition("posebusters"), scale=1.0)
    _, _, distance, overlap, _ = overlap_pairs(complex, rule, at_least=-3.0)
    assert distance.min() == pytest.approx(row["smallest_distance"], rel=0.01)
    relative = (distance / (distance + overlap)).min()
    assert relative == pytest.approx(row["relative_distance"], rel=0.01)
    assert volume_share(complex, hydrogens=True) == pytest.approx(row["volume_overlap"], rel=0.01)


@pytest.mark.skipif("ROS1STRUCT_PARITY" not in os.environ, reason="slow; needs the peers extra")
def test_the_tables_can_be_made_again(tmp_path):
    import subprocess
    import sys

    script = Path(__file__).parents[1] / "peers" / "parity.py"
    subprocess.run([sys.executable, "-W", "ignore", script], check=True, cwd=tmp_path)
