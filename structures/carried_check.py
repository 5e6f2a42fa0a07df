"""What a carried-over model is worth: PoseBusters, and the same inhibitor in a known kinase.

Everything below `known` reads deposited structures; it is called after a pose is chosen.
"""

import os
from pathlib import Path

import carried_drugs as drugs
import model_quality as quality
import numpy as np

from ros1struct.io.write import as_pdb
from ros1struct.transplants.search import rotatable_bonds

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("ROS1STRUCT_SHARED", HERE.parents[1] / "shared"))
CORE_LIMIT, MODERATE, UNSURE = 1.5, 2.0, 1.5  # Å
ENTRIES = {
    "entrectinib": ("TRKA 5KVT", "trk/ntrk1_entrectinib_5kvt_prepared.pdb", "NTRK1_P04629", "YMX"),
    "ceritinib": ("ALK 4MKC", "xray/4MKC.pdb", "ALK_Q9UM73", "4MK"),
    "brigatinib": ("ALK 5J7H", "xray/5J7H.pdb", "ALK_Q9UM73", "6GY"),
    "alectinib": ("ALK 3AOX", "xray/3AOX.pdb", "ALK_Q9UM73", "EMH"),
}
INPUTS = (
    "bundled model ros1_zidesamtinib (9QEK chain A, processed by a third party); "
    "component {component}, model coordinates; hinge bonds: {source}"
)
METHOD = (
    "shape turned about the hinge nitrogen, torsions searched, side chains within 5 A and pose "
    "relaxed with the energies of ros1struct; backbone as in the protein's model"
)


def busted(drug, complex):
    """Return PoseBusters' verdicts on a pose, and on the same pushed 2 Å into the protein."""
    heavy = complex.xyz[0, complex.inhibitor_heavy].astype(float)
    protein = complex.xyz[0, complex.protein_heavy].astype(float)
    lines = [line for line in as_pdb(complex).splitlines() if line.startswith("ATOM")]
    text = "\n".join([*lines, "END", ""])
    push = np.random.default_rng(2032).normal(size=3)
    push *= 2 / np.linalg.norm(push)
    push *= np.sign(push @ (protein.mean(0) - heavy.mean(0)))
    failed = quality.posebusters(drug.mol, heavy, text)
    if failed is None:
        return {}
    moved = quality.posebusters(drug.mol, heavy, text, push)
    return {
        "posebusters_dock": "all pass" if not failed else "fail: " + ", ".join(failed),
        "posebusters_moved_2A": "fails: " + ", ".join(moved) if moved else "all pass",
    }


def known(drug, complex):
    """Return (Å of the whole inhibitor, Å of its hinge part, reference) against a known kinase."""
    if drug.name not in ENTRIES:
        return None
    entry, file, kinase, residue = ENTRIES[drug.name]
    path = SHARED / "structures/test_only" / file
    if not path.is_file():
        return None
    number, protein = complex.residues.number, complex.protein_heavy
    ca = {
        int(number[complex.atoms.residue[i]]): complex.xyz[0, i].astype(float)
        for i in protein
        if complex.atoms.name[i] == "CA"
    }
    elements, xyz, fit = quality.carried_reference(ca, SHARED, path, kinase, residue)
    heavy = complex.xyz[0, complex.inhibitor_heavy].astype(float)
    pairs = matches(drug.mol, elements, xyz)
    gaps = [((heavy - xyz[list(m)]) ** 2).sum(1) for m in pairs]
    best = min(gaps, key=lambda gap: gap.mean())
    turning = [bond.turning for bond in rotatable_bonds(complex.inhibitor, drug.acceptor)]
    core = np.setdiff1d(np.arange(len(heavy)), np.concatenate([*turning, np.empty(0)]))
    core = core.astype(int)
    return (
        float(np.sqrt(best.mean())), float(np.sqrt(best[core].mean())),
        f"{entry}, laid on by {fit}",
    )  # fmt: skip


def matches(mol, elements, xyz):
    """Return all ways to find a molecule in atoms whose bonds are guessed."""
    near = np.where(np.triu(np.linalg.norm(xyz[:, None] - xyz, axis=2) < 1.95, 1))
    there = drugs.bare(elements, [(int(a), int(b)) for a, b in zip(*near, strict=True)])
    pairs = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()]
    query = drugs.bare([a.GetSymbol() for a in mol.GetAtoms()], pairs)
    found = there.GetSubstructMatches(query, uniquify=False, maxMatches=1000)
    if not found:
        raise ValueError("the reference inhibitor does not have the expected atoms")
    return found


def measured(drug, complex):
    """Return what is measured of a finished model, by the names of its items."""
    found = busted(drug, complex)
    if (told := known(drug, complex)) is not None:
        whole, core, reference = told
        found |= {"inhibitor_rmsd": f"{whole:.2f}", "inhibitor_rmsd_core": f"{core:.2f}"}
        found["inhibitor_rmsd_reference"] = reference
    return found


def details(drug, pose, spread):
    """Return the items of a model's file; ``rejected`` says why it is not good enough."""
    found = {
        "provenance": "model",
        "kinase": "ROS1",
        "variant": "WT",
        "inhibitor": drug.name,
        "component": drug.component,
        "inputs": INPUTS.format(component=drug.component, source=drug.source),
        "method": METHOD,
        "license": "CC0-1.0",
        "strain_kcal_mol": f"{pose.strain:.3f}",
        "worst_overlap": f"{pose.overlap:.3f}",
        "spread_of_like_poses": f"{spread:.2f}",
    }
    for label, (atom, far) in pose.hinge.items():
        found |= {f"hinge_{label}_atom": atom, f"hinge_{label}_distance": f"{far:.3f}"}
    found |= measured(drug, pose.complex)
    whole = float(found.get("inhibitor_rmsd", "nan"))
    core = float(found.get("inhibitor_rmsd_core", "nan"))
    if core > CORE_LIMIT:
        found["rejected"] = (
            f"the hinge part lies {core:.1f} A from {found['inhibitor_rmsd_reference']}"
        )
    sure = whole <= MODERATE and spread <= UNSURE
    against = (
        f"{whole:.1f} A from {found['inhibitor_rmsd_reference']}"
        if whole == whole
        else "no crystal of it in a like kinase to compare with"
    )
    found["confidence"] = (
        f"{'moderate' if sure else 'low'}: {against}; like poses within {spread:.1f} A"
    )
    return found
