"""Bring the JavaScript that pages draw and sort with, at named versions, from npm.

Usage, with Node's ``npm`` on the path::

    python curation/vendor_javascript.py [--check]

Each package is fetched by ``npm pack``, its archive checked against the digest that npm's registry
published for the version, its files against the SHA-256 below, and both copied as they are. With
``--check`` nothing is fetched: the files that are there are compared with the digests. For another
version: change the line, run, look at the pages, and note it in the folder's README.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "ros1struct"


@dataclass(frozen=True)
class Package:
    """A package of npm, where its files go, and what they must be.

    Attributes
    ----------
    name, version, integrity : str
        As in npm's registry.
    folder : str
        Below ``src/ros1struct``.
    files : dict of str to (str, str)
        By path in the package: name here, SHA-256.
    """

    name: str
    version: str
    integrity: str
    folder: str
    files: dict[str, tuple[str, str]]


PACKAGES = (
    Package(
        "3dmol",
        "2.5.5",
        "sha512-kqNHouGqq3YfW58174tdERvm0XYTmP0tavQKOqIw1ouc2OJ7epkXEFrtEkVXV0clBZT2Ze2xHRC/"
        "qxX0u0qCdw==",
        "scene/vendor",
        {
            "build/3Dmol-min.js": (
                "3Dmol-min.js",
                "f7cc78921ae72e7623e89cdd111434f58c2efddd2ffda1cd212644b406fb8016",
            ),
            "LICENSE": (
                "3Dmol-LICENSE.txt",
                "4c6eaaed856f3f28a3b1a98e74f4a8a71618de7d51ea4155c29f6f793bcef861",
            ),
        },
    ),
    Package(
        "tablesort",
        "5.7.1",
        "sha512-wm+xSponmlN1spiuwGlrvNGoG8fEso+y86OOjS+Pl0Qsje/cOVSfUvELcXILWc8/"
        "sgEdY/NGMPo0qhFGyYKnwQ==",
        "report/vendor",
        {
            "dist/tablesort.min.js": (
                "tablesort.min.js",
                "ee99f17ebc985170899a004e9f6bf09e7f60eb4b459b6bfe6683cf0140352c63",
            ),
            "LICENCE": (
                "tablesort-LICENSE.txt",
                "6ba5a8c71b9ab70f3f6247d8ec968b4a1e3767a52ff1dea41ff4bf6bcf02a9a8",
            ),
        },
    ),
)


def differences(package: Package) -> list[str]:
    """Files of a package that are missing here or are not what they must be."""
    wrong = []
    for name, expected in package.files.values():
        path = SOURCE / package.folder / name
        found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
        if found != expected:
            wrong.append(f"{package.folder}/{name}: expected SHA-256 {expected}, found {found}")
    return wrong


def unpack(package: Package, archive: bytes) -> dict[str, bytes]:
    """Files of an archive by their name here, after all digests were checked."""
    digest = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode("ascii")
    if digest != package.integrity:
        raise SystemExit(f"{package.name}: expected {package.integrity}, found {digest}")
    made = {}
    with tempfile.TemporaryFile() as handle:
        handle.write(archive)
        handle.seek(0)
        with tarfile.open(fileobj=handle, mode="r:gz") as packed:
            for path, (name, expected) in package.files.items():
                member = packed.extractfile(f"package/{path}")
                data = member.read() if member else b""
                found = hashlib.sha256(data).hexdigest()
                if found != expected:
                    raise SystemExit(
                        f"{package.name} {path}: expected SHA-256 {expected}, found {found}"
                    )
                made[name] = data
    return made


def bring(package: Package) -> None:
    """Fetch a package, check it and write its files."""
    with tempfile.TemporaryDirectory() as folder:
        named = f"{package.name}@{package.version}"
        subprocess.run(["npm", "pack", "--silent", named], cwd=folder, check=True)
        (archive,) = Path(folder).glob("*.tgz")
        for name, data in unpack(package, archive.read_bytes()).items():
            path = SOURCE / package.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(f"{named} -> {package.folder}/{name}")


def main() -> None:
    """Bring all packages, or only compare what is here."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fetch nothing, compare the files")
    if not parser.parse_args().check:
        for package in PACKAGES:
            bring(package)
    wrong = [line for package in PACKAGES for line in differences(package)]
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
