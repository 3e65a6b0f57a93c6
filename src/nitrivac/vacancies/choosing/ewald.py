"""Electrostatic energies of point charges on the sites of a supercell, by Ewald's method over the lattice translations.

The interaction of two sites depends on their kinds and on the step between their cells alone, so kinds times kinds times
cells numbers are kept, not sites times sites, and a product with charges is a convolution over the group of cells, done by
fast Fourier transform: cells of 100,000 sites take a second. There is no mesh and no interpolation: sites lie on lattices,
whose plane waves are those of the transform.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import pi, sqrt
from typing import TYPE_CHECKING

import moyopy
import numpy as np
from scipy import constants
from scipy.fft import fftn, ifftn
from scipy.special import erfc

from nitrivac.arrays import frozen_array
from nitrivac.errors import UnsupportedError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nitrivac.crystal.supercells.site_action import SiteAction
    from nitrivac.crystal.supercells.supercell import Supercell

__all__ = ["LARGEST_TABLE", "EwaldSum", "ewald_sum"]

LARGEST_TABLE = 40_000_000
"""Interactions that are kept at most: sites of the supercell times sites of the primitive cell."""

_COULOMB_EV_A = constants.e / (4 * pi * constants.epsilon_0) * 1e10
_DECADES = 5.6  # erfc and Gaussian are cut where their argument, or its square root, is this: below 1e-13
_AT_ONCE = 4_000_000  # charges transformed at a time


@dataclass(frozen=True, kw_only=True, eq=False)
class EwaldSum:
    """Interactions of unit charges in vacuum; a uniform background makes up for a net charge.

    Attributes:
        action: sites as kinds in cells.
        table: for kinds i and j and a step between cells, half the energy of the one in all images of the other, eV; the
            energy of a site in its own images on the diagonal; shape (b, b, cells).
    """

    action: SiteAction
    table: NDArray[np.float64] = field(repr=False)

    def energies(self, charges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Energies in eV of many sets of charges.

        Args:
            charges: in units of e, one set a row, shape (k, n).

        Returns:
            Shape (k,).
        """
        rows = np.atleast_2d(charges)
        found = np.empty(len(rows))
        chunk = max(1, _AT_ONCE // rows.shape[1])
        for begin in range(0, len(rows), chunk):
            some = slice(begin, begin + chunk)
            waves = self._waves(rows[some])
            found[some] = np.einsum("kic,ijc,kjc->k", waves.conj(), self._table_waves.conj(), waves, optimize=True).real
        return found / len(self.action.cells)

    def potential(self, charges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Half the potential at each site, own images included: the matrix times charges, eV, shape (n,)."""
        waves = np.einsum("ijc,jc->ic", self._table_waves.conj(), self._waves(charges[None])[0])
        grid = ifftn(waves.reshape(-1, *self._shape), axes=(1, 2, 3)).real.reshape(len(self.table), -1)
        action = self.action
        values: NDArray[np.float64] = grid[action.kind_of_site, self.cell_numbers]
        return values

    def block(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
        """The interactions of some sites with others, eV, shape (f, s)."""
        action = self.action
        steps = action.cell_of_site[second][None, :] - action.cell_of_site[first][:, None]
        kinds = action.kind_of_site
        values: NDArray[np.float64] = self.table[kinds[first][:, None], kinds[second][None, :], action.cells.numbers(steps)]
        return values

    @cached_property
    def cell_numbers(self) -> NDArray[np.int64]:
        """Number of the cell of each site, shape (n,)."""
        return frozen_array(self.action.cells.numbers(self.action.cell_of_site), np.int64)

    @property
    def _shape(self) -> tuple[int, ...]:
        return tuple(self.action.cells.periods.tolist())

    @cached_property
    def _table_waves(self) -> NDArray[np.complex128]:
        waves: NDArray[np.complex128] = fftn(self.table.reshape(*self.table.shape[:2], *self._shape), axes=(2, 3, 4))
        return waves.reshape(self.table.shape)

    def _waves(self, charges: NDArray[np.float64]) -> NDArray[np.complex128]:
        grid = np.zeros((len(charges), len(self.table), len(self.action.cells)))
        grid[:, self.action.kind_of_site, self.cell_numbers] = charges
        waves: NDArray[np.complex128] = fftn(grid.reshape(*grid.shape[:2], *self._shape), axes=(2, 3, 4))
        return waves.reshape(grid.shape)


def ewald_sum(supercell: Supercell) -> EwaldSum:
    """The interactions of unit charges on the sites of a supercell.

    Relative errors of energies are below 1e-10.

    Raises:
        UnsupportedError: there would be more than `LARGEST_TABLE` interactions.
    """
    from nitrivac.vacancies.choosing._ewald import add_waves

    action = supercell.action
    kinds, sites = len(action.places), len(action.kind_of_site)
    if kinds * sites > LARGEST_TABLE:
        raise UnsupportedError(
            f"electrostatic energies of {sites} sites, {kinds} of them in the primitive cell, take more than the "
            f"{LARGEST_TABLE} interactions that are kept; take a smaller supercell, or --sample"
        )
    volume = abs(float(np.linalg.det(supercell.lattice)))
    reach = _reach(action, volume)
    width = _DECADES / reach
    table = np.full((kinds, kinds, len(action.cells)), -pi / (2 * volume * width**2))
    pairs = neighbour_pairs(action.lattice, action.places, reach)
    cells = action.cells.numbers(action.cells.coordinates(pairs.images))
    np.add.at(table, (pairs.centres, pairs.neighbours, cells), erfc(width * pairs.distances) / (2 * pairs.distances))
    table[range(kinds), range(kinds), 0] -= width / sqrt(pi)
    waves = np.zeros((kinds, kinds, len(action.cells)), dtype=np.complex128)
    for indices, vectors in _half_of_the_waves(supercell, 2 * _DECADES * width):
        squares = (vectors**2).sum(axis=1)
        weights = 4 * pi / volume * np.exp(-squares / (4 * width**2)) / squares
        add_waves(indices, vectors @ (action.places @ action.lattice).T, weights, waves)
    shape = (kinds, kinds, *action.cells.periods.tolist())
    table += ifftn(waves.reshape(shape), axes=(2, 3, 4), overwrite_x=True).real.reshape(table.shape) * len(action.cells)
    return EwaldSum(action=action, table=frozen_array(_COULOMB_EV_A * table, np.float64))


def _reach(action: SiteAction, volume: float) -> float:
    """Where the sum over near sites ends, angstrom, so that it takes about as long as the one over waves."""
    kinds = len(action.places)
    near = 2e-7 * kinds**2 * 4 * pi / 3 / abs(float(np.linalg.det(action.lattice)))
    waves = 1e-9 * (20 * kinds + kinds**2) * volume * (2 * _DECADES**2) ** 3 / (12 * pi**2)
    return float(np.clip((waves / near) ** (1 / 6), 4.0, 30.0))


def _half_of_the_waves(supercell: Supercell, largest: float) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Reciprocal vectors of the superlattice up to a length, one of each pair k and -k, some at a time.

    Yields:
        Numbers of the characters of the group of cells, shape (k,), and the vectors, 1/angstrom, shape (k, 3).
    """
    reduced = np.array(moyopy.minkowski_reduce(supercell.lattice.tolist())[0])
    to_own = np.round(np.linalg.inv(reduced @ np.linalg.inv(supercell.lattice))).astype(np.int64)
    reciprocal = 2 * pi * np.linalg.inv(reduced).T
    cells = supercell.action.cells
    bounds = np.floor(largest * np.linalg.norm(reduced, axis=1) / (2 * pi)).astype(np.int64)
    others = [np.arange(-bound, bound + 1) for bound in bounds[1:]]
    plane = np.array(np.meshgrid(np.array([0]), *others, indexing="ij")).reshape(3, -1).T
    for first in range(bounds[0] + 1):
        indices = plane + np.array([first, 0, 0])
        if first == 0:
            indices = indices[(indices[:, 1] > 0) | ((indices[:, 1] == 0) & (indices[:, 2] > 0))]
        vectors = indices @ reciprocal
        inside = (vectors**2).sum(axis=1) <= largest**2
        yield cells.numbers(indices[inside] @ to_own.T @ cells.to_characters), vectors[inside]
