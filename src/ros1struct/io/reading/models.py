"""Further models of a file: coordinates in columns, no objects for their atoms.

An mmCIF file holds its models one after the other in one table. Where the rows of each follow those
of the one before, as programs write them, the text is cut between them: the first model is parsed
with all else, the others one by one for their coordinates alone. A file of another shape is
parsed as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from ros1struct.io.records import AtomKey
from ros1struct.structure.complex import FARTHEST

if TYPE_CHECKING:
    import gemmi

_SITE = "_atom_site."
_LAST = "_atom_site.pdbx_PDB_model_num"
_PLACE = ("Cartn_x", "Cartn_y", "Cartn_z")
# Columns that tell an atom from others.
_TELLS = (
    "label_atom_id", "label_alt_id", "label_comp_id", "auth_atom_id", "auth_comp_id",
    "auth_asym_id", "auth_seq_id", "pdbx_PDB_ins_code",
)  # fmt: skip


class Frames(NamedTuple):
    """Coordinates of all models: keys of the atoms of each, and Å of shape (models, atoms, 3)."""

    keys: list[AtomKey]
    xyz: npt.NDArray[np.float64]


class Cut(NamedTuple):
    """An mmCIF file cut between its models.

    ``first`` is the file with the first model alone, ``head`` begins the table of atoms,
    ``first_row`` is where its rows begin, ``spans`` are begin and end
    of the other models' rows in the text.
    """

    first: str
    head: str
    first_row: int
    spans: list[tuple[int, int]]


def cut_models(text: str) -> Cut | None:
    """Cut the text of an mmCIF file between its models.

    Parameters
    ----------
    text : str
        Lines end in a line feed.

    Returns
    -------
    Cut or None
        None where there is one model, or the rows are not in the order of consecutive models,
        with the model's number last.
    """
    at = text.find(f"\n{_SITE}") + 1
    if not at or not text[:at].rstrip().endswith("loop_"):
        return None
    names, start = [], at
    while text.startswith(_SITE, start):
        end = text.find("\n", start)
        names.append(text[start:end].strip())
        start = end + 1
    marks = (text.find(mark, start - 1) for mark in ("\n#", "\nloop_", "\n_", "\ndata_", "\n;"))
    stop = min((k for k in marks if k >= 0), default=len(text.rstrip())) + 1
    while text[stop - 2 : stop].isspace():  # blank lines behind the table
        stop -= 1
    if names[-1:] != [_LAST] or text.startswith(";", stop) or text.find(f"\n{_SITE}", stop) >= 0:
        return None
    line = text[start : text.find("\n", start)]
    number = line.split()[-1:]
    if len(number) != 1 or not number[0].isdigit():
        return None
    tail = line[len(line.rstrip()) :]
    begin = [start]
    model = int(number[0])
    while True:
        found = text.find(f" {model + 1}{tail}\n", begin[-1], stop)
        if found < 0:
            break
        begin.append(text.rfind("\n", 0, found) + 1)
        model += 1
    last = text[text.rfind("\n", 0, stop - 1) + 1 : stop].split()
    if len(begin) == 1 or last[-1:] != [str(model)]:
        return None
    ends = [*begin[1:], stop]
    head = "data_\nloop_\n" + "\n".join(names) + "\n"
    first = text[: ends[0]] + text[stop:]
    return Cut(first, head, start, list(zip(begin[1:], ends[1:], strict=True)))


def frames_of_cut(text: str, cut: Cut, first: gemmi.Structure) -> Frames | None:
    """Coordinates of all models of a file that was cut.

    Parameters
    ----------
    text : str
    cut : Cut
        Of this text.
    first : gemmi.Structure
        Of the first model.

    Returns
    -------
    Frames or None
        None where a model has other atoms, in another order, or a coordinate that is no number.
    """
    names = [name.removeprefix(_SITE) for name in cut.head.split()[2:]]
    begin = cut.spans[0][0]
    rows = text[cut.first_row : begin].split()
    width, size = len(names), first[0].count_atom_sites()
    if len(rows) != width * size or not {*_PLACE} <= {*names}:
        return None
    place = [names.index(name) for name in _PLACE]
    told = {k: rows[k::width] for k, name in enumerate(names) if name in _TELLS}
    xyz = np.empty((len(cut.spans) + 1, size, 3))
    try:
        for k, (begin, end) in enumerate([(cut.first_row, cut.spans[0][0]), *cut.spans]):
            part = text[begin:end]
            values = part.split()
            same = all(values[c::width] == column for c, column in told.items())
            if len(values) != len(rows) or not same or "_" in part:
                return None
            for axis, c in enumerate(place):
                xyz[k, :, axis] = values[c::width]
    except ValueError:  # a coordinate that is no number
        return None
    # The structure's atoms are in the order of the rows, unless residues are scattered.
    if not np.array_equal(xyz[0], _flat(first).pos) or not (np.abs(xyz) < FARTHEST).all():
        return None
    return Frames(keys_of(first[0]), xyz)


def frames_in(structure: gemmi.Structure) -> Frames | None:
    """Coordinates of all models of a structure; None where they differ in their atoms."""
    import gemmi

    only = gemmi.Structure()
    only.add_model(structure[0])
    labels = _labels(only)
    if labels is None:
        return None
    size = len(labels[0])
    same = all(m.count_atom_sites() == size for m in structure) and _same(structure, labels)
    if not same:
        return None
    return Frames(keys_of(structure[0]), np.reshape(_flat(structure).pos, (-1, size, 3)))


def keys_of(model: gemmi.Model) -> list[AtomKey]:
    """Chain, number, insertion and name of every atom of a model, in its order."""
    return [
        (c.name, int(r.seqid.num or 0), r.seqid.icode.strip(), a.name)
        for c in model
        for r in c
        for a in r
    ]


def _flat(structure: gemmi.Structure) -> gemmi.FlatStructure:
    import gemmi

    flat = gemmi.FlatStructure(structure)
    flat.strings_as_numbers = False
    return flat


def _labels(structure: gemmi.Structure) -> tuple[npt.NDArray[np.generic], ...] | None:
    """Return what tells the atoms apart, in columns; None where a name is too long for them."""
    try:
        flat = _flat(structure)
    except RuntimeError:
        return None
    columns = (flat.chain_ids, flat.resnums, flat.icodes, flat.residue_names, flat.atom_names)
    return tuple(np.array(column) for column in columns)


def _same(structure: gemmi.Structure, labels: tuple[npt.NDArray[np.generic], ...]) -> bool:
    """Whether the atoms of every model have these labels, in this order."""
    found = _labels(structure)
    size = len(labels[0])
    return found is not None and all(
        bool((own.reshape(-1, size, *own.shape[1:]) == known).all())
        for own, known in zip(found, labels, strict=True)
    )
