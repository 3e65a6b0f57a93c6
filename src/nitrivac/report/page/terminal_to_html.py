"""What the terminal shows as HTML: the same tables with the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.tables import html_table

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["table_html"]


def table_html(table: Table, caption: str = "") -> str:
    """A table of the terminal as one of a page.

    Args:
        table: of texts.
        caption: above it.
    """
    columns = [[str(cell) for cell in column.cells] for column in table.columns]
    return html_table([str(column.header) for column in table.columns], zip(*columns, strict=True), caption=caption)
