"""Whole numbers of occupants on the sites of a supercell, and the charge they carry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import ceil, floor
from typing import TYPE_CHECKING

from nitrivac.documents.document import Document
from nitrivac.vacancies.specification import VACANCY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.specification import Share, SiteTarget, VacancySpecification

__all__ = [
    "RELATIVE",
    "SiteCount",
    "counts_within",
    "is_neutral",
    "near_counts",
    "oxidation_states",
    "site_count",
    "sites_of",
    "supercell_charge",
]

SIGMAS = 2.0  # a target with an uncertainty is met within this many of its standard deviations
RELATIVE = 0.10  # one without is met within this share of itself
_NEUTRAL = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteCount(Document):
    """Whole numbers of occupants on one orbit of a supercell.

    Attributes:
        label: the orbit's label.
        address: its address.
        sites: number of sites in the supercell.
        counts: occupant (vacancy included) to number; they add up to `sites`.
        targets: occupant to the share asked for.
    """

    label: str
    address: str
    sites: int
    counts: dict[str, int]
    targets: dict[str, float]

    @property
    def vacant(self) -> int:
        """Number of vacant sites."""
        return self.counts.get(VACANCY, 0)

    @property
    def deviation(self) -> float:
        """Largest difference between the share in the supercell and the share asked for."""
        return max(abs(count / self.sites - self.targets.get(name, 0.0)) for name, count in self.counts.items())


def is_neutral(charge: float | None) -> bool:
    """Whether a charge is none, or unknown, which is let pass and said."""
    return charge is None or abs(charge) < _NEUTRAL


def supercell_charge(crystal: Crystal, counts: tuple[SiteCount, ...], cells: int) -> float | None:
    """Charge of a supercell with these counts, None where an oxidation state is unknown."""
    by_label = {one.label: one for one in counts}
    charge = 0.0
    for orbit in crystal.orbits:
        oxidation = oxidation_states(crystal, orbit.label)
        numbers: Mapping[str, float]
        if orbit.label in by_label:
            numbers = by_label[orbit.label].counts
        else:
            numbers = {one.element: one.occupancy * len(orbit.indices) * cells for one in orbit.occupants}
        for name, number in numbers.items():
            if name == VACANCY:
                continue
            if oxidation.get(name) is None:
                return None
            charge += float(oxidation[name] or 0.0) * number
    return round(charge, 9) + 0.0


def oxidation_states(crystal: Crystal, label: str) -> dict[str, float | None]:
    """Oxidation state of each element on an orbit; an element new to it takes the state it has elsewhere."""
    everywhere = {one.element: one.oxidation for orbit in crystal.orbits for one in orbit.occupants}
    orbit = next(orbit for orbit in crystal.orbits if orbit.label == label)
    return everywhere | {one.element: one.oxidation for one in orbit.occupants}


def counts_within(
    crystal: Crystal, specification: VacancySpecification, cells: int, *, allow_charge: bool, tolerance: float = RELATIVE
) -> Iterator[tuple[SiteCount, ...]]:
    """All choices of whole numbers that meet every target and are neutral, for a number of parent cells."""
    per_site = [
        [
            site_count(crystal, target, cells, counts)
            for counts in _site_choices(target, sites_of(crystal, target, cells), tolerance)
        ]
        for target in specification.targets
    ]
    for counts in product(*per_site):
        charge = supercell_charge(crystal, counts, cells)
        if allow_charge or is_neutral(charge):
            yield counts


def near_counts(target: SiteTarget, sites: int, reach: int = 3) -> Iterator[dict[str, int]]:
    """Whole numbers around the target, each within `reach` of the exact one."""
    shares = target.shares
    if target.count is not None:
        yield from _site_choices(target, sites)
        return
    around = [
        range(max(0, floor(share.fraction * sites) - reach), ceil(share.fraction * sites) + reach + 1)
        for share in shares[:-1]
    ]
    for numbers in product(*around):
        rest = sites - sum(numbers)
        if rest >= 0:
            yield dict(zip((share.occupant for share in shares), (*numbers, rest), strict=True))


def site_count(crystal: Crystal, target: SiteTarget, cells: int, counts: dict[str, int]) -> SiteCount:
    """The record of whole numbers on a target's orbit in a supercell of that many parent cells."""
    orbit = next(orbit for orbit in crystal.orbits if orbit.label == target.label)
    return SiteCount(
        label=target.label,
        address=target.address,
        sites=len(orbit.indices) * cells,
        counts=counts,
        targets={share.occupant: share.fraction for share in target.shares},
    )


def sites_of(crystal: Crystal, target: SiteTarget, cells: int) -> int:
    """Number of sites of a target's orbit in a supercell of that many parent cells."""
    return cells * len(next(orbit for orbit in crystal.orbits if orbit.label == target.label).indices)


def _site_choices(target: SiteTarget, sites: int, tolerance: float = RELATIVE) -> Iterator[dict[str, int]]:
    """All sets of whole numbers on one orbit that meet its target."""
    shares = target.shares
    if len(shares) == 1:
        yield {shares[0].occupant: sites}
        return
    ranges = [[number for number in _allowed(target, share, sites, tolerance) if number >= 0] for share in shares]
    last = set(ranges[-1])
    for numbers in product(*ranges[:-1]):
        rest = sites - sum(numbers)
        if rest in last:
            yield dict(zip((share.occupant for share in shares), (*numbers, rest), strict=True))


def _allowed(target: SiteTarget, share: Share, sites: int, tolerance: float) -> range:
    """Whole numbers of an occupant that meet its share."""
    name, fraction = share.occupant, share.fraction
    if target.count is not None and name == VACANCY:
        exact = target.count[0] * sites / target.count[1]
        return range(round(exact), round(exact) + 1) if abs(exact - round(exact)) < 1e-9 else range(0)
    if target.count is not None:
        return range(sites + 1)
    slack = SIGMAS * share.uncertainty if share.uncertainty else tolerance * fraction
    return range(ceil((fraction - slack) * sites - 1e-9), floor((fraction + slack) * sites + 1e-9) + 1)
