from dataclasses import replace
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import tables
from ros1struct.errors import InputError
from ros1struct.kinome import literature
from ros1struct.kinome.numbering import by_author
from ros1struct.resistance.sampler import Place, Sampler
from ros1struct.resistance.scan import scan
from ros1struct.resistance.tolerance import (
    VERDICTS,
    Evidence,
    depends_on_threshold,
    steric_tolerance,
    verdict,
)
from ros1struct.sidechains.ensembles import Ensemble, build_ensemble
from ros1struct.sidechains.rotamers import Rotamers

CATALOGUE = len(literature.mutations())


@pytest.fixture(scope="module")
def met():
    return rs.load("2WGJ")


@pytest.fixture(scope="module")
def alk(shared):
    return rs.load(shared / "structures" / "test_only" / "xray" / "2XP2.pdb")


@pytest.fixture(scope="module")
def catalogue(met):
    return scan(met)


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


def judge(wild, mutant, near=True, lost=()):
    return verdict(Evidence(wild.letter, mutant.letter, wild, mutant, near, lost))


POLAR = ("polar",)


@pytest.mark.parametrize(
    ("wild", "mutant", "near", "lost", "expected"),
    [
        # Nothing in reach comes before everything that is measured.
        (WILD, made("R", 1, 0), False, POLAR, "out of scope"),
        (WILD, made("R", 0.01, 0), False, (), "out of scope"),
        (made("L", 0.01, 0), WILD, False, (), "out of scope"),
        # Strained comes before clash and contact loss, for either of the two.
        (WILD, made("W", 0.019, 0), True, POLAR, "undefined (strained)"),
        (made("L", 0.019, 0.019), made("R", 1, 0), True, (), "undefined (strained)"),
        (made("L", 1, 0), made("R", 1, 1), True, POLAR, "undefined (strained)"),
        (WILD, made("W", 0.021, 0), True, (), "clash"),
        # Ten-fold, two-fold.
        (WILD, made("R", 1, 0), True, POLAR, "clash"),
        (WILD, made("R", 1, 0.099), True, (), "clash"),
        (WILD, made("R", 1, 0.101), True, (), "partial clash"),
        (WILD, made("R", 1, 0.499), True, (), "partial clash"),
        (WILD, made("R", 1, 0.501), True, (), "no steric reason found"),
        # Relative to a wild type that is tight itself.
        (made("L", 1, 0.2), made("R", 1, 0.2), True, (), "no steric reason found"),
        (made("L", 1, 0.2), made("R", 1, 0.01), True, (), "clash"),
        (made("L", 0.5, 0.3), made("R", 1, 0.25), True, (), "partial clash"),
        (made("L", 0.5, 0.05), made("R", 0.5, 0.5), True, (), "no steric reason found"),
        # Contact loss only where the side chain fits.
        (WILD, made("R", 1, 0.05), True, POLAR, "clash"),
        (WILD, made("R", 1, 0.4), True, POLAR, "partial clash"),
        (WILD, made("R", 1, 1), True, POLAR, "contact loss"),
        (WILD, made("R", 1, 1), True, (), "no steric reason found"),
        # The same skeleton takes the same room; only hydrogen bonds differ.
        (made("D", 1, 1), made("N", 1, 0.05), True, (), "no steric reason found"),
        (made("Q", 1, 1), made("E", 1, 0.4), True, (), "no steric reason found"),
        (made("D", 1, 1), made("N", 1, 0.4), True, POLAR, "contact loss"),
        (made("D", 1, 1), made("E", 1, 0.05), True, (), "clash"),
        (made("D", 1, 1), made("N", 0.01, 0), True, (), "undefined (strained)"),
    ],
)  # fmt: skip
def test_verdicts_and_their_precedence(wild, mutant, near, lost, expected):
    judged, reason = judge(wild, mutant, near, lost)
    assert judged == expected
    assert judged in VERDICTS
    assert reason


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


def test_the_reason_of_a_strained_verdict_says_whose():
    assert judge(WILD, made("W", 0.01, 0))[1].startswith("W does not fit the pocket even without")
    assert judge(made("L", 0.01, 0), WILD)[1].startswith("the wild type L is itself strained")
    assert "wild type L itself is hardly free beside" in judge(made("L", 1, 0), WILD)[1]


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


# name of a file under xray, mutation, verdict; why, in the literature.
KNOWN = [
    ("2HYY", "T315I", "clash"),  # imatinib and the gatekeeper (Gorre 2001; Shah 2002)
    ("2HYY", "T315A", "contact loss"),  # its hydrogen bond with Thr315
    ("2XP2", "L1198F", "no steric reason found"),  # stays sensitive to crizotinib (Shaw 2016)
]


@pytest.mark.parametrize(("name", "mutation", "expected"), KNOWN)
@pytest.mark.shared
def test_known_mutants_of_other_kinases(shared, name, mutation, expected):
    complex = rs.load(shared / "structures" / "test_only" / "xray" / f"{name}.pdb")
    assert scan(complex, mutation)["verdict"].item() == expected


@pytest.mark.shared
def test_a_lost_charge_is_not_called_a_clash(alk):
    # D1203N is ROS1 D2033N: electrostatics, of which geometry knows nothing.
    row = scan(alk, "ROS1 D2033N").iloc[0]
    assert row["mutation"] == "D1203N"
    assert row["verdict"] == "no steric reason found"


@pytest.mark.shared
def test_the_solvent_front_arginine_of_alk_beside_two_drugs(alk, shared):
    # What it prints today. Both clash: the drugs are smaller than what G1202R cells still respond
    # to in the clinic (lorlatinib does, at higher concentrations), which geometry does not see.
    other = rs.load(
        shared / "structures" / "test_only" / "alk_lorlatinib" / "2xp2_protein_4cli_lorlatinib.pdb"
    )
    table = scan([alk, other], "G1202R").set_index("inhibitor")
    assert table["verdict"].tolist() == ["clash", "clash"]
    assert table.loc["crizotinib", "steric_tolerance"] == 0
    assert table.loc["lorlatinib", "steric_tolerance"] == pytest.approx(0.008, abs=0.01)
    # A left-handed glycine: the library never saw an arginine there.
    assert table["phi"].between(60, 90).all()
    assert table["library_count"].tolist() == [0, 0]
    assert table["low_count"].all()
    # Lorlatinib beside L1198F: the clash that resensitised a patient to crizotinib (Shaw 2016).
    assert scan(other, "L1198F")["verdict"].item() == "clash"


def test_rows_are_consistent(catalogue):
    t = catalogue
    assert (t["free_holo"].dropna() <= t["free_apo"].dropna() + 1e-12).all()
    assert (t["free_holo_wt"].dropna() <= t["free_apo_wt"].dropna() + 1e-12).all()
    measured = t[t["free_apo"].notna()]
    assert len(measured) > 3
    known = measured["steric_tolerance"].notna()
    m = measured[known]
    ratio = (m.free_holo / m.free_apo) / (m.free_holo_wt / m.free_apo_wt)
    assert np.allclose(ratio, m["steric_tolerance"])
    assert measured.loc[~known, "verdict"].isin(["undefined (strained)", "out of scope"]).all()
    clash = measured["verdict"] == "clash"
    assert (measured.loc[clash, "steric_tolerance"] <= 0.1).all()
    assert (measured.loc[~clash & known, "steric_tolerance"] > 0.1).all()
    assert t["verdict"].isin(VERDICTS).all()
    assert (t["reason"] != "").all()


def test_the_columns_and_their_types(catalogue):
    promised = [
        "structure",
        "inhibitor",
        "provenance",
        "mutation",
        "klifs",
        "state",
        "phi",
        "psi",
        "library_count",
        "min_distance",
        "worst_overlap",
        "free_apo",
        "free_holo",
        "free_apo_wt",
        "free_holo_wt",
        "steric_tolerance",
        "verdict",
        "literature_call",
    ]
    assert [c for c in catalogue.columns if c in promised] == promised
    tables.check(catalogue)
    assert catalogue["library_count"].dtype == "Int64"
    assert catalogue["low_count"].dtype == bool
    floats = [c for c in promised if c.startswith(("free", "phi", "psi", "min", "worst", "steric"))]
    assert {str(t) for t in catalogue[floats].dtypes} == {"float64"}


@pytest.mark.parametrize("mutations", ["G1163A", "G9999R", "L1157M", []])
def test_the_types_do_not_depend_on_the_rows(met, catalogue, mutations):
    table = scan(met, mutations)
    if len(table):
        assert table.dtypes.loc[["library_count", "low_count", "phi"]].equals(
            catalogue.dtypes.loc[["library_count", "low_count", "phi"]]
        )
    assert list(table.columns) == list(catalogue.columns)


def test_the_catalogue_is_carried_over_to_another_kinase(met, catalogue):
    assert len(catalogue) == CATALOGUE
    rows = catalogue.set_index(literature.mutations()["mutation"].to_numpy())
    assert rows.loc["G2032R", ["mutation", "residue", "klifs"]].tolist() == [
        "G1163R", "G1163", "linker:51",
    ]  # fmt: skip
    assert rows.loc["L2026M", "mutation"] == "L1157M"
    # What the literature says of ROS1 is not said of MET.
    assert (rows["literature_call"] == "").all()


@pytest.mark.shared
def test_the_catalogue_is_carried_over_to_alk(alk):
    rows = scan(alk, ["ROS1 G2032R", "ROS1 L2026M", "ROS1 D2033N"])
    assert rows["mutation"].tolist() == ["G1202R", "L1196M", "D1203N"]


@pytest.mark.shared
def test_an_equivalent_that_already_is_the_mutant_is_said_to_be(alk):
    row = scan(alk, "ROS1 L2155F").iloc[0]
    assert row["verdict"] == "not in model"
    assert "F1323 already is F" in row["reason"]


def test_a_compound_mutation_is_judged_as_a_whole(met, catalogue):
    compound = catalogue[catalogue["mutation"].str.contains("/")]
    assert len(compound) == literature.mutations()["mutation"].str.contains("/").sum() > 0
    one, other, both = (scan(met, m).iloc[0] for m in ("L1157V", "M1211L", "L1157V/M1211L"))
    assert both["residue"] == "L1157/M1211"
    assert both["klifs"] == f"{one['klifs']}/{other['klifs']}"
    assert both["verdict"] in VERDICTS
    assert both["min_distance"] == min(one["min_distance"], other["min_distance"])


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


def test_a_wrong_wild_type_is_an_error_and_in_the_catalogue_a_row(met):
    with pytest.raises(InputError, match="L1163R: residue 1163 of 2WGJ is Gly, not L"):
        scan(met, "L1163R")
    with pytest.raises(InputError, match="residue 1163 of 2WGJ is Gly, not L"):
        scan(met, ["L1157M", "L1163R"])


@pytest.mark.parametrize("text", ["G1163G", "G1163B", "g1163r", "1163", ""])
def test_what_is_no_mutation_is_refused(met, text):
    with pytest.raises(InputError, match="mutation"):
        scan(met, text)


def test_an_unknown_definition_is_refused(met):
    with pytest.raises(InputError, match="no clash definition 'probe2'; known are chimerax"):
        scan(met, "L1157M", definition="probe2")


def test_a_gene_is_not_read_in_numbers_of_the_author(met):
    row = scan(by_author(met), "ROS1 G2032R").iloc[0]
    assert row["verdict"] == "not in model"
    assert "carried over by UniProt numbers" in row["reason"]
    plain = scan(by_author(met), "G1163R").iloc[0]
    assert plain["residue"] == "G1163"


@pytest.mark.shared
def test_a_ros1_mutation_is_not_looked_up_in_abl_by_its_number(shared):
    abl = rs.load(shared / "structures" / "test_only" / "xray" / "2HYY.pdb")
    row = scan(abl, "ROS1 E255K").iloc[0]  # ABL has a Glu255, which is not ROS1's
    assert row["verdict"] == "not in model"


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


def test_an_inhibitor_moved_away_makes_everything_out_of_scope(met):
    xyz = met.xyz[0].copy()
    xyz[met.inhibitor_heavy] += 50
    table = scan(met.with_coordinates(xyz), ["L1157M", "G1163R", "L1157R"])
    assert (table["verdict"] == "out of scope").all()
    assert (table["free_apo"] == table["free_holo"]).all()
    assert (table["steric_tolerance"].dropna() == 1).all()


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
    own = by_author(met)
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


def test_a_verdict_that_depends_on_the_threshold_says_from_where_to_where(met):
    row = scan(met, "L1157M", energies=False).iloc[0]
    low, high = row["steric_tolerance_low"], row["steric_tolerance_high"]
    # The more overlap is allowed, the more of the conformers fit.
    said = f"tolerance {low:.2f} to {high:.2f} for overlaps of 0.4 to 0.9 Å"
    assert said in row["reason"]


def test_what_either_residue_of_a_compound_loses_is_lost(met, monkeypatch):
    second, whole = met.find_residue(1211), Sampler.place

    def placed(self, complex, residue, *letters):
        place = whole(self, complex, residue, *letters)
        return replace(place, lost=POLAR if residue == second else ())

    monkeypatch.setattr(Sampler, "place", placed)
    monkeypatch.setattr(import_module("ros1struct.resistance.scan"), "_joint", lambda *_: WILD)
    row = scan(met, "L1157M/M1211L", energies=False).iloc[0]
    assert row["verdict"] == "contact loss"
    assert "polar" in row["reason"]


def test_a_proline_far_from_the_inhibitor_is_out_of_scope_before_it_is_strained(met):
    xyz = met.xyz[0].copy()
    xyz[met.inhibitor_heavy] += 60
    far = met.with_coordinates(xyz)
    near = scan(met, "L1157P").iloc[0]
    assert near["verdict"] == "undefined (strained)"
    assert near["reason"].startswith("backbone must move")
    assert scan(far, "L1157P")["verdict"].item() == "out of scope"


def test_what_is_no_mutation_at_all_is_refused(met):
    with pytest.raises(InputError, match="expected mutations such as 'G2032R', found 2032"):
        scan(met, 2032)
    with pytest.raises(InputError, match="found None"):
        scan(met, ["L1157M", None])
