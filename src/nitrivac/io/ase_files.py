"""Structures in ASE's own files (trajectory, JSON and SQLite database), as numbers alone.

ASE's readers of these make objects of classes that the file names. Here cell, positions, atomic numbers, masses and
periodicity are read, each checked against the size of the file, and everything else is left where it is.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from nitrivac.errors import NitrivacError, ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ase import Atoms
    from numpy.typing import NDArray

__all__ = ["database_frames", "is_database", "is_trajectory", "json_frames", "looks_like_ase_json", "trajectory_frames"]

_TRAJECTORY = (b"- of Ulm", b"AFFormat")
_DATABASE = b"SQLite format 3\0"
_LARGEST_HEADER = 50_000_000  # bytes of JSON beside one frame
_KINDS = "fiub"  # numpy's letters for real, whole and truth values: nothing that is more than a number


def is_trajectory(start: bytes) -> bool:
    """Whether a file that starts so is an ASE trajectory (`.traj`)."""
    return start.startswith(_TRAJECTORY)


def is_database(start: bytes) -> bool:
    """Whether a file that starts so is an SQLite database."""
    return start.startswith(_DATABASE)


def looks_like_ase_json(data: Mapping[str, Any]) -> bool:
    """Whether plain data are an ASE database in JSON."""
    ids = data.get("ids")
    return isinstance(ids, list) and bool(ids) and all(isinstance(data.get(str(one)), dict) for one in ids)


def json_frames(data: Mapping[str, Any], source: str) -> Iterator[Atoms]:
    """The structures of an ASE database in JSON, in the order of their numbers.

    Raises:
        ReadError: a structure lacks numbers, positions or cell, or they are no arrays of numbers.
    """
    for number in sorted(data["ids"]):
        row = data[str(number)]
        yield _atoms({key: _plain_array(row.get(key)) for key in ("numbers", "positions", "cell", "pbc", "masses")}, source)


def _plain_array(value: Any) -> NDArray[Any] | None:
    """An array of ASE's JSON, `{"__ndarray__": [shape, type, values]}`, or a plain list."""
    if isinstance(value, dict) and "array" in value:  # a cell
        value = value["array"]
    if isinstance(value, dict) and isinstance(value.get("__ndarray__"), list) and len(value["__ndarray__"]) == 3:
        shape, _, value = value["__ndarray__"]
        return np.array(value, dtype=float).reshape([int(size) for size in shape])
    return None if value is None else np.array(value, dtype=float)


def database_frames(path: Path, source: str) -> Iterator[Atoms]:
    """The structures of an ASE database in SQLite, in the order of their numbers.

    Raises:
        ReadError: it is no such database.
    """
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        connection = sqlite3.connect(uri, uri=True)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            found = connection.execute("SELECT type FROM sqlite_master WHERE name = 'systems'").fetchall()
            if found != [("table",)]:
                raise ReadError(f"{source}: is an SQLite database, but not one of ASE: it has no table of systems")
            for row in connection.execute("SELECT numbers, positions, cell, pbc, masses FROM systems ORDER BY id"):
                yield _row_atoms(row, source)
        finally:
            connection.close()
    except NitrivacError:
        raise
    except (sqlite3.Error, ValueError, OverflowError) as error:
        raise ReadError(f"{source}: cannot be read as an ASE database ({type(error).__name__})") from error


def _row_atoms(row: tuple[Any, ...], source: str) -> Atoms:
    numbers, positions, cell, pbc, masses = row
    blobs = {"numbers": (numbers, "<i4"), "positions": (positions, "<f8"), "cell": (cell, "<f8"), "masses": (masses, "<f8")}
    arrays: dict[str, NDArray[Any] | None] = {
        key: np.frombuffer(blob, kind) if isinstance(blob, bytes) else None for key, (blob, kind) in blobs.items()
    }
    periodic = int(pbc) if isinstance(pbc, int) else 0
    arrays["pbc"] = np.array([bool(periodic & bit) for bit in (1, 2, 4)])
    return _atoms(arrays, source)


def trajectory_frames(path: Path, source: str) -> Iterator[Atoms]:
    """The frames of an ASE trajectory.

    Raises:
        ReadError: it is damaged, or no trajectory of structures.
    """
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        start = stream.read(24)
        if not is_trajectory(start) or not start[8:].startswith(b"ASE-Trajectory"):
            raise ReadError(f"{source}: is no ASE trajectory")
        try:
            yield from _ulm_frames(stream, size, source)
        except NitrivacError:
            raise
        except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError) as error:
            raise ReadError(f"{source}: the ASE trajectory is damaged ({type(error).__name__})") from error


def _ulm_frames(stream: BinaryIO, size: int, source: str) -> Iterator[Atoms]:
    """Frames by ASE's layout: a table of offsets, each to JSON that says where the arrays of a frame lie."""
    _, number, table = _integers(stream, 24, 3, size)
    header: dict[str, NDArray[Any] | None] = {}
    for offset in _integers(stream, table, number, size):
        (length,) = _integers(stream, offset, 1, size)
        if not 0 <= length <= min(size, _LARGEST_HEADER):
            raise ValueError("length of a header")
        data = json.loads(stream.read(length))
        big_endian = data.get("_little_endian") is False
        frame = {
            key: _ulm_array(stream, data, key, size, big_endian=big_endian)
            for key in ("numbers", "positions", "cell", "pbc", "masses")
        }
        if frame["numbers"] is not None:
            header = {key: frame[key] for key in ("numbers", "pbc", "masses")}
        yield _atoms(frame | header, source, data.get("info"))


def _integers(stream: BinaryIO, offset: int, number: int, size: int) -> list[int]:
    if not (0 <= offset <= size and 0 <= 8 * number <= size - offset):
        raise ValueError("an offset beyond the file")
    stream.seek(offset)
    return [int(one) for one in np.frombuffer(stream.read(8 * number), "<i8")]


def _ulm_array(stream: BinaryIO, data: Mapping[str, Any], key: str, size: int, *, big_endian: bool) -> NDArray[Any] | None:
    """An array beside a frame: plain in its JSON, or with shape, type and place in the file."""
    if f"{key}." not in data:
        return None if data.get(key) is None else np.array(data[key], dtype=float)
    shape, name, offset = data[f"{key}."]["ndarray"]
    kind = np.dtype(str(name)) if re.fullmatch(r"[a-z]+\d*|[<>=|]?[a-z]\d*", str(name)) else np.dtype(object)
    number = int(np.prod([int(one) for one in shape]))
    if kind.kind not in _KINDS or number < 0 or not 0 <= int(offset) <= size - number * kind.itemsize:
        raise ValueError("an array beyond the file")
    stream.seek(int(offset))
    values = np.frombuffer(stream.read(number * kind.itemsize), kind.newbyteorder(">" if big_endian else "<"))
    return values.reshape([int(one) for one in shape]).astype(float)


def _atoms(arrays: Mapping[str, NDArray[Any] | None], source: str, info: Any = None) -> Atoms:
    """ASE Atoms of arrays that are checked for their shapes; of what is said about a frame its occupancies are kept."""
    from ase import Atoms

    numbers, positions, cell, periodic, masses = (
        arrays.get(key) for key in ("numbers", "positions", "cell", "pbc", "masses")
    )
    if numbers is None or positions is None or cell is None or cell.size != 9 or positions.size != 3 * numbers.size:
        raise ReadError(f"{source}: a structure lacks numbers, positions or a cell")
    if not ((numbers >= 0) & (numbers <= 118)).all():
        raise ReadError(f"{source}: an atomic number is not from 1 to 118")
    return Atoms(
        numbers=numbers.astype(int),
        positions=positions.reshape(-1, 3),
        cell=cell.reshape(3, 3),
        pbc=False if periodic is None else periodic.astype(bool),
        masses=masses if masses is not None and masses.size == numbers.size else None,
        info={"occupancy": info["occupancy"]} if isinstance(info, dict) and isinstance(info.get("occupancy"), dict) else {},
    )
