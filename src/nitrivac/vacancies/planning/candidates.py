"""The supercells that come into question, and the numbers of atoms that each can hold."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby, islice
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.supercells.primitive import centring_steps
from nitrivac.crystal.supercells.supercell import cell_shapes
from nitrivac.vacancies.exclusion.fillable_numbers import FillableNumbers
from nitrivac.vacancies.planning.crowds import Crowds, crowds_of
from nitrivac.vacancies.planning.plan import Plan, make_plan
from nitrivac.vacancies.planning.site_counts import composition_asked, composition_made, largest_difference
from nitrivac.vacancies.planning.site_numbers import numbers_within
from nitrivac.vacancies.space import ConfigurationSpace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.supercells.supercell_matrix import Matrix
    from nitrivac.vacancies.planning.rules import Rule
    from nitrivac.vacancies.planning.site_counts import SiteCount
    from nitrivac.vacancies.specification import VacancySpecification

__all__ = ["Candidates"]

_MOST_TRIED = 40  # sets of numbers in one cell, nearest first, that may fail to fit where near sites exclude each other
_MOST_CROWDED = 2  # cells of one size in which none may fit before the next size is tried
_MOST_CROWDED_SIZES = 4  # such sizes before the search is given up
_MOST_TIES = 12  # sets that are equally near and all named


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates:
    """The supercells that come into question.

    Attributes:
        crystal: the crystal with the occupancies asked for.
        specification: the targets.
        forced: the one matrix in question, rows are new lattice vectors in terms of the old; None for all superlattices of
            the primitive lattice.
        min_image: smallest distance between images of a defect, angstrom; a forced cell may have any.
        max_atoms: largest number of atoms; likewise.
        exclusion: see `ConfigurationSpace`.
        beyond: only cells of more atoms than this.
        together_from: see `Plan`.
    """

    crystal: Crystal
    specification: VacancySpecification
    forced: Matrix | None
    min_image: float
    max_atoms: int
    exclusion: float | None
    beyond: int = 0
    together_from: float | None = None
    _shapes: dict[int, list[Matrix]] = field(default_factory=dict, repr=False)

    @cached_property
    def parts(self) -> int:
        """Number of primitive cells in the crystal's cell."""
        return len(centring_steps(self.crystal.space_group))

    @cached_property
    def sizes(self) -> Sequence[int]:
        """The numbers of primitive cells, ascending."""
        if self.forced is not None:
            return (round(abs(float(np.linalg.det(self.forced))) * self.parts),)
        atoms = sum(self.crystal.contents.values()) / self.parts
        return range(int(self.beyond / atoms + 1e-6) + 1, int(self.max_atoms / atoms + 1e-6) + 1)

    def cells(self, size: int) -> float:
        """The number of the crystal's own cells, which may be a fraction."""
        return size // self.parts if size % self.parts == 0 else size / self.parts

    def shapes(self, size: int) -> list[Matrix]:
        """The supercells of a size whose images are far enough apart, best first."""
        if self.forced is not None:
            return [self.forced]
        if size not in self._shapes:
            self._shapes[size] = cell_shapes(self.crystal, size, self.min_image)
        return self._shapes[size]

    @cached_property
    def crowds(self) -> Crowds:
        """Sites of which at most one is filled."""
        vacant = {target.label for target in self.specification.targets if target.vacancy is not None}
        return crowds_of(self.crystal, vacant, self.exclusion, together_from=self.together_from)

    def numbers(
        self, size: int, rule: Rule, *, neutral: bool, crowded: bool = True
    ) -> Iterator[tuple[float, tuple[SiteCount, ...]]]:
        """The numbers that meet a rule in cells of a size; see `numbers_within`.

        Args:
            size: number of primitive cells.
            rule: how far off numbers may be.
            neutral: whether charges must balance.
            crowded: whether they obey the conditions of `crowds`.
        """
        cells, crowds = self.cells(size), self.crowds if crowded else None
        return numbers_within(self.crystal, self.specification, cells, rule=rule, neutral=neutral, crowds=crowds)

    def plans(self, rule: Rule, *, neutral: bool) -> Iterator[Plan]:
        """The best plan of each cell that has one, the smallest cells first.

        Args:
            rule: how far off numbers may be.
            neutral: whether charges must balance.
        """
        crowded = 0
        for size in self.sizes:
            if next(self.numbers(size, rule, neutral=neutral), None) is None or not self.shapes(size):
                continue
            best = (self._best_in(matrix, size, rule, neutral=neutral) for matrix in self.shapes(size))
            first = next((plan for plan in islice(best, _MOST_CROWDED) if plan is not None), None)
            crowded += first is None
            if crowded == _MOST_CROWDED_SIZES:
                return
            if first is not None:
                yield first
                yield from (plan for plan in best if plan is not None)

    def nearest(self, rule: Rule, *, neutral: bool) -> Plan | None:
        """The plan whose atoms of each element are nearest to those asked for, of all cells; the smallest of equal ones."""
        found = []
        for size in self.sizes:
            first = next(self.numbers(size, rule, neutral=neutral), None)
            if first is not None:
                cells = self.cells(size)
                made, asked = (make(self.crystal, first[1], cells) for make in (composition_made, composition_asked))
                found.append((round(largest_difference(made, asked), 6), size))
        for _, size in sorted(found):
            for matrix in self.shapes(size)[:_MOST_CROWDED]:
                plan = self._best_in(matrix, size, rule, neutral=neutral)
                if plan is not None:
                    return plan
        return None

    def _best_in(self, matrix: Matrix, size: int, rule: Rule, *, neutral: bool) -> Plan | None:
        """The nearest numbers whose atoms fit where near sites exclude each other; others as near are named with them."""
        fillable: FillableNumbers | None = None
        choices = islice(self.numbers(size, rule, neutral=neutral), _MOST_TRIED)
        for _, like in groupby(choices, key=lambda choice: choice[0]):
            plans = [make_plan(self.crystal, matrix, counts, together_from=self.together_from) for _, counts in like]
            fitting = []
            for plan in plans:
                space = ConfigurationSpace(crystal=self.crystal, plan=plan, exclusion=self.exclusion)
                if self.crowds.apart:  # then their conditions suffice
                    fitting.append(plan)
                    continue
                fillable = fillable or FillableNumbers(space)
                if fillable.holds(space):
                    fitting.append(plan)
            if not fitting:
                continue
            best = replace(fitting[0], rule=rule.text)
            if len(fitting) <= _MOST_TIES:
                return replace(best, equals=tuple(plan.counts for plan in fitting[1:]))
            note = f"one of {len(fitting)} or more sets of numbers that are equally near; give numbers of sites to choose"
            return replace(best, reasons=(*best.reasons, note))
        return None
