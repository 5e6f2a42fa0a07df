"""Make the two bundled MET complexes of ``structures/experimental/``.

``met_crizotinib_2wgj.cif``
    The pocket of wwPDB entry 2WGJ within 10 Å of crizotinib, atoms as deposited.
``met_foretinib_3lq8.cif``
    The protein of wwPDB entry 3LQ8 as the package dockstring prepared it for docking, and
    foretinib (component 88Z) as the chemical component dictionary in the package biotite has it;
    the dictionary's model coordinates are those of the same crystal.

The same inputs give the same bytes. Run, from the repository::

    python structures/build_experimental.py --pocket met_2wgj_pocket.csv

dockstring 0.3.4 and biotite 1.6.0 are taken from the environment (``pip install --no-deps
dockstring==0.3.4`` is enough: one data file is read, nothing is imported) or from the files given
with ``--dockstring`` (its wheel) and ``--component`` (the definition of 88Z as mmCIF).
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import gemmi

FOLDER = Path(__file__).parent / "experimental"
TARGET = "dockstring/resources/targets/MET_target.pdbqt"

# AutoDock atom types that occur in the file; "A" is an aromatic carbon, never aluminium or argon.
ELEMENT_OF_TYPE = {"C": "C", "A": "C", "N": "N", "NA": "N", "OA": "O", "SA": "S", "HD": "H"}

# Residues whose UniProt P08581 numbers are known from the literature: hinge and DFG.
MOTIFS = {1110: "LYS", 1158: "PRO", 1160: "MET", 1222: "ASP", 1223: "PHE", 1224: "GLY"}

CC0 = "CC0-1.0 (wwPDB archive and chemical component dictionary)"


class Atom(NamedTuple):
    """One heavy atom; occupancy and B factor are the text of the source."""

    residue: str
    number: int
    name: str
    element: str
    x: float
    y: float
    z: float
    occupancy: str
    b_factor: str


def read_pocket(path: Path) -> list[Atom]:
    """Read the 2WGJ pocket: author numbers, occupancies and B factors as deposited."""
    with path.open(newline="", encoding="utf-8") as handle:
        return [
            Atom(
                row["res_name"],
                int(row["res_id"]),
                row["atom_name"],
                row["element"],
                *(float(row[axis]) for axis in "xyz"),
                row["occupancy"],
                row["b_factor"],
            )
            for row in csv.DictReader(handle)
        ]


def read_pdbqt(text: str) -> list[Atom]:
    """Read the heavy atoms of a pdbqt file; the element comes from the AutoDock atom type."""
    atoms = []
    for line in text.splitlines():
        if not line.startswith("ATOM"):
            continue
        element = ELEMENT_OF_TYPE[line[77:79].strip()]
        if element == "H":
            continue
        xyz = (float(line[start : start + 8]) for start in (30, 38, 46))
        name, residue, number = line[12:16].strip(), line[17:20].strip(), int(line[22:26])
        atoms.append(Atom(residue, number, name, element, *xyz, "1.00", "0.00"))
    return atoms


def read_component(rows: Iterable[Mapping[str, str]], name: str, number: int) -> list[Atom]:
    """Take the heavy atoms of a chemical component at its model coordinates."""
    return [
        Atom(
            name,
            number,
            row["atom_id"],
            row["type_symbol"].upper(),
            *(float(row[f"model_Cartn_{axis}"]) for axis in "xyz"),
            "1.00",
            "0.00",
        )
        for row in rows
        if row["type_symbol"] not in ("H", "D")
    ]


def component_rows(name: str, path: Path | None) -> list[dict[str, str]]:
    """Rows of ``_chem_comp_atom``, from a definition file or the dictionary in biotite."""
    columns = ("atom_id", "type_symbol", *(f"model_Cartn_{axis}" for axis in "xyz"))
    if path is not None:
        block = gemmi.cif.read(str(path)).sole_block()
        table = block.find("_chem_comp_atom.", list(columns))
        return [dict(zip(columns, map(gemmi.cif.as_string, row), strict=True)) for row in table]
    from biotite.structure.info.ccd import get_from_ccd

    category = get_from_ccd("chem_comp_atom", name)
    values = [category[column].as_array(str) for column in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def target_text(wheel: Path | None) -> str:
    """Text of dockstring's prepared MET protein, from its wheel or the installed package."""
    if wheel is not None:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(TARGET).decode("ascii")
    spec = importlib.util.find_spec("dockstring")
    if spec is None or spec.origin is None:
        raise SystemExit("dockstring is not installed; install it or give --dockstring WHEEL")
    return (Path(spec.origin).parent.parent / TARGET).read_text(encoding="ascii")


def check_numbers(protein: Iterable[Atom]) -> None:
    """Stop unless the author numbers are those of UniProt P08581."""
    found = {atom.number: atom.residue for atom in protein}
    wrong = {n: (found.get(n), aa) for n, aa in MOTIFS.items() if found.get(n) != aa}
    if wrong:
        raise SystemExit(f"not numbered as UniProt P08581 (number: found, expected): {wrong}")


def write_mmcif(
    path: Path,
    atoms: list[Atom],
    *,
    entry: str,
    title: str,
    resolution: str | None,
    about: Mapping[str, str],
) -> None:
    """Write one kinase chain with its inhibitor and waters as mmCIF."""
    component = about["component"]
    entity = {component: "2", "HOH": "3"}
    first = atoms[0].number
    block = gemmi.cif.Block(path.stem)
    quote = gemmi.cif.quote

    block.set_pair("_entry.id", quote(entry))
    block.set_pair("_struct.entry_id", quote(entry))
    block.set_pair("_struct.title", quote(title))
    block.set_pair("_exptl.entry_id", quote(entry))
    block.set_pair("_exptl.method", quote("X-RAY DIFFRACTION"))
    if resolution is not None:
        block.set_pair("_refine.entry_id", quote(entry))
        block.set_pair("_refine.pdbx_refine_id", quote("X-RAY DIFFRACTION"))
        block.set_pair("_refine.ls_d_res_high", resolution)
    for key, value in about.items():
        block.set_pair(f"_ros1struct.{key}", quote(value))

    kinds = [("1", "polymer", "Hepatocyte growth factor receptor, kinase domain")]
    kinds.append(("2", "non-polymer", about["inhibitor"]))
    if any(atom.residue == "HOH" for atom in atoms):
        kinds.append(("3", "water", "water"))
    entities = block.init_loop("_entity.", ["id", "type", "pdbx_description"])
    for row in kinds:
        entities.add_row([quote(value) for value in row])
    block.set_pair("_entity_poly.entity_id", "1")
    block.set_pair("_entity_poly.type", quote("polypeptide(L)"))
    chains = block.init_loop("_struct_asym.", ["id", "entity_id"])
    for number, _, _ in kinds:
        chains.add_row(["ABC"[int(number) - 1], number])

    loop = block.init_loop(
        "_atom_site.",
        [
            "group_PDB",
            "id",
            "type_symbol",
            "label_atom_id",
            "label_alt_id",
            "label_comp_id",
            "label_asym_id",
            "label_entity_id",
            "label_seq_id",
            "pdbx_PDB_ins_code",
            "Cartn_x",
            "Cartn_y",
            "Cartn_z",
            "occupancy",
            "B_iso_or_equiv",
            "auth_seq_id",
            "auth_comp_id",
            "auth_asym_id",
            "auth_atom_id",
            "pdbx_PDB_model_num",
        ],
    )
    for serial, atom in enumerate(atoms, start=1):
        kind = entity.get(atom.residue, "1")
        polymer = kind == "1"
        loop.add_row(
            [
                "ATOM" if polymer else "HETATM",
                str(serial),
                atom.element,
                quote(atom.name),
                ".",
                atom.residue,
                "ABC"[int(kind) - 1],
                kind,
                # Label numbers keep the gaps of a fragment; the author's number is the UniProt one.
                str(atom.number - first + 1) if polymer else ".",
                "?",
                *(f"{value:.3f}" for value in (atom.x, atom.y, atom.z)),
                atom.occupancy,
                atom.b_factor,
                str(atom.number),
                atom.residue,
                "A",
                quote(atom.name),
                "1",
            ]
        )
    document = gemmi.cif.Document()
    document.add_copied_block(block)
    path.write_text(document.as_string(), encoding="ascii", newline="\n")


def build_crizotinib(pocket: Path, folder: Path) -> Path:
    """Write the deposited pocket of MET and crizotinib."""
    path = folder / "met_crizotinib_2wgj.cif"
    atoms = read_pocket(pocket)
    check_numbers(atoms)
    write_mmcif(
        path,
        atoms,
        entry="2WGJ",
        title="MET kinase with crizotinib, pocket fragment of wwPDB entry 2WGJ",
        resolution="2.00",
        about={
            "provenance": "deposited",
            "kinase": "MET",
            "variant": "WT",
            "inhibitor": "crizotinib",
            "component": "VGH",
            "inputs": "wwPDB entry 2WGJ, chain A",
            "method": (
                "pocket fragment: residues within 10 A of crizotinib and 11 waters; coordinates, "
                "occupancies, B factors and UniProt P08581 numbers as deposited"
            ),
            "licence": CC0,
            "citation": "Cui et al. J Med Chem 2011, 54, 6342, doi:10.1021/jm2007613",
        },
    )
    return path


def build_foretinib(target: str, component: list[dict[str, str]], folder: Path) -> Path:
    """Write MET and foretinib, assembled from two packages."""
    path = folder / "met_foretinib_3lq8.cif"
    protein = read_pdbqt(target)
    check_numbers(protein)
    # The packages do not carry the residue number of the inhibitor; 1 is free in the protein.
    atoms = protein + read_component(component, "88Z", 1)
    write_mmcif(
        path,
        atoms,
        entry="3LQ8",
        title="MET kinase with foretinib, assembled in the frame of wwPDB entry 3LQ8",
        resolution=None,
        about={
            "provenance": "processed",
            "kinase": "MET",
            "variant": "WT",
            "inhibitor": "foretinib",
            "component": "88Z",
            "inputs": (
                "dockstring 0.3.4 resources/targets/MET_target.pdbqt (protein of 3LQ8 prepared "
                "for docking); biotite 1.6.0 component dictionary, 88Z, model coordinates (3LQ8)"
            ),
            "method": (
                "both parts as they stand, one crystal frame; hydrogens dropped; no waters; "
                "incomplete side chains were rebuilt by dockstring; occupancy 1.00 and B factor "
                "0.00 are placeholders; UniProt P08581 numbers, inhibitor numbered 1"
            ),
            "licence": f"{CC0}; preparation by dockstring, Apache-2.0",
            "citation": (
                "Qian et al. Cancer Res 2009, 69, 8009, doi:10.1158/0008-5472.CAN-08-4889; "
                "Garcia-Ortegon et al. J Chem Inf Model 2022, 62, 3486, "
                "doi:10.1021/acs.jcim.1c01334"
            ),
        },
    )
    return path


def main(arguments: list[str] | None = None) -> None:
    """Write both files, or those whose inputs are given."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--pocket", type=Path, required=True, help="met_2wgj_pocket.csv")
    parser.add_argument("--dockstring", type=Path, help="dockstring wheel (else as installed)")
    parser.add_argument("--component", type=Path, help="88Z as mmCIF (else from biotite)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    component = component_rows("88Z", given.component)
    print(build_crizotinib(given.pocket, given.out))
    print(build_foretinib(target_text(given.dockstring), component, given.out))


if __name__ == "__main__":
    main()
