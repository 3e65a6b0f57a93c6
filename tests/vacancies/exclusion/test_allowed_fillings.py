"""Allowed fillings of a conflict graph are as many as brute force finds, and come equally often."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from nitrivac.vacancies.enumeration.fillings import Fillings
from nitrivac.vacancies.enumeration.generation import Task, plan_layers
from nitrivac.vacancies.exclusion.allowed_fillings import AllowedFillings, ConflictGraph
from nitrivac.vacancies.exclusion.elimination import TooEntangledError, elimination_order
from nitrivac.vacancies.exclusion.markov_chain import MarkovChains, NoFillingFoundError


def graph_of(near, kinds=None, lengths=None, barred=None):
    size = len(near)
    return ConflictGraph(
        kinds=np.zeros(size, dtype=np.int64) if kinds is None else np.array(kinds),
        lengths=np.ones(size, dtype=np.int64) if lengths is None else np.array(lengths),
        barred=np.zeros(size, dtype=bool) if barred is None else np.array(barred),
        neighbours=tuple(frozenset(np.flatnonzero(row).tolist()) for row in near),
    )


def tried_one_by_one(graph, most):
    """Every allowed filling, by the numbers it takes."""
    found = {}
    for bits in product((0, 1), repeat=len(graph.kinds)):
        taken = np.array(bits, dtype=bool)
        if any(taken[i] and (graph.barred[i] or any(taken[j] for j in graph.neighbours[i])) for i in range(len(taken))):
            continue
        numbers = tuple(int(graph.lengths[taken & (graph.kinds == kind)].sum()) for kind in range(len(most)))
        if all(number <= limit for number, limit in zip(numbers, most, strict=True)):
            found.setdefault(numbers, set()).add(bits)
    return found


@st.composite
def graphs(draw):
    """Any graph of up to 9 vertices with any kinds, lengths and bars, and how many of each kind are of interest."""
    size, dimension = draw(st.integers(1, 9)), draw(st.integers(1, 2))
    pairs = list(combinations(range(size), 2))
    near = np.zeros((size, size), dtype=bool)
    for i, j in draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else ():
        near[i, j] = near[j, i] = True
    some = {"min_size": size, "max_size": size}
    kinds = draw(st.lists(st.integers(0, dimension - 1), **some))
    lengths = draw(st.lists(st.integers(1, 3), **some))
    barred = draw(st.lists(st.sampled_from([False, False, False, True]), **some))
    return graph_of(near, kinds, lengths, barred), draw(st.lists(st.integers(0, 9), min_size=dimension, max_size=dimension))


@settings(max_examples=150, deadline=None)
@given(graphs(), st.integers(0, 2**32))
def test_numbers_are_those_of_brute_force_and_draws_are_among_them(graph_and_most, seed):
    graph, most = graph_and_most
    expected = tried_one_by_one(graph, most)
    fillings = AllowedFillings(graph, most)
    assert fillings.numbers == {numbers: len(those) for numbers, those in expected.items()}
    assert fillings.possible == set(expected)
    rng = np.random.default_rng(seed)
    wanted = sorted(expected)[int(rng.integers(len(expected)))]
    assert tuple(fillings.draw(rng, wanted).astype(int).tolist()) in expected[wanted]
    assert AllowedFillings(graph, wanted, wanted).numbers == {wanted: len(expected[wanted])}


def ring(size):
    near = np.zeros((size, size), dtype=bool)
    for i in range(size):
        near[i, (i + 1) % size] = near[(i + 1) % size, i] = True
    return near


@pytest.mark.parametrize(("size", "taken"), [(10, 3), (60, 20), (400, 150)])
def test_ways_to_seat_strangers_round_a_table(size, taken):
    """k of n seats in a ring, no two side by side: n / (n - k) * C(n - k, k) ways (I. Kaplansky, 1943)."""
    numbers = AllowedFillings(graph_of(ring(size)), [taken], [taken]).numbers
    assert numbers == {(taken,): size * comb(size - taken, taken) // (size - taken)}


def test_numbers_beyond_double_precision_are_exact_all_the_same():
    """3 of 1200 sites that exclude none, and all of 700 pairs of which one is filled: 2 to the power of 700."""
    alone = AllowedFillings(graph_of(np.zeros((1200, 1200), dtype=bool)), [3], [3])
    assert alone.numbers == {(3,): comb(1200, 3)}
    assert alone.draw(np.random.default_rng(0), [3]).sum() == 3
    near = np.kron(np.eye(700, dtype=bool), ~np.eye(2, dtype=bool))
    pairs = AllowedFillings(graph_of(near), [700], [700])
    assert pairs.numbers == {(700,): 2**700}
    assert pairs.possible == {(700,)}
    assert (pairs.draw(np.random.default_rng(0), [700]).reshape(700, 2).sum(axis=1) == 1).all()


def test_draws_are_fair():
    """The 50 ways to take 3 of 10 sites in a ring, no two side by side."""
    fillings = AllowedFillings(graph_of(ring(10)), [3], [3])
    rng = np.random.default_rng(3)
    drawn = Counter(fillings.draw(rng, [3]).tobytes() for _ in range(2000))
    assert len(drawn) == 50
    assert chisquare(list(drawn.values())).pvalue > 1e-3


def test_a_tree_is_summed_over_from_its_leaves_and_a_square_lattice_is_as_wide_as_it_is_long():
    star = [frozenset({1, 2, 3}), frozenset({0}), frozenset({0}), frozenset({0})]
    assert max(len(scope) for _, scope in elimination_order(star)) == 1
    side = 5
    near = [
        frozenset(
            (x + dx) * side + y + dy
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
            if 0 <= x + dx < side and 0 <= y + dy < side
        )
        for x in range(side)
        for y in range(side)
    ]
    order = elimination_order(near)
    assert max(len(scope) for _, scope in order) == side  # the treewidth of a square grid
    place = {vertex: number for number, (vertex, _) in enumerate(order)}
    assert all(place[other] > place[vertex] for vertex, scope in order for other in scope)


def square_lattice(side):
    """Sites of a square lattice with periodic boundaries, each of which excludes its four neighbours."""
    near = np.zeros((side * side, side * side), dtype=bool)
    for x, y in product(range(side), repeat=2):
        for dx, dy in ((1, 0), (0, 1)):
            other = (x + dx) % side * side + (y + dy) % side
            near[x * side + y, other] = near[other, x * side + y] = True
    return near


def task_of(near, taken):
    layers, rest = plan_layers([(len(near) - taken, taken)], [(False, True)], exclusive=True)
    return Task(
        permutations=np.arange(len(near))[None, :],
        bounds=np.array([0, len(near)]),
        translations=np.ones(1, dtype=bool),
        layers=layers,
        rest=rest,
        conflicts=near,
    )


@pytest.mark.parametrize("taken", [6, 12])
def test_markov_chains_estimate_the_exact_number(taken):
    """Of 36 sites of a square lattice that exclude their neighbours; 18 is the most."""
    task = task_of(square_lattice(6), taken)
    estimate = MarkovChains(task, seed=1).estimate
    assert estimate.agree
    assert estimate.logarithm == pytest.approx(np.log(Fillings(task, np.arange(36)).ways), abs=5 * estimate.error + 0.02)


def test_markov_chains_draw_fairly_and_the_same_for_a_seed():
    """4 of 12 sites in a ring, no two side by side: 105 ways."""
    chains = MarkovChains(task_of(ring(12), 4))
    draws = chains.draws(5)
    drawn = Counter(next(draws).tobytes() for _ in range(2100))
    assert len(drawn) == 105
    assert chisquare(list(drawn.values())).pvalue > 1e-3
    again, once_more = chains.draws(5), chains.draws(5)
    assert [next(again).tobytes() for _ in range(4)] == [next(once_more).tobytes() for _ in range(4)]


def test_what_does_not_fit_is_not_found():
    with pytest.raises(NoFillingFoundError):
        _ = MarkovChains(task_of(ring(7), 4)).filling


def test_a_wide_network_is_refused_by_name():
    with pytest.raises(TooEntangledError, match="exclude each other"):
        AllowedFillings(graph_of(square_lattice(40)), [600], [600])
