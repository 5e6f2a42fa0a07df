"""Fusions are drawn by the exons that the table names, and nothing that it does not."""

import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from printed import check_printable
from ros1struct.errors import InputError
from ros1struct.figures import plot_fusions
from ros1struct.figures.fusions import KEPT, KINASE, exons
from ros1struct.kinome import literature


@pytest.fixture(scope="module")
def fusions():
    table = literature.fusions()
    return table[table["domains_kept"] != "not given"]


@pytest.fixture(scope="module")
def drawn(fusions):
    return plot_fusions(fusions)


def said(ax):
    return [t.get_text() for t in ax.texts]


def boxes(ax, fusion):
    """Exons of ROS1 that are drawn of a fusion, with their patches."""
    found = [p for p in ax.patches if (p.get_gid() or "").startswith(f"{fusion} ")]
    return {int(p.get_gid().split()[-1]): p for p in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("34", [34]),
        ("34 (33 also reported: C6:R33)", [34, 33]),
        ("2; 4 also used in literature", [2, 4]),
        ("33 or 34; 32 and 34 in other lists", [33, 34, 32]),
        ("8 (T7:R35 = Oncomine COSF1273)", [8]),
        ("not given", []),
        ("", []),
    ],
)
def test_exons_are_read_from_the_text(text, expected):
    assert exons(text) == expected


def test_it_fits_a_printed_column(drawn):
    check_printable(drawn)


def test_every_fusion_is_a_bar_from_its_first_exon(fusions, drawn):
    shown = said(drawn)
    partners = [p for p in drawn.patches if p.get_gid() == "partner"]
    assert len(partners) == len(fusions) == 14
    for _, row in fusions.iterrows():
        assert row["fusion"] in shown
        found = boxes(drawn, row["fusion"])
        known = exons(row["ros1_exon"]) or [32]
        assert sorted(found) == list(range(min(known), 43))
        for n, box in found.items():
            if n >= max(exons(row["ros1_exon"]) or [36]):
                colour = KINASE if n >= 36 else KEPT
                assert box.get_facecolor() == to_rgba(colour), (row["fusion"], n)


def test_what_sources_disagree_on_is_hatched_and_the_unknown_is_asked(drawn):
    hatched = {n for n, box in boxes(drawn, "SDC4-ROS1").items() if box.get_hatch()}
    assert hatched == {32, 33}
    assert {n for n, b in boxes(drawn, "CD74-ROS1").items() if b.get_hatch()} == {33}
    assert not [b for b in boxes(drawn, "EZR-ROS1").values() if b.get_hatch()]
    shown = said(drawn)
    assert shown.count("?") == 4  # KDELR2, exons 32 to 35
    assert "exon not given" in shown
    assert "to exon 2 or 4" in shown


def test_frequencies_and_caveats_are_said(fusions, drawn):
    words = " ".join(" ".join(said(drawn)).split())
    for frequency in fusions["frequency"]:
        assert frequency in words
    assert "not to scale" in words
    assert "NM_002944" in words
    assert "keeps the CEP85L coiled coil" in words
    # No source of the tables bounds the transmembrane helix.
    assert "transmembrane" not in words


def test_partners_without_exons_are_named_below(fusions):
    every = plot_fusions(literature.fusions())
    assert len([p for p in every.patches if p.get_gid() == "partner"]) == len(fusions)
    words = " ".join(" ".join(said(every)).split())
    assert "Exons not given in the sources read: DCBLD1, FRK, VGLL2, CLIP1, KIF21A." in words
    check_printable(every)
    unknown = literature.fusions().tail(2)
    with pytest.raises(InputError, match="gives the exons of none"):
        plot_fusions(unknown)


def test_a_lost_kinase_domain_is_empty(fusions):
    ax = plot_fusions(fusions.head(2).assign(kinase_domain_kept=[True, False]))
    assert boxes(ax, "CD74-ROS1")[40].get_facecolor() == to_rgba(KINASE)
    assert boxes(ax, "EZR-ROS1")[40].get_facecolor() == to_rgba("white")


def test_an_axes_that_is_given_is_drawn_on(fusions):
    ax = Figure(figsize=(5, 9)).add_subplot()
    assert plot_fusions(fusions, ax=ax) is ax


def test_odd_and_long_names(fusions):
    odd = fusions.head(2).assign(fusion=[r"$\frac$", "x" * 60], frequency="$5$ of " + "y" * 30)
    ax = plot_fusions(odd)
    check_printable(ax)
    assert r"\$\frac\$" in said(ax)


def test_bad_input_is_refused(fusions):
    with pytest.raises(InputError, match="expected a column 'fusion', found x"):
        plot_fusions(pd.DataFrame({"x": [1]}))
    with pytest.raises(InputError, match="the table has no rows"):
        plot_fusions(fusions.iloc[:0])
    with pytest.raises(InputError, match="cannot draw CD74-ROS1: expected the exons of the kinase"):
        plot_fusions(fusions.assign(domains_kept="kinase"))
