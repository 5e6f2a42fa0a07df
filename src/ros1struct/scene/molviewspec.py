"""A scene as MolViewSpec, the JSON that Mol* and its viewers open (https://molstar.org/mol-view-spec).

Version 1.8 of the specification. Files are named relative to the scene's own.
"""

from __future__ import annotations

import json
from typing import Any

from ros1struct.colours import CLASH_COLOUR
from ros1struct.scene.elements import Point, Scene

VERSION = "1.8"
CARTOON, CARBON, DRUG = "#d4d4dc", "#9a9aa6", "#e0a020"
ELEMENTS = {
    "N": "#3050f8", "O": "#e02020", "S": "#c0a000", "P": "#ff8000", "F": "#30a030",
    "CL": "#1f9d1f", "BR": "#a62929", "I": "#940094",
}  # fmt: skip
# Å from the eye to the inhibitor.
FAR = 40.0
DASH = 0.2

Node = dict[str, Any]


def molviewspec(scene: Scene, structure: str, rotamers: str) -> str:
    """Return a scene as a MolViewSpec state.

    Parameters
    ----------
    scene : Scene
        Of a complex whose chains have names that scripts can hold.
    structure, rotamers : str
        File names beside the scene's; the rotamers have a model each.

    Returns
    -------
    str
        JSON.
    """
    eye = [c + FAR * float(z) for c, z in zip(scene.centre, scene.axes[2], strict=True)]
    children = [
        _file(structure, "mmcif", [_model(0, _components(scene))]),
        _node("primitives", children=_primitives(scene)),
        _node("camera", target=list(scene.centre), position=eye, up=_floats(scene.axes[1])),
        _node("canvas", background_color="white"),
    ]
    if scene.rotamers:
        models = [
            _model(
                k, [_part("all", "ball_and_stick", r.colour, r.radius / 0.15, r.opacity, r.text)]
            )
            for k, r in enumerate(scene.rotamers)
        ]
        children.insert(1, _file(rotamers, "pdb", models))
    state = {
        "kind": "single",
        "root": {"kind": "root", "children": children},
        "metadata": {
            "version": VERSION,
            # No clock: the same scene is the same file.
            "timestamp": "1970-01-01T00:00:00+00:00",
            "title": scene.complex.name,
            "description": scene.caption,
            "description_format": "plaintext",
        },
    }
    return json.dumps(state, indent=1, ensure_ascii=True) + "\n"


def _node(kind: str, children: list[Node] | None = None, **params: Any) -> Node:
    made: Node = {"kind": kind}
    if params:
        made["params"] = params
    return made | ({"children": children} if children else {})


def _file(name: str, form: str, models: list[Node]) -> Node:
    return _node("download", [_node("parse", models, format=form)], url=name)


def _model(index: int, components: list[Node]) -> Node:
    return _node("structure", components, type="model", model_index=index)


def _part(
    selector: Any,
    style: str,
    colour: str,
    size: float = 1.0,
    opacity: float = 1.0,
    tooltip: str = "",
    *,
    element: bool = False,
) -> Node:
    """Make a component with one representation; `element` colours all but carbon."""
    paint = [_node("color", color=colour)]
    if element:
        paint += [
            _node("color", color=shade, selector={"type_symbol": symbol})
            for symbol, shade in ELEMENTS.items()
        ]
    if opacity < 1:
        paint.append(_node("opacity", opacity=opacity))
    size_of = {} if style == "cartoon" else {"size_factor": size}
    drawn = [_node("representation", paint, type=style, **size_of)]
    if tooltip:
        drawn.append(_node("tooltip", text=tooltip))
    return _node("component", drawn, selector=selector)


def _components(scene: Scene) -> list[Node]:
    complex = scene.complex
    drug = int(complex.atoms.residue[complex.inhibitor_heavy[0]])
    parts = [_part("polymer", "cartoon", CARTOON, opacity=0.5)]
    for shown in scene.residues:
        stick = _part(
            _of(scene, shown.index),
            "ball_and_stick",
            CARBON,
            0.8,
            tooltip=shown.label,
            element=True,
        )
        parts.append(stick)
    name = complex.inhibitor_name
    parts.append(_part(_of(scene, drug), "ball_and_stick", DRUG, 1.2, tooltip=name, element=True))
    parts += [_part(_of(scene, s), "spacefill", scene.sphere_colour(s), 0.3) for s in scene.spheres]
    return parts


def _of(scene: Scene, residue: int) -> Node:
    r = scene.complex.residues
    found = {"auth_asym_id": str(r.chain[residue]), "auth_seq_id": int(r.number[residue])}
    inserted = str(r.insertion[residue])
    return found | ({"pdbx_PDB_ins_code": inserted} if inserted else {})


def _primitives(scene: Scene) -> list[Node]:
    lines = [
        _primitive(
            "tube",
            start=_floats(one),
            end=_floats(other),
            radius=line.radius,
            dash_length=DASH,
            color=line.colour,
            tooltip=f"{line.kind}: {line.text}",
        )
        for line in scene.contacts
        for one, other in zip(line.points, line.points[1:], strict=False)
    ]
    clashes = [
        _primitive(
            "tube",
            start=_floats(c.start),
            end=_floats(c.end),
            radius=c.radius,
            color=CLASH_COLOUR,
            tooltip=c.text,
        )
        for c in scene.clashes
    ]
    labels = [
        _primitive(
            "label",
            position=_floats(s.place),
            text=s.label,
            label_size=1.2,
            label_color="black",
            label_offset=2.0,
        )
        for s in scene.residues
    ]
    return lines + clashes + labels


def _primitive(kind: str, **params: Any) -> Node:
    return {"kind": "primitive", "params": {"kind": kind, **params}}


def _floats(place: Point | Any) -> list[float]:
    return [round(float(x), 3) for x in place]
