"""Lennard-Jones energies of heavy atoms: the OPLS united-atom set.

``E = 4 ε ((σ/r)¹² − (σ/r)⁶)`` with σ and ε the geometric means of the two atoms', in kcal/mol, no
more than :data:`CAP` per pair. Hydrogens are part of their carbon, or of their nitrogen, oxygen or
sulphur, as OPLS has them: a file with hydrogens and one without give the same energy.

References
----------
Jorgensen WL, Madura JD, Swenson CJ. J Am Chem Soc 1984, 106:6638-6646 (CHn, aromatic CH).
Jorgensen WL, Tirado-Rives J. J Am Chem Soc 1988, 110:1657-1666 (proteins).
Jorgensen WL, Maxwell DS, Tirado-Rives J. J Am Chem Soc 1996, 118:11225-11236 (halogens, P).
Rappé AK et al. J Am Chem Soc 1992, 114:10024-10035 (UFF: B, Si, As).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from ros1struct.errors import InputError
from ros1struct.structure.complex import Complex
from ros1struct.structure.residue_types import ResidueType
from ros1struct.structure.residues import residue_type
from ros1struct.structure.topology import Topology

Floats = npt.NDArray[np.float64]

CAP = 10.0

# σ in Å and ε in kcal/mol. CH0..CH3 are tetrahedral carbons with that many hydrogens.
PARAMETERS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "CH0": (3.800, 0.050),
        "CH1": (3.850, 0.080),
        "CH2": (3.905, 0.118),
        "CH3": (3.905, 0.175),
        "C3H0": (3.750, 0.105),
        "C3H1": (3.750, 0.110),
        "N": (3.250, 0.170),
        "O": (2.960, 0.210),
        "OH": (3.070, 0.170),
        "S": (3.550, 0.250),
        "F": (2.850, 0.061),
        "Cl": (3.400, 0.300),
        "Br": (3.470, 0.470),
        "I": (3.670, 0.580),
        "P": (3.740, 0.200),
        # OPLS has no selenium; selenomethionine is treated as methionine.
        "Se": (3.550, 0.250),
        # Nor boron, silicon and arsenic: UFF, σ of its minimum by 2^(1/6).
        "B": (3.638, 0.180),
        "Si": (3.826, 0.402),
        "As": (3.769, 0.309),
    }
)

# Atoms of residues that have parameters of their own; the others follow from their class.
SPECIAL: Mapping[tuple[str, str], tuple[float, float]] = MappingProxyType(
    {
        ("A", "CB"): (3.910, 0.160),
        ("M", "CG"): (3.800, 0.118),
        ("M", "CE"): (3.800, 0.170),
        ("P", "CD"): (3.800, 0.118),
        ("R", "CZ"): (2.250, 0.050),
        ("G", "CA"): (3.800, 0.118),
        ("", "CA"): (3.800, 0.080),
    }
)


def _look_up(kind: str) -> tuple[float, float]:
    if kind not in PARAMETERS:
        raise InputError(
            f"no Lennard-Jones parameters for element {kind} in the OPLS united-atom set; known "
            f"are {', '.join(PARAMETERS)}"
        )
    return PARAMETERS[kind]


@lru_cache(maxsize=64)
def residue_parameters(kind: ResidueType) -> Mapping[str, tuple[float, float]]:
    """Return σ (Å) and ε (kcal/mol) of a residue type's heavy atoms by name.

    Examples
    --------
    >>> residue_parameters(residue_type("V"))["CB"], residue_parameters(residue_type("V"))["CG1"]
    ((3.85, 0.08), (3.905, 0.175))
    """
    bonds = {"N": 2, "CA": 2 if kind.letter == "G" else 3, "C": 3, "O": 1, "OXT": 1}
    bonds |= {p.atom: 1 for p in kind.places}
    for place in kind.places:
        if place.parents[2] != "CA":
            bonds[place.parents[2]] += 1
    if kind.letter == "P":
        bonds["CD"] += 1
    return MappingProxyType(
        {
            atom: SPECIAL.get((kind.letter, atom))
            or (SPECIAL["", "CA"] if atom == "CA" else None)
            or _look_up(f"CH{4 - bonds[atom]}" if united == "C4" else united)
            for atom, united in kind.classes.items()
        }
    )


def parameters(complex: Complex) -> tuple[Floats, Floats]:
    """Return σ and ε of every atom of a complex, computed once for its topology.

    Parameters
    ----------
    complex : Complex

    Returns
    -------
    sigma, epsilon : ndarray, shape (atoms,)
        Å and kcal/mol, read-only; NaN for hydrogens and metals, which take no part.

    Raises
    ------
    InputError
        If a heavy atom's element has no parameters.

    Examples
    --------
    >>> import ros1struct as rs
    >>> c = rs.load("2WGJ")
    >>> float(np.nanmax(parameters(c)[1]))
    0.3
    """
    topology = complex.topology
    return topology.derived("Lennard-Jones parameters", lambda: _parameters(topology))


def _parameters(topology: Topology) -> tuple[Floats, Floats]:
    a, r = topology.atoms, topology.residues
    sigma = np.full(len(a), np.nan)
    epsilon = np.full(len(a), np.nan)
    for atom, drug_atom in zip(
        topology.inhibitor_heavy, topology.inhibitor.GetAtoms(), strict=True
    ):
        hydrogens = drug_atom.GetTotalNumHs()
        united = str(a.united[atom])
        kind = f"CH{min(hydrogens, 3)}" if united == "C4" else united
        sigma[atom], epsilon[atom] = _look_up(kind)
    for atom in np.concatenate([topology.protein_heavy, topology.heavy_of("water")]):
        known = residue_type(str(r.name[a.residue[atom]]))
        table: Mapping[str, Any] = residue_parameters(known) if known else {}
        united = str(a.united[atom])
        found = table.get(str(a.name[atom])) or _look_up("CH2" if united == "C4" else united)
        sigma[atom], epsilon[atom] = found
    sigma.flags.writeable = epsilon.flags.writeable = False
    return sigma, epsilon


def pair_energy(sigma: Floats, epsilon: Floats, distance: Floats, *, cap: float = CAP) -> Floats:
    """Lennard-Jones energy of pairs.

    Parameters
    ----------
    sigma, epsilon : ndarray
        Of the pairs (Å, kcal/mol).
    distance : ndarray
        Å.
    cap : float
        kcal/mol; no pair costs more, at whatever distance.

    Returns
    -------
    ndarray
        kcal/mol.

    Examples
    --------
    >>> deepest = pair_energy(np.array([3.0]), np.array([0.2]), np.array([3.0 * 2 ** (1 / 6)]))
    >>> float(deepest[0].round(6))
    -0.2
    """
    # At a thousandth of an Å every pair is far beyond the cap, and nothing overflows.
    ratio = sigma / np.maximum(distance, 1e-3)
    np.multiply(ratio, ratio, out=ratio)
    sixth = ratio * ratio
    sixth *= ratio
    energy = np.subtract(sixth, 1.0, out=ratio)
    energy *= sixth
    energy *= 4.0 * epsilon
    return np.minimum(energy, cap, out=energy)


def mixed(
    sigma_a: Floats | float, epsilon_a: Floats | float, sigma_b: Floats, epsilon_b: Floats
) -> tuple[Floats, Floats]:
    """Combine the parameters of two atoms by the geometric means of OPLS."""
    return np.sqrt(sigma_a * sigma_b), np.sqrt(epsilon_a * epsilon_b)
