"""scan: on deposited files."""

import pytest

import ros1struct as rs
from ros1struct.errors import InputError
from ros1struct.resistance.scan import scan


@pytest.fixture(scope="module")
def alk(shared):
    return rs.load(shared / "structures" / "test_only" / "xray" / "2XP2.pdb")


@pytest.mark.shared
def test_the_catalogue_is_carried_over_to_alk(alk):
    rows = scan(alk, ["ROS1 G2032R", "ROS1 L2026M", "ROS1 D2033N"])
    assert rows["mutation"].tolist() == ["G1202R", "L1196M", "D1203N"]


@pytest.mark.shared
def test_an_equivalent_that_already_is_the_mutant_is_said_to_be(alk):
    row = scan(alk, "ROS1 L2155F").iloc[0]
    assert row["verdict"] == "not in model"
    assert "F1323 already is F" in row["reason"]


@pytest.mark.shared
def test_the_mature_chain_of_egfr(shared):
    path = shared / "structures" / "test_only" / "xray" / "1M17.pdb"
    egfr = rs.load(path)
    row = scan(egfr, "T790M").iloc[0]
    assert (row["residue"], row["author_residue"], row["klifs"]) == ("T790", "T766", "GK:45")
    with pytest.raises(InputError, match="file's author it is T790: write T790M"):
        scan(egfr, "T766M")
    own = rs.load(path, numbering="author")
    assert scan(own, "T766M").iloc[0]["score"] == row["score"]
    assert "author_residue" not in scan(own, "T766M")
    with pytest.raises(InputError, match="UniProt P00533 it is T766: write T766M"):
        scan(own, "T790M")
    table = rs.contacts(egfr).set_index("residue")
    assert table.loc["M793", "author_residue"] == "M769"


@pytest.mark.shared
def test_a_ros1_mutation_is_not_looked_up_in_abl_by_its_number(shared):
    abl = rs.load(shared / "structures" / "test_only" / "xray" / "2HYY.pdb")
    row = scan(abl, "ROS1 E255K").iloc[0]  # ABL has a Glu255, which is not ROS1's
    assert row["verdict"] == "not in model"


# Mutants that stand beside the drug in crystals: the wild type's complex, and their own file.
BESIDE = [
    ("2XP2", "L1196M", "2YFX"),
    ("2XP2", "G1269A", "4ANQ"),
    ("2XP2", "L1198F", "5AAA"),
    ("4WKQ", "G719S", "2ITO"),
    ("4WKQ", "L858R", "2ITZ"),
    ("4WKQ", "T790M", "4I22"),
]


@pytest.mark.shared
@pytest.mark.parametrize(("wild", "mutation", "own"), BESIDE)
def test_a_mutant_that_crystals_show_beside_the_drug_is_no_clash(shared, wild, mutation, own):
    folder = shared / "structures" / "test_only" / "xray"
    assert scan(folder / f"{wild}.pdb", mutation)["verdict"].item() != "clash"
    assert scan(folder / f"{own}.pdb", mutation)["verdict"].item() != "clash"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "mutation", "verdict", "says"),
    [
        ("4G5J", "C797S", "contact loss", "covalent bond to C797 is lost"),
        ("2JIV", "C797S", "contact loss", "covalent bond to C797 is lost"),
        # Osimertinib before its reaction; gefitinib has nothing that reacts.
        ("4ZAU", "C797S", "possible", "stands 3.4 Å from the sulphur of C797"),
        ("5P9I", "C481S", "possible", "stands 4.7 Å from the sulphur of C481"),
    ],
)
def test_a_cysteine_that_holds_a_covalent_inhibitor(shared, file, mutation, verdict, says):
    path = shared / "structures" / "test_only" / "xray" / f"{file}.pdb"
    row = rs.scan(rs.load(path), mutation).iloc[0]
    assert row["verdict"] == verdict
    assert says in row["reason"]


@pytest.mark.shared
def test_an_inhibitor_without_a_reactive_group_leaves_the_cysteine_alone(shared):
    path = shared / "structures" / "test_only" / "xray" / "4I22.pdb"
    assert "sulphur" not in rs.scan(rs.load(path), "C797S").iloc[0]["reason"]


@pytest.mark.shared
def test_a_residue_whose_side_chain_the_file_lacks_is_said_in_its_row(shared):
    cut, whole = (
        rs.load(shared / "cases" / f"{name}.pdb") for name in ("side_chains_cut_at_CB", "ros1_12A")
    )
    row = rs.scan(cut, "D2033N").iloc[0]
    assert "the file lacks CG OD1 OD2 of D2033" in row["reason"]
    assert "lacks" not in rs.scan(whole, "D2033N").iloc[0]["reason"]
    # The score asks the library, so that it does not hang on what is missing.
    assert row["score"] == pytest.approx(rs.scan(whole, "D2033N").iloc[0]["score"], abs=1.0)
