"""Gaps of chains: the best of all ways to lay pieces, deletions, and what lies beyond the ends."""

from itertools import product

import numpy as np
import pytest

import ros1struct as rs
from ros1struct.kinome import alignment
from ros1struct.kinome.alignment import NOWHERE, align
from ros1struct.kinome.annotations import read_pdb
from ros1struct.kinome.kinases import find_kinase
from ros1struct.kinome.matching import Chain
from ros1struct.kinome.numbering import _changes, number_chain
from ros1struct.kinome.residue_numbers import carry_over


def codes(text):
    return np.frombuffer(text.encode(), dtype=np.uint8)


def worth(score, lengths, chosen):
    """Score of pieces laid so; None where one comes too early."""
    total, before, room = 0, None, 0
    for k, at in enumerate(chosen):
        if at == alignment._DROPPED:
            total -= alignment._DROP
            room += lengths[k]
            continue
        if before is not None and at < before - room:
            return None
        total += score[k, at]
        before, room = at, 0
    return total


@pytest.mark.parametrize("seed", range(12))
def test_pieces_are_laid_as_well_as_can_be(seed):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 3, 3)
    scale = (3, alignment._DROP, 3 * alignment._DROP)[seed % 3]
    score = rng.integers(-scale, scale, (3, 5))
    found = alignment._best_diagonals(score, lengths)
    ways = product([alignment._DROPPED, *range(5)], repeat=3)
    most = max(w for way in ways if (w := worth(score, lengths, way)) is not None)
    assert worth(score, lengths, found.tolist()) == most


def test_of_places_as_good_the_nearest_is_taken():
    score = np.array([[9, 0, 9, 0], [0, 0, 0, 9], [0, 0, 0, 9]])
    assert alignment._best_diagonals(score, np.array([3, 3, 3])).tolist() == [2, 3, 3]
    score = np.array([[9, 0, 0, 0], [1, 9, 0, 0]])
    assert alignment._best_diagonals(score, np.array([3, 3])).tolist() == [0, 1]


GONE = float("nan")


@pytest.mark.parametrize(
    ("bond", "step", "joined"),
    [
        (1.33, 3.8, 1), (1.99, 5.0, 1), (2.01, 3.8, -1), (9.0, 9.0, -1),
        # Of two residues that lack an atom of the bond, the alpha carbons tell.
        (GONE, 3.8, 1), (GONE, 2.9, 1), (GONE, 4.2, 1), (GONE, 4.4, -1), (GONE, 9.0, -1),
        (1.33, GONE, 1), (2.5, GONE, -1), (GONE, GONE, 0),
    ],
)  # fmt: skip
def test_residues_are_bonded_where_their_atoms_say_so(bond, step, joined):
    def along(*x):
        return np.array([(k, 0.0, 0.0) for k in x])

    found = alignment.find_joints(along(0.0, bond), along(0.0, 9.0), along(0.0, step))
    assert found.tolist() == [-1, joined]
    none = np.empty((0, 3))
    assert alignment.find_joints(none, none, none).tolist() == []


REFERENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"


@pytest.mark.parametrize(
    ("gone", "either"), [(slice(12, 13), False), (slice(12, 15), False), (slice(25, 26), False)]
)
def test_a_deletion_leaves_the_rest_where_it_is(gone, either):
    letters = REFERENCE[: gone.start] + REFERENCE[gone.stop :]
    starts = np.arange(len(letters)) == 0
    kept = [k for k in range(len(REFERENCE)) if not gone.start <= k < gone.stop]
    found = align(codes(letters), codes(REFERENCE), starts, np.full(len(letters), NOWHERE))
    assert found.index.tolist() == kept
    assert bool(found.undecided) is either


def test_a_deletion_of_one_of_two_equal_letters_could_be_either():
    whole = REFERENCE[:12] + "SS" + REFERENCE[13:]
    letters = REFERENCE
    starts = np.arange(len(letters)) == 0
    found = align(codes(letters), codes(whole), starts, np.full(len(letters), NOWHERE))
    assert sorted({*range(len(whole))} - {*found.index.tolist()}) in ([12], [13])
    assert len(found.undecided) == 1


def every_way(fit, starts):
    """Each way to lay a short chain on a short reference, with its best score."""
    m, n = fit.shape
    worths: dict[tuple[int, ...], float] = {}

    def go(r, c, index, score):
        if r == m or c == n:  # what is left lies beyond the end
            key = (*index, *[NOWHERE] * (m - r))
            worths[key] = max(score, worths.get(key, -np.inf))
        if r == m:
            return
        if c < n:
            go(r + 1, c + 1, (*index, c), score + fit[r, c])
        if c == 0:
            go(r + 1, 0, (*index, NOWHERE), score)
        for k in range(1, m - r + 1) if c else ():
            cost = alignment._INSERT + (k - 1) * alignment._INSERT_LONGER
            go(r + k, c, (*index, *[NOWHERE] * k), score + cost)
        for k in range(1, n - c + 1) if r else ():
            opened = alignment._GAP_BROKEN if starts[r] else alignment._GAP_BONDED
            if (len(index), c) not in skipped:
                skipped.add((len(index), c + k))
                go(r, c + k, index, score + opened + (k - 1) * alignment._GAP_LONGER)
                skipped.discard((len(index), c + k))

    skipped: set[tuple[int, int]] = set()
    for c in range(n + 1):
        go(0, c, (), 0.0)
    return worths


@pytest.mark.parametrize("seed", range(40))
def test_letters_are_aligned_as_well_as_can_be(seed):
    """Two letters, so that many ways are nearly as good; prices small enough to be paid."""
    rng = np.random.default_rng(seed)
    m, n = rng.integers(2, 5), rng.integers(2, 5)
    chain, reference = rng.integers(65, 67, m).astype("u1"), rng.integers(65, 67, n).astype("u1")
    chain[rng.random(m) < 0.2] = ord("X")
    starts = rng.random(m) < 0.4
    hint = np.where(rng.random(m) < 0.3, rng.integers(-1, n + 1, m), NOWHERE)
    fit = np.where(chain[:, None] == reference, alignment._SAME, alignment._OTHER).astype(float)
    fit[chain == ord("X")] = 0.0
    for r in np.flatnonzero((hint >= 0) & (hint < n)):
        fit[r, hint[r]] += alignment._HINT
    ways = every_way(fit, starts)
    found = tuple(align(chain, reference, starts, hint).index.tolist())
    assert ways[found] == pytest.approx(max(ways.values()))


@pytest.fixture
def cheap(monkeypatch):
    """Prices of gaps that a few letters outweigh."""
    monkeypatch.setattr(alignment, "_GAP_BONDED", -6.0)
    monkeypatch.setattr(alignment, "_INSERT", -4.0)
    monkeypatch.setattr(alignment, "_INSERT_LONGER", -1.0)


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("seed", range(100, 160))
def test_gaps_are_where_they_cost_least(seed):
    test_letters_are_aligned_as_well_as_can_be(seed)


@pytest.mark.parametrize(("count", "fine"), [(3, True), (4, False)])
@pytest.mark.parametrize("at", [0, 9, 24])
def test_a_stretch_with_four_differences_of_six_does_not_fit(count, fine, at):
    chain = codes(REFERENCE).copy()
    chain[at : at + count] = ord("W")
    assert not (codes(REFERENCE)[at : at + count] == ord("W")).any()
    here = alignment.Placement(np.arange(len(chain)), (), False)
    assert alignment.fits(here, chain, codes(REFERENCE)) is fine
    # Spread over more than six residues they are mutations.
    chain = codes(REFERENCE).copy()
    chain[[0, 2, 4, 7]] = ord("W")
    assert alignment.fits(here, chain, codes(REFERENCE))


def test_residues_behind_a_domain_with_a_deletion_are_numbered_on():
    domain = find_kinase("ABL1")[-1]
    uniprot = np.arange(domain.first, domain.last + 1)
    keep = np.ones(len(uniprot), dtype=bool)
    keep[100:104] = False
    letters = "".join(np.array(list(domain.letters))[keep]) + "GSGSG"
    author = np.arange(1, len(letters) + 1)
    n = np.c_[3.8 * author, 0 * author, 0 * author].astype(float)
    ca, c = n + np.array([1.45, 0.0, 0.0]), n + np.array([2.5, 0.0, 0.0])
    found = number_chain(letters, author, n=n, ca=ca, c=c)
    expected = [*uniprot[keep].tolist(), *range(domain.last + 1, domain.last + 6)]
    assert found.uniprot.tolist() == expected
    first, last = uniprot[100], uniprot[103]
    names = domain.letters[100], domain.letters[103]
    assert found.kinase.variant == f"{names[0]}{first}_{names[1]}{last}del"


def test_a_break_before_the_residue_before_a_deletion_hides_nothing():
    domain = find_kinase("ABL1")[-1]
    index = np.array([10, 11, 30, 33, 34])
    letters = "".join(domain.letters[k] for k in index)
    joints = np.array([-1, 1, -1, 1, 1], dtype=np.int8)
    chain = Chain(letters, index + domain.first, joints, None)
    name = (
        f"{domain.letters[31]}{domain.first + 31}_{domain.letters[32]}{domain.first + 32}del"
    )  # fmt: skip
    assert _changes(chain, domain, index)[0] == [name]
    # Between 11 and 30 the chain is broken: residues that the file lacks are no deletion.
    assert _changes(chain, domain, index)[1] == [name]


def test_a_reference_of_four_digits_and_one_without_numbers():
    line = "DBREF  7Z5W A 1934  2232  UNP    P08922   ROS1_HUMAN    1934   2232"
    line = line.replace("ROS1_HUMAN    1934   2232", "ROS1_HUMAN    1944   2242")
    told = read_pdb(line).of("A", np.array([1934, 2026, 2232, 2233]), [""] * 4)
    assert told.uniprot.tolist() == [1944, 2036, 2242, 0]
    for column in (slice(14, 18), slice(20, 24), slice(55, 60)):
        blank = line[: column.start] + " " * (column.stop - column.start) + line[column.stop :]
        assert not read_pdb(blank).ranges
    number = line.replace("P08922", "108922")
    assert not read_pdb(number).ranges


def test_a_reference_in_two_lines_has_its_entry():
    text = (
        "DBREF1 7Z5W A 1934  2232  UNP                  ROS1_HUMAN\n"
        "DBREF2 7Z5W A     P08922                     1934        2232\n"
    )
    (found,) = read_pdb(text).ranges
    assert (found.first, found.last, found.uniprot) == (1934, 2232, 1934)
    assert (found.accession, found.entry) == ("P08922", "ROS1_HUMAN")


def test_a_mutation_without_a_kinase_is_the_complex_s_own():
    met = rs.load("2WGJ")
    own = rs.parse_mutation("L1157M")
    assert carry_over(met, own) is own
    assert str(carry_over(met, rs.parse_mutation("MET L1157M"))) == "MET L1157M"
    assert str(carry_over(met, rs.parse_mutation("ABL1 T315I"))) == "MET L1157I"
