"""Plateaus by bracketing against a scan of the whole range."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.catalog import materials
from nitrivac.symmetry.search import SymmetrySearch
from nitrivac.verification.plateau import PLATEAU_LIMITS_A, Plateau, average_cell, find_plateau
from nitrivac.verification.symmetry_check import SYMPREC_A

IDENTIFIERS = [one.id for one in materials() if one.sites and len(one.sites) < 8][::6]
FINE = np.geomspace(*PLATEAU_LIMITS_A, 53).tolist()  # steps of a fifth


def steps(*edges):
    """A finder that sees the n-th group from the n-th edge on."""
    return lambda tolerance: sum(tolerance >= edge for edge in edges) or None


@pytest.mark.parametrize("low", [1e-6, 2e-5, 3e-4, 9e-3])
@pytest.mark.parametrize("high", [0.011, 0.02, 0.1, 0.29, 1.0])
def test_the_edges_are_those_of_the_finder(low, high):
    found = find_plateau(steps(1e-7, low, high), 2, 0.01)
    assert found.low == pytest.approx(max(low, PLATEAU_LIMITS_A[0]), rel=0.05)
    assert found.high == pytest.approx(min(high, PLATEAU_LIMITS_A[1]), rel=0.05)
    assert (found.below, found.above) == (1 if low > 1e-5 else None, 3 if high < 0.3 else None)


def test_the_widest_range_elsewhere_where_it_is_not_found():
    assert find_plateau(steps(1e-5, 0.02, 0.2), 2, 0.01).low == pytest.approx(0.02, rel=0.05)
    assert find_plateau(steps(1e-5, 0.02), 7, 0.01) == Plateau(low=None, high=None)


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_a_plateau_is_unbroken(identifier):
    crystal = load(identifier)
    search = SymmetrySearch(average_cell(crystal))
    number = search.number(SYMPREC_A)
    plateau = find_plateau(search.number, number, SYMPREC_A)
    asked = len(search._numbers)
    seen = {tolerance: search.number(tolerance) == number for tolerance in FINE}
    run = [tolerance for tolerance, same in seen.items() if same and plateau.low <= tolerance <= plateau.high]
    assert run == [tolerance for tolerance in FINE if plateau.low <= tolerance <= plateau.high]
    below = [tolerance for tolerance in FINE if tolerance < plateau.low / 1.06]
    above = [tolerance for tolerance in FINE if tolerance > plateau.high * 1.06]
    assert not (below and seen[below[-1]])
    assert not (above and seen[above[0]])
    assert asked <= 18
