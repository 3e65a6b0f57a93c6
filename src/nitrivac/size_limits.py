"""What is looked at before any work begins: a cell that can be one, and an amount of work that comes to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import BuildError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["MAXIMUM_SITES", "SEARCHED_SITES", "refuse_impossible_cell", "too_many_sites"]

MAXIMUM_SITES = 250_000
"""More sites than this are not read."""
SEARCHED_SITES = 5_000
"""Sites of a file are united to orbits in cells of up to so many; in larger ones every site stands alone."""

_LONGEST_A = 10_000.0
_THINNEST_A = 0.5  # no crystal repeats sooner; flatter cells have images without number
_LARGEST_COORDINATE = 1e5  # cells from the origin: unwrapped trajectories go far, typing errors farther
_CROWDED = 64  # sites in one cube of 1 angstrom; disordered ones may be 0.3 angstrom apart
_CUBE_A = 1.0


def refuse_impossible_cell(lattice: ArrayLike, frac_coords: ArrayLike, source: str) -> None:
    """Raise BuildError where a cell or its sites cannot be meant, before anything is computed from them.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        frac_coords: sites, shape (n, 3).
        source: what to name in the message.
    """
    basis = np.asarray(lattice, dtype=float)
    points = np.asarray(frac_coords, dtype=float).reshape(-1, 3)
    if not np.isfinite(basis).all():
        raise BuildError(f"{source}: a lattice vector is not a finite number")
    longest = float(np.linalg.norm(basis, axis=1).max())
    if longest > _LONGEST_A:
        raise BuildError(f"{source}: a lattice vector of {longest:.4g} angstrom is longer than {_LONGEST_A:g}")
    thinnest = _thinnest(basis)
    if thinnest < _THINNEST_A:
        raise BuildError(
            f"{source}: the cell is only {thinnest:.3g} angstrom thick between two of its faces; at least "
            f"{_THINNEST_A:g} are needed (are the lengths in angstrom? a skew cell must be reduced first)"
        )
    wild = ~(np.abs(points) <= _LARGEST_COORDINATE).all(axis=1)  # NaN is wild too
    if wild.any():
        first = int(np.flatnonzero(wild)[0])
        raise BuildError(
            f"{source}: the coordinates of site {first + 1} are {', '.join(f'{value:g}' for value in points[first])}; "
            f"finite fractions of the cell are needed, none beyond {_LARGEST_COORDINATE:g}"
        )
    if len(points) > MAXIMUM_SITES:
        raise BuildError(too_many_sites(source, len(points)))
    _refuse_crowds(basis, points, source)


def too_many_sites(source: str, number: int) -> str:
    """The message about a cell beyond `MAXIMUM_SITES`."""
    return f"{source}: {number} sites or more in the cell are beyond the {MAXIMUM_SITES} that are read"


def _thinnest(basis: np.ndarray) -> float:
    """Smallest distance between two opposite faces of the cell, angstrom, 0 where it has no volume."""
    volume = abs(float(np.linalg.det(basis)))
    areas = np.linalg.norm(np.cross(basis[[1, 2, 0]], basis[[2, 0, 1]]), axis=1)
    return volume / float(areas.max()) if areas.max() > 0 else 0.0


def _refuse_crowds(basis: np.ndarray, points: np.ndarray, source: str) -> None:
    """So many sites in one place that their pairs alone would fill the memory."""
    if len(points) <= _CROWDED:
        return
    cubes = np.floor((points - np.floor(points)) @ basis / _CUBE_A).astype(np.int64)
    cubes -= cubes.min(axis=0)
    sizes = cubes.max(axis=0) + 1
    codes = (cubes[:, 0] * sizes[1] + cubes[:, 1]) * sizes[2] + cubes[:, 2]
    most = int(np.unique(codes, return_counts=True)[1].max())
    if most > _CROWDED:
        raise BuildError(
            f"{source}: {most} sites lie within one cubic angstrom; no crystal has so many (are the lengths in angstrom, "
            "or is one site listed many times?)"
        )
