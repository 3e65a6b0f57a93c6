"""From a crystal and items to configuration spaces: the plan that is taken, and the others that come into question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_keys
from nitrivac.errors import PlanError, SpecificationError
from nitrivac.vacancies.average import average_crystal
from nitrivac.vacancies.planning.plan import Plan, make_plan
from nitrivac.vacancies.planning.search import plan_supercells
from nitrivac.vacancies.space import ConfigurationSpace
from nitrivac.vacancies.specification import VacancySpecification, parse_specification

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nitrivac.crystal.model import Crystal

__all__ = ["RankedPlan", "RankedPlans", "planned_spaces", "rank_plans", "spaces_of_plan"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedPlan(Document):
    """One of several plans.

    Attributes:
        rank: its place, the best being 1.
        plan: supercell and whole numbers.
        total: labelled configurations.
        count: symmetry-distinct ones.
        error: standard error of the natural logarithms of total and count; None where they are exact.
    """

    rank: int
    plan: Plan
    total: int
    count: int
    error: float | None = None

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON; numbers of configurations are decimal strings."""
        return {
            "rank": self.rank,
            "plan": self.plan.printed(),
            "total": str(self.total),
            "count": str(self.count),
            "log_error": None if self.error is None else round(self.error, 3),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedPlans(Document):
    """The supercells that meet a specification, best first.

    Attributes:
        source: what the parent is.
        plans: one for each cell.
        caution: what everything made of it must say, see `Provenance`.
    """

    source: str
    plans: tuple[RankedPlan, ...]
    caution: str | None = None

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**origin_keys(self.source, self.caution), "plans": [one.printed() for one in self.plans]}


def rank_plans(
    crystal: Crystal,
    items: Sequence[str],
    number: int,
    *,
    planning: Mapping[str, Any] | None = None,
    exclusion: float | None = None,
) -> RankedPlans:
    """The best plans of a specification with the sizes of their configuration spaces, those of equal numbers together.

    Args:
        crystal: the parent.
        items: see `parse_specification`.
        number: how many at most.
        planning: options of `plan_supercells`.
        exclusion: see `ConfigurationSpace`.

    Raises:
        SpecificationError, AddressError, PlanError: see the parts.
    """
    specification = _specified(crystal, items)
    parent = average_crystal(crystal, specification)
    plans = plan_supercells(parent, specification, exclusion=exclusion, **{**(planning or {}), "limit": number})
    ranked = []
    for rank, plan in enumerate(plans, start=1):
        sizes = [space.size for space in spaces_of_plan(parent, plan, exclusion)]
        ranked.append(
            RankedPlan(
                rank=rank,
                plan=plan,
                total=sum(size.total for size in sizes),
                count=sum(size.distinct for size in sizes),
                error=max((size.error for size in sizes if size.error is not None), default=None),
            )
        )
    return RankedPlans(source=crystal.provenance.source, plans=tuple(ranked), caution=crystal.provenance.caution)


def planned_spaces(
    crystal: Crystal,
    items: Sequence[str],
    *,
    planning: Mapping[str, Any] | None = None,
    rank: int = 1,
    exclusion: float | None = None,
) -> tuple[VacancySpecification, tuple[ConfigurationSpace, ...]]:
    """The specification that items make, and the configuration spaces of one of its plans.

    There is one space, and one more for each other choice of whole numbers that is exactly as near to the targets.

    Args:
        crystal: the parent.
        items: see `parse_specification`.
        planning: options of `plan_supercells`.
        rank: which plan, the best being 1.
        exclusion: see `ConfigurationSpace`.

    Raises:
        SpecificationError, AddressError, PlanError: see the parts.
    """
    specification = _specified(crystal, items)
    parent = average_crystal(crystal, specification)
    plans = plan_supercells(parent, specification, exclusion=exclusion, **{**(planning or {}), "limit": rank})
    if len(plans) < rank:
        raise PlanError(f"{crystal.provenance.source}: there are only {len(plans)} plans, no plan {rank}")
    return specification, spaces_of_plan(parent, plans[rank - 1], exclusion)


def spaces_of_plan(parent: Crystal, plan: Plan, exclusion: float | None = None) -> tuple[ConfigurationSpace, ...]:
    """The configuration space of a plan, and one for each other choice of whole numbers that is exactly as near.

    Args:
        parent: the crystal with the occupancies asked for.
        plan: the plan.
        exclusion: see `ConfigurationSpace`.
    """
    plans = (plan, *(make_plan(parent, plan.matrix, counts) for counts in plan.equals))
    return tuple(ConfigurationSpace(crystal=parent, plan=one, exclusion=exclusion) for one in plans)


def _specified(crystal: Crystal, items: Sequence[str]) -> VacancySpecification:
    specification = parse_specification(crystal, items)
    if not specification.targets:
        raise SpecificationError(
            f"{crystal.provenance.source} is fully occupied: say which sites are vacant, e.g. Li@4f=8.1(2)%; there are "
            f"{', '.join(crystal.address(orbit) for orbit in crystal.orbits)}"
        )
    return specification
