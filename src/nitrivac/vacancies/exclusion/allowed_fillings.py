"""Allowed fillings of a conflict graph: counted exactly and drawn uniformly, by variable elimination.

A filling takes some vertices of the graph and never two neighbours. Vertices are summed over one by one, in an order that
makes each partial sum depend on few others; its terms are kept apart by the numbers of vertices taken. Work and memory
grow with two to the power of the width of that order, not of the size of the graph (R. Dechter, Artif. Intell. 113 (1999)
41; S. L. Lauritzen and D. J. Spiegelhalter, J. R. Stat. Soc. B 50 (1988) 157).

Counts are sums modulo primes, put together by the Chinese remainder theorem, so exact. Draws use the same sums in double
precision: probabilities are right to about twelve digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.vacancies.exclusion.elimination import elimination_order, too_entangled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["AllowedFillings", "ConflictGraph"]

MOST_PRODUCTS = 1.5e10  # of two terms in one pass over the graph: some ten seconds
MOST_TERMS = 6e7  # kept for drawing: half a gigabyte
_LARGEST_PRIME = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConflictGraph:
    """Vertices that may be taken, and which exclude each other.

    Attributes:
        kinds: the number that each vertex counts towards, shape (n,).
        lengths: how much it adds to that number, shape (n,).
        barred: which are never taken, shape (n,).
        neighbours: of each vertex those that exclude it.
    """

    kinds: NDArray[np.int64]
    lengths: NDArray[np.int64]
    barred: NDArray[np.bool_]
    neighbours: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Join:
    """The product of what came before with one part more.

    Attributes:
        part: a vertex by its number, the sum k by n + k.
        scope: the vertices on which the part depends; vertex `scope[i]` is bit i of the number of a row.
        places: term of the product that two terms make, -1 where it is of no interest, shape (before, of the part).
        terms: how many terms the product has.
    """

    part: int
    scope: tuple[int, ...]
    places: NDArray[np.int32]
    terms: int


@dataclass(frozen=True, slots=True, eq=False)
class _Sum:
    """One partial sum: over a vertex, of the product of what depends on it.

    Attributes:
        vertex: what is summed over, -1 where the product is all.
        scope: vertices on which the sum depends.
        joins: what is multiplied.
    """

    vertex: int
    scope: tuple[int, ...]
    joins: tuple[_Join, ...]


class AllowedFillings:
    """The fillings of a conflict graph that take no two neighbours, with given numbers of each kind.

    Args:
        graph: see there.
        most: the largest number of each kind that is of interest, shape (d,).
        least: the smallest, shape (d,); 0 by default.

    Raises:
        TooEntangledError: the graph is too wide.
    """

    def __init__(self, graph: ConflictGraph, most: Sequence[int], least: Sequence[int] | None = None) -> None:
        self._graph = graph
        self._size = len(graph.kinds)
        self._most = np.array(most, dtype=np.int64)
        self._least = np.zeros_like(self._most) if least is None else np.array(least, dtype=np.int64)
        order = elimination_order(graph.neighbours)
        _refuse_too_wide(graph, order, self._most)
        self._terms = np.zeros((1, len(self._most)), dtype=np.int64)
        self._sums = tuple(self._planned(order))

    @cached_property
    def numbers(self) -> dict[tuple[int, ...], int]:
        """How many fillings take so many of each kind, exact, for all numbers of interest that occur."""
        largest = float(self._weights[-1].max(initial=0.0))
        bits = self._exponent + int(np.log2(largest)) + 2 if largest > 0 else 0
        residues, modulus = [0] * len(self._terms), 1
        for prime, values in self._residues():
            inverse = pow(modulus, -1, prime)
            residues = [
                old + modulus * ((new - old) * inverse % prime) for old, new in zip(residues, values.tolist(), strict=True)
            ]
            modulus *= prime
            if modulus.bit_length() > bits:
                break
        if any(residues) and not largest:
            raise too_entangled(self._size)  # too many orders of magnitude for double precision
        return {tuple(term): number for term, number in zip(self._terms.tolist(), residues, strict=True) if number}

    @cached_property
    def possible(self) -> frozenset[tuple[int, ...]]:
        """The numbers of each kind, among those of interest, that some filling takes."""
        _, residues = next(self._residues())
        return frozenset(map(tuple, self._terms[(self._weights[-1][0] > 0) | (residues > 0)].tolist()))

    def _residues(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Numbers of fillings modulo one prime after the other, shape (k,)."""
        for prime in _primes():
            yield prime, self._tables(prime)[0][-1][0]

    def draw(self, rng: np.random.Generator, wanted: Sequence[int]) -> NDArray[np.bool_]:
        """A filling with these numbers of each kind, all equally likely: which vertices are taken, shape (n,)."""
        taken = np.zeros(self._size, dtype=bool)
        goals = {self._size + len(self._sums) - 1: int(np.flatnonzero((self._terms == wanted).all(axis=1))[0])}
        for number in range(len(self._sums) - 1, -1, -1):
            one, goal = self._sums[number], goals.pop(self._size + number)
            if one.vertex >= 0:
                chances, exponents = np.zeros(2), np.zeros(2, dtype=np.int64)
                near = list(self._graph.neighbours[one.vertex].intersection(one.scope))
                for value in (0, 1) if not taken[near].any() else (0,):
                    taken[one.vertex] = value
                    _, products, exponents[value] = self._products(one, taken)
                    chances[value] = products[-1][goal]
                taken[one.vertex] = _pick(rng, np.ldexp(chances, exponents - exponents.max()))
            factors, products, _ = self._products(one, taken)
            for join, factor, before in reversed(list(zip(one.joins, factors, products, strict=False))):
                first, second = np.nonzero(join.places == goal)
                chosen = _pick(rng, before[first] * factor[second])
                goals[join.part], goal = int(second[chosen]), int(first[chosen])
        return taken

    def _products(self, one: _Sum, taken: NDArray[np.bool_]) -> tuple[list[NDArray[Any]], list[NDArray[Any]], int]:
        """What a sum multiplies, given what is taken, the products one after the other, from 1 on, and a power of two.

        Each product is divided by a power of two of its own; given is the last one's.
        """
        from nitrivac.vacancies.exclusion._sums import multiply

        factors, products, row, exponent = [], [np.ones(1)], np.zeros(1, dtype=np.int64), 0
        for join in one.joins:
            bits = sum(1 << place for place, vertex in enumerate(join.scope) if taken[vertex])
            factors.append(self._weights[join.part][bits])
            product = np.zeros((1, join.terms))
            multiply(products[-1][None, :], row, factors[-1][None, :], row, join.places, product)
            product, power = _normalised(product)
            products.append(product[0])
            exponent += power
        return factors, products, exponent

    @cached_property
    def _weighed(self) -> tuple[list[NDArray[Any]], int]:
        return self._tables(None)

    @property
    def _weights(self) -> list[NDArray[Any]]:
        """The value of each part in double precision, each up to a factor of its own."""
        return self._weighed[0]

    @property
    def _exponent(self) -> int:
        """The power of two by which the last of them was divided."""
        return self._weighed[1]

    def _planned(self, order: Sequence[tuple[int, tuple[int, ...]]]) -> Iterator[_Sum]:
        """What each sum is made of, from first to last; at the end the terms of the last are known."""
        graph, none = self._graph, np.zeros((1, len(self._most)), dtype=np.int64)
        terms: dict[int, NDArray[np.int64]] = {}
        for vertex in range(self._size):
            unit = none.copy()
            unit[0, graph.kinds[vertex]] = graph.lengths[vertex]
            terms[vertex] = none if graph.barred[vertex] else np.vstack([none, unit])
        room = dict(enumerate(_most_taken(graph, order, len(self._most))))
        everything = sum(room.values(), start=none[0])
        rank = {vertex: number for number, (vertex, _) in enumerate(order)} | {-1: len(order)}
        waiting: dict[int, list[tuple[int, tuple[int, ...]]]] = {}  # by the first vertex that they depend on
        for number, (vertex, scope) in enumerate([*order, (-1, ())]):
            parts = sorted(waiting.pop(vertex, []), key=lambda part: len(terms[part[0]]))
            if vertex >= 0:
                parts.insert(0, (vertex, (vertex,)))
            outside = everything - sum((room[part] for part, _ in parts), start=none[0])
            product, joins = none, []
            for index, (part, its_scope) in enumerate(parts, start=1):
                least = self._least - outside if index == len(parts) else none[0]
                product, places = _joined(product, terms.pop(part), self._most, least)
                joins.append(_Join(part, its_scope, places, len(product)))
            key = self._size + number
            terms[key], room[key] = product, everything - outside
            waiting.setdefault(min(scope, key=rank.__getitem__, default=-1), []).append((key, scope))
            yield _Sum(vertex, scope, tuple(joins))
        self._terms = product

    def _tables(self, prime: int | None) -> tuple[list[NDArray[Any]], int]:
        """The value of each part for each filling of what it depends on, modulo a prime or in double precision.

        Returns:
            The tables, each of shape (2^s, k), and the power of two by which the last of them was divided.
        """
        from nitrivac.vacancies.exclusion._sums import multiply, multiply_modulo

        kind = np.float64 if prime is None else np.int64
        tables: list[NDArray[Any]] = [
            np.array([[1], [0]], dtype=kind) if barred else np.eye(2, dtype=kind) for barred in self._graph.barred
        ]
        exponents = [0] * self._size
        for one in self._sums:
            scope = (*one.scope, one.vertex) if one.vertex >= 0 else one.scope
            rows = np.arange(1 << len(scope))
            allowed = np.where(_is_allowed(scope, self._graph.neighbours), rows, -1)
            product: NDArray[Any] = np.ones((len(rows), 1), dtype=kind)
            exponent = 0
            for join in one.joins:
                factor = tables[join.part]
                bits = sum(((rows >> scope.index(vertex)) & 1) << place for place, vertex in enumerate(join.scope))
                own = np.broadcast_to(np.asarray(bits, dtype=np.int64), rows.shape)
                out = np.zeros((len(rows), join.terms), dtype=kind)
                if prime is None:
                    multiply(product, allowed, factor, own, join.places, out)
                else:
                    multiply_modulo(product, allowed, factor, own, join.places, prime, out)
                product, power = _normalised(out) if prime is None else (out, 0)
                exponent += exponents[join.part] + power
            if one.vertex >= 0:
                product = product[: len(rows) // 2] + product[len(rows) // 2 :]
            tables.append(product if prime is None else product % prime)
            exponents.append(exponent)
        return tables, exponents[-1]


def _normalised(table: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """A table divided by a power of two so that its largest entry is about 1, and that power."""
    power = int(np.frexp(table.max(initial=0.0))[1])
    return np.ldexp(table, -power), power


def _is_allowed(scope: Sequence[int], neighbours: Sequence[frozenset[int]]) -> NDArray[np.bool_]:
    """Which fillings of some vertices take no two neighbours, shape (2^s,)."""
    rows = np.arange(1 << len(scope))
    allowed = np.ones(len(rows), dtype=bool)
    for i, j in combinations(range(len(scope)), 2):
        if scope[j] in neighbours[scope[i]]:
            allowed &= (rows >> i & rows >> j & 1) == 0
    return allowed


def _joined(
    first: NDArray[np.int64], second: NDArray[np.int64], most: NDArray[np.int64], least: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The terms that terms of two polynomials make, and which two make which."""
    sums = first[:, None, :] + second[None, :, :]
    wanted = ((sums <= most) & (sums >= least)).all(axis=2)
    strides = np.concatenate([[1], np.cumprod(most[:-1] + 1)]).astype(np.int64)
    codes, inverse = np.unique(sums[wanted] @ strides, return_inverse=True)
    places = np.full(wanted.shape, -1, dtype=np.int32)
    places[wanted] = inverse
    return codes[:, None] // strides % (most + 1), places


def _refuse_too_wide(graph: ConflictGraph, order: Sequence[tuple[int, tuple[int, ...]]], most: NDArray[np.int64]) -> None:
    """Raise TooEntangledError where summing would take too long, by bounds on the numbers of terms."""
    units = np.zeros((len(graph.kinds), len(most)), dtype=np.int64)
    units[np.arange(len(units)), graph.kinds] = np.where(graph.barred, 0, graph.lengths)
    rank = {vertex: number for number, (vertex, _) in enumerate(order)} | {-1: len(order)}
    waiting: dict[int, list[NDArray[np.int64]]] = {}
    products = kept = 0.0
    for vertex, scope in [*order, (-1, ())]:
        inside = units[vertex] if vertex >= 0 else np.zeros_like(most)
        rows = 2.0 ** (len(scope) + 1)
        for other in waiting.pop(vertex, []):
            products += rows * _most_terms(inside, most) * _most_terms(other, most)
            inside = inside + other
        kept += rows * _most_terms(inside, most)
        waiting.setdefault(min(scope, key=rank.__getitem__, default=-1), []).append(inside)
    if products > MOST_PRODUCTS or kept > MOST_TERMS:
        raise too_entangled(len(graph.kinds))


def _most_taken(graph: ConflictGraph, order: Sequence[tuple[int, tuple[int, ...]]], dimension: int) -> NDArray[np.int64]:
    """How much of each kind can be taken at most, put down to vertices, shape (n, d).

    Of vertices that all exclude each other one is taken; it is put down to the last of them to be summed over, so that those
    not yet summed over have at least as much as they can take.
    """
    found = np.zeros((len(graph.kinds), dimension), dtype=np.int64)
    free = ~graph.barred
    for vertex, _ in reversed(order):
        if free[vertex]:
            members = [vertex]
            for other in sorted(graph.neighbours[vertex]):
                if free[other] and graph.neighbours[other].issuperset(members):
                    members.append(other)
            free[members] = False
            np.maximum.at(found[vertex], graph.kinds[members], graph.lengths[members])
    return found


def _most_terms(inside: NDArray[np.int64], most: NDArray[np.int64]) -> float:
    return float(np.prod(np.minimum(inside, most) + 1.0))


def _pick(rng: np.random.Generator, weights: NDArray[np.float64]) -> int:
    """A place drawn in proportion to its weight."""
    upper = np.cumsum(weights)
    return int(np.searchsorted(upper, rng.random() * upper[-1], side="right").clip(max=len(upper) - 1))


def _primes() -> Iterator[int]:
    """Primes below 2^31, the largest first."""
    for number in range(_LARGEST_PRIME, 2**30, -2):
        if all(number % divisor for divisor in range(3, int(number**0.5) + 1, 2)):
            yield number
