"""Assemble kinase complexes out of two packages: dockstring's proteins, biotite's components.

The model coordinates of these components are in the frame of the deposited entry from which
dockstring prepared the protein. Provenance ``processed``: hydrogens are dropped, incomplete side
chains were rebuilt by dockstring. Written to a temporary folder, never committed.

    python tests/peers/assembled.py --to FOLDER [--dockstring WHEEL]
"""

from __future__ import annotations

import argparse
import zipfile
from importlib.resources import files
from pathlib import Path

# Protein of dockstring, component of the entry.
PAIRS = {
    "ABL1": "JIN", "AKT1": "CQW", "CSF1R": "KRJ", "EGFR": "HYZ", "IGF1R": "BMI", "JAK2": "NVB",
    "LCK": "547", "MAP2K1": "5BM", "MAPK1": "19A", "MAPK14": "LGF", "MAPKAPK2": "L8I",
    "PTK2": "YAM", "SRC": "PD5",
}  # fmt: skip
ELEMENTS = {"A": "C", "OA": "O", "NA": "N", "SA": "S", "HD": "H", "HS": "H"}
LINE = (
    "{record:<6}{serial:>5} {atom:<4} {name:>3} {chain}{number:>4}    "
    "{x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00          {element:>2}\n"
)


def target(kinase: str, wheel: Path | None) -> str:
    """Text of dockstring's prepared protein."""
    path = f"resources/targets/{kinase}_target.pdbqt"
    if wheel is not None:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(f"dockstring/{path}").decode()
    return (files("dockstring") / path).read_text()


def assemble(kinase: str, component: str, folder: Path, wheel: Path | None) -> Path:
    """Write ``KINASE_COMPONENT.pdb`` and return its path."""
    import biotite.structure.info as info

    lines = []
    for row in target(kinase, wheel).splitlines():
        if not row.startswith(("ATOM", "HETATM")):
            continue
        kind = row[77:].strip()
        element = ELEMENTS.get(kind, kind).capitalize()
        if element == "H" or row[17:20].strip() == "HOH":
            continue
        atom = row[12:16].strip()
        # Two methionines of the hinge are misnamed there.
        name = row[17:20].replace("MEU", "MET")
        lines.append(
            LINE.format(
                record="ATOM", serial=len(lines) + 1,
                atom=atom if len(atom) == 4 or len(element) == 2 else f" {atom}",
                name=name, chain="A", number=int(row[22:26]), x=float(row[30:38]),
                y=float(row[38:46]), z=float(row[46:54]), element=element.upper(),
            )
        )  # fmt: skip
    # The component dictionary's own table: residue() prefers ideal coordinates.
    table = info.ccd.get_from_ccd("chem_comp_atom", component)
    columns = [table[f"model_Cartn_{axis}"].as_array(float) for axis in "xyz"]
    symbols, names = table["type_symbol"].as_array(str), table["atom_id"].as_array(str)
    for x, y, z, element, atom in zip(*columns, symbols, names, strict=True):
        if element == "H":
            continue
        lines.append(
            LINE.format(
                record="HETATM", serial=len(lines) + 1,
                atom=atom if len(atom) == 4 or len(element) == 2 else f" {atom}",
                name=component, chain="L", number=1, x=x, y=y, z=z, element=element,
            )
        )  # fmt: skip
    path = folder / f"{kinase}_{component}.pdb"
    path.write_text("".join(lines) + "END\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--dockstring", type=Path)
    arguments = parser.parse_args()
    for one, other in PAIRS.items():
        print(assemble(one, other, arguments.to, arguments.dockstring))
