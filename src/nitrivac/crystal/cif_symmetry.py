"""The space group that a CIF declares, from its operations, Hall symbol, Hermann-Mauguin symbol or number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.crystal.finders import group_of_operations
from nitrivac.crystal.space_group import (
    SpaceGroup,
    from_gemmi,
    operations_from_gemmi,
    parse_hall,
    parse_space_group,
    setting_symbol,
)
from nitrivac.errors import ReadError, SpaceGroupError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["declared_group"]

_OPERATIONS = (
    "_space_group_symop_operation_xyz",
    "_space_group_symop.operation_xyz",
    "_symmetry_equiv_pos_as_xyz",
    "_symmetry_equiv_pos_as_xyz_",
)
_HALL = ("_space_group_name_Hall", "_symmetry_space_group_name_Hall")
_HERMANN_MAUGUIN = (
    "_space_group_name_H-M_alt",
    "_symmetry_space_group_name_H-M",
    "_space_group_name_H-M_full",
    "_space_group_name_H-M",
)
_NUMBER = ("_space_group_IT_number", "_symmetry_Int_Tables_number")
# Databases of inorganic structures mark the origin by a letter: S the first choice of the tables, Z the second.
_ORIGIN_LETTER = re.compile(r"\s+\(?(?:O(?=[12]))?([SZ12])\)?$(?<!\s[12])", re.IGNORECASE)
_ORIGINS = {"S": "1", "Z": "2", "1": "1", "2": "2"}
_METRIC_TOLERANCE = 2e-3  # relative; cells are printed with four or five digits


def declared_group(block: gemmi.cif.Block, lattice: NDArray[np.float64], source: str) -> SpaceGroup | None:
    """The group a CIF block declares, None where it declares nothing.

    Operations decide; symbols must agree with them. Without operations, a symbol or number that has two origins is
    refused, since a guess would build another compound.

    Args:
        block: the data block.
        lattice: rows are lattice vectors, angstrom.
        source: the file's name, for messages.

    Raises:
        ReadError: unknown, contradictory or ambiguous symmetry, or one that the cell does not have.
    """
    operations = next((list(block.find_values(tag)) for tag in _OPERATIONS if block.find_values(tag)), [])
    group = _from_operations(operations, lattice, source) if operations else None
    symbol, tag = _first(block, (*_HALL, *_HERMANN_MAUGUIN))
    number, number_tag = _first(block, _NUMBER)
    if group is None and symbol and tag in _HALL:
        group = _from_hall(symbol, tag, source)
    elif group is None and symbol:
        group = _from_symbol(symbol, tag, lattice, source)
    elif group is None and number:
        group = _from_symbol(number, number_tag, lattice, source)
    elif group is not None:
        _refuse_contradiction(group, symbol, tag, source)
    if group is None:
        return None
    if number.isdecimal() and int(number) != group.number and int(number) > 0:
        raise ReadError(f"{source}: {number_tag} is {number}, but the symmetry given otherwise is {group.setting}")
    _check_metric(group, lattice, source)
    return group


def _first(block: gemmi.cif.Block, tags: tuple[str, ...]) -> tuple[str, str]:
    for tag in tags:
        value = block.find_value(tag)
        text = gemmi.cif.as_string(value).strip() if value else ""
        if text and text not in ("?", "."):
            return text, tag
    return "", ""


def _from_operations(texts: list[str], lattice: NDArray[np.float64], source: str) -> SpaceGroup:
    operations: dict[str, gemmi.Op] = {}
    for text in texts:
        shown = gemmi.cif.as_string(text)
        try:
            operation = gemmi.Op(shown).wrap()
        except (ValueError, RuntimeError) as error:
            raise ReadError(f"{source}: {shown!r:.60} is no symmetry operation such as -x,y+1/2,z") from error
        whole = not any(part % operation.DEN for row in operation.rot for part in row)
        if not whole or abs(operation.det_rot()) != operation.DEN**3:
            raise ReadError(f"{source}: {shown!r:.60} is no symmetry operation: it does not map the lattice onto itself")
        operations[operation.triplet()] = operation
    group_operations = gemmi.GroupOps(list(operations.values()))
    known = gemmi.find_spacegroup_by_ops(group_operations)
    # gemmi completes and trims what it is given: what it made must be what the file lists.
    made = {operation.wrap().triplet() for operation in (known.operations() if known else group_operations)}
    if made != operations.keys():
        raise ReadError(f"{source}: {_not_a_group(known, made, set(operations))}")
    if known is not None:
        return from_gemmi(known)
    rotations, translations = operations_from_gemmi(group_operations)
    return _untabulated(rotations, translations, lattice, source)


def _not_a_group(known: gemmi.SpaceGroup | None, made: set[str], listed: set[str]) -> str:
    """What is missing from a list of operations, or too much in it."""
    missing, foreign = ", ".join(sorted(made - listed)[:3]), ", ".join(sorted(listed - made)[:3])
    if known is None:
        return f"the {len(listed)} symmetry operations are no group: they also need {missing or 'others'}"
    told = [f"{word} {some}" for word, some in (("without", missing), ("with", foreign)) if some]
    return f"the {len(listed)} symmetry operations are no group but those of {setting_symbol(known)} {' and '.join(told)}"


def _untabulated(
    rotations: NDArray[np.int64], translations: NDArray[np.float64], lattice: NDArray[np.float64], source: str
) -> SpaceGroup:
    """A group whose operations are in no tabulated setting; they must at least be a group."""
    if not _closed(rotations, translations):
        raise ReadError(f"{source}: the {len(rotations)} symmetry operations are no group: some are missing")
    group = group_of_operations(rotations, translations, lattice)
    if group is None:
        raise ReadError(f"{source}: the symmetry operations are no space group of this cell")
    return group


def _closed(rotations: NDArray[np.int64], translations: NDArray[np.float64]) -> bool:
    """Whether the product of any two operations is among them, modulo the lattice."""

    def key(rotation: NDArray[np.int64], shift: NDArray[np.float64]) -> tuple[bytes, tuple[float, ...]]:
        return rotation.tobytes(), tuple(np.round(np.mod(shift, 1.0), 4) % 1.0)

    operations = list(zip(rotations, translations, strict=True))
    known = {key(rotation, shift) for rotation, shift in operations}
    return all(
        key(first @ second, first @ other + shift) in known for first, shift in operations for second, other in operations
    )


def _from_hall(symbol: str, tag: str, source: str) -> SpaceGroup:
    try:
        return parse_hall(symbol)
    except SpaceGroupError as error:
        raise ReadError(f"{source}: {tag}: {error}") from error


def _from_symbol(symbol: str, tag: str, lattice: NDArray[np.float64], source: str) -> SpaceGroup:
    hexagonal_cell = abs(np.linalg.norm(lattice[0] - lattice[1]) / np.linalg.norm(lattice[0]) - np.sqrt(3)) < 0.01
    text = _ORIGIN_LETTER.sub(lambda match: f":{_ORIGINS[match[1].upper()]}", symbol)
    if symbol.lstrip("-").upper().startswith("R") and ":" not in symbol and "H" not in symbol.upper()[1:]:
        text = f"{symbol}:{'H' if hexagonal_cell else 'R'}"
    try:
        return parse_space_group(parse_space_group(text).symbol if symbol.isdecimal() else text)
    except (SpaceGroupError, ValueError) as error:
        raise ReadError(
            f"{source}: {tag} {symbol!r} and no list of operations: {error}; give the operations or a full symbol"
        ) from error


def _refuse_contradiction(group: SpaceGroup, symbol: str, tag: str, source: str) -> None:
    """Operations and symbol must name one group; a symbol this program does not know decides nothing."""
    if not symbol:
        return
    if tag in _HALL:
        known = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(symbol)) if _is_hall(symbol) else None
    else:
        known = gemmi.find_spacegroup_by_name(symbol.replace(" :", ":"))
    if known is not None and known.number != group.number:
        raise ReadError(
            f"{source}: the operations are those of {group.setting or group.symbol} (number {group.number}), but "
            f"{tag} is {symbol!r} (number {known.number})"
        )


def _is_hall(symbol: str) -> bool:
    try:
        gemmi.symops_from_hall(symbol)
    except (RuntimeError, ValueError):
        return False
    return True


def _check_metric(group: SpaceGroup, lattice: NDArray[np.float64], source: str) -> None:
    metric = lattice @ lattice.T
    scale = np.sqrt(np.outer(np.diag(metric), np.diag(metric)))
    for rotation in group.rotations:
        change = np.abs(rotation.T @ metric @ rotation - metric) / scale
        if change.max() > _METRIC_TOLERANCE:
            lengths = ", ".join(f"{value:g}" for value in np.round(np.sqrt(np.diag(metric)), 5))
            raise ReadError(
                f"{source}: the cell ({lengths} angstrom and its angles) does not have the symmetry of "
                f"{group.setting or group.symbol}"
            )
