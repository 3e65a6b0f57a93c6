"""Which reader a file of molecular dynamics wants, found from what it holds."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import ReadError
from nitrivac.trajectories.reading.frame import Frame
from nitrivac.trajectories.reading.lammps_dump import is_lammps_dump, read_lammps_dump
from nitrivac.trajectories.reading.stream import open_bytes
from nitrivac.trajectories.reading.vasprun import is_vasprun, read_vasprun
from nitrivac.trajectories.reading.xdatcar import is_xdatcar, read_xdatcar
from nitrivac.trajectories.reading.xyz import read_xyz

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["frames_of_file"]

_START = 20_000  # bytes by which a format is known


def frames_of_file(path: Path, types: Sequence[str] = ()) -> Iterator[Frame]:
    """Every frame of a file: extended XYZ, XDATCAR, vasprun.xml, LAMMPS text dump, or what ASE reads, packed or not.

    Args:
        path: the file.
        types: element of each atom type of a LAMMPS dump that does not name them.

    Raises:
        ReadError: there is no such file, or it holds no frames.
        TornFrameError: the file ends within a frame.
    """
    with open_bytes(path) as stream:
        try:
            start = stream.read(_START)
        except (EOFError, OSError) as error:
            raise ReadError(f"{path}: cannot be unpacked: {error}") from error
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
    return _frames_by_ase(path)


def _frames_by_ase(path: Path) -> Iterator[Frame]:
    """Frames of other formats, unpacked to a temporary file first where need be."""
    with open_bytes(path) as stream:
        start = stream.read(6)
    with path.open("rb") as raw:
        packed = raw.read(6) != start
    if not packed:
        yield from _ase_frames(path, str(path))
        return
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / path.stem
        with open_bytes(path) as stream, unpacked.open("wb") as target:
            shutil.copyfileobj(stream, target)
        yield from _ase_frames(unpacked, str(path))


def _ase_frames(path: Path, source: str) -> Iterator[Frame]:
    from nitrivac.io.frames import iterate_frames

    lattice, elements, known = np.eye(3), (), np.zeros(0)
    for atoms in iterate_frames(path, source):
        cell = np.array(atoms.cell, dtype=float)
        if not np.all(atoms.pbc) or abs(np.linalg.det(cell)) < 1e-3:
            raise ReadError(f"{source}: a frame is not periodic in three directions; a trajectory of a crystal has a cell")
        lattice = lattice if np.array_equal(cell, lattice) else cell
        if not np.array_equal(atoms.numbers, known):
            known, elements = atoms.numbers.copy(), tuple(atoms.get_chemical_symbols())
        yield Frame(lattice, np.array(atoms.positions, dtype=float), fractional=False, elements=elements)
