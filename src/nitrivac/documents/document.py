"""`Document`: the base of results that go to JSON and come back the same."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from monty.json import MSONable

from nitrivac.columns import Columns, Table
from nitrivac.documents.codec import decode, encode
from nitrivac.documents.envelope import envelope, opened
from nitrivac.documents.origin import origin_keys
from nitrivac.documents.record import Record

__all__ = ["Document"]

_ROWS = 50


class Document(Record, MSONable):
    """A frozen dataclass with a document of its own: its fields as plain data, and a head that says what they are.

    Attributes:
        columns: what the class shows of itself in JSON, CSV and tables, see `nitrivac.columns`.
    """

    columns: ClassVar[Columns[Any]] = Columns()

    def plain(self) -> dict[str, Any]:
        """What the command line prints as JSON: its source and its columns; empty for parts printed within others only."""
        origin = origin_keys(self.source, self.caution) if hasattr(self, "source") and hasattr(self, "caution") else {}
        return origin | self.columns.plain(self)

    def tables(self) -> tuple[Table[Any], ...]:
        """What reports and notebooks show of it as tables; nothing by default."""
        return ()

    def _repr_html_(self) -> str | None:
        """Its tables in a notebook, each with the source in its title."""
        return "".join(table.of(self).html(limit=_ROWS) for table in self.tables()) or None

    def as_dict(self) -> dict[str, Any]:
        """The document: plain data for JSON that `from_dict`, or monty's decoder, reads back to an equal object."""
        fields: dict[str, Any] = encode(self)
        room = ".".join(type(self).__module__.split(".")[:2])  # the package hands its results on: modules may move within it
        return envelope(room, type(self).__name__) | fields

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> Self:
        """The object that a document holds.

        Fields that an older document lacks take their defaults.

        Args:
            d: what `as_dict` made, straight or by way of JSON, by this version or an older one.

        Raises:
            DocumentError: it is of another class or a newer schema version, or what it holds makes no such object.
        """
        found: Self = decode(cls, opened(d, cls.__name__), cls.__name__)
        return found
