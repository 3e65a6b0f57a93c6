"""Extended XYZ: frames of one line for each atom under a line that holds the cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import ReadError
from nitrivac.trajectories.reading.frame import Frame
from nitrivac.trajectories.reading.stream import TextStream, TornFrameError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["read_xyz"]

_LATTICE = re.compile(rb"""(?:^|\s)lattice\s*=\s*["'{\[]([^"'}\]]*)["'}\]]""", re.IGNORECASE)
_PROPERTIES = re.compile(rb"""(?:^|\s)properties\s*=\s*"?([^\s"]+)"?""", re.IGNORECASE)
_PERIODIC = re.compile(rb"""(?:^|\s)pbc\s*=\s*["'{\[]([^"'}\]]*)["'}\]]""", re.IGNORECASE)
_PLAIN = b"species:S:1:pos:R:3"
_MOST_ATOMS = 10_000_000


def read_xyz(path: Path) -> Iterator[Frame]:
    """The frames of an extended XYZ file.

    Raises:
        ReadError: a frame has no cell or is no frame.
        TornFrameError: the file ends within a frame.
    """
    with TextStream(path) as stream:
        yield from _frames(stream)


def _frames(stream: TextStream) -> Iterator[Frame]:
    number = 0
    known_start, known_names = b"", b""
    lattice, columns = np.eye(3), np.zeros(0, dtype=np.int64)
    elements: tuple[str, ...] = ()
    while (head := stream.line()) is not None:
        if not head.strip():
            continue
        number += 1
        n_atoms = _number_of_atoms(head, stream, number)
        comment = stream.whole_line()
        if not known_start or not comment.startswith(known_start):
            cell, properties = _LATTICE.search(comment), _PROPERTIES.search(comment)
            lattice = _lattice(cell, comment, lattice, f"{stream.source}: frame {number}")
            columns = _columns(properties[1] if properties else _PLAIN, stream.source)
            known_start = comment[: max(one.end() for one in (cell, properties) if one)]
        positions, names = np.empty((n_atoms, 3)), np.empty((n_atoms, 4), dtype=np.uint8)
        stream.table(columns, positions, names, number)
        if (found := names.tobytes()) != known_names:
            elements, known_names = _elements(names), found
        yield Frame(lattice, positions, fractional=False, elements=elements)
        for alike in stream.frames(head + b"\n", known_start, columns, names, n_atoms):
            number += 1
            yield Frame(lattice, alike, fractional=False, elements=elements)


def _number_of_atoms(head: bytes, stream: TextStream, number: int) -> int:
    text = head.strip()
    if not text.isdigit() or not 0 < int(text) <= _MOST_ATOMS:
        if number > 1 and stream.ended_in_a_line:
            raise TornFrameError
        shown = text.decode("latin-1")
        raise ReadError(f"{stream.source}: frame {number} must begin with the number of its atoms; it begins {shown!r:.40}")
    return int(text)


def _lattice(cell: re.Match[bytes] | None, comment: bytes, before: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    """The cell of a frame, the same object as that before where it is the same."""
    if cell is None:
        raise ReadError(f'{where} has no cell; a line with Lattice="..." is needed below the number of atoms')
    try:
        lattice = np.array([float(one) for one in cell[1].replace(b",", b" ").split()]).reshape(3, 3)
    except ValueError:
        raise ReadError(f"{where}: Lattice is no nine numbers: {cell[1].decode('latin-1')!r:.60}") from None
    periodic = _PERIODIC.search(comment)
    if periodic and b"F" in periodic[1].upper():
        raise ReadError(f"{where} is not periodic in three directions")
    return before if np.array_equal(lattice, before) else lattice


def _columns(properties: bytes, source: str) -> NDArray[np.int64]:
    """What each column is for `read_table`."""
    parts = properties.split(b":")
    columns: list[int] = []
    for name, count in zip(parts[::3], parts[2::3], strict=False):
        wide = int(count) if count.isdigit() else 1
        if name.lower() in (b"pos", b"positions") and wide == 3:
            columns += [0, 1, 2]
        elif name.lower() in (b"species", b"element", b"symbol", b"symbols"):
            columns += [-2]
        else:
            columns += [-1] * wide
    if not {0, -2} <= set(columns):
        raise ReadError(f"{source}: Properties={properties.decode('latin-1'):.60} name no species and positions")
    last = max(place for place, column in enumerate(columns) if column != -1)
    return np.array(columns[: last + 1], dtype=np.int64)


def _elements(names: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(bytes(row).rstrip(b"\0").decode("latin-1") for row in names)
