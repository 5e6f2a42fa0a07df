"""What a picture of a complex shows, apart from any program that draws it.

A :class:`~ros1struct.scene.elements.Scene` is laid out here once; the browser, PyMOL and ChimeraX
all draw the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.clashes.definitions import ClashDefinition, clash_definition
from ros1struct.clashes.overlaps import overlap_pairs
from ros1struct.contacts.definitions import KINDS, ContactDefinition
from ros1struct.contacts.interactions import measured, to_table
from ros1struct.contacts.nearby import contacts as nearby
from ros1struct.errors import InputError, look_up
from ros1struct.kinome.kinases import klifs_label
from ros1struct.scene.elements import Disc, Line, Rotamer, Scene, Shown, point
from ros1struct.sidechains.ensembles import Ensemble, converged_ensemble
from ros1struct.sidechains.rotamers import grow
from ros1struct.sidechains.sites import changes_of
from ros1struct.structure.complex import Complex
from ros1struct.structure.mutation import Mutation, Substitution
from ros1struct.structure.residue_types import BACKBONE
from ros1struct.structure.residues import residue_type
from ros1struct.structure.substitute import substitute

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

# Of these there are dozens; the residues that make them are shown anyway.
PLENTIFUL = ("hydrophobic", "van der Waals")
# Rotamers rarer than this are not drawn.
LEAST_LIKELY = 0.01
# Å: radius of the stick of the likeliest rotamer, and the least of any.
THICK, THIN = 0.2, 0.04
# Å: a disc is as wide as the overlap, within limits that can be seen.
DISC, DISC_HEIGHT = (0.35, 1.2), 0.12
# Å; labels stand this much farther from the inhibitor than the side chain's middle.
OUTWARD = 1.5


def scene(
    complex: Complex,
    mutation: str | Mutation | Substitution | None = None,
    *,
    kinds: Sequence[str] | None = None,
    definition: str | ContactDefinition = "ros1struct",
    clash: str | ClashDefinition = "chimerax",
    contacts: pd.DataFrame | None = None,
    frame: int = 0,
) -> Scene:
    """Lay out a picture of the inhibitor in its pocket.

    Parameters
    ----------
    complex : Complex
    mutation : str, Mutation or Substitution, optional
        Its side chains are drawn as rotamers, and the clashes are those of the likeliest rotamer
        that stands free of the protein.
    kinds : sequence of str, optional
        Contacts to draw; by default all but the hydrophobic and the van der Waals ones.
    definition : str or ContactDefinition
        What counts as a contact.
    clash : str or ClashDefinition
        What counts as a clash.
    contacts : DataFrame, optional
        Those to draw in place of the frame's own: rows with residue, kind, atom, inhibitor_atom,
        distance and occupancy (:func:`ros1struct.trajectories.mean_contacts`). They end at the
        places of this frame's atoms and are as thick as they are frequent.
    frame : int

    Returns
    -------
    Scene

    Raises
    ------
    InputError
        If a name is unknown, there is no such frame, or a row of `contacts` names what the
        complex does not have.
    StructureError
        If the mutated residue is not in the structure or cannot be built.

    Examples
    --------
    >>> import ros1struct as rs
    >>> found = scene(rs.load("2WGJ"), "G1163R")
    >>> found.contacts[0].text
    'hydrogen bond: N23 – M1160 N, 2.9 Å'
    >>> [r.label for r in found.residues if r.klifs == "linker:51"]
    ['G1163R']
    """
    complex = complex.frame(frame)
    wanted = [k for k in KINDS if k not in PLENTIFUL] if kinds is None else list(kinds)
    for kind in wanted:
        look_up(kind, dict.fromkeys(KINDS), "kind of contact")
    rule = clash_definition(clash)
    changes = changes_of(complex, mutation)
    waters: set[int] = set()
    if contacts is None:
        lines, touched, waters = _contacts(complex, definition, wanted)
    else:
        lines, touched = _frequent(complex, contacts, wanted)
    rotamers: list[Rotamer] = []
    tips: dict[int, Floats] = {}
    model = complex
    for residue, change in changes.items():
        made, best = _rotamers(complex, residue, change.mutant, rule)
        rotamers += made
        if best:
            tips[residue] = list(best.values())[-1]
        model = substitute(model, residue, change.mutant, best)
    labels = {r: f"{complex.residue_label(r)}{change.mutant}" for r, change in changes.items()}
    return Scene(
        complex=complex,
        caption=_caption(complex, labels, rotamers),
        residues=_residues(complex, touched, labels, tips),
        spheres=tuple(
            sorted({*waters, *np.flatnonzero(complex.residues.role == "metal").tolist()})
        ),
        contacts=lines,
        clashes=_clashes(model, rule),
        rotamers=tuple(sorted(rotamers, key=lambda x: -x.probability)),
        axes=_axes(complex),
    )


def _contacts(
    complex: Complex, definition: str | ContactDefinition, kinds: Sequence[str]
) -> tuple[tuple[Line, ...], dict[int, bool], set[int]]:
    """Lines, residues that make them (and whether by their backbone), and waters that bridge."""
    from ros1struct.contacts.arrays import GROUP, RING, centres

    prepared, found, frames = measured(complex, definition)
    table = to_table(complex, prepared, found, frames=frames)
    x = complex.xyz.astype(np.float64)
    rings, groups = centres(x, prepared.rings)[0], centres(x, prepared.groups)[0]

    def place(index: int, form: int) -> Floats:
        return np.asarray({RING: rings, GROUP: groups}.get(form, x[0])[index])

    def atoms(index: int, form: int) -> npt.NDArray[np.intp]:
        if form not in (RING, GROUP):
            return np.array([index])
        row = (prepared.rings if form == RING else prepared.groups)[index]
        return np.asarray(row[row >= 0])

    lines: list[Line] = []
    touched: dict[int, bool] = {}
    waters: set[int] = set()
    for k, row in enumerate(table.itertuples(index=False)):
        if row.kind not in kinds:
            continue
        ends = [
            (int(found.inhibitor[k]), int(found.inhibitor_form[k])),
            (int(found.protein[k]), int(found.protein_form[k])),
        ]
        points = [place(*end) for end in ends]
        own = atoms(*ends[1])
        residue = int(complex.atoms.residue[own[0]])
        on_backbone = bool(np.isin(complex.atoms.name[own], BACKBONE).any())
        touched[residue] = touched.get(residue, False) or on_backbone
        length = f"{row.distance:.1f}"
        if found.water[k] >= 0:
            water = int(found.water[k])
            points.insert(1, x[0, water])
            waters.add(int(complex.atoms.residue[water]))
            length += f" + {row.water_distance:.1f}"
        text = f"{row.kind}: {row.inhibitor_atom} – {row.residue} {row.atom}, {length} Å"
        lines.append(Line(str(row.kind), tuple(point(p) for p in points), text))
    return tuple(lines), touched, waters


def _frequent(
    complex: Complex, table: pd.DataFrame, kinds: Sequence[str]
) -> tuple[tuple[Line, ...], dict[int, bool]]:
    """Lines of contacts of many frames, and residues that make them."""
    needed = ["residue", "kind", "atom", "inhibitor_atom", "distance", "occupancy"]
    if missing := [name for name in needed if name not in table]:
        raise InputError(
            f"contacts needs the columns of trajectories.mean_contacts, missing: "
            f"{', '.join(missing)}"
        )
    index = {complex.residue_label(k): k for k in range(len(complex.residues))}
    drug = {str(complex.atoms.name[i]): int(i) for i in complex.inhibitor_heavy}
    lines, touched = [], dict[int, bool]()
    for row in table.loc[table["kind"].isin(kinds), needed].astype(str).to_dict("records"):
        residue = index.get(row["residue"], -1)
        own = complex.atoms_of(residue) if residue >= 0 else {}
        ends = [
            [atoms[name] for name in row[names].split() if name in atoms]
            for names, atoms in (("inhibitor_atom", drug), ("atom", own))
        ]
        if not all(ends):
            raise InputError(
                f"contacts: {complex.name} has no {row['residue']} {row['atom']} or no "
                f"{row['inhibitor_atom']} of the inhibitor; give the contacts of the same system"
            )
        on_backbone = any(name in BACKBONE for name in row["atom"].split())
        touched[residue] = touched.get(residue, False) or on_backbone
        share = float(row["occupancy"])
        if not 0 <= share <= 1:
            raise InputError(f"contacts: expected an occupancy from 0 to 1, found {share}")
        text = (
            f"{row['kind']}: {row['inhibitor_atom']} – {row['residue']} {row['atom']}, "
            f"{float(row['distance']):.1f} Å on average, in {100 * share:.0f} % of the frames"
        )
        places = tuple(point(complex.xyz[0, end].mean(axis=0)) for end in ends)
        lines.append(Line(row["kind"], places, text, share))
    return tuple(lines), touched


def _residues(
    complex: Complex, touched: dict[int, bool], labels: dict[int, str], tips: dict[int, Floats]
) -> tuple[Shown, ...]:
    """Residues of the pocket: near the inhibitor, in a contact that is drawn, or mutated.

    The label of a mutated one stands at the tip of the new side chain.
    """
    index = {complex.residue_label(k): k for k in range(len(complex.residues))}
    near = {index[label] for label in nearby(complex)["residue"]}
    centre = complex.xyz[0, complex.inhibitor_heavy].mean(axis=0)
    shown = []
    for residue in sorted(near | {*touched} | {*labels}):
        own = complex.atoms_of(residue)
        side = [i for name, i in own.items() if name not in BACKBONE] or list(own.values())
        middle = tips.get(residue, complex.xyz[0, side].mean(axis=0))
        away = (middle - centre) / np.linalg.norm(middle - centre)
        shown.append(
            Shown(
                index=residue,
                label=labels.get(residue, complex.residue_label(residue)),
                klifs=klifs_label(int(complex.residues.klifs[residue])),
                whole=touched.get(residue, False),
                place=point(middle + OUTWARD * away),
            )
        )
    return tuple(shown)


def _clashes(complex: Complex, rule: ClashDefinition) -> tuple[Disc, ...]:
    p, q, distance, overlap, _ = overlap_pairs(complex, rule, at_least=rule.threshold)
    united, a = complex.atoms.united, complex.atoms
    discs = []
    for k in np.argsort(-overlap, kind="stable"):
        one, other = complex.xyz[0, [p[k], q[k]]].astype(np.float64)
        along = (other - one) / max(distance[k], 1e-6)
        # The middle of what both spheres hold.
        share = rule.radii_of(united[[p[k], q[k]]]) if not rule.hydrogens else np.ones(2)
        middle = one + along * distance[k] * share[0] / share.sum()
        half = 0.5 * DISC_HEIGHT * along
        residue = complex.residue_label(int(a.residue[p[k]]))
        discs.append(
            Disc(
                start=point(middle - half),
                end=point(middle + half),
                radius=round(float(np.clip(overlap[k], *DISC)) / 2, 3),
                overlap=float(overlap[k]),
                text=f"clash: {residue} {a.name[p[k]]} – {a.name[q[k]]}, "
                f"overlap {overlap[k]:.1f} Å",
            )
        )
    return tuple(discs)


def _rotamers(
    complex: Complex, residue: int, letter: str, rule: ClashDefinition
) -> tuple[list[Rotamer], dict[str, Floats]]:
    """Rotamers to draw, and the side chain of the one whose clashes are drawn."""
    ensemble = converged_ensemble(complex, residue, letter, definition=rule)
    kind = residue_type(letter)
    assert kind is not None
    own = complex.atoms_of(residue)
    backbone = {n: complex.xyz[0, own[n]].astype(np.float64) for n in ("N", "CA", "C")}
    built = dict(grow(kind, backbone, ensemble.found, ensemble.points))
    samples, fates = _best_samples(ensemble)
    places = [
        # An atom near the backbone has fewer places than there are samples.
        {name: xyz[sample * len(xyz) // len(ensemble.weight)] for name, xyz in built.items()}
        for sample in samples
    ]
    table = ensemble.table()
    worth = table["probability"] * table["free_apo"]
    best = int(np.argmax(worth if worth.max() > 0 else table["probability"]))
    top = float(table["probability"].max())
    names = ("CA", *built)
    made = []
    for k in range(len(table)):
        probability = float(table["probability"].iloc[k])
        if not built or (probability < LEAST_LIKELY and k != best):
            continue
        weight = float(np.sqrt(probability / top))
        xyz = [backbone["CA"], *places[k].values()]
        made.append(
            Rotamer(
                residue=f"{complex.residue_label(residue)}{letter}",
                kind=kind.name,
                probability=probability,
                fate=fates[k],
                chosen=k == best,
                radius=round(THIN + (THICK - THIN) * weight, 3),
                opacity=1.0 if k == best else round(0.3 + 0.5 * weight, 2),
                names=names,
                xyz=tuple(point(p) for p in xyz),
            )
        )
    return made, places[best]


def _best_samples(ensemble: Ensemble) -> tuple[list[int], list[str]]:
    """Sample of each rotamer that stands best, and what becomes of it.

    The likeliest that is free; else, of those free of the protein, the one that overlaps least
    with the inhibitor; else the one that overlaps least with the protein.
    """
    limit, each = ensemble.threshold, len(ensemble.weight) // len(ensemble.found.probability)
    samples, fates = [], []
    for start in range(0, len(ensemble.weight), each):
        own = slice(start, start + each)
        apo, inhibitor = ensemble.apo[own], ensemble.inhibitor[own]
        stands = apo < limit
        free = stands & (inhibitor < limit)
        if free.any():
            pick, fate = np.argmax(np.where(free, ensemble.weight[own], -1.0)), "fits"
        elif stands.any():
            pick, fate = np.argmin(np.where(stands, inhibitor, np.inf)), "meets the inhibitor"
        else:
            pick, fate = np.argmin(apo), "meets the protein"
        samples.append(start + int(pick))
        fates.append(fate)
    return samples, fates


def _caption(complex: Complex, labels: dict[int, str], rotamers: list[Rotamer]) -> str:
    kinase = f"{complex.kinase.name} {complex.kinase.variant}"
    said = [f"{complex.name}: {kinase} with {complex.inhibitor_name} ({complex.provenance.label})."]
    for label in labels.values():
        drawn = [r for r in rotamers if r.residue == label]
        if drawn:
            share = 100 * sum(r.probability for r in drawn)
            said.append(
                f"{label}: {len(drawn)} rotamers, {share:.0f} % of all, the thicker the likelier, "
                "each where it stands best; clashes of the opaque one."
            )
    return " ".join(said)


def _axes(complex: Complex) -> Floats:
    """Look at the inhibitor's broad side, from where there is least protein."""
    xyz = complex.xyz[0].astype(np.float64)
    drug = xyz[complex.inhibitor_heavy]
    centre = drug.mean(axis=0)
    _, _, axes = np.linalg.svd(drug - centre, full_matrices=True)
    away = centre - xyz[complex.protein_heavy].mean(axis=0)
    towards = axes[2] * (1.0 if axes[2] @ away >= 0 else -1.0)
    right = axes[0]
    return np.array([right, np.cross(towards, right), towards])
