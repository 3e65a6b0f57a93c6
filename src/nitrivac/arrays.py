"""Small helpers for read-only arrays and periodic coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike, NDArray


def frozen_array(values: ArrayLike, dtype: DTypeLike) -> NDArray[Any]:
    """A read-only copy of values."""
    array = np.array(values, dtype=dtype)
    array.setflags(write=False)
    return array


def wrapped(frac_coords: ArrayLike) -> NDArray[np.float64]:
    """Fractional coordinates in [0, 1), with 0.9999999999 read as 0."""
    array: NDArray[np.float64] = np.mod(np.asarray(frac_coords, dtype=float), 1.0)
    array[array > 1.0 - 1e-9] = 0.0
    return array
