"""The structures this package knows by name, and the folders they live in.

Bundled files come with the package; deposited entries are fetched once into the cache
(`ros1struct.fetch`); a user's own folder may hold more.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ros1struct.errors import InputError, did_you_mean
from ros1struct.io.files import user_path

if TYPE_CHECKING:
    import pandas as pd

CACHE_VARIABLE = "ROS1STRUCT_CACHE"
USER_VARIABLE = "ROS1STRUCT_STRUCTURES"


@dataclass(frozen=True)
class CatalogEntry:
    """One structure of the catalogue; an empty text means not known or not applicable.

    Attributes
    ----------
    name : str
        What the user types: ``crizotinib``, ``3ZBF``. Case does not matter.
    entry : str
        wwPDB entry, upper case; empty for models.
    kinase, variant : str
        ``ROS1``, ``ALK``, ``TRKA`` or ``MET``; ``WT``, ``G2032R``, ``L1196M/G1269A``.
    chain : str
        Author chain of the kinase.
    component, inhibitor, binding_type : str
        Chemical component, drug name, type of binding (``I``, ``II``).
    method : str
        How the coordinates came about, as in ``_exptl.method`` or ``model``.
    resolution : float or None
        Å.
    provenance : str
        ``deposited``, ``processed`` or ``model``.
    file : str
        Bundled file relative to `bundled_folder`; empty where the entry must be fetched.
    citation, citation_id : str
        Primary citation and its DOI or PubMed id.
    note : str
        What to know before using it, and what was not verified.
    """

    name: str
    entry: str
    kinase: str
    variant: str
    chain: str
    component: str
    inhibitor: str
    binding_type: str
    method: str
    resolution: float | None
    provenance: str
    file: str
    citation: str
    citation_id: str
    note: str

    @property
    def path(self) -> Path | None:
        """Path of the bundled file, or None where none comes with the package."""
        path = bundled_folder() / self.file
        return path if self.file and path.is_file() else None


def bundled_folder() -> Path:
    """Folder of the structures that come with the package.

    Returns
    -------
    Path
        Package data where the package is installed, ``structures/`` in a source checkout.

    Examples
    --------
    >>> (bundled_folder() / "catalog.csv").is_file()
    True
    """
    package = Path(str(resources.files("ros1struct")))
    installed = package / "data" / "structures"
    return installed if installed.is_dir() else package.parents[1] / "structures"


def cache_folder() -> Path:
    """Folder of the downloaded entries; it need not exist yet.

    Returns
    -------
    Path
        What the variable ``ROS1STRUCT_CACHE`` says, else the platform's cache folder of the user.

    Examples
    --------
    >>> cache_folder().name
    'ros1struct'
    """
    if told := os.environ.get(CACHE_VARIABLE):
        return user_path(told)
    import platformdirs

    return platformdirs.user_cache_path("ros1struct", appauthor=False)


def user_folder() -> Path | None:
    """Folder of the user's own structures.

    Returns
    -------
    Path or None
        What the variable ``ROS1STRUCT_STRUCTURES`` says; None where it is not set.

    Raises
    ------
    InputError
        The variable names no folder.
    """
    told = os.environ.get(USER_VARIABLE)
    if not told:
        return None
    folder = user_path(told)
    if not folder.is_dir():
        raise InputError(f"{USER_VARIABLE}: expected a folder, found nothing such at {folder}")
    return folder


def catalog() -> pd.DataFrame:
    """Table of the known structures.

    Returns
    -------
    DataFrame
        One row per structure, columns as in `CatalogEntry`; ``resolution`` is float64 (Å, NaN
        where not known), all others text. A fresh copy: change it as you like.

    Examples
    --------
    >>> table = catalog()
    >>> table.loc[table.kinase.eq("ROS1") & table.provenance.eq("deposited"), "name"].to_list()
    ['3ZBF', '4UXL', '7Z5W', '7Z5X', '9QEK']
    """
    import pandas as pd

    table = pd.DataFrame(entries())
    return table.astype({"resolution": "float64"})


@cache
def entries() -> tuple[CatalogEntry, ...]:
    """All rows of the catalogue, in its order.

    Returns
    -------
    tuple of CatalogEntry

    Examples
    --------
    >>> [e.name for e in entries() if e.entry == "2WGJ"]
    ['2WGJ']
    """
    columns = [field.name for field in fields(CatalogEntry)]
    with (bundled_folder() / "catalog.csv").open(newline="", encoding="utf-8") as handle:
        reader = csv.DictReader(handle, strict=True)
        if reader.fieldnames != columns:
            raise InputError(f"catalog.csv: expected columns {columns}, found {reader.fieldnames}")
        return tuple(_entry(row) for row in reader)


def _entry(row: dict[str, Any]) -> CatalogEntry:
    resolution = row["resolution"]
    return CatalogEntry(**{**row, "resolution": float(resolution) if resolution else None})


def find(name: str) -> CatalogEntry:
    """Look a structure up by name or entry id.

    Parameters
    ----------
    name : str
        ``crizotinib``, ``3zbf``: case does not matter.

    Returns
    -------
    CatalogEntry

    Raises
    ------
    InputError
        No such name; near ones are suggested.

    Examples
    --------
    >>> find("2wgj").inhibitor
    'crizotinib'
    >>> find("crizotnib")
    Traceback (most recent call last):
    ros1struct.errors.InputError: no structure is called 'crizotnib'. Did you mean crizotinib?
    """
    by_name = {entry.name.lower(): entry for entry in entries()}
    found = by_name.get(name.strip().lower())
    if found is None:
        near = did_you_mean(name, [entry.name for entry in entries()], limit=1)
        hint = near or " `ros1struct structures` lists all names."
        raise InputError(f"no structure is called {name!r}.{hint}")
    return found


def deposited(model: CatalogEntry) -> CatalogEntry | None:
    """Name the deposited entry that a model stands in for.

    Parameters
    ----------
    model : CatalogEntry

    Returns
    -------
    CatalogEntry or None
        The first deposited entry of the same kinase, variant and inhibitor.

    Examples
    --------
    >>> deposited(find("crizotinib")).name
    '3ZBF'
    >>> deposited(find("repotrectinib")) is None
    True
    """
    key = (model.kinase, model.variant, model.inhibitor)
    for entry in entries():
        same = (entry.kinase, entry.variant, entry.inhibitor) == key
        if same and entry.provenance == "deposited":
            return entry
    return None
