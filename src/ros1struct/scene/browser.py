"""A scene in a browser: in a notebook, or as a page of its own that needs no network.

The drawing is done by 3Dmol.js (Rego N, Koes D. Bioinformatics 2015, 31:1322-1324; BSD-3-Clause),
of which ``vendor/`` holds a named version.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.colours import CLASH_COLOUR
from ros1struct.contacts.definitions import ContactDefinition
from ros1struct.io.border import takes_complex
from ros1struct.io.files import write_file
from ros1struct.scene.elements import Scene
from ros1struct.scene.html import environment
from ros1struct.scene.scene import scene
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, Substitution

if TYPE_CHECKING:
    import pandas as pd

HEIGHT = 480
#: Files that a page with scenes needs beside it: path in this room.
FILES = ("vendor/3Dmol-min.js", "vendor/3Dmol-LICENSE.txt", "assets/scene.js", "assets/scene.css")
_STYLE = (
    "body {{ font: 14px/1.4 system-ui, sans-serif; color: #222; background: white; margin: 8px; }}"
    "\n.ros1struct-scene .ros1struct-canvas {{ height: {height}px; max-height: none; }}\n"
)


@dataclass(frozen=True, eq=False)
class View:
    """A scene that Jupyter shows, and that can be saved as a page.

    Attributes
    ----------
    scene : Scene
    height : int
        Pixels.
    """

    scene: Scene
    height: int = HEIGHT

    def __repr__(self) -> str:
        return f"<View of {self.scene!r}>"

    def _repr_html_(self) -> str:
        # A frame of its own: neither the styles nor the scripts of a notebook meet the viewer's.
        return (
            f'<iframe title="{escape(self.scene.caption)}" srcdoc="{escape(self.page())}" '
            f'sandbox="allow-scripts" width="100%" height="{self.height + 170}" frameborder="0">'
            "</iframe>"
        )

    def page(self) -> str:
        """Return a whole HTML page that requests nothing and runs no script but its own."""
        style = asset("assets/scene.css") + _STYLE.format(height=int(self.height))
        script = asset("assets/scene.js")
        library, packed = _library()
        policy = (
            "default-src 'none'; img-src data: blob:; "
            f"style-src {_digest(style)}; script-src {_digest(script)} {library}"
        )
        return (
            environment()
            .get_template("page.html")
            .render(
                title=self.scene.complex.name,
                caption=self.scene.caption,
                legend=legend(self.scene),
                data=scene_data(self.scene),
                policy=policy,
                style=style,
                script=script,
                packed=packed,
            )
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file in one step.

        Parameters
        ----------
        path : path

        Returns
        -------
        Path

        Raises
        ------
        InputError
            If the file cannot be written.
        """
        path = Path(path).expanduser()
        write_file(path, self.page().encode("utf-8"))
        return path


@takes_complex("one")
def view(
    complex: Complex,
    mutation: str | Mutation | Substitution | None = None,
    *,
    kinds: Sequence[str] | None = None,
    definition: str | ContactDefinition = "ros1struct",
    clash: str | ClashDefinition = "chimerax",
    contacts: pd.DataFrame | None = None,
    frame: int | None = None,
    height: int = HEIGHT,
) -> View:
    """Show the inhibitor in its pocket, in a notebook or on a page.

    Side chains of the pocket and the inhibitor are sticks, contacts dashed lines in the colour of
    their kind, clashes red discs, and the side chains that a mutant can have sticks as thick as
    they are likely. What is pointed at is named below the picture, with its KLIFS position.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    mutation : str, Mutation or Substitution, optional
    kinds : sequence of str, optional
        Contacts to draw; by default all but the hydrophobic and the van der Waals ones.
    definition : str or ContactDefinition
        What counts as a contact.
    clash : str or ClashDefinition
        What counts as a clash.
    contacts : DataFrame, optional
        Those of many frames (:func:`ros1struct.trajectories.mean_contacts`), drawn as thick as
        they are frequent in place of the frame's own.
    frame : int, optional
        Which frame, from 0; needed where the complex has several.
    height : int
        Pixels.

    Returns
    -------
    View
        Jupyter shows it; ``save(path)`` writes it as a page.

    Raises
    ------
    InputError
        If a name is unknown or there is no such frame.
    StructureError
        If the mutated residue is not in the structure or cannot be built.

    Examples
    --------
    >>> import ros1struct as rs
    >>> view(rs.load("crizotinib"), "G2032R").save("g2032r.html")  # doctest: +SKIP
    """
    laid = scene(
        complex, mutation, kinds=kinds, definition=definition, clash=clash, contacts=contacts
    )
    return View(laid, height)


def scene_data(scene: Scene) -> dict[str, Any]:
    """Return what the script of a page draws a scene from, as plain values for JSON.

    Parameters
    ----------
    scene : Scene

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.scene.scene import scene
    >>> scene_data(scene(rs.load("2WGJ")))["inhibitor_name"]
    'crizotinib'
    """
    return {**scene.as_dict(), "clash_colour": CLASH_COLOUR}


def legend(scene: Scene) -> list[tuple[str, str]]:
    """Words and colours of all that a scene shows, clashes last."""
    return [*scene.legend, *([("clash", CLASH_COLOUR)] if scene.clashes else [])]


def asset(name: str) -> str:
    """Return the text of a file of this room, by its path in it."""
    return (files("ros1struct.scene") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Source of a content security policy that allows this text and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}'"


@lru_cache(maxsize=1)
def _library() -> tuple[str, str]:
    """Digest of 3Dmol.js, and the file packed as text."""
    text = asset("vendor/3Dmol-min.js")
    packed = gzip.compress(text.encode("utf-8"), mtime=0)
    return _digest(text), base64.b64encode(packed).decode("ascii")
