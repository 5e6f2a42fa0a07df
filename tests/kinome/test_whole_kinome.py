"""Numbers and positions over a sample of the kinome; the whole run is a benchmark's."""

import numpy as np
import pytest

from benchmarks import numbering as whole
from ros1struct.kinome.kinases import domains, find_kinase
from ros1struct.kinome.numbering import number_chain
from ros1struct.kinome.profile import find_pocket, kinome_profile

SAMPLE = [*domains()[::40], *find_kinase("ABL1"), *find_kinase("JAK2")]


@pytest.mark.parametrize("domain", SAMPLE, ids=lambda d: d.domain)
def test_a_domain_has_its_own_row(domain):
    kept = whole.whole(domain)
    found = whole.found(domain, kept, whole.expected(domain, kept)[0])
    assert whole.is_right(domain, kept, found)
    assert found.kinase.variant == "WT"


@pytest.mark.parametrize("domain", SAMPLE, ids=lambda d: d.domain)
def test_renumbered_shifted_or_mutated_chains_have_the_same(domain):
    kept = whole.whole(domain)
    for letters, numbers in whole.altered(domain):
        found = number_chain(letters, numbers, **whole.line(kept))
        assert whole.is_right(domain, kept, found)


@pytest.mark.parametrize("domain", SAMPLE, ids=lambda d: d.domain)
def test_a_gap_lies_where_the_chain_breaks(domain):
    for _, kept in whole.with_gaps([domain], 3):
        found = whole.found(domain, kept, np.arange(int(kept.sum())) + 1)
        assert whole.is_right(domain, kept, found)
        assert not any("more than one place" in note for note in found.notes)


def test_the_profile_of_the_others_finds_the_positions():
    right, total = whole.left_out([d for d in domains() if d.basis == "KLIFS"][::30])
    assert right / total >= 0.97


def test_the_profile_crosses_a_break_of_unknown_length():
    (abl1,) = find_kinase("ABL1")
    kept = whole.whole(abl1)
    kept[100:118] = False  # from αD to αE, positions 58 to 64 among it
    letters = "".join(np.array(list(abl1.letters))[kept])
    breaks = np.zeros(len(letters), dtype=bool)
    breaks[100] = True
    index, score = find_pocket(kinome_profile(), letters, breaks)
    expected = np.cumsum(kept) - 1
    there = [k for k in range(1, 86) if kept[int(abl1.pocket[k - 1]) - abl1.first]]
    got = [int(index[k - 1]) for k in there]
    right = np.array(got) == expected[abl1.pocket[np.array(there) - 1] - abl1.first]
    assert right.mean() > 0.95
    assert score > 100


def test_shuffled_and_reversed_domains_are_refused():
    assert all(whole.is_refused(letters) for letters in whole.decoys(SAMPLE))
