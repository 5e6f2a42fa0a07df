"""Interaction fingerprints over the 85 KLIFS positions."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ros1struct.contacts.definitions import ContactDefinition, contact_definition
from ros1struct.contacts.interactions import interactions
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex, takes_complexes
from ros1struct.kinome.kinases import klifs_label
from ros1struct.structure.complex import Complex

if TYPE_CHECKING:
    import pandas as pd

POSITIONS = 85

# ProLIF's name of each kind and role; those without one keep this project's.
PROLIF_NAMES = MappingProxyType(
    {
        ("hydrogen bond", "donor"): "HBDonor",
        ("hydrogen bond", "acceptor"): "HBAcceptor",
        ("water bridge", "donor"): "WaterBridge",
        ("water bridge", "acceptor"): "WaterBridge",
        ("salt bridge", "cation"): "Cationic",
        ("salt bridge", "anion"): "Anionic",
        ("hydrophobic", ""): "Hydrophobic",
        ("pi stacking face", ""): "FaceToFace",
        ("pi stacking edge", ""): "EdgeToFace",
        ("cation-pi", ""): "CationPi",
        ("pi-cation", ""): "PiCation",
        ("halogen bond", "donor"): "XBDonor",
        ("halogen bond", "acceptor"): "XBAcceptor",
        ("metal", "acceptor"): "MetalAcceptor",
        ("van der Waals", ""): "VdWContact",
    }
)

# Columns of the matrix: a kind with the inhibitor's role.
KINDS = (
    "hydrogen bond donor",
    "hydrogen bond acceptor",
    "water bridge donor",
    "water bridge acceptor",
    "salt bridge cation",
    "salt bridge anion",
    "hydrophobic",
    "pi stacking face",
    "pi stacking edge",
    "cation-pi",
    "pi-cation",
    "halogen bond donor",
    "halogen bond acceptor",
    "van der Waals",
    "sulphur-pi",
    "weak hydrogen bond donor",
    "weak hydrogen bond acceptor",
)


@takes_complex("one")
def fingerprint(
    complex: Complex,
    definition: str | ContactDefinition = "ros1struct",
    *,
    count: bool = False,
    frame: int | None = None,
) -> pd.DataFrame:
    """Return the contacts of a complex as a matrix of KLIFS positions and kinds.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    definition : str or ContactDefinition
    count : bool
        Numbers of contacts rather than whether there is one.
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    DataFrame
        85 rows (``I:1`` to ``a.l:85``), one column per kind with the inhibitor's role
        (:data:`KINDS`); bool, or int with `count`. Contacts outside the pocket, with metals, and
        those marked ``flip`` do not count.

    Examples
    --------
    >>> import ros1struct as rs
    >>> matrix = fingerprint(rs.load("2WGJ"))
    >>> matrix.shape, bool(matrix.loc["hinge:48", "hydrogen bond acceptor"])
    ((85, 17), True)
    """
    import pandas as pd

    table = interactions(complex, definition, frames=[0])
    table = table[(table["klifs"] != "") & (table["ambiguous"] != "flip")]
    column = (table["kind"] + " " + table["role"]).str.strip()
    rows = {klifs_label(k): k - 1 for k in range(1, POSITIONS + 1)}
    kinds = {name: k for k, name in enumerate(KINDS)}
    matrix = np.zeros((POSITIONS, len(KINDS)), dtype=np.int64)
    use = column.isin(KINDS)
    np.add.at(matrix, (table["klifs"][use].map(rows), column[use].map(kinds)), 1)
    return pd.DataFrame(matrix if count else matrix > 0, index=list(rows), columns=list(KINDS))


def tanimoto(a: pd.DataFrame | npt.NDArray[Any], b: pd.DataFrame | npt.NDArray[Any]) -> float:
    """Similarity of two fingerprints.

    Parameters
    ----------
    a, b : DataFrame or ndarray of one shape
        Bits, or counts (then the sums of the smaller and of the larger counts are divided).

    Returns
    -------
    float
        0 to 1; 1 for two empty fingerprints.

    Raises
    ------
    InputError
        If the shapes differ.

    Examples
    --------
    >>> tanimoto(np.array([1, 1, 0]), np.array([1, 0, 0]))
    0.5
    """
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if x.shape != y.shape:
        raise InputError(f"fingerprints must have one shape, found {x.shape} and {y.shape}")
    largest = float(np.maximum(x, y).sum())
    return float(np.minimum(x, y).sum()) / largest if largest else 1.0


@takes_complexes
def similarity(
    complexes: list[Complex],
    definition: str | ContactDefinition = "ros1struct",
    *,
    count: bool = False,
    frame: int | None = None,
) -> pd.DataFrame:
    """Tanimoto similarity of every pair of complexes.

    Parameters
    ----------
    complexes : iterable of Complex or str
        A text is loaded by :func:`ros1struct.load`.
    definition : str or ContactDefinition
    count : bool
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    DataFrame
        Square, by name of structure.

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = similarity([rs.load("crizotinib"), rs.load("3LQ8")])
    >>> bool(table.loc["crizotinib", "3LQ8"] < 0.5)
    True
    """
    import pandas as pd

    prints = [fingerprint(c, definition, count=count) for c in complexes]
    names = [c.name for c in complexes]
    values = [[tanimoto(a, b) for b in prints] for a in prints]
    return pd.DataFrame(values, index=names, columns=names)


def wide(
    complex: Complex,
    definition: str | ContactDefinition = "ros1struct",
    *,
    count: bool = False,
    frames: Any = None,
) -> pd.DataFrame:
    """Return the contacts as ProLIF's ``Fingerprint.to_dataframe`` does.

    Parameters
    ----------
    complex : Complex
    definition : str or ContactDefinition
    count : bool
    frames : sequence of int, optional
        By default all.

    Returns
    -------
    DataFrame
        One row per frame; columns in three levels: ligand (``VGH2346.A``), protein
        (``MET1160.A``) and interaction, in ProLIF's names where it has one.

    Examples
    --------
    >>> import ros1struct as rs
    >>> frame = wide(rs.load("2WGJ"), "prolif")
    >>> bool(frame[("VGH2346.A", "MET1160.A", "HBAcceptor")].iloc[0])
    True
    """
    import pandas as pd

    rule = contact_definition(definition)
    table = interactions(complex, rule, frames=frames)
    r = complex.residues
    chosen = np.arange(len(complex.xyz))
    chosen = chosen if frames is None else np.atleast_1d(chosen[frames])

    def name(residue: int) -> str:
        return f"{r.name[residue]}{r.number[residue]}.{r.chain[residue]}"

    labels = {complex.residue_label(k): k for k in range(len(r))}
    ligand = name(int(complex.atoms.residue[complex.inhibitor_heavy[0]]))
    counts: dict[tuple[int, str], dict[int, int]] = {}
    for frame, label, kind, role, doubt in zip(
        table["frame"], table["residue"], table["kind"], table["role"], table["ambiguous"],
        strict=True,
    ):  # fmt: skip
        if doubt == "flip":
            continue
        word = PROLIF_NAMES.get((kind, role), f"{kind} {role}".strip())
        per_frame = counts.setdefault((labels[label], word), {})
        per_frame[int(frame)] = per_frame.get(int(frame), 0) + 1
    keys = sorted(counts)
    values = np.array(
        [[counts[key].get(int(f), 0) for key in keys] for f in chosen], dtype=np.int64
    ).reshape(len(chosen), len(keys))
    columns = pd.MultiIndex.from_tuples(
        [(ligand, name(residue), word) for residue, word in keys],
        names=["ligand", "protein", "interaction"],
    )
    index = pd.Index(chosen, name="Frame")
    return pd.DataFrame(values if count else values > 0, index=index, columns=columns)
