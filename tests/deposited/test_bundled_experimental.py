"""The bundled MET complexes: on deposited files."""

from __future__ import annotations

import csv
import importlib.util
import os
from pathlib import Path

import gemmi
import pytest

from bundled.test_experimental import CRIZOTINIB, FORETINIB, build_script, chain_of, residues
from ros1struct.io.catalog import bundled_folder

ONE_LETTER = gemmi.find_tabulated_residue


@pytest.mark.shared
@pytest.mark.parametrize(("name", "least"), [(CRIZOTINIB, 70), (FORETINIB, 230)])
def test_residues_are_those_of_the_sequence(shared, name, least):
    with (shared / "facts" / "kinase_domain_alignment.csv").open(newline="") as handle:
        cells = [row["MET_P08581"] for row in csv.DictReader(handle)]
    sequence = {int(cell[1:]): cell[0] for cell in cells if cell[1:].isdigit()}
    found = {
        residue.seqid.num: ONE_LETTER(residue.name).one_letter_code.upper()
        for residue in residues(chain_of(name), gemmi.EntityType.Polymer)
    }
    common = sequence.keys() & found.keys()
    assert len(common) >= least
    wrong = {number: found[number] for number in common if found[number] != sequence[number]}
    # Leu1272 is the conflict with UniProt (Val) that the MET entries record.
    assert wrong in ({}, {1272: "L"})


def same_bytes(made: Path) -> bool:
    return made.read_bytes() == (bundled_folder() / "experimental" / made.name).read_bytes()


@pytest.mark.shared
def test_building_the_pocket_again_gives_the_same_bytes(shared, tmp_path):
    pocket = shared / "structures" / "inputs" / "met_2wgj_pocket.csv"
    assert same_bytes(build_script().build_crizotinib(pocket, tmp_path))


@pytest.mark.shared
def test_building_foretinib_again_gives_the_same_bytes(shared, tmp_path):
    wheel = os.environ.get("ROS1STRUCT_DOCKSTRING_WHEEL")
    if not wheel and importlib.util.find_spec("dockstring") is None:
        pytest.skip("dockstring is not installed and ROS1STRUCT_DOCKSTRING_WHEEL is not set")
    script = build_script()
    component = shared / "structures" / "inputs" / "ligands_ccd" / "88Z.cif"
    target = script.target_text(Path(wheel) if wheel else None)
    assert same_bytes(
        script.build_foretinib(target, script.component_rows("88Z", component), tmp_path)
    )
