"""A list of symmetry operations as a space group, in whatever cell the list is for."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.errors import ReadError
from nitrivac.symmetry.space_group import SpaceGroup, find_setting, parse_space_group, setting_symbol
from nitrivac.symmetry.standard_setting import exact_translations, primitive_operations, standard_setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["group_of_triplets", "parse_triplet", "triplet_text"]

_TERM = re.compile(r"([+-]?)(?:(\d+(?:\.\d*)?|\.\d+)(?:/(\d+))?\*?)?([xyz]?)")
_FRACTIONS = 24  # translations of tabulated settings are multiples of 1/24
_LONGEST = 200
Operation = tuple[tuple[tuple[int, ...], ...], tuple[Fraction, ...]]


@lru_cache(maxsize=4096)
def parse_triplet(text: str) -> Operation | None:
    """Rotation and translation of a triplet such as `-x,y+1/2,z`, None where it is none.

    Decimals cut or rounded from a multiple of 1/24 (`0.3333`, `.167`) mean that multiple.
    """
    parts = re.sub(r"\s+", "", text).casefold().split(",")
    if len(parts) != 3 or not text.isascii() or len(text) > _LONGEST:
        return None
    rotation: list[tuple[int, ...]] = []
    translation: list[Fraction] = []
    for part in parts:
        row, shift = [Fraction(0)] * 3, Fraction(0)
        end = 0
        for match in _TERM.finditer(part):
            sign, number, divisor, axis = match.groups()
            if not match[0]:
                break
            if match.start() != end or not (number or axis) or (end and not sign) or divisor == "0":
                return None
            end = match.end()
            value = _exact(number or "1", divisor) * (-1 if sign == "-" else 1)
            if axis:
                row["xyz".index(axis)] += value
            else:
                shift += value
        if end != len(part) or not part or any(value.denominator != 1 for value in row):
            return None
        rotation.append(tuple(int(value) for value in row))
        translation.append(shift % 1)
    return tuple(rotation), tuple(translation)


def _exact(number: str, divisor: str | None) -> Fraction:
    value = Fraction(number) / int(divisor or 1)
    digits = len(number.partition(".")[2])
    if divisor or digits < 2:
        return value
    nearest = Fraction(round(value * _FRACTIONS), _FRACTIONS)
    return nearest if abs(nearest - value) < Fraction(1, 10**digits) else value


def triplet_text(rotation: NDArray[np.int64], translation: NDArray[np.float64]) -> str:
    """An operation as text, e.g. `-x,y+1/2,z`."""
    operation = gemmi.Op()
    operation.rot = (np.asarray(rotation) * gemmi.Op.DEN).tolist()
    operation.tran = [round(float(value) * gemmi.Op.DEN) for value in translation]
    return operation.wrap().triplet()


def group_of_triplets(texts: Iterable[str], source: str) -> tuple[SpaceGroup, tuple[str, ...]]:
    """The space group of a list of operations, in the cell of the list, and remarks on the list.

    A list that lacks the identity alone is completed.

    Args:
        texts: triplets.
        source: the file's name, for messages.

    Raises:
        ReadError: a text is no operation, or the operations are no group.
    """
    identity = parse_triplet("x,y,z")
    assert identity is not None
    operations: dict[Operation, str] = {identity: ""}
    for text in texts:
        operation = parse_triplet(text)
        if operation is None:
            raise ReadError(f"{source}: {text!r:.60} is no symmetry operation such as -x,y+1/2,z")
        if abs(round(np.linalg.det(np.array(operation[0])))) != 1:
            raise ReadError(f"{source}: {text!r:.60} is no symmetry operation: it does not map the lattice onto itself")
        operations[operation] = text
    remarks = () if operations[identity] else ("the list of symmetry operations lacks x,y,z, which is added",)
    rotations = np.array([rotation for rotation, _ in operations], dtype=np.int64)
    translations = np.array([[float(value) for value in shift] for _, shift in operations])
    if primitive_operations(rotations, translations) is None:
        raise ReadError(f"{source}: {_not_a_group(operations)}")
    return _group(rotations, translations, source), remarks


def _group(rotations: NDArray[np.int64], translations: NDArray[np.float64], source: str) -> SpaceGroup:
    tabulated = find_setting(rotations, translations)
    if tabulated is not None and tabulated.order == len(rotations):
        return tabulated
    standard = standard_setting(rotations, translations)
    exact = exact_translations(standard, rotations, translations) if standard is not None else None
    if standard is None or exact is None:
        raise ReadError(f"{source}: the {len(rotations)} symmetry operations are no space group")
    reference = parse_space_group(standard.number)
    return SpaceGroup(
        number=standard.number,
        symbol=reference.symbol,
        setting="",
        hall=reference.hall,
        rotations=rotations,
        translations=exact,
    )


def _not_a_group(operations: dict[Operation, str]) -> str:
    """What is missing from a list of operations, or too much in it, as far as gemmi's completion of it shows."""
    listed = {triplet_text(np.array(rotation), np.array([float(one) for one in shift])) for rotation, shift in operations}
    completed = gemmi.GroupOps([gemmi.Op(text) for text in sorted(listed)])
    known = gemmi.find_spacegroup_by_ops(completed)
    made = {operation.wrap().triplet() for operation in (known.operations() if known else completed)}
    missing, foreign = ", ".join(sorted(made - listed)[:3]), ", ".join(sorted(listed - made)[:3])
    if known is None:
        return f"the {len(operations)} symmetry operations are no group: they also need {missing or 'others'}"
    told = [f"{word} {some}" for word, some in (("without", missing), ("with", foreign)) if some]
    return (
        f"the {len(operations)} symmetry operations are no group but those of {setting_symbol(known)} {' and '.join(told)}"
    )
