"""Tables of the terminal that stay whole in a narrow one: columns that matter least are left out, and named."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from rich.table import Column, Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

__all__ = ["FittedTable"]

_KEPT = ("n", "I")  # numbers without which a row says little
_WIDE = 100_000


class FittedTable(Table):
    """A table whose cells stay whole: where there is no room for all columns, some are left out and named below.

    Those named in `least` go first, in their order, then columns of numbers from the right. Names, which stand to the left,
    and multiplicities stay; where even these find no room they are broken into lines.

    Args:
        least: headings of the columns that matter least.
        options: see rich's `Table`.
    """

    def __init__(self, *, least: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**{"box": None, "pad_edge": False, "header_style": "bold"} | options)
        self._least = tuple(least)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table, and what is left out of it."""
        columns, left_out = self._fitting(console, options)
        table = self._of(columns)
        if not self._fits(columns, console, options):
            for column in table.columns:
                column.no_wrap, column.overflow = False, "fold"
        yield from Table.__rich_console__(table, console, options)
        names = ", ".join(_name(column) for column in self.columns if column in left_out and _name(column))
        if names:
            yield Text(f"No room for {names}: make the terminal wider, or take --json.", style="italic")

    def _fitting(self, console: Console, options: ConsoleOptions) -> tuple[list[Column], list[Column]]:
        """The columns for which there is room, and the others."""
        columns, left_out = list(self.columns), []
        for column in self._by_weight():
            if self._fits(columns, console, options):
                break
            columns.remove(column)
            left_out.append(column)
        return columns, left_out

    def _by_weight(self) -> list[Column]:
        """The columns that may be left out, those that matter least first."""
        named = [column for heading in self._least for column in self.columns if _name(column) == heading]
        numbers = [column for column in reversed(self.columns) if column.justify == "right" and _name(column) not in _KEPT]
        return named + [column for column in numbers if column not in named and column is not self.columns[0]]

    def _fits(self, columns: Sequence[Column], console: Console, options: ConsoleOptions) -> bool:
        """Whether there is room for columns: whole where they may not be broken into lines, else their longest words."""
        table, wide = self._of(columns), options.update(width=_WIDE)
        measured = [(column, table._measure_column(console, wide, column)) for column in table.columns]  # noqa: SLF001
        needed = sum(one.maximum if column.no_wrap else one.minimum for column, one in measured)
        return needed + table._extra_width <= options.max_width  # noqa: SLF001 - rich measures columns for itself alone

    def _of(self, columns: Sequence[Column]) -> Table:
        """The same table of some of its columns."""
        table = copy(self)
        table.columns = [copy(column) for column in columns]
        for index, column in enumerate(table.columns):
            column._index = index  # noqa: SLF001 - rich finds the cells of a column by it
        return table


def _name(column: Column) -> str:
    return " ".join(str(column.header).split())
