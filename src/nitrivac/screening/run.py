"""A screening from its sources to its table, by way of a journal that makes every interruption harmless."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from nitrivac._version import __version__
from nitrivac.engines.engine import LocalEngine
from nitrivac.engines.journal import Journal, open_journal
from nitrivac.engines.record_keys import RecordKeys
from nitrivac.errors import OutputError
from nitrivac.screening.listing import Entry, entries_of, list_entries, open_listing
from nitrivac.screening.row import ScreenOptions
from nitrivac.screening.sources import find_items
from nitrivac.screening.summary import ScreenMode, ScreenProgress, ScreenSummary
from nitrivac.screening.tables import require_writer, write_table
from nitrivac.screening.worker import ScreenTask, screen_structure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nitrivac.engines.tasks import Engine

__all__ = ["journal_path", "screen"]

NAMED_FAILURES = 20
"""Structures without a result that a summary names; the table has all."""


def journal_path(output: Path) -> Path:
    """Where the journal of a table is: beside it."""
    return output.with_name(output.name + ".journal")


def screen(
    sources: Sequence[str],
    output: str | Path,
    *,
    engine: Engine | None = None,
    options: ScreenOptions | None = None,
    mode: ScreenMode | None = None,
    listed: IO[str] | None = None,
    progress: Callable[[ScreenProgress], None] | None = None,
) -> ScreenSummary:
    """Screen structures into a table, a row for each in the order of the sources.

    What the journal beside the table holds is not computed again: the same content of a file of the same name, the same
    options, the same version.

    Args:
        sources: see `nitrivac.screening.sources.find_items`.
        output: the table: `.parquet`, `.csv` or `.jsonl`.
        engine: where the work is done, by default in processes on all cores.
        options: what is computed.
        mode: of which structures, and what becomes of earlier results.
        listed: what the source `-` reads, by default standard input.
        progress: told after each structure.

    In a script call it below `if __name__ == "__main__":`, since worker processes import the script.

    Returns:
        How it went; structures that failed are rows too.

    Raises:
        SpecificationError: a source, an option or the table's name will not do.
        OutputError: the table or journal cannot be written, or another run is at it; what is done is kept.

    >>> from tempfile import TemporaryDirectory
    >>> from nitrivac import screen
    >>> from nitrivac.engines import LocalEngine
    >>> with TemporaryDirectory() as folder:
    ...     summary = screen(["alpha-Li3N", "beta-Li3N"], f"{folder}/table.csv", engine=LocalEngine(workers=1))
    >>> summary.ok, summary.failed
    (2, 0)
    """
    options, mode = options or ScreenOptions(), mode or ScreenMode()
    engine, output = engine or LocalEngine(), Path(output)
    require_writer(output)
    journal_file = journal_path(output)
    for path, ours in ((output, journal_file.exists() and mode.resume), (journal_file, mode.resume)):
        if path.exists() and not ours and not mode.overwrite:
            raise OutputError(f"{path}: exists already; --force overwrites it")
    with open_listing(output) as listing:
        total, run = list_entries(find_items(sources, listed, candidates=mode.candidates), listing, options, mode.shard)
        with open_journal(journal_file, fresh=not mode.resume) as journal:
            damaged = journal.damaged
            keys = RecordKeys.of(engine.limits)
            started = time.monotonic()
            todo = _Todo(listing=listing, total=total, journal=journal, keys=keys, retry=mode.retry)
            computed, cpu = _compute(todo, engine, options, progress)
            seconds = time.monotonic() - started
            journal.index()
            tally = _Tally()
            shared = {"parts": " ".join(options.parts), "version": __version__, "run": run}
            write_table(output, tally.counted(_rows(todo, shared)), overwrite=True)
    return ScreenSummary(
        output=output,
        rows=total,
        computed=computed,
        ok=tally.statuses["ok"],
        partial=tally.statuses["partial"],
        failed=tally.statuses["failed"],
        errors=dict(tally.errors.most_common()),
        failures=tuple(tally.failures),
        seconds=seconds,
        cpu_seconds=cpu,
        damaged=damaged,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Todo:
    """The structures of a run and what the journal has of them."""

    listing: IO[str]
    total: int
    journal: Journal
    keys: RecordKeys
    retry: bool

    def missing(self) -> Iterator[Entry]:
        """The structures that are still to be computed."""
        for entry in entries_of(self.listing):
            if entry.sha256 is None:
                continue
            place = self.keys.find(self.journal, entry.key)
            if place is None or (self.retry and self.journal.read(place)["row"]["status"] == "failed"):
                yield entry


def _compute(
    todo: _Todo, engine: Engine, options: ScreenOptions, progress: Callable[[ScreenProgress], None] | None
) -> tuple[int, float]:
    """Compute what the journal has not; how many, and the CPU time in seconds."""
    expected = sum(1 for _ in todo.missing())
    unreadable = sum(1 for entry in entries_of(todo.listing) if entry.sha256 is None)
    computed = failed = 0
    cpu = 0.0

    def tell() -> None:
        if progress is not None:
            done = todo.total - expected + computed
            progress(ScreenProgress(done=done, total=todo.total, computed=computed, failed=failed))

    tell()
    tasks = (
        ScreenTask(key=entry.key, item=entry.item, sha256=str(entry.sha256), options=options) for entry in todo.missing()
    )
    for outcome in engine(screen_structure, tasks, expected=expected) if expected else ():
        failure, row = outcome.failure, outcome.value
        if failure is not None:
            row = {"status": "failed", "error": failure.error, "message": failure.message}
        assert row is not None
        record = {"row": row, "cpu_seconds": round(outcome.seconds, 4)}
        todo.journal.append(todo.keys.under(outcome.task.key, failure), record)
        computed += 1
        failed += row["status"] == "failed"
        cpu += outcome.seconds
        tell()
    todo.journal.sync()
    return computed + unreadable, cpu


def _rows(todo: _Todo, shared: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of the table."""
    for entry in entries_of(todo.listing):
        if entry.sha256 is None:
            row: dict[str, Any] = {"status": "failed", "error": "ReadError", "message": entry.problem}
        else:
            place = todo.keys.find(todo.journal, entry.key)
            if place is None:
                raise OutputError(f"{todo.journal.path}: lost a record of this run; run the same command again")
            row = todo.journal.read(place)["row"]
        yield {**row, "index": entry.index, "source": _printable(entry.source), "sha256": entry.sha256, **shared}


def _printable(name: str) -> str:
    """A file name as UTF-8 text; bytes that are none are written out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


@dataclass(slots=True)
class _Tally:
    """What passes into the table: rows by status and by error, and the first failures."""

    statuses: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)

    def counted(self, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The rows, counted as they pass."""
        for row in rows:
            self.statuses[row["status"]] += 1
            if row.get("error"):
                self.errors[row["error"]] += 1
            if row["status"] == "failed" and len(self.failures) < NAMED_FAILURES:
                self.failures.append((row["source"], row["message"]))
            yield row
