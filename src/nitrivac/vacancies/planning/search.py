"""Which supercells meet a specification: all superlattices of the primitive lattice, the smallest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.supercells.supercell_matrix import as_matrix
from nitrivac.errors import PlanError
from nitrivac.vacancies.average import average_crystal
from nitrivac.vacancies.planning.candidates import Candidates
from nitrivac.vacancies.planning.refusal import why_none
from nitrivac.vacancies.planning.rules import nearest_rules, rules_for
from nitrivac.vacancies.planning.site_counts import sites_of
from nitrivac.vacancies.valence import mean_charge, states_are_stated

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
        max_atoms: largest number of atoms.
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
    max_atoms: int = MAX_ATOMS
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
    max_atoms: int = MAX_ATOMS,
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
    Images must be at least `min_image` apart, and the atoms must fit where near sites exclude each other.

    The cell must be neutral where oxidation states are known. States that the source does not state are the program's own:
    where no cell is neutral within the tolerance, a crystal as refined is planned with the charge that it has, and the plan
    says so.

    Args:
        crystal: the parent.
        specification: the targets.
        supercell: forced matrix, rows are new lattice vectors in terms of the old, fractions where primitive vectors are.
        min_image: smallest distance between images of a defect, angstrom.
        max_atoms: largest number of atoms.
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
    allow_charge = planning.allow_charge
    average = average_crystal(crystal, specification)
    forced = None if planning.supercell is None else as_matrix(planning.supercell)
    if forced is not None:
        _refuse_other_cells(average, specification, abs(float(np.linalg.det(forced))))
    candidates = Candidates(
        crystal=average,
        specification=specification,
        forced=forced,
        min_image=planning.min_image,
        max_atoms=planning.max_atoms,
        exclusion=planning.exclusion,
    )
    rules = rules_for(specification, planning.tolerance, crowded=bool(candidates.crowds.crowds))
    for rule in rules:
        if plans := tuple(islice(candidates.plans(rule, neutral=not allow_charge), limit)):
            return plans
    if planning.nearest:
        tried = (candidates.nearest(rule, neutral=not allow_charge) for rule in nearest_rules())
        found = next((plan for plan in tried if plan is not None), None)
        if found is not None:
            return (replace(found, reasons=(*found.reasons, _outside(allow_charge=allow_charge))),)
    elif not allow_charge and _charge_is_its_own(average, specification):
        for rule in rules:
            if plans := tuple(islice(candidates.plans(rule, neutral=False), limit)):
                return tuple(replace(plan, reasons=(*plan.reasons, _charged(average))) for plan in plans)
    raise PlanError(why_none(candidates, rules, allow_charge=allow_charge))


def _refuse_other_cells(crystal: Crystal, specification: VacancySpecification, cells: float) -> None:
    for target in specification.targets:
        sites = sites_of(crystal, target, cells)
        if target.count is not None and target.count[1] != sites:
            raise PlanError(f"{target.text!r}: this supercell has {sites} {target.address} sites, not {target.count[1]}")


def _charge_is_its_own(crystal: Crystal, specification: VacancySpecification) -> bool:
    """Whether a charge is the refinement's, by states that only the program gives it, and not one that was asked for."""
    return not states_are_stated(crystal) and not any(target.text for target in specification.targets)


def _charged(crystal: Crystal) -> str:
    return (
        f"no cell is neutral within the tolerance: as refined, one cell carries {mean_charge(crystal) or 0.0:+.3g} with "
        f"{crystal.oxidation.described(crystal)}; --nearest takes the nearest neutral one"
    )


def _outside(*, allow_charge: bool) -> str:
    return f"the nearest {'' if allow_charge else 'neutral '}whole numbers, outside the tolerance of the targets"
