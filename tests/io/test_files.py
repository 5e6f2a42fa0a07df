"""Files are written where their name says, whole or not at all."""

import os
import stat
import threading

import pytest

from ros1struct.errors import InputError
from ros1struct.io import files
from ros1struct.io.files import replacing, safe_name, user_path, write_file

root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the super-user may write anywhere"
)


def test_a_link_is_followed_and_stays(tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    write_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    dangling = tmp_path / "dangling.csv"
    dangling.symlink_to(tmp_path / "made.csv")
    write_file(dangling, b"x")
    assert (tmp_path / "made.csv").read_bytes() == b"x"
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "dangling.csv", "link.csv", "made.csv", "target.csv"
    ]  # fmt: skip


def test_the_mode_of_a_file_is_kept_and_a_new_one_has_the_users(tmp_path):
    path = tmp_path / "table.csv"
    before = os.umask(0o027)
    try:
        write_file(path, b"a")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        write_file(path, b"b")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="no devices here")
def test_a_device_stays_a_device(tmp_path):
    write_file(tmp_path.__class__(os.devnull), b"x")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_a_pipe_is_written_to(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    reader.start()
    write_file(pipe, b"table")
    reader.join(10)
    assert found == [b"table"]


def test_a_folder_and_a_missing_folder_are_named(tmp_path):
    with pytest.raises(InputError, match="expected a file to write, found a folder"):
        write_file(tmp_path, b"x")
    with pytest.raises(InputError, match="cannot be written"):
        write_file(tmp_path / "no" / "such.csv", b"x")


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    path.write_bytes(b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


@root
def test_a_read_only_file_is_refused(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(InputError, match="read-only"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_report_is_never_absent(tmp_path):
    place = tmp_path / "report"
    with replacing(place) as made:
        (made / "index.html").write_text("0")
    absent, stop = [], threading.Event()

    def watch():
        while not stop.is_set():
            if not (place / "index.html").exists():
                absent.append(1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for step in range(1, 60):
        with replacing(place) as made:
            (made / "index.html").write_text(str(step))
    stop.set()
    watcher.join()
    assert (place / "index.html").read_text() == "59"
    assert absent == []
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_without_an_exchange_the_folder_is_replaced_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_exchange", lambda *_: False)
    place = tmp_path / "report"
    for step in range(2):
        with replacing(place) as made:
            (made / "index.html").write_text(str(step))
    assert (place / "index.html").read_text() == "1"
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_a_user_who_does_not_exist_is_named():
    with pytest.raises(InputError, match="no user of this name"):
        user_path("~nosuchuser/report")
    with pytest.raises(InputError, match="null character"):
        user_path("a\0b")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("crizotinib#2", "crizotinib_2"), ("../a b", "a_b"), ("...", "structure"), ("", "structure")],
)
def test_safe_names(name, expected):
    assert safe_name(name) == expected
