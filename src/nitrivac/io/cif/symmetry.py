"""The space group that a CIF declares: what its statements agree on, and what is left for the contents to decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import ReadError
from nitrivac.io.cif.names import first_value
from nitrivac.io.cif.statements import Kind, Statement, has_metric, stated_operations, stated_symbols
from nitrivac.symmetry.standard_setting import standard_setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    import gemmi
    from numpy.typing import NDArray

    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["CandidateGroup", "Declaration", "declared_symmetry"]

_SYSTEM = ("_space_group_crystal_system", "_symmetry_cell_setting")
_ACCEPTED = "all operations, a symbol such as P6_3/mmc, 'P 63/m m c' or 'F d -3 m :2', or a number 1 to 230"


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateGroup:
    """A group that a file may mean, None where it declares none, and the remark to make where it is taken."""

    group: SpaceGroup | None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a file declares.

    Attributes:
        candidates: the groups it may mean; one where its statements agree, or outweigh the rest.
        undecided: what to say where not just one of several candidates makes the stated contents.
        remarks: what to say whichever is taken.
    """

    candidates: tuple[CandidateGroup, ...]
    undecided: str = ""
    remarks: tuple[str, ...] = ()


def declared_symmetry(block: gemmi.cif.Block, lattice: NDArray[np.float64], source: str) -> Declaration:
    """The group or groups a CIF block may mean.

    Statements that agree make one candidate. Where they contradict each other, two against one decide if the operations,
    or the most exact statement, are among the two; a lone `x,y,z` decides nothing. Else all are candidates.

    Args:
        block: the data block, with flat names.
        lattice: rows are lattice vectors, angstrom.
        source: the file's name, for messages.

    Raises:
        ReadError: operations that are no group; symmetry that is stated in no way this program knows; a group that the
            cell does not have.
    """
    listed, remarks = stated_operations(block, source)
    symbols, not_known = stated_symbols(block, lattice)
    statements = [listed, *symbols] if listed is not None else symbols
    if not_known and not symbols and (listed is None or _is_identity(listed)):
        told = "no operations are given" if listed is None else "the only operation is x,y,z"
        raise ReadError(f"{source}: {not_known[0]} is not understood, and {told}; give {_ACCEPTED}")
    if not statements:
        return Declaration(candidates=(CandidateGroup(group=None),), remarks=_remarks_on_system(block))
    remarks += tuple(f"{words} is not understood; {statements[0].words} is taken" for words in not_known)
    number, verdict = _agreed_number(statements)
    if number is None:
        return _left_open(statements, lattice, source, remarks)
    chosen = _narrowed(statements, number)
    if {group.setting[-2:] for group in chosen} >= {":1", ":2"}:
        return _two_origins(chosen, statements[0], lattice, source, remarks)
    group = chosen[0]
    _refuse_other_metric(group, lattice, source)
    if len(chosen) > 1:
        remarks += (f"{statements[0].words} leaves the axes open in this cell: {group.setting} is taken",)
    remarks += (verdict, *_remarks_on_setting(group, listed, symbols))
    return Declaration(candidates=(CandidateGroup(group=group),), remarks=tuple(text for text in remarks if text))


def _is_identity(statement: Statement) -> bool:
    return statement.kind == Kind.OPERATIONS and statement.settings[0].order == 1


def _agreed_number(statements: list[Statement]) -> tuple[int | None, str]:
    """The number on which all statements agree, or most of them with a remark; None where nothing outweighs the rest."""
    claimed = list(dict.fromkeys(group.number for statement in statements for group in statement.settings))
    votes = {number: sum(number in statement.numbers for statement in statements) for number in claimed}
    best = max(claimed, key=lambda number: votes[number])
    if votes[best] == len(statements):
        return best, ""
    rivals = sum(count == votes[best] for count in votes.values()) > 1
    if rivals or _is_identity(statements[0]) or best not in statements[0].numbers:
        return None, ""
    against = _and(statement.words for statement in statements if best not in statement.numbers)
    return best, f"{against}: in contradiction to {_and(s.words for s in statements if best in s.numbers)}, taken here"


def _and(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _narrowed(statements: list[Statement], number: int) -> list[SpaceGroup]:
    """The settings of a group that the most exact statement leaves, fewer where others tell more."""
    first, *others = [statement for statement in statements if number in statement.numbers]
    chosen = [group for group in first.settings if group.number == number]
    for statement in others:
        halls = {group.hall for group in statement.settings if group.is_tabulated}
        chosen = [group for group in chosen if group.is_tabulated and group.hall in halls] or chosen
    return chosen


def _left_open(
    statements: list[Statement], lattice: NDArray[np.float64], source: str, remarks: tuple[str, ...]
) -> Declaration:
    """Contradicting statements: each group that the cell can have is a candidate for what the contents bear out."""
    told = _and(statement.words for statement in statements)
    candidates: dict[tuple[int, str], CandidateGroup] = {}
    for statement in statements:
        for group in statement.settings:
            if has_metric(group, lattice):
                remark = f"{told} contradict each other: {statement.words} is taken, which alone makes the stated contents"
                candidates.setdefault((group.number, group.setting), CandidateGroup(group=group, remark=remark))
    undecided = f"{source}: the symmetry is stated in contradiction, and no formula decides: {told}"
    return Declaration(candidates=tuple(candidates.values()), undecided=undecided, remarks=remarks)


def _two_origins(
    chosen: list[SpaceGroup], statement: Statement, lattice: NDArray[np.float64], source: str, remarks: tuple[str, ...]
) -> Declaration:
    names = ", ".join(group.setting for group in chosen)
    remark = f"{statement.words} has two origin choices: {{}} is taken, which alone makes the stated contents"
    candidates = tuple(
        CandidateGroup(group=group, remark=remark.format(group.setting)) for group in chosen if has_metric(group, lattice)
    )
    undecided = (
        f"{source}: {statement.words} and no list of operations: it has two origin choices, and no formula decides; give "
        f"the operations or one of {names}"
    )
    return Declaration(candidates=candidates, undecided=undecided, remarks=remarks)


def _remarks_on_setting(group: SpaceGroup, listed: Statement | None, symbols: list[Statement]) -> tuple[str, ...]:
    """That symbols name another setting than the operations, and what the letters of an untabulated setting are."""
    if not group.is_tabulated:
        standard = standard_setting(group.rotations, group.translations)
        at = f", at {standard.in_words}" if standard is not None else ""
        told = f"the operations are in no tabulated setting of {group.symbol} (number {group.number})"
        return (f"{told}: Wyckoff letters are those of its standard setting{at}",)
    if listed is None:
        return ()
    return tuple(
        f"{statement.words} is another setting than that of the operations, {group.setting}, taken here"
        for statement in symbols
        if statement.kind in (Kind.HALL, Kind.FULL_SYMBOL, Kind.SYMBOL)
        and (halls := {one.hall for one in statement.settings if one.number == group.number})
        and group.hall not in halls
    )


def _remarks_on_system(block: gemmi.cif.Block) -> tuple[str, ...]:
    system, tag = first_value(block, _SYSTEM)
    if not system or system.casefold() in ("triclinic", "anorthic"):
        return ()
    return (f"{tag} is {system!r:.40}, but no space group is stated: the atoms are taken as listed, none made by symmetry",)


def _refuse_other_metric(group: SpaceGroup, lattice: NDArray[np.float64], source: str) -> None:
    if not has_metric(group, lattice):
        lengths = ", ".join(f"{value:g}" for value in np.round(np.linalg.norm(lattice, axis=1), 5))
        raise ReadError(
            f"{source}: the cell ({lengths} angstrom and its angles) does not have the symmetry of "
            f"{group.setting or group.symbol}"
        )
