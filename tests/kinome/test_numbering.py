"""Which kinase a chain is, its UniProt numbers and KLIFS positions."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from ros1struct.errors import StructureError
from ros1struct.io.load import load
from ros1struct.kinome.kinases import ALIGNED, Domain, find_kinase
from ros1struct.kinome.numbering import number_chain, number_domains

LANDMARKS = (17, 24, 45, 46, 48, 68, 70, 81, 82, 83)


def reference(name: str) -> Domain:
    return find_kinase(name)[-1]


def domain(name: str) -> tuple[str, np.ndarray]:
    """Letters and UniProt numbers of a kinase domain."""
    ref = reference(name)
    return ref.letters, np.arange(ref.first, ref.last + 1)


def at(letters: str, numbers: np.ndarray, klifs: np.ndarray) -> dict[int, str]:
    return {int(k): f"{a}{n}" for a, n, k in zip(letters, numbers, klifs, strict=True) if k}


# The six kinases


@pytest.mark.parametrize("name", ALIGNED)
@pytest.mark.parametrize("shift", [0, 1000, -5, 16, -2000])
def test_a_constant_shift_does_not_matter(name, shift):
    letters, uniprot = domain(name)
    found = number_chain(letters, uniprot + shift)
    assert (found.kinase.name, found.kinase.accession) == (name, reference(name).accession)
    assert (found.kinase.identity, found.kinase.variant) == (1.0, "WT")
    assert found.kinase.numbering == "uniprot"
    assert found.uniprot.tolist() == uniprot.tolist()
    ref = reference(name)
    assert found.klifs.tolist() == ref.klifs[uniprot - ref.first].tolist()
    assert (found.klifs > 0).sum() >= 84


@pytest.mark.parametrize("name", ALIGNED)
@pytest.mark.parametrize("loop", [(0.1, 0.2), (0.35, 0.45), (0.6, 0.75)])
@pytest.mark.parametrize("renumbered", [False, True])
def test_missing_loops_do_not_matter(name, loop, renumbered):
    letters, uniprot = domain(name)
    keep = np.ones(len(letters), dtype=bool)
    keep[int(loop[0] * len(letters)) : int(loop[1] * len(letters))] = False
    part = "".join(np.array(list(letters))[keep])
    # Renumbered from 1 the file does not show where residues are missing.
    author = np.arange(1, len(part) + 1) if renumbered else uniprot[keep]
    found = number_chain(part, author)
    assert found.kinase.name == name
    # Without a gap in the numbers the residues next to the loop may go to either side of it.
    wrong = (found.uniprot != uniprot[keep]).sum()
    assert wrong <= (3 if renumbered else 0)
    assert bool(wrong) <= any("more than one place" in note for note in found.notes)


@pytest.mark.parametrize("name", ALIGNED)
def test_point_mutants_are_named(name):
    letters, uniprot = domain(name)
    ref = reference(name)
    mutant = list(letters)
    expected = []
    for klifs, letter in ((45, "W"), (51, "R"), (84, "K")):
        (i,) = np.flatnonzero(ref.klifs[uniprot - ref.first] == klifs)
        expected.append(f"{mutant[i]}{uniprot[i]}{letter}")
        mutant[i] = letter
    found = number_chain("".join(mutant), uniprot - 7)
    assert found.kinase.name == name
    assert found.kinase.variant == "/".join(expected)
    assert 0.97 < found.kinase.identity < 1


def test_catalytic_mutants_are_still_the_kinase():
    # Kinase-dead constructs: K to M and D to N; the six are recognised by the whole sequence.
    letters, uniprot = domain("ALK")
    dead = list(letters)
    dead[int(np.flatnonzero(uniprot == 1150)[0])] = "M"
    dead[int(np.flatnonzero(uniprot == 1249)[0])] = "N"
    assert number_chain("".join(dead), uniprot).kinase.variant == "K1150M/D1249N"


@pytest.mark.parametrize("name", ALIGNED)
def test_pocket_fragments(name):
    letters, uniprot = domain(name)
    ref = reference(name)
    pocket = ref.klifs[uniprot - ref.first] > 0
    part = "".join(np.array(list(letters))[pocket])
    found = number_chain(part, uniprot[pocket] + 3)
    assert found.kinase.name == name
    assert found.uniprot.tolist() == uniprot[pocket].tolist()


@pytest.mark.parametrize("name", ALIGNED)
def test_scattered_pieces_are_placed_by_their_numbers(name):
    # P-loop, catalytic loop and DFG only: too far apart for an alignment.
    letters, uniprot = domain(name)
    ref = reference(name)
    klifs = ref.klifs[uniprot - ref.first]
    keep = np.isin(klifs, [*range(1, 14), *range(68, 73), *range(80, 86)])
    found = number_chain("".join(np.array(list(letters))[keep]), uniprot[keep] + 7)
    assert found.kinase.name == name
    assert found.uniprot.tolist() == uniprot[keep].tolist()


def test_jak2_has_two_domains():
    pseudo, active = find_kinase("JAK2")
    gap = active.first - pseudo.last - 1
    letters = pseudo.letters + "X" * gap + active.letters
    numbers = np.arange(pseudo.first, active.last + 1) + 7
    found = number_domains(letters, numbers)
    assert [n.kinase.name for n in found] == ["JAK2", "JAK2"]
    for numbering in found:
        assert (numbering.uniprot == numbers - 7).all()
    at = [{int(k): f"{a}{u}" for a, u, k in zip(letters, n.uniprot, n.klifs, strict=True) if k}
          for n in found]  # fmt: skip
    # JH1: the gatekeeper and the hinge of the papers on its inhibitors, HRD and DFG.
    jh1 = next(pocket for pocket in at if pocket[17] == "K882")
    assert [jh1[k] for k in (24, 45, 48, 70, 81)] == ["E898", "M929", "L932", "D976", "D994"]
    assert all(int(r[1:]) <= pseudo.last for r in next(p for p in at if p is not jh1).values())


@pytest.mark.parametrize("name", ALIGNED)
def test_tags_and_flanks(name):
    letters, uniprot = domain(name)
    tagged = "GSHMASG" + letters
    author = np.concatenate([np.arange(-6, 1), uniprot])
    found = number_chain(tagged, author)
    assert found.kinase.name == name
    assert found.uniprot[7:].tolist() == uniprot.tolist()
    assert found.kinase.variant == "WT"


def test_a_repeated_number_is_an_insertion():
    letters, uniprot = domain("ROS1")
    found = number_chain(letters[:50] + "W" + letters[50:], np.insert(uniprot, 50, uniprot[49]))
    assert found.uniprot[50] == 0
    assert found.klifs[50] == 0
    assert np.delete(found.uniprot, 50).tolist() == uniprot.tolist()
    assert found.kinase.variant == f"{letters[49]}{uniprot[49]}_{letters[50]}{uniprot[50]}insW"


def test_unknown_residues_are_not_differences():
    letters, uniprot = domain("ROS1")
    found = number_chain("X" * 5 + letters[5:60] + "XX" + letters[62:], uniprot)
    assert found.kinase.variant == "WT"
    assert found.uniprot.tolist() == uniprot.tolist()


# Other kinases


def chains() -> list[tuple[str, str, str, np.ndarray]]:
    rows = []
    path = Path(__file__).parents[1] / "data" / "kinase_sequences.csv"
    with path.open(newline="") as handle:
        for row in csv.DictReader(handle):
            first, text = row["residues"].split(":")
            number, letters, numbers = int(first), "", []
            for gap, letter in re.findall(r"\[(\d+)\]|([A-Z])", text):
                if gap:
                    number += int(gap)
                else:
                    letters += letter
                    numbers.append(number)
                    number += 1
            rows.append((row["name"], row["landmarks"], letters, np.array(numbers)))
    return rows


KINASES = [pytest.param(*row[1:], id=row[0]) for row in chains() if row[1]]
OTHERS = [pytest.param(*row[2:], id=row[0]) for row in chains() if not row[1]]


@pytest.mark.parametrize(("landmarks", "letters", "numbers"), KINASES)
def test_landmarks_of_other_kinases(landmarks, letters, numbers):
    found = number_chain(letters, numbers)
    pocket = at(letters, numbers, found.klifs)
    assert " ".join(pocket.get(k, "-") for k in LANDMARKS) == landmarks
    assert len(pocket) >= 80
    # Positions come in order, each once.
    assert found.klifs[found.klifs > 0].tolist() == sorted(pocket)
    assert found.kinase.name != "other"
    numbers_of_uniprot = found.uniprot[found.klifs > 0]
    ref = next(d for d in find_kinase(found.kinase.name) if d.letter(int(numbers_of_uniprot[0])))
    same = [
        ref.letter(int(n)) == letters[i]
        for i, n in enumerate(found.uniprot)
        if ref.letter(int(n)) and letters[i] != "X"
    ]
    assert np.mean(same) > 0.97


@pytest.mark.parametrize(("landmarks", "letters", "numbers"), KINASES)
def test_landmarks_without_help_from_the_numbers(landmarks, letters, numbers):
    serial = np.arange(len(letters)) + 1
    found = number_chain(letters, serial)
    index = {int(k): i for i, k in enumerate(found.klifs) if k}
    assert [f"{letters[index[k]]}{numbers[index[k]]}" for k in LANDMARKS] == landmarks.split()


@pytest.mark.parametrize(("landmarks", "letters", "numbers"), KINASES)
def test_landmarks_of_pocket_fragments(landmarks, letters, numbers):
    pocket = number_chain(letters, numbers).klifs > 0
    part, author = "".join(np.array(list(letters))[pocket]), numbers[pocket]
    found = number_chain(part, author)
    got = at(part, author, found.klifs)
    assert [got.get(k) for k in LANDMARKS] == landmarks.split()


@pytest.mark.parametrize(("letters", "numbers"), OTHERS)
def test_other_proteins_are_no_kinases(letters, numbers):
    with pytest.raises(StructureError, match="a chain: not recognised as a protein kinase"):
        number_chain(letters, numbers, what="a chain")


def test_too_few_residues_to_tell():
    with pytest.raises(StructureError, match="not recognised as a protein kinase"):
        number_chain("GKGAFGTVWEAKNYGLGREDSVMKIAVRML", np.arange(30))


def distant(seed: int = 1) -> tuple[list[str], np.ndarray, Domain]:
    """A quarter of LCK mutated outside the landmarks: no human kinase, but one."""
    ref = reference("LCK")
    rng = np.random.default_rng(seed)
    likely = {"A": "S", "L": "I", "I": "V", "V": "L", "K": "R", "E": "D"}
    letters = list(ref.letters)
    free = np.flatnonzero(~np.isin(ref.klifs, [17, 24, 68, 69, 70, 72, 75, 81, 82, 83]))
    for i in rng.choice(free, size=len(letters) // 4, replace=False):
        letters[i] = likely.get(letters[i], "A")
    return letters, np.arange(len(letters)) + 1000, ref


def test_a_kinase_that_is_not_human_keeps_the_authors_numbers():
    letters, numbers, ref = distant()
    found = number_chain("".join(letters), numbers)
    assert (found.kinase.name, found.kinase.accession) == ("other", "")
    assert (found.kinase.numbering, found.kinase.variant) == ("author", "not compared")
    assert not found.uniprot.any()
    assert (found.klifs == ref.klifs).mean() > 0.97
    (note,) = found.notes
    assert re.match(r"no human kinase; nearest: (LCK|HCK|FYN|LYN|SRC), \d\d% identical", note)


def test_a_kinase_fold_without_its_catalytic_residues_is_refused():
    letters, numbers, ref = distant()
    letters[int(np.flatnonzero(ref.klifs == 81)[0])] = "N"
    number_chain("".join(letters), numbers)  # one difference is a mutant
    letters[int(np.flatnonzero(ref.klifs == 70)[0])] = "N"
    with pytest.raises(StructureError, match="found K, N, N, G"):
        number_chain("".join(letters), numbers)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("LKTGADIRQEAFVSQ", "a lipid kinase .*signature LKTGADIRQEAFVSQ found"),
        ("SWAPTTIQQYVLAICDRHPKN", "a lipid kinase .*signature SWAPTTIQQYVLAICDRHPKN found"),
        ("IIFKNGDDLRQDMLTLQIIRL", r"a lipid kinase \(nearest PIK3CA\), not a protein kinase"),
        ("HRAIKIYWAEKEMRNLIRL", r"an atypical kinase \(nearest RIOK1\), not a protein kinase"),
    ],
)
def test_lipid_and_atypical_kinases_are_refused(part, message):
    letters = "AGSTEKLIDV" * 8 + part + "AGSTEKLIDV" * 8
    with pytest.raises(StructureError, match=f"x: {message}"):
        number_chain(letters, np.arange(len(letters)), what="x")


# Real structures


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
