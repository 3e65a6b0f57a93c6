"""Which supercell, and which whole numbers of atoms: every integer explained, nothing rounded silently."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.errors import PlanError
from nitrivac.vacancies.specification import VACANCY
from nitrivac.vacancies.supercell import cell_shapes, shortest_vector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.specification import SiteTarget, VacancySpecification

__all__ = ["MAX_ATOMS", "MIN_IMAGE_A", "Plan", "SiteCount", "plan_supercells"]

MIN_IMAGE_A = 10.0
MAX_ATOMS = 400
SIGMAS = 2.0  # a target with an uncertainty is met within this many of its standard deviations
RELATIVE = 0.10  # one without is met within this share of itself
_NEUTRAL = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCount:
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """A supercell and the numbers of atoms in it.

    Attributes:
        matrix: rows are new lattice vectors in terms of the old, shape (3, 3).
        cells: number of parent cells.
        atoms: number of atoms, vacancies left out.
        counts: one per orbit that is not simply full.
        charge: of the supercell, None where an oxidation state is unknown.
        min_image: shortest lattice vector, angstrom.
        reasons: why these integers, and what is off by how much.
    """

    matrix: NDArray[np.int64]
    cells: int
    atoms: int
    counts: tuple[SiteCount, ...]
    charge: float | None
    min_image: float
    reasons: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "matrix": self.matrix.tolist(),
            "cells": self.cells,
            "atoms": self.atoms,
            "counts": [
                {
                    "site": one.address,
                    "vacant": one.vacant,
                    "of": one.sites,
                    "fraction": one.vacant / one.sites,
                    "species": {name: number for name, number in one.counts.items() if name != VACANCY},
                }
                for one in self.counts
            ],
            "charge": self.charge,
            "min_image_A": round(self.min_image, 4),
            "reasons": list(self.reasons),
        }


def plan_supercells(
    crystal: Crystal,
    specification: VacancySpecification,
    *,
    supercell: ArrayLike | None = None,
    min_image: float = MIN_IMAGE_A,
    max_atoms: int = MAX_ATOMS,
    allow_charge: bool = False,
    limit: int = 5,
) -> tuple[Plan, ...]:
    """Plans that meet the specification, best first.

    Without a forced supercell every multiple of the crystal's cell up to `max_atoms` sites is considered: fewest atoms
    first, then the shape that keeps most symmetry and has the most equal edges, then the numbers nearest to the targets.
    Each target must be met within twice its uncertainty (10 % of itself where it has none), the cell must be neutral where
    oxidation states are known, and images at least `min_image` apart.

    With a forced supercell the nearest neutral numbers are taken, and each that misses its target says so.

    Args:
        crystal: the parent.
        specification: the targets.
        supercell: forced matrix, rows are new lattice vectors in terms of the old.
        min_image: smallest distance between images of a defect, angstrom.
        max_atoms: largest number of sites.
        allow_charge: whether the cell may carry a charge.
        limit: number of plans wanted.

    Raises:
        PlanError: nothing fits; the message says which demand failed, by how much, and what is nearest.
    """
    if supercell is not None:
        return (_forced(crystal, specification, np.asarray(supercell, dtype=np.int64), allow_charge=allow_charge),)
    plans: list[Plan] = []
    largest = max_atoms // crystal.n_sites
    too_close: tuple[int, float] | None = None
    for cells in range(1, largest + 1):
        choices = list(_counts_within(crystal, specification, cells, allow_charge=allow_charge))
        if not choices:
            continue
        shapes = cell_shapes(crystal, cells, min_image)
        if not shapes:
            too_close = (cells, _widest(crystal, cells))
            continue
        ranked = sorted(choices, key=lambda counts: sum(one.deviation for one in counts))
        plans += [_plan(crystal, matrix, counts) for matrix in shapes[:limit] for counts in ranked[:limit]]
        if len(plans) >= limit:
            break
    if not plans:
        raise PlanError(_why_none(crystal, specification, largest, min_image, too_close, allow_charge=allow_charge))
    return tuple(plans[:limit])


def _allowed(target: SiteTarget, name: str, fraction: float, uncertainty: float | None, sites: int) -> range:
    """Whole numbers of an occupant that meet its share."""
    if target.count is not None and name == VACANCY:
        exact = target.count[0] * sites / target.count[1]
        return range(round(exact), round(exact) + 1) if abs(exact - round(exact)) < 1e-9 else range(0)
    if target.count is not None:
        return range(sites + 1)
    slack = SIGMAS * uncertainty if uncertainty else RELATIVE * fraction
    return range(ceil((fraction - slack) * sites - 1e-9), floor((fraction + slack) * sites + 1e-9) + 1)


def _site_choices(target: SiteTarget, sites: int) -> Iterator[dict[str, int]]:
    """All sets of whole numbers on one orbit that meet its target."""
    shares = target.shares
    if len(shares) == 1:
        yield {shares[0].occupant: sites}
        return
    ranges = [
        [number for number in _allowed(target, share.occupant, share.fraction, share.uncertainty, sites) if number >= 0]
        for share in shares
    ]
    last = set(ranges[-1])
    for numbers in product(*ranges[:-1]):
        rest = sites - sum(numbers)
        if rest in last:
            yield dict(zip((share.occupant for share in shares), (*numbers, rest), strict=True))


def _site_count(crystal: Crystal, target: SiteTarget, cells: int, counts: dict[str, int]) -> SiteCount:
    orbit = next(orbit for orbit in crystal.orbits if orbit.label == target.label)
    return SiteCount(
        label=target.label,
        address=target.address,
        sites=len(orbit.indices) * cells,
        counts=counts,
        targets={share.occupant: share.fraction for share in target.shares},
    )


def _sites_of(crystal: Crystal, target: SiteTarget, cells: int) -> int:
    return cells * len(next(orbit for orbit in crystal.orbits if orbit.label == target.label).indices)


def _counts_within(
    crystal: Crystal, specification: VacancySpecification, cells: int, *, allow_charge: bool
) -> Iterator[tuple[SiteCount, ...]]:
    """All choices of whole numbers that meet every target and are neutral, for a number of parent cells."""
    per_site = [
        [_site_count(crystal, target, cells, counts) for counts in _site_choices(target, _sites_of(crystal, target, cells))]
        for target in specification.targets
    ]
    for counts in product(*per_site):
        charge = supercell_charge(crystal, counts, cells)
        if allow_charge or charge is None or abs(charge) < _NEUTRAL:
            yield counts


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


def _plan(crystal: Crystal, matrix: NDArray[np.int64], counts: tuple[SiteCount, ...]) -> Plan:
    cells = round(abs(float(np.linalg.det(matrix))))
    vacant = sum(one.vacant for one in counts)
    return Plan(
        matrix=matrix,
        cells=cells,
        atoms=crystal.n_sites * cells - vacant,
        counts=counts,
        charge=supercell_charge(crystal, counts, cells),
        min_image=shortest_vector(matrix @ crystal.lattice),
        reasons=tuple(reason for one in counts for reason in _reasons(one)),
    )


def _reasons(count: SiteCount) -> Iterator[str]:
    for name, number in count.counts.items():
        target = count.targets.get(name, 0.0)
        share = number / count.sites
        what = "vacant" if name == VACANCY else name
        off = f"{100 * (share - target):+.2f} points" if abs(share - target) > 1e-9 else "exact"
        yield f"{count.address}: {number} of {count.sites} {what} = {100 * share:.2f} % for {100 * target:.2f} % ({off})"


def _forced(crystal: Crystal, specification: VacancySpecification, matrix: NDArray[np.int64], *, allow_charge: bool) -> Plan:
    """The numbers nearest to the targets in a given cell, neutral unless a charge is allowed."""
    cells = round(abs(float(np.linalg.det(matrix))))
    within = sorted(
        _counts_within(crystal, specification, cells, allow_charge=allow_charge),
        key=lambda counts: sum(one.deviation for one in counts),
    )
    if within:
        return _plan(crystal, matrix, within[0])
    per_site = []
    for target in specification.targets:
        sites = _sites_of(crystal, target, cells)
        if target.count is not None and target.count[1] != sites:
            raise PlanError(f"{target.text!r}: this supercell has {sites} {target.address} sites, not {target.count[1]}")
        per_site.append([_site_count(crystal, target, cells, counts) for counts in _near(target, sites)])
    best: tuple[float, tuple[SiteCount, ...]] | None = None
    for counts in product(*per_site):
        charge = supercell_charge(crystal, counts, cells)
        if not (allow_charge or charge is None or abs(charge) < _NEUTRAL):
            continue
        distance = sum(one.deviation for one in counts)
        if best is None or distance < best[0]:
            best = (distance, counts)
    if best is None:
        raise PlanError(
            f"no neutral whole numbers near the targets fit into {cells} cells; allow a charge (--allow-charge) or "
            "another supercell"
        )
    plan = _plan(crystal, matrix, best[1])
    note = "the cell is forced: these are the nearest neutral whole numbers, outside the tolerance of the targets"
    return Plan(
        matrix=plan.matrix,
        cells=cells,
        atoms=plan.atoms,
        counts=plan.counts,
        charge=plan.charge,
        min_image=plan.min_image,
        reasons=(*plan.reasons, note),
    )


def _near(target: SiteTarget, sites: int, reach: int = 3) -> Iterator[dict[str, int]]:
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


def _widest(crystal: Crystal, cells: int) -> float:
    """The farthest apart that images can be in a cell of this size, angstrom."""
    shapes = cell_shapes(crystal, cells, 0.0)
    return max(shortest_vector(matrix @ crystal.lattice) for matrix in shapes)


def _why_none(
    crystal: Crystal,
    specification: VacancySpecification,
    largest: int,
    min_image: float,
    too_close: tuple[int, float] | None,
    *,
    allow_charge: bool,
) -> str:
    """Which demand failed, by how much, and what to change."""
    start = f"no supercell of {crystal.provenance.source} up to {largest} cells ({largest * crystal.n_sites} sites) fits"
    if largest < 1:
        return f"{start}: one cell has {crystal.n_sites} sites already; raise --max-atoms"
    if too_close is not None:
        cells, widest = too_close
        return (
            f"{start}: whole neutral numbers fit into {cells} cells, but images of a defect are then at most "
            f"{widest:.2f} angstrom apart, not {min_image:g}; lower --min-image or raise --max-atoms"
        )
    if not allow_charge:
        for cells in range(1, largest + 1):
            charged = next(_counts_within(crystal, specification, cells, allow_charge=True), None)
            if charged is not None:
                charge = supercell_charge(crystal, charged, cells)
                return (
                    f"{start}: the targets fit into {cells} cells, but no choice is neutral (nearest there {charge:+g}); "
                    "name vacancies that balance, or allow it with --allow-charge"
                )
    nearest = min(
        (
            (abs(round(share.fraction * sites) / sites - share.fraction), cells, target.address, share, sites)
            for cells in range(1, largest + 1)
            for target in specification.targets
            for sites in (_sites_of(crystal, target, cells),)
            for share in target.shares
            if share.occupant == VACANCY
        ),
        default=None,
        key=lambda item: item[0],
    )
    if nearest is None:
        return f"{start}: the shares asked for are met by no whole numbers; raise --max-atoms"
    _, cells, address, share, sites = nearest
    return (
        f"{start}: the shares asked for are met by no whole numbers; nearest is {round(share.fraction * sites)} of {sites} "
        f"{address} in {cells} cells for {100 * share.fraction:.3g} %; raise --max-atoms or force one with --supercell"
    )
