"""Whole numbers for all sites of a supercell at once: the choices whose sums are allowed, the cheapest first.

Each site (an orbit) has options, such as 11 of 24 filled or 12, and one of each is taken. What the options add up to, atoms
of each kind, must lie within bounds; and some fillings, of sites that crowd together, must not pass a limit. The states that
are possible after each site are kept with the least cost of reaching them: so the work grows with the number of different
sums, not with that of choices. A filling is forgotten after the last site that adds to it, and the sites are gone through
in an order that keeps few of them open at a time.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import accumulate, count
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["Bounds", "Options", "cheapest_choices"]

_SLACK = 1e-6  # of bounds, which come from sums of decimal numbers
_MOST_STATES = 100_000  # kept after a site, the cheapest; planned crystals have a few thousand


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one site can hold.

    Attributes:
        adds: what each option adds to each sum, 0 or more, shape (o, s).
        costs: what each costs, shape (o,).
        fills: what each adds to each filling, 0 or more, shape (o, f); None where there are no fillings.
    """

    adds: NDArray[np.int64] = field(repr=False)
    costs: NDArray[np.float64] = field(repr=False)
    fills: NDArray[np.int64] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Linear conditions on the sums, `low <= weights @ sums <= high`, and limits of the fillings.

    Attributes:
        weights: shape (b, s).
        low: shape (b,), minus infinity where there is none.
        high: shape (b,).
        most: the limit of each filling, shape (f,).
    """

    weights: NDArray[np.float64] = field(repr=False)
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    most: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A site in its turn.

    Attributes:
        site: its number.
        options: what it can hold.
        adds: what each option adds to the sums and to the open fillings, shape (o, s + f).
        most: the limit of each of these, infinite for the sums and for what is not open, shape (s + f,).
        closing: columns of the fillings that no later site adds to, shape (c,).
    """

    site: int
    options: Options
    adds: NDArray[np.int64]
    most: NDArray[np.float64]
    closing: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """The states that are possible after some of the sites.

    Attributes:
        codes: each as one number, ascending, shape (n,).
        sums: the sums and the open fillings, shape (n, s + f).
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
    steps = _steps(sites, bounds)
    strides = _strides(steps)
    layers = _layers(steps, bounds, strides)
    if layers is None:
        return
    ways_back = [_WaysBack(step, before, strides) for step, before in zip(steps, layers, strict=False)]
    # Cost of the whole, step to be taken back next, place in its layer, options taken after it, their cost.
    heap: list[tuple[float, int, int, tuple[int, ...], float]]
    last = price(layers[-1].sums[:, : bounds.weights.shape[1]]).tolist()
    heap = [
        (spent + final, len(steps), place, (), final)
        for place, (spent, final) in enumerate(zip(layers[-1].costs.tolist(), last, strict=True))
    ]
    heapq.heapify(heap)
    while heap:
        cost, number, place, taken, spent = heapq.heappop(heap)
        if not number:
            order = {step.site: option for step, option in zip(steps, taken, strict=True)}
            yield cost, tuple(order[site] for site in range(len(sites)))
            continue
        before, costs = layers[number - 1], steps[number - 1].options.costs
        for option, there in ways_back[number - 1].to(layers[number].codes[place]):
            so_far = spent + float(costs[option])
            heapq.heappush(heap, (so_far + float(before.costs[there]), number - 1, there, (option, *taken), so_far))


class _WaysBack:
    """The states before a step from which its options lead to a state after it.

    Args:
        step: the step.
        before: the states before it.
        strides: see `_strides`.
    """

    def __init__(self, step: _Step, before: _Layer, strides: NDArray[Any]) -> None:
        self._step, self._before = step, before
        kept = np.ones(len(strides), dtype=bool)
        kept[step.closing] = False
        self._adds = step.adds[:, kept] @ strides[kept]
        codes = before.sums[:, kept] @ strides[kept] if len(step.closing) else before.codes
        self._order = np.argsort(codes, kind="stable") if len(step.closing) else np.arange(len(codes))
        self._codes = codes[self._order]

    def to(self, code: int) -> Iterator[tuple[int, int]]:
        """The number of an option and the place of the state before, of each way to a state."""
        wanted = code - self._adds
        first = np.searchsorted(self._codes, wanted, side="left")
        last = np.searchsorted(self._codes, wanted, side="right")
        step, closing = self._step, self._step.closing
        for option in np.flatnonzero(last > first).tolist():
            places = self._order[first[option] : last[option]]
            filled = self._before.sums[places][:, closing] + step.adds[option, closing]
            for place in places[(filled <= step.most[closing] + _SLACK).all(axis=1)].tolist():
                yield option, place


def _steps(sites: Sequence[Options], bounds: Bounds) -> list[_Step]:
    """The sites in an order that keeps few fillings open, those that are open in as few columns as will do."""
    adding = np.array([_fills(one, bounds).any(axis=0) for one in sites])  # which site adds to which filling
    waiting, opened = list(range(len(sites))), np.zeros(len(bounds.most), dtype=bool)
    column_of: dict[int, int] = {}  # of the open fillings
    turns: list[tuple[int, dict[int, int], list[int]]] = []
    while waiting:
        now = opened[None, :] | adding[waiting]
        later = adding[waiting].sum(axis=0)[None, :] - adding[waiting] > 0
        site = waiting.pop(int(np.argmin((now & later).sum(axis=1))))
        opened |= adding[site]
        for filling in np.flatnonzero(adding[site]).tolist():
            if filling not in column_of:
                column_of[filling] = next(column for column in count() if column not in column_of.values())
        closing = [filling for filling in column_of if not adding[waiting, filling].any()]
        turns.append((site, dict(column_of), closing))
        for filling in closing:
            del column_of[filling]
            opened[filling] = False
    width = 1 + max((column for _, columns, _ in turns for column in columns.values()), default=-1)
    first = bounds.weights.shape[1]
    steps = []
    for site, columns, closing in turns:
        fills = np.zeros((len(sites[site].costs), width), dtype=np.int64)
        most = np.full(first + width, np.inf)
        for filling, column in columns.items():
            fills[:, column] = _fills(sites[site], bounds)[:, filling]
            most[first + column] = bounds.most[filling]
        steps.append(
            _Step(
                site=site,
                options=sites[site],
                adds=np.hstack([sites[site].adds, fills]),
                most=most,
                closing=np.array([first + columns[filling] for filling in closing], dtype=np.int64),
            )
        )
    return steps


def _fills(one: Options, bounds: Bounds) -> NDArray[np.int64]:
    return np.zeros((len(one.costs), len(bounds.most)), dtype=np.int64) if one.fills is None else one.fills


def _strides(steps: Sequence[_Step]) -> NDArray[Any]:
    """Factors that make one number of a state, a different one for each; beyond 64 bits in Python's integers."""
    largest = np.array([step.adds.max(axis=0) for step in steps])
    limits = np.max([np.where(step.most < np.inf, step.most, 0) for step in steps], axis=0)
    limited = np.floor(limits + _SLACK).astype(np.int64) + largest.max(axis=0)  # before what is above is left out
    highest = np.where(limits > 0, np.minimum(largest.sum(axis=0), limited), largest.sum(axis=0)).tolist()
    factors = [1, *accumulate((top + 1 for top in highest), lambda a, b: a * b)][:-1] if highest else []
    return np.array(factors, dtype=np.int64 if prod(top + 1 for top in highest) < 2**62 else object)


def _layers(steps: Sequence[_Step], bounds: Bounds, strides: NDArray[Any]) -> list[_Layer] | None:
    """The possible states before the first step and after each; None where no choice meets the bounds."""
    width = bounds.weights.shape[1]
    reaches = [step.options.adds @ bounds.weights.T for step in steps]
    least = _still_to_come([reach.min(axis=0) for reach in reaches])
    most = _still_to_come([reach.max(axis=0) for reach in reaches])
    start = np.zeros((1, len(strides)), dtype=np.int64)
    layers = [_Layer(codes=start @ strides, sums=start, costs=np.zeros(1))]
    for number, (step, reach) in enumerate(zip(steps, reaches, strict=True)):
        before = layers[-1]
        allowed = np.ones((len(before.costs), len(step.adds)), dtype=bool)
        reached = before.sums[:, :width] @ bounds.weights.T
        for bound in np.flatnonzero(reach.any(axis=0)).tolist() if number else range(len(bounds.low)):
            values = reached[:, bound, None] + reach[None, :, bound]
            allowed &= values + least[number + 1][bound] <= bounds.high[bound] + _SLACK
            allowed &= values + most[number + 1][bound] >= bounds.low[bound] - _SLACK
        for column in np.flatnonzero(step.adds.any(axis=0) & (step.most < np.inf)).tolist():
            allowed &= before.sums[:, column, None] + step.adds[None, :, column] <= step.most[column] + _SLACK
        layer = _after(step, before, strides, np.flatnonzero(allowed))
        if layer is None:
            return None
        layers.append(layer)
    return layers


def _after(step: _Step, before: _Layer, strides: NDArray[Any], allowed: NDArray[np.int64]) -> _Layer | None:
    """The states that a step leads to, each once and at least cost; None where there are none.

    Args:
        step: the step.
        before: the states before it.
        strides: see `_strides`.
        allowed: which of all pairs of a state before and an option may be taken, the options of a state in a row.
    """
    if not len(allowed):
        return None
    places, options = np.divmod(allowed, len(step.adds))
    costs = before.costs[places] + step.options.costs[options]
    kept = np.ones(len(strides), dtype=bool)
    kept[step.closing] = False
    codes = (before.sums[:, kept] @ strides[kept])[places] + (step.adds[:, kept] @ strides[kept])[options]
    order = np.argsort(costs, kind="stable")
    found, first = np.unique(codes[order], return_index=True)  # the first of equal ones is the cheapest
    if len(found) > _MOST_STATES:
        near = np.sort(np.argsort(first)[:_MOST_STATES])
        found, first = found[near], first[near]
    chosen = order[first]
    sums = before.sums[places[chosen]] + step.adds[options[chosen]]
    sums[:, step.closing] = 0
    return _Layer(codes=found, sums=sums, costs=costs[chosen])


def _still_to_come(parts: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """The sum of all parts from each number on, and none at the end."""
    sums = [*accumulate(reversed(parts), lambda a, b: a + b, initial=np.zeros_like(parts[0]))]
    return sums[::-1]
