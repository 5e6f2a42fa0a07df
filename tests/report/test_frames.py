"""Reports on trajectories and docked poses: what is pooled, ranked and shown."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rdkit import Chem

import ros1struct as rs
from ros1struct.clashes.definitions import clash_definition
from ros1struct.cli import main
from ros1struct.errors import InputError
from ros1struct.report import frames
from ros1struct.report.frames import opened, ranked, series

DATA = Path(__file__).parents[1] / "data" / "trajectories"
RUN = DATA / "ros1_repotrectinib_obc2"
PUSHED = (4.0, 0.0, 0.3)


@pytest.fixture(scope="module")
def poses_file(tmp_path_factory):
    """Crizotinib of the model as poses: pushed into the protein, as it is, pushed a little."""
    path = tmp_path_factory.mktemp("docked") / "poses.sdf"
    with Chem.SDWriter(str(path)) as writer:
        for turn, push in enumerate(PUSHED):
            mol = Chem.Mol(rs.load("crizotinib").to_rdkit())
            xyz = mol.GetConformer().GetPositions()
            mol.GetConformer().SetPositions(xyz + np.array([push, 0, 0]))
            mol.SetProp("docking_score", f"{-9.5 + turn}")
            writer.write(mol)
    return path


@pytest.fixture(scope="module")
def report(tmp_path_factory, poses_file):
    """One report on both, made by the command line."""
    folder = tmp_path_factory.mktemp("many") / "report"
    pair = f"{RUN}.pdb.gz+{RUN}.xtc"
    code = main(
        ["report", pair, f"crizotinib+{poses_file}", "--mutations", "G2032R", "--quiet",
         "--out", str(folder)]
    )  # fmt: skip
    assert code == 0
    return folder


def read(report, name):
    return pd.read_csv(report / "tables" / f"{name}.csv")


def test_scores_are_those_of_a_pooled_scan(report):
    table = read(report, "scan").set_index("structure")
    assert table.loc["ros1_repotrectinib_obc2", "pooled"] == frames.POOLED
    assert table.loc["crizotinib:poses", "pooled"] == 2
    run = rs.trajectory(f"{RUN}.pdb.gz", f"{RUN}.xtc")
    evenly = np.linspace(0, 100, frames.POOLED).round().astype(int).tolist()
    own = rs.scan(run, ["G2032R"], frames=evenly, pool=True).iloc[0]
    for name in ("score", "score_low", "score_high", "score_spread"):
        assert table.loc["ros1_repotrectinib_obc2", name] == pytest.approx(own[name], rel=1e-5)


def test_every_frame_and_contact_is_in_the_tables(report):
    measures, occupancy = read(report, "measures"), read(report, "occupancy")
    assert len(measures) == 101
    assert measures["in_pocket"].all()
    hinge = occupancy.query("residue == 'M2029' and kind == 'hydrogen bond acceptor'")
    assert float(hinge["occupancy"].iloc[0]) > 0.9
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "101 frames, 0.5 to 50.5 ps" in page
    for stem in ("occupancy", "barcode", "traces", "mean"):
        assert (report / "figures" / f"{stem}_ros1_repotrectinib_obc2.svg").is_file()
    row = int(hinge.index[0]) + 2
    assert f'href="tables/occupancy.html#row-{row}"' in page


def test_poses_are_ranked_with_what_their_file_says(report):
    table, scores = read(report, "poses"), read(report, "pose_scores")
    assert table["frame"].tolist() == [1, 2, 0]
    assert table["rank"].tolist() == [1, 2, 3]
    assert table["passes"].tolist() == [True, True, False]
    assert scores.set_index("frame")["value"].to_dict() == {0: -9.5, 1: -8.5, 2: -7.5}
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "3 poses, of which 2 pass all checks." in page
    assert (report / "figures" / "poses_crizotinib_poses.svg").is_file()


def test_a_report_on_frames_is_light(report):
    assert sum(f.stat().st_size for f in report.rglob("*") if f.is_file()) < 5e6


def test_the_frame_that_stands_for_a_run_has_contacts_like_the_mean():
    one = series(rs.trajectory(f"{RUN}.pdb.gz", f"{RUN}.xtc"), clash_definition("chimerax"))
    bits = one.presence.to_numpy(dtype=float)
    off = ((bits - bits.mean(axis=0)) ** 2).sum(axis=1)
    assert off[one.frame] == off.min()
    assert len(one.complex.xyz) == 1
    assert len(one.frames) == frames.POOLED


def test_ranks_are_by_failed_checks_then_by_the_file():
    checks = {"no_clash": [False, True, True], "no_overlap": [False, True, True]}
    table = pd.DataFrame({"frame": [0, 1, 2], **checks, "in_pocket": [True, False, True]})
    assert ranked(table)["frame"].tolist() == [2, 1, 0]


def test_a_pair_of_files_is_told_from_a_name(tmp_path):
    assert opened("2WGJ") is None
    (tmp_path / "a+b.pdb").touch()
    assert opened(str(tmp_path / "a+b.pdb")) is None
    with pytest.raises(InputError, match=r"none\.sdf"):
        opened(f"2WGJ+{tmp_path / 'none.sdf'}")
    with pytest.raises(InputError, match=r"run\.xyz"):
        opened(f"{RUN}.pdb.gz+{tmp_path / 'run.xyz'}")


def test_the_command_for_poses_reads_what_docking_programs_write(poses_file, capsys):
    assert main(["poses", "crizotinib", str(poses_file), "--format", "csv", "--quiet"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert table["passes"].tolist() == [False, True, True]
    assert table["docking_score"].tolist() == [-9.5, -8.5, -7.5]
    assert table["pose"].tolist() == [1, 2, 3]
