"""What Jupyter shows of complexes, ensembles and definitions: well-formed, escaped, complete."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

import ros1struct as rs
from ros1struct.clashes import CLASH_DEFINITIONS
from ros1struct.contacts import CONTACT_DEFINITIONS
from ros1struct.structure.card import card

SINGLE = {"br", "img", "path", "rect", "ellipse", "line", "polygon", "circle"}


class Reader(HTMLParser):
    """Checks that every tag is closed, in order, and keeps the words."""

    def __init__(self, html):
        super().__init__()
        self.open, self.words, self.tags = [], [], set()
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag not in SINGLE:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in SINGLE:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data.strip())


def test_a_complex_shows_its_formula_kinase_provenance_and_notes():
    complex = replace(rs.load("crizotinib"), notes=("something was <b>decided</b>",))
    read = Reader(complex._repr_html_())
    assert {"svg", "path", "table", "li"} <= read.tags
    assert "b" not in read.tags
    assert "something was <b>decided</b>" in read.words
    assert {"ROS1 WT", "crizotinib (VGH)", complex.provenance.label} <= {*read.words}


def test_drawing_leaves_the_inhibitor_as_it_was():
    complex = rs.load("2WGJ")
    before = complex.inhibitor.ToBinary()
    complex._repr_html_()
    assert complex.inhibitor.ToBinary() == before


def test_an_ensemble_says_what_is_free():
    ensemble = rs.ensemble("2WGJ", "L1157M")
    words = Reader(ensemble._repr_html_()).words
    apo, holo = ensemble.free()
    assert {f"{apo:.0%}", f"{holo:.0%}", "Ensemble L1157M"} <= {*words}


@pytest.mark.parametrize(
    "definition", [*CONTACT_DEFINITIONS.values(), *CLASH_DEFINITIONS.values()], ids=lambda d: d.name
)
def test_a_definition_shows_its_numbers_and_its_source(definition):
    words = Reader(definition._repr_html_()).words
    assert any(definition.name in word for word in words)
    assert definition.source in words
    number = "threshold" if isinstance(definition, rs.ClashDefinition) else "hydrogen_bond"
    assert str(getattr(definition, number)) in words


def test_a_card_leaves_out_what_is_empty_and_escapes_the_rest():
    read = Reader(card("<i>", {"kept": "&", "gone": ""}, notes=["<script>"]))
    assert read.tags == {"div", "strong", "table", "tr", "th", "td", "ul", "li"}
    assert {"<i>", "kept", "&", "<script>"} <= {*read.words}
    assert "gone" not in read.words
