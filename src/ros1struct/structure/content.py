"""Frozen objects that are compared by what they hold.

A dataclass of arrays has no useful ``==`` of its own. Those that derive from :class:`Content` are
equal and hashable by content, their arrays are read-only copies, and a pickle brings them back
equal and still read-only. What is computed from an object is kept on it with
:meth:`Content.derived` and goes with it: nothing outside keeps a structure alive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from immutabledict import immutabledict

_T = TypeVar("_T")


class Content:
    """Base of frozen dataclasses that are equal and hashable by their fields."""

    def __post_init__(self) -> None:
        for f in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, f.name, frozen(getattr(self, f.name)))

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the content, the same for equal objects on every machine."""
        total = hashlib.sha256(type(self).__name__.encode())
        for f in fields(self):  # type: ignore[arg-type]
            total.update(_digest(getattr(self, f.name)))
        return total.digest()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        return self.digest == other.digest

    def __hash__(self) -> int:
        return int.from_bytes(self.digest[:8], "big", signed=True)

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, frozen(value))

    def derived(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Compute something once for this object.

        Parameters
        ----------
        key : hashable
            Names what is computed, with every argument that it depends on.
        make : callable
            Called without arguments the first time. The result must not hold this object.

        Returns
        -------
        object
            What `make` returned.
        """
        memo: dict[Hashable, Any] = self.__dict__.setdefault("_derived", {})
        if key not in memo:
            memo[key] = make()
        found: _T = memo[key]
        return found


def frozen(value: Any) -> Any:
    """Return a read-only copy of an array or a mapping (of arrays); anything else as it is."""
    if isinstance(value, np.ndarray):
        if value.flags.writeable or value.base is not None:
            value = np.array(value)
            value.flags.writeable = False
        return value
    if isinstance(value, Mapping) and not isinstance(value, immutabledict):
        return immutabledict({k: frozen(v) for k, v in value.items()})
    return value


def _digest(value: Any) -> bytes:
    if isinstance(value, Content):
        return value.digest
    if isinstance(value, np.ndarray):
        # The width of a text array hangs on its longest entry, not on its content.
        data = "\0".join(value.tolist()).encode() if value.dtype.kind == "U" else value.tobytes()
        kind = "U" if value.dtype.kind == "U" else value.dtype.str
        return hashlib.sha256(f"{kind}{value.shape}".encode() + data).digest()
    if isinstance(value, Mapping):
        return b"".join(_digest(k) + _digest(v) for k, v in value.items())
    if isinstance(value, tuple | list):
        return b"(" + b"".join(_digest(v) for v in value) + b")"
    if type(value).__module__.startswith("rdkit"):
        return hashlib.sha256(repr(molecule_key(value)).encode()).digest()
    return hashlib.sha256(repr(value).encode()).digest()


def molecule_key(mol: Any) -> tuple[Any, ...]:
    """Atoms and bonds of an RDKit molecule in their order, without its conformers.

    Parameters
    ----------
    mol : rdkit.Chem.Mol

    Returns
    -------
    tuple
        Equal for molecules of the same chemistry and atom order.
    """
    atoms = [
        (
            a.GetAtomicNum(), a.GetFormalCharge(), a.GetTotalNumHs(), a.GetIsotope(),
            a.GetNumRadicalElectrons(), a.GetIsAromatic(), str(a.GetChiralTag()),
        )
        for a in mol.GetAtoms()
    ]  # fmt: skip
    bonds = [
        (b.GetBeginAtomIdx(), b.GetEndAtomIdx(), str(b.GetBondType()), str(b.GetStereo()))
        for b in mol.GetBonds()
    ]
    return tuple(atoms), tuple(bonds)
