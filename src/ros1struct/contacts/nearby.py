"""Which residues touch the inhibitor, how near, and by what kind of heavy-atom contact."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError
from ros1struct.io.border import takes_complex
from ros1struct.kinome.kinases import klifs_label
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import close_pairs

if TYPE_CHECKING:
    import pandas as pd

CUTOFF = 4.5

# Heavy-atom reach of each kind in Å: ProLIF 2.2's hydrogen bond (sulphur to 4.0), ionic and
# hydrophobic cut-offs (Bouysset C, Fiorucci S. J Cheminform 2021, 13:72).
KINDS: Mapping[str, float] = MappingProxyType({"salt bridge": 4.5, "polar": 3.5, "apolar": 4.5})
SULPHUR_POLAR = 4.0


def kind_reach(
    kind: str,
    united: str,
    donor: bool,
    acceptor: bool,
    charge: int,
    other_united: npt.NDArray[np.str_],
    other_donor: npt.NDArray[np.bool_],
    other_acceptor: npt.NDArray[np.bool_],
    other_charge: npt.NDArray[np.int8],
) -> npt.NDArray[np.float64]:
    """Return the distance up to which one atom makes a kind of contact with each of the others.

    Parameters
    ----------
    kind : {"salt bridge", "polar", "apolar"}
    united, donor, acceptor, charge
        Of the one atom.
    other_united, other_donor, other_acceptor, other_charge : ndarray, shape (m,)

    Returns
    -------
    ndarray of float64, shape (m,)
        Å; 0 where the two atoms cannot make it.

    Examples
    --------
    >>> one = np.array(["O"]), np.array([False]), np.array([True]), np.array([0])
    >>> float(kind_reach("polar", "N", True, False, 0, *one)[0])
    3.5
    """
    if kind == "salt bridge":
        return np.where(charge * other_charge.astype(int) < 0, KINDS[kind], 0.0)
    if kind == "polar":
        can = (donor & other_acceptor) | (acceptor & other_donor)
        sulphur = (united == "S") | (other_united == "S")
        return np.where(can, np.where(sulphur, SULPHUR_POLAR, KINDS[kind]), 0.0)
    if charge and united in ("F", "Cl", "Br", "I"):  # halide ions
        return np.zeros(len(other_united))
    greasy = ("C3H0", "C3H1", "C4", "S", "F", "Cl", "Br", "I")
    return np.where(np.isin(other_united, greasy) & (united in greasy), KINDS[kind], 0.0)


@takes_complex("each")
def contacts(
    complex: Complex,
    *,
    cutoff: float = CUTOFF,
    frame: int | None = None,
) -> pd.DataFrame:
    """List the residues near the inhibitor with their distances and kinds of contact.

    Metals and other molecules (nucleotides, cofactors, buffer, a second inhibitor) that the
    structure has within 5 Å of the inhibitor are rows of their own; waters are none.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    cutoff : float
        Å between heavy atoms.
    frame : int, optional
        One frame, from 0; by default every one, and a complex of several has a column ``frame``.

    Returns
    -------
    DataFrame
        One row per protein residue, metal (``MG502``) or other molecule (``ANP:A:501``: component,
        chain, number; kinds are known where its chemistry is), nearest first (pairs that a
        covalent inhibitor's own bond
        brings together, with four bonds or fewer between them, do not count): structure,
        residue, klifs, min_distance (Å),
        atom and inhibitor_atom (the nearest pair), atom_pairs (within the cut-off),
        sidechain_pairs, kinds (of ``salt bridge``, ``polar``, ``apolar``).

    Raises
    ------
    InputError
        If the cut-off is not a positive number.

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = contacts(rs.load("2WGJ")).set_index("residue")
    >>> table.loc["P1158", ["atom", "kinds"]].tolist()
    ['O', 'polar']
    """
    import pandas as pd

    from ros1struct.structure.residue_types import BACKBONE

    if not cutoff > 0:
        raise InputError(f"cutoff must be a positive distance in Å, found {cutoff}")
    a, r = complex.atoms, complex.residues
    ligand = complex.inhibitor_heavy
    role = r.role[a.residue]
    protein = np.flatnonzero(complex.heavy & np.isin(role, ("protein", "hetero", "metal")))
    i, j, distance = close_pairs(complex.xyz[0, protein], complex.xyz[0, ligand], cutoff)
    own = complex.topology.across_link(protein[i], ligand[j])
    p, q, distance = protein[i[~own]], ligand[j[~own]], distance[~own]
    rows = []
    for residue in np.unique(a.residue[p]):
        mine = np.flatnonzero(a.residue[p] == residue)
        nearest = mine[np.argmin(distance[mine])]
        rows.append(
            {
                "structure": complex.name,
                "residue": complex.residue_label(int(residue)),
                "klifs": klifs_label(int(r.klifs[residue])),
                "min_distance": distance[nearest],
                "atom": str(a.name[p[nearest]]),
                "inhibitor_atom": str(a.name[q[nearest]]),
                "atom_pairs": len(mine),
                "sidechain_pairs": int(
                    ((role[p[mine]] == "protein") & ~np.isin(a.name[p[mine]], BACKBONE)).sum()
                ),
                "kinds": ", ".join(
                    k for k in KINDS if _makes(complex, k, p[mine], q[mine], distance[mine])
                ),
            }
        )
    columns = (
        "structure residue klifs min_distance atom inhibitor_atom atom_pairs sidechain_pairs kinds"
    )
    table = pd.DataFrame(rows, columns=columns.split())
    return table.sort_values("min_distance", kind="stable", ignore_index=True)


def _makes(
    complex: Complex,
    kind: str,
    p: npt.NDArray[np.intp],
    q: npt.NDArray[np.intp],
    distance: npt.NDArray[np.floating],
) -> bool:
    a = complex.atoms
    return any(
        bool(
            (
                distance[p == atom]
                <= kind_reach(
                    kind, str(a.united[atom]), bool(a.donor[atom]), bool(a.acceptor[atom]),
                    int(a.charge[atom]), a.united[q[p == atom]], a.donor[q[p == atom]],
                    a.acceptor[q[p == atom]], a.charge[q[p == atom]],
                )
            ).any()
        )
        for atom in np.unique(p)
    )  # fmt: skip


def sidechain_kinds(complex: Complex, residue: int) -> tuple[str, ...]:
    """Kinds of contact that a residue's side chain makes with the inhibitor in the structure.

    Parameters
    ----------
    complex : Complex
        Its first frame.
    residue : int
        Index.

    Returns
    -------
    tuple of str
    """
    from ros1struct.structure.residue_types import BACKBONE

    own = np.array(
        [i for n, i in complex.atoms_of(residue).items() if n not in BACKBONE], dtype=np.intp
    )
    ligand = complex.inhibitor_heavy
    i, j, distance = close_pairs(complex.xyz[0, own], complex.xyz[0, ligand], max(KINDS.values()))
    free = ~complex.topology.across_link(own[i], ligand[j])
    p, q, distance = own[i[free]], ligand[j[free]], distance[free]
    return tuple(k for k in KINDS if _makes(complex, k, p, q, distance))
