"""Files of the models: mmCIF out and in, tables, README."""

import csv
import math
from pathlib import Path

import gemmi
import numpy as np
from model_physics import Heavy
from model_poses import CODES

MODELS = Path(__file__).resolve().parent / "models"
METHOD = (
    "ff14SB, GAFF2/AM1-BCC; whole domain minimised with zidesamtinib in place (heavy atoms held at "
    "1 kcal/mol/A2, dielectric 4), then in OBC2 solvent the sub-system within 12 A of any pose "
    "relaxed, free within 7 A, backbone held at 5 kcal/mol/A2; OpenMM CPU"
)
SEEDS = {
    "crizotinib": "RDKit ETKDGv3 conformers, core on zidesamtinib's; pyrazole and piperidine scan",
    "lorlatinib": "RDKit ETKDGv3 conformers, core on zidesamtinib's",
    "repotrectinib": "RDKit ETKDGv3 conformers, hinge N on zidesamtinib's; rotation scan",
    "zidesamtinib": "component A1I6Z model coordinates (of 9QEK) in the protein's frame",
}

ITEMS = [
    "hinge_E2027_O_atom",
    "hinge_E2027_O_distance",
    "hinge_M2029_N_atom",
    "hinge_M2029_N_distance",
    "worst_overlap",
    "worst_overlap_pair",
    "pocket_ca_rmsd_3zbf",
    "pocket_ca_n_3zbf",
    "pocket_ca_rmsd_4uxl",
    "pocket_ca_n_4uxl",
    "posebusters_dock",
    "posebusters_moved_2A",
    "inhibitor_rmsd",
    "inhibitor_rmsd_core",
    "inhibitor_rmsd_pyrazole",
    "inhibitor_rmsd_piperidine",
    "inhibitor_rmsd_reference",
]


def shown(value):
    """Return a value as mmCIF text; unknown is a question mark."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value == "?":
        return "?"
    if isinstance(value, float):
        return f"{value:.3f}"
    return gemmi.cif.quote(str(value))


def inputs_text(drug):
    """Return the inputs of a model in words."""
    return (
        "ROS1 G2032R kinase domain, processed third-party coordinates of 9QEK chain A; components "
        f"A1I6Z and {drug.code}; SMILES"
    )


def write_model(name, variant, drug, pose, measures, rank):
    """Write a model as mmCIF, heavy atoms only."""
    document = gemmi.cif.Document()
    block = document.add_new_block(name)
    title = f"ROS1 {variant} kinase domain with {drug.name}, computed model"
    pairs = {
        "_entry.id": name,
        "_struct.entry_id": name,
        "_struct.title": title,
        "_exptl.entry_id": name,
        "_exptl.method": "THEORETICAL MODEL",
        "_software.name": "ros1struct structures/build_models.py",
        "_software.classification": "model building",
        "_ros1struct.provenance": "model",
        "_ros1struct.kinase": "ROS1",
        "_ros1struct.variant": variant,
        "_ros1struct.inhibitor": drug.name,
        "_ros1struct.component": drug.code,
        "_ros1struct.inputs": inputs_text(drug),
        "_ros1struct.method": METHOD,
        "_ros1struct.backbone_from": "G2032R",
        "_ros1struct.seed": SEEDS[drug.name],
        "_ros1struct.pose_origin": pose.origin,
        "_ros1struct.license": "CC0-1.0",
        "_ros1struct.energy_kcal_mol": round(pose.score, 3),
        "_ros1struct.strain_kcal_mol": round(pose.strain, 3),
        "_ros1struct.pose_rank": rank,
    }
    pairs |= {f"_ros1struct.{item}": measures.get(item) for item in ITEMS}
    for tag, value in pairs.items():
        block.set_pair(tag, shown(value))
    rows = zip(pose.protein.rows, pose.protein.xyz, strict=True)
    rows = [row for row in rows if row[0][2] != "OXT"]  # the real chain goes on after E2232
    loop = block.init_loop("_entity.", ["id", "type", "pdbx_description"])
    loop.add_row(["1", "polymer", "'Proto-oncogene tyrosine-protein kinase ROS'"])
    loop.add_row(["2", "non-polymer", drug.name])
    loop = block.init_loop("_chem_comp.", ["id", "type"])
    for residue in sorted({row[0][0] for row in rows}):
        loop.add_row([residue, "'peptide linking'" if residue == "GLY" else "'L-peptide linking'"])
    loop.add_row([drug.code, "non-polymer"])
    sequence = {row[0][1]: row[0][0] for row in rows}
    order = {number: n for n, number in enumerate(sequence, 1)}
    loop = block.init_loop("_entity_poly_seq.", ["entity_id", "num", "mon_id"])
    for number, residue in sequence.items():
        loop.add_row(["1", str(order[number]), residue])
    loop = block.init_loop("_struct_asym.", ["id", "entity_id"])
    loop.add_row(["A", "1"])
    loop.add_row(["B", "2"])
    tags = (
        "group_PDB id type_symbol label_atom_id label_alt_id label_comp_id label_asym_id "
        "label_entity_id label_seq_id pdbx_PDB_ins_code Cartn_x Cartn_y Cartn_z occupancy "
        "B_iso_or_equiv pdbx_formal_charge auth_seq_id auth_comp_id auth_asym_id auth_atom_id "
        "pdbx_PDB_model_num"
    )
    loop = block.init_loop("_atom_site.", tags.split())
    for n, ((residue, number, atom), xyz) in enumerate(rows, 1):
        place = [f"{x:.3f}" for x in xyz]
        label = [atom, ".", residue, "A", "1", str(order[number]), "?"]
        author = ["1.00", "?", "?", str(number), residue, "A", atom, "1"]
        loop.add_row(["ATOM", str(n), atom[0], *label, *place, *author])
    for n, (atom, xyz) in enumerate(zip(drug.names, pose.inhibitor, strict=True), len(rows) + 1):
        rdkit_atom = drug.mol.GetAtomWithIdx(n - len(rows) - 1)
        symbol, charge = rdkit_atom.GetSymbol().upper(), rdkit_atom.GetFormalCharge()
        place = [f"{x:.3f}" for x in xyz]
        label = [atom, ".", drug.code, "B", "2", ".", "?"]
        author = ["1.00", "?", str(charge or "?"), "2301", drug.code, "A", atom, "1"]
        loop.add_row(["HETATM", str(n), symbol, *label, *place, *author])
    options = gemmi.cif.WriteOptions()
    options.align_loops = 30
    document.write_file(str(MODELS / f"{name}.cif"), options)


def read_model(path, drug):
    """Return the protein, the inhibitor's heavy atoms in Å, and the items of a committed model."""
    block = gemmi.cif.read(str(path)).sole_block()
    names = [
        "group_PDB",
        "auth_comp_id",
        "auth_seq_id",
        "auth_atom_id",
        "Cartn_x",
        "Cartn_y",
        "Cartn_z",
    ]
    protein, ligand = [], {}
    for row in block.find("_atom_site.", names):
        xyz = [float(x) for x in list(row)[4:]]
        if row[0] == "ATOM":
            protein.append(((row[1], int(row[2]), row[3]), xyz))
        else:
            ligand[row[3]] = xyz
    rows, xyz = zip(*protein, strict=True)
    items = {
        pair[0].split(".")[1]: gemmi.cif.as_string(pair[1])
        for pair in (item.pair for item in block if item.pair)
        if pair[0].startswith("_ros1struct.")
    }
    heavy = Heavy(rows, np.array(xyz))
    return heavy, np.array([ligand[name] for name in drug.names]), items


POSE_COLUMNS = [
    "target",
    "rank",
    "bundled_as",
    "eligible",
    "energy_kcal_mol",
    "above_best_kcal_mol",
    "strain_kcal_mol",
    "hinge_E2027_O_distance",
    "hinge_M2029_N_distance",
    "worst_overlap",
    "worst_overlap_pair",
    "distance_from_best",
    "inhibitor_rmsd",
    "inhibitor_rmsd_core",
    "inhibitor_rmsd_pyrazole",
    "inhibitor_rmsd_piperidine",
    "origin",
]


def write_csv(path, columns, rows):
    """Write rows (dicts) as CSV; numbers with three decimals, unknown empty."""
    with open(path, "w", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            cells = [row.get(column, "") for column in columns]
            cells = [f"{c:.3f}" if isinstance(c, float) else c for c in cells]
            writer.writerow(["" if c == "nan" else c for c in cells])


def markdown(columns, rows):
    """Return rows (dicts) as a Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for row in rows:
        cells = [row.get(column, "") for column in columns]
        cells = [f"{c:.2f}" if isinstance(c, float) else str(c) for c in cells]
        lines.append("| " + " | ".join("" if c in ("nan", "?") else c for c in cells) + " |")
    return "\n".join(lines)


def write_readme(bundled, poses, rejected, rule, rotamers):
    """Write the README of the models, with the selection rule as it stands in the build."""
    brief = (
        "model energy_kcal_mol strain_kcal_mol hinge_E2027_O_distance hinge_M2029_N_distance "
        "worst_overlap posebusters_dock posebusters_moved_2A"
    )
    fits = "model pocket_ca_rmsd_3zbf pocket_ca_n_3zbf pocket_ca_rmsd_4uxl pocket_ca_n_4uxl"
    known = (
        "model inhibitor_rmsd inhibitor_rmsd_core inhibitor_rmsd_pyrazole "
        "inhibitor_rmsd_piperidine inhibitor_rmsd_reference"
    )
    seeds = [{"inhibitor": f"{name} ({CODES[name]})", "seed": seed} for name, seed in SEEDS.items()]
    text = f"""# Computed models of the ROS1 kinase domain

Written by `structures/build_models.py`; do not edit. Provenance of every file: `model`, computed by
this project. Lengths in Å, energies in kcal/mol. Heavy atoms only, UniProt P08922 numbers
(1934-2232), inhibitor with its component's atom names.

**Licence** of the coordinates: CC0-1.0. **Cite** this repository (`CITATION.cff`) and wwPDB entry
9QEK, whose chain A (ROS1 G2032R with zidesamtinib) a third party processed into the starting
protein. *Wild type* means that R2032 was cut back to glycine: the **backbone is from G2032R**.

**Method.** {METHOD}. Residues of the starting table with a D alpha carbon or a twisted peptide (all
in stretches its author rebuilt) were mirrored and annealed first. Histidine: HID where ND1 alone
has an oxygen within 3.2 Å, else HIE. G2032R: the {rotamers} least clashing of 81 arginine rotamers
were relaxed beside the inhibitor. Crizotinib's piperidine is protonated; the others are neutral.

## How a pose was chosen
```
{rule}```
Fixed before any known structure was compared; `test_only/` is read after the choice. The route
itself (which conformers and torsions are scanned) was known from an earlier attempt whose results
had been compared with the same structures: the crizotinib number is not a blind one. After a first
complete build one fault was mended (a sub-system that cut a peptide bond of a residue it moved);
the rule and every threshold stayed as they were.

{markdown(["inhibitor", "seed"], seeds)}

## Quality of the bundled models
Hinge distances ≤ 3.4 Å where the inhibitor has the pattern (repotrectinib accepts from M2029 N with
its pyrazole N and has no donor towards E2027 O). Overlap < 0.4 Å: united-atom radii of ChimeraX,
0.4 Å allowed for a possible hydrogen bond. PoseBusters `dock`; the same pose pushed 2 Å must fail.

{markdown(brief.split(), bundled)}

Pocket CA against the deposited entries (iterative fit, pairs > 1.2 Å dropped, number kept):

{markdown(fits.split(), bundled)}

Heavy-atom RMSD of the inhibitor to what is known of it, whatever it is. Zidesamtinib's is its
movement in relaxation, not a test. Repotrectinib's reference is itself docked.

{markdown(known.split(), bundled)}

## Every pose within 3 kcal/mol of the best
Also in `poses.csv`. `distance_from_best` is of the inhibitor, or of the R2032 side chain if larger.

{markdown([c for c in POSE_COLUMNS if c != "worst_overlap_pair"], poses)}

## Rejected
{markdown(["model", "reason"], rejected) if rejected else "None."}
"""
    (MODELS / "README.md").write_text(text)
