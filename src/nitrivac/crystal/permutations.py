"""Symmetry operations as permutations of sites, each one checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from nitrivac.crystal._arrays import wrapped
from nitrivac.errors import BuildError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["crystal_permutations", "site_permutations"]


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
        BuildError: an image is farther than `tolerance` from every site, or two images fall on one site.
    """
    points = wrapped(frac_coords)
    basis = np.asarray(lattice, dtype=float)
    tree = cKDTree(points, boxsize=1.0)
    permutations = np.empty((len(np.asarray(rotations)), len(points)), dtype=np.int64)
    for k, (rotation, translation) in enumerate(zip(np.asarray(rotations), np.asarray(translations), strict=True)):
        images = wrapped(points @ rotation.T + translation)
        _, nearest = tree.query(images)
        offsets = images - points[nearest]
        offsets -= np.round(offsets)
        distances = np.linalg.norm(offsets @ basis, axis=1)
        worst = int(distances.argmax()) if len(distances) else 0
        if len(distances) and distances[worst] > tolerance:
            raise BuildError(
                f"operation {k + 1} sends site {worst + 1} to a place {distances[worst]:.4f} angstrom from the nearest "
                f"site, more than the tolerance of {tolerance} angstrom"
            )
        if len(np.unique(nearest)) != len(points):
            raise BuildError(f"operation {k + 1} sends two sites to one within {tolerance} angstrom")
        permutations[k] = nearest
    return permutations


def crystal_permutations(crystal: Crystal, *, tolerance: float = 0.05) -> NDArray[np.int64]:
    """The permutation of sites by each operation of the crystal's group, shape (order, n_sites).

    Args:
        crystal: the crystal.
        tolerance: as for `site_permutations`; generous, since read coordinates are rounded and the answer is discrete.
    """
    group = crystal.space_group
    return site_permutations(crystal.frac_coords, group.rotations, group.translations, crystal.lattice, tolerance=tolerance)
