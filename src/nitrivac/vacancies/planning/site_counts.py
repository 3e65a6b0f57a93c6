"""Whole numbers of occupants on the sites of a supercell, and the composition they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nitrivac.crystal.occupation.occupants import VACANCY, element_of
from nitrivac.documents.document import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.specification import SiteTarget

__all__ = ["SiteCount", "composition_asked", "composition_made", "largest_difference", "sites_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteCount(Document):
    """Whole numbers of occupants on one orbit of a supercell.

    Attributes:
        label: the orbit's label.
        address: its address.
        sites: number of sites in the supercell.
        counts: occupant (vacancy included) to number; they add up to `sites`.
        targets: occupant to the share asked for.

    >>> from nitrivac import load, parse_specification, plan_supercells
    >>> crystal = load("beta-Li3N")
    >>> specification = parse_specification(crystal, "Li@4f=1/4")
    >>> count = plan_supercells(crystal, specification, supercell=1, allow_charge=True)[0].counts[0]
    >>> count.address, count.sites, count.vacant
    ('Li@4f', 4, 1)
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


def sites_of(crystal: Crystal, target: SiteTarget, cells: float) -> int:
    """Number of sites of a target's orbit in a supercell of that many cells, which may be a fraction."""
    return round(cells * len(next(orbit for orbit in crystal.orbits if orbit.label == target.label).indices))


def composition_made(crystal: Crystal, counts: Sequence[SiteCount], cells: float) -> dict[str, float]:
    """Atoms of each element in a supercell with these counts, sites that are not planned among them."""
    contents = _unplanned(crystal, counts, cells)
    for one in counts:
        for name, number in one.counts.items():
            if name != VACANCY:
                contents[element_of(name)] = contents.get(element_of(name), 0.0) + number
    return contents


def composition_asked(crystal: Crystal, counts: Sequence[SiteCount], cells: float) -> dict[str, float]:
    """Atoms of each element in a supercell whose shares were exactly those asked for."""
    contents = _unplanned(crystal, counts, cells)
    for one in counts:
        for name, share in one.targets.items():
            if name != VACANCY:
                contents[element_of(name)] = contents.get(element_of(name), 0.0) + share * one.sites
    return contents


def largest_difference(made: dict[str, float], asked: dict[str, float]) -> float:
    """The largest difference of the atoms of an element, as a share of those asked for."""
    return max((abs(made.get(element, 0.0) / wanted - 1.0) for element, wanted in asked.items() if wanted > 0), default=0.0)


def _unplanned(crystal: Crystal, counts: Sequence[SiteCount], cells: float) -> dict[str, float]:
    planned = {one.label for one in counts}
    contents: dict[str, float] = dict.fromkeys(crystal.elements, 0.0)
    for orbit in crystal.orbits:
        for one in orbit.occupants if orbit.label not in planned else ():
            contents[one.element] += round(one.occupancy * len(orbit.indices) * cells, 9)
    return contents
