"""Which inhibitor still fits which ROS1 mutant.

``ros1struct`` loads kinase structures with a bound inhibitor, numbers them by UniProt and KLIFS,
and asks whether a mutant side chain still fits beside the drug. Distances are Å, angles degrees,
energies kcal/mol, coordinates ``(frames, atoms, 3)``.

Importing it costs nothing. Every name is imported when it is first asked for; pandas, rdkit,
mdtraj, gemmi, scipy and matplotlib where they are used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from ros1struct.io.load import load, load_all
    from ros1struct.io.poses import Poses, load_poses
    from ros1struct.io.trajectory import Trajectory, trajectory
    from ros1struct.io.write import write
    from ros1struct.kinome import literature
    from ros1struct.kinome.equivalents import equivalent
    from ros1struct.report.citations import cite
    from ros1struct.resistance.evaluate import evaluate
    from ros1struct.resistance.rank import rank
    from ros1struct.resistance.saturation import saturation
    from ros1struct.resistance.scan import scan
    from ros1struct.scene.browser import view
    from ros1struct.scene.scripts import export
    from ros1struct.sidechains.ensembles import Ensemble, ensemble
    from ros1struct.sidechains.flexible import Response, respond
    from ros1struct.sidechains.mutants import mutants
    from ros1struct.sidechains.rebuild import rebuild
    from ros1struct.sidechains.repack import Repacked, repack
    from ros1struct.structure.complex import Complex
    from ros1struct.structure.mutation import Mutation, parse_mutation
    from ros1struct.tables import style
    from ros1struct.trajectories.check import check
    from ros1struct.transplants.transplant import Transplant, transplant

__version__ = "0.1.0"

__all__ = [
    "ClashDefinition",
    "Complex",
    "ContactDefinition",
    "Ensemble",
    "FetchError",
    "InputError",
    "Mutation",
    "Poses",
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
    "load_all",
    "load_poses",
    "mutants",
    "overlaps",
    "parse_mutation",
    "pocket",
    "rank",
    "rebuild",
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

# Where each name is; its module is imported when it is first asked for.
_HOME = {
    "ClashDefinition": "clashes.definitions",
    "Complex": "structure.complex",
    "ContactDefinition": "contacts.definitions",
    "Ensemble": "sidechains.ensembles",
    "FetchError": "errors",
    "InputError": "errors",
    "Mutation": "structure.mutation",
    "Poses": "io.poses",
    "Repacked": "sidechains.repack",
    "Response": "sidechains.flexible",
    "Ros1structError": "errors",
    "Ros1structWarning": "errors",
    "StructureError": "errors",
    "Trajectory": "io.trajectory",
    "Transplant": "transplants.transplant",
    "catalog": "io.catalog",
    "check": "trajectories.check",
    "cite": "report.citations",
    "clashes": "clashes.overlaps",
    "compare": "contacts.compare",
    "contacts": "contacts.nearby",
    "ensemble": "sidechains.ensembles",
    "equivalent": "kinome.equivalents",
    "evaluate": "resistance.evaluate",
    "export": "scene.scripts",
    "fetch": "io.archive.fetch",
    "fingerprint": "contacts.fingerprints",
    "interactions": "contacts.interactions",
    "kinase_state": "contacts.pocket",
    "literature": "kinome",
    "load": "io.load",
    "load_all": "io.load",
    "load_poses": "io.poses",
    "mutants": "sidechains.mutants",
    "overlaps": "clashes.overlaps",
    "parse_mutation": "structure.mutation",
    "pocket": "contacts.pocket",
    "rank": "resistance.rank",
    "rebuild": "sidechains.rebuild",
    "repack": "sidechains.repack",
    "respond": "sidechains.flexible",
    "saturation": "resistance.saturation",
    "scan": "resistance.scan",
    "severity": "clashes.severity",
    "similarity": "contacts.fingerprints",
    "style": "tables",
    "trajectory": "io.trajectory",
    "transplant": "transplants.transplant",
    "view": "scene.browser",
    "write": "io.write",
}


class _Package(ModuleType):
    """The package as a module, on which a room never hides the function of the same name."""

    def __setattr__(self, name: str, value: Any) -> None:
        # Importing ros1struct.clashes.definitions would put the room `clashes` here.
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"ros1struct.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__]
