"""Cycle types of all operations of a supercell on its planned sites, class by class, from its lattice alone.

Operations that differ by a conjugation permute sites in cycles of the same lengths. With rotation R, those of translations w
and w + (1 - R) v are conjugate, so that one of each coset of (1 - R) is looked at; and of cosets of conjugate rotations one.

The r-th power of an operation whose rotation has order r is a translation, of order e. Since translations leave no site where
it is, all cycles are as long as e times a divisor of r, and how many sites the powers e p leave alone tells how many there are
(Moebius inversion). Whether a power leaves a site alone is one equation over the lattice modulo the superlattice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.site_action import SiteAction
    from nitrivac.symmetry.quotient_lattice import QuotientLattice
    from nitrivac.vacancies.enumeration.burnside import CycleType

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
    cells, turn = action.cells, action.turns[coset]
    order = _order_of(action.cosets[coset])
    powers = _powers(action, coset, order)
    representatives, size = _one_of_each_coset(cells, turn)
    shifts = cells.elements[representatives]
    period = _orders(cells, shifts @ _sum_of_powers(turn, order).T + powers[order].steps[0])
    found: list[OperationClass] = []
    for length in np.unique(period).tolist():
        chosen = np.flatnonzero(period == length)
        fixed = {
            divisor: _fixed_sites(cells, turn, powers, kinds, shifts[chosen], order, length * divisor)
            for divisor in range(1, order + 1)
            if order % divisor == 0
        }
        cycles = {
            divisor: sum(_MOEBIUS[divisor // one] * fixed[one] for one in fixed if divisor % one == 0) // (divisor * length)
            for divisor in fixed
        }
        table = np.stack([np.broadcast_to(cycles[one], (len(chosen), len(kinds))) for one in cycles], axis=2)
        for row, representative in zip(table.tolist(), representatives[chosen].tolist(), strict=True):
            types = tuple(
                tuple((length * divisor, number) for divisor, number in zip(cycles, numbers, strict=True) if number)
                for numbers in row
            )
            operation = int(action.operation_at[coset, representative])
            found.append(OperationClass(operation=operation, size=size * conjugates, cycle_types=types))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Power:
    """A power of a coset's own operation: where it sends kinds, by which steps, and which equations it can solve."""

    kinds: NDArray[np.int64]
    steps: NDArray[np.int64]
    solvable: NDArray[np.bool_]
    solutions: int


def _powers(action: SiteAction, coset: int, order: int) -> list[_Power]:
    """Powers 0 to `order`."""
    cells, turn = action.cells, action.turns[coset]
    kinds, steps = np.arange(len(action.places)), np.zeros((len(action.places), 3), dtype=np.int64)
    matrix = np.eye(3, dtype=np.int64)
    powers: list[_Power] = []
    for _ in range(order + 1):
        reached = np.zeros(len(cells), dtype=bool)
        reached[cells.numbers(cells.elements @ (matrix - np.eye(3, dtype=np.int64)).T)] = True
        powers.append(_Power(kinds=kinds, steps=steps, solvable=reached, solutions=len(cells) // int(reached.sum())))
        steps = np.mod(steps @ turn.T + action.steps[coset, kinds], cells.periods)
        kinds = action.kind_images[coset, kinds]
        matrix = np.mod(turn @ matrix, cells.periods[:, None])
    return powers


def _fixed_sites(
    cells: QuotientLattice,
    turn: NDArray[np.int64],
    powers: Sequence[_Power],
    kinds: Sequence[NDArray[np.int64]],
    shifts: NDArray[np.int64],
    order: int,
    exponent: int,
) -> NDArray[np.int64]:
    """How many sites of each sublattice the powers of operations leave alone, shape (k, s).

    Args:
        cells: the group of cells.
        turn: rotation of the operations.
        powers: of the operation without a translation of its own.
        kinds: kinds of sites of each sublattice.
        shifts: translations of the operations, shape (k, 3).
        order: of the rotation.
        exponent: which power.
    """
    whole, rest = divmod(exponent, order)
    power = powers[rest]
    full = shifts @ _sum_of_powers(turn, order).T + powers[order].steps[0]  # the translation that is the operation's power
    own = shifts @ _sum_of_powers(turn, rest).T + np.mod(full, cells.periods) * whole
    counts = np.zeros((len(shifts), len(kinds)), dtype=np.int64)
    for column, some in enumerate(kinds):
        for kind in some.tolist():
            if power.kinds[kind] == kind:
                counts[:, column] += power.solvable[cells.numbers(own + power.steps[kind])]
    return counts * power.solutions


def _one_of_each_coset(cells: QuotientLattice, turn: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """One translation of each class under conjugation by translations, and how many there are in each."""
    moved = np.unique(cells.numbers(cells.elements @ (turn - np.eye(3, dtype=np.int64)).T))
    steps = cells.elements[moved]
    met = np.zeros(len(cells), dtype=bool)
    found = []
    for number in range(len(cells)):
        if not met[number]:
            found.append(number)
            met[cells.numbers(cells.elements[number] + steps)] = True
    return np.array(found), len(moved)


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
