"""Whole numbers of occupants on the sites of a supercell, and the charge they carry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import ceil, floor
from typing import TYPE_CHECKING

from nitrivac.crystal.occupation.occupants import VACANCY, element_of, occupant_names_of, oxidation_state
from nitrivac.documents.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.specification import Share, SiteTarget, VacancySpecification

__all__ = [
    "RELATIVE",
    "SIGMAS",
    "SiteCount",
    "composition_asked",
    "composition_made",
    "counts_near",
    "counts_within",
    "distance_from_targets",
    "is_nearest_composition",
    "is_neutral",
    "sites_of",
    "supercell_charge",
    "tolerance_rule",
]

SIGMAS = 2.0  # a target with an uncertainty is met within this many of its standard deviations
RELATIVE = 0.10  # one without is met within this share of itself
_NEUTRAL = 1e-6
_WHOLE = 1e-6  # atoms


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


def tolerance_rule(specification: VacancySpecification, tolerance: float | None) -> str:
    """In words, how far shares may be from their targets; see `counts_within`."""
    if specification.targets and all(target.count is not None for target in specification.targets):
        return "the whole numbers asked for"
    if tolerance is not None:
        return f"each within {100 * tolerance:g} % of itself" if tolerance else "each share exact"
    stated = any(share.uncertainty for target in specification.targets for share in target.shares)
    uncertain = f"{SIGMAS:g} standard uncertainties, or " if stated else ""
    return f"each within {uncertain}{100 * RELATIVE:g} % of itself{' if unstated' if stated else ''}"


def is_neutral(charge: float | None) -> bool:
    """Whether a charge is none, or unknown, which is let pass and said."""
    return charge is None or abs(charge) < _NEUTRAL


def supercell_charge(crystal: Crystal, counts: Sequence[SiteCount], cells: int) -> float | None:
    """Charge of a supercell with these counts, None where an oxidation state is unknown."""
    charges = [_fixed_charge(crystal, {one.label for one in counts}, cells), *(_charge(crystal, one) for one in counts)]
    known = [one for one in charges if one is not None]
    return round(sum(known), 9) + 0.0 if len(known) == len(charges) else None


def composition_made(crystal: Crystal, counts: Sequence[SiteCount], cells: int) -> dict[str, float]:
    """Atoms of each element in a supercell with these counts, sites that are not planned among them."""
    contents = _unplanned(crystal, counts, cells)
    for one in counts:
        for name, number in one.counts.items():
            if name != VACANCY:
                contents[element_of(name)] = contents.get(element_of(name), 0.0) + number
    return contents


def composition_asked(crystal: Crystal, counts: Sequence[SiteCount], cells: int) -> dict[str, float]:
    """Atoms of each element in a supercell whose shares were exactly those asked for."""
    contents = _unplanned(crystal, counts, cells)
    for one in counts:
        for name, share in one.targets.items():
            if name != VACANCY:
                contents[element_of(name)] = contents.get(element_of(name), 0.0) + share * one.sites
    return contents


def distance_from_targets(crystal: Crystal, counts: Sequence[SiteCount], cells: int) -> float:
    """How far whole numbers are from what was asked for, as a number to rank them by.

    It is the sum of the largest difference of a share on each orbit, and of the composition's differences over all
    elements as a share of the planned sites.
    """
    sites = sum(one.sites for one in counts)
    atoms = sum(_composition_differences(crystal, counts, cells))
    return round(sum(one.deviation for one in counts) + (atoms / sites if sites else 0.0), 9)


def is_nearest_composition(crystal: Crystal, counts: Sequence[SiteCount], cells: int) -> bool:
    """Whether the composition is exactly the one asked for and each number is a whole number next to its target.

    So it is where two sites are each half filled and a cell has one of each: one of them is filled.
    """
    near = all(
        abs(number - one.targets.get(name, 0.0) * one.sites) < 1.0 - _WHOLE
        for one in counts
        for name, number in one.counts.items()
    )
    return near and max(_composition_differences(crystal, counts, cells), default=0.0) < _WHOLE


def counts_within(
    crystal: Crystal,
    specification: VacancySpecification,
    cells: int,
    *,
    allow_charge: bool,
    tolerance: float | None = None,
) -> Iterator[tuple[SiteCount, ...]]:
    """All choices of whole numbers that meet every target and are neutral, for a number of parent cells.

    Args:
        crystal: the parent.
        specification: the targets.
        cells: number of parent cells.
        allow_charge: whether a charge is allowed.
        tolerance: how far off a share may be, of itself; by default two standard uncertainties, or `RELATIVE` where a
            target has none. 0 asks for the exact shares.
    """
    per_site = [
        [
            _site_count(target, sites_of(crystal, target, cells), counts)
            for counts in _site_choices(target, sites_of(crystal, target, cells), tolerance)
        ]
        for target in specification.targets
    ]
    yield from _neutral(crystal, per_site, cells, allow_charge=allow_charge)


def counts_near(
    crystal: Crystal, specification: VacancySpecification, cells: int, *, allow_charge: bool, reach: int = 3
) -> Iterator[tuple[SiteCount, ...]]:
    """All neutral choices of whole numbers within `reach` atoms of the exact ones, whatever the tolerance."""
    per_site = [
        [
            _site_count(target, sites_of(crystal, target, cells), counts)
            for counts in _near_choices(target, sites_of(crystal, target, cells), reach)
        ]
        for target in specification.targets
    ]
    yield from _neutral(crystal, per_site, cells, allow_charge=allow_charge)


def sites_of(crystal: Crystal, target: SiteTarget, cells: int) -> int:
    """Number of sites of a target's orbit in a supercell of that many parent cells."""
    return cells * len(next(orbit for orbit in crystal.orbits if orbit.label == target.label).indices)


def _neutral(
    crystal: Crystal, per_site: list[list[SiteCount]], cells: int, *, allow_charge: bool
) -> Iterator[tuple[SiteCount, ...]]:
    """The neutral ones of all combinations: the last orbit's numbers are looked up by the charge that is missing."""
    if not per_site or not all(per_site):
        return
    fixed = _fixed_charge(crystal, {choices[0].label for choices in per_site}, cells)
    charges = [[_charge(crystal, one) for one in choices] for choices in per_site]
    if allow_charge or fixed is None or any(None in row for row in charges):
        for counts in product(*per_site):
            if allow_charge or is_neutral(supercell_charge(crystal, counts, cells)):
                yield counts
        return
    by_charge: dict[float, list[SiteCount]] = {}
    for one, charge in zip(per_site[-1], charges[-1], strict=True):
        by_charge.setdefault(round(charge or 0.0, 6) + 0.0, []).append(one)
    for picks in product(*(range(len(choices)) for choices in per_site[:-1])):
        missing = -fixed - sum(row[pick] or 0.0 for row, pick in zip(charges, picks, strict=False))
        beginning = tuple(choices[pick] for choices, pick in zip(per_site, picks, strict=False))
        for last in by_charge.get(round(missing, 6) + 0.0, ()):
            yield (*beginning, last)


def _unplanned(crystal: Crystal, counts: Sequence[SiteCount], cells: int) -> dict[str, float]:
    planned = {one.label for one in counts}
    contents: dict[str, float] = dict.fromkeys(crystal.elements, 0.0)
    for orbit in crystal.orbits:
        for one in orbit.occupants if orbit.label not in planned else ():
            contents[one.element] += one.occupancy * len(orbit.indices) * cells
    return contents


def _composition_differences(crystal: Crystal, counts: Sequence[SiteCount], cells: int) -> list[float]:
    made, asked = composition_made(crystal, counts, cells), composition_asked(crystal, counts, cells)
    return [abs(made[element] - asked.get(element, 0.0)) for element in made]


def _fixed_charge(crystal: Crystal, planned: set[str], cells: int) -> float | None:
    """Charge of the sites that are not planned, None where one is unknown."""
    charge = 0.0
    for orbit in crystal.orbits:
        for name, one in zip(occupant_names_of(orbit), orbit.occupants, strict=True):
            if orbit.label not in planned:
                state = oxidation_state(crystal, orbit.label, name)
                if state is None:
                    return None
                charge += state * one.occupancy * len(orbit.indices) * cells
    return charge


def _charge(crystal: Crystal, count: SiteCount) -> float | None:
    """Charge of an orbit with these numbers, None where one is unknown."""
    charge = 0.0
    for name, number in count.counts.items():
        if name != VACANCY:
            state = oxidation_state(crystal, count.label, name)
            if state is None:
                return None
            charge += state * number
    return charge


def _site_count(target: SiteTarget, sites: int, counts: dict[str, int]) -> SiteCount:
    return SiteCount(
        label=target.label,
        address=target.address,
        sites=sites,
        counts=counts,
        targets={share.occupant: share.fraction for share in target.shares},
    )


def _near_choices(target: SiteTarget, sites: int, reach: int) -> Iterator[dict[str, int]]:
    """Whole numbers on one orbit around its target, each within `reach` of the exact one."""
    shares = target.shares
    if target.count is not None or len(shares) == 1:
        yield from _site_choices(target, sites, None)
        return
    around = [
        range(max(0, floor(share.fraction * sites) - reach), ceil(share.fraction * sites) + reach + 1)
        for share in shares[:-1]
    ]
    for numbers in product(*around):
        rest = sites - sum(numbers)
        if rest >= 0:
            yield dict(zip((share.occupant for share in shares), (*numbers, rest), strict=True))


def _site_choices(target: SiteTarget, sites: int, tolerance: float | None) -> Iterator[dict[str, int]]:
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


def _allowed(target: SiteTarget, share: Share, sites: int, tolerance: float | None) -> range:
    """Whole numbers of an occupant that meet its share."""
    name, fraction = share.occupant, share.fraction
    if target.count is not None and name == VACANCY:
        exact = target.count[0] * sites / target.count[1]
        return range(round(exact), round(exact) + 1) if abs(exact - round(exact)) < 1e-9 else range(0)
    if target.count is not None:
        return range(sites + 1)
    if tolerance is not None:
        slack = tolerance * fraction
    else:
        slack = SIGMAS * share.uncertainty if share.uncertainty else RELATIVE * fraction
    return range(ceil((fraction - slack) * sites - _WHOLE), floor((fraction + slack) * sites + _WHOLE) + 1)
