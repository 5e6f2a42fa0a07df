"""One file over https, within limits of time and size; every failure is a FetchError.

The time is that of the whole: looking the host up, connecting, redirects, headers and body.
"""

from __future__ import annotations

import http.client
import ipaddress
import math
import os
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterator
from email.message import Message
from typing import IO, Any

from ros1struct.errors import FetchError, InputError

MIRRORS = (
    "https://files.rcsb.org/download/{ENTRY}.cif.gz",
    "https://www.ebi.ac.uk/pdbe/entry-files/download/{entry}.cif",
)
MIRRORS_VARIABLE = "ROS1STRUCT_MIRRORS"

# The archive's own sites: a mirror may send on to these, and to nobody else.
ARCHIVE = ("rcsb.org", "ebi.ac.uk", "pdbj.org", "wwpdb.org")
# Seconds; a longer wait is cut to this.
LONGEST_WAIT = 86_400.0

_CHUNK = 1 << 16


def addresses(entry: str) -> list[str]:
    """Addresses of an entry at the mirrors, in order.

    Raises
    ------
    InputError
        A mirror of the variable ``ROS1STRUCT_MIRRORS`` is neither https nor loopback.
    """
    urls = []
    for template in os.environ.get(MIRRORS_VARIABLE, "").split() or MIRRORS:
        url = template.replace("{entry}", entry.lower()).replace("{ENTRY}", entry)
        if url == template or not (_is_https(url) or _is_loopback(url)):
            raise InputError(
                f"mirror {template!r}: expected an https address with {{entry}} or {{ENTRY}} in it "
                "(http only for this very machine)"
            )
        urls.append(url)
    return urls


def _is_https(url: str) -> bool:
    parts = urllib.parse.urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname)


def _same_site(url: str, other: str) -> bool:
    """Tell whether an address is on the host of another, or on a site of the archive."""
    host = (urllib.parse.urlsplit(url).hostname or "").lower()
    before = (urllib.parse.urlsplit(other).hostname or "").lower()
    return host == before or any(host == s or host.endswith(f".{s}") for s in ARCHIVE)


def _is_loopback(url: str) -> bool:
    """Tell whether an http address is on this very machine."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    try:
        near = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    return parts.scheme == "http" and near


class _SafeRedirect(urllib.request.HTTPRedirectHandler):
    """Follow redirects to https on the same host or the archive's only (or within loopback)."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        local = _is_loopback(req.full_url) and _is_loopback(newurl)
        if not (_is_https(newurl) or local):
            raise FetchError(f"redirect to {newurl} refused, expected https")
        if not (local or _same_site(newurl, req.full_url)):
            raise FetchError(
                f"redirect to {newurl} refused, expected the same host or one of "
                f"{', '.join(ARCHIVE)}"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def download(url: str, timeout: float, max_bytes: int) -> bytes:
    """Get one file, decompressed, within the limits.

    Parameters
    ----------
    url : str
    timeout : float
        Seconds for the whole file, from looking up the host to its last byte.
    max_bytes : int

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        If the time is not a positive number.
    FetchError
        With the reason in a few words.
    """
    if not (math.isfinite(timeout) and timeout > 0):
        raise InputError(f"timeout must be a positive number of seconds, found {timeout}")
    timeout = min(timeout, LONGEST_WAIT)
    # A server that answers byte by byte, or a name that nobody looks up, outlasts every time-out
    # of a socket: the work is done beside, and left alone when its time is over.
    found: list[bytes | str] = []

    def work() -> None:
        try:
            found.append(_download(url, timeout, max_bytes))
        except FetchError as error:
            found.append(str(error))
        except (OSError, http.client.HTTPException) as error:
            found.append(_reason(error, timeout))
            if isinstance(error, urllib.error.HTTPError):
                error.close()

    beside = threading.Thread(target=work, daemon=True)
    beside.start()
    beside.join(timeout)
    result = found[0] if found else _reason(TimeoutError(), timeout)
    if isinstance(result, str):
        raise FetchError(result)
    return result


def _download(url: str, timeout: float, max_bytes: int) -> bytes:
    handlers: list[Any] = [_SafeRedirect()]
    if _is_loopback(url):
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    request = urllib.request.Request(url, headers={"User-Agent": "ros1struct"})
    deadline = time.monotonic() + timeout
    data = bytearray()
    with opener.open(request, timeout=timeout) as response:
        for piece in _inflated(_received(response, deadline, max_bytes)):
            data += piece
            if len(data) > max_bytes:
                raise FetchError(f"larger than {max_bytes} bytes when decompressed")
    return bytes(data)


def _received(response: Any, deadline: float, max_bytes: int) -> Iterator[bytes]:
    """Yield the body as it comes; stop at the deadline, the limit or a short body."""
    announced = response.headers.get("Content-Length", "")
    expected = int(announced) if announced.isdecimal() else None
    if expected is not None and expected > max_bytes:
        raise FetchError(f"{expected} bytes announced, more than {max_bytes}")
    size = 0
    # read1 returns what has come: a server that drips bytes cannot outlast the deadline.
    while piece := response.read1(_CHUNK):
        size += len(piece)
        if size > max_bytes:
            raise FetchError(f"larger than {max_bytes} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError
        yield piece
    if expected is not None and size != expected:
        raise FetchError(f"incomplete: expected {expected} bytes, found {size}")


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress gzip (told by its first bytes), in small pieces."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= 2:
            break
    if not head.startswith(b"\x1f\x8b"):
        yield head
        yield from pieces
        return
    stream = zlib.decompressobj(wbits=31)
    for piece in _chain(head, pieces):
        rest = piece
        while rest:
            if stream.eof:  # another member, or padding
                rest = rest.lstrip(b"\0")
                stream = zlib.decompressobj(wbits=31) if rest else stream
                continue
            try:
                yield stream.decompress(rest, _CHUNK)
            except zlib.error as error:
                raise FetchError(f"damaged gzip ({error})") from error
            rest = stream.unused_data if stream.eof else stream.unconsumed_tail
    if not stream.eof:
        raise FetchError("truncated gzip")


def _chain(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from pieces


def _reason(error: Exception, timeout: float) -> str:
    """Say in a few words why a mirror did not serve."""
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code} {error.reason}"
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return f"no complete answer within {timeout:g} s"
    return str(cause) or type(cause).__name__
