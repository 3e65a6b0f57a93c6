"""How many configurations there are, exactly and without making one: Burnside's lemma over cycle types."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import comb, prod
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nitrivac.vacancies.enumeration.cycle_fillings import cycle_fillings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.vacancies.enumeration.cycle_fillings import CycleType

__all__ = ["count_aperiodic", "count_distinct", "count_labelled", "cycle_type", "fixed_by_each", "orbits_of"]


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


def orbits_of(fixed: Sequence[int], sizes: Sequence[int] | None = None) -> int:
    """Number of orbits, from how many configurations operations leave alone (Burnside's lemma).

    Args:
        fixed: of each operation of the group, or of one of each class of operations alike in this.
        sizes: of the classes.
    """
    weights = [1] * len(fixed) if sizes is None else sizes
    quotient, remainder = divmod(sum(one * size for one, size in zip(fixed, weights, strict=True)), sum(weights))
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
        prod(cycle_fillings(cycle_type(one[k]), tuple(numbers)) for one, numbers in zip(permutations, counts, strict=True))
        for k in range(len(permutations[0]))
    )


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
                cycle_fillings(kind, tuple(numbers)) for kind, numbers in zip(types, counts, strict=True)
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
