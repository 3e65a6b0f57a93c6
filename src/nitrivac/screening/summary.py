"""What a screening tells: which structures it is for, how far it is, how it went."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ScreenMode", "ScreenProgress", "ScreenSummary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenMode:
    """Which structures a run is for, and what becomes of earlier results.

    Attributes:
        shard: (k, n): only the k-th, the k+n-th, ... structure; `nitrivac.screening.merge_tables` joins the tables of all k.
        resume: go on with the journal; otherwise begin anew.
        retry: compute structures again that failed before.
        overwrite: whether an existing table that no journal goes with may be replaced, or a journal begun anew.
        candidates: whether `all` has the candidates of unresolved compounds too.

    >>> from nitrivac.screening import ScreenMode
    >>> ScreenMode(shard=(2, 8)).shard
    (2, 8)
    """

    shard: tuple[int, int] = (1, 1)
    resume: bool = True
    retry: bool = False
    overwrite: bool = False
    candidates: bool = False


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
        computed: structures looked at in this run; the others were done before.
        ok: rows with everything that was asked for.
        partial: rows in which a part has no answer.
        failed: rows without any result.
        errors: class of error to number of rows, commonest first.
        failures: source and reason of the first rows without any result.
        seconds: wall-clock time of the computing.
        cpu_seconds: CPU time of the workers.
        damaged: journal records that were not whole, and were computed again.

    >>> from tempfile import TemporaryDirectory
    >>> from nitrivac import screen
    >>> from nitrivac.engines import LocalEngine
    >>> with TemporaryDirectory() as folder:
    ...     summary = screen(["alpha-Li3N"], f"{folder}/table.csv", engine=LocalEngine(workers=1))
    >>> summary.rows, summary.computed, summary.ok
    (1, 1, 1)
    """

    output: Path
    rows: int
    computed: int
    ok: int
    partial: int
    failed: int
    errors: dict[str, int] = field(default_factory=dict)
    failures: tuple[tuple[str, str], ...] = ()
    seconds: float
    cpu_seconds: float
    damaged: int

    @property
    def failed_altogether(self) -> bool:
        """Whether there are rows, and none of them has a result."""
        return self.rows > 0 and self.failed == self.rows

    @property
    def failure_lines(self) -> tuple[str, ...]:
        """What the first failures were, and how many more there are, a line each."""
        lines = tuple(reason if source in reason else f"{source}: {reason}" for source, reason in self.failures)
        more = self.failed - len(self.failures)
        return (*lines, *([f"{more:,} more failed; their reasons are in {self.output}"] if more else []))

    @property
    def text(self) -> str:
        """One line for people."""
        counts = [f"{self.rows:,} rows", f"{self.ok:,} ok"]
        counts += [f"{self.partial:,} partial"] if self.partial else []
        counts.append(f"{self.failed:,} failed" if self.failed else "none failed")
        errors = ", ".join(f"{number} {error}" for error, number in self.errors.items())
        before = self.rows - self.computed
        speed = f" in {self.seconds:.1f} s, {self.computed / self.seconds:.3g}/s" if self.computed and self.seconds else ""
        return (
            f"{self.output}: {', '.join(counts)}{f' ({errors})' if errors else ''}; {self.computed:,} computed{speed}"
            + (f", {before:,} done before" if before else "")
            + (f"; {self.damaged} damaged records of the journal were dropped" if self.damaged else "")
        )

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        times = {"seconds": round(self.seconds, 3), "cpu_seconds": round(self.cpu_seconds, 3)}
        failures = [{"source": source, "message": message} for source, message in self.failures]
        return asdict(self) | {"output": str(self.output), "failures": failures} | times
