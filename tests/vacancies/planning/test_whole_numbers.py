"""Whole numbers under common conditions: every choice once, in order of cost, as trying them all finds them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nitrivac.vacancies.planning.whole_numbers import Bounds, Options, cheapest_choices

PARTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=4)


def tried_one_by_one(sites, bounds, price):
    found = []
    for picks in product(*(range(len(one.costs)) for one in sites)):
        sums = sum(one.adds[pick] for one, pick in zip(sites, picks, strict=True))
        values = bounds.weights @ sums
        filled = sum(
            (one.fills[pick] for one, pick in zip(sites, picks, strict=True) if one.fills is not None), 0 * bounds.most
        )
        if (
            (filled <= bounds.most + 1e-6).all()
            and (values >= bounds.low - 1e-6).all()
            and (values <= bounds.high + 1e-6).all()
        ):
            cost = sum(one.costs[pick] for one, pick in zip(sites, picks, strict=True)) + price(sums[None])[0]
            found.append((float(cost), picks))
    return sorted(found)


def squares(sums):
    return ((sums - 3.0) ** 2).sum(axis=1)


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=4), st.integers(-4, 4), st.integers(0, 6))
def test_choices_are_those_of_trying_all(parts, low, width):
    sites = [
        Options(adds=np.array([row[:2] for row in part]), costs=np.array([row[2] for row in part], dtype=float))
        for part in parts
    ]
    bounds = Bounds(
        weights=np.array([[1.0, -2.0], [1.0, 1.0]]), low=np.array([low, 1.0]), high=np.array([low + width, 12.0])
    )
    found = list(cheapest_choices(sites, bounds, squares))
    costs = [cost for cost, _ in found]
    assert costs == pytest.approx(sorted(costs))
    wanted = tried_one_by_one(sites, bounds, squares)
    assert sorted(picks for _, picks in found) == sorted(picks for _, picks in wanted)
    assert costs == pytest.approx([cost for cost, _ in wanted])


FILLED = st.lists(st.tuples(*[st.integers(0, 3)] * 5, st.integers(0, 9)), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(FILLED, min_size=1, max_size=5), st.integers(0, 12), st.tuples(*[st.integers(0, 6)] * 4), st.data())
def test_choices_with_limited_fillings_are_those_of_trying_all(parts, least, most, data):
    """Each filling concerns some of the sites, so that some are forgotten long before the last site."""
    concerned = data.draw(
        st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=len(parts), max_size=len(parts))
    )
    sites = [
        Options(
            adds=np.array([row[:1] for row in part]),
            costs=np.array([row[5] for row in part], dtype=float),
            fills=np.array([row[1:5] for row in part]) * np.array(mask),
        )
        for part, mask in zip(parts, concerned, strict=True)
    ]
    bounds = Bounds(
        weights=np.ones((1, 1)), low=np.array([least]), high=np.array([np.inf]), most=np.array(most, dtype=float)
    )
    found = list(cheapest_choices(sites, bounds, squares))
    wanted = tried_one_by_one(sites, bounds, squares)
    assert sorted(picks for _, picks in found) == sorted(picks for _, picks in wanted)
    assert [cost for cost, _ in found] == pytest.approx([cost for cost, _ in wanted])


def test_sums_too_many_for_one_machine_word_are_still_told_apart():
    adds = np.vstack([np.zeros(12, dtype=np.int64), np.full(12, 4000)])
    sites = [Options(adds=adds, costs=np.array([1.0, 0.0]))] * 3
    bounds = Bounds(weights=np.eye(12), low=np.full(12, 4000.0), high=np.full(12, 8000.0))
    found = list(cheapest_choices(sites, bounds, lambda sums: np.zeros(len(sums))))
    assert len(found) == 6
    assert [cost for cost, _ in found] == [1.0] * 3 + [2.0] * 3


def test_the_first_of_very_many_choices_comes_at_once():
    """20 sites of 9 numbers each are 10^19 choices; their sums are few."""
    sites = [Options(adds=np.arange(9)[:, None], costs=np.abs(np.arange(9) - 4.3))] * 20
    bounds = Bounds(weights=np.ones((1, 1)), low=np.array([86.0]), high=np.array([86.0]))
    cost, picks = next(cheapest_choices(sites, bounds, lambda sums: np.zeros(len(sums))))
    assert sum(picks) == 86
    assert cost == pytest.approx(14 * 0.3 + 6 * 0.7)
