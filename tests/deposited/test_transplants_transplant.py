"""Inhibitors carried into another kinase: on deposited files."""

import pytest

import ros1struct as rs
from ros1struct.transplants import transplant


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.mark.shared
def test_a_bonded_inhibitor_stays_where_it_is(shared, met):
    path = shared / "structures" / "test_only" / "xray" / "4G5J.pdb"
    with pytest.raises(rs.InputError, match="bonded to its protein"):
        transplant(path, into=met)


@pytest.mark.shared
def test_a_wrong_pose_of_a_fragment_is_flagged(shared, met):
    import csv

    import numpy as np

    # Crizotinib of wwPDB 3ZBF in the frame of the bundled models.
    path = shared / "structures" / "test_only" / "ros1" / "3zbf_crizotinib_atoms.csv"
    with path.open() as handle:
        known = {
            row["atom"]: [float(row[f"{k}_9qek"]) for k in "xyz"]
            for row in csv.DictReader(handle)
            if row["source"] == "3zbf"
        }
    found = transplant(met, into="zidesamtinib", count=1)
    own = found.best.inhibitor_heavy
    there = dict(zip(found.best.atoms.name[own].tolist(), found.best.xyz[0, own], strict=True))
    gaps = [((there[name] - np.array(xyz)) ** 2).sum() for name, xyz in known.items()]
    assert np.sqrt(np.mean(gaps)) > 1.5
    assert found.flags
