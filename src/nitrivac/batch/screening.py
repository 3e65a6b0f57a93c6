"""A screening from its sources to its table, by way of a journal that makes every interruption harmless."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any

from nitrivac import __version__
from nitrivac.batch.journal import KEY_DIGITS, Journal, open_journal
from nitrivac.batch.row import ScreenOptions
from nitrivac.batch.sources import Item, find_items, fingerprint
from nitrivac.batch.tables import require_writer, write_table
from nitrivac.batch.work import ScreenTask, screen_structure
from nitrivac.errors import OutputError, SpecificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from nitrivac.batch.tasks import Engine, Failure

__all__ = ["ScreenMode", "ScreenProgress", "ScreenSummary", "journal_path", "screen"]

_SCHEMA = 1  # of the rows; another one makes old records stale


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenMode:
    """Which structures a run is for, and what becomes of earlier results.

    Attributes:
        shard: (k, n): only the k-th, the k+n-th, ... structure; `nitrivac.batch.merge_tables` joins the tables of all k.
        resume: go on with the journal; otherwise begin anew.
        retry: compute structures again that failed before.
        overwrite: whether an existing table that no journal goes with may be replaced, or a journal begun anew.
    """

    shard: tuple[int, int] = (1, 1)
    resume: bool = True
    retry: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenProgress:
    """How far a screening is.

    Attributes:
        done: structures done, those of earlier runs among them.
        total: of how many.
        computed: structures done in this run.
        failed: of these, without any result.
    """

    done: int
    total: int
    computed: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSummary:
    """What a screening did.

    Attributes:
        output: the table.
        rows: in the table.
        computed: structures computed in this run; the others were done before.
        ok: rows with everything that was asked for.
        partial: rows in which a part has no answer.
        failed: rows without any result.
        errors: class of error to number of rows, commonest first.
        seconds: wall-clock time of the computing.
        cpu_seconds: CPU time of the workers.
        damaged: journal records that were not whole, and were computed again.
    """

    output: Path
    rows: int
    computed: int
    ok: int
    partial: int
    failed: int
    errors: dict[str, int] = field(default_factory=dict)
    seconds: float
    cpu_seconds: float
    damaged: int

    @property
    def text(self) -> str:
        """One line for people."""
        counts = [f"{self.rows:,} rows", f"{self.ok:,} ok"]
        counts += [f"{self.partial:,} partial"] if self.partial else []
        counts.append(f"{self.failed:,} failed" if self.failed else "none failed")
        errors = ", ".join(f"{number} {error}" for error, number in self.errors.items())
        before = self.rows - self.computed
        speed = f" in {self.seconds:.1f} s, {self.computed / self.seconds:.3g}/s" if self.computed else ""
        return (
            f"{self.output}: {', '.join(counts)}{f' ({errors})' if errors else ''}; {self.computed:,} computed{speed}"
            + (f", {before:,} done before" if before else "")
            + (f"; {self.damaged} damaged records of the journal were dropped" if self.damaged else "")
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        times = {"seconds": round(self.seconds, 3), "cpu_seconds": round(self.cpu_seconds, 3)}
        return asdict(self) | {"output": str(self.output)} | times


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One structure of this run: its place, what it is, and why it cannot even be looked at."""

    index: int
    source: str
    path: str | None
    sha256: str | None
    key: str
    problem: str | None

    @property
    def item(self) -> Item:
        return Item(source=self.source, path=self.path)


def journal_path(output: Path) -> Path:
    """Where the journal of a table is: beside it."""
    return output.with_name(output.name + ".journal")


def screen(
    sources: Sequence[str],
    output: Path,
    *,
    engine: Engine,
    options: ScreenOptions | None = None,
    mode: ScreenMode | None = None,
    listed: IO[str] | None = None,
    progress: Callable[[ScreenProgress], None] | None = None,
) -> ScreenSummary:
    """Screen structures into a table, a row for each in the order of the sources.

    What the journal beside the table holds is not computed again: the same content of a file of the same name, the same
    options, the same version.

    Args:
        sources: see `nitrivac.batch.sources.find_items`.
        output: the table: `.parquet`, `.csv` or `.jsonl`.
        engine: where the work is done.
        options: what is computed.
        mode: of which structures, and what becomes of earlier results.
        listed: what the source `-` reads, by default standard input.
        progress: told after each structure.

    Returns:
        How it went; structures that failed are rows too.

    Raises:
        SpecificationError: a source, an option or the table's name will not do.
        OutputError: the table or journal cannot be written, or another run is at it; what is done is kept.
    """
    options, mode = options or ScreenOptions(), mode or ScreenMode()
    require_writer(output)
    journal_file = journal_path(output)
    for path, ours in ((output, journal_file.exists() and mode.resume), (journal_file, mode.resume)):
        if path.exists() and not ours and not mode.overwrite:
            raise OutputError(f"{path}: exists already; --force overwrites it")
    with _listing(output) as listing:
        total, run = _list_entries(find_items(sources, listed), listing, options, mode.shard)
        with open_journal(journal_file, fresh=not mode.resume) as journal:
            damaged = journal.damaged
            keys = _Keys(limits=fingerprint([repr(engine.limits)]), nonce=os.urandom(8).hex())
            started = time.monotonic()
            todo = _Todo(listing=listing, total=total, journal=journal, keys=keys, retry=mode.retry)
            computed, cpu = _compute(todo, engine, options, progress)
            seconds = time.monotonic() - started
            journal.index()
            counts: Counter[str] = Counter()
            errors: Counter[str] = Counter()
            shared = {"parts": " ".join(options.parts), "version": __version__, "run": run}
            write_table(output, _counted(_rows(todo, shared), counts, errors), overwrite=True)
    return ScreenSummary(
        output=output,
        rows=total,
        computed=computed,
        ok=counts["ok"],
        partial=counts["partial"],
        failed=counts["failed"],
        errors=dict(errors.most_common()),
        seconds=seconds,
        cpu_seconds=cpu,
        damaged=damaged,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """The names of a structure's records: what it is, what these limits made of it, what happened in this run only."""

    limits: str
    nonce: str

    def under(self, key: str, failure: Failure | None) -> str:
        """Where an outcome belongs."""
        if failure is None:
            return key
        return fingerprint([key, self.limits if failure.by_engine else self.nonce])[:KEY_DIGITS]

    def find(self, journal: Journal, key: str) -> int | None:
        """Where the best record of a structure is."""
        for name in (key, *(fingerprint([key, also])[:KEY_DIGITS] for also in (self.limits, self.nonce))):
            place = journal.find(name)
            if place is not None:
                return place
        return None


def _listing(output: Path) -> IO[str]:
    """A nameless file beside the table for the list of structures, so that it needs no memory."""
    try:
        return tempfile.TemporaryFile("w+", encoding="ascii", dir=output.parent)
    except OSError as error:
        raise OutputError(f"{output}: cannot be written: {error.strerror}") from error


def _list_entries(
    items: Iterable[Item], listing: IO[str], options: ScreenOptions, shard: tuple[int, int]
) -> tuple[int, str]:
    """Write down this shard's structures with their keys; how many, and the name of the run."""
    part, parts = shard
    number = total = 0
    chosen = json.dumps(asdict(options), sort_keys=True)
    sources = fingerprint([chosen, __version__])
    for number, item in enumerate(items, start=1):
        sources = fingerprint([sources, item.source])
        if (number - part) % parts:
            continue
        total += 1
        sha256, problem = _content(item)
        key = fingerprint([item.name, sha256 or "", chosen, __version__, str(_SCHEMA)])[:KEY_DIGITS]
        listing.write(json.dumps([number, item.source, item.path, sha256, key, problem]) + "\n")
    if not number:
        raise SpecificationError("there is nothing to screen; files, folders, globs, catalogue ids, all or - are accepted")
    listing.flush()
    return total, f"{number}-{sources[:12]}"


def _content(item: Item) -> tuple[str | None, str | None]:
    """The hash of a structure's content, or why there is none."""
    try:
        return item.sha256(), None
    except (OSError, ValueError) as error:
        return None, f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _entries(listing: IO[str]) -> Iterator[_Entry]:
    """What `_list_entries` wrote down."""
    listing.seek(0)
    for line in listing:
        index, source, path, sha256, key, problem = json.loads(line)
        yield _Entry(index=index, source=source, path=path, sha256=sha256, key=key, problem=problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Todo:
    """The structures of a run and what the journal has of them."""

    listing: IO[str]
    total: int
    journal: Journal
    keys: _Keys
    retry: bool

    def missing(self) -> Iterator[_Entry]:
        """The structures that are still to be computed."""
        for entry in _entries(self.listing):
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
    return computed, cpu


def _rows(todo: _Todo, shared: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of the table."""
    for entry in _entries(todo.listing):
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


def _counted(rows: Iterable[dict[str, Any]], counts: Counter[str], errors: Counter[str]) -> Iterator[dict[str, Any]]:
    """The rows, counted as they pass."""
    for row in rows:
        counts[row["status"]] += 1
        if row.get("error"):
            errors[row["error"]] += 1
        yield row
