"""Exchanges of occupants on several copies of a cell, each with its own price of a conflict, compiled."""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

_compiled: Any = nb.njit(cache=True, nogil=True)


@_compiled
def conflicts_at(site, skip, codes, filled, near, start):
    """How many filled sites exclude a site, one of them left out of account."""
    number = 0
    for k in range(start[site], start[site + 1]):
        other = near[k]
        if other != skip and filled[other, codes[other]]:
            number += 1
    return number


@_compiled
def exchange_conflicts(i, j, codes, filled, near, start):
    """How the number of conflicts changes where two sites of one sublattice exchange occupants, one filled, one not."""
    full, empty = (i, j) if filled[i, codes[i]] else (j, i)
    return conflicts_at(empty, full, codes, filled, near, start) - conflicts_at(full, -1, codes, filled, near, start)


@_compiled
def temper(rng, sweeps, codes, numbers, prices, choices, bounds, filled, near, start, histogram):
    """Exchange occupants at each price, and states between neighbouring prices, so that each keeps its weight.

    A state of C conflicts has the weight exp(-price * C): among the states of no conflict all are equally likely.

    Args:
        rng: `numpy.random.Generator`.
        sweeps: how many times as many exchanges as sites are tried at each price.
        codes: occupants at each price, changed, shape (p, a).
        numbers: conflicts at each price, changed, shape (p,).
        prices: the price of a conflict, rising, shape (p,).
        choices: sublattices whose sites exclude some, shape (s,).
        bounds: where sublattices begin and end.
        filled: whether an occupant of a site is an atom, shape (a, c).
        near, start: the sites that exclude site i are `near[start[i]:start[i + 1]]`.
        histogram: how often each number of conflicts was seen at each price after a sweep, added to, shape (p, c).
    """
    tries = 0
    for one in choices:
        tries += bounds[one + 1] - bounds[one]
    for sweep in range(sweeps):
        for p in range(len(prices)):
            state = codes[p]
            for _ in range(tries):
                sublattice = choices[rng.integers(0, len(choices))]
                i = rng.integers(bounds[sublattice], bounds[sublattice + 1])
                j = rng.integers(bounds[sublattice], bounds[sublattice + 1])
                if state[i] == state[j]:
                    continue
                change = 0
                if filled[i, state[i]] != filled[j, state[j]]:
                    change = exchange_conflicts(i, j, state, filled, near, start)
                if change > 0 and rng.random() >= np.exp(-prices[p] * change):
                    continue
                state[i], state[j] = state[j], state[i]
                numbers[p] += change
        for p in range(sweep % 2, len(prices) - 1, 2):
            gain = (prices[p + 1] - prices[p]) * (numbers[p + 1] - numbers[p])
            if gain >= 0 or rng.random() < np.exp(gain):
                for site in range(codes.shape[1]):
                    codes[p, site], codes[p + 1, site] = codes[p + 1, site], codes[p, site]
                numbers[p], numbers[p + 1] = numbers[p + 1], numbers[p]
        for p in range(len(prices)):
            histogram[p, min(numbers[p], histogram.shape[1] - 1)] += 1
