"""Molecular dynamics of a bundled complex: ff14SB, GAFF2 of ``forcefield/``, OpenMM.

    python structures/build_trajectories.py repotrectinib --ps 60
    python structures/build_trajectories.py repotrectinib --continue top.pdb run.xtc --ps 15
    python structures/build_trajectories.py repotrectinib --droplet 14 --ps 10
    python structures/build_trajectories.py repotrectinib --box --ps 2000

By default in OBC2 solvent, which two CPU cores carry at about 1 ns a day. ``--box`` makes the runs
that a graphics card is for: TIP3P, 0.15 M of salt, PME, 1 bar. ``--droplet R`` keeps explicit TIP3P
water within R Å of the inhibitor, in vacuum, and holds every residue farther away where it is: a
short run for bridging waters, not for energies.

All at 300 K with steps of 4 fs, hydrogens of 3 amu and seed 2032. ``--continue`` starts from the
last frame of an earlier run of the same topology, with new velocities, and appends its frames.
Needs the package, openmm, pdbfixer, rdkit and mdtraj.
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import mdtraj
import numpy as np
import openmm
from openmm import app, unit
from pdbfixer import PDBFixer
from rdkit import Chem

import ros1struct as rs

HERE = Path(__file__).resolve().parent
SEED = 2032
STEP = 0.004  # ps
SPACING = 0.5  # ps between frames
FREE = 10.0  # Å from the inhibitor within which a droplet's residues move
WALL = 500.0  # kJ/mol/nm2 that holds the droplet together


def modelled(name):
    """Return the component code of a complex and an OpenMM modeller with all hydrogens."""
    complex = rs.load(name)
    code = complex.component
    with TemporaryDirectory() as folder:
        path = Path(folder) / "protein.pdb"
        rs.write(complex, path)
        kept = [x for x in path.read_text().splitlines() if x.startswith(("ATOM", "TER"))]
        path.write_text("\n".join([*kept, "END", ""]))
        fixer = PDBFixer(filename=str(path))
    fixer.findMissingResidues()
    fixer.missingResidues = {}
    fixer.findMissingAtoms()
    fixer.addMissingAtoms()
    fixer.addMissingHydrogens(7.4)
    names = [str(complex.atoms.name[i]) for i in complex.inhibitor_heavy]
    drug = Chem.AddHs(complex.to_rdkit(), addCoords=True)
    topology = app.Topology()
    residue = topology.addResidue(code, topology.addChain("B"), "9001")
    atoms = []
    for k, atom in enumerate(drug.GetAtoms()):
        atom_name = names[k] if k < len(names) else f"H{k - len(names) + 1}"
        element = app.Element.getByAtomicNumber(atom.GetAtomicNum())
        atoms.append(topology.addAtom(atom_name, element, residue))
    for bond in drug.GetBonds():
        topology.addBond(atoms[bond.GetBeginAtomIdx()], atoms[bond.GetEndAtomIdx()])
    place = drug.GetConformer().GetPositions() / 10 * unit.nanometer
    model = app.Modeller(fixer.topology, fixer.positions)
    model.add(topology, place)
    return code, model


def from_frame(top, run):
    """Return the component code and the modeller of the last frame of an earlier run."""
    pdb = app.PDBFile(str(top))
    last = mdtraj.load(run, top=top)[-1]
    residue = list(pdb.topology.residues())[-1]
    return residue.name, app.Modeller(pdb.topology, last.xyz[0] * unit.nanometer)


def positions_of(model):
    """Return the coordinates of a modeller in nm, shape (atoms, 3)."""
    return np.array(model.positions.value_in_unit(unit.nanometer))


def drug_atoms(topology, code):
    """Return the indices of the inhibitor's atoms."""
    return [a.index for a in topology.atoms() if a.residue.name == code]


def add_droplet(model, forcefield, code, radius):
    """Fill the space around the inhibitor with water and keep what is within a radius (Å)."""
    xyz = positions_of(model)
    centre = xyz[drug_atoms(model.topology, code)].mean(axis=0)
    model.addSolvent(forcefield, model="tip3p", padding=0.3 * unit.nanometer, neutralize=False)
    xyz = positions_of(model)
    # The box has moved nothing: addSolvent places water around the solute where it is.
    far = [
        r
        for r in model.topology.residues()
        if r.name == "HOH" and np.linalg.norm(xyz[next(r.atoms()).index] - centre) > radius / 10
    ]
    model.delete(far)
    model.topology.setPeriodicBoxVectors(None)


def hold_outside(system, model, code, radius):
    """Fix residues far from the inhibitor, and keep waters inside a sphere."""
    xyz = positions_of(model)
    drug = drug_atoms(model.topology, code)
    centre = xyz[drug].mean(axis=0)
    wall = openmm.CustomExternalForce(
        f"{WALL}*step(r-{radius / 10})*(r-{radius / 10})^2;"
        f"r=sqrt((x-{centre[0]})^2+(y-{centre[1]})^2+(z-{centre[2]})^2)"
    )
    held = set()
    for residue in model.topology.residues():
        own = [a.index for a in residue.atoms()]
        if residue.name == "HOH":
            wall.addParticle(own[0], [])
        elif own[0] not in drug:
            gap = np.linalg.norm(xyz[own][:, None] - xyz[drug], axis=-1).min()
            if gap > FREE / 10:
                held.update(own)
    system.addForce(wall)
    for k in reversed(range(system.getNumConstraints())):
        a, b, _ = system.getConstraintParameters(k)
        if a in held and b in held:
            system.removeConstraint(k)
    for k in held:
        system.setParticleMass(k, 0.0)


def run(model, code, out, *, ps, droplet, box, threads, minimise):
    """Simulate and write ``out.pdb`` and ``out.xtc``."""
    water = ["amber14/tip3p.xml"] if droplet or box else ["implicit/obc2.xml"]
    own = str(HERE / "forcefield" / f"{code}.xml")
    field = app.ForceField("amber14/protein.ff14SB.xml", *water, own)
    if droplet:
        add_droplet(model, field, code, droplet)
    if box:
        model.addSolvent(
            field, padding=1.0 * unit.nanometer, ionicStrength=0.15 * unit.molar, model="tip3p"
        )
    system = field.createSystem(
        model.topology,
        nonbondedMethod=app.PME if box else app.CutoffNonPeriodic,
        nonbondedCutoff=(1.0 if box else 1.2) * unit.nanometer,
        constraints=app.HBonds,
        hydrogenMass=3 * unit.amu,
    )
    if droplet:
        hold_outside(system, model, code, droplet)
    if box:
        system.addForce(openmm.MonteCarloBarostat(1 * unit.bar, 300 * unit.kelvin, 25))
    integrator = openmm.LangevinMiddleIntegrator(300, 1, STEP)
    integrator.setRandomNumberSeed(SEED)
    platform = openmm.Platform.getPlatformByName("CUDA" if box else "CPU")
    properties = {} if box else {"Threads": str(threads)}
    simulation = app.Simulation(model.topology, system, integrator, platform, properties)
    simulation.context.setPositions(model.positions)
    if minimise:
        simulation.minimizeEnergy(maxIterations=200)
    state = simulation.context.getState(getPositions=True)
    with open(f"{out}.pdb", "w") as handle:
        app.PDBFile.writeFile(model.topology, state.getPositions(), handle, keepIds=True)
    simulation.context.setVelocitiesToTemperature(300, SEED)
    every = round(SPACING / STEP)
    simulation.reporters.append(app.XTCReporter(f"{out}.xtc", every))
    start = time.monotonic()
    for k in range(round(ps / SPACING)):
        simulation.step(every)
        minutes = (time.monotonic() - start) / 60
        print(f"{(k + 1) * SPACING:.1f} ps after {minutes:.1f} min", flush=True)


def joined(top, earlier, later, out):
    """Write two runs as one, superposed on the first frame's backbone, times in ps."""
    whole = mdtraj.join([mdtraj.load(f, top=top) for f in (earlier, later)])
    backbone = whole.topology.select("name CA")
    whole.superpose(whole, 0, atom_indices=backbone)
    whole.time = SPACING * np.arange(1, len(whole) + 1)
    whole.unitcell_vectors = None
    whole.save_xtc(out)


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="bundled structure, e.g. repotrectinib")
    parser.add_argument("--ps", type=float, default=60.0)
    parser.add_argument("--out", default="run", help="path of the files without suffix")
    parser.add_argument("--continue", nargs=2, dest="earlier", metavar=("TOP", "RUN"))
    parser.add_argument(
        "--join", metavar="LATER", help="with --continue: run nothing, append this run's frames"
    )
    parser.add_argument("--droplet", type=float, metavar="R", help="radius in Å")
    parser.add_argument("--box", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    if asked.join:
        joined(*asked.earlier, asked.join, f"{asked.out}.xtc")
        return
    code, model = from_frame(*asked.earlier) if asked.earlier else modelled(asked.name)
    run(
        model, code, asked.out, ps=asked.ps, droplet=asked.droplet, box=asked.box,
        threads=asked.threads, minimise=not asked.earlier,
    )  # fmt: skip
    if asked.earlier:
        joined(asked.earlier[0], asked.earlier[1], f"{asked.out}.xtc", f"{asked.out}_joined.xtc")


if __name__ == "__main__":
    main()
