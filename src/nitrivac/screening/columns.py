"""The columns of a screening table: always the same ones in the same order, whatever was computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nitrivac.analyses import ANALYSES
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from nitrivac.columns import Kind

__all__ = ["COLUMNS", "PARTS", "TableColumn", "chosen_parts"]

PARTS = tuple(part.name for part in ANALYSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """One column.

    Attributes:
        name: its name, the unit at its end.
        kind: type of its values; any of them may be None.
        part: the analysis that fills it, or `run` for what every row has.
        description: what it holds.
    """

    name: str
    kind: Kind
    part: str
    description: str


_RUN: tuple[tuple[Kind, str, str], ...] = (
    ("int", "index", "place in the list of sources, from 1"),
    ("str", "source", "as it was named, or the path below the folder that was named"),
    ("str", "status", "ok, partial (a part has no answer) or failed"),
    ("str", "error", "class of the first error; TimeLimit, MemoryLimit and Crash are those of the process"),
    ("str", "message", "what the errors say"),
    ("str", "sha256", "of the file, or of the catalogue's record"),
    ("str", "parts", "what was asked for"),
    ("str", "version", "of nitrivac"),
    ("str", "run", "number of sources and a fingerprint of their names, the options and the version"),
)
_UNCERTAINTY = "its standard uncertainty, where the source states what it follows from"
_CAUTION = "what must be said wherever the row is used: that it is a candidate"

COLUMNS: tuple[TableColumn, ...] = (
    *(TableColumn(name=name, kind=kind, part="run", description=description) for kind, name, description in _RUN),
    *(
        TableColumn(
            name=name,
            kind=column.kind,
            part=part.name,
            description=column.description
            if name == column.name
            else "its standard uncertainty, where the source states it",
        )
        for part in ANALYSES
        for column in part.columns.columns
        for name in column.names
    ),
    TableColumn(name="caution", kind="str", part="run", description=_CAUTION),
)


def chosen_parts(text: str | None) -> tuple[str, ...]:
    """The parts named in a list such as `identity,hops`, in their usual order; all without a list.

    Raises:
        SpecificationError: a name is not one of `PARTS`, or there is none.
    """
    if text is None:
        return PARTS
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [part for part in wanted if part not in PARTS]
    if unknown or not wanted:
        raise SpecificationError(f"--only {', '.join(unknown) or repr(text)}: the parts are {', '.join(PARTS)}")
    return tuple(part for part in PARTS if part in wanted)
