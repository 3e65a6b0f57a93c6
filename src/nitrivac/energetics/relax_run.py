"""Many crystals relaxed on an engine, each kept in a journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from nitrivac.columns import Column, Columns
from nitrivac.energetics.relaxation import FORCE_EV_A, STEPS, Relaxation
from nitrivac.energetics.run import FailureCount, Refused, Subject, TaskCost, failure_counts, total_cost
from nitrivac.energetics.tasks import RelaxTask, failure_of, result_of
from nitrivac.engines.resumed import resumed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nitrivac.energetics.potential import CalculatorName, Potential
    from nitrivac.energetics.relaxation import Cell
    from nitrivac.engines.journal import Journal
    from nitrivac.engines.resumed import Done
    from nitrivac.engines.tasks import Engine

__all__ = ["RelaxJob", "RelaxRun", "RelaxedSubjects", "relaxed_subjects", "run_relaxations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxJob:
    """What is asked of each crystal, see `relax`.

    Attributes:
        cell: what may change with the atoms.
        force: largest force left, eV/angstrom.
        steps: of the optimiser at most.
    """

    cell: Cell = "symmetric"
    force: float = FORCE_EV_A
    steps: int = STEPS


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxRun:
    """The relaxations of many crystals.

    Attributes:
        calculator: what gave energies and forces.
        relaxations: those that there are, by name, in the order given.
        refused: crystals without one, and why.
        costs: what each took, in this run or an earlier one.
        computed: how many were done in this run.
    """

    calculator: CalculatorName
    relaxations: dict[str, Relaxation]
    refused: tuple[Refused, ...]
    costs: tuple[TaskCost, ...]
    computed: int

    columns: ClassVar[Columns[tuple[str, Relaxation]]] = Columns(
        (
            Column("source", lambda row: row[0], heading="source", left=True),
            Column("cell", lambda row: row[1].cell),
            Column("energy_eV", lambda row: row[1].energy, heading="energy (eV)"),
            Column("start_energy_eV", lambda row: row[1].start_energy),
            Column("force_eV_A", lambda row: row[1].force, digits=3, heading="force (eV/Å)"),
            Column("converged", lambda row: row[1].converged),
            Column("volume_ratio", lambda row: row[1].volume_ratio, digits=3, heading="V/V₀"),
            Column("largest_displacement_A", lambda row: _farthest(row[1]), digits=3, heading="moved (Å)"),
            Column("space_group_before", lambda row: row[1].group[0]),
            Column("space_group_after", lambda row: row[1].group[1], heading="group", left=True),
            Column("warnings", lambda row: "; ".join(row[1].warnings)),
        )
    )

    @property
    def failures(self) -> tuple[FailureCount, ...]:
        """How many crystals have none, by reason, commonest first."""
        return failure_counts(one.error for one in self.refused)

    def csv(self) -> str:
        """A row for each crystal that has a relaxation."""
        return self.columns.csv(self.relaxations.items())

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "calculator": self.calculator.plain(),
            "relaxations": [one.plain() for one in self.relaxations.values()],
            "refused": [Refused.columns.plain(one) for one in self.refused],
            "failures": [FailureCount.columns.plain(one) for one in self.failures],
            "cost": total_cost(self.costs),
        }


def _farthest(relaxation: Relaxation) -> float:
    return max((one.largest for one in relaxation.displacements), default=0.0)


def run_relaxations(
    subjects: Sequence[Subject],
    potential: Potential,
    job: RelaxJob,
    *,
    engine: Engine,
    journal: Journal | None = None,
    again: Callable[[Done], bool] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> RelaxRun:
    """Relax crystals, each a task of its own that is kept in the journal.

    Args:
        subjects: the crystals.
        potential: a named one, since the workers make it themselves.
        job: what is asked of each.
        engine: where the work is done.
        journal: keeps what is done, see `nitrivac.engines.open_journal`; the same call goes on where it was stopped, with
            the same result.
        again: outcomes in the journal that are computed again.
        progress: told after each crystal how many are done, and of how many.

    In a script call it below `if __name__ == "__main__":`, since worker processes import the script.

    >>> from ase.build import bulk
    >>> from nitrivac import load
    >>> from nitrivac.energetics import RelaxJob, Subject, load_potential, run_relaxations
    >>> from nitrivac.engines import LocalEngine
    >>> copper = Subject(name="copper", crystal=load(bulk("Cu", a=3.7, cubic=True)))
    >>> emt = load_potential("ase.calculators.emt:EMT")
    >>> run = run_relaxations([copper], emt, RelaxJob(), engine=LocalEngine(workers=1))
    >>> round(3.7 * run.relaxations["copper"].lengths[0], 2)
    3.59
    """
    refused = [one.problem for one in subjects if one.problem is not None]
    given = [(one.name, one.crystal) for one in subjects if one.crystal is not None]
    tasks = [
        RelaxTask(crystal=crystal, calculator=potential.calculator, cell=job.cell, force=job.force, steps=job.steps)
        for _, crystal in given
    ]
    outcomes = resumed(result_of, tasks, engine=engine, journal=journal, again=again, progress=progress)
    found, costs = {}, []
    for (name, crystal), task in zip(given, tasks, strict=True):
        done = outcomes[task.key]
        costs.append(TaskCost.of(name, "relax", done, atoms=crystal.n_sites, evaluations=None))
        failure = failure_of(done)
        if failure is not None:
            refused.append(Refused.by(name, failure))
        elif done.value is not None:
            found[name] = Relaxation.from_dict(done.value)
    return RelaxRun(
        calculator=potential.calculator,
        relaxations=found,
        refused=tuple(refused),
        costs=tuple(costs),
        computed=sum(one.now for one in outcomes.values()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxedSubjects:
    """Crystals at rest, those that came to none, and what it cost; see `RelaxRun`."""

    subjects: tuple[Subject, ...]
    refused: tuple[Refused, ...]
    costs: tuple[TaskCost, ...]
    computed: int


def relaxed_subjects(
    subjects: Sequence[Subject],
    potential: Potential,
    job: RelaxJob,
    *,
    engine: Engine,
    journal: Journal | None,
    again: Callable[[Done], bool] | None,
) -> RelaxedSubjects:
    """The crystals of a run at rest; one that does not come to rest is refused."""
    run = run_relaxations(subjects, potential, job, engine=engine, journal=journal, again=again)
    rested, refused = [], list(run.refused)
    for one in subjects:
        relaxation = run.relaxations.get(one.name)
        if relaxation is None:
            continue
        if relaxation.converged:
            rested.append(replace(one, crystal=relaxation.crystal))
        else:
            problem = f"forces of {relaxation.force:.3f} eV/angstrom are left after {relaxation.steps} steps"
            refused.append(Refused(source=one.name, error="EnergyError", message=problem))
    return RelaxedSubjects(subjects=tuple(rested), refused=tuple(refused), costs=run.costs, computed=run.computed)
