"""The sketch of contacts is held to its tables, to the sheet and to what a reader can follow."""

import itertools
import re
import xml.etree.ElementTree as ElementTree
from functools import cache

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.text import Text
from rdkit import Chem

import ros1struct as rs
from ros1struct.errors import InputError
from ros1struct.figures import plot_interactions
from ros1struct.figures.layout.contact_lines import STROKES
from ros1struct.figures.layout.formula import LETTER, depict
from ros1struct.figures.layout.labels import (
    Scene,
    Tie,
    box_around,
    cross,
    hit,
    leave,
    overlap,
    place,
)
from ros1struct.figures.layout.residue_places import lines_of, make_plan
from ros1struct.figures.style import lightness, save
from ros1struct.sidechains.repack import repack

BUNDLED = (
    "crizotinib", "lorlatinib", "repotrectinib", "repotrectinib#2", "zidesamtinib",
    "zidesamtinib-g2032r", "2WGJ", "3LQ8",
)  # fmt: skip
CLASHING = "crizotinib G2032R"
LABEL = r"[A-Z]\d+|HOH\d+"
SILENT = {"hydrophobic", "van der Waals"}
RINGS = {"pi stacking face", "pi stacking edge", "cation-pi", "pi-cation", "sulphur-pi"}
POLAR = {"hydrogen bond", "salt bridge", "halogen bond", "metal"}


@cache
def complex_of(name):
    if name == CLASHING:
        # The mutant's side chain as if there were no inhibitor: it clashes.
        model = repack(rs.load("crizotinib"), "G2032R", around="mutation", radius=0, holo=False)
        return model.complex
    return rs.load(name)


@cache
def drawn(name):
    return plot_interactions(complex_of(name))


def table_of(name):
    return rs.interactions(complex_of(name), frames=[0])


def lines(ax):
    """The contact lines by what their names say: kind, label, end."""
    found = {}
    for line in ax.lines:
        if line.get_gid():
            kind, _, rest = line.get_gid().partition(": ")
            label, _, end = rest.partition(" to ")
            assert (kind, label, end) not in found
            found[kind, label, end] = line
    return found


def texts(ax):
    """Text and box in mm, without the leading of the line, of the labels and letters."""
    ax.figure.draw_without_rendering()
    back = ax.transData.inverted()
    found = []
    for text in ax.figure.findobj(Text):
        if text.get_visible() and text.get_text().strip():
            box = text.get_window_extent().transformed(back)
            if "\n" in text.get_text():
                found.append((text, (box.x0, box.y0, box.x1, box.y1)))
            else:
                middle = (box.y0 + box.y1) / 2
                found.append((text, (box.x0, middle - LETTER / 2, box.x1, middle + LETTER / 2)))
    return found


def apart(a, b, shared=0.15):
    return min(a[2], b[2]) - max(a[0], b[0]) < shared or min(a[3], b[3]) - max(a[1], b[1]) < shared


def crossing(p, q):
    """Whether two lines cross, by solving for where."""
    (a, b), (c, d) = np.asarray(p), np.asarray(q)
    sides = np.array([b - a, c - d]).T
    if abs(np.linalg.det(sides)) < 1e-9:
        return False
    s, t = np.linalg.solve(sides, c - a)
    return 0 <= s <= 1 and 0 <= t <= 1


def along(line):
    """Points of a line, 0.2 mm apart."""
    start, end = np.asarray(line)
    n = max(int(np.linalg.norm(end - start) / 0.2), 2)
    return start + np.linspace(0, 1, n)[:, None] * (end - start)


def inside(points, box):
    x, y = points.T
    return (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])


def check_reads_well(ax):
    """Nothing overlaps, nothing crosses, all is on the sheet."""
    shown = texts(ax)
    width, (low, high) = np.diff(ax.get_xlim())[0], ax.get_ylim()
    for text, (x0, y0, x1, y1) in shown:
        assert abs(x0) <= width / 2, text
        assert abs(x1) <= width / 2, text
        assert low <= y0 <= y1 <= high, text
    for (one, a), (two, b) in itertools.combinations(shown, 2):
        assert apart(a, b), (one.get_text(), two.get_text())
    drawn_lines = {name: line.get_xydata()[[0, -1]] for name, line in lines(ax).items()}
    for (one, p), (two, q) in itertools.combinations(drawn_lines.items(), 2):
        # Contacts of one pair run side by side.
        assert one[1:] == two[1:] or not crossing(p, q), (one, two)
    labels = {t.get_text(): box for t, box in shown if re.fullmatch(LABEL, t.get_text())}
    notes = {t.get_text() for t, _ in shown if t.get_bbox_patch() is not None}
    for label, box in labels.items():
        for name, line in drawn_lines.items():
            assert label in name[1:] or not inside(along(line), box).any(), (label, name)
    bonds = next(c for c in ax.collections if isinstance(c, LineCollection) and not c.get_gid())
    points = np.concatenate([along(s[[0, -1]]) for s in bonds.get_segments()])
    for text, box in shown:
        if text.get_text() in {*labels} | notes:
            assert not inside(points, box).any(), text.get_text()


@pytest.mark.parametrize("name", [*BUNDLED, CLASHING])
def test_nothing_overlaps_and_no_lines_cross(name):
    ax = drawn(name)
    assert ax.figure.get_figwidth() * 25.4 == pytest.approx(86.0)
    assert ax.figure.get_figheight() * 25.4 < 150.0
    check_reads_well(ax)


@pytest.mark.parametrize("name", [*BUNDLED, CLASHING])
def test_type_is_seven_points(name):
    assert {t.get_fontsize() for t, _ in texts(drawn(name))} == {7.0}


@pytest.mark.parametrize("name", [*BUNDLED, CLASHING])
def test_every_residue_has_one_label_with_its_klifs_position(name):
    table = table_of(name).drop_duplicates("residue")
    shown = [t.get_text() for t in drawn(name).texts]
    for residue, klifs in zip(table["residue"], table["klifs"], strict=True):
        assert shown.count(residue) == 1
        if klifs:
            assert shown.count(klifs) == 1


@pytest.mark.parametrize("name", BUNDLED)
def test_every_polar_contact_has_one_line_in_its_style(name):
    table = table_of(name)
    expected = set()
    for kind, rows in table[~table["kind"].isin(SILENT)].groupby("kind"):
        if kind in RINGS:
            rows = rows.loc[rows.groupby("residue")["distance"].idxmin()]
        expected |= {(kind, r.residue, r.inhibitor_atom) for r in rows.itertuples() if not r.water}
    found = lines(drawn(name))
    assert {*found} == expected
    assert expected
    for (kind, _, _), line in found.items():
        assert to_hex(line.get_color()) == STROKES[kind].colour
        assert line.get_linewidth() == STROKES[kind].width
        assert line.is_dashed() == bool(STROKES[kind].dashes)
    greasy = {*table.loc[table["kind"] == "hydrophobic", "residue"]}
    arcs = [str(c.get_gid()) for c in drawn(name).collections if c.get_gid()]
    assert sorted(arcs) == sorted(f"hydrophobic: {residue}" for residue in greasy)


@pytest.mark.parametrize("name", BUNDLED)
def test_polar_contacts_carry_their_shortest_distance(name):
    table = table_of(name)
    polar = table[table["kind"].isin(POLAR)]
    pairs = polar.groupby(["residue", "inhibitor_atom"])["distance"].min()
    shown = [t.get_text() for t in drawn(name).texts if t.get_bbox_patch() is not None]
    assert sorted(shown) == sorted(f"{value:.2f}" for value in pairs)


def test_lines_end_at_their_atom():
    complex, ax = complex_of("2WGJ"), drawn("2WGJ")
    plan = make_plan(complex, table_of("2WGJ"), rs.clashes(complex), 86.0)
    names = [str(n) for n in complex.atoms.name[complex.inhibitor_heavy]]
    for (_, _, end), line in lines(ax).items():
        atoms = [names.index(atom) for atom in end.split()]
        gap = np.linalg.norm(line.get_xydata()[-1] - plan.formula.xy[atoms].mean(axis=0))
        assert gap < 2.5, end


def test_kinds_differ_in_dashes_or_width_and_not_only_in_colour():
    looks = {(s.dashes, s.width) for kind, s in STROKES.items() if kind != "pi-cation"}
    assert len(looks) == len(STROKES) - 1
    assert all(lightness(s.colour) < 0.55 for s in STROKES.values())


@pytest.mark.parametrize("name", BUNDLED)
def test_the_formula_is_the_inhibitor_with_its_stereochemistry(name):
    complex = complex_of(name)
    pose = complex.xyz[0, complex.inhibitor_heavy].astype(float)
    formula = depict(complex.inhibitor, pose, pose[0], pose[-1], width=58.0)
    read = Chem.MolFromMolBlock(Chem.MolToMolBlock(formula.mol))
    assert Chem.MolToSmiles(read) == Chem.MolToSmiles(Chem.RemoveHs(complex.inhibitor))
    assert np.ptp(formula.xy[:, 0]) <= 58.0 + 1e-6


def test_the_hinge_is_above_and_the_gatekeeper_left_of_the_solvent_front():
    for name in ("crizotinib", "2WGJ", "lorlatinib", "zidesamtinib-g2032r"):
        shown = {t.get_text(): t.get_position() for t in drawn(name).texts}
        assert shown["hinge:48"][1] > 0, name
        assert shown["GK:45"][0] < shown["hinge:48"][0], name


def test_residues_of_resistance_mutations_are_shaded():
    shaded = {
        str(p.get_gid()).removeprefix("resistance: ")
        for p in drawn("crizotinib").patches
        if str(p.get_gid()).startswith("resistance: ")
    }
    assert {"L2026", "D2033", "L2086", "L1951"} <= shaded
    assert not {"M2029", "E2027", "K1980"} & shaded
    # G1163 of MET aligns with G2032, Y1159 with L2028.
    met = {str(p.get_gid()) for p in drawn("2WGJ").patches}
    assert "resistance: G1163" in met
    assert "resistance: Y1159" not in met
    said = [t.get_text() for t in drawn("2WGJ").texts]
    assert "aligns with a ROS1 resistance residue" in said


def test_clashes_are_discs_as_dark_as_they_are_deep():
    ax, table = drawn(CLASHING), rs.clashes(complex_of(CLASHING))
    assert len(table) > 3
    deepest = table.groupby("inhibitor_atom")["overlap"].max()
    names = [str(n) for n in complex_of(CLASHING).atoms.name[complex_of(CLASHING).inhibitor_heavy]]
    discs = {
        names[int(p.get_gid().split()[-1])]: lightness(p.get_facecolor()[:3])
        for p in ax.patches
        if isinstance(p, Circle) and p.get_gid()
    }
    assert {*discs} == {*deepest.index}
    order = deepest.sort_values().index
    assert (np.diff([discs[atom] for atom in order]) <= 1e-9).all()
    found = [name for name in lines(ax) if name[0] == "clash"]
    worst = table.loc[table.groupby("residue")["overlap"].idxmax()]
    assert {*found} == {("clash", r.residue, r.inhibitor_atom) for r in worst.itertuples()}
    said = [t.get_text() for t, _ in texts(ax)]
    assert "deepest overlap of the atom (Å)" in said
    assert "clash by chimerax" in said
    (bar,) = ax.child_axes
    low, high = bar.get_xlim()
    assert low <= deepest.min() <= deepest.max() <= high


def test_without_clashes_there_is_no_colour_bar():
    assert drawn("2WGJ").child_axes == []
    said = " ".join(" ".join(t.get_text() for t in drawn("2WGJ").texts).split())
    assert "clash" not in said.replace("No clashes by chimerax", "")
    assert "MET WT with crizotinib (2WGJ): deposited." in said
    assert "Contacts by ros1struct. No clashes by chimerax. Distances in Å." in said


def test_the_key_has_the_kinds_that_occur_and_no_others():
    said = [t.get_text() for t in drawn("crizotinib").texts]
    assert "salt bridge" in said
    assert "resistance mutation reported" in said
    assert "halogen bond" not in said
    assert "water bridge" not in said


def test_a_water_stands_between_its_partners():
    """One water, two residues: three lines with three distances."""
    complex = complex_of("2WGJ")
    table = table_of("2WGJ")
    bridge = table.iloc[[0]].assign(
        kind="water bridge", water="HOH9", distance=2.81, water_distance=2.72
    )
    other = bridge.assign(residue="K1110", klifs="III:17", water_distance=2.93)
    ax = plot_interactions(complex, pd.concat([bridge, other]), caption="")
    atom, residue = bridge["inhibitor_atom"].item(), bridge["residue"].item()
    assert {*lines(ax)} == {
        ("water bridge", "HOH9", atom),
        ("water bridge", residue, "HOH9"),
        ("water bridge", "K1110", "HOH9"),
    }
    said = [t.get_text() for t in ax.texts]
    assert sorted(t for t in said if t[0] == "2") == ["2.72", "2.81", "2.93"]
    check_reads_well(ax)


def test_bonds_and_salt_bridge_of_one_pair_run_side_by_side():
    """D2033 and the piperidinium of crizotinib."""
    found = lines(drawn("crizotinib"))
    one = found["hydrogen bond", "D2033", "N25"].get_xydata()
    two = found["salt bridge", "D2033", "N25"].get_xydata()
    step = two - one
    np.testing.assert_allclose(step[0], step[1], atol=1e-9)
    assert 0.5 < np.linalg.norm(step[0]) < 1.5


def test_tables_that_were_files_are_drawn_alike(tmp_path):
    table = table_of("2WGJ")
    table.to_csv(tmp_path / "contacts.csv", index=False)
    again = plot_interactions(complex_of("2WGJ"), pd.read_csv(tmp_path / "contacts.csv"))
    assert {*lines(again)} == {*lines(drawn("2WGJ"))}


def test_the_same_complex_gives_the_same_bytes_and_text_stays_text(tmp_path):
    one = save(plot_interactions(complex_of("2WGJ")), tmp_path / "one")
    two = save(plot_interactions(complex_of("2WGJ")), tmp_path / "two")
    assert one[0].read_bytes() == two[0].read_bytes()
    svg = one[0].read_text(encoding="utf-8")
    for text in ("M1160", "hinge:48", "NH₂⁺", "2.91"):
        assert f">{text}</text>" in svg
    assert 'id="hydrogen bond: M1160 to N23"' in svg


def test_odd_names_are_escaped(tmp_path):
    odd = 'x"><script>$\\frac$'
    table = table_of("2WGJ")
    table.loc[table["residue"] == "M1160", "residue"] = odd
    ax = plot_interactions(complex_of("2WGJ"), table, caption=odd)
    svg = save(ax, tmp_path / "odd")[0]
    tree = ElementTree.parse(svg)
    assert not [e for e in tree.iter() if e.tag.endswith("script")]
    assert any(odd in "".join(e.itertext()) for e in tree.iter() if e.tag.endswith("text"))


def test_an_axes_that_is_given_is_drawn_on_in_mm():
    figure = Figure(figsize=(6, 6))
    ax = figure.add_axes((0, 0, 1, 1))
    before = dict(mpl.rcParams)
    assert plot_interactions(complex_of("2WGJ"), ax=ax) is ax
    # mm at type of 7 points; that in force is of 10.
    assert np.diff(ax.get_xlim())[0] == pytest.approx(152.4 * 7 / 10)
    assert np.diff(ax.get_ylim())[0] == pytest.approx(152.4 * 7 / 10)
    check_reads_well(ax)
    assert dict(mpl.rcParams) == before


def test_bad_input_is_refused():
    complex, table = complex_of("2WGJ"), table_of("2WGJ")
    none = rs.clashes(complex)
    with pytest.raises(InputError, match="2WGJ: nothing touches the inhibitor"):
        plot_interactions(complex, table.iloc[:0], none)
    with pytest.raises(InputError, match="expected a column 'kind'"):
        plot_interactions(complex, table.drop(columns="kind"))
    with pytest.raises(InputError, match="expected a column 'overlap'"):
        plot_interactions(complex, table, table)
    with pytest.raises(InputError, match="contacts of one frame, found 2"):
        plot_interactions(complex, pd.concat([table, table.assign(frame=1)]))
    with pytest.raises(InputError, match="names the atom 'X9', the inhibitor has"):
        plot_interactions(complex, table.assign(inhibitor_atom="X9"))
    with pytest.raises(InputError, match="a contact of the kind 'love'"):
        plot_interactions(complex, table.assign(kind="love"))
    with pytest.raises(InputError, match=r"an Axes of 41 × \d+ mm .* found 25 × 229 mm"):
        plot_interactions(complex, ax=Figure(figsize=(1, 9)).add_axes((0, 0, 1, 1)))
    with pytest.raises(InputError, match=r"an Axes of \d+ × \d+ mm .* found 102 × 25 mm"):
        plot_interactions(complex, ax=Figure(figsize=(4, 1)).add_axes((0, 0, 1, 1)))
    with pytest.raises(InputError, match="definition 'ros'"):
        plot_interactions(complex, definition="ros")


def test_only_clashes_can_be_drawn():
    complex = complex_of(CLASHING)
    ax = plot_interactions(complex, table_of(CLASHING).iloc[:0])
    assert {name[0] for name in lines(ax)} == {"clash"}
    assert [t.get_text() for t in ax.texts].count("R2032") == 1


@pytest.mark.parametrize(
    ("line", "met"),
    [((0, 0, 4, 4), True), ((0, 3, 3, 0), True), ((0, 5, 5, 5), False), ((0, 0, 0.5, 0.5), False)],
)
def test_a_line_meets_a_box(line, met):
    assert bool(hit(np.array(line, float), np.array([1.0, 1, 2, 2]))) == met


@pytest.mark.parametrize(
    ("second", "met"),
    [((0, 2, 2, 0), True), ((1, 1, 3, 3), True), ((0, 1, 2, 3), False), ((3, 0, 2.1, 1), False)],
)
def test_lines_cross(second, met):
    assert bool(cross(np.array([0.0, 0, 2, 2]), np.array(second, float))) == met


def test_what_is_not_placed_meets_nothing():
    box, nothing = np.array([0.0, 0, 2, 2]), np.full(4, np.nan)
    assert not overlap(box, nothing)
    assert not hit(nothing, box)
    assert not cross(box, nothing)


def test_lines_leave_boxes_at_the_rim():
    box = np.array([-2.0, -1, 2, 1])
    assert leave(np.zeros(2), box, np.array([0.0, 9])).tolist() == [0, 1]
    assert leave(np.zeros(2), box, np.array([4.0, 2])).tolist() == [2, 1]
    assert leave(np.zeros(2), box, np.zeros(2)).tolist() == [0, 0]


def test_a_crowd_on_one_side_is_spread_without_overlap():
    scene = Scene(np.array([[0.0, 0, 20, 0]]), np.empty((0, 4)), (), -40, 40)
    sizes = np.tile([12.0, 6.0], (14, 1))
    wishes = np.tile([10.0, 8.0], (14, 1))
    ties = [Tie(k, (1.5 * k, 0.0), (6.0, 3.0)) for k in range(6)]
    boxes = box_around(place(sizes, wishes, ties, scene), sizes)
    for one, two in itertools.combinations(boxes, 2):
        assert not overlap(one, two)
    assert len(place(np.empty((0, 2)), np.empty((0, 2)), [], scene)) == 0


def test_lines_of_one_kind_and_pair_are_one_with_the_shortest_distance():
    table = table_of("crizotinib")
    found = [line for line in lines_of(table, table.iloc[:0]) if line.label == "D2033"]
    assert [(line.end, line.kinds, line.note) for line in found] == [
        ("N25", ("hydrogen bond", "salt bridge"), "2.74")
    ]
