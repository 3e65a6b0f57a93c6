"""Barriers, and runs of relaxations and barriers over many crystals, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.energetics.bands.barrier import Barrier
from nitrivac.energetics.run import FailureCount, Refused, total_cost
from nitrivac.report.terminal.energetics import trust_lines
from nitrivac.report.terminal.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from nitrivac.energetics.bands.barriers import Barriers
    from nitrivac.energetics.bands.run import BarrierRun
    from nitrivac.energetics.relax_run import RelaxRun
    from nitrivac.energetics.run import TaskCost

__all__ = ["ESTIMATES", "barrier_run_report", "barriers_report", "relaxations_report"]

ESTIMATES = (
    "Barriers of an interatomic potential are estimates: universal ones scatter by a factor of three on one hop. Take the "
    "order of the hops from them, and no conductivity at one temperature."
)


def barriers_report(found: Barriers) -> RenderableType:
    """A row for each hop, and what must be said of bands."""
    notes = [f"{one.hop}: {note}" for one in found.barriers for note in one.notes]
    restless = [one.hop for one in found.barriers if one.failure is None and not one.converged]
    notes += [f"{', '.join(restless)}: not at rest; raise --steps"] if restless else []
    return Group(
        Text(f"Hops of {found.species} in {found.source} by {found.calculator}", style="bold"),
        table_of(Barrier.columns, found.barriers),
        *_starred(found.barriers),
        *(Text(note) for note in notes),
        Text(f"\n{ESTIMATES}"),
        *trust_lines(found.trust),
    )


def barrier_run_report(run: BarrierRun) -> RenderableType:
    """A row for each hop of all crystals that has a band, failures by reason, and what it cost."""
    found = [row for row in run.rows if row[1].failure is None]
    flagged = sum(bool(one.remarks) for _, one in found)
    warned = [
        name for name, one in zip(run.names, run.compounds, strict=True) if one.trust is not None and one.trust.warnings
    ]
    return Group(
        Text(f"Hops by {run.calculator}", style="bold"),
        table_of(run.columns, found),
        *_starred([one for _, one in found]),
        *([Text(f"{flagged} of {len(found)} have a note in the files.")] if flagged else []),
        *([Text(f"The files have warnings about the potential for {', '.join(warned)}.", style="yellow")] if warned else []),
        *_failures(run.refused, run.failures),
        Text(_cost_words(run.costs, run.computed)),
        Text(f"\n{ESTIMATES}"),
    )


def relaxations_report(run: RelaxRun) -> RenderableType:
    """A row for each crystal, and why others have none."""
    warnings = [f"{name}: {warning}" for name, one in run.relaxations.items() for warning in one.warnings]
    return Group(
        Text(f"Relaxed by {run.calculator}", style="bold"),
        table_of(run.columns, list(run.relaxations.items())),
        *(Text(f"Warning: {warning}.", style="yellow") for warning in warnings),
        *_failures(run.refused, run.failures),
        Text(_cost_words(run.costs, run.computed)),
    )


def _starred(barriers: Sequence[Barrier]) -> list[Text]:
    """What a star means, where there is one."""
    stars = any(one.forward is not None and not one.is_sound for one in barriers)
    return [Text("* no barrier: the band is not at rest, or has no saddle between its ends.")] if stars else []


def _failures(refused: Sequence[Refused], failures: Sequence[FailureCount]) -> list[RenderableType]:
    """Crystals without a result, each with its reason, and all failures by reason."""
    parts: list[RenderableType] = []
    if refused:
        parts += [Text("\nWithout a result", style="bold"), table_of(Refused.columns, refused)]
    if failures:
        parts += [Text("\nFailures by reason", style="bold"), table_of(FailureCount.columns, failures)]
    return parts


def _cost_words(costs: Sequence[TaskCost], computed: int) -> str:
    total = total_cost(costs)
    asked = f", {total['evaluations']:,} calls of the calculator" if total["evaluations"] else ""
    before = f", {total['tasks'] - computed} of them done before" if computed < total["tasks"] else ""
    return f"\n{total['tasks']} tasks{before}: {total['cpu_seconds']:,.0f} CPU seconds{asked}."
