"""Protein preparation and pose relaxation: ff14SB, GAFF2 and OBC2 in OpenMM, on one CPU thread.

Coordinates are ``(atoms, 3)`` in Å and energies kcal/mol everywhere but inside OpenMM calls.
"""

import csv
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np
import openmm
from model_quality import overlaps, protein_atom
from openmm import app, unit
from openmm.app.internal.customgbforces import GBSAOBC2Force
from scipy.spatial.distance import cdist

HERE = Path(__file__).resolve().parent
SEED = 2032
KCAL = 4.184  # kJ
BACKBONE = ("N", "CA", "C", "O")
BACKBONE_HOLD, SIDE_CHAIN_HOLD = 5.0, 0.0  # kcal/mol/Å2 in a pose relaxation
SUBSYSTEM, FREE = 12.0, 7.0  # Å from any starting pose
HINGE_PULL, HINGE_LENGTH = 20.0, 3.0  # kcal/mol/Å2 and Å, in the first stage only
FIRST_STEPS, LAST_STEPS = 100, 3000  # in solvent
SCREENED = 0.5  # scale of charges that stands for a dielectric constant of 4, without solvent

PLATFORM = openmm.Platform.getPlatformByName("CPU")
PLATFORM.setPropertyDefaultValue("Threads", "1")
PLATFORM.setPropertyDefaultValue("DeterministicForces", "true")


class Heavy(NamedTuple):
    """Heavy atoms of a protein, in file order."""

    rows: tuple  # (residue name, number, atom name)
    xyz: np.ndarray

    def atoms(self):
        """Return [(residue name, number, atom name, xyz)]."""
        return [(*row, xyz) for row, xyz in zip(self.rows, self.xyz, strict=True)]


class Complex(NamedTuple):
    """A protein with hydrogens, an inhibitor after it or none, and the whole system's forces."""

    topology: app.Topology
    xyz: np.ndarray
    system: openmm.System
    inhibitor: np.ndarray  # atom indices


def read_table(path):
    """Return the input table's heavy atoms and the residues its author rebuilt."""
    with open(path) as handle:
        table = list(csv.DictReader(handle))
    rows = tuple((row["res_name"], int(row["res_id"]), row["atom_name"]) for row in table)
    xyz = np.array([[float(row[k]) for k in "xyz"] for row in table])
    rebuilt = {int(row["res_id"]) for row in table if row["suspected_rebuilt"] == "1"}
    return Heavy(rows, xyz), rebuilt


def positions(heavy):
    """Return {(number, atom name): index}."""
    return {(number, name): i for i, (_, number, name) in enumerate(heavy.rows)}


# ---- Stereochemistry and mutation -------------------------------------------------------------


def stereo_faults(heavy):
    """Return residues with a D alpha carbon, and those whose peptide to the next is not planar."""
    at, x = positions(heavy), heavy.xyz
    names = {number: residue for residue, number, _ in heavy.rows}
    wrong_hand, twisted = [], []
    for n in names:
        ca = x[at[n, "CA"]]
        if (n, "CB") in at:
            arms = [x[at[n, name]] - ca for name in ("N", "C", "CB")]
            if np.dot(np.cross(arms[0], arms[1]), arms[2]) < 0:
                wrong_hand.append(n)
        if n + 1 in names:
            ends = [at[n, "CA"], at[n, "C"], at[n + 1, "N"], at[n + 1, "CA"]]
            omega = abs(dihedral(*x[ends]))
            # A proline may be cis; any other peptide must be trans.
            if omega < 150 and not (names[n + 1] == "PRO" and omega < 30):
                twisted.append(n)
    return wrong_hand, twisted


def dihedral(a, b, c, d):
    """Return the dihedral angle of four points in degrees."""
    one, two, three = b - a, c - b, d - c
    m, n = np.cross(one, two), np.cross(two, three)
    return np.degrees(np.arctan2(np.dot(np.cross(m, n), two) / np.linalg.norm(two), np.dot(m, n)))


def mirrored(heavy, residues):
    """Return the protein with side chains mirrored through N-CA-C, which turns D into L."""
    at, xyz = positions(heavy), heavy.xyz.copy()
    for n in residues:
        plane = [xyz[at[n, name]] for name in ("N", "CA", "C")]
        normal = np.cross(plane[0] - plane[1], plane[2] - plane[1])
        normal /= np.linalg.norm(normal)
        for (number, name), i in at.items():
            if number == n and name not in (*BACKBONE, "OXT"):
                xyz[i] -= 2 * np.dot(xyz[i] - plane[1], normal) * normal
    return heavy._replace(xyz=xyz)


def as_glycine(heavy, residue):
    """Return the protein with a residue cut back to glycine."""
    keep = [n != residue or name in BACKBONE for _, n, name in heavy.rows]
    rows = [("GLY", *row[1:]) if row[1] == residue else row for row in heavy.rows]
    rows = tuple(row for row, kept in zip(rows, keep, strict=True) if kept)
    return Heavy(rows, heavy.xyz[keep])


def point(a, b, c, length, angle, torsion):
    """Return the point bonded to c at a length (Å), an angle and a torsion (degrees) to b and a."""
    angle, torsion = np.radians([angle, torsion])
    axis = (c - b) / np.linalg.norm(c - b)
    normal = np.cross(b - a, axis)
    normal /= np.linalg.norm(normal)
    side = np.cross(normal, axis)
    around = np.cos(torsion) * side + np.sin(torsion) * normal
    return c + length * (np.sin(angle) * around - np.cos(angle) * axis)


def arginine_rotamers(heavy, residue, around, count):
    """Return proteins with arginine in place of a glycine, the least clashing rotamers first.

    All 81 combinations of chi 1-3 at -60, 60, 180 and chi 4 at -85, 85, 180 degrees (Lovell et al.
    2000) are built with ideal bonds; the summed overlap with the protein and the inhibitor orders.
    """
    at = positions(heavy)
    n, ca, c = (heavy.xyz[at[residue, name]] for name in ("N", "CA", "C"))
    cb = point(n, c, ca, 1.53, 110.5, 122.5)
    if np.dot(np.cross(n - ca, c - ca), cb - ca) < 0:
        cb = point(n, c, ca, 1.53, 110.5, -122.5)
    other = [i for i, (_, number, _) in enumerate(heavy.rows) if number != residue]
    types = [protein_atom(*(heavy.rows[i][0], heavy.rows[i][2])) for i in other]
    surroundings = np.vstack([heavy.xyz[other], around[0]])
    types = types + list(around[1])
    names, found = ("CB", "CG", "CD", "NE", "CZ", "NH1", "NH2"), []
    grid = [(a, b, c, d) for a in (-60, 60, 180) for b in (-60, 60, 180) for c in (-60, 60, 180)
            for d in (-85, 85, 180)]  # fmt: skip
    for chi in grid:
        cg = point(n, ca, cb, 1.52, 113.8, chi[0])
        cd = point(ca, cb, cg, 1.52, 111.5, chi[1])
        ne = point(cb, cg, cd, 1.46, 112.0, chi[2])
        cz = point(cg, cd, ne, 1.33, 124.5, chi[3])
        nh1, nh2 = (point(cd, ne, cz, 1.33, 120.0, t) for t in (0, 180))
        chain = np.array([cb, cg, cd, ne, cz, nh1, nh2])
        mine = [protein_atom("ARG", name) for name in names]
        # CB is three bonds or fewer from its neighbours in sequence: it is left out.
        clash = np.clip(overlaps(chain[1:], surroundings, mine[1:], types), 0, None)
        found.append((float(clash.sum()), float(clash.max()), chi, chain))
    found.sort(key=lambda row: row[0])
    result = []
    for summed, worst, chi, chain in found[:count]:
        rows, xyz = [], []
        for (res, number, name), place in zip(heavy.rows, heavy.xyz, strict=True):
            rows.append(("ARG", number, name) if number == residue else (res, number, name))
            xyz.append(place)
            if number == residue and name == "O":
                rows += [("ARG", number, label) for label in names]
                xyz += list(chain)
        result.append((Heavy(tuple(rows), np.array(xyz)), chi, summed, worst))
    return result


# ---- Systems ----------------------------------------------------------------------------------


def histidines(heavy):
    """Return {number: HID or HIE}: HID where ND1 alone has an oxygen within 3.2 Å, else HIE."""
    at, result = positions(heavy), {}
    oxygen = np.array([name[0] == "O" for _, _, name in heavy.rows])
    for residue, number, name in heavy.rows:
        if residue == "HIS" and name == "CA":
            others = oxygen & np.array([n != number for _, n, _ in heavy.rows])
            near = [
                cdist(heavy.xyz[[at[number, atom]]], heavy.xyz[others]).min() < 3.2
                for atom in ("ND1", "NE2")
            ]
            result[number] = "HID" if near == [True, False] else "HIE"
    return result


def with_hydrogens(heavy, variants):
    """Return topology and coordinates (Å) of the protein with hydrogens at pH 7.4."""
    topology = app.Topology()
    chain, residue, last = topology.addChain("A"), None, None
    for name, number, atom in heavy.rows:
        if number != last:
            residue, last = topology.addResidue(name, chain, str(number)), number
        topology.addAtom(atom, app.Element.getBySymbol(atom[0]), residue)
    topology.createStandardBonds()
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002
    modeller = app.Modeller(topology, heavy.xyz * unit.angstrom)
    chosen = [variants.get(int(res.id)) for res in topology.residues()]
    modeller.addHydrogens(force_field(), variants=chosen, platform=PLATFORM)
    xyz = np.array(modeller.positions.value_in_unit(unit.angstrom))
    return modeller.topology, xyz


def force_field(code=None):
    """Return ff14SB, with the GAFF2 file of an inhibitor where asked."""
    files = [] if code is None else [str(HERE / f"forcefield/{code}.xml")]
    return app.ForceField("amber14/protein.ff14SB.xml", *files)


def assemble(protein, drug=None, pose=None):
    """Return the whole system of a protein (topology, coordinates) with an inhibitor's pose."""
    topology, xyz = protein if protein is not None else (app.Topology(), np.zeros((0, 3)))
    modeller = app.Modeller(topology, xyz * unit.angstrom)
    if drug is not None:
        small = app.Topology()
        residue = small.addResidue(drug.code, small.addChain("B"), "2301")
        atoms = []
        for i, atom in enumerate(drug.mol.GetAtoms()):
            label = drug.names[i] if i < len(drug.names) else f"H{i}X"
            element = app.Element.getBySymbol(atom.GetSymbol())
            atoms.append(small.addAtom(label, element, residue))
        for bond in drug.mol.GetBonds():
            small.addBond(atoms[bond.GetBeginAtomIdx()], atoms[bond.GetEndAtomIdx()])
        modeller.add(small, pose * unit.angstrom)
    topology = modeller.topology
    xyz = np.array(modeller.positions.value_in_unit(unit.angstrom))
    system = force_field(drug and drug.code).createSystem(
        topology, constraints=None, rigidWater=False, removeCMMotion=False
    )
    solvent, charges = openmm.GBSAOBCForce(), None
    charges = next(f for f in system.getForces() if isinstance(f, openmm.NonbondedForce))
    charges.setReactionFieldDielectric(1)
    # OpenMM's own OBC2 radii in the native force: the same energy as its custom force, faster.
    for i, (radius, scale) in enumerate(GBSAOBC2Force.getStandardParameters(topology)):
        solvent.addParticle(charges.getParticleParameters(i)[0], radius, scale)
    system.addForce(solvent)
    size = 0 if drug is None else drug.mol.GetNumAtoms()
    return Complex(topology, xyz, system, np.arange(len(xyz) - size, len(xyz)))


def part(whole, keep, free, hold=(), scale=1.0):
    """Return a system of some atoms of a complex; those not free have no mass and do not move.

    Parameters
    ----------
    whole : Complex
    keep : array of int
        Atoms that stay, whole residues.
    free : set of int
        Atoms that move.
    hold : iterable of (atom, position in Å, force constant in kcal/mol/Å2)
    scale : float
        Scale of the charges. Less than 1 leaves the solvent out; 0 also cuts off at 9 Å.
    """
    new = {int(i): n for n, i in enumerate(keep)}
    system = openmm.System()
    for i in keep:
        system.addParticle(whole.system.getParticleMass(int(i)) if int(i) in free else 0)
    for force in whole.system.getForces():
        copied = copied_force(force, new, scale)
        if copied is not None:
            system.addForce(copied)
    restraint = openmm.CustomExternalForce("k*((x-x0)^2+(y-y0)^2+(z-z0)^2)")
    for name in ("k", "x0", "y0", "z0"):
        restraint.addPerParticleParameter(name)
    for i, place, constant in hold:
        if i in new and i in free:
            restraint.addParticle(new[i], [constant * KCAL * 100, *(place / 10)])
    system.addForce(restraint)
    return system


def copied_force(force, new, scale):
    """Return a force with the terms whose atoms are all kept, renumbered."""
    if isinstance(force, openmm.HarmonicBondForce):
        copy = openmm.HarmonicBondForce()
        for n in range(force.getNumBonds()):
            i, j, *rest = force.getBondParameters(n)
            if i in new and j in new:
                copy.addBond(new[i], new[j], *rest)
    elif isinstance(force, openmm.HarmonicAngleForce):
        copy = openmm.HarmonicAngleForce()
        for n in range(force.getNumAngles()):
            i, j, k, *rest = force.getAngleParameters(n)
            if i in new and j in new and k in new:
                copy.addAngle(new[i], new[j], new[k], *rest)
    elif isinstance(force, openmm.PeriodicTorsionForce):
        copy = openmm.PeriodicTorsionForce()
        for n in range(force.getNumTorsions()):
            i, j, k, m, *rest = force.getTorsionParameters(n)
            if all(a in new for a in (i, j, k, m)):
                copy.addTorsion(new[i], new[j], new[k], new[m], *rest)
    elif isinstance(force, openmm.NonbondedForce):
        copy = openmm.NonbondedForce()
        copy.setReactionFieldDielectric(1)
        for i in new:
            charge, sigma, epsilon = force.getParticleParameters(i)
            copy.addParticle(scale * charge, sigma, epsilon)
        for n in range(force.getNumExceptions()):
            i, j, product, sigma, epsilon = force.getExceptionParameters(n)
            if i in new and j in new:
                copy.addException(new[i], new[j], scale**2 * product, sigma, epsilon)
        if scale == 0:
            copy.setNonbondedMethod(openmm.NonbondedForce.CutoffNonPeriodic)
            copy.setCutoffDistance(0.9)
    elif isinstance(force, openmm.GBSAOBCForce) and scale == 1:
        copy = openmm.GBSAOBCForce()
        for i in new:
            copy.addParticle(*force.getParticleParameters(i))
    else:
        copy = None
    return copy


def minimised(system, xyz, steps, pulls=(), tolerance=0.5):
    """Return coordinates (Å) and energy (kcal/mol) after minimisation, pulled pairs held together.

    The energy is that of the force field and of the restraints.
    """
    pull = openmm.CustomBondForce("pull*max(0,r-r0)^2")
    pull.addGlobalParameter("pull", HINGE_PULL * KCAL * 100)
    pull.addGlobalParameter("r0", HINGE_LENGTH / 10)
    for i, j in pulls:
        pull.addBond(i, j)
    if pulls:
        system.addForce(pull)
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), PLATFORM)
    context.setPositions(xyz / 10)
    openmm.LocalEnergyMinimizer.minimize(context, tolerance, steps)
    state = context.getState(getEnergy=True, getPositions=True)
    energy = state.getPotentialEnergy().value_in_unit(unit.kilocalories_per_mole)
    moved = state.getPositions(asNumpy=True).value_in_unit(unit.angstrom)
    return np.array(moved), energy


# ---- The protein for all poses ----------------------------------------------------------------


def atom_rows(topology):
    """Return [(residue name, number, atom name, element symbol)] of a topology."""
    return [(a.residue.name, int(a.residue.id), a.name, a.element.symbol) for a in topology.atoms()]


def annealed(whole, residues, twisted):
    """Return coordinates after a short annealing of some residues with peptides driven trans.

    Bonded terms and Lennard-Jones only; everything else of the protein stands still.
    """
    rows = atom_rows(whole.topology)
    free = {i for i, row in enumerate(rows) if row[1] in residues and i not in whole.inhibitor}
    near = cdist(whole.xyz, whole.xyz[sorted(free)]).min(1) < 10
    numbers = {rows[i][1] for i in np.where(near)[0]}
    keep = [i for i, row in enumerate(rows) if row[1] in numbers]
    new = {i: n for n, i in enumerate(keep)}
    at = {(number, name): i for i, (_, number, name, _) in enumerate(rows)}
    system = part(whole, keep, free, scale=0)
    omega = openmm.CustomTorsionForce("drive*(1+cos(theta))")
    omega.addGlobalParameter("drive", 100 * KCAL)
    for n in twisted:
        ends = (n, "CA"), (n, "C"), (n + 1, "N"), (n + 1, "CA")
        omega.addTorsion(*(new[at[end]] for end in ends))
    system.addForce(omega)
    integrator = openmm.LangevinMiddleIntegrator(600, 5.0, 0.001)
    integrator.setRandomNumberSeed(SEED)
    context = openmm.Context(system, integrator, PLATFORM)
    context.setPositions(whole.xyz[keep] / 10)
    openmm.LocalEnergyMinimizer.minimize(context, 10, 500)
    context.setVelocitiesToTemperature(600, SEED)
    for kelvin in (600, 500, 400, 300, 100):
        integrator.setTemperature(kelvin)
        integrator.step(1000)
    openmm.LocalEnergyMinimizer.minimize(context, 1, 1000)
    xyz = whole.xyz.copy()
    state = context.getState(getPositions=True)
    xyz[keep] = state.getPositions(asNumpy=True).value_in_unit(unit.angstrom)
    return xyz


def heavy_of(topology, xyz):
    """Return the protein's heavy atoms of a topology with hydrogens."""
    rows = atom_rows(topology)
    keep = [i for i, row in enumerate(rows) if row[3] != "H" and row[1] != 2301]
    return Heavy(tuple(rows[i][:3] for i in keep), np.asarray(xyz)[keep])


def prepared(table, rebuilt, drug, pose, say):
    """Return the protein for all poses, heavy atoms alone, and its histidine states.

    R2032 becomes glycine, D residues and twisted peptides of the rebuilt stretches are mended, then
    the whole domain is minimised with zidesamtinib in place, heavy atoms held at 1 kcal/mol/Å2.
    """
    variants = histidines(table)
    heavy = as_glycine(table, 2032)
    wrong_hand, twisted = stereo_faults(heavy)
    say(f"D residues {wrong_hand}; twisted peptides after {twisted}")
    bad = rebuilt | set(wrong_hand) | set(twisted) | {n + 1 for n in twisted}
    loose = {n + step for n in bad for step in (-1, 0, 1)}
    whole = assemble(with_hydrogens(mirrored(heavy, wrong_hand), variants), drug, pose)
    xyz = annealed(whole, loose, twisted)
    say("annealed")
    rows = atom_rows(whole.topology)
    everything = range(len(rows))
    hold = [(i, xyz[i], 1.0) for i in everything if rows[i][3] != "H" and i not in whole.inhibitor]
    system = part(whole, everything, set(everything), hold, SCREENED)
    xyz, _ = minimised(system, xyz, 300)
    heavy = heavy_of(whole.topology, xyz)
    faults = stereo_faults(heavy)
    say(f"whole domain minimised; stereochemical faults left {faults}")
    return heavy, variants


# ---- Relaxation of poses ----------------------------------------------------------------------


def region(heavy, poses):
    """Return the residues within 12 Å of any pose (a sub-system), and those that move, within 7."""
    points = np.vstack(poses)
    away = cdist(heavy.xyz, points).min(1)
    near = {row[1] for row, d in zip(heavy.rows, away, strict=True) if d < SUBSYSTEM}
    free = {row[1] for row, d in zip(heavy.rows, away, strict=True) if d < FREE}
    # No bond of a free residue may be cut: a long side chain reaches in from a distant backbone.
    return near | {n + step for n in free for step in (-1, 1)}, free


def relaxed(protein, drug, pose, near, free, hinge=(), start=None):
    """Return the whole complex, its coordinates and its sub-system's energy after relaxation.

    Backbone heavy atoms of the free residues are held at 5 kcal/mol/Å2. Without ``start`` the
    relaxation is a first one: charges screened, the ``hinge`` pairs (inhibitor atom, (residue
    number, atom name)) pulled together, then released, then a hundred steps in solvent. From the
    coordinates ``start`` of a first one it goes on in solvent to the minimum. Without an inhibitor
    the protein alone is relaxed.
    """
    whole = assemble(protein, drug, pose)
    rows = atom_rows(whole.topology)
    bound = set(whole.inhibitor.tolist())
    keep = [i for i, row in enumerate(rows) if row[1] in near or i in bound]
    moving = {i for i in keep if rows[i][1] in free or i in bound}
    hold = [
        (i, whole.xyz[i], BACKBONE_HOLD) for i in sorted(moving - bound) if rows[i][2] in BACKBONE
    ]
    xyz = whole.xyz.copy() if start is None else start.copy()
    if start is None:
        new = {i: n for n, i in enumerate(keep)}
        at = {(number, name): i for i, (_, number, name, _) in enumerate(rows)}
        pulls = [(new[whole.inhibitor[0] + i], new[at[target]]) for i, target in hinge]
        for steps, pairs in ((300, pulls), (700, ())):
            system = part(whole, keep, moving, hold, SCREENED)
            xyz[keep], _ = minimised(system, xyz[keep], steps, pairs)
    steps = FIRST_STEPS if start is None else LAST_STEPS
    xyz[keep], energy = minimised(part(whole, keep, moving, hold), xyz[keep], steps)
    return whole, xyz, energy


def alone(drug, xyz, minimise):
    """Return the energy of an inhibitor alone in solvent, as it is or minimised."""
    whole = assemble(None, drug, xyz)
    system = part(whole, range(len(xyz)), set(range(len(xyz))))
    if minimise:
        return minimised(system, xyz, 3000)[1]
    context = openmm.Context(system, openmm.VerletIntegrator(0.001), PLATFORM)
    context.setPositions(xyz / 10)
    energy = context.getState(getEnergy=True).getPotentialEnergy()
    return energy.value_in_unit(unit.kilocalories_per_mole)
