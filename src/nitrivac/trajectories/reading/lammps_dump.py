"""LAMMPS text dumps, whose atoms may come in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import ReadError
from nitrivac.trajectories.reading.frame import Frame
from nitrivac.trajectories.reading.stream import TextStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["is_lammps_dump", "read_lammps_dump"]

_POSITIONS = (("xu", "yu", "zu"), ("x", "y", "z"), ("xsu", "ysu", "zsu"), ("xs", "ys", "zs"))
"""Unwrapped before wrapped; scaled ones are fractions of the cell."""


def is_lammps_dump(start: bytes) -> bool:
    """Whether a file that starts so is a LAMMPS text dump."""
    return start.lstrip().startswith((b"ITEM: TIMESTEP", b"ITEM: UNITS", b"ITEM: TIME"))


def read_lammps_dump(path: Path, types: Sequence[str] = ()) -> Iterator[Frame]:
    """The frames of a LAMMPS text dump, atoms in the order of their ids.

    Args:
        path: the file.
        types: element of each atom type, the first of type 1; needed where the dump has no column `element`.

    Raises:
        ReadError: it has no positions, or no elements and none are given.
        TornFrameError: the file ends within a frame.
    """
    with TextStream(path) as stream:
        yield from _frames(stream, types)


def _frames(stream: TextStream, types: Sequence[str]) -> Iterator[Frame]:
    number = 0
    known = b""
    elements: tuple[str, ...] = ()
    lattice = np.eye(3)
    while (line := stream.line()) is not None:
        if not line.strip():
            continue
        number += 1
        n_atoms, cell, origin, titles = _head(line, stream, number)
        lattice = lattice if np.array_equal(cell, lattice) else cell
        chosen, columns = _columns(titles, types, stream.source)
        values, names = np.zeros((n_atoms, 5)), np.empty((n_atoms, 4), dtype=np.uint8)
        stream.table(columns, values, names, number)
        order = np.argsort(values[:, 3], kind="stable")
        values, names = values[order], names[order]
        signature = names.tobytes() if "element" in titles else values[:, 4].tobytes()
        if signature != known:
            elements, known = _elements(names, values[:, 4], titles, types, stream.source), signature
        fractional = "s" in chosen[0]
        positions = values[:, :3].copy() if fractional else values[:, :3] - origin
        yield Frame(lattice, positions, fractional=fractional, elements=elements)


def _head(line: bytes, stream: TextStream, number: int) -> tuple[int, NDArray[np.float64], NDArray[np.float64], list[str]]:
    """Number of atoms, cell, origin and column titles of the next frame, whose first line is given."""
    n_atoms, cell, origin = 0, np.eye(3), np.zeros(3)
    while not line.startswith(b"ITEM: ATOMS"):
        if not line.startswith(b"ITEM:"):
            raise ReadError(f"{stream.source}: frame {number}: 'ITEM: ...' is needed, not {line.decode('latin-1')!r:.40}")
        try:
            if line.startswith(b"ITEM: NUMBER OF ATOMS"):
                n_atoms = int(stream.whole_line())
            elif line.startswith(b"ITEM: BOX BOUNDS"):
                rows = np.array([[float(one) for one in stream.whole_line().split()] for _ in range(3)])
                cell, origin = _cell(line, rows)
            else:
                stream.whole_line()
        except ValueError:
            raise ReadError(
                f"{stream.source}: frame {number}: no numbers stand below {line.decode('latin-1')!r:.40}"
            ) from None
        line = stream.whole_line()
    return n_atoms, cell, origin, line.decode("latin-1").split()[2:]


def _cell(line: bytes, rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lattice and origin from the bounds, which in a skew cell are those of the box round it."""
    if b"abc origin" in line:
        return rows[:, :3], rows[:, 3]
    if rows.shape[1] < 3:
        return np.diag(rows[:, 1] - rows[:, 0]), rows[:, 0]
    xy, xz, yz = rows[:, 2]
    low = rows[:, 0] - [min(0.0, xy, xz, xy + xz), min(0.0, yz), 0.0]
    high = rows[:, 1] - [max(0.0, xy, xz, xy + xz), max(0.0, yz), 0.0]
    a, b, c = high - low
    return np.array([[a, 0, 0], [xy, b, 0], [xz, yz, c]]), low


def _columns(titles: list[str], types: Sequence[str], source: str) -> tuple[tuple[str, str, str], NDArray[np.int64]]:
    """The position columns to be read, and what each column is for `read_table`."""
    chosen = next((one for one in _POSITIONS if set(one) <= set(titles)), None)
    if chosen is None or "id" not in titles:
        raise ReadError(f"{source}: needs the columns id and x y z (or xu, xs, xsu ...), not {' '.join(titles):.60}")
    if "element" not in titles and not ("type" in titles and types):
        raise ReadError(
            f"{source}: does not say which element an atom is; write the column element (dump_modify ... element), or name "
            "the element of each type with --types, e.g. --types Li,N"
        )
    place = {name: index for index, name in enumerate((*chosen, "id", "type"))} | {"element": -2}
    columns = [place.get(title, -1) for title in titles]
    last = max(index for index, column in enumerate(columns) if column != -1)
    return chosen, np.array(columns[: last + 1], dtype=np.int64)


def _elements(
    names: NDArray[np.uint8], kinds: NDArray[np.float64], titles: list[str], types: Sequence[str], source: str
) -> tuple[str, ...]:
    if "element" in titles:
        return tuple(bytes(row).rstrip(b"\0").decode("latin-1") for row in names)
    numbers = kinds.astype(np.int64)
    if numbers.min() < 1 or numbers.max() > len(types):
        raise ReadError(f"{source}: has atoms of type {numbers.max()}; --types names {len(types)} elements")
    return tuple(types[one - 1] for one in numbers.tolist())
