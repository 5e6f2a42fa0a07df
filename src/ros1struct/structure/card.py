"""What Jupyter shows of an object: a name, a formula and what is worth knowing, as HTML.

Plain HTML with its own styles, so that it stands in any notebook, light or dark, and in an export
of it. Everything that comes from a file is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rdkit.Chem import Mol

    from ros1struct.structure.complex import Complex

_BOX = (
    "display: flex; flex-wrap: wrap; gap: 1em; align-items: center; max-width: 60em; "
    "padding: 0.6em 0.8em; border: 1px solid rgba(128, 128, 128, 0.5); border-radius: 4px"
)
_TERM = "padding: 0.1em 1em 0.1em 0; text-align: left; vertical-align: top; opacity: 0.7"
_TEXT = "padding: 0.1em 0; text-align: left"
_FORMULA = "background: white; border-radius: 4px; line-height: 0"


def card(
    title: str, rows: Mapping[str, str], *, notes: Iterable[str] = (), formula: str = ""
) -> str:
    """Write a card.

    Parameters
    ----------
    title : str
    rows : mapping of str to str
        Terms and what they are; empty ones are left out.
    notes : iterable of str
        Listed below.
    formula : str
        SVG of :func:`formula_svg`.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> "&lt;b&gt;" in card("mine", {"file": "<b>"})
    True
    """
    told = "".join(
        f'<tr><th scope="row" style="{_TERM}; font-weight: normal">{escape(term)}</th>'
        f'<td style="{_TEXT}">{escape(text)}</td></tr>'
        for term, text in rows.items()
        if text
    )
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f'<div class="ros1struct-card" style="{_BOX}">'
        + (f'<div style="{_FORMULA}">{formula}</div>' if formula else "")
        + f'<div><strong>{escape(title)}</strong><table style="border: 0">{told}</table>'
        + (f'<ul style="margin: 0.3em 0 0; padding-left: 1.2em">{listed}</ul>' if listed else "")
        + "</div></div>"
    )


def formula_svg(mol: Mol, width: int = 260, height: int = 170) -> str:
    """Draw a molecule's formula as SVG without its XML head.

    Parameters
    ----------
    mol : rdkit.Chem.Mol
    width, height : int
        Pixels.

    Returns
    -------
    str
    """
    from rdkit import Chem
    from rdkit.Chem import rdDepictor
    from rdkit.Chem.Draw import rdMolDraw2D

    flat = Chem.Mol(mol)
    flat.RemoveAllConformers()
    rdDepictor.Compute2DCoords(flat)
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    options: Any = drawer.drawOptions()
    options.clearBackground = False
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, flat)
    drawer.FinishDrawing()
    text = str(drawer.GetDrawingText())
    return text[text.index("<svg") :]


def complex_card(complex: Complex) -> str:
    """Write the card of a complex: formula, kinase, provenance and notes.

    Parameters
    ----------
    complex : Complex

    Returns
    -------
    str
        HTML.
    """
    kind, frames = complex.provenance, len(complex.xyz)
    protein = complex.residues.role == "protein"
    method = f"{kind.method}, {kind.resolution:.2f} Å" if kind.resolution else kind.method
    rows = {
        "kinase": f"{complex.kinase.name} {complex.kinase.variant}",
        "inhibitor": f"{complex.inhibitor_name} ({complex.component or 'no component'})",
        "protonation": complex.protonation,
        "provenance": kind.label,
        "method": method,
        "file": kind.file,
        "residues": f"{int(protein.sum())}, {len(complex.atoms)} atoms in all",
        "frames": "" if frames == 1 else str(frames),
    }
    drawn = formula_svg(complex.inhibitor)
    return card(complex.name, rows, notes=complex.notes, formula=drawn)


def definition_card(definition: object) -> str:
    """Write the card of a contact or clash definition: its numbers, and where they are from.

    Parameters
    ----------
    definition : dataclass
        With a name and a source; mappings are told by their size.

    Returns
    -------
    str
        HTML.
    """
    from dataclasses import fields

    rows: dict[str, str] = {}
    for field in fields(definition):  # type: ignore[arg-type]
        value = getattr(definition, field.name)
        if field.name == "name" or value is None:
            continue
        if isinstance(value, Mapping):
            value = f"{len(value)} entries"
        elif isinstance(value, tuple):
            value = ", ".join(map(str, value))
        rows[field.name.replace("_", " ")] = str(value)
    return card(f"{type(definition).__name__} {getattr(definition, 'name', '')}", rows)
