"""Whole numbers for all sites of a supercell at once: the choices whose sums are allowed, the cheapest first.

Each site (an orbit) has options, such as 11 of 24 filled or 12, and one of each is taken. What the options add up to, atoms
of each kind, must lie within bounds. The sums that are possible after each site are kept with the least cost of reaching
them: so the work grows with the number of different sums, not with that of choices.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["Bounds", "Options", "cheapest_choices"]

_SLACK = 1e-6  # of bounds, which come from sums of decimal numbers
_MOST_SUMS = 200_000  # different sums kept after a site, the cheapest; planned crystals have a few thousand


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one site can hold.

    Attributes:
        adds: what each option adds to each sum, 0 or more, shape (o, s).
        costs: what each costs, shape (o,).
    """

    adds: NDArray[np.int64] = field(repr=False)
    costs: NDArray[np.float64] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Linear conditions on the sums: `low <= weights @ sums <= high`.

    Attributes:
        weights: shape (b, s).
        low: shape (b,), minus infinity where there is none.
        high: shape (b,).
    """

    weights: NDArray[np.float64] = field(repr=False)
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """The sums that are possible after some of the sites.

    Attributes:
        codes: each as one number, ascending, shape (n,).
        sums: shape (n, s).
        costs: the least cost of each, shape (n,).
    """

    codes: NDArray[Any]
    sums: NDArray[np.int64]
    costs: NDArray[np.float64]


def cheapest_choices(
    sites: Sequence[Options], bounds: Bounds, price: Callable[[NDArray[np.int64]], NDArray[np.float64]]
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Every choice of one option for each site whose sums are within the bounds, in order of cost.

    Args:
        sites: the options of each site, at least one each.
        bounds: the conditions.
        price: what sums cost in themselves, from shape (n, s) to shape (n,).

    Yields:
        The cost, and the number of the option of each site. Choices of equal cost come in no particular order.
    """
    strides = _strides(sites)
    layers = _layers(sites, bounds, strides)
    if layers is None:
        return
    # Cost of the whole, site to be taken back next, place in its layer, options taken after it, their cost.
    heap: list[tuple[float, int, int, tuple[int, ...], float]]
    last = price(layers[-1].sums).tolist()
    heap = [
        (spent + final, len(sites), place, (), final)
        for place, (spent, final) in enumerate(zip(layers[-1].costs.tolist(), last, strict=True))
    ]
    heapq.heapify(heap)
    while heap:
        cost, site, place, taken, spent = heapq.heappop(heap)
        if not site:
            yield cost, taken
            continue
        options, before = sites[site - 1], layers[site - 1]
        wanted = layers[site].codes[place] - options.adds @ strides
        found = np.minimum(np.searchsorted(before.codes, wanted), len(before.codes) - 1)
        for option in np.flatnonzero(before.codes[found] == wanted).tolist():
            there, so_far = int(found[option]), spent + float(options.costs[option])
            heapq.heappush(heap, (so_far + float(before.costs[there]), site - 1, there, (option, *taken), so_far))


def _strides(sites: Sequence[Options]) -> NDArray[Any]:
    """Factors that make one number of the sums, a different one for each; beyond 64 bits in Python's integers."""
    highest = [sum(int(one.adds[:, column].max()) for one in sites) for column in range(sites[0].adds.shape[1])]
    factors = [1, *accumulate((top + 1 for top in highest), lambda a, b: a * b)][:-1] if highest else []
    return np.array(factors, dtype=np.int64 if prod(top + 1 for top in highest) < 2**62 else object)


def _layers(sites: Sequence[Options], bounds: Bounds, strides: NDArray[Any]) -> list[_Layer] | None:
    """The possible sums before the first site and after each; None where no choice meets the bounds."""
    least = [(one.adds @ bounds.weights.T).min(axis=0) for one in sites]
    most = [(one.adds @ bounds.weights.T).max(axis=0) for one in sites]
    start = np.zeros((1, len(strides)), dtype=np.int64)
    layers = [_Layer(codes=start @ strides, sums=start, costs=np.zeros(1))]
    for number, one in enumerate(sites):
        before = layers[-1]
        sums = (before.sums[:, None, :] + one.adds[None, :, :]).reshape(-1, len(strides))
        costs = (before.costs[:, None] + one.costs[None, :]).ravel()
        reached = sums @ bounds.weights.T
        below = reached + sum(least[number + 1 :], np.zeros(len(bounds.low))) <= bounds.high + _SLACK
        above = reached + sum(most[number + 1 :], np.zeros(len(bounds.low))) >= bounds.low - _SLACK
        kept = np.flatnonzero((below & above).all(axis=1))
        kept = kept[np.argsort(costs[kept], kind="stable")]
        codes, first = np.unique(sums[kept] @ strides, return_index=True)  # the first of equal ones is the cheapest
        if not len(codes):
            return None
        if len(codes) > _MOST_SUMS:
            near = np.sort(np.argsort(first)[:_MOST_SUMS])
            codes, first = codes[near], first[near]
        layers.append(_Layer(codes=codes, sums=sums[kept][first], costs=costs[kept][first]))
    return layers
