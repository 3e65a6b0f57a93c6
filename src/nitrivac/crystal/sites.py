"""Cells and sites as other programs hand them over, made ready: a right-handed cell, one site at each position."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupancies import FULL_WITHIN, nominal_shares
from nitrivac.crystal.orbit import Occupant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["by_species", "right_handed", "sites_together"]

_TOGETHER_A = 1e-3  # partly filled sites at one position, to the digits that files have


def right_handed(
    lattice: NDArray[np.float64], frac_coords: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same atoms in a right-handed cell: all vectors turned round where the cell is left-handed.

    Lengths and angles stay, and fractional coordinates change their sign, so that no atom moves. Written by lengths and
    angles a left-handed cell would be its mirror image.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        frac_coords: shape (n, 3).
    """
    with np.errstate(all="ignore"):
        left = np.isfinite(lattice).all() and np.linalg.det(lattice) < 0
    return (-lattice, -frac_coords) if left else (lattice, frac_coords)


def sites_together(
    lattice: NDArray[np.float64], frac_coords: NDArray[np.float64], occupants: Sequence[tuple[Occupant, ...]]
) -> tuple[list[int], list[tuple[Occupant, ...]]]:
    """Partly filled sites at one position as one site, where they fill it no more than once.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        frac_coords: shape (n, 3).
        occupants: species of each site.

    Returns:
        The index of each site that is kept, and what sits on it. Sites that together would hold more than one atom stay
        apart: they are an error that others name.
    """
    partial = [index for index, one in enumerate(occupants) if sum(part.occupancy for part in one) < 1 - FULL_WITHIN]
    members: dict[int, list[int]] = {}
    if len(partial) > 1:
        from scipy.spatial import cKDTree

        points = frac_coords[partial] - np.floor(frac_coords[partial])
        points[points >= 1.0] = 0.0
        reach = _TOGETHER_A * np.linalg.norm(np.linalg.inv(lattice), axis=0).max()
        first: dict[int, int] = {}
        for one, two in sorted(cKDTree(points, boxsize=1.0).query_pairs(reach)):
            home = first.setdefault(two, first.get(one, one))
            members.setdefault(partial[home], [partial[home]]).append(partial[two])
    merged: dict[int, tuple[Occupant, ...]] = {}
    for home, group in members.items():
        together = [part for index in dict.fromkeys(group) for part in occupants[index]]
        shares = nominal_shares([part.occupancy for part in together])
        if sum(shares) <= 1 + FULL_WITHIN:
            scale = min(1.0, 1.0 / sum(shares))
            merged[home] = by_species(together, [share * scale for share in shares])
    gone = {index for home in merged for index in members[home] if index != home}
    kept = [index for index in range(len(occupants)) if index not in gone]
    return kept, [merged.get(index, occupants[index]) for index in kept]


def by_species(parts: Sequence[Occupant], shares: Sequence[float]) -> tuple[Occupant, ...]:
    """The species of a site, each once, with these shares of it instead of their own; uncertainties add up in squares."""
    amounts: dict[tuple[str, float | None], tuple[float, float]] = {}
    for part, share in zip(parts, shares, strict=True):
        key = (part.element, part.oxidation)
        amount, spread = amounts.get(key, (0.0, 0.0))
        amounts[key] = amount + share, math.hypot(spread, part.uncertainty or 0.0)
    return tuple(
        Occupant(element=element, oxidation=oxidation, occupancy=amount, uncertainty=spread or None)
        for (element, oxidation), (amount, spread) in amounts.items()
    )
