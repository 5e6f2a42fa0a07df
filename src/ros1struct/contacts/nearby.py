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
KINDS: Mapping[str, float] = MappingProxyType(
    {"salt bridge": 4.5, "hydrogen bond": 3.5, "hydrophobic": 4.5}
)
SULPHUR_BOND = 4.0


def kind_reach(
    kind: str,
    united: str | npt.NDArray[np.str_],
    donor: bool | npt.NDArray[np.bool_],
    acceptor: bool | npt.NDArray[np.bool_],
    charge: int | npt.NDArray[np.int8],
    other_united: npt.NDArray[np.str_],
    other_donor: npt.NDArray[np.bool_],
    other_acceptor: npt.NDArray[np.bool_],
    other_charge: npt.NDArray[np.int8],
) -> npt.NDArray[np.float64]:
    """Return the distance up to which atoms make a kind of contact with others.

    Parameters
    ----------
    kind : {"salt bridge", "hydrogen bond", "hydrophobic"}
    united, donor, acceptor, charge
        Of one atom, or of as many as there are others.
    other_united, other_donor, other_acceptor, other_charge : ndarray, shape (m,)

    Returns
    -------
    ndarray of float64, shape (m,)
        Å; 0 where the two atoms cannot make it.

    Examples
    --------
    >>> one = np.array(["O"]), np.array([False]), np.array([True]), np.array([0])
    >>> float(kind_reach("hydrogen bond", "N", True, False, 0, *one)[0])
    3.5
    """
    if kind == "salt bridge":
        return np.where(charge * other_charge.astype(np.int64) < 0, KINDS[kind], 0.0)
    if kind == "hydrogen bond":
        can = (donor & other_acceptor) | (acceptor & other_donor)
        sulphur = (np.asarray(united) == "S") | (other_united == "S")
        return np.where(can, np.where(sulphur, SULPHUR_BOND, KINDS[kind]), 0.0)
    greasy = ("C3H0", "C3H1", "C4", "S", "F", "Cl", "Br", "I")
    halide = (np.asarray(charge) != 0) & np.isin(united, ("F", "Cl", "Br", "I"))
    can = np.isin(other_united, greasy) & np.isin(united, greasy) & ~halide
    return np.where(can, KINDS[kind], 0.0)


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
        covalent inhibitor's own bond brings together, with four bonds or fewer between them, do
        not count): structure,
        residue, klifs, min_distance (Å),
        atom and inhibitor_atom (the nearest pair), atom_pairs (within the cut-off),
        sidechain_pairs, kinds (of ``salt bridge``, ``hydrogen bond``,
        ``hydrophobic``). The kinds are by distance between heavy atoms alone, which mutants are
        compared by; :func:`ros1struct.interactions` asks for angles too.

    Raises
    ------
    InputError
        If the cut-off is not a positive number.

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = contacts(rs.load("2WGJ")).set_index("residue")
    >>> table.loc["P1158", ["atom", "kinds"]].tolist()
    ['O', 'hydrogen bond']
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
    residues, which = np.unique(a.residue[p], return_inverse=True)
    count = len(residues)
    # The nearest pair of each residue, of equal ones the first.
    order = np.lexsort((distance, which))
    nearest = order[np.searchsorted(which[order], np.arange(count))]
    sidechain = (role[p] == "protein") & ~np.isin(a.name[p], BACKBONE)
    made = {
        k: np.bincount(which[_makes(complex, k, p, q, distance)], minlength=count) > 0
        for k in KINDS
    }
    rows = {
        "structure": [complex.name] * count,
        "residue": [complex.residue_label(int(k)) for k in residues],
        "klifs": [klifs_label(int(r.klifs[k])) for k in residues],
        "min_distance": distance[nearest],
        "atom": a.name[p[nearest]].astype(object),
        "inhibitor_atom": a.name[q[nearest]].astype(object),
        "atom_pairs": np.bincount(which, minlength=count),
        "sidechain_pairs": np.bincount(which[sidechain], minlength=count),
        "kinds": [", ".join(kind for kind in KINDS if made[kind][k]) for k in range(count)],
    }
    turn = np.argsort(distance[nearest], kind="stable")
    return pd.DataFrame({name: np.asarray(rows[name], dtype=_KEPT.get(name, object))[turn]
                         for name in rows})  # fmt: skip


_KEPT = {"min_distance": np.float64, "atom_pairs": np.int64, "sidechain_pairs": np.int64}


def _makes(
    complex: Complex,
    kind: str,
    p: npt.NDArray[np.intp],
    q: npt.NDArray[np.intp],
    distance: npt.NDArray[np.floating],
) -> npt.NDArray[np.bool_]:
    """Which pairs of atoms make a kind of contact."""
    a = complex.atoms
    reach = kind_reach(
        kind, a.united[p], a.donor[p], a.acceptor[p], a.charge[p],
        a.united[q], a.donor[q], a.acceptor[q], a.charge[q],
    )  # fmt: skip
    near: npt.NDArray[np.bool_] = (reach > 0) & (distance <= reach)
    return near


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
    return tuple(k for k in KINDS if _makes(complex, k, p, q, distance).any())
