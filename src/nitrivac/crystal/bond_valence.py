"""Bond valences from tabulated parameters."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["BOND_VALENCE_REACH_A", "BOND_VALENCE_SOURCE", "bond_valences"]

BOND_VALENCE_SOURCE = (
    "lengths R0 from M. O'Keeffe, N. E. Brese, J. Am. Chem. Soc. 113 (1991) 3226, as tabulated in pymatgen; "
    "b = 0.37 angstrom (I. D. Brown, D. Altermatt, Acta Cryst. B41 (1985) 244)"
)
BOND_VALENCE_REACH_A = 5.0  # a nitrogen farther from lithium adds less than 4e-4 valence units
_SOFTNESS_A = 0.37


def bond_valences(one: str, other: str, distances: ArrayLike) -> NDArray[np.float64]:
    """Valence of each bond between two elements: exp((R0 - d) / b).

    Args:
        one: element symbol.
        other: element symbol.
        distances: angstrom, shape (k,).

    Raises:
        UnsupportedError: an element has no parameters.
    """
    valences: NDArray[np.float64] = np.exp((_length(one, other) - np.asarray(distances, dtype=float)) / _SOFTNESS_A)
    return valences


@lru_cache(maxsize=256)
def _length(one: str, other: str) -> float:
    """Length in angstrom of a bond of valence one between two elements."""
    from pymatgen.core.bond_valence import BV_PARAMS
    from pymatgen.core.periodic_table import Element

    found = []
    for symbol in (one, other):
        parameters = BV_PARAMS.get(Element("H" if symbol in ("D", "T") else symbol))
        if parameters is None:
            raise UnsupportedError(f"{symbol} has no bond-valence parameters in {BOND_VALENCE_SOURCE}")
        found.append((float(parameters["r"]), float(parameters["c"])))
    (r1, c1), (r2, c2) = found
    return r1 + r2 - r1 * r2 * (sqrt(c1) - sqrt(c2)) ** 2 / (c1 * r1 + c2 * r2)
