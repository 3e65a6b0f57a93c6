"""Printed fractions: those that fill a position are taken exactly, all others as they stand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nitrivac.crystal.occupancies import nominal_shares


@pytest.mark.parametrize(
    "values",
    [(0.333,), (0.5, 0.5), (0.333, 0.333), (0.946, 0.05), (0.45, 0.27, 0.27), (0.41, 0.58), (0.3, 0.3, 0.3), (0.401, 0.602)],
)
def test_values_that_fill_no_position_stay(values):
    assert nominal_shares(values) == values


@given(
    st.sampled_from(
        [(1, 1, 1, 3), (2, 1, 3), (1, 5, 6), (1, 2, 3, 6), (1, 3, 2, 6), (2, 7, 9), (5, 7, 12), (1,) * 7 + (7,)]
    ),
    st.integers(3, 8),
    st.booleans(),
)
def test_fractions_cut_or_rounded_to_any_number_of_digits_are_found_again(parts, digits, cut):
    *numerators, denominator = parts
    exact = [Fraction(one, denominator) for one in numerators]
    unit = 10**digits
    printed = [(one * unit // 1 if cut else round(one * unit)) / unit for one in exact]
    if sum(printed) != 1:
        assert nominal_shares(printed) == tuple(map(float, exact))
