"""Ways to fill the cycles of an operation: counted and drawn, with sites that exclude each other."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nitrivac.vacancies.enumeration.cycle_fillings import cycle_choices, cycle_fillings
from nitrivac.vacancies.exclusion.allowed_fillings import AllowedFillings, ConflictGraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nitrivac.vacancies.enumeration.cycle_fillings import CycleType
    from nitrivac.vacancies.enumeration.generation import Placing

__all__ = ["Fillings", "random_below"]


Vector = tuple[int, ...]
"""How many cycles, or sites, of each kind are filled."""


class Fillings:
    """All placings that one operation leaves alone: each of its cycles has one occupant.

    Sublattices that exclude each other are counted and drawn together, see `AllowedFillings`; others each for itself.

    Args:
        task: what is placed where.
        permutation: the operation on the active sites, shape (a,); the identity for all labelled placings.

    Raises:
        TooEntangledError: sites exclude each other in a network too wide to be counted.
    """

    def __init__(self, task: Placing, permutation: NDArray[np.int64]) -> None:
        sites = np.arange(len(permutation))
        links = coo_array((np.ones(len(sites), dtype=np.int8), (sites, permutation)), shape=(len(sites),) * 2)
        _, cycle_of = connected_components(links, directed=False)
        order = np.argsort(cycle_of, kind="stable")
        cycles = np.split(order, np.flatnonzero(np.diff(cycle_of[order])) + 1) if len(sites) else []
        sublattice_of = np.repeat(np.arange(len(task.rest)), np.diff(task.bounds))
        self._task = task
        self._blocks = list(_blocks(task, cycles, sublattice_of))

    @property
    def ways(self) -> int:
        """How many placings there are."""
        return prod(block.ways for block in self._blocks)

    def draw(self, rng: np.random.Generator) -> NDArray[np.uint8]:
        """One of them, all equally likely: occupant index of each active site, shape (a,)."""
        task = self._task
        codes = np.repeat(np.array(task.rest, dtype=np.uint8), np.diff(task.bounds))
        for block in self._blocks:
            block.draw(rng, codes)
        return codes


class _FreeBlock:
    """The cycles of a sublattice whose sites exclude none: they are shared out among its occupants.

    Args:
        cycles: sites of each cycle.
        codes: the occupants.
        numbers: how many sites each takes; together all.
    """

    def __init__(self, cycles: Sequence[NDArray[np.int64]], codes: Sequence[int], numbers: Sequence[int]) -> None:
        by_length: dict[int, list[NDArray[np.int64]]] = {}
        for cycle in cycles:
            by_length.setdefault(len(cycle), []).append(cycle)
        self._cycles = [np.array(by_length[length]) for length in sorted(by_length)]
        self._kind: CycleType = tuple((length, len(by_length[length])) for length in sorted(by_length))
        self._codes, self._numbers = codes, tuple(numbers)

    @property
    def ways(self) -> int:
        return cycle_fillings(self._kind, self._numbers)

    def draw(self, rng: np.random.Generator, codes: NDArray[np.uint8]) -> None:
        labels: list[list[int]] = [[] for _ in self._kind]
        kind = self._kind
        for index, (code, number) in enumerate(zip(self._codes, self._numbers, strict=True)):
            others = self._numbers[index + 1 :]
            options = [(taken, _left(kind, taken), ways) for taken, ways in cycle_choices(kind, number)]
            picked = _weighted(rng, [ways * cycle_fillings(left, others) for _, left, ways in options])
            taken, kind, _ = options[picked]
            for label, some in zip(labels, taken, strict=True):
                label.extend([code] * some)
        for those, one in zip(self._cycles, labels, strict=True):
            codes[those] = rng.permutation(np.array(one, dtype=np.uint8))[:, None]


class _EntangledBlock:
    """The cycles of sublattices whose sites exclude each other: some are filled, then shared out among the atoms."""

    def __init__(self, task: Placing, cycles: Sequence[NDArray[np.int64]], sublattices: Sequence[int]) -> None:
        sublattice_of = np.repeat(np.arange(len(task.rest)), np.diff(task.bounds))
        self._cycles = cycles
        self._owners = np.array([sublattice_of[cycle[0]] for cycle in cycles])
        self._layers = {one: [layer for layer in task.layers if layer.sublattice == one] for one in sublattices}
        filled = {one: sum(layer.number for layer in layers) for one, layers in self._layers.items()}
        lengths = np.array([len(cycle) for cycle in cycles])
        # Where several kinds of atoms share the filled cycles, those of each length are counted apart, else all their sites.
        apart = np.array([len(self._layers[one]) > 1 for one in self._owners.tolist()])
        pairs = list(zip(self._owners.tolist(), np.where(apart, lengths, 0).tolist(), strict=True))
        self._kinds = sorted(set(pairs))
        most = [filled[one] // max(length, 1) for one, length in self._kinds]
        single = [sum(kind[0] == one for kind in self._kinds) == 1 for one, _ in self._kinds]
        near = _adjacency(task, cycles)
        graph = ConflictGraph(
            kinds=np.array([self._kinds.index(pair) for pair in pairs]),
            lengths=np.where(apart, 1, lengths),
            barred=np.diag(near),
            neighbours=tuple(frozenset(np.flatnonzero(row).tolist()) - {number} for number, row in enumerate(near)),
        )
        least = [number if alone else 0 for number, alone in zip(most, single, strict=True)]
        self._fillings = AllowedFillings(graph, most, least)
        self._filled = filled

    @cached_property
    def _ways(self) -> dict[Vector, int]:
        """Placings with so many filled cycles of each kind."""
        ways = {}
        for vector, number in self._fillings.numbers.items():
            types = self._types(vector)
            if all(sum(length * some for length, some in types[one]) == self._filled[one] for one in types):
                ways[vector] = number * prod(
                    cycle_fillings(types[one], tuple(layer.number for layer in self._layers[one])) for one in types
                )
        return ways

    def _types(self, vector: Vector) -> dict[int, CycleType]:
        """Cycle type of the filled cycles of each sublattice; where they are counted by sites, as if all were single."""
        types: dict[int, list[tuple[int, int]]] = {}
        for (one, length), number in zip(self._kinds, vector, strict=True):
            types.setdefault(one, []).append((max(length, 1), number))
        return {one: tuple(kind) for one, kind in types.items()}

    @property
    def ways(self) -> int:
        return sum(self._ways.values())

    def draw(self, rng: np.random.Generator, codes: NDArray[np.uint8]) -> None:
        vectors = list(self._ways)
        taken = self._fillings.draw(rng, vectors[_weighted(rng, [self._ways[one] for one in vectors])])
        for one, layers in self._layers.items():
            filled = [self._cycles[index] for index in np.flatnonzero(taken & (self._owners == one)).tolist()]
            block = _FreeBlock(filled, [layer.code for layer in layers], [layer.number for layer in layers])
            block.draw(rng, codes)


def _blocks(
    task: Placing, cycles: Sequence[NDArray[np.int64]], sublattice_of: NDArray[np.int64]
) -> Iterator[_FreeBlock | _EntangledBlock]:
    """Sublattices that exclude each other together, each other one for itself."""
    links = np.zeros((len(task.rest), len(task.rest)), dtype=np.int8)
    if len(task.conflicts):
        first, second = np.nonzero(task.conflicts)
        links[sublattice_of[first], sublattice_of[second]] = 1
    _, block_of = connected_components(links, directed=False)
    for number in range(int(block_of.max(initial=-1)) + 1):
        sublattices = np.flatnonzero(block_of == number).tolist()
        own = [cycle for cycle in cycles if block_of[sublattice_of[cycle[0]]] == number]
        if links[sublattices].any():
            yield _EntangledBlock(task, own, sublattices)
            continue
        layers = [layer for layer in task.layers if layer.sublattice == sublattices[0]]
        numbers = [layer.number for layer in layers]
        rest = sum(len(cycle) for cycle in own) - sum(numbers)
        codes = [*(layer.code for layer in layers), task.rest[sublattices[0]]]
        yield _FreeBlock(own, codes, [*numbers, rest])


def _adjacency(task: Placing, cycles: Sequence[NDArray[np.int64]]) -> NDArray[np.bool_]:
    """Which cycles exclude each other, shape (c, c); on the diagonal those that exclude themselves."""
    number = np.full(task.conflicts.shape[0], -1)
    for index, cycle in enumerate(cycles):
        number[cycle] = index
    first, second = np.nonzero(task.conflicts)
    own = (number[first] >= 0) & (number[second] >= 0)
    near = np.zeros((len(cycles), len(cycles)), dtype=bool)
    near[number[first[own]], number[second[own]]] = True
    return near | near.T


def _left(kind: CycleType, taken: Sequence[int]) -> CycleType:
    return tuple((length, number - used) for (length, number), used in zip(kind, taken, strict=True))


def _weighted(rng: np.random.Generator, weights: Sequence[int]) -> int:
    """A place drawn in proportion to its weight, which may be of any size; the only one without a draw."""
    if len(weights) == 1:
        return 0
    upper = list(accumulate(weights))
    return bisect_right(upper, random_below(rng, upper[-1]))


def random_below(rng: np.random.Generator, bound: int) -> int:
    """A whole number from 0 to bound - 1, all equally likely, however large the bound."""
    size = (bound.bit_length() + 7) // 8
    excess = 8 * size - bound.bit_length()
    while True:
        number = int.from_bytes(rng.bytes(size), "little") >> excess
        if number < bound:
            return number
