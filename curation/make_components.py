"""Write components.csv: bond orders and charge state of inhibitors, by wwPDB component code.

Run by ``python curation/make_components.py`` where RDKit and biotite 1.6.0 are installed:
biotite carries the wwPDB Chemical Component Dictionary (CC0). The package itself needs neither
this script nor biotite.
"""

from __future__ import annotations

import csv
import importlib
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

DATA = Path(__file__).parents[1] / "src" / "ros1struct" / "data"
inchikey: Callable[[Any], str] = Chem.MolToInchiKey
PH = 7.4

# name where the component is a known inhibitor, else '' (the code is then its name).
COMPONENTS = {
    # ROS1 and ALK inhibitors, and ligands of ROS1 entries
    "VGH": "crizotinib",
    "VHS": "(S)-crizotinib",
    "5P8": "lorlatinib",
    "QB4": "lorlatinib",
    "53P": "lorlatinib",
    "7GI": "repotrectinib",
    "A1I6Z": "zidesamtinib",
    "YMX": "entrectinib",
    "88Z": "foretinib",
    "EMH": "alectinib",
    "4MK": "ceritinib",
    "IDW": "",
    "AWJ": "",
    "L1X": "merestinib",
    "C6F": "gilteritinib",
    "6GY": "brigatinib",
    "A1IJ8": "neladalkib",
    "GUI": "TAE684",
    # test structures
    "AQ4": "erlotinib",
    "STI": "imatinib",
    "DB8": "bosutinib",
    "LEV": "lenvatinib",
    "6ZZ": "ribociclib",
    "6ZV": "abemaciclib",
    "1E8": "ibrutinib",
    "40L": "idelalisib",
    # proteins of the dockstring set with an inhibitor in the same frame
    "JIN": "PD180970",
    "CQW": "",
    "KRJ": "",
    "HYZ": "",
    "BMI": "",
    "NVB": "",
    "547": "",
    "5BM": "U0126",
    "19A": "",
    "LGF": "",
    "L8I": "",
    "YAM": "PF-562271",
    "PD5": "AD57",
    # other kinase inhibitors often met
    "0LI": "ponatinib",
    "0WM": "afatinib",
    "1N1": "dasatinib",
    "AXI": "axitinib",
    "B49": "sunitinib",
    "B96": "doramapimod",
    "BAX": "sorafenib",
    "FMM": "lapatinib",
    "IRE": "gefitinib",
    "LQQ": "palbociclib",
    "MI1": "tofacitinib",
    "NIL": "nilotinib",
    "RXT": "ruxolitinib",
    "STU": "staurosporine",
    "VX6": "tozasertib",
    "YY3": "osimertinib",
}

# The value that decides the state at pH 7.4, and where it was read.
PKA = {
    "crizotinib": (
        9.4,
        "pKa 9.4 (piperidinium) and 5.6 (pyridinium): Xalkori US label, section 11",
    ),
    "alectinib": (7.05, "pKa 7.05: Alecensa US label, section 11"),
    "erlotinib": (5.42, "pKa 5.42 at 25 C: Tarceva US label, section 11"),
    "gefitinib": (7.2, "pKa 7.2 and 5.4: Iressa US label, section 11"),
    "imatinib": (
        8.3,
        "pKa 8.3, 4.0 and 2.5: Mioduszewska, Overview of experimental and computational methods "
        "for the determination of the pKa values of 5-fluorouracil, cyclophosphamide, "
        "ifosfamide, imatinib and methotrexate",
    ),
    "bosutinib": (
        7.56,
        "pKa 7.56 (spectrophotometric) or 7.97 (potentiometric) at 25 C: J Pharm Biomed Anal "
        "2016, dissociation constants of the cytostatic bosutinib; close to half at pH 7.4",
    ),
    "ibrutinib": (
        6.77,
        "highest pKa of a cation 6.77: Meloun 2017 J Anal Pharm Res 6(2):00173, "
        "10.15406/japlr.2017.06.00173",
    ),
}
PKA["(S)-crizotinib"] = (9.4, f"enantiomer of crizotinib: {PKA['crizotinib'][1]}")

# Where the dictionary's chemistry is not taken as it stands.
CORRECTED = {
    "AWJ": (
        "Cc1nc([C@](C)(O)CO)sc1-c1cnc(N)c(O[C@H](C)c2cc(F)ccc2-n2nccn2)c1",
        "the dictionary defines a 1,3-dihydro-1,2,3-triazole; the aromatic 2H-triazole with the "
        "same heavy atoms, chemically the likelier form, is taken here",
    ),
}
NOTES = {
    "VHS": "the other enantiomer of crizotinib, not the drug",
    "QB4": "same compound as 5P8, obsolete duplicate",
    "53P": "same compound as 5P8, obsolete duplicate",
    "CQW": "imidazole left neutral by rule, though free imidazoles lie close to pH 7.4",
    "1E8": "the free acrylamide; bound covalently (5P9I) its C=C is saturated by the cysteine",
}
SOURCE = "wwPDB Chemical Component Dictionary (as in biotite 1.6.0), stereo from ideal coordinates"

# All neighbours sp3 carbon (or hydrogen): anilines, amides, sulfonamides, enamines and hydrazines
# are no match, aromatic nitrogens neither.
AMINE = Chem.MolFromSmarts("[NX3;+0;!$(N~[!#1;!$([CX4])])]")
LOWERED = {
    Chem.MolFromSmarts("[NX3]1[CX4][CX4]O[CX4][CX4]1"): "morpholine stays neutral "
    "(compare gefitinib 7.2 and alectinib 7.05)",
    Chem.MolFromSmarts("[NX3]1(CCO)CCN(a)CC1"): "1-aryl-4-(2-hydroxyethyl)piperazine stays "
    "neutral (lowered from both sides)",
    Chem.MolFromSmarts("[NX3][CX4][CX4]S(=O)=O"): "amine beta to a sulfone stays neutral",
}
CLOSE_CALL = Chem.MolFromSmarts("[NX3]1CCN([a,$(C=O)])CC1")
ACID = Chem.MolFromSmarts("[OX2H1;$(O-[CX3]=O)]")
AMIDINE = Chem.MolFromSmarts(  # the =N of a non-aromatic amidine or guanidine
    "[NX2;+0;!a;!$(N~[!#1;!#6]);!$(N-C=[O,N,S])]=[CX3;!a][NX3;!a;!$(N-[#6]=[O,S])]"
)
UNRULED = Chem.MolFromSmarts("[$([PX4][OH]),$([SX4](=O)(=O)[OH]),$([NH]([$(C=O),c])S(=O)=O)]")
NO_SITE = (
    "no aliphatic amine, amidine or carboxylic acid; aromatic nitrogens, anilines, amides "
    "and sulfonamides stay neutral"
)
ANCHOR = Chem.MolFromSmarts("[NH2]c1ncccc1O")


COLUMNS = [
    "component",
    "name",
    "smiles",
    "smiles_ph74",
    "charge_ph74",
    "pka",
    "protonation_basis",
    "inchikey",
    "ccd_name",
    "source",
    "note",
]


def protonate(neutral: Chem.Mol) -> tuple[Chem.Mol, str]:
    """Set the charges of the dominant state at pH 7.4 by the rules of the README.

    Parameters
    ----------
    neutral : rdkit.Chem.Mol
        Neutral molecule, hydrogens implicit.

    Returns
    -------
    tuple of (rdkit.Chem.Mol, str)
        A new molecule with the same atoms, and the rules that decided.

    Raises
    ------
    ValueError
        If it has a group that the rules do not cover.

    Examples
    --------
    >>> charged, rules = protonate(Chem.MolFromSmiles("CN1CCC(c2ccccc2)CC1"))
    >>> Chem.MolToSmiles(charged), rules
    ('C[NH+]1CCC(c2ccccc2)CC1', 'rule: tertiary aliphatic amine is protonated')
    """
    if neutral.HasSubstructMatch(UNRULED):
        raise ValueError(
            f"no rule for the phosphorus, sulfonic or sulfonanilide acid of "
            f"{Chem.MolToSmiles(neutral)}"
        )
    mol = Chem.RWMol(neutral)
    rules: list[str] = []
    amines = {match[0] for match in mol.GetSubstructMatches(AMINE)}
    for pattern, rule in LOWERED.items():
        lowered = amines & {match[0] for match in mol.GetSubstructMatches(pattern)}
        if lowered:
            amines -= lowered
            rules.append(rule)
    for group in _diamines(mol, amines):
        chosen = min(group, key=lambda index: _hindrance(mol.GetAtomWithIdx(index)))
        degree = ("primary", "secondary", "tertiary")[mol.GetAtomWithIdx(chosen).GetDegree() - 1]
        rules.append(f"{degree} aliphatic amine is protonated")
        if len(group) > 1:
            rules.append("one proton per N-C-C-N, on the less hindered nitrogen")
        if chosen in {match[0] for match in mol.GetSubstructMatches(CLOSE_CALL)}:
            rules.append("1-aryl- and 1-acylpiperazines too, though a close call at pH 7.4")
        _charge(mol.GetAtomWithIdx(chosen), +1)
    for (index,) in mol.GetSubstructMatches(ACID):
        _charge(mol.GetAtomWithIdx(index), -1)
        rules.append("carboxylic acid is deprotonated")
    for index in _first_of_each_carbon(mol):
        _charge(mol.GetAtomWithIdx(index), +1)
        rules.append("amidine or guanidine is protonated")
    if not rules:
        rules.append(NO_SITE)
        if mol.HasSubstructMatch(ANCHOR):
            rules.append("compare 5.6 of crizotinib's aminopyridine")
    charged = mol.GetMol()
    Chem.SanitizeMol(charged)
    return charged, "rule: " + "; ".join(dict.fromkeys(rules))


def state_at_ph(name: str, neutral: Chem.Mol) -> tuple[str, int, str, str]:
    """Charge state of a named inhibitor: by a published pKa where there is one, else by rule.

    Parameters
    ----------
    name : str
        Name of the inhibitor, as in PKA.
    neutral : rdkit.Chem.Mol
        Neutral molecule.

    Returns
    -------
    tuple of (str, int, str, str)
        SMILES at pH 7.4, formal charge, pKa (or ''), basis.

    Examples
    --------
    >>> state_at_ph("example", Chem.MolFromSmiles("C1CCNCC1"))
    ('C1CC[NH2+]CC1', 1, '', 'rule: secondary aliphatic amine is protonated')
    """
    charged, basis = protonate(neutral)
    charge = Chem.GetFormalCharge(charged)
    pka = ""
    if name in PKA:
        value, basis = PKA[name]
        pka = str(value)
        if charge != int(value > PH):
            raise ValueError(f"{name}: the rules give charge {charge}, a pKa of {value} does not")
    return Chem.MolToSmiles(charged), charge, pka, basis


def _charge(atom: Any, charge: int) -> None:
    atom.SetFormalCharge(charge)
    atom.SetNumExplicitHs(atom.GetTotalNumHs() + charge)
    atom.SetNoImplicit(True)


def _hindrance(atom: Any) -> tuple[int, int, int]:
    """Order in which the nitrogens of a diamine take the proton: lowest first."""
    carbons = atom.GetNeighbors()
    benzylic = sum(any(n.GetIsAromatic() for n in c.GetNeighbors()) for c in carbons)
    return benzylic, sum(c.GetDegree() for c in carbons), atom.GetIdx()


def _diamines(mol: Chem.Mol, amines: set[int]) -> Iterator[list[int]]:
    """Group the amines that are two carbons apart: the second proton does not follow the first."""
    distance = Chem.GetDistanceMatrix(mol)
    left = sorted(amines)
    while left:
        group = [left.pop(0)]
        for member in group:
            near = [other for other in left if distance[member][other] <= 3]
            group += near
            left = [other for other in left if other not in near]
        yield group


def _first_of_each_carbon(mol: Chem.Mol) -> list[int]:
    by_carbon: dict[int, int] = {}
    for nitrogen, carbon, _ in mol.GetSubstructMatches(AMIDINE):
        by_carbon.setdefault(carbon, nitrogen)
    return sorted(set(by_carbon.values()))


def from_dictionary(code: str) -> tuple[Chem.Mol, str]:
    """Read a component's neutral molecule and full name from biotite's dictionary."""
    # By name: biotite serves this script only and is no dependency of the package.
    bridge = importlib.import_module("biotite.interface.rdkit")
    info = importlib.import_module("biotite.structure.info")

    with warnings.catch_warnings(record=True) as missing:  # ideal coordinates of some atoms
        warnings.simplefilter("always")
        mol = bridge.to_mol(info.residue(code))
    Chem.SanitizeMol(mol)
    Chem.AssignStereochemistryFrom3D(mol)
    if missing and rdMolDescriptors.CalcNumAtomStereoCenters(mol):
        raise ValueError(f"{code}: no stereo without ideal coordinates: {missing[0].message}")
    return Chem.RemoveHs(mol), "".join(str(info.full_name(code)).splitlines())


def main(out: Path = DATA) -> None:
    """Write components.csv into a folder."""
    with (out / "components.csv").open("w", encoding="utf-8", newline="") as handle:
        table = csv.writer(handle, lineterminator="\n")
        table.writerow(COLUMNS)
        for code, name in COMPONENTS.items():
            mol, full_name = from_dictionary(code)
            note = NOTES.get(code, "")
            if code in CORRECTED:
                smiles, note = CORRECTED[code]
                mol = Chem.MolFromSmiles(smiles)
            smiles = Chem.MolToSmiles(mol)
            mol = Chem.MolFromSmiles(smiles)
            if Chem.GetFormalCharge(mol) != 0:
                raise ValueError(f"{code}: expected a neutral molecule, found {smiles}")
            ph74, charge, pka, basis = state_at_ph(name, mol)
            key = inchikey(mol)
            table.writerow(
                [code, name or code, smiles, ph74, charge, pka, basis, key, full_name, SOURCE, note]
            )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
