from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import tables
from ros1struct.errors import InputError
from ros1struct.kinome import literature
from ros1struct.kinome.residue_numbers import numbered_by
from ros1struct.resistance.sampler import Place
from ros1struct.resistance.scan import scan
from ros1struct.resistance.tolerance import depends_on_threshold, steric_tolerance
from ros1struct.resistance.verdict import VERDICTS
from ros1struct.sidechains.ensembles import Ensemble, build_ensemble
from ros1struct.sidechains.rotamers import Rotamers

REPORTED = literature.mutations()[literature.mutations()["reported"]]
CATALOGUE = len(REPORTED)


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def catalogue(met):
    return scan(met, details=True)


def made(letter, apo, holo, *, distance=3.0):
    """An ensemble of 1000 samples with the free probabilities asked for."""
    n = 1000
    free_apo, free_holo = round(apo * n), round(holo * n)
    assert free_holo <= free_apo
    clear, hit = -1.0, 2.0
    return Ensemble(
        residue="G1", letter=letter, phi=-60.0, psi=-40.0,
        found=Rotamers(np.ones(1), np.zeros((1, 1)), np.ones((1, 1)), 100),
        points=3, weight=np.full(n, 1 / n),
        apo=np.where(np.arange(n) < free_apo, clear, hit),
        inhibitor=np.where(np.arange(n) < free_holo, clear, hit),
        distance=np.full(n, distance), kinds={},
        threshold=0.6, definition="made",
    )  # fmt: skip


WILD = made("L", 1.0, 1.0)


@pytest.mark.parametrize(
    ("gap", "mutant", "near"),
    [
        (6.0, made("R", 1, 0, distance=9), True),  # the wild type is near, exactly
        (6.01, made("R", 1, 0, distance=9), False),
        (9.0, made("R", 1, 0, distance=6.0), True),  # a conformer of the mutant is
        (9.0, made("R", 1, 0, distance=6.01), False),
        # A conformer that does not fit the protein brings nobody near.
        (9.0, made("W", 0, 0, distance=3), False),
    ],
)  # fmt: skip
def test_what_is_within_scope(gap, mutant, near):
    assert Place(0, WILD, mutant, gap).near is near


def test_steric_tolerance_is_the_ratio_of_the_two_tolerances():
    wild, mutant = made("L", 0.8, 0.4), made("R", 0.5, 0.1)
    assert steric_tolerance(wild, mutant) == pytest.approx((0.1 / 0.5) / (0.4 / 0.8))
    assert steric_tolerance(wild, wild) == 1
    assert np.isnan(steric_tolerance(wild, made("R", 0.01, 0)))
    assert np.isnan(steric_tolerance(made("L", 1, 0), mutant))


@pytest.mark.parametrize("letter", list("LMVA"))
def test_a_wild_type_compared_with_itself_is_tolerated_by_definition(met, letter):
    found = build_ensemble(met, met.find_residue(1157), letter)
    assert steric_tolerance(found, found) == pytest.approx(1)


def test_the_catalogue_is_carried_over_to_another_kinase(met, catalogue):
    assert len(catalogue) == CATALOGUE
    rows = catalogue.set_index(REPORTED["mutation"].to_numpy())
    assert rows.loc["G2032R", ["mutation", "residue", "klifs"]].tolist() == [
        "G1163R", "G1163", "linker:51",
    ]  # fmt: skip
    assert rows.loc["L2026M", "mutation"] == "L1157M"
    # What the literature says of ROS1 is not said of MET.
    assert (rows["literature_call"] == "").all()


def test_one_absent_residue_puts_a_compound_out_of_the_model(met):
    row = scan(met, "L1157M/G9999R").iloc[0]
    assert row["verdict"] == "not in model"
    assert row["reason"] == "G9999: residue 9999 is not in the structure"


def test_a_residue_that_is_absent_is_not_in_the_model(met):
    row = scan(met, "G2032R").iloc[0]
    assert row["verdict"] == "not in model"
    assert row["reason"] == (
        "residue 2032 is not in the structure; for the residue that is equivalent to ROS1's say "
        "'ROS1 G2032R'"
    )
    assert "equivalent" not in scan(met, "A2032R")["reason"].item()
    assert row["literature_call"] == row["mechanism"] == ""  # ROS1's, and this is MET


def test_the_edge_of_a_pocket_fragment_is_not_in_the_model(met):
    r = met.residues
    edges = [
        i for i in range(1, int((r.role == "protein").sum()))
        if r.uniprot[i] != r.uniprot[i - 1] + 1 and r.uniprot[i] and r.letter[i] not in "RC"
    ]  # fmt: skip
    assert edges
    label = met.residue_label(edges[0])
    row = scan(met, f"{label}R").iloc[0]
    assert row["verdict"] == "not in model"
    assert "residue before it is missing" in row["reason"]
    assert row["residue"] == label


def test_a_wrong_wild_type_is_an_error_and_in_a_list_a_row(met):
    with pytest.raises(InputError, match="L1163R: residue 1163 of 2WGJ is Gly, not L"):
        scan(met, "L1163R")
    rows = scan(met, ["L1157M", "L1163R", "what?", "GK:45M", "GK:45L", "hinge:45M"])
    assert rows["verdict"].tolist()[1:3] + rows["verdict"].tolist()[4:] == ["not read"] * 4
    assert rows["mutation"].tolist() == [
        "L1157M", "L1163R", "what?", "L1157M", "GK:45L", "hinge:45M",
    ]  # fmt: skip
    assert rows.loc[0, "score"] == rows.loc[3, "score"]
    assert "residue 1163 of 2WGJ is Gly, not L" in rows.loc[1, "reason"]
    assert "expected a substitution such as G2032R" in rows.loc[2, "reason"]
    assert rows.loc[4, "reason"] == "GK:45L: L1157 of 2WGJ already is L"
    assert rows.loc[5, "reason"] == "hinge:45: KLIFS position 45 is GK:45"


def test_the_kinases_own_letter_is_no_mutation_that_the_structure_carries(met):
    # As T766M of EGFR, T790M of the mature chain: UniProt has Met766.
    with pytest.raises(InputError, match="G1157L: residue 1157 of 2WGJ is Leu, not G"):
        scan(met, "G1157L")


@pytest.mark.parametrize("text", ["G1163G", "G1163B", "g1163r", "1163", ""])
def test_what_is_no_mutation_is_refused(met, text):
    with pytest.raises(InputError, match="mutation"):
        scan(met, text)


def test_an_unknown_definition_is_refused(met):
    with pytest.raises(InputError, match="no clash definition 'probe2'; known are chimerax"):
        scan(met, "L1157M", definition="probe2")


def test_a_mutation_of_another_kinase_is_carried_over_to_numbers_of_the_author(met):
    r = met.residues
    odd = met.with_changes(residues=replace(r, number=r.number + 1000))
    row = scan(numbered_by(odd, "author"), "ROS1 G2032R").iloc[0]
    assert (row["residue"], row["mutation"]) == ("G2163", "G2163R")
    plain = scan(numbered_by(met, "author"), "G1163R").iloc[0]
    assert plain["residue"] == "G1163"


def test_a_residue_far_from_the_inhibitor_is_out_of_scope():
    complex = rs.load("3LQ8")
    r = complex.residues
    xyz = complex.xyz[0]
    ligand = xyz[complex.inhibitor_heavy]
    far = next(
        i for i in range(len(r))
        if r.letter[i] == "A"
        and np.linalg.norm(xyz[complex.atoms.residue == i][:, None] - ligand, axis=2).min() > 18
    )  # fmt: skip
    row = scan(complex, f"{complex.residue_label(far)}S").iloc[0]
    assert row["verdict"] == "out of scope"
    assert row["min_distance"] > 18


def test_one_row_per_mutation_and_complex_in_order_and_progress_is_told(met):
    told = []
    other = met.with_changes(name="again")
    table = scan([met, other], ["L1157M", "G1163A"], progress=lambda *done: told.append(done))
    pairs = list(zip(table["mutation"], table["structure"], strict=True))
    assert pairs == [
        ("L1157M", "2WGJ"), ("L1157M", "again"), ("G1163A", "2WGJ"), ("G1163A", "again"),
    ]  # fmt: skip
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_two_scans_are_the_same(met):
    pd.testing.assert_frame_equal(scan(met, "G1163R"), scan(met, "G1163R"))


def test_a_name_is_loaded():
    one = rs.scan("2WGJ", "L1157M")
    assert one.equals(rs.scan([rs.load("2WGJ")], ["L1157M"]))


def test_a_number_that_only_has_an_insertion_code_is_not_taken_for_it(met):
    own = numbered_by(met, "author")
    residue = own.find_residue(1157)
    insertion = np.array([str(x) for x in own.residues.insertion], dtype="<U1")
    insertion[residue] = "A"
    odd = own.with_changes(residues=replace(own.residues, insertion=insertion))
    row = scan(odd, "L1157M").iloc[0]
    assert row["verdict"] == "not in model"
    assert row["reason"] == (
        "residue 1157 is not in the structure but for L1157A: a mutation cannot name a residue "
        "with an insertion code"
    )


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 0.1, False),
        (0.1, 0.11, True),
        (0.05, 0.11, True),
        (0.5, 0.6, True),
        (0.51, 0.6, False),
    ],
)
def test_a_range_that_reaches_over_a_limit_says_so(low, high, expected):
    assert depends_on_threshold(low, high) is expected


def test_a_proline_far_from_the_inhibitor_is_out_of_scope_before_it_is_strained(met):
    xyz = met.xyz[0].copy()
    xyz[met.inhibitor_heavy] += 60
    far = met.with_coordinates(xyz)
    near = scan(met, "L1157P").iloc[0]
    assert near["verdict"] == "undefined"
    assert np.isnan(near["score"])
    assert near["reason"].startswith("backbone must move")
    assert scan(far, "L1157P")["verdict"].item() == "out of scope"


def test_what_is_no_mutation_at_all_is_refused(met):
    with pytest.raises(InputError, match=r"mutations must be .*, found 2032"):
        scan(met, 2032)
    with pytest.raises(InputError, match=r"mutations must be .*, found"):
        scan(met, ["L1157M", None])


SHORT = [
    "structure", "kinase", "inhibitor", "provenance", "mutation", "residue", "klifs", "state",
    "min_distance", "score", "score_low", "score_high", "p_resistant", "verdict", "firm", "reason",
    "literature_call", "mechanism",
]  # fmt: skip


def test_the_short_table_and_the_details(met, catalogue):
    short = scan(met)
    assert list(short.columns) == SHORT
    assert list(catalogue.columns[: len(SHORT)]) == SHORT
    pd.testing.assert_frame_equal(catalogue[SHORT], short)
    tables.check(catalogue)
    assert catalogue["library_count"].dtype == "Int64"
    assert {short["firm"].dtype, catalogue["low_count"].dtype} == {np.dtype(bool)}
    numbers = [
        c for c in catalogue.columns if c.startswith(("score", "free", "steric", "contact_"))
    ]
    assert {str(t) for t in catalogue[numbers].dtypes} == {"float64"}


@pytest.mark.parametrize("mutations", ["G1163A", "G9999R", "L1157M", []])
def test_the_types_do_not_depend_on_the_rows(met, catalogue, mutations):
    table = scan(met, mutations, details=True)
    assert list(table.columns) == list(catalogue.columns)
    if len(table):
        assert table.dtypes.equals(catalogue.dtypes)


def test_rows_are_consistent(catalogue):
    t = catalogue
    assert (t["free_holo"].dropna() <= t["free_apo"].dropna() + 1e-12).all()
    scored = t[t["score"].notna()]
    assert len(scored) > 3
    assert (scored["score_low"] <= scored["score"]).all()
    assert (scored["score"] <= scored["score_high"]).all()
    parts = scored[["steric", "contacts", "solvent", "strain", "transfer"]].sum(axis=1)
    assert np.allclose(parts, scored["score"])
    assert scored["p_resistant"].between(0, 1).all()
    assert scored["p_resistant"].is_monotonic_increasing or (
        scored.sort_values("score")["p_resistant"].is_monotonic_increasing
    )
    likely = scored["verdict"].isin(("clash", "contact loss"))
    assert (scored.loc[likely, "p_resistant"] >= 0.5).all()
    nothing = scored["verdict"] == "no structural reason found"
    assert (scored.loc[nothing, "p_resistant"] < 0.25).all()
    assert not t.loc[t["score"].isna(), "verdict"].isin(("clash", "contact loss", "possible")).any()
    assert t["verdict"].isin(VERDICTS).all()
    assert (t["reason"] != "").all()


def test_a_compound_mutation_has_the_sum_of_its_single_scores(met):
    one, other, both = (scan(met, m).iloc[0] for m in ("L1157V", "M1211L", "L1157V/M1211L"))
    assert both["residue"] == "L1157/M1211"
    assert both["klifs"] == f"{one['klifs']}/{other['klifs']}"
    assert both["score"] == pytest.approx(one["score"] + other["score"])
    assert both["score_high"] == pytest.approx(one["score_high"] + other["score_high"])
    assert both["min_distance"] == min(one["min_distance"], other["min_distance"])
    assert "the sum of single substitutions" in both["reason"]
    again = scan(met, "M1211L/L1157V").iloc[0]
    assert again["score"] == pytest.approx(both["score"])


def test_an_inhibitor_moved_away_makes_everything_out_of_scope(met):
    xyz = met.xyz[0].copy()
    xyz[met.inhibitor_heavy] += 50
    table = scan(met.with_coordinates(xyz), ["L1157M", "G1163R", "L1157R"], details=True)
    assert (table["verdict"] == "out of scope").all()
    assert table["score"].isna().all()
    assert (table["free_apo"] == table["free_holo"]).all()


@pytest.mark.parametrize("mutation", ["D2033N", "S1986F", "F2004C", "D2113N", "F2075C", "L2155S"])
@pytest.mark.parametrize("name", ["crizotinib", "lorlatinib", "repotrectinib", "zidesamtinib"])
def test_a_mechanism_that_is_not_geometric_is_not_claimed(name, mutation):
    row = scan(name, mutation).iloc[0]
    assert row["verdict"] in ("no structural reason found", "out of scope")


def test_what_the_literature_says_of_the_solvent_front_arginine():
    # Nothing in the score was chosen on ROS1.
    names = ["repotrectinib", "zidesamtinib", "crizotinib", "lorlatinib"]
    table = scan(names, "G2032R").set_index("structure")
    score = table["score"]
    assert score["repotrectinib"] < score["zidesamtinib"] < score["crizotinib"]
    assert score["zidesamtinib"] < score["lorlatinib"]
    assert table.loc["repotrectinib", "verdict"] == "no structural reason found"
    assert (scan(names, "L2086F")["verdict"] == "clash").all()


def test_any_number_of_workers_gives_the_same_table(met):
    mutations = ["L1157M", "G1163A", "M1211L", "L1157V"]
    alone, told = scan(met, mutations, details=True), []
    shared = scan(met, mutations, details=True, workers=2, progress=lambda *n: told.append(n))
    pd.testing.assert_frame_equal(alone, shared)
    assert told[-1] == (4, 4)
    with pytest.raises(InputError, match="workers must be 1 or more, found 0"):
        scan(met, mutations, workers=0)


def test_a_base_rate_moves_the_probability_and_not_the_verdict(met):
    usual, rare = (scan(met, "L1157M", base_rate=r).iloc[0] for r in (None, 0.05))
    assert rare["p_resistant"] < usual["p_resistant"]
    assert rare["verdict"] == usual["verdict"]
    with pytest.raises(InputError, match="base_rate must lie between 0 and 1"):
        scan(met, "L1157M", base_rate=1.5)


@pytest.mark.parametrize(
    ("structure", "one", "other"),
    [
        ("crizotinib", "S1986F/L2000V", "L2000V/S1986F"),
        ("crizotinib", "G2032R/L2086F", "L2086F/G2032R"),
        ("2WGJ", "L1157M/Y1230C/G1163R", "G1163R/Y1230C/L1157M"),
    ],
)
def test_a_compound_has_one_answer_in_whatever_order_it_is_written(structure, one, other):
    a, b = (rs.scan(structure, m, details=True) for m in (one, other))
    told = ["mutation", "residue", "klifs"]
    pd.testing.assert_frame_equal(a.drop(columns=told), b.drop(columns=told))
    assert (a["mutation"].item(), b["mutation"].item()) == (one, other)
    for column in ("residue", "klifs"):
        assert a[column].item().split("/") == b[column].item().split("/")[::-1]
    if structure == "crizotinib":  # what the literature says of it is found, too
        assert a["mechanism"].item() == "not established"


def test_answers_do_not_depend_on_what_was_asked_before():
    wanted = ["ROS1 G2032R", "ROS1 L2026M", "ROS1 F2004C"]
    first = rs.scan(["2WGJ", "crizotinib"], wanted, details=True)
    rs.scan("lorlatinib", "G2032R")
    again = rs.scan(["crizotinib", "2WGJ"], wanted[::-1], details=True)
    keys = ["structure", "mutation"]
    pd.testing.assert_frame_equal(
        *(t.sort_values(keys).reset_index(drop=True) for t in (first, again))
    )
