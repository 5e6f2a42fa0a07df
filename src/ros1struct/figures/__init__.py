"""Figures for papers, one function each on the package's tables.

Every ``plot_x(data, *, ax=None)`` draws inside the Axes that it is given and nowhere else: key,
caption and colour bar too, in the type in force or in as much smaller type as the Axes asks for,
down to 5 points; where that is not enough, :class:`ros1struct.errors.FigureSizeError` names the
size that is. It works in ``plt.subplots``, mosaics, subfigures, tight and constrained layouts.
``legend=""`` and ``caption=""`` leave key and caption out. Without ``ax`` it makes a sheet in the
paper style, 86 mm wide; ``panel`` makes one with several Axes.

Colours are sequential maps whose lightness goes one way, or stand beside marks, so that grey prints
stay readable; the provenance of the structures stands in the caption.

In Jupyter a cell that ends with ``plot_x(data)`` shows the figure.
"""

from __future__ import annotations

from ros1struct.figures.difference import plot_difference, plot_similarity
from ros1struct.figures.evaluation import plot_calibration, plot_evaluation, plot_roc
from ros1struct.figures.fusions import plot_fusions
from ros1struct.figures.interactions import plot_interactions
from ros1struct.figures.layout.sheet import panel
from ros1struct.figures.logo import plot_logo
from ros1struct.figures.matrix import plot_matrix
from ros1struct.figures.mean_contacts import plot_mean_contacts
from ros1struct.figures.pocket_map import plot_contacts
from ros1struct.figures.rank import plot_rank
from ros1struct.figures.rotamers import plot_rotamers
from ros1struct.figures.saturation import plot_saturation
from ros1struct.figures.sensitivity import plot_sensitivity
from ros1struct.figures.sequence import plot_sequence
from ros1struct.figures.style import save, style
from ros1struct.figures.trajectory import plot_barcode, plot_occupancy, plot_poses, plot_traces

__all__ = [
    "panel",
    "plot_barcode",
    "plot_calibration",
    "plot_contacts",
    "plot_difference",
    "plot_evaluation",
    "plot_fusions",
    "plot_interactions",
    "plot_logo",
    "plot_matrix",
    "plot_mean_contacts",
    "plot_occupancy",
    "plot_poses",
    "plot_rank",
    "plot_roc",
    "plot_rotamers",
    "plot_saturation",
    "plot_sensitivity",
    "plot_sequence",
    "plot_similarity",
    "plot_traces",
    "save",
    "style",
]
