import pandas as pd
import pytest

from ros1struct.errors import InputError
from ros1struct.report.html_tables import page_table, side_by_side
from ros1struct.scene.html import environment


@pytest.fixture(scope="module")
def macros():
    return environment("report").get_template("macros.html").module


def test_an_empty_table_says_so(macros):
    made = page_table(pd.DataFrame(columns=["structure"]), caption="Structures")
    assert macros.table(made, "").strip() == "<p>Structures: none.</p>"


def test_values_are_told_as_text():
    data = pd.DataFrame({"low_count": [True, False], "library_count": [pd.NA, 3]})
    made = page_table(data, caption="c")
    assert [[c.text for c in row.cells] for row in made.rows] == [["yes", ""], ["", "3"]]
    assert made.rows[0].line is None


def test_rows_keep_the_lines_of_the_file_they_are_from():
    data = pd.DataFrame({"mutation": ["A1G", "A2G", "A3G"]})
    made = page_table(data[data["mutation"] != "A2G"], caption="c", source="scan")
    assert [row.line for row in made.rows] == [2, 4]


def test_a_column_that_is_not_there_is_left_out_and_an_undeclared_one_refused():
    data = pd.DataFrame({"mutation": ["A1G"], "unknown": [1]})
    made = page_table(data, ["mutation", "steric_tolerance"], caption="c")
    assert [h.name for h in made.headings] == ["mutation"]
    with pytest.raises(InputError, match="not declared"):
        page_table(data, caption="c")
    with pytest.raises(InputError, match="not declared"):
        side_by_side(data, "mutation", ["mutation"], caption="c", source="scan")


def test_mutations_are_linked_and_all_text_is_escaped(macros):
    data = pd.DataFrame({"mutation": ["A1G", "A2G"], "reason": ["be<cause", ""]})
    made = page_table(data, caption="<c>", source="scan", links={"A1G": 'x.html?"'})
    shown = macros.table(made, "../")
    assert '<a href="../x.html?&#34;">A1G</a>' in shown
    assert '<th scope="row">A2G</th>' in shown
    assert "be&lt;cause" in shown
    assert "&lt;c&gt;</caption>" in shown
    assert '<a href="../tables/scan.html#row-3" aria-label="line 3 of scan.csv">3</a>' in shown


def test_a_table_side_by_side_keeps_range_and_error_beside_the_value(macros):
    data = pd.DataFrame(
        {
            "structure": ["a", "<b>"],
            "steric_tolerance": [0.5, float("nan")],
            "steric_tolerance_low": [0.25, float("nan")],
            "steric_tolerance_high": [0.75, float("nan")],
            "steric_tolerance_sampling": [0.01, float("nan")],
            "contacts_lost": ["", ""],
            "low_count": [False, True],
        }
    )
    names = ["steric_tolerance", "contacts_lost", "low_count"]
    made = side_by_side(data, "structure", names, caption="c", source="scan")
    told = {h.name: [(c.text, c.beside) for c in cells] for h, cells in made.lines}
    assert told == {
        "steric_tolerance": [("0.50", " (0.25 to 0.75) ± 0.01"), ("", "")],
        "low_count": [("", ""), ("yes", "")],
    }
    assert made.places == (2, 3)
    shown = macros.side_by_side(made, "")
    assert "0.50<small> (0.25 to 0.75) ± 0.01</small>" in shown
    assert "&lt;b&gt;" in shown
