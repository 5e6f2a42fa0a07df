"""The trajectories that the tests carry: what they are, and what the commands and figures make."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ros1struct as rs
from ros1struct import figures
from ros1struct.cli.main import main
from ros1struct.errors import InputError
from ros1struct.trajectories import mean_contacts, measures, occupancy, poses, presence

FOLDER = Path(__file__).parents[1] / "data" / "trajectories"
NAME = "ros1_repotrectinib"


def opened(kind, **how):
    return rs.trajectory(FOLDER / f"{NAME}_{kind}.pdb.gz", FOLDER / f"{NAME}_{kind}.xtc", **how)


@pytest.fixture(scope="module")
def run():
    return opened("obc2")


@pytest.fixture(scope="module")
def bits(run):
    return presence(run)


def test_it_is_a_trajectory_of_the_kinase_with_hydrogens(run):
    assert run.n_frames >= 100
    assert run.complex.kinase.name == "ROS1"
    assert run.complex.inhibitor_name == "repotrectinib"
    assert (run.complex.atoms.element == "H").sum() > 2000
    time = np.concatenate([p.time for p in run])
    assert np.allclose(np.diff(time), 0.5, atol=1e-3)
    assert sum(f.stat().st_size for f in FOLDER.iterdir()) < 3_000_000


def test_the_inhibitor_stays_on_the_hinge(run, bits):
    table = occupancy(bits).set_index(["residue", "kind"])
    row = table.loc[("M2029", "hydrogen bond acceptor")]
    assert row["occupancy"] > 0.9
    found = measures(run, {"hinge": ("M2029:N", "N2")})
    assert found["in_pocket"].all()
    assert found["inhibitor_rmsd"].max() < 2.0
    assert set(found["dfg"]) == {"in"}


def test_chunks_and_frames_in_memory_agree(bits):
    other = presence(opened("obc2", chunk=17))
    pd.testing.assert_frame_equal(bits, other)


def test_waters_bridge_in_the_droplet_and_change():
    run = opened("droplet")
    table = occupancy(run, waters=True)
    bridges = table[table["kind"].str.startswith("water bridge")]
    assert len(bridges) >= 2
    assert (bridges["bridging_waters"] >= 1).all()
    rows = rs.interactions(run)
    named = rows.loc[rows["kind"] == "water bridge", "water"]
    assert named.str.startswith("HOH").all()
    assert named.nunique() >= 2


def test_the_commands_write_the_tables(run, tmp_path, capsys):
    top, frames = (str(FOLDER / f"{NAME}_obc2{end}") for end in (".pdb.gz", ".xtc"))
    out = tmp_path / "table.csv"
    ask = ["trajectory", top, frames, "--stop", "20", "--format", "csv", "--out", str(out)]
    assert main([*ask, "--at-least", "0.5"]) == 0
    table = pd.read_csv(out)
    assert (table["occupancy"] >= 0.5).all()
    for kind in ("measures", "clashes", "interactions", "clusters"):
        assert main([*ask, "--table", kind]) == 0
        assert "frame" in pd.read_csv(out).columns
    assert main([*ask, "--table", "measures", "--pair", "M2029:N", "N2"]) == 0
    assert "M2029:N N2" in pd.read_csv(out).columns
    docked = ["poses", top, frames, "--reference", "repotrectinib", "--format", "csv"]
    assert main([*docked, "--out", str(out)]) == 0
    assert pd.read_csv(out)["similarity"].between(0, 1).all()
    capsys.readouterr()
    assert main([*ask[:2], "none.xtc"]) == 2
    assert "no such file" in capsys.readouterr().err


def test_poses_of_the_run_are_like_their_own_first_frame(run):
    table = poses(run.part(0, 30), run.complex)
    assert table["similarity"].median() > 0.5
    assert (table["hinge_bonds"] >= 1).mean() > 0.8


def test_mean_contacts_are_the_long_table_counted(run, bits):
    short = run.part(0, 20)
    table = mean_contacts(short, at_least=0.5)
    rows = rs.interactions(short)
    rows = rows[rows["ambiguous"] != "flip"]
    keys = ["residue", "kind", "role", "atom", "inhibitor_atom"]
    counts = rows.drop_duplicates(["frame", *keys]).groupby(keys)["distance"].agg(["size", "mean"])
    counts = counts[counts["size"] >= 10]
    found = table.set_index(keys)
    assert len(found) == len(counts)
    assert (found["frames"] == counts["size"].reindex(found.index)).all()
    assert np.allclose(found["distance"], counts["mean"].reindex(found.index))
    assert table["occupancy"].is_monotonic_decreasing
    assert list(table.columns[:-2]) == list(rows.columns.drop("time"))
    two = mean_contacts(opened("obc2", stop=20, chunk=7), at_least=0.5)
    order = [*keys]
    one, other = (t.sort_values(order, ignore_index=True) for t in (table, two))
    pd.testing.assert_frame_equal(one, other)
    with pytest.raises(InputError, match="from 0 to 1"):
        mean_contacts(short, at_least=5)


def test_the_sketch_has_lines_as_wide_as_contacts_are_frequent(run):
    table = mean_contacts(run, at_least=0.2)
    ax = figures.plot_mean_contacts(run.complex, table)
    plain = figures.plot_interactions(run.complex, table)
    share = table[table["kind"] == "hydrogen bond"].set_index("residue")["occupancy"]
    for gid in ("hydrogen bond: M2029 to N3", "hydrophobic: L2086"):
        wide, usual = (
            next(
                np.max(a.get_linewidth()) for a in (*x.lines, *x.collections) if a.get_gid() == gid
            )
            for x in (ax, plain)
        )
        expected = share["M2029"] if "M2029" in gid else 1.0
        assert np.isclose(wide, 2 * usual * expected, rtol=0.02)
    assert any("Width of a line" in t.get_text() for t in ax.texts)
    with pytest.raises(InputError, match="no rows"):
        figures.plot_mean_contacts(run.complex, table.iloc[:0])


def test_figures_draw_what_the_tables_say(run, bits):
    ax = figures.plot_barcode(bits, at_least=0.5)
    rows = [t.get_text() for t in ax.get_yticklabels()]
    assert "M2029 donates H bond" in rows
    assert len(rows) == (bits.mean() >= 0.5).sum()
    table = occupancy(bits)
    ax = figures.plot_occupancy(table, at_least=0.5)
    widths = [p.get_width() for p in ax.patches]
    assert np.allclose(widths, table.loc[table["occupancy"] >= 0.5, "occupancy"])
    ax = figures.plot_traces(measures(run), ["pocket_rmsd", "inhibitor_rmsd"])
    assert {line.get_gid() for line in ax.lines} == {"pocket_rmsd", "inhibitor_rmsd"}
    ax = figures.plot_poses(bits)
    assert ax.images[0].get_array().max() <= 4
    for ax in (figures.plot_barcode(bits), figures.plot_occupancy(table)):
        ax.figure.canvas.draw()
        left = min(t.get_window_extent().x0 for t in ax.get_yticklabels())
        assert left >= 0  # no name is cut off
    for bad in (pd.DataFrame(), table):
        with pytest.raises(InputError, match="cannot draw"):
            figures.plot_barcode(bad)
    with pytest.raises(InputError, match="cannot draw"):
        figures.plot_traces(measures(run), ["height"])
