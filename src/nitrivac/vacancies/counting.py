"""How many configurations there are, exactly and without making one: Burnside's lemma over cycle types."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["count_distinct", "count_labelled", "cycle_type"]

CycleType = tuple[tuple[int, int], ...]
"""Sorted pairs of cycle length and number of cycles of that length."""


def count_labelled(counts: Sequence[Sequence[int]]) -> int:
    """Number of ways to place the occupants when every site is told apart: a product of multinomials.

    Args:
        counts: for each sublattice, how many sites each occupant takes.
    """
    total = 1
    for numbers in counts:
        rest = sum(numbers)
        for number in numbers:
            total *= comb(rest, number)
            rest -= number
    return total


def count_distinct(permutations: Sequence[NDArray[np.int64]], counts: Sequence[Sequence[int]]) -> int:
    """Number of configurations that no operation maps to one another, exact.

    By Burnside's lemma this is the mean over the group of the number of configurations that an operation leaves alone; such
    a configuration is constant on the cycles of the operation, on all sublattices at once.

    Args:
        permutations: for each sublattice, where each operation sends each of its sites, shape (m, n); the same m
            operations in the same order for all.
        counts: for each sublattice, how many sites each occupant takes.

    Returns:
        The number of orbits.
    """
    order = len(permutations[0])
    types = Counter(tuple(cycle_type(one[k]) for one in permutations) for k in range(order))
    fixed = 0
    for coupled, operations in types.items():
        product = operations
        for kind, numbers in zip(coupled, counts, strict=True):
            product *= _fixed(kind, tuple(numbers))
            if not product:
                break
        fixed += product
    quotient, remainder = divmod(fixed, order)
    if remainder:
        raise ArithmeticError("the operations are no group: Burnside's sum is no multiple of their number")
    return quotient


def cycle_type(permutation: NDArray[np.int64]) -> CycleType:
    """The cycle type of one permutation, shape (n,)."""
    images = permutation.tolist()
    seen = bytearray(len(images))
    lengths: Counter[int] = Counter()
    for start in range(len(images)):
        if seen[start]:
            continue
        length, site = 0, start
        while not seen[site]:
            seen[site] = 1
            site = images[site]
            length += 1
        lengths[length] += 1
    return tuple(sorted(lengths.items()))


@lru_cache(maxsize=4096)
def _fixed(kind: CycleType, counts: tuple[int, ...]) -> int:
    """Ways to give whole cycles to occupants so that each takes its number of sites."""
    if len(counts) <= 1:
        return 1
    first, rest = counts[0], counts[1:]
    total = 0
    for chosen, ways in _choices(kind, first):
        left = tuple((length, n - used) for (length, n), used in zip(kind, chosen, strict=True))
        total += ways * _fixed(left, rest)
    return total


def _choices(kind: CycleType, sites: int) -> list[tuple[tuple[int, ...], int]]:
    """All ways to take cycles with that many sites together: how many of each length, and in how many ways."""
    if not kind:
        return [((), 1)] if sites == 0 else []
    (length, number), others = kind[0], kind[1:]
    return [
        ((taken, *chosen), comb(number, taken) * ways)
        for taken in range(min(number, sites // length) + 1)
        for chosen, ways in _choices(others, sites - taken * length)
    ]
