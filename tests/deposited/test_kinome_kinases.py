"""The table of human kinases: on deposited files."""

import csv

import pytest

from ros1struct.kinome.kinases import (
    domains,
    find_kinase,
)


@pytest.mark.shared
def test_every_position_is_that_of_the_facts(shared):
    with (shared / "facts" / "klifs_pockets.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    compared = 0
    for row in rows:
        accession, _, copy = row["uniprot"].partition("_")
        if row["gene"] == "CAMKK1" or accession not in {d.accession for d in domains()}:
            continue
        mine = find_kinase(accession)
        if row["uniprot_numbers"]:
            numbers = [int(n) if n != "-" else 0 for n in row["uniprot_numbers"].split()]
            assert any(d.pocket.tolist() == numbers for d in mine), row["gene"]
            compared += 1
        else:
            domain = mine[int(copy) - 1]
            assert "".join(domain.residue_at(k)[:1] or "-" for k in range(1, 86)) == row["pocket"]
    assert compared == 327
