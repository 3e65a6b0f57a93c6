"""What a record shows of itself, declared once: the same columns make JSON, CSV, tables for people and screening rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar

from nitrivac.files import csv_text
from nitrivac.tables import html_table
from nitrivac.uncertain_number import number_with_uncertainty, rounded, rounded_uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Column", "Columns", "Kind", "Table", "fixed", "plain_value"]

R = TypeVar("R")

Kind = Literal["int", "float", "bool", "str"]


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One quantity of a record.

    Attributes:
        name: its key in JSON and CSV, the unit at its end.
        value: what it is, in full precision.
        digits: behind the point in files and tables, of numbers that are not whole; None for as many as there are.
        uncertainty: its standard uncertainty in the same unit, None where it is not known. Files have it beside the value,
            under the name with `_su` behind it; tables for people in parentheses.
        heading: above it in tables for people, None where these leave it out.
        text: its cell there, by default the number as it is printed, `-` for None.
        left: whether its cells stand to the left.
        wrap: whether its cells may be broken into lines.
        flat: its value in CSV where it is not that of JSON with the items of lists joined by spaces.
        json: whether JSON has it.
        csv: whether CSV has it.
        kind: type of its values in a table of many structures.
        description: what it holds, for those who read such a table.
    """

    name: str
    value: Callable[[R], Any]
    _: KW_ONLY
    digits: int | None = 4
    uncertainty: Callable[[R], float | None] | None = None
    heading: str | None = None
    text: Callable[[R], str] | None = None
    left: bool = False
    wrap: bool = False
    flat: Callable[[R], Any] | None = None
    json: bool = True
    csv: bool = True
    kind: Kind = "str"
    description: str = ""

    def of(self, part: Callable[[Any], R]) -> Column[Any]:
        """The same quantity of a larger record.

        Args:
            part: the record of the column that the larger one holds.
        """

        def reaching(function: Callable[[R], Any] | None) -> Any:
            return None if function is None else lambda whole: function(part(whole))

        names = ("value", "uncertainty", "text", "flat")
        return replace(self, **{name: reaching(getattr(self, name)) for name in names})

    @property
    def names(self) -> tuple[str, ...]:
        """Its own name, and that of its uncertainty."""
        return (self.name,) if self.uncertainty is None else (self.name, f"{self.name}_su")

    def plain(self, record: R) -> dict[str, Any]:
        """Its keys and values in JSON."""
        return self._with_uncertainty(plain_value(self.value(record), self.digits), record)

    def row(self, record: R) -> dict[str, Any]:
        """Its names and values in CSV."""
        value = self.flat(record) if self.flat is not None else plain_value(self.value(record), self.digits)
        return self._with_uncertainty(" ".join(map(str, value)) if isinstance(value, list) else value, record)

    def _with_uncertainty(self, value: Any, record: R) -> dict[str, Any]:
        found = (value,) if self.uncertainty is None else (value, rounded_uncertainty(self.uncertainty(record)))
        return dict(zip(self.names, found, strict=True))

    def cell(self, record: R) -> str:
        """What people read in a table."""
        if self.text is not None:
            return self.text(record)
        value = self.value(record)
        if value is None:
            return "-"
        if isinstance(value, float) and self.digits is not None:
            return number_with_uncertainty(value, self.uncertainty(record) if self.uncertainty else None, self.digits)
        return str(value)


@dataclass(frozen=True, slots=True)
class Columns(Generic[R]):
    """The columns of one kind of record.

    Attributes:
        columns: in the order of files.
        shown: names of those in tables for people, in their order, with spaces between; by default all that have a heading.
        least: names of those that a narrow terminal leaves out first, in that order, with spaces between.
    """

    columns: tuple[Column[R], ...] = ()
    shown: str = ""
    least: str = ""

    def plain(self, record: R) -> dict[str, Any]:
        """A record as JSON has it."""
        return {key: value for column in self.columns if column.json for key, value in column.plain(record).items()}

    def row(self, record: R) -> dict[str, Any]:
        """A record as a flat row, for CSV or pandas."""
        return {key: value for column in self.columns if column.csv for key, value in column.row(record).items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of a row."""
        return tuple(name for column in self.columns if column.csv for name in column.names)

    def csv(self, records: Iterable[R], *, caution: str | None = None) -> str:
        """Records as CSV; see `nitrivac.files.csv_text`."""
        return csv_text(map(self.row, records), self.names, caution=caution)

    @property
    def least_headings(self) -> tuple[str, ...]:
        """Headings of the columns that a narrow terminal leaves out first."""
        by_name = {column.name: column for column in self.columns}
        return tuple(by_name[name].heading or "" for name in self.least.split())

    @property
    def for_people(self) -> tuple[Column[R], ...]:
        """Those of tables that people read."""
        if not self.shown:
            return tuple(column for column in self.columns if column.heading is not None)
        by_name = {column.name: column for column in self.columns}
        return tuple(by_name[name] for name in self.shown.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[R]):
    """Records with their columns, as people read them.

    Attributes:
        title: above it.
        columns: see `Columns`.
        records: a row each.
        remarks: below it: what the columns mean, and what they rest on.
    """

    title: str
    columns: Columns[R]
    records: Sequence[R]
    remarks: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands above the columns."""
        return tuple(column.heading or "" for column in self.columns.for_people)

    def cells(self, limit: int | None = None) -> list[tuple[str, ...]]:
        """The rows, by default all."""
        shown = self.columns.for_people
        return [tuple(column.cell(record) for column in shown) for record in self.records[:limit]]

    def plain(self) -> list[dict[str, Any]]:
        """The records as JSON has them."""
        return list(map(self.columns.plain, self.records))

    def of(self, result: Any) -> Self:
        """The same with the source of a result in its title, and the caution that goes with it."""
        caution = f" ({result.caution})" if result.caution is not None else ""
        return replace(self, title=f"{self.title} of {result.source}{caution}")

    def html(self, limit: int | None = None) -> str:
        """The table in HTML with its remarks below; see `nitrivac.tables.html_table`."""
        table = html_table(self.headings, self.cells(), caption=self.title, limit=limit)
        return table + "".join(f"<p>{escape(remark)}</p>\n" for remark in self.remarks)


def fixed(value: float | None, digits: int) -> str:
    """A number with so many digits behind the point, `-` for None."""
    return "-" if value is None else f"{value:.{digits}f}"


def plain_value(value: Any, digits: int | None = 4) -> Any:
    """A value as JSON has it: numbers rounded, records as their summaries, keys as texts.

    Args:
        value: numbers, texts, None, records with a `summary`, and tuples, lists and mappings of these.
        digits: behind the point of numbers that are not whole; None for as many as there are.
    """
    if isinstance(value, float):
        return value if digits is None else rounded(value, digits)
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain_value(part, digits) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain_value(part, digits) for part in value]
    if isinstance(value, Fraction):
        return str(value)
    return value.plain()
