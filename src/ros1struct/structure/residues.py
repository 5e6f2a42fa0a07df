"""What the amino acids are: atoms, bonds, chemistry, side-chain torsions and ideal geometry.

One record per residue type; everything that needs to know what an atom of a protein is asks here.

Atom classes follow the united-atom types of Tsai et al.: ``C3H0`` is a trigonal (or digonal) carbon
without hydrogen, ``C3H1`` a trigonal carbon with hydrogen, ``C4`` a tetrahedral carbon, ``OH`` an
oxygen that carries hydrogen, ``O`` one that does not; other elements are classes of their own.

Bond lengths (Å) and angles (degrees) of the side chains are those of Engh and Huber.

References
----------
Tsai J, Taylor R, Chothia C, Gerstein M. J Mol Biol 1999, 290:253-266.
Engh RA, Huber R. Acta Crystallogr A 1991, 47:392-400; Int Tables Crystallogr F 2001, 382-392.
IUPAC-IUB Commission on Biochemical Nomenclature. Biochemistry 1970, 9:3471-3479 (torsions).
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from ros1struct.structure.residue_types import ONE_TO_THREE, RESIDUE_TYPES, ResidueType

# Names that stand for a standard residue: protonation variants of force fields, and the
# modified residues that polymer chains of kinases carry.
PARENT = MappingProxyType(
    {
        "ASH": "ASP", "GLH": "GLU", "LYN": "LYS", "CYX": "CYS", "CYM": "CYS", "HID": "HIS",
        "HIE": "HIS", "HIP": "HIS", "HSD": "HIS", "HSE": "HIS", "HSP": "HIS", "MSE": "MET",
        "SEP": "SER", "TPO": "THR", "PTR": "TYR", "CSO": "CYS", "OCS": "CYS", "CME": "CYS",
        "CSD": "CYS", "CAS": "CYS", "KCX": "LYS", "MLY": "LYS", "M3L": "LYS",
    }
)  # fmt: skip


# Atoms of modified residues that are not as in the parent: united class, donor, acceptor, charge.
_PHOSPHATE = dict.fromkeys(("O1P", "O2P", "O3P"), ("O", False, True, -1))
MODIFIED = MappingProxyType(
    {
        "SEP": {"OG": ("O", False, True, 0), **_PHOSPHATE},
        "TPO": {"OG1": ("O", False, True, 0), **_PHOSPHATE},
        "PTR": {"OH": ("O", False, True, 0), **_PHOSPHATE},
        "MSE": {"SE": ("Se", False, True, 0)},
        "CSO": {"SG": ("S", False, True, 0), "OD": ("OH", True, True, 0)},
        "M3L": {"NZ": ("N", False, False, 1)},
        "KCX": {
            "NZ": ("N", True, False, 0),
            "CX": ("C3H0", False, False, 0),
            "OQ1": ("O", False, True, -1),
            "OQ2": ("O", False, True, -1),
        },
    }
)


def residue_type(name: str) -> ResidueType | None:
    """Look up a residue by its three-letter or one-letter name.

    Parameters
    ----------
    name : str
        ``"ARG"``, ``"R"``, a force field's variant (``"HIE"``) or a modified residue (``"MSE"``),
        which answer with their parent.

    Returns
    -------
    ResidueType or None
        None for what is not an amino acid known here.

    Examples
    --------
    >>> residue_type("R").sidechain
    ('CB', 'CG', 'CD', 'NE', 'CZ', 'NH1', 'NH2')
    >>> residue_type("MSE").letter
    'M'
    """
    if len(name) == 1:
        name = ONE_TO_THREE.get(name, name)
    return RESIDUE_TYPES.get(PARENT.get(name, name))


@lru_cache(maxsize=1024)
def one_letter(name: str) -> str:
    """Return the one-letter code of a residue name, ``X`` where there is none.

    Examples
    --------
    >>> one_letter("TPO"), one_letter("ATP")
    ('T', 'X')
    """
    found = residue_type(name) if len(name) != 1 else None
    return found.letter if found else "X"


# A chain has some fifty kinds of residue with the same names of atoms.
@lru_cache(maxsize=1024)
def lacking_atoms(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the side-chain atoms of a residue type that are not among some names of atoms.

    Parameters
    ----------
    name : str
        Of the residue.
    names : tuple of str
        Of the atoms that it has.

    Returns
    -------
    tuple of str
        In building order; empty for what is not an amino acid known here.

    Examples
    --------
    >>> lacking_atoms("ASP", ("N", "CA", "C", "O", "CB")), lacking_atoms("ATP", ())
    (('CG', 'OD1', 'OD2'), ())
    """
    kind = residue_type(name)
    return tuple(a for a in kind.sidechain if a not in names) if kind is not None else ()
