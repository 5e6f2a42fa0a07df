"""Kinases: which one a chain is, UniProt and KLIFS numbers, and what the literature says of it.

In come letters and author numbers of a chain; out come its kinase, numbers and pocket positions,
equivalent residues in other kinases, and tables of mutations, measurements, calls and inhibitors,
every row with its source. Nothing here measures a distance to an inhibitor.
"""

from ros1struct.kinome.calls import literature_call, literature_evidence
from ros1struct.kinome.equivalents import equivalent
from ros1struct.kinome.kinases import find_kinase, klifs_label
from ros1struct.kinome.numbering import Numbering, number_chain

__all__ = [
    "Numbering",
    "equivalent",
    "find_kinase",
    "klifs_label",
    "literature_call",
    "literature_evidence",
    "number_chain",
]
