"""A scene in a browser: in a notebook, or as a page of its own that needs no network.

The drawing is done by 3Dmol.js (Rego N, Koes D. Bioinformatics 2015, 31:1322-1324; BSD-3-Clause),
taken from the installed package ``chemiscope`` (BSD-3-Clause), whose bundle holds it whole;
``py3Dmol`` would fetch it from a server whenever a page is opened.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.colours import CLASH_COLOUR
from ros1struct.contacts.definitions import ContactDefinition
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.io.files import write_file
from ros1struct.scene.elements import Scene
from ros1struct.scene.scene import scene
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, Substitution

HEIGHT = 480
_PACKAGE, _BUNDLE = "chemiscope", Path("sphinx", "static", "chemiscope.min.js")
_POLICY = (
    "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
)
# Stands where the page's script is not allowed to run.
_INSTEAD = "The 3D view is drawn by a script, which did not run here."
_STYLE = "body { font: 14px/1.4 system-ui, sans-serif; color: #222; margin: 8px; }"
_numbers = count(1)

# Packed: a third of the size, and nothing in it can end the script element early.
_LOADER = """
window.ros1struct = window.ros1struct || (() => {
  const packed = "%s";
  let ready = null;
  async function load() {
    const bytes = Uint8Array.from(atob(packed), c => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const tag = document.createElement("script");
    tag.textContent = await new Response(stream).text();
    document.head.append(tag);
    tag.remove();
    return window.$3Dmol;
  }
  async function draw(box, data) {
    const canvas = box.querySelector(".ros1struct-canvas");
    try {
      ready = ready || load();
      const viewer = await ready;
      canvas.textContent = "";
      paint(viewer, box, data);
    } catch (error) {
      canvas.textContent = "The 3D view cannot be drawn here: " + error.message;
    }
  }
%s
  return {draw};
})();
"""

_PAINT = """
  const at = p => ({x: p[0], y: p[1], z: p[2]});
  const elements = carbon => ({
    C: carbon, N: "#3050d8", O: "#d03030", S: "#b09000", F: "#3a9a3a", Cl: "#3a9a3a",
    Br: "#8a4a20", I: "#6a2a8a", P: "#c06000", H: "#dddddd",
  });
  const colours = carbon => ({prop: "elem", map: elements(carbon)});
  function turn(axes) {
    // Quaternion of the rotation whose rows are the screen's axes.
    const [a, b, c] = axes, w = Math.sqrt(Math.max(0, 1 + a[0] + b[1] + c[2])) / 2;
    const x = Math.sqrt(Math.max(0, 1 + a[0] - b[1] - c[2])) / 2;
    const y = Math.sqrt(Math.max(0, 1 - a[0] + b[1] - c[2])) / 2;
    const z = Math.sqrt(Math.max(0, 1 - a[0] - b[1] + c[2])) / 2;
    const like = (v, s) => s < 0 ? -v : v;
    return [like(x, c[1] - b[2]), like(y, a[2] - c[0]), like(z, b[0] - a[1]), w];
  }
  function paint($3Dmol, box, data) {
    const canvas = box.querySelector(".ros1struct-canvas");
    const viewer = $3Dmol.createViewer(canvas, {backgroundColor: "white", antialias: true});
    if (!viewer) throw new Error("this browser has no WebGL");
    const said = box.querySelector(".ros1struct-said");
    const hint = said.textContent;
    const tell = text => { said.textContent = text; };
    const quiet = () => { said.textContent = hint; };
    const protein = viewer.addModel(data.protein, "pdb");
    protein.setStyle({}, {cartoon: {color: "#d4d4dc", opacity: 0.75}});
    const sticks = {stick: {radius: 0.13, colorscheme: colours("#9a9aa6")}};
    const side = {not: {atom: ["N", "C", "O"]}};
    for (const residue of data.residues) {
      const one = {resi: residue.index};
      protein.setStyle(residue.whole ? one : {...one, ...side}, sticks, true);
      viewer.addLabel(residue.label, {
        position: at(residue.place), fontSize: 11, fontColor: "#222222", inFront: true,
        backgroundColor: "white", backgroundOpacity: 0.65, alignment: "center",
      });
    }
    for (const dot of data.spheres)
      protein.setStyle({resi: dot.index}, {sphere: {radius: 0.35, color: dot.colour}});
    protein.setHoverable({}, true, atom => tell(data.names[atom.resi] + " " + atom.atom), quiet);
    const drug = viewer.addModel(data.inhibitor, "sdf");
    drug.setStyle({}, {stick: {radius: 0.19, colorscheme: colours("#e0a020")}});
    drug.setHoverable({}, true, () => tell(data.inhibitor_name), quiet);
    const centre = [drug];
    for (const rotamer of data.rotamers) {
      const model = viewer.addModel(rotamer.pdb, "pdb");
      const {colour, radius, opacity} = rotamer;
      model.setStyle({}, {stick: {radius, opacity, color: colour}});
      model.setHoverable({}, true, () => tell(rotamer.text), quiet);
      centre.push(model);
    }
    for (const line of data.contacts) {
      for (let k = 1; k < line.points.length; k++) {
        viewer.addCylinder({
          start: at(line.points[k - 1]), end: at(line.points[k]), radius: 0.07,
          color: line.colour, dashed: true, dashLength: 0.28, gapLength: 0.2,
          fromCap: "round", toCap: "round", hoverable: true,
          hover_callback: () => tell(line.text), unhover_callback: quiet,
        });
      }
    }
    for (const clash of data.clashes) {
      viewer.addCylinder({
        start: at(clash.start), end: at(clash.end), radius: clash.radius, color: data.clash_colour,
        fromCap: "flat", toCap: "flat", hoverable: true,
        hover_callback: () => tell(clash.text), unhover_callback: quiet,
      });
    }
    viewer.zoomTo({model: centre});
    const pose = viewer.getView();
    viewer.setView([...pose.slice(0, 4), ...turn(data.axes)]);
    viewer.zoom(centre.length > 1 ? 0.95 : 0.64);
    viewer.setSlab(-14, 60);
    viewer.render();
    box.viewer = viewer;
  }
"""


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
            f'<iframe srcdoc="{escape(self.page())}" sandbox="allow-scripts" '
            f'style="width: 100%; height: {self.height + 110}px; border: 0"></iframe>'
        )

    def page(self) -> str:
        """Return a whole HTML page that requests nothing."""
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            f"<title>{escape(self.scene.complex.name)}</title>\n<style>{_STYLE}</style>\n"
            f"</head>\n<body>\n{viewer_script()}\n{scene_html(self.scene, height=self.height)}\n"
            "</body>\n</html>\n"
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
        If the viewer is not installed, a name is unknown or there is no such frame.
    StructureError
        If the mutated residue is not in the structure or cannot be built.

    Examples
    --------
    >>> import ros1struct as rs
    >>> view(rs.load("crizotinib"), "G2032R").save("g2032r.html")  # doctest: +SKIP
    """
    _bundle()
    laid = scene(complex, mutation, kinds=kinds, definition=definition, clash=clash)
    return View(laid, height)


def viewer_script() -> str:
    """Return the script element that :func:`scene_html` needs, once in a page before all scenes.

    Raises
    ------
    InputError
        If the viewer is not installed.
    """
    packed = base64.b64encode(_packed(_bundle())).decode("ascii")
    return f"<script>{_LOADER % (packed, _PAINT)}</script>"


def scene_html(scene: Scene, *, height: int = HEIGHT, name: str = "") -> str:
    """Return the part of a page that shows a scene: canvas, legend and data.

    Parameters
    ----------
    scene : Scene
    height : int
        Pixels.
    name : str
        Its id within the page; by default a new one.

    Examples
    --------
    >>> import ros1struct as rs
    >>> from ros1struct.scene.scene import scene
    >>> "hydrogen bond" in scene_html(scene(rs.load("2WGJ")))
    True
    """
    data = {**scene.as_dict(), "clash_colour": CLASH_COLOUR}
    # What could end the script element or open a comment in it is written as a number.
    text = json.dumps(data).replace("<", "\\u003c").replace(">", "\\u003e")
    entries = [*scene.legend, *([("clash", CLASH_COLOUR)] if scene.clashes else [])]
    key = " ".join(
        f'<span style="white-space: nowrap; margin-right: 1em">'
        f'<span style="color: {colour}">&#9632;</span> {escape(words)}</span>'
        for words, colour in entries
    )
    name = escape(name) or f"ros1struct-scene-{next(_numbers)}"
    return (
        f'<div id="{name}" class="ros1struct-scene">\n'
        f'<div class="ros1struct-canvas" style="position: relative; overflow: hidden; '
        f'height: {int(height)}px" role="img" aria-label="{escape(scene.caption)}">'
        f"{_INSTEAD}</div>\n"
        f'<div style="font-size: .8rem">{key}</div>\n'
        '<div class="ros1struct-said" style="font-size: .8rem; color: #555">'
        "Drag to turn, scroll to zoom, point to name.</div>\n"
        f'<div style="font-size: .8rem; color: #555">{escape(scene.caption)}</div>\n'
        f'<script>ros1struct.draw(document.getElementById("{name}"), {text});</script>\n</div>'
    )


def _bundle() -> Path:
    """Find the viewer without importing the package that ships it."""
    found = find_spec(_PACKAGE)
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder, _BUNDLE)
        if path.is_file():
            return path
    problem = f"of {_PACKAGE} has no {_BUNDLE.name}" if found else "is not installed"
    raise InputError(
        f"the viewer of 3D scenes {problem}; expected 3Dmol.js from the package {_PACKAGE}, "
        "install it with: pip install 'ros1struct[view]'"
    )


@lru_cache(maxsize=1)
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)
