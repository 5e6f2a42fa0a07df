"""Figures for papers, one function each on the package's tables.

Every ``plot_x(data, *, ax=None)`` draws on the Axes given, in the style in force, or makes a figure
in the paper style (``ax.figure``), 86 mm wide; ``panel`` places the Axes of a figure with several.
Colours are sequential maps whose lightness goes one way, or stand beside marks, so that grey prints
stay readable; the provenance of the structures stands in a caption line.

In Jupyter, ``%matplotlib inline`` once and ``plot_x(data).figure`` at the end of a cell show it.
"""

from __future__ import annotations

from ros1struct.figures.difference import plot_difference
from ros1struct.figures.fusions import plot_fusions
from ros1struct.figures.interactions import plot_interactions
from ros1struct.figures.matrix import plot_matrix
from ros1struct.figures.pocket_map import plot_contacts
from ros1struct.figures.rotamers import plot_rotamers
from ros1struct.figures.saturation import plot_saturation
from ros1struct.figures.sensitivity import plot_sensitivity
from ros1struct.figures.sequence import plot_sequence
from ros1struct.figures.style import panel, save, style
from ros1struct.figures.trajectory import (
    plot_barcode,
    plot_mean_contacts,
    plot_occupancy,
    plot_poses,
    plot_traces,
)

__all__ = [
    "panel",
    "plot_barcode",
    "plot_contacts",
    "plot_difference",
    "plot_fusions",
    "plot_interactions",
    "plot_matrix",
    "plot_mean_contacts",
    "plot_occupancy",
    "plot_poses",
    "plot_rotamers",
    "plot_saturation",
    "plot_sensitivity",
    "plot_sequence",
    "plot_traces",
    "save",
    "style",
]
