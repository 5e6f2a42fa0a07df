"""Which kinase a chain is, its UniProt numbers and KLIFS positions."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from ros1struct.errors import StructureError
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
