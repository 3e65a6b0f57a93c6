"""The whole numbers of a supercell that meet a rule and balance, nearest to what is asked for first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupation.occupants import VACANCY, element_of
from nitrivac.vacancies.planning.site_counts import SiteCount, sites_of
from nitrivac.vacancies.planning.whole_numbers import Bounds, Options, cheapest_choices
from nitrivac.vacancies.valence import Valence, unplanned_charge, valence_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.planning.rules import Rule
    from nitrivac.vacancies.specification import SiteTarget, VacancySpecification

__all__ = ["numbers_within"]

_MOST_OPTIONS = 4_000  # of one orbit, those nearest to its shares


def numbers_within(
    crystal: Crystal, specification: VacancySpecification, cells: float, *, rule: Rule, neutral: bool
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

    Yields:
        How far off, and the numbers of each orbit.
    """
    orbits = [_orbit_numbers(target, sites_of(crystal, target, cells), rule) for target in specification.targets]
    if not all(len(one.numbers) for one in orbits):
        return
    kinds = _Kinds.of(crystal, specification)
    adds = [kinds.adds(one) for one in orbits]
    asked = sum((kinds.adds_of(one.target, one.shares * one.sites) for one in orbits), np.zeros(len(kinds.columns)))
    planned = sum(one.sites for one in orbits)

    def price(sums: NDArray[np.int64]) -> NDArray[np.float64]:
        off: NDArray[np.float64] = np.abs((sums - asked) @ kinds.by_element.T).sum(axis=1) / planned
        return off

    bounds = kinds.bounds(specification, cells, asked=asked, rule=rule, neutral=neutral)
    sites = [Options(adds=add, costs=one.costs) for add, one in zip(adds, orbits, strict=True)]
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
