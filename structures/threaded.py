"""ROS1 in the DFG-out state, which no crystal shows: its sequence on the backbone of MET 3LQ8.

    python structures/threaded.py foretinib threaded.cif

Type II inhibitors need that state. Positions are those of the package's alignment; side chains that
differ are built by `rs.rebuild` on MET's whole backbone, those that are the same stay. What has no
counterpart in MET, its neighbours, ends that cannot be built and pieces of fewer than five residues
are left out. The inhibitor is carried over by `rs.transplant`. The models are not bundled: what was
measured of them, and why not, is in docs/transplants.md (tests/benchmarks/type_two.py).
"""

import argparse
import csv
import tempfile
import warnings
from pathlib import Path

import carried_drugs as drugs
import gemmi
import numpy as np
from rdkit import Chem

import ros1struct as rs
from ros1struct.io.poses import load_poses
from ros1struct.sidechains.candidates import candidates
from ros1struct.sidechains.field import field_of
from ros1struct.sidechains.sites import obstacle
from ros1struct.structure.residue_types import BACKBONE
from ros1struct.structure.residues import residue_type
from ros1struct.structure.substitute import substitute
from ros1struct.transplants import superpose_pockets

ALIGNMENT = Path(__file__).parents[1] / "src/ros1struct/data/kinase_alignment.csv"
TEMPLATE = "3LQ8"
# The alignment leaves a gap of two before the first strand of the pocket, which begins at L1949;
# the two residues before it follow the strand, those before them are left out.
STRAND = {1945: None, 1946: None, 1947: 1080, 1948: 1081}
FEWEST = 5
ALL = 100.0  # Å: every side chain
SEED = 2032
METHOD = (
    "sequence threaded on MET's backbone, side chains built with the energies of ros1struct, "
    "inhibitor carried over by rs.transplant, side chains within 5 A and pose relaxed; residues "
    "without a counterpart in MET are left out"
)


def protein(complex):
    """Return {number: residue index} of a complex's protein."""
    role = complex.residues.role
    return {int(n): k for k, n in enumerate(complex.residues.number) if role[k] == "protein"}


def counterparts(template):
    """Return {MET number: (ROS1 number, letter)} for residues that the template has."""
    there, found = protein(template), {}
    with ALIGNMENT.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["ROS1"] and (row["MET"] or int(row["ROS1"][1:]) in STRAND):
                number = int(row["ROS1"][1:])
                other = STRAND.get(number, int(row["MET"][1:] or 0))
                if other in there:
                    found[other] = number, row["ROS1"][0]
    return found


def with_pose(residues, mol, xyz, name):
    """Return the complex of residues (number, letter, {atom: xyz}) and an inhibitor's pose."""
    chain = gemmi.Chain("A")
    for number, letter, atoms in residues:
        residue = gemmi.Residue()
        residue.name, residue.seqid = residue_type(letter).name, gemmi.SeqId(number, " ")
        for label, place in atoms.items():
            atom = gemmi.Atom()
            atom.name, atom.element, atom.occ = label, gemmi.Element(label[0]), 1.0
            atom.pos = gemmi.Position(*map(float, place))
            residue.add_atom(atom)
        chain.add_residue(residue)
    structure, model = gemmi.Structure(), gemmi.Model("1")
    model.add_chain(chain)
    structure.add_model(model)
    structure.setup_entities()
    mol, conformer = Chem.Mol(mol), Chem.Conformer(mol.GetNumAtoms())
    mol.RemoveAllConformers()
    for k, place in enumerate(xyz):
        conformer.SetAtomPosition(k, [float(x) for x in place])
    mol.AddConformer(conformer)
    with tempfile.TemporaryDirectory() as folder:
        file, pose = Path(folder) / "protein.pdb", Path(folder) / f"{name}.sdf"
        structure.write_pdb(str(file))
        pose.write_text(Chem.MolToMolBlock(mol) + "$$$$\n")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rs.Ros1structWarning)
            return load_poses(file, pose).complexes[0]


def atoms_of(complex, residue):
    """Return {atom: xyz} of a residue."""
    return {name: complex.xyz[0, k] for name, k in complex.atoms_of(residue).items()}


def rebuilt(template, letters, drug):
    """Return the template with other residue types and an inhibitor at its shape's coordinates.

    Numbers are the template's only in the order of residues: loading may renumber a chimera.
    """
    residues = []
    for number, k in protein(template).items():
        was = str(template.residues.letter[k])
        letter = letters.get(number, was)
        same = {*BACKBONE, *(residue_type(letter).sidechain if letter == was else ())}
        if "G" not in (letter, was):
            same.add("CB")
        own = {name: xyz for name, xyz in atoms_of(template, k).items() if name in same}
        residues.append((number, letter, own))
    made = rs.rebuild(with_pose(residues, drug.mol, drug.shape, drug.name), radius=ALL)
    for k in protein(made).values():
        lacks = made.residues.letter[k] == "P" and "CD" not in made.atoms_of(k)
        if lacks and not obstacle(made, k):
            ring = candidates(field_of(made, {k}), k, "P")
            best = ring.xyz[int(ring.energy.argmin())]
            made = substitute(made, k, "P", dict(zip(ring.kind.sidechain, best, strict=True)))
    return made


def pieces(template, chimera):
    """Return the stretches of ROS1 in a chimera: lists of (number, letter, {atom: xyz})."""
    partner, found, last = counterparts(template), [[]], None
    for number, k in zip(protein(template), protein(chimera).values(), strict=True):
        if number not in partner:
            continue
        mine, letter = partner[number]
        if last and (mine, number) != (last[0] + 1, last[1] + 1):
            # ROS1 has more residues than MET here, whose chain goes on: both ends are elsewhere.
            inserted = number == last[1] + 1
            if inserted:
                found[-1].pop()
            found.append([])
        else:
            inserted = False
        if not inserted:
            found[-1].append((mine, letter, atoms_of(chimera, k)))
        last = mine, number
    return [kept for piece in found if len(kept := trimmed(piece)) >= FEWEST]


def trimmed(piece):
    """Return a stretch without ends whose side chains are not whole."""

    def whole(residue):
        return {*BACKBONE, *residue_type(residue[1]).sidechain} <= {*residue[2]}

    kept = [k for k, residue in enumerate(piece) if whole(residue)]
    return piece[kept[0] : kept[-1] + 1] if kept else []


def complexes(drug):
    """Return MET and ROS1 with an inhibitor where 3LQ8 has it, in the frame of ROS1's models."""
    template = rs.load(TEMPLATE)
    letters = {number: letter for number, (_, letter) in counterparts(template).items()}
    found = pieces(template, rebuilt(template, letters, drug))
    residues = [residue for piece in found for residue in piece]
    ros1 = with_pose(residues, drug.mol, drug.shape, drug.name)
    if ros1.residues.number[: len(residues)].tolist() != [number for number, *_ in residues]:
        raise ValueError(f"{drug.name}: ROS1 was renumbered")
    fit = superpose_pockets(ros1, rs.load("zidesamtinib"))
    own = [
        (number, str(template.residues.letter[k]), atoms_of(template, k))
        for number, k in protein(template).items()
    ]
    met = with_pose(own, drug.mol, drug.shape, drug.name)
    return tuple(c.with_coordinates(fit.apply(c.xyz[0])) for c in (met, ros1)), fit


def transplanted(name):
    """Return the transplant of a type II inhibitor into threaded ROS1, MET with it, and the fit."""
    drug = drugs.drug(name)
    (met, ros1), fit = complexes(drug)
    met = drugs.named(drug, met, {})
    return rs.transplant(met, into=ros1, seed=SEED), met, fit


def ranges(complex):
    """Return the residues of a protein as text: 1947-1968, 1974-1983, ..."""
    numbers = np.array(sorted(protein(complex)))
    parts = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    return ", ".join(f"{part[0]}-{part[-1]}" for part in parts)


def protein_overlap(complex):
    """Return the worst overlap (Å) of side chains of residues that are no neighbours."""
    from model_quality import overlaps, protein_atom

    heavy = complex.protein_heavy
    residue = complex.atoms.residue[heavy]
    names = complex.atoms.name[heavy].tolist()
    kinds = [
        protein_atom(str(complex.residues.name[r]), name)
        for r, name in zip(residue, names, strict=True)
    ]
    number = complex.residues.number[residue].astype(int)
    xyz = complex.xyz[0, heavy].astype(float)
    found = overlaps(xyz, xyz, kinds, kinds)
    far = np.abs(number[:, None] - number) > 1
    side = ~np.isin(names, BACKBONE)
    return float(np.where(far & (side[:, None] | side), found, 0.0).max())


def main():
    """Write the model of one inhibitor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=drugs.TYPE_TWO)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    drug, (found, _, fit) = drugs.drug(options.name), transplanted(options.name)
    details = {
        "backbone_from": f"MET {TEMPLATE}, DFG-out",
        "method": METHOD,
        "residues": ranges(found.best),
        "superposition": f"{fit.used} of 85 pocket positions on ROS1 at {fit.rmsd:.2f} A",
        "flags": "; ".join(found.flags) or "none",
        "confidence": "low: no crystal shows ROS1 DFG-out; see docs/transplants.md",
    }
    rs.write(drugs.named(drug, found.best, details), options.file)


if __name__ == "__main__":
    main()
