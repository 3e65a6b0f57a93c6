"""Density of the mobile ions in the crystal's cell, averaged over its space group."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.documents.record import Record
from nitrivac.migration.diffusion.tensor import BOLTZMANN_EV_K

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["Density", "DensityGrid", "grid_shape"]

_SPACING_A = 0.15
_NODES = 1_000_000  # cells with more get a coarser grid
_DENOMINATOR = 48  # translations of space groups are whole multiples of 1/24 or coarser


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Density(Record):
    """Ions per cubic angstrom on a grid over the cell.

    Attributes:
        source: what the crystal is.
        species: the ion.
        lattice: of the cell as it was on average, angstrom, shape (3, 3).
        values: at the nodes (i / n1, j / n2, k / n3), shape (n1, n2, n3).
        halves_differ: half the integral of the difference between the first and the second half of the run, per ion, before
            and after averaging over the group: 0 for equal ones, 1 for ones that nowhere overlap.
    """

    source: str
    species: str
    lattice: NDArray[np.float64]
    values: NDArray[np.float64] = field(repr=False)
    halves_differ: tuple[float, float]

    @property
    def ions(self) -> float:
        """Ions in the cell."""
        return float(self.values.mean() * abs(np.linalg.det(self.lattice)))

    def free_energy(self, temperature: float) -> NDArray[np.float64]:
        """`-kT ln(density)` above its minimum, eV; where no ion ever was, one count's worth above the highest.

        It holds the share of vacancies as well as the energy of an ion at a place, and is no barrier of a hop.

        Args:
            temperature: K.
        """
        seen = self.values > 0
        least = self.values[seen].min()
        filled = np.where(seen, self.values, least / np.e)
        energy: NDArray[np.float64] = -BOLTZMANN_EV_K * temperature * np.log(filled / filled.max())
        return energy


def grid_shape(crystal: Crystal, spacing: float = _SPACING_A) -> tuple[int, int, int]:
    """Nodes along each axis, no farther apart than asked, so that every operation of the group maps nodes to nodes."""
    group = crystal.space_group
    lengths = np.linalg.norm(crystal.lattice, axis=1)
    alike = np.eye(3, dtype=bool)
    for turn in group.rotations:
        alike |= turn != 0
    alike |= alike.T
    alike = np.linalg.matrix_power(alike.astype(int), 3) > 0
    parts = lcm(*(Fraction(float(one)).limit_denominator(_DENOMINATOR).denominator for one in group.translations.ravel()))
    wanted = [max(lengths[alike[axis]]) / spacing for axis in range(3)]
    a, b, c = (int(np.ceil(one / parts)) * parts for one in wanted)
    return (a, b, c) if a * b * c <= _NODES or spacing > 1 else grid_shape(crystal, spacing * 1.2)


class DensityGrid:
    """Counts on a grid, kept for both halves of a run apart by turns of a growing block.

    Args:
        crystal: the crystal whose cell it is.
        matrix: rows are the supercell's vectors in terms of the crystal's.
        ions: the atoms counted.
        species: what they are.
        lattice: of the supercell, angstrom, shape (3, 3).
    """

    def __init__(
        self,
        crystal: Crystal,
        matrix: NDArray[np.int64],
        ions: NDArray[np.int64],
        *,
        species: str,
        lattice: NDArray[np.float64],
    ) -> None:
        self._crystal, self._ions, self._species = crystal, ions, species
        self._matrix = matrix.astype(float)
        self._lattice = np.linalg.inv(self._matrix) @ lattice
        self._parts: list[tuple[int, NDArray[np.float64]]] = []
        self._frames_each = 0

    def feed(self, frac: NDArray[np.float64]) -> None:
        """Count some frames: positions without drift, fractions of the supercell, shape (f, n, 3)."""
        from nitrivac.trajectories._density import count_on_grid

        counts = np.zeros(grid_shape(self._crystal))
        count_on_grid(frac, self._ions, self._matrix, counts)
        self._parts.append((len(frac), counts))
        if len(self._parts) > 16:  # pairs of neighbours in time are joined, so that few grids are held
            joined = [
                (one[0] + other[0], one[1] + other[1])
                for one, other in zip(self._parts[::2], self._parts[1::2], strict=False)
            ]
            self._parts = joined + self._parts[2 * len(joined) :]

    def density(self) -> Density:
        """The density of all frames."""
        frames = sum(number for number, _ in self._parts)
        cells = abs(float(np.linalg.det(self._matrix)))
        halves = [np.zeros_like(self._parts[0][1]) for _ in range(2)]
        seen = 0
        for number, counts in self._parts:
            halves[0 if 2 * seen + number <= frames or seen == 0 else 1] += counts
            seen += number
        whole = halves[0] + halves[1]
        volume = abs(float(np.linalg.det(self._lattice))) / whole.size
        averaged = [group_average(half, self._crystal) for half in halves]
        values = (averaged[0] + averaged[1]) / (frames * cells * volume)
        return Density(
            source=self._crystal.provenance.source,
            species=self._species,
            lattice=self._lattice,
            values=values,
            halves_differ=(_difference(*halves), _difference(*averaged)),
        )


def group_average(values: NDArray[np.float64], crystal: Crystal) -> NDArray[np.float64]:
    """Values on a grid averaged over the operations of a group, each of which maps nodes to nodes.

    Args:
        values: at (i / n1, j / n2, k / n3), of a shape from `grid_shape`.
        crystal: whose group it is.
    """
    shape = np.array(values.shape)
    nodes = np.stack(np.meshgrid(*(np.arange(size) for size in shape), indexing="ij"), axis=-1)
    total = np.zeros_like(values)
    group = crystal.space_group
    for turn, shift in zip(group.rotations, group.translations, strict=True):
        scaled = turn * shape[:, None] // shape[None, :]  # axes that a rotation mixes have equally many nodes
        moved = nodes @ scaled.T + np.round(shift * shape).astype(np.int64)
        total += values[tuple(np.moveaxis(moved % shape, -1, 0))]
    return total / group.order


def _difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Half the integral of the difference of two densities of equal weight."""
    if not one.sum() or not other.sum():
        return float("nan")
    return float(np.abs(one / one.sum() - other / other.sum()).sum() / 2)
