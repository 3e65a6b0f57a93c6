"""A lattice modulo one of its superlattices: a finite abelian group, by Smith's normal form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.arrays import frozen_array
from nitrivac.documents.record import Record

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["QuotientLattice", "quotient_lattice", "smith_normal_form"]


@dataclass(frozen=True, kw_only=True, eq=False)
class QuotientLattice(Record):
    """The cells of a supercell as a group: whole vectors that differ by a vector of the superlattice are one element.

    An element has three coordinates, the k-th from 0 to `periods[k]` - 1; adding elements adds coordinates modulo the
    periods. Its number is that of its coordinates in C order.

    Attributes:
        matrix: rows are the vectors of the superlattice in terms of the lattice, shape (3, 3).
        periods: of the three cyclic groups, shape (3,); each divides the next.
        to_coordinates: a whole vector (a row) times this, modulo the periods, are its coordinates, shape (3, 3).
        from_coordinates: coordinates times this are a whole vector, shape (3, 3).
        to_characters: a row of whole coordinates in the reciprocal superlattice, times this and modulo the periods, numbers
            the character, shape (3, 3): its phase is 2 pi times the sum of number times coordinate over period.
    """

    matrix: NDArray[np.int64]
    periods: NDArray[np.int64]
    to_coordinates: NDArray[np.int64]
    from_coordinates: NDArray[np.int64]
    to_characters: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.periods.prod())

    @property
    def exponent(self) -> int:
        """The smallest number that takes every element to zero when it is added so many times."""
        return lcm(*self.periods.tolist())

    def coordinates(self, vectors: ArrayLike) -> NDArray[np.int64]:
        """Coordinates of whole vectors, shape (..., 3)."""
        reduced: NDArray[np.int64] = np.mod(np.asarray(vectors, dtype=np.int64) @ self.to_coordinates, self.periods)
        return reduced

    def numbers(self, coordinates: ArrayLike) -> NDArray[np.int64]:
        """Numbers of elements, from coordinates of any size, shape (...)."""
        _, second, third = self.periods.tolist()
        reduced = np.mod(np.asarray(coordinates, dtype=np.int64), self.periods)
        numbers: NDArray[np.int64] = (reduced[..., 0] * second + reduced[..., 1]) * third + reduced[..., 2]
        return numbers

    @cached_property
    def elements(self) -> NDArray[np.int64]:
        """Coordinates of every element in the order of the numbers, shape (cells, 3)."""
        grid = np.indices(tuple(self.periods.tolist())).reshape(3, -1).T
        return frozen_array(grid, np.int64)

    def turned(self, rotations: ArrayLike) -> NDArray[np.int64]:
        """Rotations of the lattice that keep the superlattice, as they act on coordinates (columns).

        Args:
            rotations: in the basis of the lattice, on columns, shape (..., 3, 3).
        """
        turns: NDArray[np.int64] = self.to_coordinates.T @ np.asarray(rotations, dtype=np.int64) @ self.from_coordinates.T
        return turns


def quotient_lattice(matrix: ArrayLike) -> QuotientLattice:
    """The group of a lattice modulo a superlattice.

    Args:
        matrix: rows are the vectors of the superlattice in terms of the lattice, whole numbers, not singular, shape (3, 3).
    """
    rows = np.asarray(matrix, dtype=np.int64)
    left, diagonal, right = smith_normal_form(rows)
    return QuotientLattice(
        matrix=frozen_array(rows, np.int64),
        periods=frozen_array(np.diag(diagonal), np.int64),
        to_coordinates=frozen_array(right, np.int64),
        from_coordinates=frozen_array(np.round(np.linalg.inv(right.astype(float))), np.int64),
        to_characters=frozen_array(left.T, np.int64),
    )


def smith_normal_form(matrix: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Smith's normal form of a regular 3 x 3 matrix M of whole numbers.

    Returns:
        Unimodular P, diagonal D with positive entries each of which divides the next, and unimodular Q, so that P M Q = D.
    """
    work = np.asarray(matrix, dtype=np.int64).copy()
    left, right = np.eye(3, dtype=np.int64), np.eye(3, dtype=np.int64)
    for k in range(3):
        while True:
            rows, columns = np.nonzero(work[k:, k:])
            smallest = np.argmin(np.abs(work[k + rows, k + columns]))
            row, column = k + int(rows[smallest]), k + int(columns[smallest])
            for array in (work, left):
                array[[k, row]] = array[[row, k]]
            for array in (work, right):
                array[:, [k, column]] = array[:, [column, k]]
            pivot = work[k, k]
            for other in range(k + 1, 3):
                factor = work[other, k] // pivot
                work[other] -= factor * work[k]
                left[other] -= factor * left[k]
            for other in range(k + 1, 3):
                factor = work[k, other] // pivot
                work[:, other] -= factor * work[:, k]
                right[:, other] -= factor * right[:, k]
            if work[k + 1 :, k].any() or work[k, k + 1 :].any():
                continue
            undivided = np.argwhere(work[k + 1 :, k + 1 :] % pivot)
            if not len(undivided):
                break
            row = k + 1 + int(undivided[0, 0])
            work[k] += work[row]
            left[k] += left[row]
        if work[k, k] < 0:
            work[k] *= -1
            left[k] *= -1
    return left, work, right
