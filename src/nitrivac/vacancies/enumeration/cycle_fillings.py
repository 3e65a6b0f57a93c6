"""Ways to give whole cycles of a permutation to occupants, exact at any size."""

from __future__ import annotations

from functools import lru_cache
from math import comb, gcd
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CycleType", "cycle_choices", "cycle_fillings"]

CycleType = tuple[tuple[int, int], ...]
"""Sorted pairs of cycle length and number of cycles of that length."""


@lru_cache(maxsize=4096)
def cycle_fillings(kind: CycleType, counts: tuple[int, ...]) -> int:
    """Ways to give whole cycles to occupants so that each takes its number of sites.

    Args:
        kind: lengths of cycles and how many there are of each.
        counts: how many sites each occupant takes; together all.
    """
    counts = tuple(sorted(count for count in counts if count))
    if len(counts) <= 1:
        return 1
    if len(counts) == 2:
        return _chosen_sites(kind, counts[0])
    return sum(
        ways
        * cycle_fillings(
            tuple((length, n - used) for (length, n), used in zip(kind, chosen, strict=True) if n > used), counts[1:]
        )
        for chosen, ways in cycle_choices(kind, counts[0])
    )


def _chosen_sites(kind: CycleType, sites: int) -> int:
    """Ways to choose whole cycles with so many sites: a coefficient of the product of (1 + x^length)^number.

    The longest cycles are the many; those of the others fill a polynomial of low degree.
    """
    divisor = gcd(*(length for length, _ in kind))
    if sites % divisor:
        return 0
    sites //= divisor
    (longest, number), shorter = (kind[-1][0] // divisor, kind[-1][1]), [(length // divisor, n) for length, n in kind[:-1]]
    degree = min(sites, sum(length * n for length, n in shorter))
    total, binomial, taken = 0, 0, -1
    for few, ways in enumerate(_coefficients(shorter, degree)):
        many, rest = divmod(sites - few, longest)
        if rest or many > number or not ways:
            continue
        binomial = binomial * taken // (number - many) if taken == many + 1 else comb(number, many)
        taken = many
        total += ways * binomial
    return total


def _coefficients(kind: list[tuple[int, int]], degree: int) -> list[int]:
    """Coefficients 0 to `degree` of P, the product of (1 + x^l)^c over lengths l and numbers c.

    With D the product of (1 + x^l), P' D = P N for a polynomial N, which gives each coefficient from those before it.
    """
    denominator = _product([length for length, _ in kind])
    numerator = [0] * len(denominator)
    for length, number in kind:
        others = _product([other for other, _ in kind if other != length])
        for power, value in enumerate(others):
            numerator[power + length - 1] += length * number * value
    found = [1]
    for power in range(degree):
        value = sum(one * found[power - back] for back, one in enumerate(numerator[: power + 1]) if one)
        value -= sum(
            one * (power - back) * found[power - back] for back, one in enumerate(denominator[1 : power + 1]) if one
        )
        found.append(value // (power + 1))
    return found


def _product(lengths: list[int]) -> list[int]:
    """Coefficients of the product of (1 + x^l)."""
    found = [1]
    for length in lengths:
        grown = found + [0] * length
        for power, value in enumerate(found):
            grown[power + length] += value
        found = grown
    return found


def cycle_choices(kind: CycleType, sites: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """All ways to take cycles with that many sites together: how many of each length, and in how many ways."""
    if not kind:
        if sites == 0:
            yield (), 1
        return
    (length, number), others = kind[0], kind[1:]
    if not others:
        taken, rest = divmod(sites, length)
        if not rest and taken <= number:
            yield (taken,), comb(number, taken)
        return
    for taken in range(min(number, sites // length) + 1):
        own = comb(number, taken)
        for chosen, ways in cycle_choices(others, sites - taken * length):
            yield (taken, *chosen), own * ways
