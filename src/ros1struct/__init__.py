"""Which inhibitor still fits which ROS1 mutant.

``ros1struct`` loads kinase structures with a bound inhibitor, numbers them by UniProt and KLIFS,
and asks whether a mutant side chain still fits beside the drug. Distances are Å, angles degrees,
energies kcal/mol, coordinates ``(frames, atoms, 3)``.

Importing it costs little more than numpy; pandas, rdkit, mdtraj, gemmi, scipy and matplotlib are
imported where they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.clashes.overlaps import clashes, overlaps
from ros1struct.clashes.severity import severity
from ros1struct.contacts.compare import compare
from ros1struct.contacts.definitions import ContactDefinition
from ros1struct.contacts.fingerprints import fingerprint, similarity
from ros1struct.contacts.interactions import interactions
from ros1struct.contacts.nearby import contacts
from ros1struct.contacts.pocket import kinase_state, pocket
from ros1struct.errors import (
    FetchError,
    InputError,
    Ros1structError,
    Ros1structWarning,
    StructureError,
)
from ros1struct.io.archive.fetch import fetch
from ros1struct.io.catalog import catalog
from ros1struct.io.load import load
from ros1struct.io.trajectory import Trajectory, trajectory
from ros1struct.io.write import write
from ros1struct.kinome import literature
from ros1struct.kinome.equivalents import equivalent
from ros1struct.resistance.evaluate import evaluate
from ros1struct.resistance.rank import rank
from ros1struct.resistance.saturation import saturation
from ros1struct.resistance.scan import scan
from ros1struct.scene.browser import view
from ros1struct.scene.scripts import export
from ros1struct.sidechains.ensembles import Ensemble, ensemble
from ros1struct.sidechains.flexible import Response, respond
from ros1struct.sidechains.mutants import mutants
from ros1struct.sidechains.repack import Repacked, repack
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, parse_mutation
from ros1struct.tables import style
from ros1struct.transplants.transplant import Transplant, transplant

if TYPE_CHECKING:
    from ros1struct.report.citations import cite
    from ros1struct.trajectories.check import check

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
    "Ros1structWarning",
    "StructureError",
    "Trajectory",
    "Transplant",
    "__version__",
    "catalog",
    "check",
    "cite",
    "clashes",
    "compare",
    "contacts",
    "ensemble",
    "equivalent",
    "evaluate",
    "export",
    "fetch",
    "fingerprint",
    "interactions",
    "kinase_state",
    "literature",
    "load",
    "mutants",
    "overlaps",
    "parse_mutation",
    "pocket",
    "rank",
    "repack",
    "respond",
    "saturation",
    "scan",
    "severity",
    "similarity",
    "style",
    "trajectory",
    "transplant",
    "view",
    "write",
]


# Names whose rooms load matplotlib or pandas, which the others do not need.
_LATER = {"check": "ros1struct.trajectories.check", "cite": "ros1struct.report.citations"}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        from importlib import import_module

        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__]
