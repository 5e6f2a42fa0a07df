"""Inputs that are nearly right: seeds of every format, and ways to damage them that know it.

Everything follows from a seed: :func:`case` gives the same bytes for the same kind and number.
"""

from __future__ import annotations

import gzip
import random
import struct
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import ros1struct as rs

# Amino acids of a cut pocket: fewer than 30 are no kinase.
SMALL = 33
TRAJECTORIES = ("xtc", "trr", "dcd", "nc", "h5")
POCKETS = ("pdb", "cif", "gz", "sdf", "mol2", *TRAJECTORIES, "csv", "mutations")
WHOLE = ("whole-pdb", "whole-cif")
WORDS = (
    b"", b" ", b"0", b"-1", b"1e200", b"nan", b"inf", b"-inf", b"?", b".", b"'", b'"', b";", b"\0",
    b"********", b"99999999999999999999", b"2147483648", b"0x10", b"1_0", b"1,5", b"A", b"a",
    "Å".encode(), "′".encode(), b"\xff", b"\t", b"X", b"UNK", b"HOH", b"VGH", b"GLY", b"CA", b"#",
    b"=1+1", b"@x", b"</script>", b"9999.999", b"-999.999", b"0.000", b"1.00", b"H", b"D", b"C",
)  # fmt: skip
INTEGERS = (0, 1, 2, 9, 255, 1995, 65535, 10**6, 2**31 - 1, -1, -(2**31), 2**30)


@cache
def pocket(name: str) -> bytes:
    """Return a complex cut to the residues nearest to its inhibitor, as a PDB file."""
    made = rs.load(name)
    drug = made.xyz[0, made.inhibitor_heavy]
    apart = np.linalg.norm(made.xyz[0, :, None] - drug, axis=-1).min(axis=1)
    nearest = np.full(len(made.residues.name), np.inf)
    np.minimum.at(nearest, made.atoms.residue, apart)
    amino = np.isin(made.residues.letter, list("ACDEFGHIKLMNPQRSTVWY"))
    reach = np.sort(nearest[amino])[SMALL - 1]
    kept = {
        (str(made.residues.chain[k]), int(made.residues.number[k]))
        for k in np.flatnonzero(nearest <= reach)
    }
    with tempfile.TemporaryDirectory() as folder:
        text = rs.write(made, Path(folder) / "a.pdb").read_text("ascii")
    lines = [
        line
        for line in text.splitlines(True)
        if not line.startswith(("ATOM", "HETATM", "TER"))
        or (line.startswith(("ATOM", "HETATM")) and (line[21], int(line[22:26])) in kept)
    ]
    return "".join(lines).encode()


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """Undamaged inputs of a kind."""
    whole = kind in WHOLE
    names = ("crizotinib", "lorlatinib") if whole else ("2WGJ", "lorlatinib", "3LQ8")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names if kind.endswith(("pdb", "cif", "gz")) else names[:1]:
            path = Path(folder) / "a"
            made = rs.load(name)
            if not whole:
                path.with_suffix(".pdb").write_bytes(pocket(name))
                made = rs.load(path.with_suffix(".pdb"))
            mol = made.to_rdkit()
            if kind in ("pdb", "whole-pdb", "gz"):
                data = rs.write(made, path.with_suffix(".pdb")).read_bytes()
                bare = [x for x in data.splitlines(True) if not x.startswith(b"REMARK")]
                found += [gzip.compress(data, 1)] if kind == "gz" else [data, b"".join(bare)]
            elif kind in ("cif", "whole-cif"):
                found.append(rs.write(made, path.with_suffix(".cif")).read_bytes())
            elif kind == "sdf":
                from rdkit import Chem

                block = Chem.MolToMolBlock(mol)
                found.append(f"{block}> <score>\n-9.1\n\n$$$$\n{block}$$$$\n".encode())
                found.append(Chem.MolToV3KMolBlock(mol).encode())
            elif kind == "mol2":
                found.append(_mol2(mol))
            elif kind in TRAJECTORIES:
                frames = made.to_mdtraj()
                frames.xyz = np.repeat(frames.xyz, 3, axis=0)
                frames.time = np.arange(3.0)
                frames.unitcell_vectors = np.repeat(9 * np.eye(3)[None], 3, axis=0)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", UserWarning)  # mdtraj's, without netCDF4
                    frames.save(str(path.with_suffix(f".{kind}")))
                found.append(path.with_suffix(f".{kind}").read_bytes())
            elif kind == "csv":
                found.append(b"structure,mutation,resistant\n2WGJ,L1195V,0\n2WGJ,Y1230C,1\n")
                found.append(b"structure,mutation,fold\n2WGJ,D1228V,50\n2WGJ,Y1230H,2.5\n")
            else:
                found.append(b"# listed\nL1195V\nY1230C/D1228V  # two\nROS1 p.Gly2032Arg\n")
    return tuple(found)


def _mol2(mol: Any) -> bytes:
    places = mol.GetConformer().GetPositions()
    atoms = "".join(
        f"{i + 1:>7} {a.GetSymbol()}{i + 1:<6} {x:>9.4f} {y:>9.4f} {z:>9.4f} "
        f"{a.GetSymbol()} 1 L 0.0\n"
        for i, (a, (x, y, z)) in enumerate(zip(mol.GetAtoms(), places, strict=True))
    )
    bonds = "".join(
        f"{i + 1} {b.GetBeginAtomIdx() + 1} {b.GetEndAtomIdx() + 1} "
        f"{'ar' if b.GetIsAromatic() else int(b.GetBondTypeAsDouble())}\n"
        for i, b in enumerate(mol.GetBonds())
    )
    head = f"@<TRIPOS>MOLECULE\npose\n{mol.GetNumAtoms()} {mol.GetNumBonds()} 1 0 0\nSMALL\n"
    text = f"{head}NO_CHARGES\n\n@<TRIPOS>ATOM\n{atoms}@<TRIPOS>BOND\n{bonds}"
    return (text * 2).encode()


def case(kind: str, number: int, seed: int = 0) -> bytes:
    """Make an input.

    Parameters
    ----------
    kind : str
        One of :data:`POCKETS` or :data:`WHOLE`.
    number, seed : int
    """
    rng = random.Random(f"{seed} {kind} {number}")
    data = rng.choice(seeds(kind))
    if kind == "gz":
        inner = _damaged("pdb", gzip.decompress(data), rng) if rng.random() < 0.5 else None
        if inner is not None:
            return gzip.compress(inner, 1)
    return _damaged(kind, data, rng)


def _damaged(kind: str, data: bytes, rng: random.Random) -> bytes:
    own = _OWN.get(kind.removeprefix("whole-"), ())
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
        ways = (
            own
            if own and rng.random() < 0.7
            else (_BYTES if kind in ("gz", *TRAJECTORIES) else _TEXT)
        )
        data = rng.choice(ways)(data, rng)
    return data


def _at(data: bytes, rng: random.Random) -> int:
    return rng.randrange(len(data) + 1)


def _flip(data: bytes, rng: random.Random) -> bytes:
    if not data:
        return data
    k = rng.randrange(len(data))
    return data[:k] + bytes([data[k] ^ (1 << rng.randrange(8))]) + data[k + 1 :]


def _cut(data: bytes, rng: random.Random) -> bytes:
    k = _at(data, rng)
    return data[:k] + data[k + rng.choice((1, 1, 2, 8, 80, 1000)) :]


def _end(data: bytes, rng: random.Random) -> bytes:
    return data[: _at(data, rng)]


def _put(data: bytes, rng: random.Random) -> bytes:
    k = _at(data, rng)
    return data[:k] + rng.choice(WORDS) * rng.choice((1, 1, 1, 10, 2000)) + data[k:]


def _over(data: bytes, rng: random.Random) -> bytes:
    k, word = _at(data, rng), rng.choice(WORDS)
    return data[:k] + word + data[k + len(word) :]


def _again(data: bytes, rng: random.Random) -> bytes:
    k, j = _at(data, rng), _at(data, rng)
    return data[:j] + data[k : k + rng.choice((1, 80, 3000))] + data[j:]


def _lines(change: Callable[[list[bytes], random.Random], None]) -> Callable[..., bytes]:
    def way(data: bytes, rng: random.Random) -> bytes:
        lines = data.split(b"\n")
        change(lines, rng)
        return b"\n".join(lines)

    return way


def _line_gone(lines: list[bytes], rng: random.Random) -> None:
    del lines[rng.randrange(len(lines))]


def _line_twice(lines: list[bytes], rng: random.Random) -> None:
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))


def _lines_swapped(lines: list[bytes], rng: random.Random) -> None:
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]


def _lines_mixed(lines: list[bytes], rng: random.Random) -> None:
    i = rng.randrange(len(lines))
    part = lines[i : i + rng.choice((5, 50, 5000))]
    rng.shuffle(part)
    lines[i : i + len(part)] = part


def _other_ends(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n", b"")))


def _word(lines: list[bytes], rng: random.Random) -> None:
    i = rng.randrange(len(lines))
    parts = lines[i].split(b" ")
    parts[rng.randrange(len(parts))] = rng.choice(WORDS)
    lines[i] = b" ".join(parts)


PDB_FIELDS = ((0, 6), (6, 11), (12, 16), (16, 17), (17, 20), (21, 22), (22, 26), (26, 27),
              (30, 38), (38, 46), (46, 54), (54, 60), (60, 66), (76, 78), (78, 80))  # fmt: skip


def _pdb_field(lines: list[bytes], rng: random.Random) -> None:
    i = rng.randrange(len(lines))
    first, last = rng.choice(PDB_FIELDS)
    width = last - first
    fitted = [rng.choice(WORDS)[:width].rjust(width), rng.choice(lines)[first:last].ljust(width)]
    many = rng.random() < 0.1
    word = rng.choice(fitted)
    for k in range(len(lines)) if many else (i,):
        if lines[k].startswith((b"ATOM", b"HETATM")):
            lines[k] = lines[k][:first].ljust(first) + word + lines[k][last:]


def _pdb_shift(lines: list[bytes], rng: random.Random) -> None:
    i, k = rng.randrange(len(lines)), rng.randrange(80)
    line = lines[i]
    lines[i] = line[:k] + line[k + 1 :] if rng.random() < 0.5 else line[:k] + b" " + line[k:]


def _pdb_digit(lines: list[bytes], rng: random.Random) -> None:
    i = rng.randrange(len(lines))
    digits = [k for k, c in enumerate(lines[i]) if chr(c).isdigit()]
    if digits:
        k = rng.choice(digits)
        lines[i] = lines[i][:k] + bytes([rng.choice(b"0123456789 -.lOA*")]) + lines[i][k + 1 :]


def _residue_gone(lines: list[bytes], rng: random.Random) -> None:
    label = rng.choice(lines)[21:27]
    lines[:] = [x for x in lines if x[21:27] != label] or [b""]


def _atoms_gone(lines: list[bytes], rng: random.Random) -> None:
    share = rng.choice((0.01, 0.1, 0.5))
    lines[:] = [x for x in lines if rng.random() > share] or [b""]


def _copied_place(lines: list[bytes], rng: random.Random) -> None:
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    if len(lines[i]) > 54 and len(lines[j]) > 54:
        lines[i] = lines[i][:30] + lines[j][30:54] + lines[i][54:]


def _models(data: bytes, rng: random.Random) -> bytes:
    count = rng.choice((1, 2, 3))
    return b"".join(
        b"MODEL %8d\n" % (rng.choice((k, 1))) + data + b"ENDMDL\n" for k in range(count)
    )


def _altlocs(lines: list[bytes], rng: random.Random) -> None:
    for k, line in enumerate(lines):
        if rng.random() < 0.05 and len(line) > 60:
            lines[k] = (
                line[:16] + rng.choice((b"A", b"B", b"1")) + line[17:54] + b"  0.50" + line[60:]
            )


def _cif_token(lines: list[bytes], rng: random.Random) -> None:
    i = rng.randrange(len(lines))
    parts = lines[i].split()
    if parts:
        k = rng.randrange(len(parts))
        other = rng.choice(lines).split()
        parts[k] = rng.choice([rng.choice(WORDS), *(other[k : k + 1])])
        lines[i] = b" ".join(parts)


def _cif_column(lines: list[bytes], rng: random.Random) -> None:
    """One column of the atoms becomes one word, or loses its name."""
    tags = [k for k, x in enumerate(lines) if x.startswith(b"_atom_site.")]
    if not tags:
        return
    k = rng.randrange(len(tags))
    if rng.random() < 0.3:
        lines[tags[k]] = rng.choice((b"_atom_site.other", b"_atom_site.id", b"_x.y"))
        return
    word = rng.choice(WORDS) or b"?"
    for i, line in enumerate(lines):
        if line.startswith((b"ATOM ", b"HETATM ")):
            parts = line.split()
            if k < len(parts):
                parts[k] = word
            lines[i] = b" ".join(parts)


def _integer(data: bytes, rng: random.Random) -> bytes:
    """Overwrite four bytes, mostly of a header, by a number."""
    if len(data) < 8:
        return data
    k = 4 * rng.randrange(min(len(data) // 4, rng.choice((20, len(data) // 4))))
    order = rng.choice("<>")
    number = struct.pack(f"{order}i", rng.choice(INTEGERS))
    real = struct.pack(f"{order}f", rng.choice((0.0, 1e30, float("nan"), -1.0)))
    value = rng.choice((number, real))
    return data[:k] + value + data[k + 4 :]


_BYTES = (_flip, _cut, _end, _put, _over, _again)
_TEXT = (
    *_BYTES, _other_ends, _lines(_line_gone), _lines(_line_twice), _lines(_lines_swapped),
    _lines(_lines_mixed), _lines(_word),
)  # fmt: skip
_OWN: dict[str, tuple[Callable[..., bytes], ...]] = {
    "pdb": (
        _lines(_pdb_field), _lines(_pdb_field), _lines(_pdb_field), _lines(_pdb_shift),
        _lines(_pdb_digit), _lines(_residue_gone), _lines(_atoms_gone), _lines(_copied_place),
        _lines(_altlocs), _models,
    ),
    "cif": (_lines(_cif_token), _lines(_cif_token), _lines(_cif_column), _lines(_atoms_gone)),
    "sdf": (_lines(_pdb_digit), _lines(_pdb_shift), _lines(_word), _lines(_atoms_gone)),
    "mol2": (_lines(_word), _lines(_pdb_digit)),
    **dict.fromkeys(TRAJECTORIES, (_integer, _integer)),
    "csv": (_lines(_word), _lines(_pdb_digit)),
    "mutations": (_lines(_pdb_digit), _lines(_word)),
}  # fmt: skip
