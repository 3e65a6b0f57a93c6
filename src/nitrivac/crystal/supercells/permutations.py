"""Symmetry operations as permutations of sites, each one checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.arrays import wrapped
from nitrivac.errors import BuildError, UnsupportedError
from nitrivac.neighbours import nearest_sites

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["crystal_permutations", "site_permutations"]

_LARGEST = 100_000_000  # sites times operations that are stored: 0.8 GB
_AT_ONCE = 1_000_000  # sites times operations that are looked up at a time


def site_permutations(
    frac_coords: ArrayLike,
    rotations: ArrayLike,
    translations: ArrayLike,
    lattice: ArrayLike,
    *,
    tolerance: float = 0.01,
) -> NDArray[np.int64]:
    """Where each operation sends each site.

    Args:
        frac_coords: sites, shape (n, 3).
        rotations: shape (m, 3, 3), in the basis of the same cell.
        translations: shape (m, 3).
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        tolerance: largest distance in angstrom between an image and the site it stands for.

    Returns:
        Array p of shape (m, n): operation k sends site i to site p[k, i].

    Raises:
        UnsupportedError: there are more images than fit into memory.
        BuildError: an image is farther than `tolerance` from every site, or two images fall on one site.
    """
    points = wrapped(frac_coords)
    if len(points) * len(np.asarray(rotations)) > _LARGEST:
        raise UnsupportedError(
            f"{len(np.asarray(rotations))} operations on {len(points)} sites make more than the {_LARGEST} images that are "
            "kept; take a smaller cell: one that does not repeat within itself, or a smaller supercell"
        )
    basis = np.asarray(lattice, dtype=float)
    turns, shifts = np.asarray(rotations), np.asarray(translations)
    permutations = np.empty((len(turns), len(points)), dtype=np.int64)
    chunk = max(1, _AT_ONCE // max(1, len(points)))
    for begin in range(0, len(turns) if len(points) else 0, chunk):
        some = slice(begin, begin + chunk)
        images = wrapped(points @ turns[some].transpose(0, 2, 1) + shifts[some][:, None, :])
        nearest = nearest_sites(points, images)
        offsets = images - points[nearest]
        offsets -= np.round(offsets)
        distances = np.linalg.norm(offsets @ basis, axis=2)
        missed = np.argwhere(distances.max(axis=1) > tolerance).ravel()
        doubled = np.argwhere((np.diff(np.sort(nearest, axis=1), axis=1) == 0).any(axis=1)).ravel()
        for k in sorted({*missed[:1].tolist(), *doubled[:1].tolist()}):
            worst = int(distances[k].argmax())
            if distances[k, worst] > tolerance:
                raise BuildError(
                    f"operation {begin + k + 1} sends site {worst + 1} to a place {distances[k, worst]:.4f} angstrom from "
                    f"the nearest site, more than the tolerance of {tolerance} angstrom"
                )
            raise BuildError(f"operation {begin + k + 1} sends two sites to one within {tolerance} angstrom")
        permutations[some] = nearest
    return permutations


def crystal_permutations(crystal: Crystal, *, tolerance: float = 0.05) -> NDArray[np.int64]:
    """The permutation of sites by each operation of the crystal's group, shape (order, n_sites).

    Args:
        crystal: the crystal.
        tolerance: as for `site_permutations`; generous, since read coordinates are rounded and the answer is discrete.
    """
    group = crystal.space_group
    return site_permutations(crystal.frac_coords, group.rotations, group.translations, crystal.lattice, tolerance=tolerance)
