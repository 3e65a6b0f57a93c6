"""Positions counted on a grid, compiled."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def count_on_grid(frac, ions, matrix, counts):
    """Fold positions into the parent cell and count each at the node nearest in fractions of it.

    Args:
        frac: fractions of the supercell, shape (f, n, 3).
        ions: the atoms counted, shape (a,).
        matrix: rows are the supercell's vectors in terms of the parent's.
        counts: added to, node (i, j, k) lies at (i / n1, j / n2, k / n3), shape (n1, n2, n3).
    """
    node = np.zeros(3, dtype=np.int64)
    for frame in range(frac.shape[0]):
        for number in range(len(ions)):
            position = frac[frame, ions[number]]
            for axis in range(3):
                inside = position[0] * matrix[0, axis] + position[1] * matrix[1, axis] + position[2] * matrix[2, axis]
                size = counts.shape[axis]
                node[axis] = int(np.round((inside - np.floor(inside)) * size)) % size
            counts[node[0], node[1], node[2]] += 1.0
