import re

import pytest

import ros1struct as rs
from ros1struct.kinome import literature
from ros1struct.report import cite
from ros1struct.report.citations import (
    DATA,
    METHODS,
    SOFTWARE,
    Reference,
    _behind_responses,
    split_doi,
)


def test_the_text_names_the_package_and_everything_it_stands_on():
    text = cite()
    assert rs.__version__ in text
    for reference in (*METHODS, *DATA, *SOFTWARE):
        assert reference.text in text
    listed = _behind_responses()
    assert len(listed) == 22 < len(literature.sources())
    for row in listed.itertuples():
        assert row.citation in text


def test_bibtex_has_an_entry_for_each_with_keys_once():
    entries = re.findall(r"^@(\w+)\{([^,]+),$", cite("bibtex"), flags=re.MULTILINE)
    keys = [key for _, key in entries]
    assert len(keys) == len(set(keys))
    expected = 1 + len((*METHODS, *DATA, *SOFTWARE)) + len(_behind_responses())
    assert len(entries) == expected


def test_bibtex_braces_are_balanced_and_people_are_named_family_first():
    text = cite("bibtex")
    assert text.count("{") == text.count("}")
    assert "author = {Shapovalov, M. V. and Dunbrack, R. L.}," in text
    assert "author = {{The UniProt Consortium}}," in text
    assert "pages = {844--858}," in text
    fields = re.findall(r"^  (\w+) = \{(.*)\},$", text, flags=re.MULTILINE)
    assert not any(re.search(r"(?<!\\)[&%#]", value) for _, value in fields)


def test_every_doi_has_the_form_of_one():
    for reference in (*METHODS, *DATA, *SOFTWARE):
        if not reference.doi:
            assert reference.url or (reference.volume and reference.pages), reference.key
            continue
        assert re.fullmatch(r"10\.\d{4,9}/\S+", reference.doi), reference.key
        assert split_doi(reference.text)[1] == reference.doi


def test_a_reference_without_doi_has_its_address():
    made = Reference("k", "A B", "t", "site", "2020", url="https://x.org")
    assert made.text == "A B. t. site 2020. https://x.org"
    assert made.bibtex.startswith("@misc{k,")


@pytest.mark.parametrize("line", ["x doi:javascript:alert(1)", 'x doi:10.1000/"onclick="a(1)', "x"])
def test_what_is_no_doi_stays_text(line):
    assert split_doi(line) == (line, "")


def test_an_unknown_form_is_refused():
    with pytest.raises(rs.InputError, match=r"come as text or bibtex, found 'bibtx'. Did you mean"):
        cite("bibtx")
