"""What the engines are given and what they hand back: tasks, limits, outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["CRASH", "MEMORY_LIMIT", "TIME_LIMIT", "Engine", "Failure", "Limits", "Outcome"]

TIME_LIMIT, MEMORY_LIMIT, CRASH = "TimeLimit", "MemoryLimit", "Crash"

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one task may take.

    Attributes:
        seconds: wall-clock time, None for no limit.
        memory_GB: memory beyond what the program itself takes, None for no limit (Linux only).

    >>> from nitrivac.engines import Limits
    >>> Limits(seconds=60).seconds
    60
    """

    seconds: float | None = None
    memory_GB: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a task has no result.

    Attributes:
        error: class of the error, or `TimeLimit`, `MemoryLimit`, `Crash`.
        message: one sentence.
    """

    error: str
    message: str

    @property
    def by_engine(self) -> bool:
        """Whether other limits or another machine could make a difference."""
        return self.error in (TIME_LIMIT, MEMORY_LIMIT, CRASH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[Given, Made]):
    """The end of one task.

    Attributes:
        task: the task.
        value: its result, None where it failed.
        failure: why it failed, else None.
        seconds: CPU time of the worker, 0 where the worker could not tell.
    """

    task: Given
    value: Made | None = None
    failure: Failure | None = None
    seconds: float = 0.0


class Engine(Protocol):
    """Runs a function on many tasks somewhere; outcomes come as they are made, each task has exactly one.

    The function and the tasks must survive pickling, and the function must give the same result wherever it runs.
    """

    @property
    def limits(self) -> Limits:
        """What one task may take."""
        ...

    def __call__(
        self, function: Callable[[Given], Made], tasks: Iterable[Given], *, expected: int | None = None
    ) -> Iterator[Outcome[Given, Made]]:
        """Run; `expected` is how many tasks there are, where that is known."""
        ...
