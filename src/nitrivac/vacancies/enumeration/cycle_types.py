"""Cycle types of all operations of a supercell on its planned sites, class by class, from its lattice alone.

Operations that differ by a conjugation permute sites in cycles of the same lengths. With rotation R, those of translations w
and w + (1 - R) v are conjugate, so that one of each coset of (1 - R) is looked at; and of conjugate rotations one.

The r-th power of an operation whose rotation has order r is a translation, of order e. Since translations leave no site
where it is, all cycles are as long as e times a divisor of r, and how many sites the powers e p leave alone tells how many
there are (Moebius inversion). Whether a power leaves a site alone is one equation over the lattice modulo the superlattice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.supercells.site_action import SiteAction
    from nitrivac.symmetry.quotient_lattice import QuotientLattice
    from nitrivac.vacancies.enumeration.cycle_fillings import CycleType

__all__ = ["OperationClass", "operation_classes"]

_MOEBIUS = {1: 1, 2: -1, 3: -1, 4: 0, 6: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationClass:
    """Operations that permute the planned sites alike.

    Attributes:
        operation: number of one of them.
        size: how many they are.
        cycle_types: how that one permutes the sites of each sublattice.
    """

    operation: int
    size: int
    cycle_types: tuple[CycleType, ...] = field(repr=False)


def operation_classes(action: SiteAction, sublattices: Sequence[NDArray[np.int64]]) -> tuple[OperationClass, ...]:
    """Classes of operations of a supercell; their sizes add up to its order.

    Args:
        action: the group on all sites.
        sublattices: sites of each sublattice; the group keeps each.
    """
    kinds = [np.unique(action.kind_of_site[sites]) for sites in sublattices]
    found: list[OperationClass] = []
    for coset, conjugates in _conjugacy_classes(action.cosets):
        found += _classes_of_coset(action, kinds, coset, conjugates)
    return tuple(found)


def _conjugacy_classes(rotations: NDArray[np.int64]) -> list[tuple[int, int]]:
    """One rotation of each conjugacy class of a group, and how many there are in it."""
    number = {rotation.tobytes(): index for index, rotation in enumerate(rotations)}
    inverses = np.round(np.linalg.inv(rotations.astype(float))).astype(np.int64)
    conjugates = rotations[:, None] @ rotations[None, :] @ inverses[:, None]
    first = [min(number[one.tobytes()] for one in conjugates[:, index]) for index in range(len(rotations))]
    return sorted(Counter(first).items())


def _classes_of_coset(
    action: SiteAction, kinds: Sequence[NDArray[np.int64]], coset: int, conjugates: int
) -> list[OperationClass]:
    """Classes of the operations of one rotation."""
    rotation = _Rotation(cells=action.cells, turn=action.turns[coset], kinds=kinds, powers=_powers(action, coset))
    if coset == action.identity:
        representatives, sizes = _translations_alike(action.cells, action.turns)
    else:
        representatives, sizes = _one_of_each_coset(action.cells, rotation.turn)
    shifts = action.cells.elements[representatives]
    period = _orders(action.cells, rotation.full_power(shifts))
    found: list[OperationClass] = []
    for length in np.unique(period).tolist():
        chosen = np.flatnonzero(period == length)
        divisors = [one for one in range(1, rotation.order + 1) if rotation.order % one == 0]
        fixed = {one: rotation.fixed_sites(shifts[chosen], length * one) for one in divisors}
        cycles = [
            sum(_MOEBIUS[one // part] * fixed[part] for part in divisors if one % part == 0) // (one * length)
            for one in divisors
        ]
        table = np.stack(np.broadcast_arrays(*cycles), axis=2).tolist()
        for row, one, size in zip(table, representatives[chosen].tolist(), sizes[chosen].tolist(), strict=True):
            types = tuple(
                tuple((length * part, number) for part, number in zip(divisors, numbers, strict=True) if number)
                for numbers in row
            )
            operation = int(action.operation_at[coset, one])
            found.append(OperationClass(operation=operation, size=size * conjugates, cycle_types=types))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Power:
    """A power of a rotation's own operation: where it sends kinds, by which steps, and which equations it can solve.

    Attributes:
        kinds: shape (b,).
        steps: coordinates of cells, shape (b, 3).
        solvable: elements that are R h - h for the power R of the rotation and some h, shape (cells,).
        solutions: by how many h each.
    """

    kinds: NDArray[np.int64]
    steps: NDArray[np.int64]
    solvable: NDArray[np.bool_]
    solutions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rotation:
    """All operations of one rotation.

    Attributes:
        cells: the group of cells.
        turn: the rotation on coordinates of cells, shape (3, 3).
        kinds: kinds of sites of each sublattice.
        powers: 0 to the order of the rotation, of its own operation.
    """

    cells: QuotientLattice
    turn: NDArray[np.int64]
    kinds: Sequence[NDArray[np.int64]]
    powers: Sequence[_Power]

    @property
    def order(self) -> int:
        return len(self.powers) - 1

    def full_power(self, shifts: NDArray[np.int64]) -> NDArray[np.int64]:
        """The translation that is the power to the rotation's order, for each translation of the operation, shape (k, 3)."""
        total = shifts @ _sum_of_powers(self.turn, self.order).T + self.powers[-1].steps[0]
        reduced: NDArray[np.int64] = np.mod(total, self.cells.periods)
        return reduced

    def fixed_sites(self, shifts: NDArray[np.int64], exponent: int) -> NDArray[np.int64]:
        """How many sites of each sublattice a power of each operation leaves alone, shape (k, s)."""
        whole, rest = divmod(exponent, self.order)
        power = self.powers[rest]
        own = shifts @ _sum_of_powers(self.turn, rest).T + self.full_power(shifts) * whole
        counts = np.zeros((len(shifts), len(self.kinds)), dtype=np.int64)
        for column, some in enumerate(self.kinds):
            for kind in some[power.kinds[some] == some].tolist():
                counts[:, column] += power.solvable[self.cells.numbers(own + power.steps[kind])]
        return counts * power.solutions


def _powers(action: SiteAction, coset: int) -> list[_Power]:
    """Powers of a coset's own operation, from 0 to the order of its rotation."""
    cells, turn = action.cells, action.turns[coset]
    kinds, steps = np.arange(len(action.places)), np.zeros((len(action.places), 3), dtype=np.int64)
    matrix = np.eye(3, dtype=np.int64)
    powers: list[_Power] = []
    for _ in range(_order_of(action.cosets[coset]) + 1):
        reached = np.zeros(len(cells), dtype=bool)
        reached[cells.numbers(cells.elements @ (matrix - np.eye(3, dtype=np.int64)).T)] = True
        powers.append(_Power(kinds=kinds, steps=steps, solvable=reached, solutions=len(cells) // int(reached.sum())))
        steps = np.mod(steps @ turn.T + action.steps[coset, kinds], cells.periods)
        kinds = action.kind_images[coset, kinds]
        matrix = np.mod(turn @ matrix, cells.periods[:, None])
    return powers


def _one_of_each_coset(cells: QuotientLattice, turn: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One translation of each class under conjugation by translations, and how many there are in each."""
    moved = np.unique(cells.numbers(cells.elements @ (turn - np.eye(3, dtype=np.int64)).T))
    steps = cells.elements[moved]
    met = np.zeros(len(cells), dtype=bool)
    found = []
    for number in range(len(cells)):
        if not met[number]:
            found.append(number)
            met[cells.numbers(cells.elements[number] + steps)] = True
    return np.array(found), np.full(len(found), len(moved))


def _translations_alike(cells: QuotientLattice, turns: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One translation of each class under conjugation by rotations, and how many there are in each."""
    first = np.arange(len(cells))
    for turn in turns:
        first = np.minimum(first, cells.numbers(cells.elements @ turn.T))
    found, sizes = np.unique(first, return_counts=True)
    return found, sizes


def _sum_of_powers(turn: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """1 + R + R^2 + ..., so many terms."""
    total, power = np.zeros((3, 3), dtype=np.int64), np.eye(3, dtype=np.int64)
    for _ in range(number):
        total = total + power
        power = turn @ power
    return total


def _order_of(rotation: NDArray[np.int64]) -> int:
    power, order = rotation, 1
    while not np.array_equal(power, np.eye(3, dtype=np.int64)):
        power, order = power @ rotation, order + 1
    return order


def _orders(cells: QuotientLattice, coordinates: NDArray[np.int64]) -> NDArray[np.int64]:
    """Smallest number of times to add each element to reach zero, shape (k,)."""
    periods = cells.periods
    own = periods // np.gcd(np.mod(coordinates, periods), periods)
    orders: NDArray[np.int64] = np.lcm.reduce(own, axis=-1)
    return orders
