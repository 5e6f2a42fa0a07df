"""The sequence logo: its bits by hand and by limits, its letters, marks and colours."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import PathPatch

from ros1struct.errors import InputError
from ros1struct.figures import plot_logo
from ros1struct.figures.logo import (
    BIT,
    CLASSES,
    HAIRLINE,
    LETTERS,
    MOST,
    information,
    small_sample,
)
from ros1struct.figures.style import lightness
from ros1struct.kinome import literature
from ros1struct.kinome.kinases import domains, find_kinase

# What readers without red, green or blue cones see (Machado 2009, severity 1), linear RGB.
BLIND = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn():
    return plot_logo()


def letters_of(ax):
    return [p for p in ax.patches if isinstance(p, PathPatch)]


def said(ax, gid):
    return [t.get_text() for t in ax.texts if t.get_gid() == gid]


def test_bits_of_two_sequences_by_hand():
    table = information(["ROS1", "ALK"]).set_index("klifs_index")
    # Two equal letters have no entropy, two different ones have 1 bit. Two residues drawn with
    # equal probability are the same in one of 20 cases: 0.95 bits are expected.
    assert small_sample(2) == pytest.approx(MOST - 0.95)
    ros1, alk = (find_kinase(name)[0] for name in ("ROS1", "ALK"))
    differ = [k for k in range(1, 86) if ros1.residue_at(k)[:1] != alk.residue_at(k)[:1]]
    assert len(differ) == 25
    assert table.loc[differ, "bits"].max() == 0.0
    np.testing.assert_allclose(table.drop(differ)["bits"], 0.95)


def test_the_correction_is_that_of_many_sequences_where_there_are_many():
    for n in (100, 496):
        assert small_sample(n) == pytest.approx(19 / (2 * n * np.log(2)), rel=0.1)
    assert small_sample(1) == pytest.approx(MOST)
    corrections = [small_sample(n) for n in range(60)]
    assert corrections == sorted(corrections, reverse=True)


def test_one_sequence_says_nothing():
    assert information(["ROS1"])["bits"].max() == pytest.approx(0.0)


def test_what_a_kinase_needs_stands_out():
    table = information().set_index("klifs_label")
    assert table["kinases"].max() == 496
    top = table["bits"].nlargest(6).index
    assert set(top) <= {"III:17", "c.l:68", "c.l:70", "c.l:75", "xDFG:81", "xDFG:83", "g.l:6"}
    assert table.loc["III:17", "K"] > 0.9
    assert table.loc["xDFG:81", "D"] > 0.9
    assert (table["bits"] <= MOST).all()
    np.testing.assert_allclose(table[list(LETTERS)].sum(axis=1), 1.0)
    # Gatekeepers vary: T in tyrosine kinases more often than over the kinome.
    assert information("tyr").set_index("klifs_label").loc["GK:45", "T"] > table.loc["GK:45", "T"]


def test_gaps_make_a_stack_narrower():
    table = information()
    gap = table["share"].idxmin()
    count = sum(bool(d.residue_at(int(table.loc[gap, "klifs_index"]))) for d in domains())
    assert table.loc[gap, "kinases"] == count < 496
    assert table.loc[gap, "share"] == pytest.approx(count / 496)


def test_letters_are_as_high_as_they_are_informative(drawn):
    table = information()
    heights = [p.get_path().get_extents().height for p in letters_of(drawn)]
    bits = table["bits"].to_numpy()[:, None] * table[list(LETTERS)].to_numpy()
    shown = bits[bits >= HAIRLINE]
    np.testing.assert_allclose(sorted(heights), sorted(BIT * shown), rtol=1e-6)
    assert shown.sum() > 0.95 * bits.sum()


def test_the_row_below_is_that_of_ros1(drawn):
    sequence = "".join(r[:1] for r in literature.klifs_pocket()["ROS1"])
    assert "".join(said(drawn, "row")) == sequence
    assert said(plot_logo("TYR", row=""), "row") == []
    other = plot_logo(["ROS1", "JAK2"], row="JAK2")
    active = find_kinase("JAK2_2")[0]
    assert said(other, "row")[44] == active.residue_at(45)[0] == "M"


def test_reported_mutations_are_marked_at_their_positions(drawn):
    table = literature.mutations().query("reported and klifs_label != ''")
    marks = {p.get_gid().split()[1] for p in drawn.patches if "marked" in (p.get_gid() or "")}
    assert marks == set(table["klifs_label"])
    assert {"G2032K/R", "L2026M", "F2004C/I/V"} <= set(said(drawn, "mutation"))
    none = plot_logo("TYR", literature.mutations().query("mutation == 'S1986F'"))
    assert said(none, "mutation") == []
    assert "Red" not in said(none, "caption")[0]


def test_strips_are_longer_in_a_wider_axes():
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(15, 5))
    try:
        plot_logo("TYR", ax=ax)
        assert [t.get_text() for t in ax.texts].count("bits") == 1
    finally:
        plt.close(figure)


def test_every_letter_has_one_class_and_classes_are_told_apart_by_everybody():
    assert sorted("".join(letters for letters, _ in CLASSES.values())) == sorted(LETTERS)
    colours = [np.array(to_rgb(colour)) for _, colour in CLASSES.values()]
    linear = [np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) for c in colours]
    for matrix in (np.eye(3), *map(np.array, BLIND.values())):
        seen = np.array([lab(matrix @ c) for c in linear])
        apart = np.linalg.norm(seen[:, None] - seen[None], axis=-1)
        assert apart[~np.eye(len(seen), dtype=bool)].min() > 20
    assert max(lightness(c) for c in colours) < 0.75  # on white


def lab(linear):
    """CIE L*a*b* (D65) of linear RGB."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x = np.clip(np.array(to_xyz) @ linear, 0, None) / (0.9505, 1.0, 1.089)
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_unknown_groups_and_kinases_are_refused():
    with pytest.raises(InputError, match=r"expected a group of kinases, AGC, .* found 'TRY'.*TYR"):
        plot_logo("TRY")
    with pytest.raises(InputError, match="'ROS9' is no human protein kinase"):
        plot_logo(["ROS9"])
    with pytest.raises(InputError, match="expected names of kinases, found none"):
        plot_logo([])
    with pytest.raises(InputError, match="expected a column 'wild_type'"):
        plot_logo("TYR", literature.mutations()[["mutation"]])
