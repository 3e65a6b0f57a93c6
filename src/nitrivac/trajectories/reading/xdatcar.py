"""VASP's XDATCAR: fractional coordinates under a head that returns with every change of the cell."""

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

__all__ = ["is_xdatcar", "read_xdatcar"]

_CONFIGURATION = re.compile(rb"\s*direct(\s+configuration)?\s*=?", re.IGNORECASE)
_START = re.compile(rb"^\s*direct\s+configuration", re.IGNORECASE | re.MULTILINE)
_COORDINATES = np.array([0, 1, 2], dtype=np.int64)


def is_xdatcar(start: bytes) -> bool:
    """Whether a file that starts so is an XDATCAR."""
    return _START.search(start) is not None


def read_xdatcar(path: Path) -> Iterator[Frame]:
    """The frames of an XDATCAR, of a fixed or a changing cell.

    Raises:
        ReadError: its head names no elements, or a line is none.
        TornFrameError: the file ends within a frame.
    """
    with TextStream(path) as stream:
        yield from _frames(stream)


def _frames(stream: TextStream) -> Iterator[Frame]:
    head: list[bytes] = []
    known: list[bytes] = []
    lattice = np.eye(3)
    elements: tuple[str, ...] = ()
    number = 0
    while (line := stream.line()) is not None:
        if not _CONFIGURATION.match(line) or (not head and not known):
            head.append(line)
            if len(head) > 8:
                raise ReadError(f"{stream.source}: after frame {number} no head and no 'Direct configuration' follows")
            continue
        head = head[-7:] if len(head) >= 7 else []  # a blank line between frames is no head
        if head and head != known:
            lattice, elements = _head(head, stream.source)
            known = head
        head = []
        if not elements:
            raise ReadError(f"{stream.source}: begins with no cell and elements; XDATCAR of VASP 5 or later is read")
        number += 1
        positions, names = np.empty((len(elements), 3)), np.zeros((len(elements), 4), dtype=np.uint8)
        stream.table(_COORDINATES, positions, names, number)
        yield Frame(lattice, positions, fractional=True, elements=elements)
        for alike in stream.frames(b"", line[: line.rfind(b"=") + 1] or line, _COORDINATES, names, len(elements)):
            number += 1
            yield Frame(lattice, alike, fractional=True, elements=elements)
    if any(one.strip() for one in head):
        raise TornFrameError


def _head(lines: list[bytes], source: str) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Cell and elements from the seven lines above the coordinates."""
    try:
        scale = float(lines[1])
        lattice = np.array([[float(one) for one in line.split()[:3]] for line in lines[2:5]]).reshape(3, 3)
        names = [re.split(r"[_/]", name.decode("latin-1"))[0] for name in lines[5].split()]
        counts = [int(one) for one in lines[6].split()]
    except ValueError:
        names, counts, lattice, scale = [], [], np.zeros((3, 3)), 1.0
    if not names or len(names) != len(counts) or not all(name[:1].isalpha() for name in names):
        shown = lines[5].decode("latin-1").strip()
        raise ReadError(f"{source}: its head must name the elements and their numbers (VASP 5 or later), not {shown!r:.40}")
    if scale < 0:  # the volume
        scale = float((-scale / abs(np.linalg.det(lattice))) ** (1 / 3))
    elements = tuple(name for name, count in zip(names, counts, strict=True) for _ in range(count))
    return lattice * scale, elements
