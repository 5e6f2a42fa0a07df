"""Force-field files of the inhibitors: the atoms of the models, the charge, all terms."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rdkit import Chem

import ros1struct as rs

FOLDER = Path(__file__).parents[2] / "structures/forcefield"
INHIBITORS = {
    "VGH": "crizotinib", "5P8": "lorlatinib", "7GI": "repotrectinib", "A1I6Z": "zidesamtinib",
    "YMX": "entrectinib", "4MK": "ceritinib", "6GY": "brigatinib",
}  # fmt: skip


def test_every_inhibitor_with_a_model_has_a_file():
    assert {path.stem for path in FOLDER.glob("*.xml")} == {*INHIBITORS}


@pytest.mark.parametrize(("code", "name"), INHIBITORS.items())
def test_a_file_holds_the_molecule_of_the_model(code, name):
    root = ET.parse(FOLDER / f"{code}.xml").getroot()
    residue = root.find("Residues/Residue")
    assert residue.get("name") == code
    model = rs.load(name)
    element = {kind.get("name"): kind.get("element") for kind in root.find("AtomTypes")}
    atoms = {atom.get("name"): element[atom.get("type")] for atom in residue.findall("Atom")}
    heavy = {name for name, symbol in atoms.items() if symbol != "H"}
    assert heavy == {*model.atoms.name[model.inhibitor_heavy].tolist()}
    whole = Chem.AddHs(model.inhibitor)
    assert len(atoms) == whole.GetNumAtoms()
    assert len(residue.findall("Bond")) == whole.GetNumBonds()
    charge = sum(float(atom.get("charge")) for atom in residue.findall("Atom"))
    assert charge == pytest.approx(Chem.GetFormalCharge(model.inhibitor), abs=0.003)
    for section, least in (("HarmonicBondForce", 1), ("HarmonicAngleForce", 1.5)):
        assert len(root.find(section)) >= least * whole.GetNumBonds(), section
    assert {"Proper", "Improper"} == {term.tag for term in root.find("PeriodicTorsionForce")}
