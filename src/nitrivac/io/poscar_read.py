"""POSCAR and CONTCAR of VASP 4, 5 and 6; each number checked before anything is computed from it."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.from_sites import crystal_from_sites
from nitrivac.crystal.orbit import Occupant, Provenance
from nitrivac.errors import ReadError
from nitrivac.io.cif.species import charged_element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["crystal_from_poscar", "selective_dynamics"]

_Species = tuple[str, "float | None"]
_LARGEST = 1e6  # of any number in the file; a cell of ordinary size has none beyond
_NAME = re.compile(r"(D|T|[A-Za-z]{1,2}(?:\d*\.?\d*[+-]|[+-]\d*\.?\d*)?)(?:_[A-Za-z0-9_.]*)?(?:/[0-9a-fA-F]*)?")
_COUNTED = re.compile(r"([A-Z][a-z]?)(\d*)")
_OUR_SPECIES = re.compile(r"\bspecies=(\S+)")


def crystal_from_poscar(text: str, source: str, *, symprec: float) -> Crystal:
    """The crystal of a POSCAR.

    The elements stand in line 6 (with suffixes of POTCAR files, hashes and charges, as VASP and others write them) or, as
    in VASP 4, in the comment of line 1 or behind the coordinates.

    Args:
        text: the file's content.
        source: its name, for messages.
        symprec: tolerance in angstrom of the symmetry search.

    Raises:
        ReadError: a line is not what it must be; the message names it.
        BuildError: the sites make no crystal.
    """
    lines = _lines(text, source)
    scale, lattice = _cell(lines, source)
    names, counts, line = _groups(lines, source)
    if line < len(lines) and lines[line].strip()[:1] in ("s", "S"):
        line += 1
    mode = lines[line].strip() if line < len(lines) else ""
    if mode[:1].casefold() not in ("c", "k", "d"):
        raise ReadError(f"{source}: line {line + 1} of a POSCAR must be Direct or Cartesian; it is {mode!r:.40}")
    rows = lines[line + 1 : line + 1 + sum(counts)]
    if len(rows) < sum(counts):
        raise ReadError(f"{source}: the counts ask for {sum(counts)} atoms, but there are {len(rows)} lines of coordinates")
    points = np.array([_numbers(row, 3, f"{source}: line {line + 2 + index}") for index, row in enumerate(rows)])
    species = _species(lines[0], rows, names, counts, source)
    cartesian = mode[:1].casefold() in ("c", "k")
    after = lines[line + 1 + sum(counts)] if line + 1 + sum(counts) < len(lines) else ""
    extra = len(after.split()) >= 3 and all(_is_number(word) for word in after.split()[:3])
    occupants = {one: (Occupant(element=one[0], occupancy=1.0, oxidation=one[1]),) for one in set(species)}
    remark = f"line {line + 2 + sum(counts)} and what follows is beyond the {sum(counts)} atoms counted and not read"
    return crystal_from_sites(
        lattice,
        points.reshape(-1, 3) * scale @ np.linalg.inv(lattice) if cartesian else points.reshape(-1, 3),
        [occupants[one] for one in species],
        None,
        origin=Provenance(source=source, remarks=(remark,) if extra else ()),
        symprec=symprec,
    )


def selective_dynamics(text: str, source: str) -> NDArray[np.bool_] | None:
    """Which coordinates of each atom of a POSCAR may move, shape (atoms, 3); None where all may.

    Args:
        text: the file's content.
        source: its name, for messages.

    Raises:
        ReadError: it announces selective dynamics, and an atom has no three of T and F.
    """
    lines = _lines(text, source)
    _, counts, line = _groups(lines, source)
    if line >= len(lines) or lines[line].strip()[:1] not in ("s", "S"):
        return None
    flags = []
    for number, row in enumerate(lines[line + 2 : line + 2 + sum(counts)], start=line + 3):
        words = [word.strip(".")[:1].upper() for word in row.split()[3:6]]
        if len(words) < 3 or not set(words) <= {"T", "F"}:
            raise ReadError(f"{source}: line {number} must have three of T and F (selective dynamics): {row.strip()!r:.60}")
        flags.append([word == "T" for word in words])
    found = np.array(flags, dtype=bool).reshape(-1, 3)
    return None if found.all() else found


def _lines(text: str, source: str) -> list[str]:
    lines = [re.split(r"[!#]", line)[0].rstrip() if number else line for number, line in enumerate(text.splitlines())]
    if len(lines) < 7:
        raise ReadError(f"{source}: no POSCAR: {len(lines)} lines are too few")
    return lines


def _cell(lines: Sequence[str], source: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The factors of x, y and z in lengths, and the lattice in angstrom."""
    words = lines[1].split()
    leading = [word for index, word in enumerate(words[:3]) if all(_is_number(one) for one in words[: index + 1])]
    factors = _numbers(lines[1], 3 if len(leading) == 3 else 1, f"{source}: line 2, the scaling factor,")
    rows = np.array([_numbers(lines[index], 3, f"{source}: line {index + 1}") for index in (2, 3, 4)])
    volume = abs(float(np.linalg.det(rows)))
    if volume < 1e-9:
        raise ReadError(f"{source}: the lattice vectors of lines 3 to 5 span no volume")
    if len(factors) == 3:
        if min(factors) <= 0:
            raise ReadError(f"{source}: line 2: of three scaling factors none may be 0 or negative")
        scale = np.array(factors)
    elif factors[0] < 0:
        scale = np.full(3, (-factors[0] / volume) ** (1 / 3))
    elif factors[0] == 0:
        raise ReadError(f"{source}: line 2: a scaling factor of 0 leaves no cell")
    else:
        scale = np.full(3, factors[0])
    lattice = rows * scale
    if abs(lattice).max() > _LARGEST or abs(np.linalg.det(lattice)) < 1e-6:
        raise ReadError(f"{source}: a cell scaled by {lines[1].strip():.40} is of no ordinary size")
    return scale, lattice


def _groups(lines: Sequence[str], source: str) -> tuple[list[_Species] | None, list[int], int]:
    """Names (None where line 6 has only numbers, as in VASP 4), atoms of each group, and the index of the next line."""
    words = lines[5].split()
    if not words:
        raise ReadError(f"{source}: line 6 of a POSCAR must name the elements; it is empty")
    if all(word.isdigit() for word in words):
        return None, _counts(words, source, 6), 6
    names: list[_Species] = []
    for word in words:
        match = _NAME.fullmatch(word)
        name = charged_element(match[1]) if match else None
        if name is None:
            raise ReadError(f"{source}: line 6 of a POSCAR must name the elements; {word!r:.40} is none")
        names.append(name)
    counts = _counts(lines[6].split(), source, 7)
    if len(counts) != len(names):
        raise ReadError(f"{source}: line 6 names {len(names)} elements, and line 7 counts {len(counts)}")
    return names, counts, 7


def _counts(words: Sequence[str], source: str, number: int) -> list[int]:
    if not words or not all(re.fullmatch(r"\d{1,7}", word) for word in words):
        raise ReadError(f"{source}: line {number} of a POSCAR must count the atoms of each element")
    return [int(word) for word in words]


def _species(
    comment: str, rows: Sequence[str], names: list[_Species] | None, counts: Sequence[int], source: str
) -> list[_Species]:
    """What each atom is: by line 6, else the comment, else by the names behind the coordinates; all that there are agree."""
    behind = _names_behind(rows)
    if names is None:
        names = _names_in_comment(comment, counts)
        if names is None and behind is None:
            raise ReadError(
                f"{source}: line 6 of a POSCAR must name the elements; this one (VASP 4) has only numbers, and its comment "
                f"names no {len(counts)} elements either"
            )
    elif (marked := _OUR_SPECIES.search(comment)) is not None:
        ours = [charged_element(word) for word in marked[1].split(",")]
        if [one and one[0] for one in ours] == [one[0] for one in names]:
            names = [one for one in ours if one is not None]
    if names is None:
        return behind or []
    species = [name for name, count in zip(names, counts, strict=True) for _ in range(count)]
    if behind is not None and [one[0] for one in behind] != [one[0] for one in species]:
        raise ReadError(f"{source}: the names behind the coordinates are not in the order of the elements and their counts")
    return species


def _names_behind(rows: Sequence[str]) -> list[_Species] | None:
    """The element that stands behind each row of coordinates, None where not each row has one."""
    words = [row.split() for row in rows]
    found = [charged_element(row[-1]) if len(row) in (4, 7) and row[-1] not in ("T", "F") else None for row in words]
    names = [one for one in found if one is not None]
    return names if names and len(names) == len(rows) else None


def _names_in_comment(comment: str, counts: Sequence[int]) -> list[_Species] | None:
    """The elements of a comment such as `N Li`, or of a formula such as `N2 Li6` with these counts."""
    words = re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", comment.strip()).split()
    matches = [_COUNTED.fullmatch(word) for word in words]
    if len(words) != len(counts):
        return None
    found: list[_Species] = []
    for match, count in zip(matches, counts, strict=True):
        name = charged_element(match[1]) if match else None
        if match is None or name is None or (match[2] and int(match[2]) != count):
            return None
        found.append(name)
    return found


def _numbers(line: str, number: int, where: str) -> list[float]:
    words = line.split()[:number]
    try:
        values = [_number(word) for word in words]
    except ValueError:
        values = []
    if len(values) < number:
        raise ReadError(f"{where} must have {number} number{'s' * (number > 1)}; it is {line.strip()!r:.60}")
    if not all(math.isfinite(value) and abs(value) <= _LARGEST for value in values):
        raise ReadError(f"{where} has a number that is not finite or beyond {_LARGEST:g}: {line.strip()!r:.60}")
    return values


def _is_number(word: str) -> bool:
    try:
        _number(word)
    except ValueError:
        return False
    return True


def _number(word: str) -> float:
    """A number as Fortran writes it too, `1.0D+00`."""
    try:
        return float(word)
    except ValueError:
        return float(re.sub("[dD]", "e", word))
