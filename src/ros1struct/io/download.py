"""One file over https, within limits of time and size; every failure is a FetchError."""

from __future__ import annotations

import http.client
import ipaddress
import os
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
    """Follow redirects to https only (or from loopback to loopback)."""

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
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def download(url: str, timeout: float, max_bytes: int) -> bytes:
    """Get one file, decompressed, within the limits.

    Raises
    ------
    FetchError
        With the reason in a few words.
    """
    try:
        return _download(url, timeout, max_bytes)
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(_reason(error, timeout)) from error


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
