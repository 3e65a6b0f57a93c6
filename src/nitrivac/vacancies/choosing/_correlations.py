"""Exchange occupants until pair correlations are those of the random alloy, compiled."""

from __future__ import annotations

import numba as nb
import numpy as np

from nitrivac.vacancies.choosing._exchange import draw_exchange


@nb.njit(cache=True)
def _recode(site, new, codes, counts, start, other, shell, way):
    """Give a site another occupant and keep the numbers of pairs right."""
    old = codes[site]
    for k in range(start[site], start[site + 1]):
        o, s = other[k], shell[k]
        c = codes[o]
        if way[k] == 0:
            if o == site:  # its own image: one direction here, the other at another place of the list
                counts[s, old, old] -= 1
                counts[s, new, new] += 1
            else:
                counts[s, old, c] -= 1
                counts[s, c, old] -= 1
                counts[s, new, c] += 1
                counts[s, c, new] += 1
        elif way[k] == 1:
            counts[s, old, c] -= 1
            counts[s, new, c] += 1
        else:
            counts[s, c, old] -= 1
            counts[s, c, new] += 1
    codes[site] = new


@nb.njit(cache=True)
def _error(counts, target, pairs):
    """Sum of squared differences of pair shares."""
    error = 0.0
    for s in range(len(pairs)):
        for a in range(counts.shape[1]):
            for b in range(counts.shape[2]):
                error += (counts[s, a, b] / pairs[s] - target[s, a, b]) ** 2
    return error


@nb.njit(cache=True)
def anneal_correlations(rng, codes, counts, target, pairs, start, other, shell, way, exchanges, price, temperatures):
    """Exchange occupants of one sublattice at falling temperature; `codes` becomes the best state met.

    Args:
        rng: `numpy.random.Generator`.
        codes: occupants, shape (a,).
        counts: pairs of occupants in each shell, shape (s, c, c), changed.
        target: their shares in the random alloy, same shape.
        pairs: pairs in each shell, shape (s,).
        start, other, shell, way: neighbours of each site.
        exchanges: which there are.
        price: of two filled sites that exclude each other, in units of the error; such states are passed through, not kept.
        temperatures: one step each, in units of the error.

    Returns:
        The error of the best state.
    """
    error = _error(counts, target, pairs)
    lowest = error
    conflicts = 0
    best = codes.copy()
    for temperature in temperatures:
        i, j, more = draw_exchange(rng, codes, exchanges)
        if i < 0:
            continue
        a, b = codes[i], codes[j]
        _recode(i, b, codes, counts, start, other, shell, way)
        _recode(j, a, codes, counts, start, other, shell, way)
        changed = _error(counts, target, pairs)
        dear = changed - error + price * more
        if dear > 0 and rng.random() >= np.exp(-dear / temperature):
            _recode(i, a, codes, counts, start, other, shell, way)
            _recode(j, b, codes, counts, start, other, shell, way)
            continue
        error = changed
        conflicts += more
        if conflicts == 0 and error < lowest - 1e-12:
            lowest = error
            best[:] = codes
    codes[:] = best
    return lowest
