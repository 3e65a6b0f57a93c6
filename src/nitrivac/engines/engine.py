"""All cores of this machine: one structure's crash, hang or hunger costs that structure only.

Pebble's pool watches the processes. They come from a fork server that has the libraries loaded, so that a process that
died is replaced at once.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from nitrivac.engines.tasks import CRASH, MEMORY_LIMIT, TIME_LIMIT, Failure, Limits, Outcome
from nitrivac.errors import EngineError, SpecificationError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

__all__ = ["LocalEngine", "default_memory", "default_workers", "run_one"]

Given = TypeVar("Given")
Made = TypeVar("Made")

_AHEAD = 3  # tasks handed out for each worker, so that none waits for the next one
_TASKS_PER_WORKER = 1000  # after so many a worker is replaced, in case a library leaks
_TRIES = 3  # of a task whose pool breaks as a whole
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def default_workers() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_memory(workers: int) -> float | None:
    """A worker's fair share of the machine's memory in GB, None where it cannot be limited."""
    if not sys.platform.startswith("linux"):
        return None
    return max(1.0, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9 / workers)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEngine:
    """Worker processes on this machine.

    Attributes:
        workers: how many; by default one for each core.
        limits: what one task may take.
    """

    workers: int = field(default_factory=default_workers)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise SpecificationError(f"{self.workers} workers: 1 or more are accepted")
        if self.limits.memory_GB is not None and not sys.platform.startswith("linux"):
            raise UnsupportedError("memory limits need Linux; leave the memory limit out")
        for name, value in (("time limit", self.limits.seconds), ("memory limit", self.limits.memory_GB)):
            if value is not None and not value > 0:
                raise SpecificationError(f"a {name} of {value:g} is not above 0")

    def __call__(
        self, function: Callable[[Given], Made], tasks: Iterable[Given], *, expected: int | None = None
    ) -> Iterator[Outcome[Given, Made]]:
        """Run a function on tasks; see `nitrivac.engines.tasks.Engine`. Few tasks are held at a time."""
        stream = iter(tasks)
        workers = min(self.workers, max(1, expected)) if expected is not None else self.workers
        while lost := (yield from self._until_broken(function, stream, workers)):
            # Whose fault it was nobody knows: each has its own pool now.
            alone = [self._alone(function, task) for task in lost]
            if len(alone) > 1 and all(one.failure is not None and one.failure.error == CRASH for one in alone):
                raise EngineError(
                    "the worker processes of this machine die at once; is there memory left? What is done is kept"
                )
            yield from alone

    def _until_broken(
        self, function: Callable[[Given], Made], stream: Iterator[Given], workers: int
    ) -> Generator[Outcome[Given, Made], None, list[Given]]:
        """Outcomes of the tasks; returns those whose pool broke as a whole before they ended, and takes no more then."""
        pending: dict[Any, Given] = {}
        lost: list[Given] = []
        pool = _pool(workers, self.limits)
        try:
            with suppress(RuntimeError, OSError), _interrupts_later():  # then the tasks say what is wrong
                _ = pool.active  # starts it
            while True:
                ahead = 0 if lost else max(0, _AHEAD * workers - len(pending))
                for task in islice(stream, ahead):
                    try:
                        pending[pool.schedule(run_one, args=(function, task), timeout=self.limits.seconds)] = task
                    except (RuntimeError, OSError):
                        lost.append(task)
                if not pending:
                    return lost
                for future in wait(pending, return_when=FIRST_COMPLETED).done:
                    task = pending.pop(future)
                    outcome: Outcome[Given, Made] | None = self._outcome(future, task)
                    if outcome is None:
                        lost.append(task)
                    else:
                        yield outcome
        finally:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def _alone(self, function: Callable[[Given], Made], task: Given) -> Outcome[Given, Made]:
        """A task in a pool of its own, some times if need be."""
        for _ in range(_TRIES):
            for outcome in self._until_broken(function, iter([task]), 1):
                return outcome
        return Outcome(task=task, failure=Failure(error=CRASH, message="its process died again and again"))

    def _outcome(self, future: Any, task: Given) -> Outcome[Given, Made] | None:
        """What became of a task, None where it was not its own doing that it did not end."""
        try:
            outcome: Outcome[Given, Made] = future.result()
        except (FutureTimeoutError, TimeoutError):
            failure = Failure(error=TIME_LIMIT, message=f"not done within {self.limits.seconds:g} s (--time-limit)")
        except ProcessExpired as error:
            failure = Failure(error=CRASH, message=f"the process died: {_cause(error.exitcode)}")
        except (CancelledError, RuntimeError, OSError):  # the pool as a whole
            return None
        else:
            if outcome.failure is not None and outcome.failure.error == MEMORY_LIMIT and self.limits.memory_GB is not None:
                text = f"more than {self.limits.memory_GB:.3g} GB of memory (--memory-limit)"
                return Outcome(task=task, failure=Failure(error=MEMORY_LIMIT, message=text), seconds=outcome.seconds)
            return outcome
        return Outcome(task=task, failure=failure)


def run_one(function: Callable[[Given], Made], task: Given) -> Outcome[Given, Made]:
    """A task's outcome, whatever the function raises."""
    start = time.process_time()
    try:
        value = function(task)
    except MemoryError:
        failure = Failure(error=MEMORY_LIMIT, message="not enough memory")
    except Exception as error:  # noqa: BLE001 - a failure is a result here
        failure = Failure(error=type(error).__name__, message=" ".join(str(error).split()) or "no message")
    else:
        return Outcome(task=task, value=value, seconds=time.process_time() - start)
    return Outcome(task=task, failure=failure, seconds=time.process_time() - start)


def _pool(workers: int, limits: Limits) -> ProcessPool:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(["nitrivac.screening.preload"])
        _start_fork_server(context)
    return ProcessPool(
        max_workers=workers,
        max_tasks=_TASKS_PER_WORKER,
        initializer=_prepare,
        initargs=(limits.memory_GB,),
        context=context,
    )


def _start_fork_server(context: Any) -> None:
    """Start it, with one thread for linear algebra since each worker has a core of its own, and wait until it is ready.

    A worker that is asked for while the server still loads its libraries would begin after an interrupt, with a traceback.

    Raises:
        EngineError: no process can start, as below a script that is no file or has no guard.
    """
    from multiprocessing.forkserver import ensure_running

    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    first = context.Process(target=_nothing)
    first.start()
    first.join()
    if first.exitcode:
        raise EngineError(
            "worker processes cannot start, since each imports the script that asks for them: keep the script in a file, "
            'and what it does below `if __name__ == "__main__":`'
        )


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Hold interrupts back while processes start.

    One whose start was broken off is known to nobody: it would go on after this process, not find its locks, and say so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: caught.append(number)) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        if caught:
            signal.raise_signal(caught[0])


def _nothing() -> None:
    """What the first process does: it shows that there can be others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _prepare(memory_GB: float | None) -> None:
    """Make a new worker end with its parent, leave Ctrl-C and messages to the parent, and set its memory limit."""
    warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())  # remarks of libraries, else printed
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # at once, even in compiled code
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if memory_GB is not None:
        own = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = own + int(memory_GB * 1e9)
        resource.setrlimit(resource.RLIMIT_AS, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


def _end_with_parent() -> None:
    """Wait for the parent's end and follow: a parent that was killed cannot stop its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"{name}, perhaps for want of memory" if name == "SIGKILL" else name
    return f"exit code {code}"
