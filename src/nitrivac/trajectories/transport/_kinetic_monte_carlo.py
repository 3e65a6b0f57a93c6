"""Ions that jump into vacancies with given rates, without interaction but that one site holds one ion, compiled."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def run(incoming, starts, near, ways, ion_at, empty, until, rng, moved):
    """Let ions jump until a time has passed.

    Args:
        incoming: rate at which the ion on the neighbour jumps into the site, for each row of the table, shape (k,).
        starts, near, ways: see `SiteTable`.
        ion_at: ion on each site, -1 where none is, shape (s,); changed.
        empty: the vacant sites, shape (v,); changed.
        until: time to be spent.
        rng: numpy's generator.
        moved: displacement of each ion, shape (a, 3); added to.

    Returns:
        How many jumps there were.
    """
    jumps = 0
    time = 0.0
    while True:
        total = 0.0
        for site in empty:
            for place in range(starts[site], starts[site + 1]):
                if ion_at[near[place]] >= 0:
                    total += incoming[place]
        if total <= 0.0:
            return jumps
        time += rng.exponential() / total
        if time > until:
            return jumps
        mark = rng.random() * total
        which, chosen = -1, -1
        for number in range(len(empty)):
            site = empty[number]
            for place in range(starts[site], starts[site + 1]):
                if ion_at[near[place]] >= 0 and incoming[place] > 0.0:
                    mark -= incoming[place]
                    which, chosen = number, place
                    if mark <= 0.0:
                        break
            if mark <= 0.0:
                break
        site, other = empty[which], near[chosen]
        ion = ion_at[other]
        ion_at[site], ion_at[other] = ion, -1
        empty[which] = other
        for axis in range(3):
            moved[ion, axis] -= ways[chosen, axis]
        jumps += 1


@nb.njit(cache=True, nogil=True)
def blocks_of(incoming, starts, near, ways, ion_at, empty, n_ions, times, rng, products):
    """Mean products of displacements after two times from the start of each block, of ions and of their sum.

    Args:
        incoming, starts, near, ways, ion_at, empty, rng: as for `run`.
        n_ions: number of ions.
        times: the two times, shape (2,); a block lasts as long as the second.
        products: filled, shape (b, 2, 2, 3, 3): block, time, of ions or of their sum per ion.
    """
    for block in range(len(products)):
        moved = np.zeros((n_ions, 3))
        run(incoming, starts, near, ways, ion_at, empty, times[0], rng, moved)
        add_products(moved, products[block, 0])
        run(incoming, starts, near, ways, ion_at, empty, times[1] - times[0], rng, moved)
        add_products(moved, products[block, 1])


@nb.njit(cache=True, nogil=True)
def add_products(moved, products):
    """Mean products of the displacements of ions, and those of their sum per ion."""
    together = np.zeros(3)
    for ion in range(len(moved)):
        for one in range(3):
            together[one] += moved[ion, one]
            for other in range(3):
                products[0, one, other] += moved[ion, one] * moved[ion, other] / len(moved)
    for one in range(3):
        for other in range(3):
            products[1, one, other] += together[one] * together[other] / len(moved)


@nb.njit(cache=True, nogil=True)
def record(incoming, starts, near, ways, ion_at, empty, dt, rng, places):
    """Displacements of the ions at evenly spaced times.

    Args:
        incoming, starts, near, ways, ion_at, empty, rng: as for `run`.
        dt: time between.
        places: filled, the first row with zeros, shape (m, a, 3).
    """
    moved = np.zeros((places.shape[1], 3))
    for moment in range(len(places)):
        if moment:
            run(incoming, starts, near, ways, ion_at, empty, dt, rng, moved)
        places[moment] = moved
