"""VASP's vasprun.xml, one ionic step after another."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np

from nitrivac.errors import ReadError
from nitrivac.trajectories.reading.frame import Frame
from nitrivac.trajectories.reading.stream import BROKEN, TornFrameError, open_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["is_vasprun", "read_vasprun"]


def is_vasprun(start: bytes) -> bool:
    """Whether a file that starts so is a vasprun.xml."""
    return b"<modeling>" in start


def read_vasprun(path: Path) -> Iterator[Frame]:
    """The structures of all ionic steps of a vasprun.xml.

    Raises:
        ReadError: it is no such file.
        TornFrameError: the file ends within a step.
    """
    elements: tuple[str, ...] = ()
    lattice = np.eye(3)
    with open_bytes(path) as stream:
        if b"<!ENTITY" in stream.peek(4096):  # type: ignore[attr-defined]  # buffered readers have it
            raise ReadError(f"{path}: defines entities, which structure files have no use for")
        steps = ET.iterparse(stream, events=("end",))  # noqa: S314 - entities are refused above
        try:
            for _, element in steps:
                if element.tag == "atominfo":
                    elements = tuple(
                        (row.findtext("c") or "").strip() for row in element.iterfind("array[@name='atoms']/set/rc")
                    )
                    element.clear()
                elif element.tag == "calculation":
                    found = element.find("structure")
                    if found is not None:
                        cell = _rows(found.find("crystal/varray[@name='basis']"))
                        lattice = lattice if np.array_equal(cell, lattice) else cell
                        positions = _rows(found.find("varray[@name='positions']"))
                        yield Frame(lattice, positions, fractional=True, elements=elements)
                    element.clear()
        except (ET.ParseError, *BROKEN) as error:
            raise TornFrameError from error
        except (ValueError, TypeError) as error:
            raise ReadError(f"{path}: a step of this vasprun.xml holds no numbers where its structure should be") from error


def _rows(block: ET.Element | None) -> NDArray[np.float64]:
    """The numbers of a `varray`, one row for each `v`, shape (n, 3)."""
    if block is None:
        raise ValueError
    return np.array([[float(one) for one in (row.text or "").split()] for row in block], dtype=float).reshape(-1, 3)
