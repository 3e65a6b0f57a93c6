"""The image dependent pair potential: images between two structures whose distances change evenly.

S. Smidstrup, A. Pedersen, K. Stokbro and H. Jonsson, J. Chem. Phys. 140 (2014) 214106. In each image the distances of all
pairs of atoms are to be those interpolated between the ends, near ones above all (weight 1/d^4). Pairs beyond `REACH_A` are
left out: their weight is below a thousandth of a bond's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import moyopy
import numpy as np

from nitrivac.errors import UnsupportedError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.paths._pair_potential import Band

__all__ = ["REACH_A", "relaxed_images"]

REACH_A = 7.0
"""Pairs up to this distance are looked at, angstrom."""

_SPRING = 0.1  # between images, as in ASE
_FAR_A = 0.3  # an atom that moves farther meets others on its way
_STILL_A = 1e-3
_AT_ONCE = 50_000  # pairs whose images are looked at together
_ONE_PLACE_A = 0.01
_MARGIN_A = 1.0  # images of an atom whose distances differ by less may change places as the nearest one


def relaxed_images(
    positions: NDArray[np.float64], lattice: NDArray[np.float64], *, force: float, steps: int
) -> tuple[NDArray[np.float64], bool]:
    """Images relaxed on the pair potential as a band with fixed ends.

    Args:
        positions: cartesian, unwrapped, angstrom, shape (images, atoms, 3); the first and the last are the ends.
        lattice: rows, angstrom, shape (3, 3).
        force: largest force on an atom of a band at rest, 1/angstrom^3.
        steps: how many at most.

    Returns:
        The images, same shape, and whether they came to rest.

    Raises:
        UnsupportedError: two atoms are at one place in an image, so that it is open to which side they part.
    """
    from nitrivac.migration.paths._pair_potential import relax

    basis = np.array(moyopy.minkowski_reduce(np.asarray(lattice, dtype=float).tolist())[0])
    home = np.floor(positions[0] @ np.linalg.inv(basis)) @ basis  # with atoms in one cell, those between near ones are few
    images = positions - home
    taken, _ = relax(images.reshape(len(images), -1), _band(images, basis), _SPRING, force, steps)
    images += home
    images[[0, -1]] = positions[[0, -1]]
    return images, taken < steps


def _band(images: NDArray[np.float64], basis: NDArray[np.float64]) -> Band:
    """Near pairs and the distances wanted between them.

    Args:
        images: cartesian, the atoms of the first in one cell, angstrom, shape (images, atoms, 3).
        basis: the lattice, Minkowski-reduced, rows, angstrom.
    """
    from nitrivac.migration.paths._pair_potential import AROUND, Band, nearest_images

    first, second = _near_pairs(images, basis)
    steps = np.indices((AROUND, AROUND, AROUND)).reshape(3, -1).T - AROUND // 2
    vectors, numbers = steps @ basis, np.array([AROUND**2, AROUND, 1])
    to_fractions = np.linalg.inv(basis)
    distance = np.empty((len(images), len(first)))
    found = []
    for begin in range(0, len(first), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        chosen = np.zeros((len(first[some]), len(vectors)), dtype=bool)
        for image, places in enumerate(images):
            near = -np.round((places[second[some]] - places[first[some]]) @ to_fractions).astype(np.int64)
            likely = (near + AROUND // 2) @ numbers
            nearest_images(places, first[some], second[some], likely, vectors, _MARGIN_A, distance[image, some], chosen)
        found.append(np.argwhere(chosen) + np.array([begin, 0]))
    if distance.min(initial=np.inf) < _ONE_PLACE_A:
        raise UnsupportedError(
            "the straight way between the ends leads through another atom: no side of it is the right one"
        )
    pair, number = np.concatenate(found).T
    share = np.linspace(0, 1, len(images))[:, None]
    return Band(
        first=first,
        second=second,
        start=np.searchsorted(pair, np.arange(len(first) + 1)),
        vectors=vectors[number],
        target=distance[0] + share * (distance[-1] - distance[0]),
    )


def _near_pairs(images: NDArray[np.float64], basis: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of atoms within `REACH_A` of each other in an end, or in any image where one moves far, each once."""
    fractions = images @ np.linalg.inv(basis)
    atoms = images.shape[1]
    way = np.linalg.norm(images[-1] - images[0], axis=1)
    centres_of = [np.arange(atoms), *[np.flatnonzero(way > _FAR_A)] * (len(images) - 2), np.flatnonzero(way > _STILL_A)]
    found = []
    for places, centres in zip(fractions, centres_of, strict=True):
        if len(centres):
            pairs = neighbour_pairs(basis, places[centres], REACH_A, targets=places)
            ends = np.sort(np.column_stack([centres[pairs.centres], pairs.neighbours]), axis=1)
            found.append(ends[:, 0] * atoms + ends[:, 1])
    codes = np.unique(np.concatenate(found))
    first, second = np.divmod(codes, atoms)
    return first[first != second], second[first != second]
