"""From a crystal and items to configuration spaces: the plan that is taken, and the others that come into question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from nitrivac.columns import Column, Columns, Table
from nitrivac.documents.document import Document
from nitrivac.errors import PlanError, SpecificationError
from nitrivac.vacancies.average import average_crystal
from nitrivac.vacancies.enumeration.large_numbers import all_digits, power_text
from nitrivac.vacancies.planning.plan import Plan, make_plan
from nitrivac.vacancies.planning.search import Planning, find_plans
from nitrivac.vacancies.space import ConfigurationSpace
from nitrivac.vacancies.specification import VacancySpecification, parse_specification

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal

__all__ = ["RankedPlan", "RankedPlans", "planned_spaces", "rank_plans", "spaces_of_plan"]


_LONG = 10**10  # larger numbers of configurations are rounded in tables


def _charge(ranked: RankedPlan) -> str:
    charge = ranked.plan.charge
    return "?" if charge is None else f"{charge:+g}" if charge else "0"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedPlan(Document):
    """One of several plans.

    Attributes:
        rank: its place, the best being 1.
        plan: supercell and whole numbers.
        total: labelled configurations.
        count: symmetry-distinct ones.
        error: standard error of the natural logarithms of total and count; None where they are exact.

    >>> from nitrivac import load
    >>> from nitrivac.vacancies import rank_plans
    >>> first = rank_plans(load("beta-Li3N"), ["Li@4f=8.1%", "N@2c=5.4%"], 1).plans[0]
    >>> first.rank, first.plan.cells
    (1, 18)
    """

    rank: int
    plan: Plan
    total: int
    count: int
    error: float | None = None

    columns: ClassVar[Columns[RankedPlan]] = Columns(
        (
            Column("rank", lambda ranked: ranked.rank, heading="plan"),
            Column("atoms", lambda ranked: ranked.plan.atoms, heading="atoms", json=False),
            Column("charge", lambda ranked: ranked.plan.charge, digits=None, heading="charge", json=False, text=_charge),
            Column("images_A", lambda ranked: ranked.plan.min_image, digits=2, heading="images (Å)", json=False),
            Column(
                "elements",
                lambda ranked: ranked.plan.element_deviation,
                heading="elements off",
                json=False,
                text=lambda ranked: f"{100 * ranked.plan.element_deviation:.2f} %",
            ),
            Column(
                "sites",
                lambda ranked: ranked.plan.deviation,
                heading="sites off",
                json=False,
                text=lambda ranked: f"{100 * ranked.plan.deviation:.2f} %",
            ),
            Column("plan", lambda ranked: ranked.plan, csv=False),
            Column("total", lambda ranked: all_digits(ranked.total)),
            Column(
                "count",
                lambda ranked: all_digits(ranked.count),
                heading="distinct",
                text=lambda ranked: (
                    f"{ranked.count:,}" if ranked.error is None and ranked.count < _LONG else power_text(ranked.count)
                ),
            ),
            Column("log_error", lambda ranked: ranked.error, digits=3),  # null where they are exact
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedPlans(Document):
    """The supercells that meet a specification, best first.

    Attributes:
        source: what the parent is.
        plans: one for each cell.
        caution: what everything made of it must say, see `Provenance`.

    >>> from nitrivac import load
    >>> from nitrivac.vacancies import rank_plans
    >>> ranked = rank_plans(load("beta-Li3N"), ["Li@4f=8.1%", "N@2c=5.4%"], 2)
    >>> [one.rank for one in ranked.plans]
    [1, 2]
    """

    source: str
    plans: tuple[RankedPlan, ...]
    caution: str | None = None

    columns: ClassVar[Columns[RankedPlans]] = Columns((Column("plans", lambda ranked: ranked.plans),))

    def tables(self) -> tuple[Table[RankedPlan], ...]:
        """The plans."""
        return (Table(title="Plans", columns=RankedPlan.columns, records=self.plans),)


def rank_plans(
    crystal: Crystal,
    items: Sequence[str],
    number: int,
    *,
    planning: Planning | None = None,
) -> RankedPlans:
    """The best plans of a specification with the sizes of their configuration spaces, those of equal numbers together.

    Args:
        crystal: the parent.
        items: see `parse_specification`.
        number: how many at most.
        planning: what the plans must be.

    Raises:
        SpecificationError, AddressError, PlanError: see the parts.

    >>> from nitrivac import load
    >>> from nitrivac.vacancies import rank_plans
    >>> ranked = rank_plans(load("beta-Li3N"), ["Li@4f=8.1%", "N@2c=5.4%"], 2)
    >>> len(ranked.plans)
    2
    """
    specification = _specified(crystal, items)
    parent = average_crystal(crystal, specification)
    planning = planning or Planning()
    plans = find_plans(parent, specification, planning, number)
    ranked = []
    for rank, plan in enumerate(plans, start=1):
        sizes = [space.size for space in spaces_of_plan(parent, plan, planning.exclusion)]
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
    planning: Planning | None = None,
    rank: int = 1,
) -> tuple[VacancySpecification, tuple[ConfigurationSpace, ...]]:
    """The specification that items make, and the configuration spaces of one of its plans.

    There is one space, and one more for each other choice of whole numbers that is exactly as near to the targets.

    Args:
        crystal: the parent.
        items: see `parse_specification`.
        planning: what the plan must be.
        rank: which plan, the best being 1.

    Raises:
        SpecificationError, AddressError, PlanError: see the parts.
    """
    specification = _specified(crystal, items)
    parent = average_crystal(crystal, specification)
    planning = planning or Planning()
    plans = find_plans(parent, specification, planning, rank)
    if len(plans) < rank:
        raise PlanError(f"{crystal.provenance.source}: there are only {len(plans)} plans, no plan {rank}")
    return specification, spaces_of_plan(parent, plans[rank - 1], planning.exclusion)


def spaces_of_plan(parent: Crystal, plan: Plan, exclusion: float | None = None) -> tuple[ConfigurationSpace, ...]:
    """The configuration space of a plan, and one for each other choice of whole numbers that is exactly as near.

    Args:
        parent: the crystal with the occupancies asked for.
        plan: the plan.
        exclusion: see `ConfigurationSpace`.
    """
    equals = (make_plan(parent, plan.matrix, counts, together_from=plan.together_from) for counts in plan.equals)
    plans = (plan, *equals)
    return tuple(ConfigurationSpace(crystal=parent, plan=one, exclusion=exclusion) for one in plans)


def _specified(crystal: Crystal, items: Sequence[str]) -> VacancySpecification:
    specification = parse_specification(crystal, items)
    if not specification.targets:
        raise SpecificationError(
            f"{crystal.provenance.source} is fully occupied: say which sites are vacant, e.g. Li@4f=8.1(2)%; there are "
            f"{', '.join(crystal.address(orbit) for orbit in crystal.orbits)}"
        )
    return specification
