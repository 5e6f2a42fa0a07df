"""Write what PLIP finds in the protonated files: one row per (residue, kind).

PLIP gets the hydrogens of the file (``NOHYDRO``), so that both programs see the same atoms.

    python tests/peers/plip_reference.py NAME.pdb ... --to tests/data/parity_plip.csv
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from prolif_reference import write


def plip_pairs(pdb: Path) -> set[tuple[int, str, str]]:
    """(residue number, kind, role) of every contact that PLIP reports with its defaults."""
    from plip.basic import config
    from plip.structure.preparation import PDBComplex

    logging.disable(logging.CRITICAL)
    config.NOHYDRO = True
    config.NOFIXFILE = True
    molecule = PDBComplex()
    molecule.load_pdb(str(pdb))
    molecule.analyze()
    site = next(s for key, s in molecule.interaction_sets.items() if key.startswith("UNL"))
    pairs: set[tuple[int, str, str]] = set()
    pairs |= {(c.resnr, "hydrophobic", "") for c in site.hydrophobic_contacts}
    pairs |= {(c.resnr, "hydrogen bond", "acceptor") for c in site.hbonds_pdon}
    pairs |= {(c.resnr, "hydrogen bond", "donor") for c in site.hbonds_ldon}
    pairs |= {(c.resnr, "salt bridge", "cation") for c in site.saltbridge_pneg}
    pairs |= {(c.resnr, "salt bridge", "anion") for c in site.saltbridge_lneg}
    face = {"P": "pi stacking face", "T": "pi stacking edge"}
    pairs |= {(c.resnr, face[c.type], "") for c in site.pistacking}
    pairs |= {(c.resnr, "pi-cation", "") for c in site.pication_laro}
    pairs |= {(c.resnr, "cation-pi", "") for c in site.pication_paro}
    pairs |= {(c.resnr, "halogen bond", "donor") for c in site.halogen_bonds}
    pairs |= {
        (c.resnr, "water bridge", "acceptor" if c.protisdon else "donor")
        for c in site.water_bridges
    }
    return {(int(number), kind, role) for number, kind, role in pairs}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, required=True)
    arguments = parser.parse_args()
    write([(f.stem, *pair) for f in arguments.files for pair in plip_pairs(f)], arguments.to)
