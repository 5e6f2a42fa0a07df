"""The pocket as a table, and the state of the kinase.

References
----------
Modi V, Dunbrack RL. PNAS 2019, 116:6818-6827 (DFG by two Cα–Cζ distances).
Modi V, Dunbrack RL. Nucleic Acids Res 2022, 50:D654-D664 (Kincore: αC by the Cβ distance of Lys
and Glu, 10 Å).
Kornev AP et al. PNAS 2006, 103:17783-17788 (the Lys–Glu salt bridge).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ros1struct.io.border import takes_complex
from ros1struct.kinome.inhibitor_type import inhibitor_types
from ros1struct.kinome.kinases import klifs_label
from ros1struct.structure.complex import Complex
from ros1struct.structure.geometry import nearest

if TYPE_CHECKING:
    import pandas as pd

B3_LYS, AC_GLU, AC_GLU4, DFG_PHE = 17, 24, 28, 82
DFG_NEAR = 11.0
DFG_OUT_LYS = 14.0
AC_IN = 10.0


@dataclass(frozen=True)
class KinaseState:
    """Conformation of a kinase.

    Attributes
    ----------
    dfg : {"in", "out", "inter", "other", "unknown"}
        In: the DFG phenylalanine's Cζ lies within 11 Å of the Cα four residues after the αC
        glutamate and 11 Å or more from that of the β3 lysine; out: beyond 11 Å of the first and
        within 14 Å of the second; inter: within 11 Å of both.
    alpha_c : {"in", "out", "unknown"}
        In: the Cβ of the lysine and of the glutamate are within 10 Å.
    lys_glu : float
        Å between the lysine's Nζ and the nearer carboxyl oxygen; NaN if either is missing.
    inhibitor_type : {"I", "I½", "II", "III", "allosteric", "unknown"}
        What the pocket holds, by the regions that the inhibitor touches
        (:mod:`ros1struct.kinome.inhibitor_type`).
    covalent : bool
        Whether the inhibitor is bonded to the protein (type VI of Roskoski).
    """

    dfg: str
    alpha_c: str
    lys_glu: float
    inhibitor_type: str = "unknown"
    covalent: bool = False

    @property
    def label(self) -> str:
        """States, distance and type of inhibitor, as tables show them."""
        distance = "" if np.isnan(self.lys_glu) else f", Lys–Glu {self.lys_glu:.1f} Å"
        held = "" if self.inhibitor_type == "unknown" else f", type {self.inhibitor_type}"
        held = held.replace("type allosteric", "allosteric")
        bonded = ", covalent" if self.covalent else ""
        return f"DFG-{self.dfg}, αC-{self.alpha_c}{distance}{held}{bonded}"


@takes_complex("one")
def kinase_state(complex: Complex, *, frame: int | None = None) -> KinaseState:
    """Classify the conformation of the kinase, and the type of inhibitor in its pocket.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    frame : int, optional
        Which frame, from 0; needed where the complex has several.

    Returns
    -------
    KinaseState
        ``unknown`` where the atoms it needs are not in the structure.

    Examples
    --------
    >>> import ros1struct as rs
    >>> state = kinase_state(rs.load("3LQ8"))
    >>> state.dfg, state.inhibitor_type
    ('out', 'II')
    """
    row = kinase_states(complex).iloc[0]
    return KinaseState(
        str(row["dfg"]), str(row["alpha_c"]), float(row["lys_glu"]), str(row["inhibitor_type"]),
        bool(complex.bonded_to_protein()),
    )  # fmt: skip


@takes_complex("all")
def kinase_states(complex: Complex, *, types: bool = True) -> pd.DataFrame:
    """Classify the conformation of the kinase in every frame, as :func:`kinase_state` does.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    types : bool
        Whether to say the type of inhibitor, too; it takes 0.1 ms a frame.

    Returns
    -------
    DataFrame
        One row per frame: structure, frame, dfg, alpha_c, lys_glu (Å), inhibitor_type.

    Examples
    --------
    >>> import ros1struct as rs
    >>> kinase_states(rs.load("2WGJ"))["dfg"].tolist()
    ['in']
    """
    import pandas as pd

    lys, glu, glu4, phe = (_at(complex, k) for k in (B3_LYS, AC_GLU, AC_GLU4, DFG_PHE))
    xyz = complex.xyz
    count = len(xyz)

    def gap(a: int | None, b: int | None) -> npt.NDArray[np.float64]:
        if a is None or b is None:
            return np.full(count, np.nan)
        return np.asarray(np.linalg.norm(xyz[:, a] - xyz[:, b], axis=1), dtype=np.float64)

    tip = phe.get("CZ")
    to_glu4, to_lys = gap(glu4.get("CA"), tip), gap(lys.get("CA"), tip)
    near = to_glu4 <= DFG_NEAR
    dfg = np.select(
        [np.isnan(to_glu4) | np.isnan(to_lys), near & (to_lys >= DFG_NEAR), near,
         to_lys <= DFG_OUT_LYS],
        ["unknown", "in", "inter", "out"], "other",
    )  # fmt: skip
    beta = gap(lys.get("CB"), glu.get("CB"))
    alpha_c = np.select([np.isnan(beta), beta <= AC_IN], ["unknown", "in"], "out")
    bridge = np.fmin(*(gap(lys.get("NZ"), glu.get(o)) for o in ("OE1", "OE2")))
    table = pd.DataFrame(
        {
            "structure": complex.name,
            "frame": np.arange(count),
            "dfg": dfg.astype(object),
            "alpha_c": alpha_c.astype(object),
            "lys_glu": bridge,
        }
    )
    if types:
        table["inhibitor_type"] = inhibitor_types(complex, dfg.astype(object))
    return table


def _at(complex: Complex, klifs: int) -> dict[str, int]:
    index = np.flatnonzero(complex.residues.klifs == klifs)
    return complex.atoms_of(int(index[0])) if len(index) else {}


@takes_complex("each")
def pocket(complex: Complex, *, frame: int | None = None) -> pd.DataFrame:
    """List the KLIFS pocket of a complex with each residue's distance to the inhibitor.

    Parameters
    ----------
    complex : Complex or str
        A text is loaded by :func:`ros1struct.load`.
    frame : int, optional
        One frame, from 0; by default every one, and a complex of several has a column ``frame``.

    Returns
    -------
    DataFrame
        One row per KLIFS position that the structure has: structure, klifs_index, klifs, region,
        residue, chain, author_number, min_distance (Å), sidechain_distance (Å, missing for Gly).

    Examples
    --------
    >>> import ros1struct as rs
    >>> table = pocket(rs.load("2WGJ")).set_index("klifs")
    >>> table.loc["hinge:48", "residue"]
    'M1160'
    """
    import pandas as pd

    from ros1struct.structure.residue_types import BACKBONE

    r = complex.residues
    xyz = complex.xyz[0]
    ligand = xyz[complex.inhibitor_heavy]
    rows = []
    for residue in sorted(np.flatnonzero(r.klifs > 0), key=lambda i: int(r.klifs[i])):
        atoms = complex.atoms_of(int(residue))
        side = [i for name, i in atoms.items() if name not in BACKBONE]
        label = klifs_label(int(r.klifs[residue]))
        rows.append(
            {
                "structure": complex.name,
                "klifs_index": int(r.klifs[residue]),
                "klifs": label,
                "region": label.split(":")[0],
                "residue": complex.residue_label(int(residue)),
                "chain": str(r.chain[residue]),
                "author_number": int(r.number[residue]),
                "min_distance": nearest(xyz[list(atoms.values())], ligand),
                "sidechain_distance": nearest(xyz[side], ligand),
            }
        )
    return pd.DataFrame(rows)
