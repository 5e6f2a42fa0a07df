"""One colour for each kind of contact, in every picture: on paper, in a browser, in PyMOL.

Dark enough for thin lines on white; kinds that are hard to tell apart without colour differ in how
the line is broken, or in their place.
"""

from __future__ import annotations

from types import MappingProxyType

CONTACT_COLOURS = MappingProxyType(
    {
        "hydrogen bond": "#0b5fa5",
        "water bridge": "#1a7f9c",
        "salt bridge": "#8e2a7e",
        "hydrophobic": "#5d7350",
        "pi stacking face": "#b35a00",
        "pi stacking edge": "#b35a00",
        "cation-pi": "#a33b63",
        "pi-cation": "#a33b63",
        "halogen bond": "#11744f",
        "metal": "#444444",
        "van der Waals": "#8a8a8a",
        "sulphur-pi": "#857000",
        "weak hydrogen bond": "#54779f",
    }
)
CLASH_COLOUR = "#b4141e"


def rgb(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of a colour, 0 to 1.

    Examples
    --------
    >>> rgb("#ff0000")
    (1.0, 0.0, 0.0)
    """
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return red, green, blue
