"""A scene as a script of PyMOL or ChimeraX, or for Mol*, with its structure beside it.

Points are written as numbers and selections as chains and residue numbers; what comes from a file
reaches a script only as letters, digits and a few harmless marks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ros1struct.clashes.definitions import ClashDefinition
from ros1struct.colours import CLASH_COLOUR, rgb
from ros1struct.contacts.definitions import ContactDefinition
from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.io.files import safe_name, user_path, write_file
from ros1struct.io.write import write
from ros1struct.scene.elements import Line, Point, Scene, rotamer_pdb
from ros1struct.scene.molviewspec import molviewspec
from ros1struct.scene.scene import scene
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, Substitution

if TYPE_CHECKING:
    import pandas as pd

CARTOON, CARBON, DRUG = "#d4d4dc", "#9a9aa6", "#e0a020"
# Å from the eye to the inhibitor, for the fields of view of 20 and 30 degrees.
_FAR_PYMOL, _FAR_CHIMERAX = 75.0, 50.0
_GREEK = str.maketrans({"α": "a", "β": "b", "γ": "g", "π": "pi", "–": "-", "Å": "A"})


@takes_complex("one")
def export(
    complex: Complex,
    path: str | os.PathLike[str],
    mutation: str | Mutation | Substitution | None = None,
    *,
    kinds: Sequence[str] | None = None,
    definition: str | ContactDefinition = "ros1struct",
    clash: str | ClashDefinition = "chimerax",
    contacts: pd.DataFrame | None = None,
    frame: int | None = None,
) -> tuple[Path, ...]:
    """Write a file that shows the inhibitor in its pocket in PyMOL, ChimeraX or Mol*.

    The scene is that of :func:`ros1struct.view`: pocket, contacts, clashes, mutant rotamers.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    path : path
        Ends in ``.pml`` (PyMOL), ``.cxc`` (ChimeraX) or ``.mvsj`` (MolViewSpec: Mol* and viewers
        built on it). The structure is written beside it as ``NAME_structure.cif``, mutant side
        chains as ``NAME_rotamers.pdb``.
    mutation : str, Mutation or Substitution, optional
    kinds : sequence of str, optional
        Contacts to draw; by default all but the hydrophobic and the van der Waals ones.
    definition : str or ContactDefinition
        What counts as a contact.
    clash : str or ClashDefinition
        What counts as a clash.
    contacts : DataFrame, optional
        As for :func:`ros1struct.view`.
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    tuple of Path
        What was written, the script first. The files can be moved together.

    Raises
    ------
    InputError
        If the ending is another, a file cannot be written, a name is unknown or there is no such
        frame.
    StructureError
        If the mutated residue is not in the structure or cannot be built.

    Examples
    --------
    >>> import tempfile
    >>> import ros1struct as rs
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = export(rs.load("2WGJ"), Path(folder) / "pocket.pml")
    >>> [file.name for file in written]
    ['pocket.pml', 'pocket_structure.cif']
    """
    path = user_path(path)
    script = SCRIPTS.get(path.suffix.lower())
    if script is None:
        raise InputError(
            f"{path.name or path}: a scene is written as .pml (PyMOL), .cxc (ChimeraX) or .mvsj "
            "(Mol*); name a file with one of these endings"
        )
    laid = scene(
        tidy(complex), mutation, kinds=kinds, definition=definition, clash=clash, contacts=contacts
    )
    name = safe_name(path.stem)
    structure = path.with_name(f"{name}_structure.cif")
    rotamers = path.with_name(f"{name}_rotamers.pdb")
    text = script(laid, structure.name, rotamers.name)
    # The script last: it is there only when what it opens is.
    written = [write(laid.complex, structure)]
    if laid.rotamers:
        write_file(rotamers, rotamer_pdb(laid.rotamers).encode("ascii"))
        written.append(rotamers)
    write_file(path, text.encode("ascii"))
    return path, *written


def words(text: str) -> str:
    """Keep of a text what no script can misread.

    Examples
    --------
    >>> words('G2032R'), words('x"; quit #')
    ('G2032R', 'x__ quit _')
    """
    return re.sub(r"[^A-Za-z0-9 .:+()-]", "_", text.translate(_GREEK))


def tidy(complex: Complex) -> Complex:
    """Give chains and insertion codes that no script can misread; most complexes stay as they are.

    Parameters
    ----------
    complex : Complex

    Returns
    -------
    Complex
        Chains other than of one to four letters and digits get free letters.
    """
    r = complex.residues
    names = list(dict.fromkeys(r.chain.tolist()))
    good = [n for n in names if re.fullmatch(r"[A-Za-z0-9]{1,4}", n)]
    free = (letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in good)
    new = {n: n if n in good else next(free) for n in names}
    insertion = [x if re.fullmatch(r"[A-Za-z]?", x) else "" for x in r.insertion.tolist()]
    return complex.with_changes(
        residues=replace(
            r,
            chain=np.array([new[n] for n in r.chain.tolist()]),
            insertion=np.array(insertion),
        ),
    )


def pymol_script(scene: Scene, structure: str, rotamers: str) -> str:
    """Return a scene as PyMOL commands.

    Parameters
    ----------
    scene : Scene
        Of a :func:`tidy` complex.
    structure, rotamers : str
        File names, made of harmless letters, in the folder of the script.
    """
    whole = [_pymol(scene, s.index) for s in scene.residues if s.whole]
    side = [_pymol(scene, s.index) for s in scene.residues if not s.whole]
    drug = _pymol(scene, _inhibitor(scene))
    lines = [
        f"# {words(scene.caption)}",
        "import os",
        "here = os.path.dirname(os.path.abspath(__script__))",
        f'cmd.load(os.path.join(here, "{structure}"), "complex")',
        "hide everything, complex",
        "dss complex",
        "bg_color white",
        "set cartoon_transparency, 0.5",
        "set stick_radius, 0.13, complex",
        "set valence, 0",
        "set dash_gap, 0.25",
        "set dash_length, 0.3",
        "set dash_radius, 0.07",
        "set label_color, black",
        "set label_size, 15",
        "set label_font_id, 7",
        "set label_outline_color, white",
        "set label_position, (0, 0, 8)",
        "set ray_shadows, 0",
        "set ray_opaque_background, 1",
        "show cartoon, complex and polymer",
        f"color {_hex(CARTOON)}, complex",
        _select("pocket", " or ".join(side + whole)),
        _select("whole_residues", " or ".join(whole)),
        _select("inhibitor", f"{drug} and not solvent"),
        "show sticks, pocket and not name N+C+O and not hydrogens",
        "show sticks, whole_residues and not hydrogens",
        f"color {_hex(CARBON)}, pocket",
        "show sticks, inhibitor and not hydrogens",
        f"color {_hex(DRUG)}, inhibitor",
        "set_bond stick_radius, 0.19, inhibitor",
        "util.cnc pocket or inhibitor",
    ]
    for sphere in scene.spheres:
        lines += [
            f"show spheres, {_pymol(scene, sphere)}",
            f"set sphere_scale, 0.25, {_pymol(scene, sphere)}",
            f"color {_hex(scene.sphere_colour(sphere))}, {_pymol(scene, sphere)}",
        ]
    end = 0
    for line in scene.contacts:
        for one, other in zip(line.points, line.points[1:], strict=False):
            lines += [
                f"pseudoatom ends, resi={end + 1}, pos={_list(one)}",
                f"pseudoatom ends, resi={end + 2}, pos={_list(other)}",
                f"distance {_object(line)}, ends and resi {end + 1}, ends and resi {end + 2}",
            ]
            end += 2
    for name, line in {_object(x): x for x in scene.contacts}.items():
        lines += [f"hide labels, {name}", f"color {_hex(line.colour)}, {name}"]
        if line.occupancy is not None:
            lines.append(f"set dash_radius, {line.radius}, {name}")
    if scene.contacts:
        lines.append("hide everything, ends")
    if scene.clashes:
        shade = ", ".join(f"{x:.3f}" for x in rgb(CLASH_COLOUR) * 2)
        # 9.0 begins a cylinder: two ends, radius, colours of the ends.
        lines += [
            "clashes = []",
            *(
                f"clashes += [9.0, {_numbers(c.start)}, {_numbers(c.end)}, {c.radius}, {shade}]"
                for c in scene.clashes
            ),
            'cmd.load_cgo(clashes, "clashes")',
        ]
    if scene.rotamers:
        lines += [
            f'cmd.load(os.path.join(here, "{rotamers}"), "rotamers")',
            "split_states rotamers, prefix=rotamer_",
            "delete rotamers",
            "hide everything, rotamer_*",
            "show sticks, rotamer_*",
        ]
    for number, rotamer in enumerate(scene.rotamers, start=1):
        name = f"rotamer_{number:04}"
        lines += [
            f"color {_hex(rotamer.colour)}, {name}",
            f"set stick_radius, {rotamer.radius}, {name}",
            f"set stick_transparency, {1 - rotamer.opacity:.2f}, {name}",
        ]
    lines += [
        f"pseudoatom labels, pos={_list(s.place)}, label={words(s.label)}" for s in scene.residues
    ]
    lines += ["hide nonbonded, labels", _pymol_view(scene), "deselect"]
    return "\n".join(line for line in lines if line) + "\n"


def chimerax_script(scene: Scene, structure: str, rotamers: str) -> str:
    """Return a scene as ChimeraX commands.

    Parameters
    ----------
    scene : Scene
        Of a :func:`tidy` complex.
    structure, rotamers : str
        File names, made of harmless letters, in the folder of the script, where ChimeraX looks.
    """
    drug = _chimerax(scene, _inhibitor(scene))
    lines = [
        f"# {words(scene.caption)}",
        "# Models are counted from 1, so the session is closed first.",
        "close session",
        f"open {structure}",
        "set bgColor white",
        "graphics silhouettes true",
        "lighting soft",
        "hide #1 atoms",
        "cartoon #1",
        "cartoon suppress false",
        f"color #1 {CARTOON} target c",
        "transparency #1 35 target c",
        "style #1 stick",
        "size #1 stickRadius 0.13",
    ]
    for s in scene.residues:
        spec = _chimerax(scene, s.index)
        part = spec if s.whole else f"{spec} & ~@N,C,O"
        lines += [
            f"show {part} atoms",
            f"color {spec} {CARBON} target a",
            f'label {spec} residues text "{words(s.label)}" color black height 0.9',
        ]
    lines += [
        f"show {drug} atoms",
        f"color {drug} {DRUG} target a",
        f"size {drug} stickRadius 0.19",
        "color #1 byhetero target a",
        "hide H atoms",
    ]
    for sphere in scene.spheres:
        spec = _chimerax(scene, sphere)
        lines += [
            f"show {spec} atoms",
            f"style {spec} ball",
            f"color {spec} {scene.sphere_colour(sphere)} target a",
        ]
    if scene.rotamers:
        lines += [f"open {rotamers}", "hide #2 cartoons", "show #2 atoms", "style #2 stick"]
    for number, rotamer in enumerate(scene.rotamers, start=1):
        # One model alone is #2 itself.
        spec = f"#2.{number}" if len(scene.rotamers) > 1 else "#2"
        lines += [
            f"color {spec} {rotamer.colour} target a",
            f"size {spec} stickRadius {rotamer.radius}",
            f"transparency {spec} {round(100 * (1 - rotamer.opacity))} target ab",
        ]
    end = 0
    for line in scene.contacts:
        shape = f"radius {line.radius} color {line.colour}"
        for one, other in zip(line.points, line.points[1:], strict=False):
            lines += [
                f"marker #3 position {_numbers(one, ',')} {shape}",
                f"marker #3 position {_numbers(other, ',')} {shape}",
                f"pbond #3:{end + 1} #3:{end + 2} color {line.colour} radius {line.radius} "
                f"dashes 10 name {_object(line)}",
            ]
            end += 2
    lines += [
        f"shape cylinder radius {c.radius} fromPoint {_numbers(c.start, ',')} "
        f"toPoint {_numbers(c.end, ',')} color {CLASH_COLOUR} name clash_{k}"
        for k, c in enumerate(scene.clashes, start=1)
    ]
    lines += [_chimerax_view(scene), f"cofr {_numbers(scene.centre, ',')}"]
    return "\n".join(lines) + "\n"


SCRIPTS = {".pml": pymol_script, ".cxc": chimerax_script, ".mvsj": molviewspec}


def _inhibitor(scene: Scene) -> int:
    return int(scene.complex.atoms.residue[scene.complex.inhibitor_heavy[0]])


def _pymol(scene: Scene, residue: int) -> str:
    r = scene.complex.residues
    number = f"{r.number[residue]}{r.insertion[residue]}".replace("-", "\\-")
    return f"(complex and chain {r.chain[residue]} and resi {number})"


def _chimerax(scene: Scene, residue: int) -> str:
    r = scene.complex.residues
    return f"#1/{r.chain[residue]}:{r.number[residue]}{r.insertion[residue]}"


def _select(name: str, what: str) -> str:
    return f"select {name}, {what or 'none'}"


def _object(line: Line) -> str:
    share = "" if line.occupancy is None else f"_{100 * line.occupancy:.0f}"
    return f"contact_{line.kind.replace(' ', '_').replace('-', '_')}{share}"


def _hex(colour: str) -> str:
    return f"0x{colour[1:]}"


def _numbers(point: Point, between: str = ", ") -> str:
    return between.join(f"{x:.3f}" for x in point)


def _list(point: Point) -> str:
    return f"[{_numbers(point)}]"


def _pymol_view(scene: Scene) -> str:
    turn = scene.axes.T.ravel()
    near, back = _FAR_PYMOL - 13, _FAR_PYMOL + 30
    view = [*turn, 0, 0, -_FAR_PYMOL, *scene.centre, near, back, -20]
    return f"set_view ({', '.join(f'{x:.4f}' for x in view)})"


def _chimerax_view(scene: Scene) -> str:
    eye = np.array(scene.centre) + _FAR_CHIMERAX * scene.axes[2]
    matrix = np.column_stack([scene.axes.T, eye]).ravel()
    return f"view matrix camera {','.join(f'{x:.4f}' for x in matrix)}"
