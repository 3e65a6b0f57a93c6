"""A progress bar on standard error, shown only to people."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["progress_bar", "steps_bar", "throughput_bar"]


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A function to be told (how many are done, of how many or None); it draws a bar where standard error is a terminal.

    Args:
        what: what is counted.
    """
    with steps_bar(what) as tell:
        yield lambda done, total: tell(what, done, total)


@contextmanager
def steps_bar(what: str = "") -> Iterator[Callable[[str, int, int | None], None]]:
    """A function to be told (what is done now, how much of it, of how much or None), which draws a bar likewise.

    Args:
        what: what is done first.
    """
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda now, done, total: bar.update(task, description=now, completed=done, total=total)


@contextmanager
def throughput_bar(what: str) -> Iterator[Callable[[int, int, int, int], None]]:
    """A function to be told (done, of how many, of these by this run, and of those failed), which draws a bar likewise.

    Args:
        what: what is done.
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total, _computed, _failed: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}  {task.fields[failures]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, speed="", failures="")
        started = time.monotonic()

        def tell(done: int, total: int, computed: int, failed: int) -> None:
            speed = f"{computed / max(time.monotonic() - started, 1e-3):.3g}/s" if computed else ""
            bar.update(task, completed=done, total=total, speed=speed, failures=f"{failed} failed")

        yield tell
