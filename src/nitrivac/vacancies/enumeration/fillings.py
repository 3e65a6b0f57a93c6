"""Ways to fill the cycles of an operation: counted and drawn, with sites that exclude each other."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import connected_components

from nitrivac.errors import UnsupportedError
from nitrivac.vacancies.enumeration.burnside import count_labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.vacancies.enumeration.generation import Task
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["DistinctSampler", "Fillings", "random_below"]

Vector = tuple[int, ...]
"""How many sites each layer takes."""

_MOST_STEPS = 500_000  # of listing the fillings of one cluster of excluding sites, beyond which it is given up


class Fillings:
    """All placings that one operation leaves alone: each of its cycles has one occupant.

    Cycles that exclude each other form clusters; ways of clusters multiply like polynomials whose exponents are the numbers
    of sites taken by each layer.

    Args:
        task: what is placed where.
        permutation: the operation on the active sites, shape (a,); the identity for all labelled placings.
    """

    def __init__(self, task: Task, permutation: NDArray[np.int64]) -> None:
        sites = len(permutation)
        links = np.zeros((sites, sites), dtype=np.int8)
        links[np.arange(sites), permutation] = 1
        _, cycle_of = connected_components(links, directed=False)
        self._cycles = [np.flatnonzero(cycle_of == number) for number in range(int(cycle_of.max(initial=-1)) + 1)]
        self._task = task
        sublattice_of = np.repeat(np.arange(len(task.rest)), np.diff(task.bounds))
        self._blocks = [_Block(self, members, sublattice_of) for members in _blocks_of(task, self._cycles, sublattice_of)]

    @property
    def ways(self) -> int:
        """How many placings there are."""
        product = 1
        for block in self._blocks:
            product *= block.ways
        return product

    def draw(self, rng: np.random.Generator) -> NDArray[np.uint8]:
        """One of them, all equally likely: occupant index of each active site, shape (a,)."""
        task = self._task
        codes = np.repeat(np.array(task.rest, dtype=np.uint8), np.diff(task.bounds))
        for block in self._blocks:
            block.draw(rng, codes)
        return codes


class _Block:
    """The cycles of sublattices that exclude each other, or of one that does not."""

    def __init__(self, fillings: Fillings, members: list[int], sublattice_of: NDArray[np.int64]) -> None:
        task, cycles = fillings._task, [fillings._cycles[index] for index in members]  # noqa: SLF001 - its own part
        sublattices = {int(sublattice_of[cycle[0]]) for cycle in cycles}
        self._layers = [index for index, layer in enumerate(task.layers) if layer.sublattice in sublattices]
        self._codes = [task.layers[index].code for index in self._layers]
        target = tuple(task.layers[index].number for index in self._layers)
        adjacency = _adjacency(task, cycles)
        # Single sites that exclude none need no clusters: their occupants are shuffled.
        self._sites = np.concatenate(cycles) if not adjacency.any() and all(len(one) == 1 for one in cycles) else None
        if self._sites is not None:
            left = task.rest[next(iter(sublattices))]
            taken = [code for code, number in zip(self._codes, target, strict=True) for _ in range(number)]
            self._shuffled = np.array(taken + [left] * (len(self._sites) - len(taken)), dtype=np.uint8)
            self.ways = count_labelled([(*target, len(self._sites) - sum(target))])
            return
        _, cluster_of = connected_components(adjacency, directed=False)
        self._clusters: list[list[NDArray[np.int64]]] = []
        self._local: list[dict[Vector, tuple[Vector, ...]]] = []
        for number in range(int(cluster_of.max(initial=-1)) + 1):
            indices = np.flatnonzero(cluster_of == number)
            self._clusters.append([cycles[index] for index in indices])
            kinds = []
            for index in indices:
                own = int(sublattice_of[cycles[index][0]])
                options = tuple(
                    position
                    for position, layer in enumerate(self._layers)
                    if task.layers[layer].sublattice == own and not (task.layers[layer].filled and adjacency[index, index])
                )
                kinds.append((len(cycles[index]), options))
            near = tuple(tuple(int(other) for other in np.flatnonzero(adjacency[index, indices])) for index in indices)
            filled = tuple(task.layers[layer].filled for layer in self._layers)
            self._local.append(_local_ways(tuple(kinds), near, filled))
        self._suffixes = _suffixes(self._local, target)
        self._target = target
        self.ways = self._suffixes[0].get(target, 0)

    def draw(self, rng: np.random.Generator, codes: NDArray[np.uint8]) -> None:
        if self._sites is not None:
            codes[self._sites] = rng.permutation(self._shuffled)
            return
        left = self._target
        for number, (cluster, local) in enumerate(zip(self._clusters, self._local, strict=True)):
            pick = random_below(rng, self._suffixes[number][left])
            for vector, ways in local.items():
                rest = _minus(left, vector)
                weight = len(ways) * self._suffixes[number + 1].get(rest, 0)
                if pick < weight:
                    chosen = ways[pick % len(ways)]
                    break
                pick -= weight
            for cycle, position in zip(cluster, chosen, strict=True):
                if position >= 0:
                    codes[cycle] = self._codes[position]
            left = rest


def _blocks_of(task: Task, cycles: Sequence[NDArray[np.int64]], sublattice_of: NDArray[np.int64]) -> list[list[int]]:
    count = len(task.rest)
    links = np.eye(count, dtype=np.int8)
    if len(task.conflicts):
        first, second = np.nonzero(task.conflicts)
        links[sublattice_of[first], sublattice_of[second]] = 1
    _, block_of = connected_components(links, directed=False)
    blocks: dict[int, list[int]] = {}
    for index, cycle in enumerate(cycles):
        blocks.setdefault(int(block_of[sublattice_of[cycle[0]]]), []).append(index)
    return list(blocks.values())


def _adjacency(task: Task, cycles: Sequence[NDArray[np.int64]]) -> NDArray[np.bool_]:
    near = np.zeros((len(cycles), len(cycles)), dtype=bool)
    if len(task.conflicts):
        for i, first in enumerate(cycles):
            for j in range(i + 1):
                near[i, j] = near[j, i] = task.conflicts[np.ix_(first, cycles[j])].any()
    return near


def _minus(left: Vector, taken: Vector) -> Vector:
    return tuple(a - b for a, b in zip(left, taken, strict=True))


@lru_cache(maxsize=1024)
def _local_ways(
    kinds: tuple[tuple[int, Vector], ...], near: tuple[Vector, ...], filled: tuple[bool, ...]
) -> dict[Vector, tuple[Vector, ...]]:
    """All placings on one cluster of cycles, by how many sites each layer takes.

    Args:
        kinds: length of each cycle and the layers that may take it; -1, the rest, always may.
        near: cycles of the cluster that exclude each other.
        filled: which layers are atoms.
    """
    found: dict[Vector, list[Vector]] = {}
    stack: list[Vector] = [()]
    steps = 0
    while stack:
        chosen = stack.pop()
        index = len(chosen)
        steps += 1
        if steps > _MOST_STEPS:
            raise UnsupportedError(
                f"{len(kinds)} sites exclude each other in one cluster, too many to count its fillings; lower the "
                "exclusion distance (--exclusion), or take a smaller supercell"
            )
        if index == len(kinds):
            vector = [0] * len(filled)
            for (length, _), position in zip(kinds, chosen, strict=True):
                if position >= 0:
                    vector[position] += length
            found.setdefault(tuple(vector), []).append(chosen)
            continue
        blocked = any(other < index and chosen[other] >= 0 and filled[chosen[other]] for other in near[index])
        stack += [
            (*chosen, position)
            for position in (-1, *kinds[index][1])
            if not (blocked and position >= 0 and filled[position])
        ]
    return {vector: tuple(sorted(ways)) for vector, ways in sorted(found.items())}


def _suffixes(local: Sequence[dict[Vector, tuple[Vector, ...]]], target: Vector) -> list[dict[Vector, int]]:
    """Ways to take so many sites from the clusters behind each one."""
    suffixes: list[dict[Vector, int]] = [{(0,) * len(target): 1}]
    for ways in reversed(local):
        grown: dict[Vector, int] = {}
        for vector, placings in ways.items():
            for taken, number in suffixes[-1].items():
                together = tuple(a + b for a, b in zip(vector, taken, strict=True))
                if all(a <= b for a, b in zip(together, target, strict=True)):
                    grown[together] = grown.get(together, 0) + number * len(placings)
        suffixes.append(grown)
    return suffixes[::-1]


def random_below(rng: np.random.Generator, bound: int) -> int:
    """A whole number from 0 to bound - 1, all equally likely, however large the bound."""
    size = (bound.bit_length() + 7) // 8
    excess = 8 * size - bound.bit_length()
    while True:
        number = int.from_bytes(rng.bytes(size), "little") >> excess
        if number < bound:
            return number


class DistinctSampler:
    """Draws distinct configurations, all equally likely, without listing them.

    An operation is drawn in proportion to the number of configurations it leaves alone, then one of these: each orbit comes
    out with the same probability (J. D. Dixon and H. S. Wilf, J. Algorithms 4 (1983) 205).

    Args:
        space: the configuration space.
    """

    def __init__(self, space: ConfigurationSpace) -> None:
        self._space = space
        self._upper = list(accumulate(space.fixed_by))
        self._fillings: dict[int, Fillings] = {}

    def draw(self, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Occupant index of each active site of one member of the orbit drawn, shape (a,)."""
        operation = bisect_right(self._upper, random_below(rng, self._upper[-1]))
        if operation not in self._fillings:
            self._fillings[operation] = Fillings(self._space.task, self._space.permutations[operation])
        return self._fillings[operation].draw(rng)
