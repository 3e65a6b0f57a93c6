"""The whole numbers of a supercell that meet a rule and balance, nearest to what is asked for first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupation.occupants import VACANCY, element_of
from nitrivac.vacancies.planning.site_counts import SiteCount, sites_of
from nitrivac.vacancies.planning.whole_numbers import Bounds, Options, cheapest_choices
from nitrivac.vacancies.valence import Valence, unplanned_charge, valence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.planning.crowds import Crowd, Crowds
    from nitrivac.vacancies.planning.rules import Rule
    from nitrivac.vacancies.specification import SiteTarget, VacancySpecification

__all__ = ["numbers_within"]

_MOST_OPTIONS = 4_000  # of one orbit, those nearest to its shares


def numbers_within(
    crystal: Crystal,
    specification: VacancySpecification,
    cells: float,
    *,
    rule: Rule,
    neutral: bool,
    crowds: Crowds | None = None,
) -> Iterator[tuple[float, tuple[SiteCount, ...]]]:
    """All choices of whole numbers that meet a rule, nearest to what is asked for first.

    How far they are is the sum of the largest difference of a share on each orbit, and of the composition's differences over
    all elements as a share of the planned sites.

    Args:
        crystal: the crystal with the occupancies asked for.
        specification: the targets.
        cells: number of cells of the crystal, which may be a fraction.
        rule: how far off numbers may be.
        neutral: whether their charges must balance, as far as oxidation states are known.
        crowds: sites of which at most one is filled; None where any may be.

    Yields:
        How far off, and the numbers of each orbit.
    """
    orbits = [_orbit_numbers(target, sites_of(crystal, target, cells), rule) for target in specification.targets]
    if not all(len(one.numbers) for one in orbits):
        return
    kinds = _Kinds.of(crystal, specification)
    crowding = [_crowding(crystal, orbits, crowd) for crowd in (crowds.crowds if crowds else ())]
    asked = sum((kinds.adds_of(one.target, one.shares * one.sites) for one in orbits), np.zeros(len(kinds.columns)))
    planned = sum(one.sites for one in orbits)

    def price(sums: NDArray[np.int64]) -> NDArray[np.float64]:
        off: NDArray[np.float64] = np.abs((sums - asked) @ kinds.by_element.T).sum(axis=1) / planned
        return off

    bounds = kinds.bounds(specification, cells, asked=asked, rule=rule, neutral=neutral)
    bounds = replace(bounds, most=np.array([limit * cells for _, limit in crowding], dtype=float))
    sites = [
        Options(adds=kinds.adds(one), costs=one.costs, fills=_columns(columns[number] for columns, _ in crowding))
        for number, one in enumerate(orbits)
    ]
    for cost, picks in cheapest_choices(sites, bounds, price):
        yield round(cost, 9), tuple(one.count(pick) for one, pick in zip(orbits, picks, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class _OrbitNumbers:
    """The numbers that one orbit may hold: a row each, shape (o, occupants), and the shares asked for."""

    target: SiteTarget
    sites: int
    numbers: NDArray[np.int64] = field(repr=False)

    @property
    def shares(self) -> NDArray[np.float64]:
        return np.array([share.fraction for share in self.target.shares])

    @property
    def costs(self) -> NDArray[np.float64]:
        """Largest difference of a share, shape (o,)."""
        off: NDArray[np.float64] = np.abs(self.numbers / self.sites - self.shares).max(axis=1)
        return off

    def count(self, number: int) -> SiteCount:
        names = [share.occupant for share in self.target.shares]
        return SiteCount(
            label=self.target.label,
            address=self.target.address,
            sites=self.sites,
            counts=dict(zip(names, self.numbers[number].tolist(), strict=True)),
            targets=dict(zip(names, self.shares.tolist(), strict=True)),
        )


def _crowding(crystal: Crystal, orbits: Sequence[_OrbitNumbers], crowd: Crowd) -> tuple[list[NDArray[np.int64]], int]:
    """What each option of each orbit adds to the filling of a crowd, and how much one cell may have, in whole numbers.

    A crowd with m of the M sites of an orbit per cell is filled by n atoms on that orbit in m n of M cells; the sum over the
    orbits is at most the number of cells. All is multiplied by what all M divide.
    """
    sites = {orbit.label: len(orbit.indices) for orbit in crystal.orbits}
    common = lcm(*(sites[label] for label in crowd.members))
    columns = []
    for one in orbits:
        vacant = [number for number, share in enumerate(one.target.shares) if share.occupant == VACANCY]
        filled = one.sites - one.numbers[:, vacant].sum(axis=1)
        columns.append(filled * (crowd.members.get(one.target.label, 0) * common // sites[one.target.label]))
    return columns, common


def _columns(columns: Iterable[NDArray[np.int64]]) -> NDArray[np.int64] | None:
    """Columns side by side, None where there are none."""
    every = list(columns)
    return np.stack(every, axis=1) if every else None


def _orbit_numbers(target: SiteTarget, sites: int, rule: Rule) -> _OrbitNumbers:
    """All whole numbers of an orbit's occupants within their windows; the nearest of very many."""
    exact = np.array([share.fraction * sites for share in target.shares])
    windows = np.array([rule.window(target, share, sites) for share in target.shares]).reshape(-1, 2)
    reach = float(sites)
    while True:
        low = np.maximum(windows[:, 0], np.ceil(exact - reach)).astype(int)
        high = np.minimum(windows[:, 1], np.floor(exact + reach)).astype(int)
        size = np.prod(np.maximum(high - low + 1, 0)[:-1].astype(float))
        if size <= _MOST_OPTIONS or reach < 2:
            break
        reach *= 0.8
    grids = np.meshgrid(*(np.arange(a, b + 1) for a, b in zip(low[:-1], high[:-1], strict=True)), indexing="ij")
    first = np.array(grids, dtype=np.int64).reshape(len(low) - 1, -1).T if len(low) > 1 else np.zeros((1, 0), dtype=np.int64)
    last = sites - first.sum(axis=1)
    kept = (last >= windows[-1, 0]) & (last <= windows[-1, 1])
    return _OrbitNumbers(target=target, sites=sites, numbers=np.hstack([first, last[:, None]])[kept])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kinds:
    """The kinds of atoms on the planned sites: one for each element and oxidation state.

    Attributes:
        crystal: the crystal.
        columns: element and oxidation state of each kind, None where it has none.
    """

    crystal: Crystal
    columns: tuple[tuple[str, Valence | None], ...]

    @classmethod
    def of(cls, crystal: Crystal, specification: VacancySpecification) -> _Kinds:
        found = {
            (element_of(share.occupant), valence_of(crystal, target.label, share.occupant)): None
            for target in specification.targets
            for share in target.shares
            if share.occupant != VACANCY
        }
        return cls(crystal=crystal, columns=tuple(found))

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements of the kinds, each once."""
        return tuple(dict.fromkeys(element for element, _ in self.columns))

    @property
    def by_element(self) -> NDArray[np.float64]:
        """Which kinds each element sums, shape (e, k)."""
        return np.array([[float(element == one) for one, _ in self.columns] for element in self.elements])

    def adds_of(self, target: SiteTarget, numbers: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
        """Atoms of each kind in numbers of an orbit's occupants, shape (..., k)."""
        kinds = np.zeros((len(target.shares), len(self.columns)))
        for row, share in enumerate(target.shares):
            if share.occupant != VACANCY:
                valence = valence_of(self.crystal, target.label, share.occupant)
                kinds[row, self.columns.index((element_of(share.occupant), valence))] = 1.0
        atoms: NDArray[np.float64] = numbers @ kinds
        return atoms

    def adds(self, orbit: _OrbitNumbers) -> NDArray[np.int64]:
        """Atoms of each kind in each option of an orbit, shape (o, k)."""
        return np.round(self.adds_of(orbit.target, orbit.numbers)).astype(np.int64)

    def bounds(
        self,
        specification: VacancySpecification,
        cells: float,
        *,
        asked: NDArray[np.float64],
        rule: Rule,
        neutral: bool,
    ) -> Bounds:
        """The totals of the elements, and the charges, that a rule allows; see `numbers_within`."""
        weights, low, high = [], [], []
        planned = {target.label for target in specification.targets}
        for element, row in zip(self.elements, self.by_element, strict=True):
            elsewhere = cells * sum(
                orbit.occupancy_of(element) * len(orbit.indices)
                for orbit in self.crystal.orbits
                if orbit.label not in planned
            )
            uncertain = sum(
                (share.uncertainty or 0.0) * sites_of(self.crystal, target, cells)
                for target in specification.targets
                for share in target.shares
                if target.text and element_of(share.occupant) == element
            )
            slack = rule.total_slack(elsewhere + float(row @ asked), uncertain)
            weights.append(row)
            low.append(float(row @ asked) - slack)
            high.append(float(row @ asked) + slack)
        fixed = unplanned_charge(self.crystal, planned, cells)
        if neutral and fixed is not None and all(valence is not None for _, valence in self.columns):
            valences = [valence for _, valence in self.columns if valence is not None]
            weights += [np.array([one.low for one in valences]), np.array([one.high for one in valences])]
            low += [-np.inf, -fixed[1]]
            high += [-fixed[0], np.inf]
        return Bounds(weights=np.array(weights), low=np.array(low), high=np.array(high))
