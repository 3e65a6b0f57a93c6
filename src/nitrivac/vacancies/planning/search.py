"""Which supercells meet a specification: all superlattices of the primitive lattice, the smallest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.supercells.supercell_matrix import as_matrix
from nitrivac.errors import PlanError
from nitrivac.vacancies.average import average_crystal
from nitrivac.vacancies.planning.attempts import LARGEST_ATOMS, attempts
from nitrivac.vacancies.planning.candidates import Candidates
from nitrivac.vacancies.planning.refusal import why_none
from nitrivac.vacancies.planning.rules import nearest_rules, rules_for
from nitrivac.vacancies.planning.site_counts import sites_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.planning.plan import Plan
    from nitrivac.vacancies.specification import VacancySpecification

__all__ = ["MAX_ATOMS", "MIN_IMAGE_A", "Planning", "find_plans", "plan_supercells"]

MIN_IMAGE_A = 10.0
MAX_ATOMS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """What a plan must be, from the command line to the search.

    Attributes:
        supercell: forced matrix, rows are new lattice vectors in terms of the old, fractions where primitive vectors are.
        min_image: smallest distance between images of a defect, angstrom.
        max_atoms: largest number of atoms; None for `MAX_ATOMS`, or up to `LARGEST_ATOMS` where none of those will do.
        allow_charge: whether the cell may carry a charge.
        tolerance: how far off every share may be, of itself, in place of the rules; 0 asks for the exact cell.
        nearest: whether, where no cell is near enough, the nearest neutral one is taken.
        exclusion: see `ConfigurationSpace`.

    >>> from nitrivac import load
    >>> from nitrivac.vacancies import Choice, Planning, run_vacancies
    >>> planning = Planning(min_image=8.0, max_atoms=200)
    >>> items = ["Li@4f=8.1%", "N@2c=5.4%"]
    >>> run_vacancies(load("beta-Li3N"), items, choice=Choice(mode="count"), planning=planning).plan.charge
    0.0
    """

    supercell: ArrayLike | None = None
    min_image: float = MIN_IMAGE_A
    max_atoms: int | None = None
    allow_charge: bool = False
    tolerance: float | None = None
    nearest: bool = False
    exclusion: float | None = None


def plan_supercells(  # noqa: PLR0913 - each is an option of the command
    crystal: Crystal,
    specification: VacancySpecification,
    *,
    supercell: ArrayLike | None = None,
    min_image: float = MIN_IMAGE_A,
    max_atoms: int | None = None,
    allow_charge: bool = False,
    tolerance: float | None = None,
    nearest: bool = False,
    exclusion: float | None = None,
    limit: int = 5,
) -> tuple[Plan, ...]:
    """Plans that meet the specification, best first, one for each cell.

    Without a forced supercell every superlattice of the primitive lattice with up to `max_atoms` atoms is considered: fewest
    atoms first, then the shape that keeps most symmetry and has the most equal edges; in each cell the numbers nearest to
    the targets. `nitrivac.vacancies.planning.rules` says what is near enough, each rule in turn until one is met anywhere.
    Images must be at least `min_image` apart, the atoms must fit where near sites exclude each other, and the cell must be
    neutral where oxidation states are known.

    Where none will do, `nitrivac.vacancies.planning.attempts` says what is given up, one thing after the other: the limit
    of atoms, if none is given; and for a crystal as refined, of which nothing was asked, neutrality by oxidation states that
    its source does not state, then the exclusion of the farthest of near sites. The plan says what it was.

    Args:
        crystal: the parent.
        specification: the targets.
        supercell: forced matrix, rows are new lattice vectors in terms of the old, fractions where primitive vectors are.
        min_image: smallest distance between images of a defect, angstrom.
        max_atoms: largest number of atoms; None for `MAX_ATOMS`, or up to `LARGEST_ATOMS` where none of those will do.
        allow_charge: whether the cell may carry a charge.
        tolerance: how far off every share may be, of itself, in place of the rules; 0 asks for the exact cell.
        nearest: whether, where no cell is near enough, the nearest neutral one is taken.
        exclusion: see `ConfigurationSpace`.
        limit: number of plans wanted.

    Raises:
        PlanError: nothing fits; the message says which demand failed, by how much, and what is nearest.

    >>> from nitrivac import load, parse_specification, plan_supercells
    >>> crystal = load("beta-Li3N")
    >>> specification = parse_specification(crystal, ["Li@4f=1/4"])
    >>> plan = plan_supercells(crystal, specification, supercell=1, allow_charge=True)[0]
    >>> plan.counts[0].counts
    {'Li': 3, 'vacancy': 1}
    """
    planning = Planning(
        supercell=supercell,
        min_image=min_image,
        max_atoms=max_atoms,
        allow_charge=allow_charge,
        tolerance=tolerance,
        nearest=nearest,
        exclusion=exclusion,
    )
    return find_plans(crystal, specification, planning, limit)


def find_plans(crystal: Crystal, specification: VacancySpecification, planning: Planning, limit: int) -> tuple[Plan, ...]:
    """The plans that `plan_supercells` describes.

    Args:
        crystal: the parent.
        specification: the targets.
        planning: what they must be.
        limit: number of plans wanted.

    Raises:
        PlanError: nothing fits.
    """
    average = average_crystal(crystal, specification)
    forced = None if planning.supercell is None else as_matrix(planning.supercell)
    if forced is not None:
        _refuse_other_cells(average, specification, abs(float(np.linalg.det(forced))))
    candidates = Candidates(
        crystal=average,
        specification=specification,
        forced=forced,
        min_image=planning.min_image,
        max_atoms=MAX_ATOMS if planning.max_atoms is None else planning.max_atoms,
        exclusion=planning.exclusion,
    )
    neutral = not planning.allow_charge
    largest = LARGEST_ATOMS if planning.max_atoms is None and forced is None else candidates.max_atoms
    rules = rules_for(specification, planning.tolerance, crowded=bool(candidates.crowds.crowds))
    for attempt in attempts(candidates, largest=largest, neutral=neutral):
        for rule in rules:
            if plans := tuple(islice(attempt.candidates.plans(rule, neutral=attempt.neutral), limit)):
                return tuple(replace(plan, reasons=(*plan.reasons, *attempt.said)) for plan in plans)
        if planning.nearest:
            break
    if planning.nearest:
        tried = (candidates.nearest(rule, neutral=neutral) for rule in nearest_rules())
        found = next((plan for plan in tried if plan is not None), None)
        if found is not None:
            return (replace(found, reasons=(*found.reasons, _outside(neutral=neutral))),)
    raise PlanError(why_none(candidates, rules, largest=largest, neutral=neutral))


def _refuse_other_cells(crystal: Crystal, specification: VacancySpecification, cells: float) -> None:
    for target in specification.targets:
        sites = sites_of(crystal, target, cells)
        if target.count is not None and target.count[1] != sites:
            raise PlanError(f"{target.text!r}: this supercell has {sites} {target.address} sites, not {target.count[1]}")


def _outside(*, neutral: bool) -> str:
    return f"the nearest {'neutral ' if neutral else ''}whole numbers, outside the tolerance of the targets"
