"""Downloads against a server on this machine: what is kept, what is refused, what stays."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import subprocess
import sys
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import gemmi
import pytest

from ros1struct.errors import FetchError, InputError
from ros1struct.io.archive import download
from ros1struct.io.archive.fetch import cached, entry_id, fetch
from ros1struct.io.catalog import bundled_folder

ENTRY = "2WGJ"


def make_entry(entry: str = ENTRY, *, component: str = "VGH", chain: str = "A", keep: int = 9):
    """The last atoms of the bundled pocket (inhibitor and waters) as a tiny entry."""
    path = bundled_folder() / "experimental" / "met_crizotinib_2wgj.cif"
    block = gemmi.cif.read(str(path)).sole_block()
    block.set_pair("_entry.id", entry)
    table = block.find(
        ["_atom_site.label_comp_id", "_atom_site.auth_comp_id", "_atom_site.auth_asym_id"]
    )
    ligand = [i for i, row in enumerate(table) if row[1] == "VGH"]
    for i in ligand:
        table[i][0] = table[i][1] = component
    for row in table:
        row[2] = chain
    wanted = set(ligand[:keep])
    for i in reversed(range(len(table))):
        if i not in wanted:
            table.remove_row(i)
    document = gemmi.cif.Document()
    document.add_copied_block(block)
    return document.as_string().encode()


GOOD = make_entry()


class Server:
    """A loopback server; `answers` maps a path to bytes, a status, or a function."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}
        self.asked: list[str] = []
        self.lock = threading.Lock()
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with outer.lock:
                    outer.asked.append(self.path)
                answer = outer.answers.get(self.path, 404)
                try:
                    if callable(answer):
                        answer(self)
                    elif isinstance(answer, int):
                        self.send_error(answer)
                    else:
                        self.send_response(200)
                        self.send_header("Content-Length", str(len(answer)))
                        self.end_headers()
                        self.wfile.write(answer)
                except OSError:
                    pass  # the client has hung up, as some tests want

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.http.server_port}{path}"

    def close(self) -> None:
        self.released.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server(monkeypatch):
    server = Server()
    monkeypatch.setenv("ROS1STRUCT_MIRRORS", server.url("/one/{ENTRY}.cif.gz"))
    yield server
    server.close()


@pytest.fixture
def two_mirrors(server, monkeypatch):
    told = f"{server.url('/one/{ENTRY}.cif.gz')} {server.url('/two/{entry}.cif')}"
    monkeypatch.setenv("ROS1STRUCT_MIRRORS", told)
    return server


ONE, TWO = "/one/2WGJ.cif.gz", "/two/2wgj.cif"


def left_behind(cache) -> list[str]:
    return sorted(p.name for p in cache.rglob("*")) if cache.exists() else []


@pytest.mark.parametrize("pack", [gzip.compress, bytes], ids=["gzip", "plain"])
def test_entry_is_fetched_once_and_kept_as_it_came(server, tmp_path, pack):
    server.answers[ONE] = pack(GOOD)
    path = fetch("2wgj", cache=tmp_path)
    assert path.read_bytes() == GOOD
    assert path == cached(ENTRY, cache=tmp_path) == fetch(ENTRY, cache=tmp_path)
    assert server.asked == [ONE]
    digest = hashlib.sha256(GOOD).hexdigest()
    assert (path.parent / "SHA256").read_text() == f"{digest}\n"
    assert left_behind(tmp_path) == ["2WGJ", "2WGJ.cif", "SHA256"]


def test_gzip_of_several_members_is_read_whole(server, tmp_path):
    server.answers[ONE] = gzip.compress(GOOD[:1000]) + gzip.compress(GOOD[1000:])
    assert fetch(ENTRY, cache=tmp_path).read_bytes() == GOOD


def test_default_cache_is_used(server, tmp_path, monkeypatch):
    monkeypatch.setenv("ROS1STRUCT_CACHE", str(tmp_path))
    server.answers[ONE] = GOOD
    assert fetch(ENTRY) == cached(ENTRY) == tmp_path / "2WGJ" / "2WGJ.cif"


def slow(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.6)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Each read is in time, the whole is not."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(GOOD)))
    handler.end_headers()
    for i in range(40):
        handler.wfile.write(GOOD[i : i + 1])
        handler.wfile.flush()
        time.sleep(0.05)


def short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(GOOD) + 10))
    handler.end_headers()
    handler.wfile.write(GOOD)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """No length announced, and more than allowed."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"#" * 10_000)


def redirect(to: str):
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def bomb() -> bytes:
    """About 100 kB that unpack to 100 MB."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"\0" * 1_000_000
    return b"".join(squeeze.compress(block) for _ in range(100)) + squeeze.flush()


no_atoms = b"data_x\n_entry.id 2WGJ\n"

BAD = {
    "404": (404, "HTTP 404"),
    "500": (500, "HTTP 500"),
    "garbage": (b"<html>Sorry</html>", "not mmCIF of an entry"),
    "binary": (bytes(range(256)) * 4, "not mmCIF of an entry"),
    "empty": (b"", "not mmCIF of an entry"),
    "another CIF": (b"data_x\n_cell.length_a 1\n", "not mmCIF of an entry"),
    "no atoms": (no_atoms, "no atoms"),
    "wrong entry": (make_entry("3LQ8"), "wrong entry: expected 2WGJ, found 3LQ8"),
    "wrong component": (make_entry(component="ATP"), "no component VGH in chain A"),
    "wrong chain": (make_entry(chain="B"), "no chain A, found B"),
    "short body": (short, "incomplete: expected"),
    "truncated gzip": (gzip.compress(GOOD)[:-20], "truncated gzip"),
    "damaged gzip": (gzip.compress(GOOD)[:40] + b"\xff" * 400, "damaged gzip"),
    "slow": (slow, "no complete answer within 0.3 s"),
    "drip": (drip, "no complete answer within 0.3 s"),
    "http elsewhere": (redirect("http://example.invalid/x"), "redirect to http://example.invalid"),
    "file": (redirect("file:///etc/hostname"), "'file:///etc/hostname' is not allowed"),
}


@pytest.mark.parametrize("case", BAD)
def test_second_mirror_serves_when_the_first_does_not(two_mirrors, tmp_path, case):
    two_mirrors.answers.update({ONE: BAD[case][0], TWO: GOOD})
    assert fetch(ENTRY, timeout=0.3, cache=tmp_path).read_bytes() == GOOD
    assert two_mirrors.asked == [ONE, TWO]
    assert left_behind(tmp_path) == ["2WGJ", "2WGJ.cif", "SHA256"]


@pytest.mark.parametrize("case", BAD)
def test_refused_download_says_why_and_leaves_nothing(server, tmp_path, case):
    answer, reason = BAD[case]
    server.answers[ONE] = answer
    with pytest.raises(FetchError, match=re.escape(reason)) as failure:
        fetch(ENTRY, timeout=0.3, cache=tmp_path)
    assert server.url(ONE) in str(failure.value)
    assert left_behind(tmp_path) == []


def test_every_mirror_gives_its_reason(two_mirrors, tmp_path):
    two_mirrors.answers.update({ONE: 500, TWO: b"nothing"})
    with pytest.raises(FetchError, match=r"one/2WGJ.*HTTP 500.*two/2wgj.*not mmCIF"):
        fetch(ENTRY, cache=tmp_path)


def test_closed_port_is_a_fetch_error(tmp_path, monkeypatch):
    server = Server()
    monkeypatch.setenv("ROS1STRUCT_MIRRORS", server.url("/{entry}"))
    server.close()
    with pytest.raises(FetchError, match=r"could not be fetched.*refused"):
        fetch(ENTRY, timeout=1, cache=tmp_path)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"#" * 6000, "6000 bytes announced, more than 5000"),
        (endless, r"larger than 5000 bytes\. Nothing"),
        (gzip.compress(b"#" * 6000, mtime=0), "larger than 5000 bytes when decompressed"),
    ],
    ids=["announced", "streamed", "decompressed"],
)
def test_too_large_a_file_is_refused(server, tmp_path, answer, reason):
    server.answers[ONE] = answer
    with pytest.raises(FetchError, match=reason):
        fetch(ENTRY, max_bytes=5000, cache=tmp_path)
    assert left_behind(tmp_path) == []


def test_gzip_bomb_is_not_unpacked(server, tmp_path, monkeypatch):
    server.answers[ONE] = bomb()
    unpacked = []
    inflate = download._inflated

    def watched(*args):
        for piece in inflate(*args):
            unpacked.append(len(piece))
            yield piece

    monkeypatch.setattr(download, "_inflated", watched)
    with pytest.raises(FetchError, match="larger than 1000000 bytes when decompressed"):
        fetch(ENTRY, max_bytes=1_000_000, cache=tmp_path)
    assert sum(unpacked) < 1_200_000


def test_redirect_on_this_machine_is_followed(server, tmp_path):
    server.answers.update({ONE: redirect("/moved"), "/moved": GOOD})
    assert fetch(ENTRY, cache=tmp_path).read_bytes() == GOOD


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://files.example/x", "http://files.example/x"),
        ("https://files.example/x", "http://127.0.0.1/x"),
        ("https://files.example/x", "ftp://files.example/x"),
    ],
)
def test_redirect_away_from_https_is_refused(old, new):
    request = download.urllib.request.Request(old)
    with pytest.raises(FetchError, match="expected https"):
        download._SafeRedirect().redirect_request(request, None, 302, "", {}, new)


@pytest.mark.parametrize("new", ["https://files.example/y", "https://s3.rcsb.org/x"])
def test_redirect_to_the_same_host_or_the_archive_is_followed(new):
    request = download.urllib.request.Request("https://files.example/x")
    found = download._SafeRedirect().redirect_request(request, None, 302, "", {}, new)
    assert found.full_url == new


@pytest.mark.parametrize("new", ["https://b.example/", "https://rcsb.org.example/x"])
def test_redirect_to_another_host_is_refused(new):
    request = download.urllib.request.Request("https://files.example/x")
    with pytest.raises(FetchError, match="expected the same host or one of"):
        download._SafeRedirect().redirect_request(request, None, 302, "", {}, new)


@pytest.mark.parametrize(
    "mirror",
    [
        "http://files.example/{entry}.cif",
        "http://127.0.0.1.example/{entry}.cif",
        "http://localhost@files.example/{entry}.cif",
        "ftp://127.0.0.1/{entry}.cif",
        "file:///{entry}.cif",
        "https:///{entry}",
        "https://files.example/all.cif",
    ],
)
def test_mirror_must_be_https_or_this_machine(tmp_path, monkeypatch, mirror):
    monkeypatch.setenv("ROS1STRUCT_MIRRORS", mirror)
    with pytest.raises(InputError, match="expected an https address"):
        fetch(ENTRY, cache=tmp_path)


def test_default_mirrors_are_https_and_name_the_entry(monkeypatch):
    monkeypatch.delenv("ROS1STRUCT_MIRRORS", raising=False)
    rcsb, pdbe = download.addresses("3ZBF")
    assert rcsb == "https://files.rcsb.org/download/3ZBF.cif.gz"
    assert pdbe.startswith("https://www.ebi.ac.uk/pdbe/")
    assert pdbe.endswith("/3zbf.cif")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3ZB",
        "3ZBFF",
        "ZBF3",
        "3ZBF ",
        "3ZBF\n",
        "3ZB/",
        "../3",
        "..",
        "pdb_10003zbf",
        "٣zbf",
        "3zb\u212a",
    ],
)
def test_entry_id_is_strict(text):
    with pytest.raises(InputError, match="is no wwPDB entry id"):
        entry_id(text)
    with pytest.raises(InputError, match="is no wwPDB entry id"):
        cached(text)


@pytest.mark.parametrize("text", ["3zbf", "3ZBF", "pdb_00003zbf", "PDB_00003ZBF"])
def test_entry_id_reads_classic_and_extended(text):
    assert entry_id(text) == "3ZBF"


def test_extended_id_inside_the_file_is_the_same_entry(server, tmp_path):
    server.answers[ONE] = make_entry("pdb_00002wgj")
    assert fetch("pdb_00002wgj", cache=tmp_path).name == "2WGJ.cif"


def test_entry_outside_the_catalogue_needs_no_component(server, tmp_path):
    server.answers["/one/1ABC.cif.gz"] = make_entry("1ABC", component="XYZ", chain="Q")
    assert fetch("1abc", cache=tmp_path).exists()


def test_offline_says_how_to_get_the_entry(server, tmp_path):
    with pytest.raises(FetchError, match=r"2WGJ is not in the cache .* ros1struct fetch 2WGJ"):
        fetch(ENTRY, offline=True, cache=tmp_path)
    server.answers[ONE] = GOOD
    path = fetch(ENTRY, cache=tmp_path)
    assert fetch(ENTRY, offline=True, cache=tmp_path) == path
    assert len(server.asked) == 1


def test_tampered_file_is_not_handed_out(server, tmp_path):
    server.answers[ONE] = GOOD
    path = fetch(ENTRY, cache=tmp_path)
    path.write_bytes(GOOD.replace(b"C13", b"C99", 1))
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    told = hashlib.sha256(GOOD).hexdigest()
    message = rf"expected SHA-256 {told}, found {found}\. Delete the folder .*2WGJ and fetch 2WGJ"
    for offline in (False, True):
        with pytest.raises(FetchError, match=message):
            fetch(ENTRY, offline=offline, cache=tmp_path)
    assert len(server.asked) == 1


def test_file_without_a_checksum_is_not_handed_out(tmp_path):
    (tmp_path / ENTRY).mkdir()
    (tmp_path / ENTRY / "2WGJ.cif").write_bytes(GOOD)
    with pytest.raises(FetchError, match="expected SHA-256 none recorded"):
        cached(ENTRY, cache=tmp_path)


def test_failing_rename_leaves_nothing(server, tmp_path, monkeypatch):
    server.answers[ONE] = GOOD

    def fail(*args):
        raise OSError("disk on fire")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(FetchError, match=r"cannot be stored at .*disk on fire"):
        fetch(ENTRY, cache=tmp_path)
    assert left_behind(tmp_path) == []


def test_cache_that_is_a_file_is_named(server, tmp_path):
    server.answers[ONE] = GOOD
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(FetchError, match=re.escape(str(blocked))):
        fetch(ENTRY, cache=blocked)


def test_half_emptied_folder_is_named(server, tmp_path):
    server.answers[ONE] = GOOD
    fetch(ENTRY, cache=tmp_path).unlink()
    with pytest.raises(FetchError, match="Remove what is there"):
        fetch(ENTRY, cache=tmp_path)
    assert left_behind(tmp_path) == ["2WGJ", "SHA256"]


def test_two_threads_fetch_the_same_entry_once(server, tmp_path):
    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(GOOD)

    server.answers[ONE] = slow
    found: list[object] = []

    def run() -> None:
        try:
            found.append(fetch(ENTRY, timeout=5, cache=tmp_path))
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [tmp_path / "2WGJ" / "2WGJ.cif"] * 2
    assert server.asked == [ONE]
    assert cached(ENTRY, cache=tmp_path) == found[0]
    assert left_behind(tmp_path) == ["2WGJ", "2WGJ.cif", "SHA256"]


def test_a_second_process_waits_for_the_first(server, tmp_path):
    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.5)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(GOOD)

    server.answers[ONE] = slow
    code = (
        f"import pathlib, ros1struct as rs\nrs.fetch('2WGJ', cache=pathlib.Path({str(tmp_path)!r}))"
    )
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert server.asked == [ONE]


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_drips_cannot_outlast_the_deadline(server, tmp_path, part):
    def drip(handler: BaseHTTPRequestHandler) -> None:
        if part == "body":
            handler.send_response(200)
            handler.end_headers()
        else:
            handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-Long: ")
        for _ in range(100):
            handler.wfile.write(b"a")
            handler.wfile.flush()
            time.sleep(0.05)

    server.answers[ONE] = drip
    before = time.monotonic()
    with pytest.raises(FetchError, match=r"no complete answer within 0\.5 s"):
        fetch(ENTRY, timeout=0.5, cache=tmp_path)
    assert time.monotonic() - before < 3


@pytest.mark.parametrize("timeout", [float("nan"), float("inf"), 0.0, -1.0])
def test_a_timeout_that_is_none_is_refused(server, tmp_path, timeout):
    with pytest.raises(InputError, match=r"timeout must be a (positive )?number"):
        fetch(ENTRY, timeout=timeout, cache=tmp_path)
    with pytest.raises(InputError, match="max_bytes must be positive"):
        fetch(ENTRY, max_bytes=0, cache=tmp_path)
    assert server.asked == []


def test_a_huge_timeout_is_no_limit(server, tmp_path):
    server.answers[ONE] = GOOD
    assert fetch(ENTRY, timeout=1e300, cache=tmp_path).is_file()
