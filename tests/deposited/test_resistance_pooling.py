"""Ensembles: on deposited files."""

import pytest

from ros1struct.resistance.scan import scan

XRAY = "structures/test_only/xray"


@pytest.mark.shared
def test_crystals_of_one_drug_are_one_answer(shared):
    """A crystal of the mutant shows what crystals of the wild type cannot: where it goes."""
    files = [str(shared / XRAY / f"{n}.pdb") for n in ("2XP2", "2YFX", "4ANQ", "5AAA")]
    pooled = scan(files, ["L1196M"], pool=True).iloc[0]
    alone = scan(files[0], ["L1196M"]).iloc[0]
    assert pooled["pooled"] == 4
    assert pooled["score"] < alone["score"]
    assert pooled["verdict"] != "clash"


@pytest.mark.shared
def test_a_crystal_with_another_mutation_there_does_not_answer(shared):
    files = [str(shared / XRAY / f"{n}.pdb") for n in ("2XP2", "4ANQ")]
    # 4ANQ is G1269A.
    assert scan(files, ["G1269A", "G1269S"], pool=True)["pooled"].tolist() == [2, 1]
    wrong = scan(files, ["K1269S"], pool=True).iloc[0]
    assert wrong["verdict"] == "not read"
    assert "not K" in wrong["reason"]


@pytest.mark.shared
def test_one_crystal_is_not_the_answer_for_t790m(shared):
    """Gefitinib: two crystals of Thr790 and two of Met790, which disagree; the interval says so."""
    files = [str(shared / XRAY / f"{n}.pdb") for n in ("4WKQ", "2ITY", "3UG2", "4I22")]
    each = scan(files, ["T790M"])["score"]
    assert each[:2].min() > each[2:].max() + 1
    pooled = scan(files, ["T790M"], pool=True).iloc[0]
    assert pooled["pooled"] == 4
    assert each.min() < pooled["score"] < each.max()
    assert pooled["score_spread"] > 0.3
    # Of all the crystals that could have been at hand, some are of Thr790 only.
    assert pooled["score_high"] > 2
    assert not pooled["firm"]
