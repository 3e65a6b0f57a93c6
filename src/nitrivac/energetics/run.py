"""What runs over many crystals share: crystals with their names, failures by reason, and what it cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from nitrivac.columns import Column, Columns

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from nitrivac.crystal.model import Crystal
    from nitrivac.engines.resumed import Done
    from nitrivac.engines.tasks import Failure
    from nitrivac.migration.host import Host

__all__ = ["REASONS", "FailureCount", "Refused", "Subject", "TaskCost", "failure_counts", "total_cost"]

REASONS = {
    "NoMinimumError": "an end of the hop is no minimum",
    "CalculatorError": "the calculator fails or gives no numbers",
    "EnergyError": "the atoms fly apart or come to no rest",
    "SpecificationError": "the cell or the hop will not do",
    "UnsupportedError": "disordered, no mobile ion, or a way through an atom",
    "UnknownMaterialError": "no such compound",
    "ReadError": "no structure that can be read",
    "BuildError": "no structure that can be built",
    "TimeLimit": "not done within the time limit",
    "MemoryLimit": "not enough memory",
    "Crash": "the process died",
}
"""What classes of failure mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One crystal of a run.

    Attributes:
        name: what the run calls it.
        crystal: as it was read; of a host its filled and vacant sites; None where it cannot be.
        host: the configuration whose sites the crystal is.
        problem: why there is no crystal.
    """

    name: str
    crystal: Crystal | None
    host: Host | None = None
    problem: Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A crystal of which there is no result.

    Attributes:
        source: what the run calls it.
        error: class of the error.
        message: one sentence.
    """

    source: str
    error: str
    message: str

    columns: ClassVar[Columns[Refused]]

    @classmethod
    def by(cls, source: str, error: Exception | Failure) -> Self:
        """The one that an error, or the failure of a task, makes."""
        message = " ".join(getattr(error, "message", str(error)).split()).removeprefix(f"{source}: ")
        return cls(source=source, error=getattr(error, "error", type(error).__name__), message=message)


Refused.columns = Columns(
    (
        Column("source", lambda one: one.source, heading="source", left=True),
        Column("error", lambda one: one.error),
        Column("message", lambda one: one.message, heading="no result, since", left=True, wrap=True),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCost:
    """What one task took.

    Attributes:
        source: of which crystal.
        task: the hop, or `relax`.
        atoms: in the cell.
        evaluations: how often the calculator was asked; None where it is not known.
        cpu_seconds: of the process that did it.
    """

    source: str
    task: str
    atoms: int
    evaluations: int | None
    cpu_seconds: float

    columns: ClassVar[Columns[TaskCost]]

    @classmethod
    def of(cls, source: str, task: str, done: Done, *, atoms: int, evaluations: int | None) -> Self:
        """That of a task that is done."""
        return cls(source=source, task=task, atoms=atoms, evaluations=evaluations, cpu_seconds=done.seconds)


TaskCost.columns = Columns(
    (
        Column("source", lambda one: one.source),
        Column("task", lambda one: one.task),
        Column("atoms", lambda one: one.atoms),
        Column("evaluations", lambda one: one.evaluations),
        Column("cpu_seconds", lambda one: one.cpu_seconds, digits=2),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureCount:
    """How many results are missing for one reason.

    Attributes:
        error: class of the error.
        number: of hops or crystals.
    """

    error: str
    number: int

    columns: ClassVar[Columns[FailureCount]] = Columns(
        (
            Column("number", lambda one: one.number, heading="n"),
            Column("error", lambda one: one.error, heading="error", left=True),
            Column("reason", lambda one: REASONS.get(one.error, one.error), heading="reason", left=True),
        )
    )


def failure_counts(errors: Iterable[str]) -> tuple[FailureCount, ...]:
    """Classes of errors counted, commonest first."""
    return tuple(FailureCount(error=error, number=number) for error, number in Counter(errors).most_common())


def total_cost(costs: Iterable[TaskCost]) -> dict[str, Any]:
    """What all tasks took together, plain data."""
    listed = list(costs)
    known = [one.evaluations for one in listed if one.evaluations is not None]
    return {
        "tasks": len(listed),
        "evaluations": sum(known),
        "cpu_seconds": round(sum(one.cpu_seconds for one in listed), 2),
    }
