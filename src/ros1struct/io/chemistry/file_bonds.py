"""Chemistry of a component as its file says it: ``_chem_comp_bond`` and ``_chem_comp_atom``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ros1struct.io.archive.dictionary import charged
from ros1struct.io.chemistry.bond_orders import Chemistry

if TYPE_CHECKING:
    import gemmi

_ORDERS = {"sing": 1, "doub": 2, "trip": 3, "arom": 12, "delo": 12}


def chemistry_of_file(
    block: gemmi.cif.Block | None, component: str, protonation: str = "ph74"
) -> Chemistry | None:
    """Take a component's bond orders from an mmCIF file.

    Parameters
    ----------
    block : gemmi.cif.Block or None
    component : str
    protonation : {"ph74", "written", "neutral"}
        Charges as the file has them; where it has none, ``ph74`` charges amines, amidines and
        acids by a plain rule.

    Returns
    -------
    Chemistry or None
        None where the file has no bonds of the component, or they make no molecule.
    """
    if block is None:
        return None
    bonds = [
        row for row in block.find("_chem_comp_bond.", ["comp_id", "atom_id_1", "atom_id_2",
                                                        "value_order"])
        if row.str(0) == component
    ]  # fmt: skip
    if not bonds:
        return None
    from rdkit import Chem, rdBase

    table = block.find("_chem_comp_atom.", ["comp_id", "atom_id", "type_symbol", "?charge"])
    atoms = [row for row in table if row.str(0) == component]
    made, place = Chem.RWMol(), {}
    told = False
    try:
        with rdBase.BlockLogs():
            for row in atoms:
                symbol = row.str(2).capitalize()
                if symbol in ("H", "D"):
                    continue
                atom = Chem.Atom(symbol)
                if row.has(3) and row.str(3) not in ("", "?", "."):
                    atom.SetFormalCharge(int(row.str(3)))
                    told = told or atom.GetFormalCharge() != 0
                place[row.str(1)] = made.AddAtom(atom)
            for row in bonds:
                a, b = place.get(row.str(1)), place.get(row.str(2))
                if a is not None and b is not None:
                    order = _ORDERS.get(row.str(3).lower()[:4], 1)
                    made.AddBond(a, b, Chem.BondType.values[order])
                    if order == 12:
                        made.GetAtomWithIdx(a).SetIsAromatic(True)
                        made.GetAtomWithIdx(b).SetIsAromatic(True)
            mol = made.GetMol()
            Chem.SanitizeMol(mol)
    except (RuntimeError, ValueError):
        return None
    if mol.GetNumAtoms() == 0 or len(Chem.GetMolFrags(mol)) > 1:
        return None
    basis = "bonds and charges of the file"
    if not told and protonation != "neutral":
        mol, basis = charged(mol), "bonds of the file; aliphatic amines protonated, acids not"
    return Chemistry(component, "", Chem.MolToSmiles(mol), basis)
