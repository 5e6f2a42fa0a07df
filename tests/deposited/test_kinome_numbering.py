"""Which kinase a chain is: on deposited files."""

from __future__ import annotations

import numpy as np
import pytest

from ros1struct.errors import StructureError
from ros1struct.io.load import load

LANDMARKS = (17, 24, 45, 46, 48, 68, 70, 81, 82, 83)


def at(letters: str, numbers: np.ndarray, klifs: np.ndarray) -> dict[int, str]:
    return {int(k): f"{a}{n}" for a, n, k in zip(letters, numbers, klifs, strict=True) if k}


XRAY = {
    # entry: kinase, variant, inhibitor, residues at the landmarks
    "2WGJ": ("MET", "WT", "crizotinib", "K1110 E1127 L1157 P1158 M1160 H1202 D1204 D1222"),
    "2XP2": ("ALK", "WT", "crizotinib", "K1150 E1167 L1196 E1197 M1199 H1247 D1249 D1270"),
    "2YFX": ("ALK", "L1196M", "crizotinib", "K1150 E1167 M1196 E1197 M1199 H1247 D1249 D1270"),
    "4ANQ": ("ALK", "G1269A", "crizotinib", "K1150 E1167 L1196 E1197 M1199 H1247 D1249 D1270"),
    "5AAA": ("ALK", "L1198F", "crizotinib", "K1150 E1167 L1196 E1197 M1199 H1247 D1249 D1270"),
    "5AAC": ("ALK", "C1156Y", "crizotinib", "K1150 E1167 L1196 E1197 M1199 H1247 D1249 D1270"),
    "5J7H": ("ALK", "WT", "brigatinib", "K1150 E1167 L1196 E1197 M1199 H1247 D1249 D1270"),
    # The entry numbers the mature protein, 24 lower than UniProt: T790 is its T766.
    "1M17": ("EGFR", "WT", "erlotinib", "K745 E762 T790 Q791 M793 H835 D837 D855"),
    "2HYY": ("ABL1", "WT", "imatinib", "K271 E286 T315 E316 M318 H361 D363 D381"),
    "3UE4": ("ABL1", "WT", "bosutinib", "K271 E286 T315 E316 M318 H361 D363 D381"),
    "3WZD": ("KDR", "T940V", "lenvatinib", "K868 E885 V916 E917 C919 H1026 D1028 D1046"),
    "5L2T": ("CDK6", "WT", "ribociclib", "K43 E61 F98 E99 V101 H143 D145 D163"),
    "5P9I": ("BTK", "WT", "ibrutinib", "K430 E445 T474 E475 M477 H519 D521 D539"),
}


@pytest.mark.shared
@pytest.mark.parametrize("entry", XRAY)
def test_deposited_structures(shared, entry):
    kinase, variant, inhibitor, landmarks = XRAY[entry]
    complex = load(shared / "structures" / "test_only" / "xray" / f"{entry}.pdb")
    r = complex.residues
    pocket = at("".join(r.letter), r.uniprot, r.klifs)
    assert (complex.kinase.name, complex.kinase.variant) == (kinase, variant)
    assert complex.inhibitor_name == inhibitor
    assert complex.provenance.kind == "deposited"
    assert complex.provenance.entry == entry
    assert [pocket[k] for k in LANDMARKS[:8]] == landmarks.split()
    assert len(pocket) >= 80
    numbered = r.uniprot > 0
    shift = 24 if entry == "1M17" else 0
    assert (r.uniprot[numbered] == r.number[numbered] + shift).all()
    assert any("UniProt P00533, the file's +24" in n for n in complex.notes) == bool(shift)
    assert not any("stereo" in n for n in complex.notes)


# The others, with the residues in which their sequences differ from UniProt's.
VARIANTS = {
    "1XKK": "EGFR WT", "2ITO": "EGFR G719S", "2ITY": "EGFR WT", "2ITZ": "EGFR L858R",
    "2JIV": "EGFR T790M", "3AOX": "ALK WT", "3UG2": "EGFR G719S/T790M", "3W2Q": "EGFR T790M/L858R",
    "4ANS": "ALK L1196M/G1269A", "4G5J": "EGFR WT", "4G5P": "EGFR T790M", "4HJO": "EGFR V948R",
    "4I22": "EGFR T790M/L858R/V948R", "4MKC": "ALK S1281G", "4WKQ": "EGFR WT", "4ZAU": "EGFR WT",
    "5AAB": "ALK C1156Y/L1198F",
}  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("entry", VARIANTS)
def test_kinase_and_variant_of_the_other_files(shared, entry):
    kinase = load(shared / "structures" / "test_only" / "xray" / f"{entry}.pdb").kinase
    assert f"{kinase.name} {kinase.variant}" == VARIANTS[entry]


@pytest.mark.shared
def test_every_file_of_the_table_is_there(shared):
    files = {p.stem for p in (shared / "structures" / "test_only" / "xray").glob("*.pdb")}
    assert files == {*XRAY, *VARIANTS, "4XE0"}


@pytest.mark.shared
def test_the_lipid_kinase_is_refused_by_name(shared):
    with pytest.raises(
        StructureError, match=r"4XE0, chain 'A': a lipid kinase \(nearest PIK3CB\), not"
    ):
        load(shared / "structures" / "test_only" / "xray" / "4XE0.pdb")


@pytest.mark.shared
def test_btk_cysteine_is_not_bonded_in_5p9i(shared):
    # Title "BTK1 soaked with ibrutinib-rev": the propenyl end is a single bond (1.52 Å) and lies
    # 4.7 Å from the sulphur; it is the reversible, saturated compound under ibrutinib's code.
    complex = load(shared / "structures" / "test_only" / "xray" / "5P9I.pdb")
    sulphur = complex.atoms_of(complex.find_residue(481))["SG"]
    distance = np.linalg.norm(
        complex.xyz[0, complex.inhibitor_heavy] - complex.xyz[0, sulphur], axis=1
    )
    assert distance.min() > 3.5
    assert not complex.bonded_to_protein()
    assert [n for n in complex.notes if "covalent" in n] == [
        "not covalent in this file: CAA is 4.7 Å from CYS A/481 SG"
    ]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "kinase", "inhibitor"),
    [
        ("alk_lorlatinib/2xp2_protein_4cli_lorlatinib.pdb", "ALK", "lorlatinib"),
        ("trk/ntrk1_repotrectinib_model.pdb", "NTRK1", "repotrectinib"),
        ("trk/ntrk1_entrectinib_5kvt_prepared.pdb", "NTRK1", "entrectinib"),
    ],
)
def test_prepared_structures(shared, file, kinase, inhibitor):
    complex = load(shared / "structures" / "test_only" / file)
    assert (complex.kinase.name, complex.kinase.variant) == (kinase, "WT")
    assert complex.inhibitor_name == inhibitor
    assert complex.provenance.kind == "processed"
