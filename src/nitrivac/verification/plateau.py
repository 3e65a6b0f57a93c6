"""Over which tolerances a symmetry finder sees a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.from_structure import site_kinds
from nitrivac.symmetry.spglib_moyo import Cell, spglib_dataset

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal

__all__ = ["PLATEAU_LIMITS_A", "Plateau", "average_cell", "find_number", "find_plateau"]

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


def find_number(cell: Cell, symprec: float) -> int | None:
    """Spglib's group number at a tolerance in angstrom, None where it finds none."""
    dataset = spglib_dataset(cell, symprec)
    return None if dataset is None else int(dataset.number)


def find_plateau(cell: Cell, number: int, symprec: float) -> Plateau:
    """The unbroken range of tolerances around `symprec` over which spglib finds a group.

    Args:
        cell: see `average_cell`.
        number: the group looked for.
        symprec: tolerance in angstrom of the verdict; where the group is not found there, the widest range elsewhere.

    Returns:
        The range within `PLATEAU_LIMITS_A`, its edges known to 5 %.
    """
    grid = np.geomspace(*PLATEAU_LIMITS_A, _STEPS)
    found = [find_number(cell, float(tolerance)) for tolerance in grid]
    hits = [index for index, value in enumerate(found) if value == number]
    if not hits:
        return Plateau(low=None, high=None)
    runs = np.split(np.array(hits), np.flatnonzero(np.diff(hits) > 1) + 1)
    run = next((run for run in runs if grid[run[0]] <= symprec <= grid[run[-1]]), max(runs, key=len))
    first, last = int(run[0]), int(run[-1])
    low, high = float(grid[first]), float(grid[last])
    if first > 0:
        low = _edge(cell, number, inside=low, outside=float(grid[first - 1]))
    if last < len(grid) - 1:
        high = _edge(cell, number, inside=high, outside=float(grid[last + 1]))
    return Plateau(
        low=low,
        high=high,
        below=found[first - 1] if first > 0 else None,
        above=found[last + 1] if last < len(grid) - 1 else None,
    )


def _edge(cell: Cell, number: int, *, inside: float, outside: float) -> float:
    """The outermost tolerance at which the group is still found, by bisection on a logarithmic scale."""
    while max(inside / outside, outside / inside) > _REFINED:
        middle = float(np.sqrt(inside * outside))
        if find_number(cell, middle) == number:
            inside = middle
        else:
            outside = middle
    return inside
