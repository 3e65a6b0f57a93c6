"""Files of one or many structures, frame by frame: text formats by ASE, its own binary ones by `ase_files`."""

from __future__ import annotations

import gzip
import json
import re
import warnings
from itertools import count
from typing import IO, TYPE_CHECKING

from nitrivac.errors import NitrivacError, ReadError
from nitrivac.io.ase_files import (
    database_frames,
    is_database,
    is_trajectory,
    json_frames,
    looks_like_ase_json,
    trajectory_frames,
)
from nitrivac.io.lammps import elements_of_types, looks_like_lammps_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ase import Atoms

__all__ = ["ASE_FORMATS", "chosen_frame", "iterate_frames"]

# Formats that are text and that ASE parses as data alone; its pickled trajectories, for one, could run code.
ASE_FORMATS = frozenset(
    "abinit-in aims castep-castep castep-cell cif cube dftb espresso-in espresso-out exciting extxyz gen gromacs "
    "lammps-data magres mustem proteindatabank res rmc6f struct siesta-xv turbomole v-sim vasp vasp-out vasp-xdatcar "
    "vasp-xml xsd xsf xtd xyz".split()
)
_XML = ("vasp-xml", "xsd", "xtd", "exciting")
_START = 3_000  # bytes by which a format is known
# Where a format states its number of atoms, for which its reader would loop or ask for memory.
_COUNTS = {
    "gen": re.compile(r"\A\s*(\d+)"),
    "gromacs": re.compile(r"\A[^\n]*\n\s*(\d+)"),
    "cube": re.compile(r"\A[^\n]*\n[^\n]*\n\s*-?(\d+)"),
    "lammps-data": re.compile(r"^\s*(\d+)\s+atoms\b", re.MULTILINE),
    "rmc6f": re.compile(r"Number of atoms:\s*(\d+)"),
}


def iterate_frames(path: Path, source: str) -> Iterator[Atoms]:
    """Every structure of a file, one after another.

    Args:
        path: an ASE trajectory, ASE database in JSON or SQLite, or a text format that ASE reads; text also as `.gz`.
        source: what to call it in messages.

    Raises:
        ReadError: the format is not known or not read, or the file is damaged.
    """
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        start = stream.read(_START)
    if is_trajectory(start):
        yield from trajectory_frames(path, source)
    elif is_database(start):
        yield from database_frames(path, source)
    elif start.lstrip().startswith(b"{") and path.name.removesuffix(".gz").endswith(".json"):
        yield from _json_database(path, source)
    else:
        yield from _text_frames(path, start.decode("latin-1"), source)


def _json_database(path: Path, source: str) -> Iterator[Atoms]:
    with _text(path) as stream:
        data = json.load(stream)
    if not isinstance(data, dict) or not looks_like_ase_json(data):
        raise ReadError(f"{source}: is no ASE database in JSON")
    yield from json_frames(data, source)


def _text_frames(path: Path, start: str, source: str) -> Iterator[Atoms]:
    from ase.io import iread

    try:
        file_format = "lammps-data" if looks_like_lammps_data(start) else _ase_format(path, source)
        _refuse_false_counts(path, file_format, source)
        options = _options(path, file_format, source)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from iread(str(path), index=":", format=file_format, **options)
    except NitrivacError:
        raise
    except Exception as error:  # ASE's readers raise whatever they meet
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ReadError(f"{source}: cannot be read as a structure: {reason[:200]}") from error


def _ase_format(path: Path, source: str) -> str:
    from ase.io.formats import filetype

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file_format = str(filetype(str(path)))
    if file_format not in ASE_FORMATS:
        raise ReadError(f"{source}: {file_format} files are not read; CIF, POSCAR, extended XYZ and JSON are the usual ones")
    return file_format


def _options(path: Path, file_format: str, source: str) -> dict[str, dict[int, int]]:
    """What ASE must be told: in LAMMPS data the atomic number of each type, which it would guess without a word."""
    if file_format != "lammps-data":
        return {}
    from ase.data import atomic_numbers

    with _text(path) as stream:
        elements = elements_of_types(stream.read().splitlines(), source)
    return {
        "Z_of_type": {kind: 1 if element in ("D", "T") else atomic_numbers[element] for kind, element in elements.items()}
    }


def _text(path: Path) -> IO[str]:
    return gzip.open(path, "rt", encoding="latin-1") if path.suffix == ".gz" else path.open(encoding="latin-1")


def _refuse_false_counts(path: Path, file_format: str, source: str) -> None:
    """A number of atoms that the file does not have, and entities by which a small file becomes a large one."""
    with _text(path) as stream:
        if file_format in ("extxyz", "xyz"):
            _refuse_false_xyz(iter(stream), source)
            return
        text = stream.read()
    if file_format in _XML and "<!ENTITY" in text:
        raise ReadError(f"{source}: defines entities, which structure files have no use for")
    pattern = _COUNTS.get(file_format)
    stated = pattern.search(text) if pattern else None
    lines = text.count("\n") + 1
    if stated is not None and (len(stated[1]) > 9 or int(stated[1]) > lines):
        raise ReadError(f"{source}: says that it has {stated[1]:.20} atoms, but it has only {lines} lines")


def _refuse_false_xyz(lines: Iterator[str], source: str) -> None:
    """Each frame of XYZ must have as many lines as its first line says."""
    for frame in count(1):
        head = next(lines, None)
        if head is None or not head.strip():
            return
        if not re.fullmatch(r"\s*\d{1,9}\s*", head):
            raise ReadError(
                f"{source}: frame {frame} must begin with the number of its atoms; it begins {head.strip()!r:.40}"
            )
        stated = int(head)
        found = sum(1 for _, _ in zip(range(stated + 1), lines, strict=False)) - 1
        if found < stated:
            raise ReadError(
                f"{source}: frame {frame} says that it has {stated} atoms, but only {max(0, found)} lines follow"
            )


def chosen_frame(frames: Iterable[Atoms], index: int | None, source: str) -> Atoms:
    """The frame that was asked for, or the only one.

    Args:
        frames: all frames.
        index: its number from 0, or from the end below 0; None where none was named.
        source: the file, for messages.

    Raises:
        ReadError: there is no such frame, or there are many and none was named.
    """
    held = list(frames)
    if index is None and len(held) != 1:
        how = f"; choose one as {source}@0 to {source}@{len(held) - 1}, or the last as {source}@-1" if held else ""
        raise ReadError(f"{source}: holds {len(held)} structures; one is needed{how}")
    place = index or 0
    if not -len(held) <= place < len(held):
        raise ReadError(f"{source}: has no structure {index}; it holds {len(held)}, from 0 to {len(held) - 1}")
    return held[place]
