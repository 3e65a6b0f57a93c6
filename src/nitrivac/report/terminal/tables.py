"""Tables of records on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from nitrivac.report.terminal.fitted import FittedTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from nitrivac.columns import Columns, Table

__all__ = ["table_of", "terminal_tables"]


def table_of(columns: Columns[Any], records: Sequence[Any], limit: int | None = None) -> FittedTable:
    """Records as a table of the terminal.

    Args:
        columns: see `Columns`.
        records: a row each.
        limit: the most rows shown.
    """
    table = FittedTable(least=columns.least_headings)
    shown = columns.for_people
    for column in shown:
        table.add_column(
            column.heading or "",
            no_wrap=not column.wrap,
            justify="left" if column.left else "right",
            overflow="fold" if column.wrap else "ellipsis",
        )
    for record in records[:limit]:
        table.add_row(*(column.cell(record) for column in shown))
    return table


def terminal_tables(tables: Sequence[Table[Any]], limit: int, rest: str) -> list[RenderableType]:
    """Tables one below the other, each with its title and remarks.

    Args:
        tables: what a result shows.
        limit: the most rows of each.
        rest: where the other rows are.
    """
    parts: list[RenderableType] = []
    for table in tables:
        more = len(table.records) - limit
        remarks = [*([f"{more} more, {rest}."] if more > 0 else []), *table.remarks]
        parts += [
            Text(f"\n{table.title}" if parts else table.title, style="bold"),
            table_of(table.columns, table.records, limit),
        ]
        parts += [Text(f"\n{remark}") for remark in remarks]
    return parts
