"""Principal values of tensors, small ones beside large ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["principal_axes"]


def principal_axes(tensor: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Principal values of a symmetric tensor, largest first, and unit vectors in rows.

    By Jacobi's rotations, which keep small values exact beside large ones where a tensor is nearly diagonal (J. Demmel,
    K. Veselic, SIAM J. Matrix Anal. Appl. 13 (1992) 1204), as in a conductor of layers.
    """
    rest, axes = tensor.copy(), np.eye(3)
    for _ in range(30):
        for one, other in ((0, 1), (0, 2), (1, 2)):
            if abs(rest[one, other]) <= 1e-17 * np.sqrt(abs(rest[one, one] * rest[other, other])):
                continue
            slope = (rest[other, other] - rest[one, one]) / (2 * rest[one, other])
            tangent = (1.0 if slope >= 0 else -1.0) / (abs(slope) + np.hypot(1.0, slope))
            cosine = 1 / np.hypot(1.0, tangent)
            turn = np.eye(3)
            turn[[one, other], [one, other]] = cosine
            turn[one, other], turn[other, one] = tangent * cosine, -tangent * cosine
            change = tangent * rest[one, other]
            diagonal = rest[one, one] - change, rest[other, other] + change
            rest, axes = turn.T @ rest @ turn, axes @ turn
            rest[one, one], rest[other, other] = diagonal
            rest[one, other] = rest[other, one] = 0.0
    order = np.argsort(-np.diag(rest), kind="stable")
    return np.maximum(np.diag(rest)[order], 0.0), axes.T[order]
