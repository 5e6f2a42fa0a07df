"""The figures of a report: drawn from its tables, and saved beside its pages."""

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
    plot_contacts,
    plot_difference,
    plot_fusions,
    plot_interactions,
    plot_matrix,
    plot_rotamers,
    plot_saturation,
    plot_sensitivity,
    plot_sequence,
)
from ros1struct.figures.style import provenance_line, save
from ros1struct.io.files import safe_name
from ros1struct.kinome import literature
from ros1struct.report.results import Results, Subject, first_poses
from ros1struct.sidechains.mutants import mutants
from ros1struct.structure.complex import Complex

# The pair whose contacts are set side by side, where both are there.
_PAIR = ("crizotinib", "repotrectinib")


@dataclass(frozen=True)
class Plate:
    """A figure of the report, or why it could not be drawn.

    Attributes
    ----------
    svg : Path
        Beside it, for the figures of ``index.html``, a PDF and a PNG.
    caption : str
    problem : str
        Empty where the figure was drawn.
    """

    svg: Path
    caption: str
    problem: str = ""


class Plates:
    """Draw and save figures in a folder.

    Parameters
    ----------
    found : Results
    folder : Path
    step : callable
        Called after every figure.
    """

    def __init__(self, found: Results, folder: Path, step: Callable[[], None]) -> None:
        self._found, self._folder, self._step = found, folder, step
        structures = found.tables["structures"].set_index("structure", drop=False)
        self._structures = structures

    def matrix(self) -> Plate:
        """Mutations by inhibitors."""
        return self._save(
            lambda: plot_matrix(self._found.tables["summary"]),
            "matrix",
            "Mutation by inhibitor: steric tolerance as colour, reported response as letter.",
        )

    def contacts(self) -> list[Plate]:
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
                    f"Shortest heavy-atom distance within {CUTOFF:g} Å of the inhibitor, by KLIFS "
                    "position and structure, with the kinds of contact.",
                )
            )
        if not found.understood:
            return made
        if pair := self._pair():
            one, other = pair
            line = provenance_line(self._structures.loc[[one.name, other.name]])
            made.append(
                self._save(
                    lambda: plot_difference(compare(one, other), caption=line),
                    "difference",
                    f"Contacts kept, lost and gained from {one.name} to {other.name}.",
                )
            )
        return made + [self._sketch(c) for c in first_poses(found.complexes)]

    def focus(self) -> list[Plate]:
        """Measured sensitivity of the mutation in focus."""
        return self.sensitivity(self._found.focus, kinds=("svg", "pdf", "png"))

    def background(self) -> list[Plate]:
        """Sequence of the pocket, and fusions."""
        return [
            self._save(
                lambda: plot_sequence(literature.klifs_pocket()),
                "sequence",
                "The KLIFS pocket of ROS1 and its relatives, with resistance mutations of ROS1.",
            ),
            self._save(
                lambda: plot_fusions(literature.fusions()),
                "fusions",
                "ROS1 fusions: exons of the partner and of ROS1, with the kinase domain.",
            ),
        ]

    def saturation(self) -> list[Plate]:
        """Every substitution in the pocket, where it was asked for."""
        table = self._found.tables.get("saturation")
        if table is None:
            return []
        return [
            self._save(
                partial(plot_saturation, mine),
                f"saturation_{safe_name(str(name))}",
                f"{name}: steric tolerance of every substitution in the pocket.",
            )
            for name, mine in table.groupby("structure", sort=False)
        ]

    def sensitivity(self, mutation: str, *, kinds: Sequence[str] = ("svg",)) -> list[Plate]:
        """Measured folds of a ROS1 mutation; none where the literature has none."""
        table = literature.sensitivity()
        own = table[table["mutation"] == mutation]
        if not (own["fold_vs_wt"] > 0).any():
            return []
        return [
            self._save(
                lambda: plot_sensitivity(own),
                f"sensitivity_{safe_name(mutation)}",
                f"{mutation}: IC50 of the mutant over that of the wild type, by source.",
                kinds,
            )
        ]

    def fan(self, structure: str, mutation: str, title: str = "") -> Plate:
        """Rotamers of a mutant side chain in a structure."""
        table = self._found.fans[structure, mutation]

        def draw() -> Axes:
            drawn = plot_rotamers(table)
            # Where the structure carries the mutation, the table's residue is the mutant's own.
            drawn.title.set_text(title or mutation)
            return drawn

        fits = int((table["free_holo"] > 0).sum())
        return self._save(
            draw,
            f"rotamers_{safe_name(mutation)}_{safe_name(structure)}",
            f"{structure}: {fits} of {len(table)} rotamers of {mutation} have a free sample "
            "beside the inhibitor. Each stands at the overlaps of its best sample with protein "
            "and inhibitor; area is probability.",
            ("svg",),
        )

    def model(self, subject: Subject, structure: str) -> list[Plate]:
        """Contacts and clashes of the mutant's most populated conformer; singles only."""
        if "/" in subject.mutation or not self._found.understood:
            return []
        complex = self._found.named(structure)

        def draw() -> Axes:
            best = mutants(complex, subject.mutation, count=1)[0]
            rule = self._found.rule
            return plot_interactions(best, clashes=clashes(best, rule))

        return [
            self._save(
                draw,
                f"model_{subject.stem}_{safe_name(structure)}",
                f"{structure}: contacts and clashes of the inhibitor with the most populated "
                f"conformer of {subject.mutation}, its neighbours as they are.",
                ("svg",),
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

    def _sketch(self, complex: Complex) -> Plate:
        rule = self._found.rule
        return self._save(
            lambda: plot_interactions(complex, clash_definition=rule),
            f"interactions_{safe_name(complex.name)}",
            f"{complex.name}: residues that touch {complex.inhibitor_name}, by kind of contact.",
        )

    def _save(
        self,
        draw: Callable[[], Axes],
        stem: str,
        caption: str,
        kinds: Sequence[str] = ("svg", "pdf", "png"),
    ) -> Plate:
        path = self._folder / f"{stem}.svg"
        problem = ""
        # Fans of the focus stand on two pages.
        if not path.is_file():
            try:
                save(draw(), path.with_suffix(""), kinds=kinds)
            except (InputError, StructureError) as error:
                problem = str(error)
        self._step()
        return Plate(path, caption, problem)
