"""The comparison of shown output forgives a last digit and nothing else."""

from __future__ import annotations

import pytest

from tests.shown import agrees


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("1.9608", "1.9609"),
        ("to N 1.96 and -0.005", "to N 1.97 and -0.006"),
        ("-0.000", "0.000"),
        ("d = 2.180(5)", "d = 2.181(6)"),
        ("D = 1.234e-07 cm2/s", "D = 1.235e-07 cm2/s"),
        ("9.999", "10.000"),
    ],
)
def test_one_unit_in_the_last_place_is_the_same(printed, shown):
    assert agrees(printed, shown)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("1.9608", "1.9610"),
        ("1.9608", "1.961"),
        ("12", "13"),
        ("Li 1.0", "Na 1.0"),
        ("1.0  2.0", "1.0 2.0"),
        ("1.0 2.0", "1.0"),
        ("2.180(5)", "2.180"),
        ("2.180(5)", "2.180(7)"),
        ("1.234e-07", "1.234e-06"),
        ("version 0.1.0", "version 0.1.1"),
        ("h1.5", "h1.6"),
    ],
)
def test_everything_else_is_not(printed, shown):
    assert not agrees(printed, shown)
