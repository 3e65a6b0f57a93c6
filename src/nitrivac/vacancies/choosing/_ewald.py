"""Sums over plane waves by the character of the group of cells that each belongs to, compiled."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True)
def add_waves(characters, phases, weights, table):
    """Add what plane waves contribute to the interactions of kinds of sites.

    Args:
        characters: number of the character of each wave, shape (k,).
        phases: of each wave at the place of each kind, shape (k, b).
        weights: shape (k,).
        table: added to, shape (b, b, cells).
    """
    kinds = phases.shape[1]
    cosines, sines = np.empty(kinds), np.empty(kinds)
    for wave in range(len(characters)):
        for kind in range(kinds):
            cosines[kind], sines[kind] = np.cos(phases[wave, kind]), np.sin(phases[wave, kind])
        weight, number = weights[wave], characters[wave]
        for i in range(kinds):
            for j in range(kinds):
                real = cosines[i] * cosines[j] + sines[i] * sines[j]
                imaginary = cosines[i] * sines[j] - sines[i] * cosines[j]
                table[i, j, number] += weight * complex(real, imaginary)
