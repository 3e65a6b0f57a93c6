"""A Dask cluster: structures in chunks, each chunk in a process of its own beside the Dask worker.

A worker that dies takes its chunks with it, and the scheduler hands them to another one; a structure that crashes, hangs or
eats memory costs its own process only, as on one machine, and the Dask worker does not notice.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from nitrivac._version import __version__
from nitrivac.engines.engine import LocalEngine
from nitrivac.engines.tasks import CRASH, TIME_LIMIT, Failure, Limits, Outcome
from nitrivac.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["DaskEngine"]

Given = TypeVar("Given")
Made = TypeVar("Made")

CHUNK_SECONDS = 60.0  # of work in a chunk: to start its process and to end it takes about half a second
_LARGEST = 1000  # tasks in a chunk
_CHEAPEST = 0.01  # seconds that a task is reckoned to take at least
_AHEAD = 2  # chunks for each thread of the cluster
_ANSWER_SECONDS = 20  # for the scheduler and the first worker
_DEATHS = 3  # of workers under a single task before it is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class DaskEngine:
    """The workers of a Dask scheduler; they need nitrivac in this version, and the same files at the same paths.

    Attributes:
        scheduler: its address, `tcp://host:8786`.
        limits: what one task may take.
    """

    scheduler: str
    limits: Limits = field(default_factory=Limits)

    def __call__(
        self, function: Callable[[Given], Made], tasks: Iterable[Given], *, expected: int | None = None
    ) -> Iterator[Outcome[Given, Made]]:
        """Run a function on tasks; see `nitrivac.engines.tasks.Engine`.

        Raises:
            EngineError: no scheduler answers or it has no workers, they cannot run this, or the cluster is gone.
        """
        try:
            import distributed
            from distributed.comm.core import CommClosedError
        except ImportError as error:
            raise EngineError("a Dask cluster needs Dask here too: pip install 'nitrivac[dask]'") from error
        try:
            client: Any = distributed.Client(  # type: ignore[no-untyped-call]
                self.scheduler, timeout=_ANSWER_SECONDS, set_as_default=False
            )
        except (OSError, ValueError, ImportError) as error:
            reason = " ".join(str(error).split())
            raise EngineError(f"{self.scheduler}: no Dask scheduler answers: {reason}") from error
        with client:
            try:
                client.wait_for_workers(1, timeout=_ANSWER_SECONDS)
                yield from _Run(client, function, self.limits).outcomes(iter(tasks), expected)
            except (TimeoutError, distributed.client.FutureCancelledError, CommClosedError) as error:
                raise EngineError(
                    f"{self.scheduler}: the cluster is gone, or has no workers; what is done is kept, run the same again"
                ) from error


class _Run:
    """One function on one cluster."""

    def __init__(self, client: Any, function: Callable[[Given], Made], limits: Limits) -> None:
        self._client = client
        self._function = function
        self._limits = limits
        self._cost: float | None = None  # seconds for a task, as lately seen

    def outcomes(self, stream: Iterator[Given], expected: int | None) -> Iterator[Outcome[Given, Made]]:
        """Outcomes in the order in which chunks end; as many chunks are under way as keep the cluster busy.

        Tasks under which several workers died wait until the end, when each is alone on the cluster: Dask blames all that
        was waiting on a worker for its death.
        """
        pending: dict[Any, list[Given]] = {}
        suspects: list[Given] = []
        given = 0
        while True:
            threads = max(1, sum(self._client.nthreads().values()))
            while len(pending) < _AHEAD * threads:
                left = None if expected is None else expected - given
                chunk = list(islice(stream, self._size(threads, left)))
                if not chunk:
                    break
                given += len(chunk)
                pending[self._submit(chunk)] = chunk
            if not pending:
                break
            for future in self._wait(list(pending)):
                chunk = pending.pop(future)
                outcomes: list[Outcome[Given, Made]] | None = self._result(future)
                suspects += chunk if outcomes is None else ()
                yield from outcomes or ()
        for task in suspects:
            yield self._alone(task)

    def _alone(self, task: Given) -> Outcome[Given, Made]:
        """A task by itself, some times if need be."""
        for _ in range(_DEATHS):
            (future,) = self._wait([self._submit([task])])
            outcomes: list[Outcome[Given, Made]] | None = self._result(future)
            if outcomes is not None:
                return outcomes[0]
        return Outcome(task=task, failure=Failure(error=CRASH, message="the workers of the cluster died under it"))

    def _wait(self, futures: list[Any]) -> set[Any]:
        """Those of some futures that have ended, at least one."""
        import distributed

        with self._client.as_current():
            ended: set[Any] = distributed.wait(futures, return_when="FIRST_COMPLETED").done  # type: ignore[no-untyped-call]
        return ended

    def _result(self, future: Any) -> list[Outcome[Given, Made]] | None:
        """The outcomes of a chunk, None where its workers died.

        Raises:
            EngineError: the workers cannot run it at all.
            TimeoutError: the cluster is gone.
        """
        import distributed

        if future.status == "finished":
            outcomes: list[Outcome[Given, Made]] = future.result()
            self._learn(outcomes)
            return outcomes
        if future.status == "cancelled":
            raise TimeoutError
        error = future.exception()
        if isinstance(error, distributed.scheduler.KilledWorker):
            return None
        raise EngineError(f"the workers of the cluster cannot run this: {type(error).__name__}: {error}")

    def _submit(self, chunk: list[Given]) -> Any:
        return self._client.submit(_run_chunk, self._function, chunk, self._limits, __version__, pure=False)

    def _size(self, threads: int, left: int | None) -> int:
        """Tasks in the next chunk: some seconds of work, less near the end so that all threads end together."""
        size = 1 if self._cost is None else min(_LARGEST, max(1, round(CHUNK_SECONDS / self._cost)))
        return size if left is None else max(1, min(size, -(-left // (_AHEAD * threads))))

    def _learn(self, outcomes: list[Outcome[Given, Made]]) -> None:
        """Reckon what a task costs; one that was stopped took all its time."""
        spent = [
            self._limits.seconds or 0.0 if one.failure is not None and one.failure.error == TIME_LIMIT else one.seconds
            for one in outcomes
        ]
        cost = max(_CHEAPEST, sum(spent) / len(spent))
        self._cost = cost if self._cost is None else (self._cost + cost) / 2


def _run_chunk(
    function: Callable[[Given], Made], tasks: list[Given], limits: Limits, version: str
) -> list[Outcome[Given, Made]]:
    """On the worker: the outcomes of some tasks."""
    if version != __version__:
        raise EngineError(f"the worker has nitrivac {__version__}, the client {version}; install the same")
    # Dask makes its workers daemons, which may have no children; this worker's only ends with its parent by itself.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # noqa: SLF001 - no other way
    return list(LocalEngine(workers=1, limits=limits)(function, tasks, expected=len(tasks)))
