"""Why no supercell fits: which demand failed, by how much, and what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.crystal.occupation.occupants import VACANCY, occupant_names_of, oxidation_state
from nitrivac.crystal.supercell import cell_shapes, shortest_vector
from nitrivac.vacancies.planning.site_counts import SiteCount, counts_within, sites_of, supercell_charge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.specification import VacancySpecification

__all__ = ["why_none"]


def why_none(
    crystal: Crystal,
    specification: VacancySpecification,
    sizes: Sequence[int],
    min_image: float,
    *,
    too_close: int | None = None,
    crowded: int | None = None,
    allow_charge: bool,
    tolerance: float | None,
) -> str:
    """The message of a search that found nothing.

    Args:
        crystal: the parent.
        specification: the targets.
        sizes: the numbers of parent cells that were tried.
        min_image: smallest distance between images of a defect, angstrom.
        too_close: a size that fitted but for the distance of images, None where there was none.
        crowded: a size that fitted but for sites that exclude each other, None where there was none.
        allow_charge: whether a charge was allowed.
        tolerance: see `nitrivac.vacancies.planning.site_counts.counts_within`.
    """
    largest = max(sizes, default=0)
    start = f"no supercell of {crystal.provenance.source} up to {largest} cells ({largest * crystal.n_sites} sites) fits"
    if largest < 1:
        return f"{start}: one cell has {crystal.n_sites} sites already; raise --max-atoms"
    if len(sizes) == 1:
        start = f"the supercell given of {crystal.provenance.source}, of {largest} cells, does not fit"
    if crowded is not None:
        return (
            f"{start}: the numbers fit into {crowded} cells, but not with sites nearer than the exclusion distance never "
            "filled together; the occupancies contradict it: lower --exclusion, or give other shares"
        )
    if too_close is not None:
        return (
            f"{start}: whole neutral numbers fit into {too_close} cells, but images of a defect are then at most "
            f"{_widest(crystal, too_close):.2f} angstrom apart, not {min_image:g}; lower --min-image or raise --max-atoms"
        )
    if not allow_charge:
        for cells in sizes:
            charged = min(
                counts_within(crystal, specification, cells, allow_charge=True, tolerance=tolerance),
                default=None,
                key=lambda counts: abs(supercell_charge(crystal, counts, cells) or 0.0),
            )
            if charged is not None:
                charge = supercell_charge(crystal, charged, cells)
                return (
                    f"{start}: the targets fit into {cells} cells, but no choice is neutral (nearest there {charge:+g}); "
                    f"{_balance(crystal, specification)} or allow it with --allow-charge"
                )
    nearest = min(
        (
            (abs(round(share.fraction * sites) / sites - share.fraction), cells, target.address, share, sites)
            for cells in sizes
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


def _widest(crystal: Crystal, cells: int) -> float:
    """The farthest apart that images can be in a cell of this size, angstrom."""
    return max(shortest_vector(matrix @ crystal.lattice) for matrix in cell_shapes(crystal, cells, 0.0))


def _balance(crystal: Crystal, specification: VacancySpecification) -> str:
    """The charge that the targets themselves carry, and which further vacancies would balance it."""
    planned = [
        SiteCount(
            label=target.label,
            address=target.address,
            sites=sites_of(crystal, target, 1),
            counts={},
            targets={},
        )
        for target in specification.targets
    ]
    charge = supercell_charge(crystal, planned, 1)
    if charge is None:
        return "name vacancies that balance,"
    for target in specification.targets:
        for share in target.shares:
            if share.occupant != VACANCY:
                state = oxidation_state(crystal, target.label, share.occupant) or 0.0
                charge += state * share.fraction * sites_of(crystal, target, 1)
    named = {target.label for target in specification.targets}
    offers = []
    for orbit in crystal.orbits:
        if orbit.label in named or len(orbit.occupants) != 1:
            continue
        state = oxidation_state(crystal, orbit.label, occupant_names_of(orbit)[0]) or 0.0
        vacant = charge / (state * len(orbit.indices)) if state else 0.0
        if 1e-9 < vacant < 1.0:
            offers.append(f"{crystal.address(orbit)}={round(vacant, 4):g}")
    carried = f"as asked for, one cell carries {round(charge, 4):+g}"
    return f"{carried}; {' or '.join(offers[:3]) + ' would balance it' if offers else 'name vacancies that balance'},"
