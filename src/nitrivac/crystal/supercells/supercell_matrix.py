"""Supercell matrices as text: `3x3x2`, or nine numbers that may be fractions of the cell, `-1/2 1/2 1/2 ...`."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nitrivac.errors import SpecificationError, UnsupportedError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Matrix", "as_matrix", "matrix_text", "parse_matrix", "whole_matrix"]

Matrix = NDArray[np.int64] | NDArray[np.float64]
"""Rows are new lattice vectors in terms of the old, shape (3, 3); integers where all of it is whole."""


_DIAGONAL = re.compile(r"\s*(\d+)\s*[x×]\s*(\d+)\s*[x×]\s*(\d+)\s*")
_NUMBER = re.compile(r"[+-]?\d+(?:/\d+)?")
_WHOLE = 1e-6
_FLAT = 1e-9  # cells
_DENOMINATORS = 1000  # of lattice translations within a cell; no centred cell of the tables goes beyond 3


def parse_matrix(text: str) -> Matrix:
    """A supercell matrix from `3x3x2`, or from nine numbers row by row, whole or fractions such as `-1/2`.

    Returns:
        Rows are the new lattice vectors in terms of the old, shape (3, 3), right-handed; integers where all are whole.

    Raises:
        SpecificationError: it is neither, or singular.
    """
    diagonal = _DIAGONAL.fullmatch(text)
    words = text.replace(",", " ").replace(";", " ").split()
    if diagonal:
        rows = np.diag([float(part) for part in diagonal.groups()])
    elif len(words) == 9 and all(_NUMBER.fullmatch(word) and not word.endswith("/0") for word in words):
        rows = np.array([float(Fraction(word)) for word in words]).reshape(3, 3)
    else:
        raise SpecificationError(f"supercell {text!r} is neither like 3x3x2 nor nine numbers such as 2 or -1/2")
    determinant = float(np.linalg.det(rows))
    if abs(determinant) < _FLAT:
        raise SpecificationError(f"supercell {text!r} has no volume")
    return as_matrix(rows if determinant > 0 else -rows)


def as_matrix(value: ArrayLike) -> Matrix:
    """The supercell matrix that users mean: one number, one for each lattice vector, or a whole matrix.

    Raises:
        UnsupportedError: it is none of these, or spans no volume.
    """
    try:
        given = np.asarray(value, dtype=np.float64)
        matrix = np.diag(np.broadcast_to(given, 3)) if given.ndim < 2 else given
        wrong = matrix.shape != (3, 3) or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < _FLAT
    except (TypeError, ValueError):
        wrong = True
    if wrong:
        raise UnsupportedError(
            f"no supercell {value!r:.60}: three numbers, or a matrix of nine that spans a volume, are needed"
        )
    whole = np.round(matrix)
    return whole.astype(np.int64) if np.abs(matrix - whole).max() < _WHOLE else matrix


def whole_matrix(value: ArrayLike) -> NDArray[np.int64]:
    """The same for what is made of whole cells of the source only, shape (3, 3).

    Raises:
        UnsupportedError: it is no matrix, or has fractions.
    """
    matrix = as_matrix(value)
    if matrix.dtype.kind != "i":
        raise UnsupportedError(f"supercell {matrix_text(matrix)!r} has fractions; whole cells of the source are needed here")
    return matrix.astype(np.int64)


def matrix_text(matrix: ArrayLike, *, diagonal: bool = True) -> str:
    """The text that `parse_matrix` reads back: `3x3x2` where the matrix is diagonal and whole, else nine numbers.

    Args:
        matrix: rows are the new lattice vectors in terms of the old, shape (3, 3).
        diagonal: whether a diagonal matrix is written short.
    """
    rows = as_matrix(matrix)
    if diagonal and rows.dtype.kind == "i" and not (rows - np.diag(np.diag(rows))).any() and (np.diag(rows) > 0).all():
        return "x".join(str(value) for value in np.diag(rows))
    return " ".join(str(Fraction(value).limit_denominator(_DENOMINATORS)) for value in rows.ravel().tolist())
