"""Screening tables on disk: Parquet, CSV or JSON lines, streamed, written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from nitrivac.errors import OutputError, ReadError, SpecificationError
from nitrivac.files import whole_file
from nitrivac.screening.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["TABLE_SUFFIXES", "read_table", "table_suffix", "write_table"]

TABLE_SUFFIXES = (".parquet", ".csv", ".jsonl")
_ROWS_AT_A_TIME = 5_000


def table_suffix(path: Path) -> str:
    """The kind of a table by its name.

    Raises:
        SpecificationError: it is none that is written.
    """
    suffix = path.suffix.lower()
    if suffix not in TABLE_SUFFIXES:
        raise SpecificationError(f"{path}: a table ends in {', '.join(TABLE_SUFFIXES[:-1])} or {TABLE_SUFFIXES[-1]}")
    return suffix


def write_table(path: Path, rows: Iterable[Mapping[str, Any]], *, overwrite: bool = False) -> None:
    """Write rows, few of them in memory at a time.

    Args:
        path: of the table; its suffix decides the format.
        rows: values of `nitrivac.screening.columns.COLUMNS`; a column that is not there is empty.
        overwrite: whether an existing file may be replaced.

    Raises:
        SpecificationError: no such format.
        OutputError: it exists, or cannot be written; nothing new is left behind.
    """
    write = _WRITERS[table_suffix(path)]
    with whole_file(path, overwrite=overwrite) as stream:
        write(stream, rows)


def read_table(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table written by `write_table`, one after the other, with the types of the columns.

    Raises:
        SpecificationError: no such format.
        ReadError: it cannot be read, or is no screening table; the message names the column.

    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> from nitrivac import screen
    >>> from nitrivac.engines import LocalEngine
    >>> from nitrivac.screening import read_table
    >>> with TemporaryDirectory() as folder:
    ...     summary = screen(["beta-Li3N"], f"{folder}/table.csv", engine=LocalEngine(workers=1))
    ...     [row["status"] for row in read_table(summary.output)]
    ['ok']
    """
    read = _READERS[table_suffix(path)]
    try:
        with path.open("rb") as stream:
            yield from read(path, stream)
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {error.strerror or error}") from error


def _write_csv(stream: IO[bytes], rows: Iterable[Mapping[str, Any]]) -> None:
    names = [column.name for column in COLUMNS]
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_csv_value(row.get(name)) for name in names])
    text.detach()


def _csv_value(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _write_lines(stream: IO[bytes], rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        whole = {column.name: row.get(column.name) for column in COLUMNS}
        stream.write((json.dumps(whole, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8"))


def _write_parquet(stream: IO[bytes], rows: Iterable[Mapping[str, Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "str": pa.string()}
    schema = pa.schema([(column.name, types[column.kind]) for column in COLUMNS])
    source = iter(rows)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        while part := list(islice(source, _ROWS_AT_A_TIME)):
            columns = {column.name: [row.get(column.name) for row in part] for column in COLUMNS}
            writer.write_table(pa.table(columns, schema=schema))


def _read_csv(path: Path, stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        reader = csv.DictReader(text)
        _check_columns(path, reader.fieldnames or ())
        for number, row in enumerate(reader, start=1):
            try:
                yield {one.name: _PARSERS[one.kind](row[one.name]) if row[one.name] else None for one in COLUMNS}
            except (ValueError, KeyError) as error:
                raise ReadError(f"{path}: row {number} is no row of a screening: {error}") from error
    finally:
        text.detach()  # the stream is closed by who opened it


def _read_lines(path: Path, stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(stream, start=1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ReadError(f"{path}: line {number} is no JSON: {error}") from error
        _check_columns(path, row if isinstance(row, dict) else ())
        yield {column.name: row[column.name] for column in COLUMNS}


def _read_parquet(path: Path, stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(stream)
    except pa.ArrowException as error:
        raise ReadError(f"{path}: is no Parquet file: {str(error).splitlines()[0]}") from error
    _check_columns(path, table.schema_arrow.names)
    for batch in table.iter_batches(batch_size=_ROWS_AT_A_TIME, columns=[column.name for column in COLUMNS]):
        yield from batch.to_pylist()


def _check_columns(path: Path, names: Iterable[str]) -> None:
    there = set(names)
    missing = [column.name for column in COLUMNS if column.name not in there]
    if missing:
        raise ReadError(f"{path}: is no table of a screening by this version; it lacks {', '.join(missing[:3])}")


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "int": int,
    "float": float,
    "bool": {"true": True, "false": False}.__getitem__,
    "str": str,
}
_WRITERS: Mapping[str, Callable[[IO[bytes], Iterable[Mapping[str, Any]]], None]] = {
    ".parquet": _write_parquet,
    ".csv": _write_csv,
    ".jsonl": _write_lines,
}
_READERS: Mapping[str, Callable[[Path, IO[bytes]], Iterator[dict[str, Any]]]] = {
    ".parquet": _read_parquet,
    ".csv": _read_csv,
    ".jsonl": _read_lines,
}


def require_writer(path: Path) -> None:
    """Find out before any work whether a table can be written here.

    Raises:
        SpecificationError: no such format.
        OutputError: a library is missing, or the folder is.
    """
    if table_suffix(path) == ".parquet":
        try:
            import pyarrow.parquet  # noqa: F401 - only whether it is there
        except ImportError as error:
            raise OutputError(
                f"{path}: Parquet needs pyarrow (pip install pyarrow); .csv and .jsonl need nothing"
            ) from error
    if path.is_dir():
        raise OutputError(f"{path}: is a folder, not a file to write")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: there is no folder {path.parent}")
