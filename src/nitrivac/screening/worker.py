"""What a worker process does: one structure's row. A fork server imports this module so that its workers need not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nitrivac.errors import NitrivacError, ReadError
from nitrivac.io.sources import load
from nitrivac.screening.row import ScreenOptions, structure_row

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.screening.sources import Item

__all__ = ["ScreenTask", "screen_structure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenTask:
    """One structure and what is wanted of it.

    Attributes:
        key: of its record in the journal.
        item: the structure.
        sha256: of the content that the key is for.
        options: what is computed.
    """

    key: str
    item: Item
    sha256: str
    options: ScreenOptions


def screen_structure(task: ScreenTask) -> dict[str, Any]:
    """The row of a structure, without the columns that depend on the run.

    A structure that cannot be read makes a row that says so.

    Raises:
        ReadError: the file is no longer the one the task is for.
    """
    item = task.item
    try:
        crystal = _crystal(item)
    except NitrivacError as error:
        row: dict[str, Any] = {"status": "failed", "error": type(error).__name__, "message": str(error)}
    else:
        row = structure_row(crystal, task.options)
    if item.sha256() != task.sha256:
        raise ReadError(f"{item.name}: the file was changed while it was screened; run the same command again")
    if row.get("message"):
        row["message"] = _without_folder(row["message"], item)
    return row


def _crystal(item: Item) -> Crystal:
    return load(item.source if item.path is None else Path(item.path))


def _without_folder(message: str, item: Item) -> str:
    """A message that is the same wherever the file is: its row names the source."""
    text = " ".join(message.split())
    if item.path is not None:
        text = text.replace(item.path, item.name)
    return text.removeprefix(f"{item.name}: ")
