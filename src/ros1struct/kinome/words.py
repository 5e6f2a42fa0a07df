"""Which kinases a chain may be, by the four-letter words that it shares with them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ros1struct.kinome.kinases import Domain, domains
from ros1struct.kinome.profile import pocket_of

Ints = npt.NDArray[np.intp]

_WORD = 4
# Candidates that are aligned, and the share of the most words that they need.
_MOST, _SHARE = 8, 0.6
_FEWEST = 6


# Copies of a chain, and the structures of one construct, have the same letters.
@lru_cache(maxsize=256)
def rank_domains(letters: str) -> tuple[Domain, ...]:
    """Return the domains that share most words with a chain, the best first."""
    words, owner, size = _table()
    mine = np.zeros(size, dtype=bool)
    mine[_words(letters)] = True
    mine[0] = False
    count = np.bincount(owner[mine[words]], minlength=len(domains()))
    most = int(count.max())
    if most < _FEWEST:
        return ()
    order = np.argsort(-count, kind="stable")[:_MOST]
    return tuple(domains()[i] for i in order if count[i] >= _SHARE * most)


def shared_words(letters: str, pocket: str) -> int:
    """Count the words of a pocket, its gaps left out, that occur in a chain."""
    there = {letters[i : i + _WORD] for i in range(len(letters) - _WORD + 1)}
    own = {pocket[i : i + _WORD] for i in range(len(pocket) - _WORD + 1)}
    return len({word for word in own & there if "-" not in word and "X" not in word})


def nearest_pocket(pocket: str) -> tuple[Domain, float]:
    """Return the domain whose 85 residues are most like a pocket's, and the identical part.

    Parameters
    ----------
    pocket : str
        85 letters, ``X`` where there is none.
    """
    mine = np.frombuffer(pocket.encode("ascii"), dtype=np.uint8)
    known = (mine != ord("X")) & (_pockets() != ord("-"))
    same = ((_pockets() == mine) & known).sum(1)
    best = int(np.argmax(same / np.maximum(known.sum(1), 40)))
    return domains()[best], float(same[best] / max(known[best].sum(), 1))


@lru_cache(maxsize=1)
def _pockets() -> npt.NDArray[np.uint8]:
    text = "".join(pocket_of(d)[0] for d in domains())
    return np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(len(domains()), -1)


@lru_cache(maxsize=1)
def _table() -> tuple[Ints, Ints, int]:
    """Words of all domains, the domain of each, and how many words there are."""
    words = _words("X".join(d.letters for d in domains()) + "X" * _WORD)
    owner = np.repeat(np.arange(len(domains())), [len(d.letters) + 1 for d in domains()])
    return words[: len(owner)], owner, 26**_WORD


def _words(letters: str) -> Ints:
    """Words as numbers, those with an unknown letter as 0 (``AAAA``, which counts for nothing)."""
    code = np.frombuffer(letters.encode("ascii"), dtype=np.uint8).astype(np.intp) - ord("A")
    if len(code) < _WORD:
        return np.zeros(0, dtype=np.intp)
    parts = [code[i : len(code) - _WORD + 1 + i] for i in range(_WORD)]
    number = sum((part * 26 ** (_WORD - 1 - i) for i, part in enumerate(parts)), np.zeros(1, int))
    unknown = np.any([part == ord("X") - ord("A") for part in parts], axis=0)
    return np.where(unknown, 0, number)
