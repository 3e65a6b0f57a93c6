"""The configuration spaces of all cell shapes of a size, as derivative structures are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.crystal.supercells.supercell import distinct_lattices
from nitrivac.vacancies.average import average_crystal
from nitrivac.vacancies.planning.plan import make_plan
from nitrivac.vacancies.planning.rules import rules_for
from nitrivac.vacancies.planning.site_numbers import numbers_within
from nitrivac.vacancies.space import ConfigurationSpace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.specification import VacancySpecification

__all__ = ["spaces_of_all_shapes"]


def spaces_of_all_shapes(
    crystal: Crystal,
    specification: VacancySpecification,
    cells: int,
    *,
    allow_charge: bool = False,
    tolerance: float | None = None,
    exclusion: float | None = None,
) -> Iterator[ConfigurationSpace]:
    """One space for each superlattice that symmetry tells apart and each choice of whole numbers that meets the targets.

    Leaving superperiodic configurations out, each structure of that size comes once in all of them together (G. L. W. Hart
    and R. W. Forcade, Phys. Rev. B 77 (2008) 224115).

    Args:
        crystal: the parent, in its primitive cell if all superlattices are wanted.
        specification: the targets.
        cells: number of parent cells.
        allow_charge: whether a cell may carry a charge.
        tolerance: see `nitrivac.vacancies.planning.rules.rules_for`; the first of its rules holds.
        exclusion: see `ConfigurationSpace`.

    >>> from nitrivac import load, parse_specification
    >>> from nitrivac.vacancies import spaces_of_all_shapes
    >>> crystal = load("alpha-Li3N")
    >>> specification = parse_specification(crystal, "Li@2c=25%")
    >>> len(list(spaces_of_all_shapes(crystal, specification, 2, allow_charge=True)))
    3
    """
    average = average_crystal(crystal, specification)
    rule = rules_for(specification, tolerance)[0]
    choices = [counts for _, counts in numbers_within(average, specification, cells, rule=rule, neutral=not allow_charge)]
    for matrix in distinct_lattices(crystal.space_group.rotations, cells):
        for counts in choices:
            yield ConfigurationSpace(crystal=crystal, plan=make_plan(crystal, matrix, counts), exclusion=exclusion)
