"""Molecular dynamics of a bundled complex: ff14SB, GAFF2 of ``forcefield/``, OpenMM.

    python structures/build_trajectories.py repotrectinib --ps 60
    python structures/build_trajectories.py repotrectinib --continue top.pdb run.xtc --ps 15
    python structures/build_trajectories.py repotrectinib --droplet 14 --ps 10
    python structures/build_trajectories.py repotrectinib --box --ps 2000
    python structures/build_trajectories.py repotrectinib --mutation G2032R --box --prepare

By default in OBC2 solvent, which two CPU cores carry at about 1 ns a day. ``--box`` makes the runs
that a graphics card is for: a dodecahedron of TIP3P, 0.15 M of salt, PME, 1 bar; the first 50 ps,
of which 20 hold the backbone and the inhibitor in place, are left out, and waters and ions are not
written. ``--prepare`` stops before the dynamics and writes the system, which ``--prepared`` takes
up on another machine with openmm alone. ``--droplet R`` keeps explicit TIP3P water within R Å of
the inhibitor, in vacuum, and holds every residue farther away where it is: a short run for bridging
waters, not for energies.

All at 300 K with steps of 4 fs, hydrogens of 3 amu and seed 2032. ``--continue`` starts from the
last frame of an earlier run of the same topology, with new velocities, and appends its frames.
Needs the package, openmm, pdbfixer, rdkit and mdtraj.
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import openmm
from openmm import app, unit

HERE = Path(__file__).resolve().parent
SEED = 2032
STEP = 0.004  # ps
SPACING = 0.5  # ps between frames
BOX_SPACING = 10.0
HELD, SETTLED = 20.0, 50.0  # ps at the beginning of a run in a box
SPRING = 1000.0  # kJ/mol/nm2 that holds atoms there
FREE = 10.0  # Å from the inhibitor within which a droplet's residues move
WALL = 500.0  # kJ/mol/nm2 that holds the droplet together


def modelled(name, mutation=None):
    """Return the component code of a complex and an OpenMM modeller with all hydrogens."""
    from pdbfixer import PDBFixer
    from rdkit import Chem

    import ros1struct as rs

    complex = rs.load(name)
    if mutation:
        complex = rs.mutants(complex, mutation, count=1)[0]
    code = complex.component
    with TemporaryDirectory() as folder:
        path = Path(folder) / "complex.cif"
        rs.write(complex, path)
        with path.open() as handle:
            fixer = PDBFixer(pdbxfile=handle)
    fixer.removeHeterogens(keepWater=False)
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
    import mdtraj

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


def add_restraint(system, model, code):
    """Add springs at backbone and inhibitor, of the strength of the parameter ``spring``."""
    force = openmm.CustomExternalForce("0.5*spring*periodicdistance(x, y, z, x0, y0, z0)^2")
    force.addGlobalParameter("spring", SPRING)
    for name in ("x0", "y0", "z0"):
        force.addPerParticleParameter(name)
    xyz = positions_of(model)
    for atom in model.topology.atoms():
        heavy_drug = atom.residue.name == code and atom.element != app.element.hydrogen
        if heavy_drug or atom.name in ("N", "CA", "C"):
            force.addParticle(atom.index, xyz[atom.index])
    system.addForce(force)


def system_of(model, code, *, droplet, box):
    """Return the OpenMM system, after water was put around the model where it is wanted."""
    water = ["amber14/tip3p.xml"] if droplet or box else ["implicit/obc2.xml"]
    own = str(HERE / "forcefield" / f"{code}.xml")
    field = app.ForceField("amber14/protein.ff14SB.xml", *water, own)
    if droplet:
        add_droplet(model, field, code, droplet)
    if box:
        model.addSolvent(
            field, model="tip3p", padding=1.0 * unit.nanometer, boxShape="dodecahedron",
            ionicStrength=0.15 * unit.molar,
        )  # fmt: skip
    system = field.createSystem(
        model.topology,
        nonbondedMethod=app.PME if box else app.CutoffNonPeriodic,
        nonbondedCutoff=(0.9 if box else 1.2) * unit.nanometer,
        constraints=app.HBonds,
        hydrogenMass=3 * unit.amu,
    )
    if droplet:
        hold_outside(system, model, code, droplet)
    if box:
        add_restraint(system, model, code)
        system.addForce(openmm.MonteCarloBarostat(1 * unit.bar, 300 * unit.kelvin, 100))
    return system


def run(topology, positions, system, out, *, ps, minutes, platform, threads, minimise):
    """Simulate; write ``out.xtc`` and its topology, ``out.pdb``, of a box ``out.cif``."""
    box = system.usesPeriodicBoundaryConditions()
    integrator = openmm.LangevinMiddleIntegrator(300, 1, STEP)
    integrator.setRandomNumberSeed(SEED)
    properties = {"Threads": str(threads)} if platform == "CPU" else {"Precision": "mixed"}
    simulation = app.Simulation(
        topology, system, integrator, openmm.Platform.getPlatformByName(platform), properties
    )
    simulation.context.setPositions(positions)
    if minimise:
        simulation.minimizeEnergy(maxIterations=200)
    simulation.context.setVelocitiesToTemperature(300, SEED)
    if box:
        simulation.step(round(HELD / STEP))
        simulation.context.setParameter("spring", 0.0)
        simulation.step(round((SETTLED - HELD) / STEP))
    written = app.Modeller(topology, simulation.context.getState(positions=True).getPositions())
    around = [r for r in topology.residues() if r.name in ("HOH", "NA", "CL")] if box else []
    kept = [a.index for a in topology.atoms() if a.residue not in set(around)]
    written.delete(around)
    form, suffix = (app.PDBxFile, "cif") if box else (app.PDBFile, "pdb")
    with open(f"{out}.{suffix}", "w") as handle:
        form.writeFile(written.topology, written.positions, handle, keepIds=True)
    spacing = BOX_SPACING if box else SPACING
    every = round(spacing / STEP)
    simulation.reporters.append(
        app.XTCReporter(f"{out}.xtc", every, enforcePeriodicBox=False, atomSubset=kept)
    )
    start = time.monotonic()
    for k in range(round(ps / spacing)):
        simulation.step(every)
        spent = (time.monotonic() - start) / 60
        print(f"{out}: {(k + 1) * spacing:.1f} ps after {spent:.1f} min", flush=True)
        if minutes and spent >= minutes:
            return


def joined(top, earlier, later, out):
    """Write two runs as one, superposed on the first frame's backbone, times in ps."""
    import mdtraj

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
    parser.add_argument("--mutation", help="e.g. G2032R")
    parser.add_argument("--box", action="store_true")
    parser.add_argument("--prepare", action="store_true", help="write the system, run nothing")
    parser.add_argument("--prepared", action="store_true", help="run what was written")
    parser.add_argument("--minutes", type=float, help="end before --ps when these are over")
    parser.add_argument("--platform", help="of OpenMM; CUDA for a box, CPU for all else")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    if asked.join:
        joined(*asked.earlier, asked.join, f"{asked.out}.xtc")
        return
    if asked.prepared:
        model = app.PDBxFile(f"{asked.out}_system.cif")
        system = openmm.XmlSerializer.deserialize(Path(f"{asked.out}_system.xml").read_text())
    else:
        code, model = (
            from_frame(*asked.earlier) if asked.earlier else modelled(asked.name, asked.mutation)
        )
        system = system_of(model, code, droplet=asked.droplet, box=asked.box)
    if asked.prepare:
        with open(f"{asked.out}_system.cif", "w") as handle:
            app.PDBxFile.writeFile(model.topology, model.positions, handle, keepIds=True)
        Path(f"{asked.out}_system.xml").write_text(openmm.XmlSerializer.serialize(system))
        return
    usual = "CUDA" if system.usesPeriodicBoundaryConditions() else "CPU"
    run(
        model.topology, model.positions, system, asked.out, ps=asked.ps, minutes=asked.minutes,
        platform=asked.platform or usual, threads=asked.threads, minimise=not asked.earlier,
    )  # fmt: skip
    if asked.earlier:
        joined(asked.earlier[0], asked.earlier[1], f"{asked.out}.xtc", f"{asked.out}_joined.xtc")


if __name__ == "__main__":
    main()
