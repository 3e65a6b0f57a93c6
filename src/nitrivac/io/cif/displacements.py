"""How far atoms move about their sites, as a CIF states it: U or B, isotropic or a tensor."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.io.cif.names import NOTHING

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["anisotropic_displacements", "isotropic_displacement"]

_B_OF_U = 8 * math.pi**2
_PARTS = ("11", "22", "33", "12", "13", "23")


def isotropic_displacement(u_text: str, b_text: str) -> float | None:
    """U in square angstrom of a row's `U_iso_or_equiv` or `B_iso_or_equiv`, None without a number."""
    for text, factor in ((u_text, 1.0), (b_text, 1 / _B_OF_U)):
        value = math.nan if text in NOTHING else gemmi.cif.as_number(text)
        if math.isfinite(value):
            return value * factor
    return None


def anisotropic_displacements(block: gemmi.cif.Block, lattice: NDArray[np.float64]) -> dict[str, float]:
    """The equivalent U in square angstrom of each label in the loop of tensors; incomplete rows are left out.

    A third of the trace of U on cartesian axes: the sum of U_ij a*_i a*_j (a_i a_j) / 3 (R. X. Fischer, E. Tillmanns, Acta
    Cryst. C44, 775 (1988)).

    Args:
        block: the data block.
        lattice: rows are lattice vectors, angstrom.
    """
    lengths = np.linalg.norm(np.linalg.inv(lattice), axis=0)
    weights = np.outer(lengths, lengths) * (lattice @ lattice.T)
    found: dict[str, float] = {}
    for kind, factor in (("B", 1 / _B_OF_U), ("U", 1.0)):  # U, where both are there
        for row in block.find("_atom_site_aniso_", ["label", *(f"{kind}_{part}" for part in _PARTS)]):
            label, *texts = (gemmi.cif.as_string(cell) for cell in row)
            values = [gemmi.cif.as_number(text) for text in texts]
            if all(map(math.isfinite, values)):
                xx, yy, zz, xy, xz, yz = values
                tensor = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
                found[label] = float((tensor * weights).sum() / 3) * factor
    return found
