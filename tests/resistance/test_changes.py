"""Where a mutation sits, and the inhibitor's covalent bond."""

import numpy as np
import pytest

import ros1struct as rs


def test_a_mutation_that_takes_the_covalent_bond_is_a_contact_loss_without_a_score():
    c = rs.load("2WGJ")
    residue = c.find_residue(1211)
    link = [[c.inhibitor_heavy[0], c.atoms_of(residue)["SD"]]]
    bonded = c.with_changes(bonds=np.vstack([c.topology.bonds, link]))
    row = rs.scan(bonded, "M1211L").iloc[0]
    assert (row["verdict"], row["firm"]) == ("contact loss", True)
    assert np.isnan(row["score"])
    assert np.isnan(row["p_resistant"])
    assert "covalent bond to M1211 is lost" in row["reason"]
    # Without the bond, and at another residue, it is a score like any.
    assert rs.scan(c, "M1211L").iloc[0]["score"] == pytest.approx(0, abs=3)
    assert np.isfinite(rs.scan(bonded, "L1157M").iloc[0]["score"])
    # In a compound the bond decides too.
    both = rs.scan(bonded, ["L1157M/M1211L"]).iloc[0]
    assert both["verdict"] == "contact loss"
