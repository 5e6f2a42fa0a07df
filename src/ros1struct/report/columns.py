"""Which columns each table of the report shows, in their order: the one place to change them.

A column that a table does not have is left out, so that a scan without energies can be shown too.
"""

from __future__ import annotations

FOCUS = (
    "structure", "kinase", "inhibitor", "mutation", "firm", "verdict", "score", "score_low",
    "score_high", "p_resistant", "steric_tolerance", "literature_call",
)  # fmt: skip
FOCUS_OWN = tuple(name for name in FOCUS if name != "kinase")
FOCUS_OTHER = FOCUS[:-1]

PAIRS = (
    "mutation", "klifs", "inhibitor", "firm", "verdict", "score", "score_low", "score_high",
    "p_resistant", "literature_call", "mechanism", "reason",
)  # fmt: skip
ALL_PAIRS = (*PAIRS[:-1], "outcome", "reason")

STRUCTURES = (
    "structure", "kinase", "variant", "inhibitor", "component", "provenance", "entry",
    "resolution", "residues", "clashes", "worst_overlap", "state", "notes",
)  # fmt: skip
QUALITY = ("item", "value")
CARRIED = ("structure", "residue", "klifs", "min_distance", "sidechain_distance")
EVIDENCE_OF_CALLS = (
    "mutation", "inhibitor", "call", "evidence_calls", "folds", "source", "source_id",
)  # fmt: skip

# The page of a mutation: a line each, with its range beside it.
GEOMETRY = (
    "inhibitor", "provenance", "firm", "verdict", "score", "p_resistant", "reason", "pooled",
    "score_spread", "literature_call", "steric", "contacts", "solvent", "strain", "transfer",
    "steric_tolerance",
    "free_apo", "free_holo", "free_apo_wt", "free_holo_wt", "worst_overlap", "min_distance",
    "contacts_lost", "contacts_gained", "contact_loss", "contact_gain", "phi", "psi",
    "library_count", "low_count", "state",
)  # fmt: skip
UNSEEN = (
    "structure", "inhibitor", "provenance", "verdict", "literature_call", "min_distance", "reason",
)  # fmt: skip
CALLS = ("inhibitor", "call", "evidence_calls", "folds", "ic50s_nM", "source")
EVIDENCE = (
    "inhibitor", "relation", "ic50_nM", "sd_nM", "fold_vs_wt", "qualitative", "cell_system",
    "confidence", "source", "source_id", "note",
)  # fmt: skip

# Trajectories and poses.
OCCUPANCY = (
    "residue", "klifs", "kind", "occupancy", "error", "converged", "first_half", "second_half",
    "events", "interval",
)  # fmt: skip
POSES = (
    "rank", "frame", "passes", "no_clash", "no_overlap", "in_pocket", "hinge_bonds",
    "hydrogen_bonds", "contact_residues", "clashes", "worst_overlap", "min_distance",
)  # fmt: skip
POSE_SCORES = ("frame", "pose", "molecule", "item", "value")
RATES = ("inhibitor", "setting", "responders", "n", "orr_percent", "confidence", "source")
