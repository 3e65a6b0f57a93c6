"""Energies of many placings and annealing among them, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

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


class Interactions(NamedTuple):
    """Interactions of the active sites, see `nitrivac.vacancies.choosing.ewald.EwaldSum`.

    Attributes:
        table: by kinds and the step between cells, eV, shape (b, b, cells).
        periods: of the group of cells, shape (3,).
        kinds: of the active sites, shape (a,).
        cells: coordinates of their cells, shape (a, 3).
    """

    table: NDArray[np.float64]
    periods: NDArray[np.int64]
    kinds: NDArray[np.int64]
    cells: NDArray[np.int64]


@nb.njit(cache=True)
def _interaction(i, j, sites):
    """Half the interaction of unit charges on two active sites."""
    number = 0
    for axis in range(3):
        step = sites.cells[j, axis] - sites.cells[i, axis]
        if step < 0:
            step += sites.periods[axis]
        number = number * sites.periods[axis] + step
    return sites.table[sites.kinds[i], sites.kinds[j], number]


@nb.njit(cache=True)
def _keep(energy, codes, energies, best, order):
    """Put a state among the lowest, unless one of its energy is there."""
    worst = len(order) - 1
    position = worst
    for place in range(len(order)):
        if abs(energies[order[place]] - energy) < 1e-7:
            return
        if energy < energies[order[place]]:
            position = place
            break
    row = order[worst]
    for place in range(worst, position, -1):
        order[place] = order[place - 1]
    order[position] = row
    energies[row] = energy
    best[row] = codes


@nb.njit(cache=True)
def anneal(rng, codes, exchanges, price, sites, charges, potential, energy, temperatures, best):
    """Exchange occupants of one sublattice at falling temperature.

    Args:
        rng: `numpy.random.Generator`.
        codes: occupants without a conflict, changed to the last state, shape (a,).
        exchanges: which there are.
        price: of two filled sites that exclude each other, eV; states of such are passed through, but not kept.
        sites: the interactions of the active sites.
        charges: of the active sites, changed, shape (a,).
        potential: half the potential at the active sites, eV, changed, shape (a,).
        energy: of the state at the start, eV.
        temperatures: in eV, one step each.
        best: the lowest states met, energies apart, filled with codes, shape (k, a).

    Returns:
        Energies of `best`, infinite where unused.
    """
    energies, order = np.full(len(best), np.inf), np.arange(len(best))
    conflicts = 0
    for temperature in temperatures:
        i, j, more = draw_exchange(rng, codes, exchanges)
        if i < 0:
            continue
        step = charges[j] - charges[i]
        own = _interaction(i, i, sites) + _interaction(j, j, sites) - 2 * _interaction(i, j, sites)
        change = 2 * step * (potential[i] - potential[j]) + step**2 * own
        dear = change + price * more if more else change
        if dear > 0 and rng.random() >= np.exp(-dear / temperature):
            continue
        conflicts += more
        codes[i], codes[j] = codes[j], codes[i]
        charges[i] += step
        charges[j] -= step
        if step != 0.0:
            for site in range(len(potential)):
                potential[site] += step * (_interaction(i, site, sites) - _interaction(j, site, sites))
        energy += change
        if conflicts == 0 and energy < energies[order[-1]] - 1e-7:
            _keep(energy, codes, energies, best, order)
    return energies
