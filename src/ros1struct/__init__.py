"""Which inhibitor still fits which ROS1 mutant.

``ros1struct`` loads kinase structures with a bound inhibitor, numbers them by UniProt and KLIFS,
and asks whether a mutant side chain still fits beside the drug. Distances are Å, angles degrees,
energies kcal/mol, coordinates ``(frames, atoms, 3)``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from ros1struct.catalog import catalog
    from ros1struct.clashes import clashes, overlaps
    from ros1struct.complexes import Complex
    from ros1struct.contacts import contacts
    from ros1struct.errors import FetchError, InputError, Ros1structError, StructureError
    from ros1struct.fetch import fetch
    from ros1struct.mutation import Mutation, parse_mutation
    from ros1struct.numbering import equivalent
    from ros1struct.pocket import kinase_state, pocket
    from ros1struct.scan import scan
    from ros1struct.structures import load

# Heavy imports happen on use (PEP 562): `import ros1struct` costs next to nothing.
_WHERE = {
    "Complex": "complexes",
    "FetchError": "errors",
    "InputError": "errors",
    "Mutation": "mutation",
    "Ros1structError": "errors",
    "StructureError": "errors",
    "catalog": "catalog",
    "clashes": "clashes",
    "contacts": "contacts",
    "equivalent": "numbering",
    "fetch": "fetch",
    "kinase_state": "pocket",
    "load": "structures",
    "overlaps": "clashes",
    "parse_mutation": "mutation",
    "pocket": "pocket",
    "scan": "scan",
}

__all__ = [*sorted(_WHERE), "__version__"]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'ros1struct' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"ros1struct.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
