"""Barriers of many crystals on an engine: a task a hop, kept in a journal."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.energetics.bands.band import BandOptions
from nitrivac.energetics.bands.barrier import Barrier
from nitrivac.energetics.bands.barriers import Barriers
from nitrivac.energetics.bands.chosen_hops import hops_within_reach, tried_hops
from nitrivac.energetics.bands.hop_task import HopTask
from nitrivac.energetics.relax_run import RelaxJob, relaxed_subjects
from nitrivac.energetics.run import FailureCount, Refused, Subject, TaskCost, failure_counts, total_cost
from nitrivac.energetics.tasks import TrustTask, failure_of, result_of
from nitrivac.energetics.trust import PotentialTrust
from nitrivac.engines.resumed import resumed
from nitrivac.errors import NitrivacError, SpecificationError
from nitrivac.io.writers import refuse_disorder
from nitrivac.migration.network import find_hops

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.potential import CalculatorName, Potential
    from nitrivac.energetics.tasks import Task
    from nitrivac.engines.journal import Journal
    from nitrivac.engines.resumed import Done
    from nitrivac.engines.tasks import Engine
    from nitrivac.migration.hop import Hop
    from nitrivac.migration.network import HopNetwork

__all__ = ["BarrierJob", "BarrierRun", "run_barriers"]

_STRETCH = 1.1  # hops of a relaxed crystal may be so much longer


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierJob:
    """What is asked of each crystal.

    Attributes:
        hops: as in `migration_barriers`.
        species: the mobile element, by default the charge carrier.
        options: of the bands.
        relax: bring cell and atoms to rest first; hops keep the names that they have in the crystal as it was.
    """

    hops: Sequence[str] | None = None
    species: str | None = None
    options: BandOptions = field(default_factory=BandOptions)
    relax: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierRun:
    """The barriers of many crystals.

    Attributes:
        calculator: what gave energies and forces.
        names: of the crystals that have hops, in the order given.
        compounds: their barriers.
        refused: crystals without any, and why.
        costs: what each task took, in this run or an earlier one.
        computed: how many tasks were done in this run.
    """

    calculator: CalculatorName
    names: tuple[str, ...]
    compounds: tuple[Barriers, ...]
    refused: tuple[Refused, ...]
    costs: tuple[TaskCost, ...]
    computed: int

    columns: ClassVar[Columns[tuple[str, Barrier]]] = Columns(
        (
            Column("source", lambda row: row[0], heading="source", left=True),
            *(column.of(lambda row: row[1]) for column in Barrier.columns.columns),
        ),
        shown="source hop name distance_A bottleneck_radius_A forward_eV backward_eV",
        least="backward_eV name bottleneck_radius_A",
    )

    @property
    def rows(self) -> list[tuple[str, Barrier]]:
        """Each hop with the name of its crystal."""
        return [(name, one) for name, found in zip(self.names, self.compounds, strict=True) for one in found.barriers]

    def csv(self) -> str:
        """A row for each hop."""
        return self.columns.csv(self.rows)

    @property
    def failed_altogether(self) -> bool:
        """Whether no hop has a band."""
        return all(one.failure is not None for found in self.compounds for one in found.barriers)

    @property
    def failures(self) -> tuple[FailureCount, ...]:
        """How many hops and crystals have none, by reason, commonest first."""
        failed = [one.error or "" for found in self.compounds for one in found.barriers if one.failure is not None]
        return failure_counts([*failed, *(one.error for one in self.refused)])

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "calculator": self.calculator.plain(),
            "compounds": [one.plain() for one in self.compounds],
            "refused": [Refused.columns.plain(one) for one in self.refused],
            "failures": [FailureCount.columns.plain(one) for one in self.failures],
            "cost": total_cost(self.costs),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compound:
    """One crystal, the hops that are tried, and the tasks that give them bands: None where it has no such hop at rest."""

    name: str
    crystal: Crystal
    species: str
    hops: tuple[Hop, ...]
    bands: tuple[HopTask | None, ...]
    trust: TrustTask | None

    @property
    def tasks(self) -> list[Task]:
        """Those that there are."""
        return [task for task in (self.trust, *self.bands) if task is not None]

    def costs(self, done: Mapping[str, Done]) -> list[TaskCost]:
        """What its tasks took."""
        found = []
        if self.trust is not None:
            seen = done[self.trust.key]
            found.append(TaskCost.of(self.name, "trust", seen, atoms=self.crystal.n_sites, evaluations=None))
        for hop, task in zip(self.hops, self.bands, strict=True):
            if task is not None:
                one = done[task.key]
                made = one.value or {}
                atoms, calls = made.get("atoms", 0), made.get("evaluations")
                found.append(TaskCost.of(self.name, hop.id, one, atoms=atoms, evaluations=calls))
        return found

    def barriers(self, done: Mapping[str, Done], calculator: CalculatorName) -> Barriers:
        """Its barriers.

        Raises:
            SpecificationError: the potential does not know an element.
        """
        seen = None if self.trust is None else done[self.trust.key]
        unseen = None if seen is None else failure_of(seen)
        if unseen is not None and unseen.error == SpecificationError.__name__:
            raise SpecificationError(unseen.message)
        return Barriers(
            source=self.crystal.provenance.source,
            caution=self.crystal.provenance.caution,
            species=self.species,
            calculator=calculator,
            barriers=tuple(
                _absent(hop) if task is None else _barrier(hop, done[task.key])
                for hop, task in zip(self.hops, self.bands, strict=True)
            ),
            trust=PotentialTrust.from_dict(seen.value) if seen and seen.value and unseen is None else None,
        )


def run_barriers(
    subjects: Sequence[Subject],
    potential: Potential,
    job: BarrierJob,
    *,
    engine: Engine,
    journal: Journal | None = None,
    again: Callable[[Done], bool] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> BarrierRun:
    """Barriers of the hops of crystals, each hop a task of its own that is kept in the journal.

    Args:
        subjects: the crystals.
        potential: a named one, since the workers make it themselves.
        job: what is asked of each.
        engine: where the work is done.
        journal: keeps what is done, see `nitrivac.engines.open_journal`; the same call goes on where it was stopped, with
            the same result.
        again: outcomes in the journal that are computed again.
        progress: told after each task how many are done, and of how many.

    In a script call it below `if __name__ == "__main__":`, since worker processes import the script.

    >>> from ase.build import bulk
    >>> from nitrivac import load
    >>> from nitrivac.energetics import BandOptions, BarrierJob, Subject, load_potential, run_barriers
    >>> from nitrivac.engines import LocalEngine
    >>> copper = Subject(name="copper", crystal=load(bulk("Cu", a=3.59, cubic=True)))
    >>> job = BarrierJob(species="Cu", hops=["h1"], options=BandOptions(supercell=2, images=1))
    >>> emt = load_potential("ase.calculators.emt:EMT")
    >>> run = run_barriers([copper], emt, job, engine=LocalEngine(workers=1))
    >>> [(name, one.hop, round(one.forward, 1)) for name, one in run.rows]
    [('copper', 'h1', 0.8)]
    """
    refused = [one.problem for one in subjects if one.problem is not None]
    rested = [one for one in subjects if one.problem is None]
    costs: list[TaskCost] = []
    computed = 0
    start = {one.name: one for one in rested}
    if job.relax:
        relaxed = relaxed_subjects(rested, potential, RelaxJob(), engine=engine, journal=journal, again=again)
        rested, refused = list(relaxed.subjects), [*refused, *relaxed.refused]
        costs, computed = list(relaxed.costs), relaxed.computed
    compounds: list[_Compound] = []
    for subject in rested:
        try:
            compounds.append(_compound(start[subject.name], subject, potential, job))
        except NitrivacError as error:
            refused.append(Refused.by(subject.name, error))
    tasks = [task for one in compounds for task in one.tasks]
    done = resumed(result_of, tasks, engine=engine, journal=journal, again=again, progress=progress)
    found: dict[str, Barriers] = {}
    for one in compounds:
        costs += one.costs(done)
        try:
            found[one.name] = one.barriers(done, potential.calculator)
        except NitrivacError as error:
            refused.append(Refused.by(one.name, error))
    return BarrierRun(
        calculator=potential.calculator,
        names=tuple(found),
        compounds=tuple(found.values()),
        refused=tuple(refused),
        costs=tuple(costs),
        computed=computed + sum(one.now for one in done.values()),
    )


def _compound(start: Subject, rested: Subject, potential: Potential, job: BarrierJob) -> _Compound:
    """The hops of a crystal that are tried, and the tasks that give them bands.

    Raises:
        NitrivacError: the crystal is disordered, or has no such hops.
    """
    assert start.crystal is not None
    assert rested.crystal is not None
    refuse_disorder(start.crystal, "a barrier")
    network = hops_within_reach(start.crystal, species=job.species, host=start.host)
    named = tried_hops(network, job.hops)
    if not named:
        raise SpecificationError(f"{start.name}: no elementary hop up to 4 angstrom; name hops with --hops")
    found = network
    chosen: list[Hop | None] = [*named]
    if rested is not start:
        found = find_hops(rested.crystal, species=network.species, max_distance=_STRETCH * network.max_distance)
        chosen = [_same_hop(found, hop) for hop in named]
    bands = [
        None
        if hop is None
        else HopTask(
            crystal=rested.crystal,
            network=found,
            hop=hop,
            calculator=potential.calculator,
            options=job.options,
            host=rested.host,
        )
        for hop in chosen
    ]
    trust = TrustTask(crystal=start.crystal, calculator=potential.calculator) if start.host is None else None
    return _Compound(
        name=start.name,
        crystal=start.crystal,
        species=network.species,
        hops=named,
        bands=tuple(bands),
        trust=trust,
    )


def _same_hop(network: HopNetwork, hop: Hop) -> Hop | None:
    """The hop of another network on the same sites that joins the ends of a hop, None where there is none."""
    links = network.links
    same = (
        (network.sites[links.first] == hop.sites[0])
        & (network.sites[links.second] == hop.sites[1])
        & (links.images == np.array(hop.image)).all(axis=1)
    )
    places = np.flatnonzero(same)
    return network.hops[int(network.hop_of_link[places[0]])] if len(places) else None


def _known(hop: Hop) -> dict[str, Any]:
    return {
        "hop": hop.id,
        "name": hop.name,
        "distance": hop.distance,
        "bottleneck": (hop.widest or hop.straight).radius,
    }


def _absent(hop: Hop) -> Barrier:
    return Barrier(**_known(hop), failure="the relaxed crystal has no such hop", error="SpecificationError")


def _barrier(hop: Hop, done: Done) -> Barrier:
    """The barrier that a task made, under the name of the hop in the crystal as it was."""
    failure = failure_of(done)
    if failure is not None or done.value is None:
        assert failure is not None
        return Barrier(**_known(hop), failure=failure.message, error=failure.error)
    return replace(Barrier.from_dict(done.value), **_known(hop))
