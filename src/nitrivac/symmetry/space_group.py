"""Space groups in a stated setting: every spelling in, exact operations out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.arrays import frozen_array
from nitrivac.documents.record import Record
from nitrivac.errors import SpaceGroupError
from nitrivac.symmetry.space_group_spelling import settings_of_symbol, split_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["SpaceGroup", "operations_from_gemmi", "parse_hall", "parse_space_group", "setting_symbol"]

_TWO_DIGITS = re.compile(r"^([2346])([1-5])")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpaceGroup(Record):
    """A space group with its operations in the basis of one cell.

    Attributes:
        number: International Tables number, 1 to 230.
        symbol: short Hermann-Mauguin symbol without origin choice, e.g. `P6_3/mmc`.
        setting: the symbol with origin choice or axes, e.g. `Fd-3m:2`; empty where the operations are
            those of a cell that is in no tabulated setting (a primitive cell, a shifted origin, a supercell).
        hall: Hall symbol of the setting (of the standard setting where `setting` is empty).
        rotations: integer matrices W, shape (m, 3, 3), acting on column vectors of fractional coordinates.
        translations: vectors w, shape (m, 3), in fractions of the cell; centring translations are among
            the operations, so an operation is x' = W x + w and all m are distinct modulo the lattice.

    >>> from nitrivac import load
    >>> group = load("beta-Li3N").space_group
    >>> group.number, group.symbol, group.order
    (194, 'P6_3/mmc', 24)
    """

    number: int
    symbol: str
    setting: str
    hall: str
    rotations: NDArray[np.int64] = field(repr=False)
    translations: NDArray[np.float64] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rotations", frozen_array(self.rotations, np.int64))
        object.__setattr__(self, "translations", frozen_array(np.mod(self.translations, 1.0), np.float64))

    @property
    def order(self) -> int:
        """Number of operations modulo lattice translations of the cell, centring included."""
        return len(self.rotations)

    @property
    def is_tabulated(self) -> bool:
        """Whether the cell is in a setting of International Tables, origin included."""
        return bool(self.setting)


def _without_blanks(group: gemmi.SpaceGroup) -> str:
    """The Hermann-Mauguin symbol as structure databases spell it: `P 63/m m c` becomes `P6_3/mmc`."""
    tokens = group.hm.split()
    if tokens[0] != "B" and tokens.count("1") == 2 and tokens[2] != "1" and group.number < 16:
        tokens = [token for token in tokens if token != "1"]  # unique axis b is the convention
    return "".join(_TWO_DIGITS.sub(r"\1_\2", token) for token in tokens)


def setting_symbol(group: gemmi.SpaceGroup) -> str:
    """The symbol with its extension, `Fd-3m:2` or `R-3m:H`, unambiguous for every tabulated setting."""
    extension = group.ext if group.ext and group.ext != "\0" else ""
    return _without_blanks(group) + (f":{extension}" if extension else "")


def operations_from_gemmi(operations: gemmi.GroupOps) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The rotations (m, 3, 3) and translations (m, 3) of a gemmi group, centring translations included."""
    rotations, translations = [], []
    for operation in operations:
        rotations.append(np.array(operation.rot) // operation.DEN)
        translations.append(np.array(operation.tran) / operation.DEN)
    return np.array(rotations, dtype=np.int64), np.array(translations, dtype=float)


@cache
def _settings() -> dict[tuple[str, str, str], gemmi.SpaceGroup]:
    """Every tabulated setting by its Hall symbol, Hermann-Mauguin symbol and extension."""
    return {(group.hall, group.hm, group.ext): group for group in gemmi.spacegroup_table()}


def from_gemmi(group: gemmi.SpaceGroup) -> SpaceGroup:
    """Our record of a tabulated setting."""
    return _recorded((group.hall, group.hm, group.ext))


@lru_cache(maxsize=128)
def _recorded(names: tuple[str, str, str]) -> SpaceGroup:
    group = _settings()[names]
    rotations, translations = operations_from_gemmi(group.operations())
    return SpaceGroup(
        number=group.number,
        symbol=_without_blanks(group),
        setting=setting_symbol(group),
        hall=group.hall,
        rotations=rotations,
        translations=translations,
    )


def parse_space_group(symbol: str | int, *, where: str = "") -> SpaceGroup:
    """The space group meant by a symbol or number, in any usual spelling.

    Args:
        symbol: Hermann-Mauguin (`P6_3/mmc`, `P63/mmc`, `P 63/m m c`, `F d -3 m :2`), the number, or a Hall symbol that
            is no Hermann-Mauguin symbol as well (see `parse_hall`). Groups with two origin choices need `:1` or `:2`;
            rhombohedral groups without `:H` or `:R` mean hexagonal axes. A number means the reference setting (origin
            choice 2, hexagonal axes, unique axis b).
        where: what to name in the error message, e.g. a file and key.

    Raises:
        SpaceGroupError: unknown symbol, or a two-origin group without its origin choice.

    >>> from nitrivac.symmetry import parse_space_group
    >>> group = parse_space_group("P6_3/mmc")
    >>> group.number, group.order
    (194, 24)
    """
    prefix = f"{where}: " if where else ""
    text = str(symbol).strip()
    if re.fullmatch(r"\d+", text):
        number = int(text)
        if not 1 <= number <= 230:
            raise SpaceGroupError(f"{prefix}space-group number {number} is not between 1 and 230")
        return from_gemmi(gemmi.get_spacegroup_reference_setting(number))
    name, choice = split_choice(text)
    candidates = settings_of_symbol(text)
    if not candidates and (by_hall := _by_hall(text)) is not None:
        return from_gemmi(by_hall)
    if not candidates:
        if choice and (others := settings_of_symbol(name)):
            raise SpaceGroupError(f"{prefix}{text!r} is no setting of this group; accepted are {_choices(others)}")
        raise SpaceGroupError(
            f"{prefix}{text!r} is no space-group symbol; accepted are Hermann-Mauguin symbols such as P6_3/mmc, "
            "P63/mmc or 'P 63/m m c' (with :1 :2 :H :R where there is a choice), Hall symbols, or numbers 1 to 230"
        )
    if {group.ext for group in candidates} >= {"1", "2"}:
        raise SpaceGroupError(f"{prefix}{text!r} has two origin choices; say which: {_choices(candidates)}")
    return from_gemmi(candidates[0])


def _choices(groups: list[gemmi.SpaceGroup]) -> str:
    return ", ".join(dict.fromkeys(setting_symbol(group) for group in groups))


def _by_hall(symbol: str) -> gemmi.SpaceGroup | None:
    words = symbol.split()
    return next((group for group in gemmi.spacegroup_table() if group.hall.split() == words), None)


def parse_hall(symbol: str, *, where: str = "") -> SpaceGroup:
    """The space group of a Hall symbol such as `-P 6c 2c`; blanks count, since `P 4 2` and `P 42` differ.

    Args:
        symbol: as tabulated.
        where: what to name in the error message.

    Raises:
        SpaceGroupError: it is not tabulated.
    """
    group = _by_hall(symbol)
    if group is None:
        prefix = f"{where}: " if where else ""
        raise SpaceGroupError(f"{prefix}{symbol!r} is no tabulated Hall symbol such as -P 6c 2c")
    return from_gemmi(group)


def find_setting(
    rotations: NDArray[np.int64], translations: NDArray[np.float64], *, tolerance: float = 1e-3
) -> SpaceGroup | None:
    """The tabulated setting whose operations are these, or None.

    Args:
        rotations: integer matrices, shape (m, 3, 3), centring translations included among the operations.
        translations: vectors, shape (m, 3), fractions of the cell.
        tolerance: how far a translation may be from the exact one, fractions of the cell.
    """
    denominator = gemmi.Op.DEN
    scaled = np.asarray(translations) * denominator
    if np.abs(scaled - np.round(scaled)).max(initial=0.0) > tolerance * denominator:
        return None
    operations = []
    for rotation, translation in zip(rotations, np.round(scaled).astype(int), strict=True):
        operation = gemmi.Op()
        operation.rot = (np.asarray(rotation) * denominator).tolist()
        operation.tran = (translation % denominator).tolist()
        operations.append(operation)
    group = gemmi.find_spacegroup_by_ops(gemmi.GroupOps(operations))
    return from_gemmi(group) if group is not None else None


def as_triplets(group: SpaceGroup) -> Sequence[str]:
    """The operations as coordinate triplets, `x,y,z` first, for a CIF.

    Translations that are no multiple of 1/24 are written as decimals.
    """
    axes = "xyz"
    triplets = []
    for rotation, translation in zip(group.rotations, group.translations, strict=True):
        parts = []
        for row, shift in zip(rotation, translation, strict=True):
            text = ""
            for coefficient, axis in zip(row, axes, strict=True):
                if coefficient:
                    magnitude = "" if abs(coefficient) == 1 else f"{abs(coefficient)}*"
                    text += ("-" if coefficient < 0 else "+" if text else "") + magnitude + axis
            parts.append(text + _shift_text(float(shift)))
        triplets.append(",".join(parts))
    return sorted(triplets, key=lambda triplet: triplet != "x,y,z")


def _shift_text(shift: float) -> str:
    twentyfourths = round(shift * 24) % 24
    if abs(shift * 24 - round(shift * 24)) < 1e-4:
        if twentyfourths == 0:
            return ""
        divisor = int(np.gcd(twentyfourths, 24))
        return f"+{twentyfourths // divisor}/{24 // divisor}"
    return f"+{shift:.8f}"
