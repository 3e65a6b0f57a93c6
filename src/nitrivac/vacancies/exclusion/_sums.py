"""Products of tables of polynomials, compiled: the step of every sum over allowed fillings."""

from __future__ import annotations

from typing import Any

import numba as nb

_compiled: Any = nb.njit(cache=True, nogil=True)


@_compiled
def multiply(first, first_rows, second, second_rows, places, out):
    """Multiply polynomials row by row.

    Args:
        first, second: coefficients, shapes (r, k) and (q, l).
        first_rows, second_rows: which rows make each row of the product, -1 where it stays 0, shape (s,).
        places: term of the product that two terms make, -1 where it is not wanted, shape (k, l).
        out: filled, shape (s, m); zeros at first.
    """
    for s in range(len(first_rows)):
        a, b = first_rows[s], second_rows[s]
        if a < 0:
            continue
        for i in range(first.shape[1]):
            x = first[a, i]
            if x != 0:
                for j in range(second.shape[1]):
                    if places[i, j] >= 0:
                        out[s, places[i, j]] += x * second[b, j]


@_compiled
def multiply_modulo(first, first_rows, second, second_rows, places, modulus, out):
    """The same for whole numbers modulo a prime below 2^31; arguments as of `multiply`."""
    for s in range(len(first_rows)):
        a, b = first_rows[s], second_rows[s]
        if a < 0:
            continue
        for i in range(first.shape[1]):
            x = first[a, i]
            if x != 0:
                for j in range(second.shape[1]):
                    if places[i, j] >= 0:
                        out[s, places[i, j]] = (out[s, places[i, j]] + x * second[b, j]) % modulus
