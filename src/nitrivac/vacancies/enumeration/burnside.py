"""How many configurations there are, exactly and without making one: Burnside's lemma over cycle types."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import pairwise
from math import comb, prod
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "CycleType",
    "choices_of",
    "conjugacy_classes",
    "count_aperiodic",
    "count_distinct",
    "count_labelled",
    "cycle_type",
    "fixed_by_each",
    "orbits_of",
    "ways_to_share",
]

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
    """Number of configurations that no operation maps to one another, exact; arguments as of `fixed_by_each`."""
    return orbits_of(fixed_by_each(permutations, counts))


def orbits_of(fixed: Sequence[int]) -> int:
    """Number of orbits, from how many configurations each operation of the group leaves alone (Burnside's lemma)."""
    quotient, remainder = divmod(sum(fixed), len(fixed))
    if remainder:
        raise ArithmeticError("the operations are no group: Burnside's sum is no multiple of their number")
    return quotient


def fixed_by_each(permutations: Sequence[NDArray[np.int64]], counts: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """How many configurations each operation leaves alone: those constant on its cycles, on all sublattices at once.

    Args:
        permutations: for each sublattice, where each operation sends each of its sites, shape (m, n); the same m
            operations in the same order for all.
        counts: for each sublattice, how many sites each occupant takes.
    """
    return tuple(
        prod(ways_to_share(cycle_type(one[k]), tuple(numbers)) for one, numbers in zip(permutations, counts, strict=True))
        for k in range(len(permutations[0]))
    )


def conjugacy_classes(permutations: NDArray[np.int64]) -> NDArray[np.int64]:
    """The class of each operation of a group, named by its first member, shape (m,).

    Operations of one class leave equally many configurations alone.

    Args:
        permutations: the group on all active sites, shape (m, a); operations that act alike are of one class.
    """
    group = permutations.astype(np.int64)
    weights: NDArray[np.int64] = np.random.default_rng(0).integers(1, 2**62, size=(group.shape[1],), dtype=np.int64)

    def fingerprints(rows: NDArray[np.int64], sites: NDArray[np.int64]) -> NDArray[np.int64]:
        wrapped: NDArray[np.int64] = (weights[rows] * (weights[sites] | 1)).sum(axis=1)  # any whole number will do
        return wrapped

    own = fingerprints(group, np.broadcast_to(np.arange(group.shape[1]), group.shape))
    class_of = np.full(len(group), -1, dtype=np.int64)
    for index, operation in enumerate(group):
        if class_of[index] < 0:
            # g h g^-1 sends g(i) to g(h(i)).
            class_of[np.isin(own, fingerprints(group[:, operation], group))] = index
    return class_of


def count_aperiodic(
    permutations: NDArray[np.int64],
    translations: NDArray[np.int64],
    bounds: NDArray[np.int64],
    counts: Sequence[Sequence[int]],
) -> int:
    """Number of distinct configurations that no translation within the cell leaves alone.

    By Moebius inversion over the subgroups of translations: only elementary abelian ones and their products count.

    Args:
        permutations: the group on all active sites, shape (m, a).
        translations: those of them that are translations, shape (t, a).
        bounds: where each sublattice begins and ends.
        counts: for each sublattice, how many sites each occupant takes.
    """
    fixed = [0] * len(permutations)
    for subgroup, weight in _moebius(translations):
        links = translations[list(subgroup)]
        for k, operation in enumerate(permutations):
            orbits = _joint_orbits(np.vstack([operation[None, :], links]))
            types = (
                tuple(sorted(Counter(Counter(orbits[low:high].tolist()).values()).items())) for low, high in pairwise(bounds)
            )
            fixed[k] += weight * prod(
                ways_to_share(kind, tuple(numbers)) for kind, numbers in zip(types, counts, strict=True)
            )
    return orbits_of(fixed)


def _joint_orbits(permutations: NDArray[np.int64]) -> NDArray[np.int32]:
    """Which sites any of some permutations carry into one another, shape (a,)."""
    size = permutations.shape[1]
    rows = np.tile(np.arange(size), len(permutations))
    links = coo_array((np.ones(rows.size, dtype=np.int8), (rows, permutations.ravel())), shape=(size, size))
    labels: NDArray[np.int32] = connected_components(links, directed=False)[1]
    return labels


def _moebius(translations: NDArray[np.int64]) -> list[tuple[tuple[int, ...], int]]:
    """Generators of each subgroup of translations with a Moebius number other than 0, and that number."""
    number = {row.tobytes(): index for index, row in enumerate(translations)}
    identity = np.arange(translations.shape[1])

    def power(index: int, exponent: int) -> int:
        row = identity
        for _ in range(exponent):
            row = translations[index][row]
        return number[row.tobytes()]

    one = number[identity.tobytes()]
    primes = [p for p in range(2, len(translations) + 1) if len(translations) % p == 0 and all(p % q for q in range(2, p))]
    found: list[tuple[tuple[int, ...], int]] = [((), 1)]
    for p in primes:
        elements = [index for index in range(len(translations)) if index != one and power(index, p) == one]
        subspaces: dict[frozenset[int], tuple[int, ...]] = {frozenset({one}): ()}
        own: list[tuple[tuple[int, ...], int]] = [((), 1)]
        for rank in range(1, 4):
            grown: dict[frozenset[int], tuple[int, ...]] = {}
            for members, generators in subspaces.items():
                for element in elements:
                    if element in members:
                        continue
                    multiples = [power(element, exponent) for exponent in range(p)]
                    closure = frozenset(
                        number[translations[a][translations[b]].tobytes()] for a in members for b in multiples
                    )
                    grown.setdefault(closure, (*generators, element))
            own += [(generators, (-1) ** rank * p ** (rank * (rank - 1) // 2)) for generators in grown.values()]
            subspaces = grown
        found = [((*a, *b), x * y) for a, x in found for b, y in own]
    return found


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
def ways_to_share(kind: CycleType, counts: tuple[int, ...]) -> int:
    """Ways to give whole cycles to occupants so that each takes its number of sites."""
    if len(counts) <= 1:
        return 1
    first, rest = counts[0], counts[1:]
    total = 0
    for chosen, ways in choices_of(kind, first):
        left = tuple((length, n - used) for (length, n), used in zip(kind, chosen, strict=True))
        total += ways * ways_to_share(left, rest)
    return total


def choices_of(kind: CycleType, sites: int) -> list[tuple[tuple[int, ...], int]]:
    """All ways to take cycles with that many sites together: how many of each length, and in how many ways."""
    if not kind:
        return [((), 1)] if sites == 0 else []
    (length, number), others = kind[0], kind[1:]
    return [
        ((taken, *chosen), comb(number, taken) * ways)
        for taken in range(min(number, sites // length) + 1)
        for chosen, ways in choices_of(others, sites - taken * length)
    ]
