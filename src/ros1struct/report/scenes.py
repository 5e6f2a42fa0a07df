"""The 3D views of a report: laid out once each; what several share is one file beside the pages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ros1struct.errors import InputError, StructureError
from ros1struct.report.results import Results
from ros1struct.scene.browser import legend, scene_data
from ros1struct.scene.scene import scene

# Most of a scene, and the same for every mutation of a structure.
_SHARED = ("protein", "names", "inhibitor")


@dataclass(frozen=True)
class PageScene:
    """A 3D view, or why there is none.

    Attributes
    ----------
    caption : str
    legend : list of (str, str)
        Words and colours.
    data : dict
        For the page's script.
    file : str
        Script within the report that holds the rest of the data.
    problem : str
        Empty where there is a view.
    """

    caption: str = ""
    legend: list[tuple[str, str]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    file: str = ""
    problem: str = ""


class Scenes:
    """Lay out scenes, and write what they share.

    Parameters
    ----------
    found : Results
    folder : Path
        ``assets/`` of the report.
    """

    def __init__(self, found: Results, folder: Path) -> None:
        self._found, self._folder = found, folder
        self._made: dict[tuple[str, str], PageScene] = {}

    def of(self, structure: str, mutation: str) -> PageScene:
        """3D view of a mutation in a structure."""
        key = (structure, mutation)
        if key not in self._made:
            self._made[key] = self._lay_out(structure, mutation)
        return self._made[key]

    def _lay_out(self, structure: str, mutation: str) -> PageScene:
        try:
            laid = scene(self._found.named(structure), mutation, clash=self._found.rule)
        except (InputError, StructureError) as error:
            return PageScene(problem=f"No 3D view: {error}")
        data = scene_data(laid)
        shared = json.dumps({name: data.pop(name) for name in _SHARED}, sort_keys=True)
        key = hashlib.sha256(shared.encode("utf-8")).hexdigest()[:12]
        file = f"scene-{key}.js"
        text = f"ros1struct.share({json.dumps(key)}, {shared});\n"
        (self._folder / file).write_text(text, encoding="utf-8")
        return PageScene(laid.caption, legend(laid), {**data, "shared": key}, f"assets/{file}")
