"""The operation that swaps the ends of a path: half of a band is then the mirror image of the other half."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - documents read the hints
from scipy.spatial import cKDTree

from nitrivac.documents.document import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Swap", "find_swap", "turns_of"]

_SAME_A = 1e-2  # an atom and its image that are nearer than this are one place, angstrom
_ORTHOGONAL = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swap(Document):
    """A symmetry operation of the supercell that carries a path onto itself, walked backwards.

    Attributes:
        rotation: cartesian, shape (3, 3).
        translation: cartesian, angstrom, shape (3,).
        permutation: what each atom becomes, shape (n,).
        shifts: lattice vectors in angstrom to add, so that images stay unwrapped, shape (n, 3).

    >>> from nitrivac import find_hops, load, vacancy_path
    >>> crystal = load("alpha-Li3N")
    >>> path = vacancy_path(crystal, find_hops(crystal), "h1", images=3, method="linear", supercell=3)
    >>> bool(abs(path.swap(path.positions[1]) - path.positions[-2]).max() < 1e-9)
    True
    """

    rotation: NDArray[np.float64]
    translation: NDArray[np.float64]
    permutation: NDArray[np.int64]
    shifts: NDArray[np.float64]

    def __call__(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """The mirror image of an image's positions, cartesian, shape (n, 3)."""
        mirrored = np.empty_like(positions)
        mirrored[self.permutation] = positions @ self.rotation.T + self.translation + self.shifts
        return mirrored

    def turned(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """A vector of each atom, such as a force, carried along, cartesian, shape (n, 3)."""
        mirrored = np.empty_like(vectors)
        mirrored[self.permutation] = vectors @ self.rotation.T
        return mirrored

    def symmetric(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions made their own mirror image, cartesian, shape (n, 3)."""
        return np.asarray(0.5 * (positions + self(positions)))


def turns_of(rotations: NDArray[np.int64], lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distinct cartesian rotations of operations in the basis of a lattice, without those that a strained one has lost.

    Args:
        rotations: shape (m, 3, 3).
        lattice: rows, angstrom, shape (3, 3).
    """
    turns: NDArray[np.float64] = lattice.T @ np.unique(rotations, axis=0) @ np.linalg.inv(lattice.T)
    kept: NDArray[np.bool_] = np.abs(turns @ turns.transpose(0, 2, 1) - np.eye(3)).max(axis=(1, 2)) < _ORTHOGONAL
    return np.asarray(turns[kept])


def find_swap(
    turns: NDArray[np.float64],
    first: NDArray[np.float64],
    last: NDArray[np.float64],
    *,
    moving: int,
    lattice: NDArray[np.float64],
    symbols: Sequence[str],
) -> Swap | None:
    """The first operation that carries one end of a path onto the other and the other onto the one, if any.

    Args:
        turns: cartesian rotations that come into question, shape (m, 3, 3).
        first: places of the atoms in the first end, cartesian, angstrom, shape (n, 3).
        last: in the second.
        moving: index of the moving atom.
        lattice: of the cell, rows, angstrom, shape (3, 3).
        symbols: element of each atom.
    """
    inverse = np.linalg.inv(lattice)
    elements = np.array(symbols)
    tree = cKDTree(_wrapped(last @ inverse), boxsize=1.0)
    for turn in turns:
        shift = last[moving] - turn @ first[moving]
        back = turn @ last[moving] + shift - first[moving]
        if np.linalg.norm(back - np.round(back @ inverse) @ lattice) > _SAME_A:
            continue
        moved = first @ turn.T + shift
        permutation = tree.query(_wrapped(moved @ inverse))[1]
        if (elements[permutation] != elements).any() or len(np.unique(permutation)) != len(permutation):
            continue
        apart = last[permutation] - moved
        shifts = np.round(apart @ inverse) @ lattice
        if np.linalg.norm(apart - shifts, axis=1).max() > _SAME_A:
            continue
        return Swap(rotation=turn, translation=shift, permutation=permutation, shifts=shifts)
    return None


def _wrapped(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.mod(np.mod(points, 1.0), 1.0)
