"""One frame as it stands in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Frame"]


class Frame(NamedTuple):
    """Atoms at one moment.

    Attributes:
        lattice: rows are lattice vectors, angstrom, shape (3, 3); the same object as long as the cell does not change.
        positions: angstrom, or fractions of the cell, wrapped or not, shape (n, 3).
        fractional: whether the positions are fractions of the cell.
        elements: symbol of each atom; the same object as long as they do not change.
    """

    lattice: NDArray[np.float64]
    positions: NDArray[np.float64]
    fractional: bool
    elements: tuple[str, ...]
