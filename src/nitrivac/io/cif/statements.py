"""Every place of a CIF that states the space group, and the settings that it may mean in the file's cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.errors import ReadError
from nitrivac.io.cif.names import first_value, names_of, stated
from nitrivac.io.cif.operations import group_of_triplets
from nitrivac.symmetry.space_group import SpaceGroup, from_gemmi
from nitrivac.symmetry.space_group_spelling import setting_code_matches, settings_of_number, settings_of_symbol
from nitrivac.symmetry.spglib_moyo import schoenflies_symbols

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Kind", "Statement", "has_metric", "stated_operations", "stated_symbols"]

_OPERATIONS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz", "_symmetry_equiv_pos_as_xyz_")
_CODE = "_space_group_IT_coordinate_system_code"
_SYMMETRY = re.compile(r"_(?:symmetry|space_group)(?:_|$)", re.IGNORECASE)
_HALL = re.compile(r".*_name_hall", re.IGNORECASE)
_SCHOENFLIES = re.compile(r".*schoenflies", re.IGNORECASE)
_NUMBER = re.compile(r".*_(?:it|int_tables|inttables)_?(?:number|no|num)", re.IGNORECASE)
_REFERENCE = re.compile(r".*_name_h-?m_ref|.*_reference_setting.*|.*_transform_.*", re.IGNORECASE)
_HERMANN_MAUGUIN = re.compile(r".*(?:name|h-?m|symbol).*|_symmetry_space_group|_space_group", re.IGNORECASE)
_EXACT_NAME = re.compile(r".*_name_h-?m_(?:alt|full).*", re.IGNORECASE)
_NO_GROUP = re.compile(
    r".*(?:_id|cell_setting|crystal_system|bravais\w*|laue\w*|patterson\w*|point_group\w*|centring_type|details)"
    r"|.*_symop_\w*|.*_equiv_\w*|.*_coordinate_system_code",
    re.IGNORECASE,
)
METRIC_TOLERANCE = 2e-3  # relative; cells are printed with four or five digits


class Kind(IntEnum):
    """Ways to state a group, the most exact first."""

    OPERATIONS = 0
    HALL = 1
    FULL_SYMBOL = 2
    SYMBOL = 3
    REFERENCE_SYMBOL = 4
    NUMBER = 5
    SCHOENFLIES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of the group.

    Attributes:
        kind: how exact it is.
        words: how to name it in a message.
        settings: the settings it may mean in this cell, likeliest first.
    """

    kind: Kind
    words: str
    settings: tuple[SpaceGroup, ...]

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of the groups it may mean."""
        return frozenset(group.number for group in self.settings)


def stated_operations(block: gemmi.cif.Block, source: str) -> tuple[Statement | None, tuple[str, ...]]:
    """The list of operations as a statement where there is one, and remarks on it.

    Args:
        block: with flat names.
        source: the file's name, for messages.

    Raises:
        ReadError: the list holds what is no operation, or is no group.
    """
    for tag in _OPERATIONS:
        if texts := [text for value in block.find_values(tag) if (text := stated(value))]:
            group, remarks = group_of_triplets(texts, source)
            words = f"the list of operations ({group.setting or group.symbol}, number {group.number})"
            return Statement(kind=Kind.OPERATIONS, words=words, settings=(group,)), remarks
    return None, ()


def stated_symbols(block: gemmi.cif.Block, lattice: NDArray[np.float64]) -> tuple[list[Statement], list[str]]:
    """What a block states besides operations, most exact first, and the items that say something not understood.

    Args:
        block: with flat names.
        lattice: rows are lattice vectors, angstrom; settings that it does not allow are left out where others remain.
    """
    code, _ = first_value(block, (_CODE,))
    found: list[Statement] = []
    not_known: list[str] = []
    for tag in dict.fromkeys(names_of(block)):
        if not _SYMMETRY.match(tag) or _NO_GROUP.fullmatch(tag):
            continue
        text, _ = first_value(block, (tag,))
        if not text or (_NUMBER.fullmatch(tag) and text.strip("0.") == ""):
            continue
        kind, settings = _meant(tag, text, code)
        words = f"{tag} {text!r:.60}"
        if settings:
            kept = tuple(group for group in settings if has_metric(group, lattice)) or settings
            names = dict.fromkeys(f"{group.symbol}, number {group.number}" for group in kept)
            found.append(Statement(kind=kind, words=f"{words} ({' or '.join(names)})", settings=kept))
        elif kind != Kind.REFERENCE_SYMBOL:
            not_known.append(words)
    return sorted(found, key=lambda statement: statement.kind), not_known


def _meant(tag: str, text: str, code: str) -> tuple[Kind, tuple[SpaceGroup, ...]]:
    if _HALL.fullmatch(tag):
        return Kind.HALL, _of_hall(text)
    if _SCHOENFLIES.fullmatch(tag):
        number = schoenflies_symbols().get(re.sub(r"[\W_]", "", text).casefold())
        return Kind.SCHOENFLIES, _of_number(number, code) if number else ()
    if _NUMBER.fullmatch(tag):
        whole = re.fullmatch(r"(?:no\.?\s*|#)?(\d{1,3})\.?0*", text, re.IGNORECASE)
        return Kind.NUMBER, _of_number(int(whole[1]), code) if whole else ()
    kind = Kind.FULL_SYMBOL if _EXACT_NAME.fullmatch(tag) else Kind.SYMBOL
    kind = Kind.REFERENCE_SYMBOL if _REFERENCE.fullmatch(tag) else kind
    settings = settings_of_symbol(text) if _HERMANN_MAUGUIN.fullmatch(tag) else []
    coded = [group for group in settings if code and setting_code_matches(group, code)]
    return kind, tuple(from_gemmi(group) for group in coded or settings)


def _of_number(number: int, code: str) -> tuple[SpaceGroup, ...]:
    if not 1 <= number <= 230:
        return ()
    every = [group for group in gemmi.spacegroup_table() if group.number == number]
    coded = [group for group in every if code and setting_code_matches(group, code)]
    return tuple(from_gemmi(group) for group in coded or settings_of_number(number))


@lru_cache(maxsize=256)
def _of_hall(text: str) -> tuple[SpaceGroup, ...]:
    """The group of a Hall symbol, tabulated or not."""
    try:
        operations = gemmi.symops_from_hall(text)
        return (group_of_triplets([operation.triplet() for operation in operations], "")[0],)
    except (RuntimeError, ValueError, ReadError):
        return ()


def has_metric(group: SpaceGroup, lattice: NDArray[np.float64]) -> bool:
    """Whether a cell keeps its lengths and angles under the operations of a group, to the digits that files print."""
    metric = lattice @ lattice.T
    scale = np.sqrt(np.outer(np.diag(metric), np.diag(metric)))
    turned = group.rotations.transpose(0, 2, 1) @ metric @ group.rotations
    return float((np.abs(turned - metric) / scale).max()) <= METRIC_TOLERANCE
