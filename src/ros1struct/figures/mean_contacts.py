"""The inhibitor as a formula, with contacts as wide as they are frequent over many frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ros1struct.clashes.overlaps import overlaps
from ros1struct.figures.interactions import plot_interactions
from ros1struct.figures.layout.contact_lines import STROKES
from ros1struct.figures.layout.sheet import axes_level
from ros1struct.figures.style import need
from ros1struct.io.border import takes_complex
from ros1struct.structure.complex import Complex
from ros1struct.trajectories.mean_contacts import mean_contacts


@axes_level
@takes_complex("one")
def plot_mean_contacts(
    complex: Complex,
    contacts: pd.DataFrame | None = None,
    *,
    legend: str | None = None,
    caption: str | None = None,
    ax: Axes | None = None,
    frame: int | None = None,
) -> Axes:
    """Draw the inhibitor as a formula, with lines as wide as the contacts are frequent.

    Parameters
    ----------
    complex : Complex or str
        Of one frame: ``run.complex``, or a representative one.
    contacts : DataFrame, optional
        As :func:`ros1struct.trajectories.mean_contacts` returns it; by default of that frame.
    legend : str, optional
        Heading of the key; ``""`` leaves it out.
    caption : str, optional
        Line below; by default structure, inhibitor and what the widths mean; ``""`` for none.
    ax : Axes, optional
        Everything stands inside it, in mm; by default that of a sheet 86 mm wide.
    frame : int, optional
        Which frame of the complex is drawn, from 0; needed where it has several.

    Returns
    -------
    Axes
        As of :func:`ros1struct.figures.plot_interactions`; a contact of all frames is twice as wide
        as there, and a residue's hydrophobic arc is as wide as its most frequent pair.

    Raises
    ------
    InputError
        If a column is missing or there is no contact.
    FigureSizeError
        If the Axes is too small.

    Examples
    --------
    >>> import ros1struct as rs
    >>> ax = plot_mean_contacts("2WGJ")
    """
    contacts = mean_contacts(complex) if contacts is None else contacts
    need(contacts, "residue kind occupancy")
    if caption is None:
        least = contacts["occupancy"].min()
        caption = (
            f"{complex.name}, {complex.inhibitor_name}: contacts in {least:.0%} of the frames or "
            "more. Width of a line: share of the frames. Distances: means in Å."
        )
    none = overlaps(complex, at_least=np.inf)
    ax = plot_interactions(complex, contacts, none, legend=legend, caption=caption, ax=ax)
    share = contacts.groupby(["kind", "residue"])["occupancy"].max().to_dict()
    artists: list[Any] = [*ax.lines, *ax.collections]
    for artist in artists:
        kind, _, rest = str(artist.get_gid()).partition(": ")
        occupancy = share.get((kind, rest.split(" ")[0]))
        if occupancy is None:
            continue
        width = 2.0 * occupancy * np.max(artist.get_linewidth())
        artist.set_linewidth(width)
        if isinstance(artist, Line2D) and STROKES[kind].dashes:
            artist.set_linestyle((0, tuple(d / width for d in STROKES[kind].dashes)))
    return ax
