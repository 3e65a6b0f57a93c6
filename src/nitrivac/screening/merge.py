"""The tables of a screening's shards as one, and proof that nothing is missing."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from nitrivac.errors import OutputError, ReadError, SpecificationError
from nitrivac.screening.tables import read_table, require_writer, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["merge_tables"]


def merge_tables(parts: Sequence[Path], output: Path, *, overwrite: bool = False) -> int:
    """Join the tables of all shards of one screening, in the order of its sources.

    The result is the table that one run would have written. Memory does not grow with the number of rows.

    Args:
        parts: tables, in any order, each of any format.
        output: the table to be written.
        overwrite: whether an existing file may be replaced.

    Returns:
        The number of rows.

    Raises:
        SpecificationError: the parts are of different screenings, overlap, or are not all there.
        ReadError, OutputError: a table cannot be read or written.

    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> from nitrivac import screen
    >>> from nitrivac.engines import LocalEngine
    >>> from nitrivac.screening import ScreenMode, merge_tables
    >>> with TemporaryDirectory() as folder:
    ...     parts = [Path(folder, f"{k}.csv") for k in (1, 2)]
    ...     for k, part in enumerate(parts, start=1):
    ...         _ = screen(["alpha-Li3N", "beta-Li3N"], part, engine=LocalEngine(workers=1), mode=ScreenMode(shard=(k, 2)))
    ...     merge_tables(parts, Path(folder, "all.csv"))
    2
    """
    if not parts:
        raise SpecificationError("no tables to merge are named")
    require_writer(output)
    if any(output.exists() and part.exists() and part.samefile(output) for part in parts):
        raise OutputError(f"{output}: is one of the parts; choose another -o")
    count = 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal count
        for row in _checked(parts):
            count += 1
            yield row

    write_table(output, counted(), overwrite=overwrite)
    return count


def _checked(parts: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """All rows in order, no index twice, none missing."""
    streams = [_ascending(part) for part in parts]
    run: str | None = None
    first, before, last = parts[0], parts[0], 0
    for index, number, row in heapq.merge(*(_numbered(number, stream) for number, stream in enumerate(streams))):
        part = parts[number]
        if run is None:
            run, first = row["run"], part
        elif row["run"] != run:
            raise SpecificationError(
                f"{part}: is of another screening than {first}: other sources, options or version ({row['run']}, not {run})"
            )
        if index == last:
            raise SpecificationError(f"{part}: structure {index} ({row['source']}) is in {before} too")
        if index > last + 1:
            raise SpecificationError(f"structure {last + 1} is in none of the tables; name the tables of all shards")
        last, before = index, part
        yield row
    total = _total(run) if run is not None else 0
    if last != total:
        raise SpecificationError(
            f"structures {last + 1} to {total} are in none of the tables; name the tables of all shards"
        )


class _Row(tuple[int, int, dict[str, Any]]):
    """A row with its index and part, compared by these."""

    __slots__ = ()

    def __lt__(self, other: tuple[Any, ...]) -> bool:
        return self[:2] < other[:2]


def _numbered(number: int, rows: Iterable[dict[str, Any]]) -> Iterator[_Row]:
    return (_Row((row["index"], number, row)) for row in rows)


def _ascending(part: Path) -> Iterator[dict[str, Any]]:
    last = 0
    for row in read_table(part):
        if not isinstance(row["index"], int) or row["index"] <= last:
            raise ReadError(f"{part}: the rows are not in the order of the sources; merge the tables as they were written")
        last = row["index"]
        yield row


def _total(run: str) -> int:
    number = str(run).partition("-")[0]
    if not number.isdecimal():
        raise ReadError(f"{run!r} is no name of a run; merge the tables as they were written")
    return int(number)
