"""The figures of a report: drawn once from its tables, and saved beside its pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from matplotlib.axes import Axes

from ros1struct.clashes.overlaps import clashes
from ros1struct.contacts.compare import compare
from ros1struct.contacts.nearby import CUTOFF
from ros1struct.errors import InputError, StructureError
from ros1struct.figures import (
    plot_barcode,
    plot_contacts,
    plot_difference,
    plot_fusions,
    plot_interactions,
    plot_matrix,
    plot_mean_contacts,
    plot_occupancy,
    plot_poses,
    plot_rotamers,
    plot_saturation,
    plot_sensitivity,
    plot_sequence,
    plot_traces,
)
from ros1struct.figures.style import provenance_line, save
from ros1struct.io.files import safe_name
from ros1struct.kinome import literature
from ros1struct.report.frames import Series
from ros1struct.report.results import Results, Subject, first_poses
from ros1struct.structure.complex import Complex
from ros1struct.trajectories.mean_contacts import mean_contacts

# The pair whose contacts are set side by side, where both are there.
_PAIR = ("crizotinib", "repotrectinib")
KINDS = ("svg", "pdf", "png")
FORMATS = ("svg",)
# Pixels; wider figures (120 mm) take the width of the page.
_WIDE = 454


@dataclass(frozen=True)
class ReportFigure:
    """A figure of the report, or why it could not be drawn.

    Attributes
    ----------
    stem : str
        File name in ``figures/`` without its suffix.
    title : str
        What it is, for those who do not see it.
    caption : str
    source : str
        Table whose numbers it shows, by file name without suffix; '' for none.
    formats : tuple of str
        Suffixes of the files that are there.
    width, height : int
        Pixels at 96 to the inch.
    problem : str
        Empty where the figure was drawn.
    """

    stem: str
    title: str
    caption: str
    source: str
    formats: tuple[str, ...]
    width: int = 0
    height: int = 0
    problem: str = ""

    @property
    def wide(self) -> bool:
        """Whether it takes the width of the page."""
        return self.width > _WIDE


class Figures:
    """Draw and save figures in a folder.

    Parameters
    ----------
    found : Results
    folder : Path
    step : callable
        Called after every figure.
    formats : sequence of {"svg", "pdf", "png"}
        Which files to write; SVG, which the pages show, always is.
    """

    def __init__(
        self,
        found: Results,
        folder: Path,
        step: Callable[[], None],
        formats: Sequence[str] = FORMATS,
    ) -> None:
        self._found, self._folder, self._step = found, folder, step
        self._formats = tuple(dict.fromkeys(("svg", *formats)))
        self._made: dict[str, ReportFigure] = {}
        structures = found.tables["structures"].set_index("structure", drop=False)
        self._structures = structures

    def matrix(self) -> ReportFigure:
        """Mutations by inhibitors."""
        return self._save(
            lambda: plot_matrix(self._found.tables["summary"]),
            "matrix",
            "Resistance matrix",
            "Mutation by inhibitor: probability of resistance as colour, reported response as "
            "letter.",
            "summary",
        )

    def contacts(self) -> list[ReportFigure]:
        """Pocket map of all structures, the sketch of each, and two inhibitors side by side."""
        found = self._found
        names = [c.name for c in found.complexes]
        touched = found.tables["contacts"]
        touched = touched[touched["structure"].isin(names)]
        made = []
        if (touched["klifs"] != "").any():
            line = provenance_line(self._structures.loc[names])
            typed = found.tables.get("interactions")
            made.append(
                self._save(
                    lambda: plot_contacts(touched, typed, caption=line),
                    "contacts",
                    "Contacts by KLIFS position and structure",
                    f"Shortest heavy-atom distance within {CUTOFF:g} Å of the inhibitor, by KLIFS "
                    "position and structure, with the kinds of contact.",
                    "contacts",
                )
            )
        if not found.has_interactions:
            return made
        if pair := self._pair():
            one, other = pair
            line = provenance_line(self._structures.loc[[one.name, other.name]])
            made.append(
                self._save(
                    lambda: plot_difference(compare(one, other), caption=line),
                    "difference",
                    f"Contacts of {one.name} and {other.name}",
                    f"Contacts kept, lost and gained from {one.name} to {other.name}.",
                    "interactions",
                )
            )
        return made + [self._interactions(c) for c in first_poses(found.complexes)]

    def series(self, one: Series) -> list[ReportFigure]:
        """Contacts over time and deviations of a trajectory, or what each pose touches."""
        stem, name = safe_name(one.name), one.name
        if one.kind == "poses":
            return [
                self._save(
                    lambda: plot_poses(one.presence), f"poses_{stem}", f"Residues that poses of "
                    f"{name} touch", f"{name}: a column for each pose in the order of the file, a "
                    "row for each residue, darker for more kinds of contact.", "poses",
                )
            ]  # fmt: skip
        least = f"Contacts in a tenth of the frames of {name} or more"
        return [
            self._save(
                lambda: plot_occupancy(one.tables["occupancy"]), f"occupancy_{stem}",
                f"Occupancies of {name}", f"{least}: the share of the frames in which each "
                "stands, with its standard error; hatched where that has not converged.",
                "occupancy",
            ),
            self._save(
                lambda: plot_barcode(one.presence), f"barcode_{stem}", f"Contacts of {name} over "
                "time", f"{least}, and when they stand.", "occupancy",
            ),
            self._save(
                lambda: plot_traces(one.tables["measures"]), f"traces_{stem}",
                f"Deviations of {name}", f"{name}: deviation of pocket and inhibitor from the "
                "topology's frame.", "measures",
            ),
            self._save(
                lambda: plot_mean_contacts(one.complex, mean_contacts(one.run)),
                f"mean_{stem}", f"Mean contacts of {name}", f"{name}: contacts between atoms, "
                "lines as wide as they are frequent.", "occupancy",
            ),
        ]  # fmt: skip

    def background(self) -> list[ReportFigure]:
        """Sequence of the pocket, and fusions."""
        return [
            self._save(
                lambda: plot_sequence(literature.klifs_pocket()),
                "sequence",
                "KLIFS pocket of ROS1 and its relatives",
                "The KLIFS pocket of ROS1 and its relatives, with resistance mutations of ROS1.",
                "klifs_pocket",
            ),
            self._save(
                lambda: plot_fusions(literature.fusions()),
                "fusions",
                "ROS1 fusions",
                "ROS1 fusions: exons of the partner and of ROS1, with the kinase domain.",
                "fusions",
            ),
        ]

    def saturation(self) -> list[ReportFigure]:
        """Every substitution in the pocket, where it was asked for."""
        table = self._found.tables.get("saturation")
        if table is None:
            return []
        return [
            self._save(
                partial(plot_saturation, mine),
                f"saturation_{safe_name(str(name))}",
                f"Saturation map of {name}",
                f"{name}: probability of resistance of every substitution in the pocket.",
                "saturation",
            )
            for name, mine in table.groupby("structure", sort=False)
        ]

    def sensitivity(self, mutation: str) -> list[ReportFigure]:
        """Measured folds of a ROS1 mutation; none where the literature has none."""
        table = self._found.tables["sensitivity"]
        own = table[table["mutation"] == mutation]
        if not (own["fold_vs_wt"] > 0).any():
            return []
        return [
            self._save(
                lambda: plot_sensitivity(own),
                f"sensitivity_{safe_name(mutation)}",
                f"Measured sensitivity of {mutation}",
                f"{mutation}: IC50 of the mutant over that of the wild type, by source.",
                "sensitivity",
            )
        ]

    def rotamers(self, structure: str, mutation: str, title: str = "") -> ReportFigure:
        """Rotamers of a mutant side chain in a structure."""
        table = self._found.rotamers[structure, mutation]

        def draw() -> Axes:
            drawn = plot_rotamers(table)
            # Where the structure carries the mutation, the table's residue is the mutant's own.
            drawn.title.set_text(title or mutation)
            return drawn

        fits = int((table["free_holo"] > 0).sum())
        return self._save(
            draw,
            f"rotamers_{safe_name(mutation)}_{safe_name(structure)}",
            f"Rotamers of {mutation} in {structure}",
            f"{structure}: {fits} of {len(table)} rotamers of {mutation} have a free sample "
            "beside the inhibitor. Each stands at the overlaps of its best sample with protein "
            "and inhibitor; area is probability.",
            "rotamers",
        )

    def mutant_contacts(self, subject: Subject, structure: str) -> list[ReportFigure]:
        """Contacts and clashes of the mutant's most populated conformer; singles only."""
        model = self._found.models.get((structure, subject.mutation))
        if model is None:
            return []
        rule = self._found.rule

        def draw() -> Axes:
            if isinstance(model, str):
                raise StructureError(model)
            return plot_interactions(model, clashes=clashes(model, rule))

        return [
            self._save(
                draw,
                f"mutant_{subject.stem}_{safe_name(structure)}",
                f"Contacts of {subject.mutation} in {structure}",
                f"{structure}: contacts and clashes of the inhibitor with the most populated "
                f"conformer of {subject.mutation}, its neighbours as they are.",
                "mutant_interactions",
            )
        ]

    def _pair(self) -> tuple[Complex, Complex] | None:
        """Two inhibitors to compare: the usual pair, else the first two."""
        first: dict[str, Complex] = {}
        for complex in self._found.complexes:
            first.setdefault(complex.inhibitor_name, complex)
        names = [name for name in _PAIR if name in first]
        names += [name for name in first if name not in names]
        return (first[names[0]], first[names[1]]) if len(names) > 1 else None

    def _interactions(self, complex: Complex) -> ReportFigure:
        rule = self._found.rule
        return self._save(
            lambda: plot_interactions(complex, clash_definition=rule),
            f"interactions_{safe_name(complex.name)}",
            f"Contacts of {complex.inhibitor_name} in {complex.name}",
            f"{complex.name}: residues that touch {complex.inhibitor_name}, by kind of contact.",
            "interactions",
        )

    def _save(
        self, draw: Callable[[], Axes], stem: str, title: str, caption: str, source: str = ""
    ) -> ReportFigure:
        # Some stand on two pages.
        if stem not in self._made:
            formats, problem, size = self._formats, "", (0, 0)
            try:
                drawn = draw()
                save(drawn, self._folder / stem, kinds=formats)
                size = _pixels(drawn)
            except (InputError, StructureError) as error:
                formats, problem = (), str(error)
            self._made[stem] = ReportFigure(stem, title, caption, source, formats, *size, problem)
        self._step()
        return self._made[stem]


def _pixels(drawn: Axes) -> tuple[int, int]:
    """Width and height of a figure at 96 pixels to the inch."""
    figure = drawn.get_figure(root=True)
    assert figure is not None
    wide, high = figure.get_size_inches()
    return round(96 * wide), round(96 * high)
