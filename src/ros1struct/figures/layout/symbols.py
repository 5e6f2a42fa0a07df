"""Marks that figures of contacts share: a glyph per kind, names of regions, known positions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle

from ros1struct.kinome import literature

# Marker, how it is filled, and its size in points. Shape and fill alone tell the kinds apart.
_GLYPHS: Mapping[str, tuple[str, str, float]] = MappingProxyType(
    {
        "hydrogen bond": ("o", "full", 4.2),
        "weak hydrogen bond": ("o", "left", 4.2),
        "water bridge": ("o", "none", 4.2),
        "salt bridge": ("P", "full", 4.8),
        "halogen bond": ("X", "full", 4.6),
        "metal": ("h", "full", 4.8),
        "pi stacking face": ("D", "full", 3.4),
        "pi stacking edge": ("D", "none", 3.4),
        "cation-pi": ("*", "full", 5.6),
        "pi-cation": ("*", "none", 5.6),
        "sulphur-pi": ("v", "full", 4.4),
        "hydrophobic": ("s", "none", 3.2),
        "van der Waals": ("_", "full", 3.6),
    }
)
# Roles of the inhibitor, and what a residue does beside such an inhibitor.
_ROLES = ("donor", "acceptor", "cation", "anion")
_DOES = {"donor": "accepts", "acceptor": "donates"}
_WORDS = {
    "pi stacking face": "π–π, face",
    "pi stacking edge": "π–π, edge",
    "cation-pi": "cation–π",
    "pi-cation": "π–cation",
    "sulphur-pi": "sulphur–π",
    "weak hydrogen bond": "weak H bond",
}


def glyph_order(kinds: Iterable[str]) -> list[str]:
    """Kinds that have a glyph, each once, in the order in which figures show them.

    Examples
    --------
    >>> glyph_order(["van der Waals", "near", "hydrogen bond", "van der Waals"])
    ['hydrogen bond', 'van der Waals']
    """
    there = set(kinds)
    return [kind for kind in _GLYPHS if kind in there]


def kind_words(kind: str) -> str:
    """Name of a kind of contact as figures write it.

    Examples
    --------
    >>> kind_words("pi stacking face"), kind_words("salt bridge")
    ('π–π, face', 'salt bridge')
    """
    return _WORDS.get(kind, kind)


def base_kind(kind: str) -> str:
    """Kind of contact without the inhibitor's role.

    Examples
    --------
    >>> base_kind("hydrogen bond donor")
    'hydrogen bond'
    """
    head, _, last = kind.rpartition(" ")
    return head if last in _ROLES else kind


def contact_words(residue: str, kind: str) -> str:
    """Name a residue's contact, whose kind may end with the inhibitor's role, by what it does.

    Examples
    --------
    >>> contact_words("P1158", "hydrogen bond donor"), contact_words("D2033", "salt bridge cation")
    ('P1158 accepts H bond', 'D2033 salt bridge')
    >>> contact_words("L2026", "hydrophobic")
    'L2026 hydrophobic'
    """
    base = base_kind(kind)
    words = kind_words(base).replace("hydrogen bond", "H bond")
    # A water stands between: the residue may do the same.
    if base == "water bridge" or (does := _DOES.get(kind[len(base) + 1 :])) is None:
        return f"{residue} {words}"
    return f"{residue} {does} {words}"


def kind_mark(kind: str, colour: str, x: float | None = None, y: float | None = None) -> Line2D:
    """Glyph of a kind at a place, or for a key."""
    marker, fill, size = _GLYPHS[kind]
    return Line2D(
        [] if x is None else [x], [] if y is None else [y], ls="",
        marker=MarkerStyle(marker, fill), ms=size, color=colour, mfcalt="none",  # type: ignore[arg-type]
        mew=0.9 if marker == "_" else 0.6, label=kind_words(kind),
    )  # fmt: skip


def greek(klifs: str) -> str:
    """KLIFS region or position as KLIFS writes it.

    Examples
    --------
    >>> greek("alphaC:27"), greek("xDFG:80")
    ('αC:27', 'xDFG:80')
    """
    return klifs.replace("alpha", "α")


@lru_cache(maxsize=1)
def resistance_positions() -> frozenset[str]:
    """KLIFS positions at which the literature reports a resistance mutation of ROS1.

    Examples
    --------
    >>> "linker:51" in resistance_positions(), "hinge:48" in resistance_positions()
    (True, False)
    """
    table = literature.mutations()
    labels = table.loc[table["reported"], "klifs_label"]
    return frozenset(labels[labels != ""])


BOLD = "Bold: position of a reported ROS1 resistance mutation."
