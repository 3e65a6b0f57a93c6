"""Which reader a file of molecular dynamics wants, found from what it holds."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import ReadError
from nitrivac.trajectories.reading.frame import Frame
from nitrivac.trajectories.reading.lammps_dump import is_lammps_dump, read_lammps_dump
from nitrivac.trajectories.reading.stream import BLOCK, BROKEN, TornFrameError, open_bytes
from nitrivac.trajectories.reading.vasprun import is_vasprun, read_vasprun
from nitrivac.trajectories.reading.xdatcar import is_xdatcar, read_xdatcar
from nitrivac.trajectories.reading.xyz import read_xyz

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ase import Atoms

__all__ = ["frames_of_file"]

_START = 20_000  # bytes by which a format is known
_READ = "extended XYZ, XDATCAR, vasprun.xml, LAMMPS text dumps and ASE's .traj"


def frames_of_file(path: Path, types: Sequence[str] = ()) -> Iterator[Frame]:
    """Every frame of a file: extended XYZ, XDATCAR, vasprun.xml, LAMMPS text dump, or what ASE reads, packed or not.

    Args:
        path: the file.
        types: element of each atom type of a LAMMPS dump that does not name them.

    Raises:
        ReadError: there is no such file, or it holds no frames.
        TornFrameError: the file ends within a frame.
    """
    start = _start(path)
    if not start.strip():
        raise ReadError(f"{path}: is empty")
    if is_lammps_dump(start):
        return read_lammps_dump(path, types)
    if is_vasprun(start):
        return read_vasprun(path)
    if start.split(b"\n", 1)[0].strip().isdigit():
        return read_xyz(path)
    if is_xdatcar(start):
        return read_xdatcar(path)
    return _frames_by_ase(path, start)


def _start(path: Path) -> bytes:
    """The first bytes, as far as a packed file that is cut has them.

    Raises:
        ReadError: there is no such file, or nothing can be unpacked.
    """
    start = b""
    with open_bytes(path) as stream:
        try:
            while len(start) < _START and (part := stream.read1(_START)):  # type: ignore[attr-defined]  # of binary files
                start += part
        except (*BROKEN, OSError) as error:
            if not start:
                raise ReadError(f"{path}: cannot be unpacked: {error}") from error
    return start


def _frames_by_ase(path: Path, start: bytes) -> Iterator[Frame]:
    """Frames of other formats, unpacked to a temporary file first where need be."""
    with path.open("rb") as raw:
        packed = raw.read(6) != start[:6]
    if not packed:
        yield from _ase_frames(path, str(path))
        return
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / path.stem
        with open_bytes(path) as stream, unpacked.open("wb") as target, suppress(*BROKEN):  # its frames tell that it is cut
            while part := stream.read1(BLOCK):  # type: ignore[attr-defined]  # of binary files
                target.write(part)
        yield from _ase_frames(unpacked, str(path))


def _ase_frames(path: Path, source: str) -> Iterator[Frame]:
    """Frames as ASE reads them.

    Raises:
        ReadError: not even the first can be read.
        TornFrameError: a later one cannot be read.
    """
    from nitrivac.io.frames import iterate_frames

    lattice, elements, known = np.eye(3), (), np.zeros(0)
    frames, number = iterate_frames(path, source), 0
    while (atoms := _next(frames, source, number)) is not None:
        number += 1
        cell = np.array(atoms.cell, dtype=float)
        if not np.all(atoms.pbc) or abs(np.linalg.det(cell)) < 1e-3:
            raise ReadError(f"{source}: a frame is not periodic in three directions; a trajectory of a crystal has a cell")
        lattice = lattice if np.array_equal(cell, lattice) else cell
        if not np.array_equal(atoms.numbers, known):
            known, elements = atoms.numbers.copy(), tuple(atoms.get_chemical_symbols())
        yield Frame(lattice, np.array(atoms.positions, dtype=float), fractional=False, elements=elements)


def _next(frames: Iterator[Atoms], source: str, number: int) -> Atoms | None:
    try:
        return next(frames, None)
    except ReadError as error:
        if number:
            raise TornFrameError from error
        reason = str(error).removeprefix(f"{source}: ").split(";")[0]
        raise ReadError(f"{source}: holds no frames that are read ({reason}); {_READ} are") from error
