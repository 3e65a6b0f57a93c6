"""Over which tolerances a symmetry finder sees a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.from_sites import site_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.symmetry.spglib_moyo import Cell

__all__ = ["PLATEAU_LIMITS_A", "Plateau", "average_cell", "find_plateau"]

PLATEAU_LIMITS_A = (1e-5, 0.3)
_STEPS = 16  # starting grid, three and a half per decade
_REFINED = 1.05  # an edge of the plateau is known to 5 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Plateau:
    """The tolerances over which a symmetry finder sees one group.

    Attributes:
        low: smallest tolerance in angstrom of the unbroken range, None where the group is never found.
        high: largest.
        below: group found just below, None where nothing is or the scan ends.
        above: group found just above, None where nothing is or the scan ends.
    """

    low: float | None
    high: float | None
    below: int | None = None
    above: int | None = None


def average_cell(crystal: Crystal) -> Cell:
    """Lattice, coordinates and kinds (species and occupancies together) as symmetry finders take them."""
    per_orbit = site_kinds([orbit.occupants for orbit in crystal.orbits])
    kinds = [per_orbit[index] for index in crystal.orbit_of_site]
    return crystal.lattice.tolist(), crystal.frac_coords.tolist(), kinds


def find_plateau(number_at: Callable[[float], int | None], number: int, symprec: float) -> Plateau:
    """The range of tolerances around `symprec` over which a group is found.

    Each edge is bracketed between a tolerance at which the group is found and the nearest of a grid at which it is not, half
    of the steps between them being left out at a time: what lies between two tolerances at which the group is found is
    taken to be one range.

    Args:
        number_at: the group number that a finder sees at a tolerance in angstrom, None where it sees none.
        number: the group looked for.
        symprec: tolerance in angstrom of the verdict; where the group is not found there, the widest range elsewhere.

    Returns:
        The range within `PLATEAU_LIMITS_A`, its edges known to 5 %.
    """
    grid = [float(tolerance) for tolerance in np.geomspace(*PLATEAU_LIMITS_A, _STEPS)]
    start = symprec if number_at(symprec) == number else _widest(number_at, number, grid)
    if start is None:
        return Plateau(low=None, high=None)
    lower = [tolerance for tolerance in reversed(grid) if tolerance < start]
    upper = [tolerance for tolerance in grid if tolerance > start]
    low, below = _bracketed(number_at, number, [start, *lower])
    high, above = _bracketed(number_at, number, [start, *upper])
    return Plateau(low=low, high=high, below=below, above=above)


def _widest(number_at: Callable[[float], int | None], number: int, grid: Sequence[float]) -> float | None:
    """A tolerance in the middle of the widest range on the grid, None where the group is found nowhere."""
    hits = [index for index, tolerance in enumerate(grid) if number_at(tolerance) == number]
    if not hits:
        return None
    runs = np.split(np.array(hits), np.flatnonzero(np.diff(hits) > 1) + 1)
    run = max(runs, key=len)
    return grid[int(run[len(run) // 2])]


def _bracketed(number_at: Callable[[float], int | None], number: int, outward: Sequence[float]) -> tuple[float, int | None]:
    """The outermost of some tolerances at which the group is still found, and what is found just outside.

    Args:
        number_at: see `find_plateau`.
        number: the group.
        outward: tolerances, the first of which it is found at.
    """
    if number_at(outward[-1]) == number:
        return outward[-1], None
    last, beyond = 0, len(outward) - 1
    while beyond - last > 1:
        middle = (last + beyond) // 2
        last, beyond = (middle, beyond) if number_at(outward[middle]) == number else (last, middle)
    inside, outside = outward[last], outward[beyond]
    while max(inside / outside, outside / inside) > _REFINED:
        between = float(np.sqrt(inside * outside))
        inside, outside = (between, outside) if number_at(between) == number else (inside, between)
    return inside, number_at(outward[beyond])
