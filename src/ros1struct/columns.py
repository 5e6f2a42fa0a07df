"""Every column of every public table, declared once with its meaning and unit.

A column name means the same thing wherever it stands. A unit of ``""`` is text or a count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Attributes
    ----------
    meaning : str
    unit : str
        ``"Å"``, ``"°"``, ``"nM"``, ...; ``"1"`` for a fraction or ratio; ``""`` for text, counts
        and yes or no.
    """

    meaning: str
    unit: str = ""


_KINASES = ("ROS1", "ALK", "NTRK1", "NTRK2", "NTRK3", "MET")

_STRUCTURE = {
    "structure": Column("structure, by the name it was loaded as"),
    "kinase": Column("kinase of the chain, 'other' for one that is not human"),
    "variant": Column("differences from UniProt, WT if none"),
    "inhibitor": Column("inhibitor, by its common name or component code"),
    "component": Column("PDB component code of the inhibitor"),
    "provenance": Column("deposited, processed, predicted, docked or model, with a model's caveat"),
    "entry": Column("PDB entry"),
    "method": Column("experimental method, or how the model was made"),
    "resolution": Column("resolution of the experiment", "Å"),
    "file": Column("structure file, without folders"),
    "sha256": Column("checksum of the file as read"),
    "protonation": Column("why the inhibitor has the charges it has"),
    "notes": Column("what to know about the structure"),
    "state": Column("DFG, αC, distance of β3 Lys and αC Glu in Å, type of inhibitor"),
    "residues": Column("protein residues in the structure"),
    "clashes": Column("clashes between the native protein and the inhibitor"),
    "binding_type": Column("type of inhibitor: I or II"),
    "citation": Column("primary citation"),
    "citation_id": Column("DOI or PubMed id of the primary citation"),
    "item": Column("name of an item that the structure file states of itself"),
    "value": Column("value of the item, as the file has it"),
    "pose": Column("turn of a molecule in the pose file, from 1"),
    "molecule": Column("name of a molecule in the pose file"),
}
_TRANSPLANT = {
    "pose": Column("rank of the pose, 1 the best"),
    "energy": Column(
        "energy above the best pose: of packing and strain, and 1 for each torsion that turned",
        "kcal/mol",
    ),
    "hinge_bonds": Column("hydrogen bonds of the inhibitor with the hinge"),
    "hinge_bonds_source": Column("the same in the complex that the inhibitor is from"),
    "buried": Column("share of the inhibitor's surface that the protein covers", "1"),
    "inhibitor_strain": Column("energy of the inhibitor's shape above its best alone", "kcal/mol"),
    "moved_inhibitor": Column("root mean square deviation from the place carried over", "Å"),
    "torsions_turned": Column("torsions that differ by 60° or more from the place carried over"),
    "from_best": Column("root mean square deviation from the best pose", "Å"),
}
_RESIDUE = {
    "residue": Column("residue as letter and number, in the numbering of the structure"),
    "author_residue": Column("the same as the file's author numbers it, where that differs"),
    "klifs": Column("KLIFS position as region:index; in residue tables the index alone"),
    "klifs_index": Column("KLIFS position, 1 to 85"),
    "klifs_label": Column("KLIFS position as region:index"),
    "region": Column("KLIFS region; in the mutation table the place in words"),
    "chain": Column("author chain"),
    "author_number": Column("residue number of the file's author"),
    "insertion": Column("insertion code"),
    "residue_name": Column("residue name in the file"),
    "letter": Column("one-letter code, X for what is not an amino acid"),
    "role": Column("protein, inhibitor, water or metal; in the KLIFS table what a position does"),
    "uniprot": Column("UniProt residue number"),
}
_GEOMETRY = {
    "min_distance": Column("shortest distance of heavy atoms, residue to inhibitor", "Å"),
    "sidechain_distance": Column("the same of the side chain alone", "Å"),
    "atom": Column("protein atom"),
    "inhibitor_atom": Column("inhibitor atom"),
    "part": Column("backbone or sidechain"),
    "atom_pairs": Column("pairs of heavy atoms within the cut-off"),
    "sidechain_pairs": Column("those with a side-chain atom"),
    "kinds": Column("kinds of contact by distance alone: salt bridge, hydrogen bond, hydrophobic"),
    "distance": Column("distance of the two atoms", "Å"),
    "allowance": Column("taken off the overlap of a donor and an acceptor", "Å"),
    "overlap": Column("sum of the radii less distance less allowance", "Å"),
    "definition": Column("clash definition"),
}
_ENSEMBLE = {
    "mutant": Column("residue type that was built"),
    "rotamer": Column("rotamer, 1 for the most likely"),
    "probability": Column("probability of the rotamer at this backbone", "1"),
    **{f"chi{k}": Column(f"side-chain torsion χ{k}", "°") for k in (1, 2, 3, 4)},
    "phi": Column("backbone torsion φ", "°"),
    "psi": Column("backbone torsion ψ", "°"),
    "library_count": Column("observations behind the rotamer library at this φ, ψ"),
    "low_count": Column("fewer than 10 such observations"),
    "apo_overlap": Column("overlap of a rotamer's best sample with the protein", "Å"),
    "inhibitor_overlap": Column("overlap of the same sample with the inhibitor", "Å"),
    "threshold": Column("overlap from which the clash definition calls a clash", "Å"),
    "free_apo": Column("probability of no clash with the protein", "1"),
    "free_holo": Column("probability of no clash with protein and inhibitor", "1"),
    "free_apo_wt": Column("free_apo of the wild type, built in the same way", "1"),
    "free_holo_wt": Column("free_holo of the wild type, built in the same way", "1"),
}
_SCAN = {
    "mutation": Column("mutation in the numbering of the structure; ROS1's in literature tables"),
    "worst_overlap": Column(
        "largest overlap with the inhibitor: of the mutant's least bad conformer, or of the "
        "structure as it is",
        "Å",
    ),
    "steric_tolerance": Column(
        "(free_holo / free_apo) of the mutant over that of the wild type", "1"
    ),
    "score": Column(
        "what the inhibitor costs the mutant side chain more than the wild type's: a number to rank"
    ),
    "score_low": Column("least score over the parameters that nobody can fix, and over poses"),
    "score_high": Column("largest score over the parameters that nobody can fix, and over poses"),
    "p_resistant": Column("probability of a ten-fold loss or more, calibrated", "1"),
    "firm": Column("whether the verdict is the same over the whole interval of the score"),
    "steric": Column("part of the score: change of the mean repulsion by the inhibitor"),
    "contacts": Column("part of the score: attraction that the wild type had and the mutant lacks"),
    "solvent": Column("part of the score: change of the mutual desolvation with the inhibitor"),
    "strain": Column("part of the score: cost of leaving the conformers that are best without it"),
    "transfer": Column("part of the score: hydrophobicity that the side chain loses"),
    "verdict": Column("what structure says, in fixed words"),
    "reason": Column("why the verdict, or why a molecule could not be read"),
    "literature_call": Column("R, I, S or conflict: response reported for the ROS1 mutation"),
    "mechanism": Column("mechanism that the literature proposes"),
    "basis": Column("geometry or literature: which leads, and whether they disagree"),
    "clinical_rate": Column("responses of patients with the mutation, with their cohort"),
    "cns": Column("responses of brain metastases, whatever the mutation"),
    "approval": Column("agencies that approved the inhibitor for ROS1, and when"),
    "model_confidence": Column("what the structure file says of how far its pose can be trusted"),
    "group": Column("pocket, outside the pocket, or compound"),
    "poses": Column("alternate poses behind the row"),
    "steric_tolerance_low": Column("least steric tolerance over clash thresholds 0.4-0.9 Å", "1"),
    "steric_tolerance_high": Column(
        "largest steric tolerance over clash thresholds 0.4-0.9 Å", "1"
    ),
    "steric_tolerance_sampling": Column(
        "difference of the steric tolerance to another grid of torsions", "1"
    ),
    "steric_penalty": Column(
        "what the inhibitor costs the mutant more than the wild type, by repulsion alone",
        "kcal/mol",
    ),
    "interaction_ddg": Column(
        "the same with attraction and hydrogen bonds; no affinity", "kcal/mol"
    ),
    "steric_penalty_sampling": Column(
        "difference of steric_penalty to a finer grid of torsions", "kcal/mol"
    ),
    "interaction_ddg_sampling": Column(
        "difference of interaction_ddg to a finer grid of torsions", "kcal/mol"
    ),
    "contacts_lost": Column("kinds of contact of the wild type that the mutant cannot make"),
    "contacts_gained": Column("kinds of contact that the mutant makes and the wild type does not"),
    "contact_loss": Column("kinds of contact lost, expected over both ensembles, 0 to 3", "1"),
    "contact_loss_low": Column("least contact loss over clash thresholds 0.4-0.9 Å", "1"),
    "contact_loss_high": Column("largest contact loss over clash thresholds 0.4-0.9 Å", "1"),
    "contact_gain": Column("kinds of contact gained, expected over both ensembles, 0 to 3", "1"),
    "contact_gain_low": Column("least contact gain over clash thresholds 0.4-0.9 Å", "1"),
    "contact_gain_high": Column("largest contact gain over clash thresholds 0.4-0.9 Å", "1"),
    "frame": Column("frame, from 0"),
    "kind": Column("kind of contact, in ProLIF's words where it has one"),
    "role": Column("the inhibitor's part in the contact: donor, acceptor, cation, ..."),
    "angle": Column(
        "angle of the contact: at the hydrogen, between the planes, or at the halogen", "°"
    ),
    "angle2": Column("second angle of the contact, where its kind has one", "°"),
    "water": Column("bridging water"),
    "water_distance": Column("distance of the inhibitor to the bridging water", "Å"),
    "ambiguous": Column("flip or tautomer where the file cannot tell which group it is"),
    "summed_overlap": Column("overlap of all clashes together", "Å"),
    "per_1000_atoms": Column("clashes per 1,000 protein and inhibitor atoms"),
    "overlap_volume": Column("volume in which protein and inhibitor spheres meet", "Å³"),
    "soft_repulsion": Column("repulsive branch of the Lennard-Jones energy", "kcal/mol"),
    "internal_clashes": Column("clashes inside the inhibitor"),
    "percentile": Column("deposited complexes whose worst overlap is smaller", "%"),
    "fragment": Column("fragment of the inhibitor, as SMILES"),
    "other_atom": Column("second atom of a clash inside the inhibitor"),
    "residue_a": Column("residue at the position in the first structure"),
    "residue_b": Column("residue at the position in the second structure"),
    "change": Column("kept, lost or gained from the first to the second structure"),
    "count_a": Column("contacts of the kind in the first structure"),
    "count_b": Column("contacts of the kind in the second structure"),
    "distance_a": Column("shortest of them in the first structure", "Å"),
    "distance_b": Column("shortest of them in the second structure", "Å"),
    "buried_a": Column("surface of the residue that the inhibitor covers, first structure", "Å²"),
    "buried_b": Column("surface of the residue that the inhibitor covers, second structure", "Å²"),
    "buried_change": Column("the second less the first", "Å²"),
    "structure_a": Column("first structure of a comparison"),
    "structure_b": Column("second structure of a comparison"),
    "provenance_a": Column("provenance of the first structure"),
    "provenance_b": Column("provenance of the second structure"),
    "nucleotides": Column(
        "from every, some or no codon of the wild type one nucleotide makes the mutant"
    ),
    "one_nucleotide": Column(
        "some codon of the wild type is one nucleotide from one of the mutant"
    ),
    "repacked_tolerance": Column("steric tolerance after the neighbours have moved", "1"),
    "repack_cost": Column("what moving costs the neighbours, mutant less wild type", "kcal/mol"),
    "steric_tolerance_min": Column("least steric tolerance over the poses", "1"),
    "steric_tolerance_max": Column("largest steric tolerance over the poses", "1"),
    "outcome": Column("geometry beside the literature: agree, disagree, or why neither"),
    "predictor": Column("what calls a mutation resistant"),
    "pairs": Column("measured pairs of mutation and inhibitor"),
    "resistant": Column("how many of them are resistant"),
    "auc": Column("area under the ROC curve", "1"),
    "auc_low": Column("lower end of its 95 % interval over mutations", "1"),
    "auc_high": Column("upper end of its 95 % interval over mutations", "1"),
    "average_precision": Column("mean precision over the resistant pairs", "1"),
    "average_precision_low": Column("lower end of its 95 % interval over mutations", "1"),
    "average_precision_high": Column("upper end of its 95 % interval over mutations", "1"),
    "spearman": Column("rank correlation with the measured fold", "1"),
    "spearman_low": Column("lower end of its 95 % interval over mutations", "1"),
    "spearman_high": Column("upper end of its 95 % interval over mutations", "1"),
    "rmse": Column("error of what claims to be an energy, against RT ln fold", "kcal/mol"),
    "scope": Column("pairs that are measured on: all, or those near the inhibitor"),
    "pooled": Column("structures or frames whose conformers are pooled in the score"),
    "score_spread": Column("standard error of the score over them, by the bootstrap"),
    "rows": Column("pairs counted: all, of a steric mechanism, compound, or other"),
    "hits": Column("called resistant, and the literature agrees"),
    "false_alarms": Column("called resistant; the literature says sensitive"),
    "missed": Column("called sensitive; the literature says resistant"),
    "correct_rejections": Column("called sensitive, and the literature agrees"),
    "time": Column("time of the frame in its trajectory", "ps"),
    "frames": Column("frames counted"),
    "occupancy": Column("share of the frames in which the contact stands", "1"),
    "error": Column("standard error of the mean, by blocking", "1"),
    "converged": Column("whether the error stopped growing with the length of the blocks"),
    "first_half": Column("occupancy in the first half of the frames", "1"),
    "second_half": Column("occupancy in the second half of the frames", "1"),
    "events": Column("intervals in which the contact stands without a break"),
    "interval": Column("mean length of such an interval", "ps"),
    "longest": Column("length of the longest such interval", "ps"),
    "survival": Column("mean time that a standing contact still lasts", "ps"),
    "bridging_waters": Column("different waters that bridge there"),
    "cluster": Column("cluster of frames with like contacts, 0 for the largest"),
    "representative": Column("frame that stands for the cluster"),
    "similarity": Column("Tanimoto similarity of contacts", "1"),
    "pocket_rmsd": Column("deviation of the pocket's backbone after superposition on it", "Å"),
    "inhibitor_rmsd": Column("deviation of the inhibitor after superposition on the pocket", "Å"),
    "in_pocket": Column("whether some protein atom is near the inhibitor"),
    "dfg": Column("state of the DFG motif: in, out, inter, other, unknown"),
    "inhibitor_type": Column("I, I½, II, III, allosteric or unknown, by the regions it touches"),
    "alpha_c": Column("state of the αC helix: in, out, unknown"),
    "lys_glu": Column("distance of the β3 lysine's Nζ and the αC glutamate's carboxylate", "Å"),
    "contact_residues": Column("residues that make some kind of contact"),
    "hinge_bonds": Column("hydrogen bonds to hinge:46 and hinge:48"),
    "hydrogen_bonds": Column("hydrogen bonds of the inhibitor"),
    "no_clash": Column("no pair at or above the threshold of the clash definition"),
    "no_overlap": Column("no heavy atoms nearer than 0.75 of the sum of their radii"),
    "rank": Column("place among the poses, 1 the best"),
    "like_reference": Column("contacts like those of the reference, as asked"),
    "passes": Column("whether a pose passes the check, or all of them"),
    "check": Column("what a pose or model is checked for"),
    "found": Column("what the check found, in the unit beside it"),
    "limit": Column("what the check lets pass, in the unit beside it"),
    "detail": Column("where it is worst"),
    "table": Column("public table, or file without its suffix"),
    "column": Column("column of a public table"),
    "meaning": Column("what the column holds"),
    "unit": Column("unit; 1 for a fraction or ratio, empty for text and counts"),
}
_KNOWLEDGE = {
    **{
        k: Column(f"residue of {k} at the position, as letter and UniProt number") for k in _KINASES
    },
    "position": Column("residue number in UniProt P08922"),
    "wild_type": Column("one-letter code of the wild type"),
    "proposed_mechanism": Column("mechanism that the literature proposes"),
    "geometric_claim": Column("what a clash score may claim; see literature.SCOPE"),
    "resistant_inhibitors": Column("inhibitors reported to fail"),
    "active_inhibitors": Column("inhibitors reported to work"),
    "reduced_inhibitors": Column("inhibitors reported to work less well: call I"),
    "conflicting_inhibitors": Column("inhibitors on which the sources contradict each other"),
    "evidence": Column("kind of evidence"),
    "source": Column("where the row comes from"),
    "source_id": Column("DOI or PubMed id of the source"),
    "reported": Column("whether resistance to a named inhibitor is reported in what was read"),
    "confidence": Column("confidence of the curators"),
    "note": Column("remark"),
    "fusion": Column("ROS1 fusion"),
    "cell_system": Column("cells of the assay"),
    "assay": Column("assay"),
    "relation": Column("how the value compares with the true one: =, <=, >"),
    "ic50_nM": Column("half-maximal inhibitory concentration", "nM"),
    "sd_nM": Column("standard deviation of the IC50", "nM"),
    "fold_vs_wt": Column("IC50 over the wild type's; compare within one source only", "1"),
    "fold_origin": Column("whether the paper or the curators computed the fold"),
    "qualitative": Column("what the source says in words"),
    "access": Column("how the source was read"),
    "locator": Column("where in the source"),
    "call": Column("R, I, S or conflict, merged over sources"),
    "evidence_calls": Column("one call per source"),
    "folds": Column("the folds behind a call, as text", "1"),
    "ic50s_nM": Column("the IC50s behind a call, as text", "nM"),
    "n_rows": Column("measurements and statements behind a call"),
    "name": Column(
        "name of the row's subject: an inhibitor, a rotamer, or a structure in the catalogue"
    ),
    "synonyms": Column("other names"),
    "generation": Column("generation of the inhibitor"),
    "macrocyclic": Column("whether the inhibitor is a macrocycle"),
    "fda_ros1": Column("year of approval for ROS1 by the FDA"),
    "nmpa_ros1": Column("year of approval for ROS1 by the NMPA"),
    "smiles": Column("SMILES, neutral"),
    "smiles_ph74": Column("SMILES of the dominant state at pH 7.4"),
    "charge_ph74": Column("charge at pH 7.4", "e"),
    "pka": Column("pKa that decided the charge; missing where a rule did", "1"),
    "protonation_basis": Column("pKa with its source, or the rule"),
    "formula": Column("molecular formula"),
    "inchikey": Column("InChIKey"),
    "smiles_source": Column("where the SMILES comes from"),
    "ccd_name": Column("name in the PDB's chemical component dictionary"),
    "partner": Column("fusion partner"),
    "partner_exon": Column("last exon of the partner"),
    "ros1_exon": Column("first exon of ROS1"),
    "domains_kept": Column("domains that the fusion keeps"),
    "kinase_domain_kept": Column("whether the kinase domain is whole"),
    "frequency": Column("how often it is found, as text"),
    "percent": Column("the same as a number; missing for a range", "%"),
    "consequence": Column("what a fusion means for inhibitors, where a source says"),
    "population": Column("who was tested"),
    "positive": Column("patients with a ROS1 fusion"),
    "category": Column(
        "on target, bypass, signalling, transformation, loss of fusion or CNS: kind of resistance"
    ),
    "reading": Column("whether the source itself was read, or named by what was read"),
    "agency": Column("agency that decides on approvals"),
    "date": Column("date of the decision, as far as known"),
    "status": Column("approved, conditional, label update, not approved, in trials, decision due"),
    "brand": Column("brand name"),
    "application": Column("number of the application"),
    "indication": Column("who may be, or was, treated"),
    "line": Column("treatment that went before"),
    "dose": Column("dose"),
    "trial": Column("trial, by its name"),
    "orr_low": Column("lower end of the 95 % interval of the response rate", "%"),
    "orr_high": Column("upper end of the 95 % interval of the response rate", "%"),
    "dor_months": Column("median duration of response", "months"),
    "pfs_months": Column("median progression-free survival", "months"),
    "pfs_low": Column("lower end of its 95 % interval", "months"),
    "pfs_high": Column("upper end of its 95 % interval; missing where not reached", "months"),
    "intracranial_responders": Column("patients whose brain metastases responded"),
    "intracranial_n": Column("patients with measurable brain metastases"),
    "intracranial_orr_percent": Column("response rate of brain metastases", "%"),
    "after": Column("treatment before the option"),
    "option": Column("what was tried"),
    "result": Column("what came of it"),
    "level": Column("level of evidence: trial, retrospective, case in a trial, case, cells"),
    "tested": Column("in which system it was tested"),
    "setting": Column("trial and cohort"),
    "responders": Column("patients who responded"),
    "n": Column("patients"),
    "orr_percent": Column("objective response rate", "%"),
    "construct": Column("protein construct of the assay"),
    "kd_nM": Column("dissociation constant", "nM"),
    "key": Column("short name of a source"),
    "id": Column("DOI, PubMed id or address of a source"),
}

#: Name of every column of a public table, with its meaning and unit.
COLUMNS: Mapping[str, Column] = MappingProxyType(
    _STRUCTURE | _TRANSPLANT | _RESIDUE | _GEOMETRY | _ENSEMBLE | _SCAN | _KNOWLEDGE
)
