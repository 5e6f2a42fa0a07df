"""Trajectories: a topology file, and frames that are read a chunk at a time.

The topology file is loaded once, as any structure: chain, chemistry, numbers. Its atoms are found
in the frames by their place in the file, whatever its names. Every chunk becomes a Complex whose
molecules are whole, the inhibitor beside its kinase, with the waters and ions that come near it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ros1struct.arguments import checked
from ros1struct.errors import InputError, StructureError
from ros1struct.io.assemble import told
from ros1struct.io.frames.periodic import gather, nearby, whole
from ros1struct.io.frames.read import RawFrames, check_source, count_frames, read_frames
from ros1struct.io.frames.solvent import Solvent, solvent_of, with_solvent
from ros1struct.io.frames.topology import open_topology
from ros1struct.io.surroundings import WATERS_WITHIN
from ros1struct.structure.complex import Complex

if TYPE_CHECKING:
    import mdtraj

Ints = npt.NDArray[np.intp]
Singles = npt.NDArray[np.float32]

# Coordinates of a chunk: 20 MB. Memory of more than 32 MB goes back to the system at once, and
# asking for it anew costs as much as decoding.
CHUNK = 5_000_000
# Coordinates of a block that is read at once.
BLOCK = 400_000
# Fewest frames of a chunk, which has costs of its own.
FEWEST = 200
SOURCES = "an XTC, TRR, DCD, NetCDF, HDF5 or multi-model PDB file, or mdtraj.Trajectory objects"


class Chunk(NamedTuple):
    """Some frames of a trajectory.

    Attributes
    ----------
    complex : Complex
    frame : ndarray of int
        What the frames are called in the whole trajectory.
    time : ndarray of float64
        ps.
    """

    complex: Complex
    frame: Ints
    time: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """Frames of one topology, read when they are asked for.

    Iterating gives :class:`Chunk` objects; it can be done again and again unless the frames come
    from an iterator. Memory does not grow with the number of frames. Made by :func:`trajectory`.

    Attributes
    ----------
    complex : Complex
        The topology file's own frame, without waters.
    source : path, mdtraj.Trajectory or iterable of mdtraj.Trajectory
    start, stop, step : int, int or None, int
    chunk : int
        Frames read together.
    atoms : ndarray of int
        Where the complex's atoms stand in a frame of the source.
    total : int
        Atoms of a frame of the source.
    solvent : Solvent
        Waters and ions of the topology.
    """

    complex: Complex
    source: Any
    start: int
    stop: int | None
    step: int
    chunk: int
    atoms: Ints
    total: int
    solvent: Solvent

    def __repr__(self) -> str:
        return f"<Trajectory {self.complex.name}: {self.source_name}, {self.total} atoms>"

    @property
    def name(self) -> str:
        """What tables call it."""
        return self.complex.name

    @property
    def source_name(self) -> str:
        """File name, or the kind of object that the frames come from."""
        if isinstance(self.source, str | os.PathLike):
            return Path(self.source).name
        return type(self.source).__name__

    @cached_property
    def n_frames(self) -> int:
        """How many frames there are between start and stop."""
        count = count_frames(self.source, self.total)
        if self.stop is not None:
            count = min(count, self.stop)
        return max(0, -(-(count - self.start) // self.step))

    @property
    def plain(self) -> bool:
        """Whether frames are those of the complex, atom by atom, with nothing to take from them."""
        return np.array_equal(self.atoms, np.arange(self.total))

    def part(self, first: int, last: int) -> Trajectory:
        """Return the trajectory's frames from one to another, counted after start and step."""
        stop = self.start + last * self.step
        stop = stop if self.stop is None else min(stop, self.stop)
        return replace(self, start=self.start + first * self.step, stop=stop)

    def __iter__(self) -> Iterator[Chunk]:
        return self._chunks(None)

    def _chunks(self, rows: Ints | None) -> Iterator[Chunk]:
        """Chunks, with the waters that come near in each, or with those named."""
        # Small blocks are decoded and checked while they are in the core's cache.
        block = min(self.chunk, max(8, BLOCK // (3 * self.total)))
        # Whole blocks fill a chunk, so that it need not be cut.
        size = self.chunk // block * block
        builder = _Builder(self, size, rows)
        frames = read_frames(
            self.source,
            self.total,
            self.start,
            self.stop,
            self.step,
            block,
            self.name,
            together=size // block if self.plain else 1,
        )
        try:
            for raw in frames:
                if builder.count + len(raw.xyz) > size:
                    yield builder.finish()
                builder.add(raw)
        except StructureError:
            # What was read before a bad frame is good.
            if builder.count:
                yield builder.finish()
            raise
        if builder.count:
            yield builder.finish()

    def frame(self, index: int) -> Complex:
        """Return one frame, counted after start and step, as a Complex.

        Raises
        ------
        InputError
            If there is no such frame.
        """
        if index < 0 or index >= self.n_frames:
            raise InputError(
                f"{self.name} has {self.n_frames} frames, numbered from 0; found frame {index}"
            )
        return next(iter(self.part(index, index + 1))).complex

    def join(self) -> Complex:
        """Return all frames as one Complex, in memory.

        Its waters and ions are those that come within 5 Å of the inhibitor in any frame.
        """
        parts = list(self)
        if not parts:
            raise InputError(f"{self.name}: no frame between start and stop in {self.source_name}")
        if len(self.solvent) == 0:
            xyz = np.concatenate([p.complex.xyz for p in parts])
            return replace(parts[0].complex, xyz=xyz)
        every = np.unique(np.concatenate([self.solvent.rows_of(p.complex) for p in parts]))
        del parts
        fixed = list(self._chunks(every))
        return replace(fixed[0].complex, xyz=np.concatenate([p.complex.xyz for p in fixed]))


class _Builder:
    """Puts blocks of frames together to chunks."""

    def __init__(self, run: Trajectory, size: int, rows: Ints | None) -> None:
        self.run, self.size, self.rows = run, size, rows
        self.drug = run.complex.inhibitor_heavy
        self.in_order = np.array_equal(run.atoms, np.arange(len(run.atoms)))
        self.wet = len(run.solvent) > 0
        self._begin()

    def _begin(self) -> None:
        self.count = 0
        self.frames: list[Ints] = []
        self.times: list[npt.NDArray[np.float64]] = []
        self.near: list[Ints] = []
        self.xyz: Singles | None = None
        # Which waters a chunk has is known at its end; its frames wait here.
        self.waiting: list[RawFrames] = []

    def add(self, raw: RawFrames) -> None:
        """Take a block of frames, whose arrays are changed."""
        run = self.run
        at = slice(self.count, self.count + len(raw.xyz))
        room = raw.xyz.base
        if run.plain and room is not None and (self.xyz is None or room is self.xyz):
            # The reader has put it where it belongs.
            self.xyz, solute = room, raw.xyz
        else:
            if self.xyz is None:
                self.xyz = np.empty((self.size, len(run.atoms), 3), dtype=np.float32)
            solute = self.xyz[at]
            if self.in_order:
                np.copyto(solute, raw.xyz[:, : len(run.atoms)])
            else:
                raw.xyz.take(run.atoms, axis=1, out=solute, mode="clip")
        whole(run.complex, solute, raw.cell, raw.frame)
        if self.wet:
            self.waiting.append(raw)
        if self.wet and self.rows is None:
            drug = solute[:, self.drug]
            near = nearby(raw.xyz, run.solvent.first, drug, raw.cell, WATERS_WITHIN)
            self.near.append(near)
        self.frames.append(raw.frame)
        self.times.append(raw.time)
        self.count = at.stop

    def finish(self) -> Chunk:
        """Return the chunk and begin another."""
        assert self.xyz is not None
        run, complex = self.run, self.run.complex
        xyz = self.xyz if self.count == len(self.xyz) else self.xyz[: self.count].copy()
        if self.waiting:
            rows = np.unique(np.concatenate(self.near)) if self.rows is None else self.rows
            complex = with_solvent(complex, run.solvent, rows)
            centre = xyz[:, self.drug].mean(axis=1)
            members, first, own = run.solvent.members(rows), 0, []
            for raw in self.waiting:
                last = first + len(raw.xyz)
                own.append(gather(raw.xyz, members, centre[first:last], raw.cell))
                first = last
            xyz = np.concatenate([xyz, np.concatenate(own)], axis=1)
        xyz.flags.writeable = False
        chunk = Chunk(
            replace(complex, xyz=xyz), np.concatenate(self.frames), np.concatenate(self.times)
        )
        self._begin()
        return chunk


@checked
def trajectory(
    topology: Any,
    frames: str | os.PathLike[str] | mdtraj.Trajectory | Iterable[mdtraj.Trajectory],
    *,
    start: int = 0,
    stop: int | None = None,
    step: int = 1,
    chunk: int | None = None,
    kinase: bool = True,
    **loading: Any,
) -> Trajectory:
    """Open a trajectory of a kinase with a bound inhibitor; nothing is read yet.

    Parameters
    ----------
    topology : str, path or object
        PDB, mmCIF or GROMACS (gro) file with all atoms of the frames, in their order; or a
        topology of AMBER (prmtop, parm7) or CHARMM (psf), which takes the coordinates of the first
        frame; or a structure in memory, as :func:`ros1struct.load` takes it.
    frames : path, mdtraj.Trajectory or iterable of mdtraj.Trajectory
        XTC, TRR, DCD, NetCDF, HDF5 or multi-model PDB.
    start, stop, step : int, int or None, int
        Which frames, as in a slice; not negative.
    chunk : int, optional
        Frames read together; by default some 20 MB of them, 200 at least.
    kinase : bool
        False takes any protein, with the numbers of the file
        (:func:`ros1struct.io.any_protein.load_any_protein`).
    **loading
        As for :func:`ros1struct.load`: ``ligand``, ``chain``, ``smiles``, ``protonation``.

    Returns
    -------
    Trajectory

    Raises
    ------
    InputError
        If an argument is wrong or a file missing.
    StructureError
        If topology and frames differ in size, or the topology is no kinase with an inhibitor;
        while frames are read, if one cannot be read, has a coordinate that is not a number, or a
        molecule that is broken where no unit cell tells how to make it whole.

    Notes
    -----
    Where the frames have a unit cell, broken molecules are made whole along their bonds, the
    inhibitor is put beside its pocket, and waters and ions are taken in the image nearest to it.
    Waters and ions within 5 Å of the inhibitor in some frame of a chunk are part of its Complex.

    Examples
    --------
    >>> import ros1struct as rs
    >>> run = trajectory("crizotinib", rs.load("crizotinib").to_mdtraj())
    >>> [len(part.frame) for part in run]
    [1]
    """
    for name, value, least in (("start", start, 0), ("step", step, 1), ("stop", stop, 0),
                               ("chunk", chunk, 1)):  # fmt: skip
        if value is not None and (not isinstance(value, int | np.integer) or value < least):
            raise InputError(f"{name} must be an integer of {least} or more, found {value!r}")
    if isinstance(topology, Complex):
        raise InputError(
            "a trajectory needs the topology file, not a Complex loaded from it: the Complex may "
            "have left out atoms that the frames have. Give the path of the PDB or mmCIF file"
        )
    solute, table, atoms = open_topology(topology, frames, kinase=kinase, loading=loading)
    told(solute)
    check_source(frames, len(table.element), solute.name)
    size = chunk or max(FEWEST, CHUNK // max(1, 3 * len(atoms)))
    solvent = solvent_of(table, used=atoms)
    return Trajectory(
        solute, frames, int(start), None if stop is None else int(stop), int(step), size, atoms,
        len(table.element), solvent,
    )  # fmt: skip
