"""Figures for papers, one function each on the package's tables.

Every ``plot_x(data, *, ax=None)`` draws on the Axes given, in the style in force, or makes a figure
in the paper style (``ax.figure``), 86 mm wide; ``panel`` places the Axes of a figure with several.
Colours are sequential maps whose lightness goes one way, or stand beside marks, so that grey prints
stay readable; the provenance of the structures stands in a caption line.

In Jupyter, ``%matplotlib inline`` once and ``plot_x(data).figure`` at the end of a cell show it.
"""

from __future__ import annotations

from ros1struct.difference import plot_difference
from ros1struct.drawing import panel, save, style
from ros1struct.fan import plot_rotamers
from ros1struct.folds import plot_sensitivity
from ros1struct.fusions import plot_fusions
from ros1struct.maps import plot_saturation
from ros1struct.matrix import plot_matrix
from ros1struct.pocketmap import plot_contacts
from ros1struct.sketch import plot_interactions
from ros1struct.strips import plot_sequence

__all__ = [
    "panel",
    "plot_contacts",
    "plot_difference",
    "plot_fusions",
    "plot_interactions",
    "plot_matrix",
    "plot_rotamers",
    "plot_saturation",
    "plot_sensitivity",
    "plot_sequence",
    "save",
    "style",
]
