"""Vacancy configurations ranked anew: electrostatic candidates and a random sample, relaxed by a potential."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.energetics.defects.reranking_record import RelaxedConfiguration, Reranking
from nitrivac.energetics.forces import Shared
from nitrivac.energetics.relaxation import at_rest
from nitrivac.energetics.trust import potential_trust
from nitrivac.errors import NitrivacError, SpecificationError
from nitrivac.io.ase_atoms import crystal_from_atoms, to_atoms
from nitrivac.io.writers import refuse_disorder
from nitrivac.vacancies.as_crystal import configuration_crystal, configuration_group
from nitrivac.vacancies.choosing.electrostatic import by_energy
from nitrivac.vacancies.planned import planned_spaces
from nitrivac.vacancies.planning.choice import Choice, chosen_of
from nitrivac.vacancies.run import run_vacancies

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.potential import Potential
    from nitrivac.energetics.trust import PotentialTrust
    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.planning.search import Planning
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["RerankingOptions", "rerank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankingOptions:
    """Which configurations are relaxed, and when they are at rest.

    Attributes:
        lowest: how many of lowest electrostatic energy.
        sample: how many drawn at random, uniformly over labelled configurations; those among the former are relaxed once.
        seed: of the random generator.
        time_limit: seconds that looking at all for the lowest may take, see `ConfigurationSpace.lowest`.
        force: at rest when no force is larger, eV/angstrom.
        steps: of the optimiser at most.

    Raises:
        SpecificationError: nothing is to be relaxed, or no step, or a force that is not above 0.
    """

    lowest: int = 10
    sample: int = 5
    seed: int = 0
    time_limit: float | None = None
    force: float = 0.03
    steps: int = 300

    def __post_init__(self) -> None:
        if min(self.lowest, self.sample) < 0 or not self.lowest + self.sample or self.steps < 1 or not self.force > 0:
            raise SpecificationError(
                f"{self.lowest} electrostatic and {self.sample} random configurations, {self.steps} steps, {self.force:g} "
                "eV/angstrom: one configuration or more, 1 step or more, and a force above 0 are accepted"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    space: ConfigurationSpace
    one: Configuration
    chosen: str
    place: int | None = None


def rerank(
    crystal: Crystal,
    items: Sequence[str],
    potential: Potential,
    *,
    options: RerankingOptions | None = None,
    planning: Planning | None = None,
    rank: int = 1,
    progress: Callable[[int, int | None], None] | None = None,
) -> Reranking:
    """Relax electrostatic candidates and a random sample in the cell as planned, and rank them by energy.

    Point charges know nothing of relaxation: the rank correlation says how far they can be trusted here, and the random
    sample whether they miss what is lower.

    Args:
        crystal: the parent.
        items: see `parse_specification`; none where the source's own occupancies are the targets.
        potential: see `load_potential`.
        options: how many of which kind.
        planning: what the plan must be.
        rank: which of its plans, the best being 1.
        progress: told after each configuration how many are relaxed, and of how many.

    Raises:
        SpecificationError, AddressError, PlanError, UnsupportedError: see the parts; configurations with mixed sites have no
            energy.

    >>> from nitrivac import load
    >>> from nitrivac.energetics import RerankingOptions, load_potential, rerank
    >>> from nitrivac.vacancies import Planning
    >>> planning = Planning(supercell=(2, 2, 1), allow_charge=True)
    >>> flat = load_potential("ase.calculators.lj:LennardJones")
    >>> few = RerankingOptions(lowest=2, sample=1)
    >>> rerank(load("alpha-Li3N"), ["Li@2c=2/8"], flat, options=few, planning=planning).certificate
    'electrostatic 2, relaxed 2'
    """
    options = options or RerankingOptions()
    planned = run_vacancies(crystal, items, choice=Choice(mode="count"), planning=planning, rank=rank)
    _, spaces = planned_spaces(crystal, items, planning=planning, rank=rank)
    alike = tuple(space for space in spaces if space.plan.composition == spaces[0].plan.composition)
    candidates = _candidates(alike, options)
    base = potential.make()
    found = []
    for number, candidate in enumerate(candidates, start=1):
        found.append(_relaxed(candidate, base, options))
        if progress is not None:
            progress(number, len(candidates))
    return Reranking(
        planned=planned,
        calculator=potential.calculator,
        candidates=_in_order(found),
        electrostatic=next((one.one.certificate for one in candidates if one.place is not None), None),
        seed=options.seed,
        trust=_trust(crystal, potential),
    )


def _candidates(spaces: tuple[ConfigurationSpace, ...], options: RerankingOptions) -> list[_Candidate]:
    """Those of lowest electrostatic energy first, then the random ones that are not among them."""
    found: list[_Candidate] = []
    if options.lowest:
        choice = Choice(mode="lowest", number=options.lowest, seed=options.seed, time_limit=options.time_limit)
        for place, (space, one) in enumerate(chosen_of(spaces, choice), start=1):
            found.append(_Candidate(space=space, one=one, chosen="electrostatic", place=place))
    known = {(id(one.space), one.space.canonical(one.one.codes)) for one in found}
    if options.sample:
        for space, one in chosen_of(spaces, Choice(mode="sample", number=options.sample, seed=options.seed)):
            key = id(space), space.canonical(one.codes)
            if key in known:
                continue
            known.add(key)
            found.append(_Candidate(space=space, one=_with_energy(space, one), chosen="random"))
    return found


def _with_energy(space: ConfigurationSpace, one: Configuration) -> Configuration:
    """A configuration with its electrostatic energy, without one where charges are unknown."""
    try:
        (found,) = by_energy(space, [one.codes], 1)
    except NitrivacError:
        return one
    return replace(one, energy=found.energy)


def _relaxed(candidate: _Candidate, base: Any, options: RerankingOptions) -> RelaxedConfiguration:
    space, one = candidate.space, candidate.one
    known: dict[str, Any] = {
        "chosen": candidate.chosen,
        "electrostatic_rank": candidate.place,
        "degeneracy": one.degeneracy,
        "electrostatic": one.energy,
        "space_group": configuration_group(space, one).symbol,
        "codes": "".join(map(str, one.codes.tolist())),
    }
    ideal = configuration_crystal(space, one)
    refuse_disorder(ideal, "an energy")
    source = ideal.provenance.source
    atoms = to_atoms(ideal)
    atoms.calc = Shared(base, source)
    try:
        start = float(atoms.get_potential_energy())
        before = atoms.positions.copy()
        at_rest(atoms, options.force, options.steps)
        energy = float(atoms.get_potential_energy())
        force = float(np.linalg.norm(atoms.get_forces(), axis=1).max(initial=0.0))
        rest = crystal_from_atoms(atoms, source=source)
    except NitrivacError as error:
        return RelaxedConfiguration(**known, failure=str(error))
    return RelaxedConfiguration(
        **known,
        start=start,
        energy=energy,
        force=force,
        converged=force <= options.force,
        moved=float(np.linalg.norm(atoms.positions - before, axis=1).max()),
        crystal=rest,
    )


def _in_order(found: list[RelaxedConfiguration]) -> tuple[RelaxedConfiguration, ...]:
    """By energy, lowest first, those that failed last; energies less the lowest."""
    done = sorted((one for one in found if one.energy is not None), key=lambda one: one.energy or 0.0)
    failed = [one for one in found if one.energy is None]
    lowest = done[0].energy if done else None
    ranked = [replace(one, relative=(one.energy or 0.0) - (lowest or 0.0)) for one in done]
    return (*ranked, *failed)


def _trust(crystal: Crystal, potential: Potential) -> PotentialTrust | None:
    """How the potential sees the parent; None where that is no crystal of whole atoms, or its energy cannot be had."""
    try:
        return potential_trust(crystal, potential)
    except SpecificationError:
        raise
    except NitrivacError:
        return None
