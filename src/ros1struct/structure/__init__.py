"""The nouns: what a kinase complex is, apart from any file and any question.

A :class:`Topology` holds everything that no coordinate changes (atoms, residues, bonds, the
inhibitor's chemistry, the kinase and its numbering); a :class:`Complex` is a topology with
coordinates ``(frames, atoms, 3)`` in Å and its provenance. Both are frozen and compared by content.
Beside them: mutations, residue types, coordinate arithmetic, and exchange of one side chain for
another. Nothing here reads a file, knows a kinase by name or judges a contact.
"""

from ros1struct.structure.complex import Complex, Provenance, assemble
from ros1struct.structure.mutation import Mutation, Substitution, parse_mutation
from ros1struct.structure.substitute import substitute, with_side_chains
from ros1struct.structure.topology import Atoms, Kinase, Residues, Topology

__all__ = [
    "Atoms",
    "Complex",
    "Kinase",
    "Mutation",
    "Provenance",
    "Residues",
    "Substitution",
    "Topology",
    "assemble",
    "parse_mutation",
    "substitute",
    "with_side_chains",
]
