"""Which inhibitor still fits which ROS1 mutant.

``ros1struct`` loads kinase structures with a bound inhibitor, numbers them by UniProt and KLIFS,
and asks whether a mutant side chain still fits beside the drug. Distances are Å, angles degrees,
energies kcal/mol, coordinates ``(frames, atoms, 3)``.

Importing it costs little more than numpy and pandas; rdkit, mdtraj, gemmi, scipy and matplotlib are
imported where they are used.
"""

from __future__ import annotations

from ros1struct.catalog import catalog
from ros1struct.clashes import ClashDefinition, clashes, overlaps
from ros1struct.compare import compare
from ros1struct.complexes import Complex
from ros1struct.contacts import contacts
from ros1struct.definitions import ContactDefinition
from ros1struct.ensembles import Ensemble, ensemble
from ros1struct.errors import FetchError, InputError, Ros1structError, StructureError
from ros1struct.export import export
from ros1struct.fetch import fetch
from ros1struct.fingerprints import fingerprint, similarity
from ros1struct.interactions import interactions
from ros1struct.mutants import mutants
from ros1struct.mutation import Mutation, parse_mutation
from ros1struct.numbering import equivalent
from ros1struct.pocket import kinase_state, pocket
from ros1struct.repack import Repacked, repack
from ros1struct.response import Response, respond
from ros1struct.saturation import saturation
from ros1struct.scan import scan
from ros1struct.severity import severity
from ros1struct.structures import load
from ros1struct.view import view
from ros1struct.writing import write

__version__ = "0.1.0"

__all__ = [
    "ClashDefinition",
    "Complex",
    "ContactDefinition",
    "Ensemble",
    "FetchError",
    "InputError",
    "Mutation",
    "Repacked",
    "Response",
    "Ros1structError",
    "StructureError",
    "__version__",
    "catalog",
    "clashes",
    "compare",
    "contacts",
    "ensemble",
    "equivalent",
    "export",
    "fetch",
    "fingerprint",
    "interactions",
    "kinase_state",
    "load",
    "mutants",
    "overlaps",
    "parse_mutation",
    "pocket",
    "repack",
    "respond",
    "saturation",
    "scan",
    "severity",
    "similarity",
    "view",
    "write",
]
