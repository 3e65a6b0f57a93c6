"""Which supercell, and which whole numbers of atoms: every integer explained, nothing rounded silently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.supercell import cell_shapes, shortest_vector
from nitrivac.documents.document import Document
from nitrivac.errors import PlanError
from nitrivac.vacancies.counts import (
    RELATIVE,
    SiteCount,
    counts_within,
    is_neutral,
    near_counts,
    site_count,
    sites_of,
    supercell_charge,
)
from nitrivac.vacancies.specification import VACANCY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.specification import VacancySpecification

__all__ = ["MAX_ATOMS", "MIN_IMAGE_A", "Plan", "make_plan", "plan_supercells"]

MIN_IMAGE_A = 10.0
MAX_ATOMS = 400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan(Document):
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

    def printed(self) -> dict[str, Any]:
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
    tolerance: float = RELATIVE,
    limit: int = 5,
) -> tuple[Plan, ...]:
    """Plans that meet the specification, best first.

    Without a forced supercell every multiple of the crystal's cell up to `max_atoms` sites is considered: fewest atoms
    first, then the shape that keeps most symmetry and has the most equal edges, then the numbers nearest to the targets.
    Each target must be met within twice its uncertainty (`tolerance` of itself where it has none), the cell must be
    neutral where oxidation states are known, and images at least `min_image` apart.

    With a forced supercell the nearest neutral numbers are taken, and each that misses its target says so.

    Args:
        crystal: the parent.
        specification: the targets.
        supercell: forced matrix, rows are new lattice vectors in terms of the old.
        min_image: smallest distance between images of a defect, angstrom.
        max_atoms: largest number of sites.
        allow_charge: whether the cell may carry a charge.
        tolerance: how far off a target without an uncertainty may be, as a share of itself; 0 asks for the exact cell.
        limit: number of plans wanted.

    Raises:
        PlanError: nothing fits; the message says which demand failed, by how much, and what is nearest.
    """
    if supercell is not None:
        return (_forced(crystal, specification, np.asarray(supercell, dtype=np.int64), allow_charge=allow_charge),)
    plans: list[Plan] = []
    largest = max_atoms // crystal.n_sites
    too_close: int | None = None
    for cells in range(1, largest + 1):
        choices = list(counts_within(crystal, specification, cells, allow_charge=allow_charge, tolerance=tolerance))
        if not choices:
            continue
        shapes = cell_shapes(crystal, cells, min_image)
        if not shapes:
            too_close = cells
            continue
        ranked = sorted(choices, key=lambda counts: sum(one.deviation for one in counts))
        plans += [make_plan(crystal, matrix, counts) for matrix in shapes[:limit] for counts in ranked[:limit]]
        if len(plans) >= limit:
            break
    if not plans:
        raise PlanError(
            _why_none(crystal, specification, largest, min_image, too_close, allow_charge=allow_charge, tolerance=tolerance)
        )
    return tuple(plans[:limit])


def make_plan(crystal: Crystal, matrix: NDArray[np.int64], counts: tuple[SiteCount, ...]) -> Plan:
    """The plan of a supercell with given numbers.

    Args:
        crystal: the parent.
        matrix: rows are new lattice vectors in terms of the old, shape (3, 3).
        counts: the numbers on each planned orbit.
    """
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
        counts_within(crystal, specification, cells, allow_charge=allow_charge),
        key=lambda counts: sum(one.deviation for one in counts),
    )
    if within:
        return make_plan(crystal, matrix, within[0])
    per_site = []
    for target in specification.targets:
        sites = sites_of(crystal, target, cells)
        if target.count is not None and target.count[1] != sites:
            raise PlanError(f"{target.text!r}: this supercell has {sites} {target.address} sites, not {target.count[1]}")
        per_site.append([site_count(crystal, target, cells, counts) for counts in near_counts(target, sites)])
    best: tuple[float, tuple[SiteCount, ...]] | None = None
    for counts in product(*per_site):
        charge = supercell_charge(crystal, counts, cells)
        if not (allow_charge or is_neutral(charge)):
            continue
        distance = sum(one.deviation for one in counts)
        if best is None or distance < best[0]:
            best = (distance, counts)
    if best is None:
        raise PlanError(
            f"no neutral whole numbers near the targets fit into {cells} cells; allow a charge (--allow-charge) or "
            "another supercell"
        )
    plan = make_plan(crystal, matrix, best[1])
    note = "the cell is forced: these are the nearest neutral whole numbers, outside the tolerance of the targets"
    return replace(plan, reasons=(*plan.reasons, note))


def _widest(crystal: Crystal, cells: int) -> float:
    """The farthest apart that images can be in a cell of this size, angstrom."""
    shapes = cell_shapes(crystal, cells, 0.0)
    return max(shortest_vector(matrix @ crystal.lattice) for matrix in shapes)


def _why_none(
    crystal: Crystal,
    specification: VacancySpecification,
    largest: int,
    min_image: float,
    too_close: int | None,
    *,
    allow_charge: bool,
    tolerance: float,
) -> str:
    """Which demand failed, by how much, and what to change."""
    start = f"no supercell of {crystal.provenance.source} up to {largest} cells ({largest * crystal.n_sites} sites) fits"
    if largest < 1:
        return f"{start}: one cell has {crystal.n_sites} sites already; raise --max-atoms"
    if too_close is not None:
        widest = _widest(crystal, too_close)
        return (
            f"{start}: whole neutral numbers fit into {too_close} cells, but images of a defect are then at most "
            f"{widest:.2f} angstrom apart, not {min_image:g}; lower --min-image or raise --max-atoms"
        )
    if not allow_charge:
        for cells in range(1, largest + 1):
            charged = next(counts_within(crystal, specification, cells, allow_charge=True, tolerance=tolerance), None)
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
            for sites in (sites_of(crystal, target, cells),)
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
