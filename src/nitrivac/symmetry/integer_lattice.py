"""Lattices of whole numbers: a basis from generators, and names for directions and planes."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Vector", "basis_of_translations", "lattice_basis", "miller_indices"]

Vector = tuple[int, int, int]


def lattice_basis(vectors: Sequence[Vector]) -> list[Vector]:
    """A basis of the integer lattice that vectors generate, in row echelon form (at most three rows)."""
    rows = [list(vector) for vector in vectors if any(vector)]
    basis: list[Vector] = []
    for column in range(3):
        while sum(row[column] != 0 for row in rows) > 1:
            rows.sort(key=lambda row: (row[column] == 0, abs(row[column])))
            pivot = rows[0]
            for row in rows[1:]:
                factor = row[column] // pivot[column]
                for axis in range(3):
                    row[axis] -= factor * pivot[axis]
            rows = [row for row in rows if any(row)]
        lead = next((row for row in rows if row[column]), None)
        if lead is not None:
            sign = 1 if lead[column] > 0 else -1
            basis.append((sign * lead[0], sign * lead[1], sign * lead[2]))
            rows.remove(lead)
    return basis


def miller_indices(vector: Sequence[int]) -> str:
    """Miller indices without a common factor, first non-zero one positive; spaced where one has two digits."""
    divisor = gcd(*vector) or 1
    lead = next(value for value in vector if value)
    reduced = [value // divisor * (1 if lead > 0 else -1) for value in vector]
    return (" " if any(abs(value) > 9 for value in reduced) else "").join(str(value) for value in reduced)


def basis_of_translations(translations: NDArray[np.float64]) -> NDArray[np.float64]:
    """A basis of the lattice that whole steps and fractional ones generate.

    Args:
        translations: fractions of a cell, shape (k, 3).

    Returns:
        Rows, in terms of the same cell, shape (3, 3).
    """
    scale = next(
        n for n in range(1, 10_000) if np.abs(translations * n - np.round(translations * n)).max(initial=0.0) < 1e-6
    )
    rows: list[Vector] = [(int(x), int(y), int(z)) for x, y, z in np.round(translations * scale)]
    rows += [(scale, 0, 0), (0, scale, 0), (0, 0, scale)]
    basis: NDArray[np.float64] = np.array(lattice_basis(rows), dtype=np.float64) / scale
    return basis
