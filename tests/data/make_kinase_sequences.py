"""Make kinase_sequences.csv: chains of kinases and other proteins, with landmarks of the kinases.

Usage: python make_kinase_sequences.py dockstring-0.3.4-py3-none-any.whl

The chains are those of the prepared targets of dockstring 0.3.4 (Apache-2.0; Garcia-Ortegon M et
al. J Chem Inf Model 2022, 62:3486-3502), deposited entries of the PDB in origin: the first number,
one letter per residue, ``[n]`` where n numbers are missing. Numbers are the file's; some files
number from 1.

Landmarks are the residues at KLIFS 17 (β3 Lys), 24 (αC Glu), 45 (gatekeeper), 46 and 48 (hinge), 68
and 70 (HRD), 81 to 83 (DFG), written down by hand: the motifs by sight, gatekeepers and hinges as
the papers on inhibitors of each kinase name them (EGFR T790 and M793, ABL1 T315 and M318, MAPK14
T106 and M109, CDK2 F80 and L83, MAPK1 Q105 and M108, LCK T316 and M319, ...), moved by the offset
of the file.
"""

import csv
import sys
import zipfile
from pathlib import Path

from ros1struct.structure.residues import one_letter

LANDMARKS = {
    "ABL1": "K39 E54 T83 E84 M86 H129 D131 D149 F150 G151",
    "AKT1": "K36 E55 M84 E85 A87 Y129 D131 D149 F150 G151",
    "AKT2": "K36 E55 M84 E85 A87 Y128 D130 D148 F149 G150",
    "CDK2": "K33 E51 F80 E81 L83 H125 D127 D145 F146 G147",
    "CSF1R": "K616 E633 T663 E664 C666 H776 D778 D796 F797 G798",
    "EGFR": "K745 E762 T790 Q791 M793 H835 D837 D855 F856 G857",
    "FGFR1": "K51 E68 V98 E99 A101 H146 D148 D166 F167 G168",
    "IGF1R": "K1003 E1020 M1049 E1050 M1052 H1103 D1105 D1123 F1124 G1125",
    "JAK2": "K41 E57 M83 E84 L86 H128 D130 D148 F149 G150",
    "KDR": "K49 E62 V93 E94 C96 H153 D155 D173 F174 G175",
    "KIT": "K623 E640 T670 E671 C673 H790 D792 D810 F811 G812",
    "LCK": "K273 E288 T316 E317 M319 H362 D364 D382 F383 G384",
    "MAP2K1": "K97 E114 M143 E144 M146 H188 D190 D208 F209 G210",
    "MAPK1": "K52 E69 Q103 D104 M106 H145 D147 D165 F166 G167",
    "MAPK14": "K53 E71 T106 H107 M109 H148 D150 D168 F169 G170",
    "MAPKAPK2": "K93 E104 M138 E139 L141 H184 D186 D207 F208 G209",
    "MET": "K1110 E1127 L1157 P1158 M1160 H1202 D1204 D1222 F1223 G1224",
    "PLK1": "K82 E101 L130 E131 C133 H174 D176 D194 F195 G196",
    "PTK2": "K454 E471 M499 E500 C502 H544 D546 D564 F565 G566",
    "ROCK1": "K100 E119 M148 E149 M151 H191 D193 D211 F212 G213",
    "SRC": "K38 E53 T81 E82 M84 H127 D129 D147 F148 G149",
}
# Residue names for alternate locations that the preparation made up.
PREPARED = {"CYT": "C", "GLV": "E", "MEU": "M", "LEV": "L", "HIZ": "H"}


def main(wheel: str) -> None:
    """Write the table beside this script."""
    rows = []
    with zipfile.ZipFile(wheel) as archive:
        for member in sorted(archive.namelist()):
            if not member.endswith("_target.pdbqt"):
                continue
            name = Path(member).name.removesuffix("_target.pdbqt")
            lines = archive.read(member).decode().splitlines()
            residues = dict.fromkeys(
                (int(line[22:26]), line[17:20].strip()) for line in lines if line[:4] == "ATOM"
            )
            text, last = "", None
            for number, residue in residues:
                letter = PREPARED.get(residue) or one_letter(residue)
                if letter == "X" or (last is not None and number <= last):
                    continue  # cofactors, ions, and parts numbered again
                gap = f"[{number - last - 1}]" if last is not None and number > last + 1 else ""
                text += f"{number}:{letter}" if last is None else gap + letter
                last = number
            rows.append((name, LANDMARKS.get(name, ""), text))
    with Path(__file__).with_name("kinase_sequences.csv").open("w", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("name", "landmarks", "residues"))
        writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1])
