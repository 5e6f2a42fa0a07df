"""Chemistry of a component from the CONECT records of a PDB file, where nothing better is known.

Many programs name a pair twice for a double bond and three times for a triple one; the format has
no other place for bond orders. Records without any such pair say nothing of orders, and are not
taken: a molecule of single bonds is more often one whose writer left them out.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ros1struct.io.archive.dictionary import charged
from ros1struct.io.chemistry.bond_orders import Chemistry
from ros1struct.io.records import HYDROGENS, FileResidue

if TYPE_CHECKING:
    import gemmi

BASIS = "bond orders of the file's CONECT records"


def chemistry_of_conect(
    structure: gemmi.Structure, molecule: FileResidue, protonation: str = "ph74"
) -> Chemistry | None:
    """Take a molecule's bond orders from CONECT records.

    Parameters
    ----------
    structure : gemmi.Structure
    molecule : FileResidue
    protonation : {"ph74", "written", "neutral"}
        With the charges of pH 7.4 by a plain rule, or neutral.

    Returns
    -------
    Chemistry or None
        None where no pair of the molecule is named twice, or the bonds make no molecule: an atom
        with too many, or parts that are not bonded.
    """
    conect = structure.conect_map
    if not conect:
        return None
    from rdkit import Chem, rdBase

    serials = _serials(structure, molecule)
    heavy = molecule.heavy
    place = {serials[str(n)]: k for k, n in enumerate(heavy.name) if str(n) in serials}
    light = {
        serials[n] for n, e in zip(molecule.names, molecule.atoms.element, strict=True)
        if e in HYDROGENS and n in serials
    }  # fmt: skip
    orders: dict[tuple[int, int], int] = {}
    hydrogens: Counter[int] = Counter()
    for serial, others in conect.items():
        if serial not in place:
            continue
        for other, times in Counter(others).items():
            if other in place and other != serial:
                a, b = sorted((place[serial], place[other]))
                orders[a, b] = max(orders.get((a, b), 0), times)
            elif other in light:
                hydrogens[place[serial]] += 1
    if not orders or max(orders.values()) not in (2, 3):
        return None
    made = Chem.RWMol()
    for k, element in enumerate(heavy.element):
        atom = Chem.Atom(str(element).capitalize())
        bonds = sum(order for pair, order in orders.items() if k in pair) + hydrogens[k]
        if element == "N" and bonds == 4:
            atom.SetFormalCharge(1)
        made.AddAtom(atom)
    for (a, b), order in orders.items():
        made.AddBond(a, b, Chem.BondType.values[order])
    mol = made.GetMol()
    try:
        with rdBase.BlockLogs():
            Chem.SanitizeMol(mol)
    except (RuntimeError, ValueError):
        return None
    if len(Chem.GetMolFrags(mol)) > 1:
        return None
    told = any(atom.GetFormalCharge() for atom in mol.GetAtoms())
    basis = BASIS
    if protonation != "neutral" and not told:
        mol, basis = charged(mol), f"{BASIS}; aliphatic amines protonated, acids not"
    return Chemistry(molecule.name, "", Chem.MolToSmiles(mol), basis)


def _serials(structure: gemmi.Structure, molecule: FileResidue) -> dict[str, int]:
    """Find the serial number of each atom of a molecule, by name, in its own location."""
    found: dict[str, int] = {}
    for chain in structure[0]:
        for residue in chain:
            same = residue.name == molecule.name and residue.seqid.num == molecule.number
            if not same or residue.seqid.icode.strip() != molecule.insertion:
                continue
            near = {tuple(round(float(x), 2) for x in xyz) for xyz in molecule.atoms.xyz}
            for atom in residue:
                if tuple(round(x, 2) for x in atom.pos.tolist()) in near:
                    found[atom.name] = atom.serial
    return found
