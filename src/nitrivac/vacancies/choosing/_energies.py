"""Energies of many placings and annealing among them, compiled."""

from __future__ import annotations

import numba as nb
import numpy as np

from nitrivac.vacancies.choosing._exchange import draw_exchange
from nitrivac.vacancies.enumeration._search_state import lowest_bit

_ONE = np.uint64(1)


@nb.njit(cache=True)
def batch_energies(sets, layer_start, single, pair, out):
    """Energies of placings relative to every sublattice filled with its rest.

    Args:
        sets: sites of each layer as bits, shape (b, l, w).
        layer_start: number of the first node of each layer; a node is a site taken by a layer, shape (l,).
        single: energy of each node alone, shape (n,).
        pair: half the energy of each pair of nodes, shape (n, n).
        out: filled, shape (b,).
    """
    layers, words = sets.shape[1:]
    nodes = np.empty(len(single), dtype=np.int64)
    for row in range(len(sets)):
        count = 0
        for layer in range(layers):
            for w in range(words):
                word = sets[row, layer, w]
                while word:
                    nodes[count] = layer_start[layer] + 64 * w + lowest_bit(word)
                    count += 1
                    word &= word - _ONE
        energy = 0.0
        for i in range(count):
            energy += single[nodes[i]]
            for j in range(i):
                energy += 2.0 * pair[nodes[i], nodes[j]]
        out[row] = energy


@nb.njit(cache=True)
def anneal(rng, codes, exchanges, price, matrix, active, charges, temperatures, best):
    """Exchange occupants of one sublattice at falling temperature.

    Args:
        rng: `numpy.random.Generator`.
        codes: occupants without a conflict, changed to the last state, shape (a,).
        exchanges: which there are.
        price: of two filled sites that exclude each other, eV; such states are passed through, not kept.
        matrix: Ewald matrix of all sites.
        active: site number of each active site.
        charges: of all sites, changed, shape (n,).
        temperatures: in eV, one step each.
        best: the lowest states met, energies apart, filled with codes, shape (k, a).

    Returns:
        Energies of `best`, infinite where unused.
    """
    kept = np.full(len(best), np.inf)
    potential = matrix @ charges
    energy = float(charges @ potential)
    conflicts = 0
    for temperature in temperatures:
        i, j, more = draw_exchange(rng, codes, exchanges)
        if i < 0:
            continue
        a, b = active[i], active[j]
        step = charges[b] - charges[a]
        change = 2 * step * (potential[a] - potential[b]) + step**2 * (matrix[a, a] + matrix[b, b] - 2 * matrix[a, b])
        dear = change + price * more if more else change
        if dear > 0 and rng.random() >= np.exp(-dear / temperature):
            continue
        conflicts += more
        codes[i], codes[j] = codes[j], codes[i]
        charges[a] += step
        charges[b] -= step
        for site in range(len(potential)):
            potential[site] += step * (matrix[site, a] - matrix[site, b])
        energy += change
        worst = len(kept) - 1
        if conflicts == 0 and energy < kept[worst] - 1e-7:
            position = worst
            known = False
            for place in range(len(kept)):
                if abs(kept[place] - energy) < 1e-7:
                    known = True
                    break
                if energy < kept[place]:
                    position = place
                    break
            if not known:
                for place in range(worst, position, -1):
                    kept[place] = kept[place - 1]
                    best[place] = best[place - 1]
                kept[position] = energy
                best[position] = codes
    return kept
