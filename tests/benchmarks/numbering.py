"""How often numbers and KLIFS positions are right, over the whole kinome.

``python tests/benchmarks/numbering.py`` prints the figures; the tests run a sample of the same.
A chain is a domain's letters with atoms on a line, so that bonds and breaks are where they belong.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import numpy as np

from ros1struct.errors import StructureError
from ros1struct.kinome.kinases import Domain, domains
from ros1struct.kinome.numbering import Numbering, number_chain
from ros1struct.kinome.profile import find_pocket, make_profile, pocket_of

# Å between Cα atoms, from Cα to N and C on either side (C–N is then 1.34), and over a gap.
STEP, HALF, GAP = 3.8, 1.23, 12.0
SEED = 2026


def line(kept: np.ndarray) -> dict[str, np.ndarray]:
    """Atoms n, c, ca of residues on a line; where one is not kept the chain breaks."""
    place = np.flatnonzero(kept)
    x = STEP * np.arange(len(place)) + GAP * np.cumsum(np.diff(place, prepend=place[:1] - 1) > 1)
    ca = np.zeros((len(place), 3))
    ca[:, 0] = x
    reach = np.array([HALF, 0.0, 0.0])
    return {"n": ca - reach, "c": ca + reach, "ca": ca}


def found(domain: Domain, kept: np.ndarray, numbers: np.ndarray, **more: object) -> Numbering:
    """Number what is kept of a domain."""
    letters = "".join(np.array(list(domain.letters))[kept])
    return number_chain(letters, numbers, **line(kept), **more)  # type: ignore[arg-type]


def expected(domain: Domain, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """UniProt numbers and KLIFS positions of what is kept of a domain."""
    return (np.arange(len(kept)) + domain.first)[kept], domain.klifs[kept]


def is_right(domain: Domain, kept: np.ndarray, numbering: Numbering) -> bool:
    """Whether all numbers and positions are the domain's."""
    uniprot, klifs = expected(domain, kept)
    same = domain.name == numbering.kinase.name or bool(numbering.notes)
    return same and bool((uniprot == numbering.uniprot).all() and (klifs == numbering.klifs).all())


def whole(domain: Domain) -> np.ndarray:
    """Everything kept."""
    return np.ones(len(domain.letters), dtype=bool)


def with_gaps(chosen: list[Domain], count: int) -> Iterator[tuple[Domain, np.ndarray]]:
    """Yield domains with a loop of 1 to 12 residues missing, at `count` places each."""
    rng = np.random.default_rng(SEED)
    for domain in chosen:
        for _ in range(count):
            size = int(rng.integers(1, 13))
            start = int(rng.integers(3, len(domain.letters) - size - 3))
            kept = whole(domain)
            kept[start : start + size] = False
            yield domain, kept


def decoys(chosen: list[Domain]) -> Iterator[str]:
    """Yield the letters of domains reversed, and shuffled."""
    rng = np.random.default_rng(SEED)
    for domain in chosen:
        yield domain.letters[::-1]
        yield "".join(rng.permutation(list(domain.letters)))


def is_refused(letters: str) -> bool:
    """Whether a sequence is said to be no protein kinase."""
    try:
        number_chain(letters, np.arange(len(letters)) + 1)
    except StructureError:
        return True
    return False


def left_out(chosen: list[Domain]) -> tuple[int, int]:
    """Count the positions that the profile of all others gets right, and all."""
    rows = [d for d in domains() if d.basis == "KLIFS"]
    pockets = [pocket_of(d) for d in rows]
    right = total = 0
    for domain in chosen:
        i = rows.index(domain)
        profile = make_profile(pockets[:i] + pockets[i + 1 :])
        index, _ = find_pocket(profile, domain.letters, np.zeros(len(domain.letters), dtype=bool))
        right += int((np.where(index >= 0, index + domain.first, 0) == pockets[i][1]).sum())
        total += len(index)
    return right, total


def altered(domain: Domain) -> Iterator[tuple[str, np.ndarray]]:
    """Yield letters and numbers of a domain renumbered, shifted, and with another gatekeeper."""
    numbers = np.arange(len(domain.letters)) + domain.first
    letters = domain.letters
    yield letters, np.arange(len(letters)) + 1
    for shift in (19, -19, 24, -24):
        yield letters, numbers + shift
    if gatekeeper := domain.residue_at(45):
        at = int(gatekeeper[1:]) - domain.first
        yield letters[:at] + ("M" if letters[at] != "M" else "I") + letters[at + 1 :], numbers


def main() -> None:
    """Print the figures."""
    every = list(domains())
    rows = [d for d in every if d.basis == "KLIFS"]
    own = sum(is_right(d, whole(d), found(d, whole(d), expected(d, whole(d))[0])) for d in every)
    print(f"own row: {own} of {len(every)} domains right")
    right, total = left_out(rows)
    print(f"left out of the profile: {right} of {total} positions ({right / total:.2%})")
    changed = [(d, number_chain(a, n, **line(whole(d)))) for d in every for a, n in altered(d)]
    good = sum(is_right(d, whole(d), n) for d, n in changed)
    print(f"renumbered, shifted, gatekeeper mutated: {good} of {len(changed)} right")
    gapped = list(with_gaps(every, 4))
    wrong = silent = 0
    for domain, kept in gapped:
        numbering = found(domain, kept, np.arange(int(kept.sum())) + 1)
        if not is_right(domain, kept, numbering):
            wrong += 1
            silent += not any("more than one place" in note for note in numbering.notes)
    print(f"numbered 1..n with a gap: {wrong} of {len(gapped)} wrong, {silent} without a note")
    letters = [("".join(np.array(list(d.letters))[kept]), *expected(d, kept)) for d, kept in gapped]
    wrong = silent = 0
    for text, uniprot, _ in letters:
        numbering = number_chain(text, np.arange(len(text)) + 1)
        if (numbering.uniprot != uniprot).any():
            wrong += 1
            silent += not any("more than one place" in note for note in numbering.notes)
    print(f"the same without coordinates: {wrong} wrong, {silent} without a note")
    tried = list(decoys(every))
    accepted = sum(not is_refused(text) for text in tried)
    print(f"shuffled and reversed domains accepted: {accepted} of {len(tried)}")
    start = time.process_time()
    for domain in every:
        found(domain, whole(domain), expected(domain, whole(domain))[0])
    print(f"{(time.process_time() - start) / len(every) * 1e3:.1f} ms a chain")


if __name__ == "__main__":
    sys.exit(main())
