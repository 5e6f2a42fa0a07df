"""UniProt numbers, KLIFS positions and equivalent residues."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from ros1struct.errors import InputError, StructureError
from ros1struct.io.load import load
from ros1struct.kinome import literature
from ros1struct.kinome.numbering import (
    ACCESSIONS,
    Reference,
    check_wild_type,
    equivalent,
    kinase_name,
    klifs_label,
    number_chain,
    references,
)

LANDMARKS = (17, 24, 45, 46, 48, 68, 70, 81, 82, 83)


def reference(name: str) -> Reference:
    return next(r for r in references() if r.name == name)


def domain(name: str) -> tuple[str, np.ndarray]:
    """Letters and UniProt numbers of a kinase domain of the alignment, without unknown ones."""
    ref = reference(name)
    numbers = np.arange(ref.first, ref.first + len(ref.letters))
    known = np.array([letter != "X" for letter in ref.letters])
    return "".join(np.array(list(ref.letters))[known]), numbers[known]


def at(letters: str, numbers: np.ndarray, klifs: np.ndarray) -> dict[int, str]:
    return {int(k): f"{a}{n}" for a, n, k in zip(letters, numbers, klifs, strict=True) if k}


# The six kinases


@pytest.mark.parametrize("name", ACCESSIONS)
@pytest.mark.parametrize("shift", [0, 1000, -5, 16, -2000])
def test_a_constant_shift_does_not_matter(name, shift):
    letters, uniprot = domain(name)
    found = number_chain(letters, uniprot + shift)
    assert (found.kinase.name, found.kinase.accession) == (name, ACCESSIONS[name])
    assert (found.kinase.identity, found.kinase.variant) == (1.0, "WT")
    assert found.kinase.numbering == "uniprot"
    assert found.uniprot.tolist() == uniprot.tolist()
    ref = reference(name)
    assert found.klifs.tolist() == ref.klifs[uniprot - ref.first].tolist()
    assert (found.klifs > 0).sum() >= 84


@pytest.mark.parametrize("name", ACCESSIONS)
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


@pytest.mark.parametrize("name", ACCESSIONS)
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


@pytest.mark.parametrize("name", ACCESSIONS)
def test_pocket_fragments(name):
    letters, uniprot = domain(name)
    ref = reference(name)
    pocket = ref.klifs[uniprot - ref.first] > 0
    part = "".join(np.array(list(letters))[pocket])
    found = number_chain(part, uniprot[pocket] + 3)
    assert found.kinase.name == name
    assert found.uniprot.tolist() == uniprot[pocket].tolist()


@pytest.mark.parametrize("name", ACCESSIONS)
def test_scattered_pieces_are_placed_by_their_numbers(name):
    # P-loop, catalytic loop and DFG only: too far apart for an alignment.
    letters, uniprot = domain(name)
    ref = reference(name)
    klifs = ref.klifs[uniprot - ref.first]
    keep = np.isin(klifs, [*range(1, 14), *range(68, 73), *range(80, 86)])
    found = number_chain("".join(np.array(list(letters))[keep]), uniprot[keep] + 7)
    assert found.kinase.name == name
    assert found.uniprot.tolist() == uniprot[keep].tolist()


@pytest.mark.parametrize("name", ACCESSIONS)
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
    found = number_chain(letters[:50] + "G" + letters[50:], np.insert(uniprot, 50, uniprot[49]))
    assert found.uniprot[50] == 0
    assert found.klifs[50] == 0
    assert np.delete(found.uniprot, 50).tolist() == uniprot.tolist()
    assert found.kinase.variant == "WT"


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
    if found.kinase.name == "other":
        assert not found.uniprot.any()
        assert found.kinase.numbering == "author"


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
        number_chain("GAGAFGKVVEATAFGLGKEDAVLKVAVKML", np.arange(30))


def test_a_kinase_fold_without_its_catalytic_residues_is_refused():
    row = next(r for r in chains() if r[0] == "LCK")
    index = {int(k): i for i, k in enumerate(number_chain(row[2], row[3]).klifs) if k}
    letters = list(row[2])
    letters[index[17]] = "M"
    number_chain("".join(letters), row[3])  # one difference is a mutant
    letters[index[70]] = "N"
    with pytest.raises(StructureError, match="found M, N, D, G"):
        number_chain("".join(letters), row[3])


@pytest.mark.parametrize("signature", ["FKNGDDLRQDMLTLQ", "SCAGYCVATFILGIGDRHNSN"])
def test_lipid_kinases_are_refused(signature):
    letters = "AGSTEKLIDV" * 8 + signature + "AGSTEKLIDV" * 8
    with pytest.raises(StructureError, match=f"x: a lipid kinase .*signature {signature} found"):
        number_chain(letters, np.arange(len(letters)), what="x")


# Equivalent residues


def test_the_solvent_front_of_the_six():
    for name, residue in (
        ("ALK", "G1202R"),
        ("NTRK1", "G595R"),
        ("NTRK3", "G623R"),
        ("MET", "G1163R"),
    ):
        assert str(equivalent("G2032R", name)) == f"{name} {residue}"
        assert str(equivalent(f"{name} {residue}", "ROS1")) == "ROS1 G2032R"


def test_round_trips_over_the_pocket():
    table = literature.klifs_pocket()
    for source in ACCESSIONS:
        for target in ACCESSIONS:
            for a, b in zip(table[source], table[target], strict=True):
                mutant = next(x for x in "AVLG" if x not in (a[:1], b[:1]))
                if not (a and b):
                    continue
                there = equivalent(f"{a}{mutant}", target, source=source)
                assert str(there) == f"{target} {b}{mutant}"
                assert str(equivalent(there, source)) == f"{source} {a}{mutant}"


def test_compound_mutations_and_aliases():
    assert str(equivalent("G2032R/L2026M", "TRKA")) == "NTRK1 G595R/F589M"
    assert kinase_name("trkb") == "NTRK2"


@pytest.mark.parametrize(
    ("mutation", "target", "message"),
    [
        ("L2026M", "EGFR", "'EGFR' is not in the built-in alignment; known are ROS1"),
        ("L2032R", "ALK", "residue 2032 is G in UniProt P08922, not L"),
        ("L2026F", "TRKA", "the equivalent NTRK1 F589 already is F"),
        ("A1500V", "ALK", "residue 1500 has no equivalent in ALK"),
        ("EGFR T790M", "ROS1", "kinase 'EGFR' is not in the built-in alignment"),
    ],
)
def test_equivalent_refuses(mutation, target, message):
    with pytest.raises(InputError, match=message):
        equivalent(mutation, target)


def test_a_near_name_is_suggested():
    with pytest.raises(InputError, match=r"Did you mean .*NTRK1"):
        kinase_name("NTRK11")


def test_trkb_isoform_trap():
    # G639R of papers is G623R of UniProt Q16620 (822 residues).
    with pytest.raises(InputError, match=r"16 higher than UniProt Q16620: write G623R"):
        equivalent("NTRK2 G639R", "ROS1")
    assert str(equivalent("NTRK2 G623R", "ROS1")) == "ROS1 G2032R"
    # A chain numbered by the longer isoform is put right by itself.
    letters, uniprot = domain("NTRK2")
    assert number_chain(letters, uniprot + 16).uniprot.tolist() == uniprot.tolist()


def test_wild_types():
    from ros1struct.structure.mutation import parse_mutation

    for text in ("ROS1 G2032R", "ALK L1196M", "MET Y1230C"):
        mutation = parse_mutation(text)
        check_wild_type(mutation.gene, mutation.substitutions[0])
    # Outside the alignment nothing can be said.
    check_wild_type("ROS1", parse_mutation("A5V").substitutions[0])


def test_labels():
    assert [klifs_label(k) for k in (0, 1, 17, 24, 45, 46, 48, 51, 81)] == [
        "", "I:1", "III:17", "alphaC:24", "GK:45", "hinge:46", "hinge:48", "linker:51", "xDFG:81",
    ]  # fmt: skip
    assert literature.klifs_pocket().klifs_index.tolist() == list(range(1, 86))


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
    # The entry numbers the mature protein, 24 lower than UniProt: T766 is T790.
    "1M17": ("other", "", "erlotinib", "K721 E738 T766 Q767 M769 H811 D813 D831"),
    "2HYY": ("other", "", "imatinib", "K271 E286 T315 E316 M318 H361 D363 D381"),
    "3UE4": ("other", "", "bosutinib", "K271 E286 T315 E316 M318 H361 D363 D381"),
    "3WZD": ("other", "", "lenvatinib", "K868 E885 V916 E917 C919 H1026 D1028 D1046"),
    "5L2T": ("other", "", "ribociclib", "K43 E61 F98 E99 V101 H143 D145 D163"),
    "5P9I": ("other", "", "ibrutinib", "K430 E445 T474 E475 M477 H519 D521 D539"),
}


@pytest.mark.shared
@pytest.mark.parametrize("entry", XRAY)
def test_deposited_structures(shared, entry):
    kinase, variant, inhibitor, landmarks = XRAY[entry]
    complex = load(shared / "structures" / "test_only" / "xray" / f"{entry}.pdb")
    r = complex.residues
    pocket = at("".join(r.letter), r.number, r.klifs)
    assert complex.kinase.name == kinase
    assert complex.kinase.variant == (variant or "not compared")
    assert complex.inhibitor_name == inhibitor
    assert complex.provenance.kind == "deposited"
    assert complex.provenance.entry == entry
    assert [pocket[k] for k in LANDMARKS[:8]] == landmarks.split()
    assert len(pocket) >= 80
    if kinase != "other":
        numbered = r.uniprot > 0
        assert (r.uniprot[numbered] == r.number[numbered]).all()
    assert not any("stereo" in n or "lacks" in n for n in complex.notes)


@pytest.mark.shared
def test_every_file_of_the_table_is_there(shared):
    files = {p.stem for p in (shared / "structures" / "test_only" / "xray").glob("*.pdb")}
    assert files >= {*XRAY, "4XE0"}


@pytest.mark.shared
def test_the_lipid_kinase_is_refused_by_name(shared):
    with pytest.raises(StructureError, match=r"4XE0, chain 'A': a lipid kinase .*not a protein"):
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
    assert not any("covalent" in n for n in complex.notes)


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
