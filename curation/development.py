"""The structures of the development set, by the names that its table uses."""

from __future__ import annotations

import tempfile
from pathlib import Path

import ros1struct as rs

CABOZANTINIB = "COc1cc2c(Oc3ccc(NC(=O)C4(C(=O)Nc5ccc(F)cc5)CC4)cc3)ccnc2cc1OC"
# Charges as at pH 7.4; the acrylamide has reacted.
NERATINIB = "CCOc1cc2ncc(C#N)c(Nc3ccc(OCc4ccccn4)c(Cl)c3)c2cc1NC(=O)CCC[NH+](C)C"
# The structure that answers for an inhibitor.
OF_DRUG = {
    ("ALK", "crizotinib"): "2XP2",
    ("ALK", "alectinib"): "3AOX",
    ("ALK", "ceritinib"): "4MKC",
    ("ALK", "brigatinib"): "5J7H",
    ("ALK", "lorlatinib"): "4CLI",
    ("EGFR", "erlotinib"): "1M17",
    ("EGFR", "gefitinib"): "4WKQ",
    ("EGFR", "lapatinib"): "1XKK",
    ("EGFR", "neratinib"): "2JIV",
    ("MET", "crizotinib"): "2WGJ",
    ("MET", "cabozantinib"): "3LQ8 (foretinib pose)",
}
# All crystals of one kinase and one inhibitor.
CRYSTALS = {
    ("ALK", "crizotinib"): ("2XP2", "2YFX", "4ANQ", "4ANS", "5AAA", "5AAB", "5AAC"),
    ("EGFR", "erlotinib"): ("1M17", "4HJO"),
    ("EGFR", "gefitinib"): ("4WKQ", "2ITY", "2ITO", "2ITZ", "3UG2", "4I22"),
    ("EGFR", "neratinib"): ("2JIV", "3W2Q"),
}


def load(shared: Path, name: str) -> rs.Complex:
    """Load a structure of the set.

    Cabozantinib is foretinib's pose of 3LQ8 cut to the atoms that the two share.
    """
    xray = shared / "structures/test_only/xray"
    if name == "4CLI":
        folder = shared / "structures/test_only/alk_lorlatinib"
        return rs.load(folder / "2xp2_protein_4cli_lorlatinib.pdb")
    if name.startswith("3LQ8"):
        with tempfile.TemporaryDirectory() as folder:
            return cabozantinib_pose(Path(folder))
    more = {"smiles": NERATINIB} if name in ("2JIV", "3W2Q") else {}
    return rs.load(xray / f"{name}.pdb", **more)


def structures(shared: Path) -> dict[str, rs.Complex]:
    """Load every structure of the set by the name that the pairs use."""
    return {name: load(shared, name) for name in OF_DRUG.values()}


def place(complex: rs.Complex, mutation: str) -> int:
    """Index of the residue of a mutation."""
    residue = complex.find_residue(int(mutation[1:-1]))
    if residue is not None and complex.residues.letter[residue] in mutation:
        return residue
    raise LookupError(f"{mutation} is not in {complex.name}")


def cabozantinib_pose(folder: Path) -> rs.Complex:
    """Cut foretinib of the bundled 3LQ8 down to cabozantinib."""
    import gemmi
    from rdkit import Chem

    whole = rs.load("3LQ8")
    wanted = Chem.MolFromSmiles(CABOZANTINIB)
    shared = whole.inhibitor.GetSubstructMatch(wanted)
    kept = {str(whole.atoms.name[whole.inhibitor_heavy[i]]) for i in shared}
    rs.write(whole, folder / "whole.pdb")
    structure = gemmi.read_structure(str(folder / "whole.pdb"))
    structure.raw_remarks = []  # They name the inhibitor that was.
    for chain in structure[0]:
        for residue in chain:
            if residue.name == whole.component:
                for i in reversed(range(len(residue))):
                    if residue[i].name not in kept:
                        del residue[i]
                residue.name = "CBZ"
    structure.write_pdb(str(folder / "3LQ8-cabozantinib.pdb"))
    return rs.load(folder / "3LQ8-cabozantinib.pdb", smiles=CABOZANTINIB, provenance="model")
