"""Electrostatic energies of point charges: one Ewald matrix for a supercell, then a product for each configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.supercell import Supercell

__all__ = ["LARGEST_CELL", "energies", "ewald_matrix"]

LARGEST_CELL = 5_000
"""Sites of the largest cell whose matrix is made: it grows with their square."""


def ewald_matrix(supercell: Supercell) -> NDArray[np.float64]:
    """The matrix M for which the energy in eV of charges q on the sites is q M q, shape (n, n).

    Point charges in units of e in vacuum, by Ewald's method (pymatgen); a uniform background makes up for a net charge.

    Raises:
        UnsupportedError: the cell has more than `LARGEST_CELL` sites.
    """
    from pymatgen.core.ewald import EwaldSummation
    from pymatgen.core.lattice import Lattice
    from pymatgen.core.structure import Structure

    if len(supercell.frac_coords) > LARGEST_CELL:
        raise UnsupportedError(
            f"electrostatic energies take all pairs of {len(supercell.frac_coords)} sites, at most {LARGEST_CELL} sites; "
            "take a smaller supercell, or --sample"
        )
    unit_charges = Structure(Lattice(supercell.lattice), [{"Li+": 1.0}] * len(supercell.frac_coords), supercell.frac_coords)
    matrix = np.array(EwaldSummation(unit_charges).total_energy_matrix)
    symmetric: NDArray[np.float64] = (matrix + matrix.T) / 2
    return symmetric


def energies(matrix: NDArray[np.float64], charges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Energies in eV of many sets of charges.

    Args:
        matrix: see `ewald_matrix`.
        charges: one set a row, shape (k, n), in units of e.

    Returns:
        Shape (k,).
    """
    values: NDArray[np.float64] = np.einsum("ki,ki->k", charges @ matrix, charges)
    return values
