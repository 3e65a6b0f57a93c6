"""Standard errors from the blocks of a run, widened for their small number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["error_of_mean", "widening"]

_TWO_SIDED = 0.975
_ROUNDING = 1e-12  # of the values: blocks that differ by no more are equal
_NORMAL = 1.959964  # standard deviations that hold 95 % of a normal distribution


def widening(blocks: int) -> float:
    """By how much a standard error from so many blocks is widened, so that twice of it holds in 95 of 100 cases.

    Student's t for `blocks - 1` degrees of freedom over that of a normal distribution.
    """
    from scipy.special import stdtrit

    return float(stdtrit(blocks - 1, _TWO_SIDED)) / _NORMAL


def error_of_mean(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard error of the mean over the first axis, widened; 0 for blocks that are equal."""
    error: NDArray[np.float64] = np.asarray(blocks.std(axis=0, ddof=1) / np.sqrt(len(blocks)) * widening(len(blocks)))
    return np.where(error > _ROUNDING * np.abs(blocks).max(axis=0), error, 0.0)
