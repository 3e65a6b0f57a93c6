"""Dimensions of periodic networks, on lattices where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nitrivac.migration.bottlenecks.clearance import nearest_along, window_areas
from nitrivac.migration.percolation.thresholds import Links, PeriodicComponents, spanning_thresholds
from nitrivac.symmetry.integer_lattice import lattice_basis, miller_indices

X, Y, Z = (1, 0, 0), (0, 1, 0), (0, 0, 1)


def links(edges):
    return Links.of([(first, second, *image) for first, second, image in edges])


def ranks(sites, edges):
    components = PeriodicComponents(sites)
    components.join(links(edges))
    return components.ranks()


@pytest.mark.parametrize(
    ("sites", "edges", "expected"),
    [
        (1, [], [0]),
        (1, [(0, 0, X)], [1]),
        (1, [(0, 0, X), (0, 0, Y)], [2]),
        (1, [(0, 0, X), (0, 0, Y), (0, 0, Z)], [3]),
        (1, [(0, 0, (1, 1, 0)), (0, 0, (1, -1, 0))], [2]),  # spanned by [110] and [1-10]
        (1, [(0, 0, (1, 1, 0)), (0, 0, (2, 2, 0))], [1]),
        (2, [(0, 1, (0, 0, 0)), (0, 1, X), (0, 1, Y)], [2]),  # honeycomb
        (2, [(0, 1, (0, 0, 0)), (0, 1, X), (0, 1, Y), (0, 1, Z)], [3]),  # diamond
        (2, [(0, 0, X), (1, 1, Y)], [1, 1]),  # two chains that cross and never meet
        (3, [(1, 2, (0, 0, 0)), (1, 2, X)], [1, 0]),  # the lowest site takes no part
        (2, [(0, 1, (0, 0, 0)), (1, 0, (0, 0, 2))], [1]),  # a helix that closes after two cells
        (2, [(0, 0, X), (0, 0, Y), (0, 0, Z), (1, 1, X), (1, 1, Y), (1, 1, Z)], [3, 3]),  # interpenetrating
    ],
)
def test_ranks_of_known_networks(sites, edges, expected):
    assert ranks(sites, edges) == expected


def test_thresholds_come_from_the_shell_that_completes_a_dimension():
    edges, values = [(0, 0, X), (0, 0, Y), (0, 0, Z)], [1.0, 1.0, 2.5]
    one, two, three = spanning_thresholds(1, links(edges), values)
    assert (one.value, two.value, three.value) == (1.0, 1.0, 2.5)
    assert two.directions == ("(001)",)
    assert three.directions == ("all",)
    one, two, three = spanning_thresholds(1, links(edges[:1]), values[:1])
    assert (one.directions, two.value, three.value) == (("[100]",), None, None)


def test_a_falling_threshold_opens_the_widest_ways_first():
    edges = [(0, 0, X), (0, 0, Y), (0, 0, Z)]
    one, two, three = spanning_thresholds(1, links(edges), [0.1, 0.5, 0.3], descending=True)
    assert (one.value, two.value, three.value) == (0.5, 0.3, 0.1)
    assert one.directions == ("[010]",)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(*[st.integers(-6, 6)] * 3), max_size=6))
def test_the_basis_spans_the_same_lattice(vectors):
    basis = lattice_basis(vectors)
    nonzero = [vector for vector in vectors if any(vector)]
    assert len(basis) == (np.linalg.matrix_rank(np.array(nonzero)) if nonzero else 0)
    for vector in nonzero:
        solution, *_ = np.linalg.lstsq(np.array(basis, dtype=float).T, np.array(vector, dtype=float), rcond=None)
        assert np.allclose(solution, np.round(solution), atol=1e-6)
        assert np.allclose(np.round(solution) @ np.array(basis), vector)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.tuples(*[st.integers(-1, 1)] * 3)), max_size=10),
    st.integers(0, 2**31),
)
def test_ranks_do_not_depend_on_order_direction_or_choice_of_cell(edges, seed):
    rng = np.random.default_rng(seed)
    expected = ranks(4, edges)
    assert ranks(4, [edges[index] for index in rng.permutation(len(edges))]) == expected
    assert ranks(4, [(b, a, (-x, -y, -z)) for a, b, (x, y, z) in edges]) == expected
    shifts = rng.integers(-2, 3, (4, 3))
    moved = [(a, b, tuple(int(v) for v in np.array(n) + shifts[a] - shifts[b])) for a, b, n in edges]
    assert ranks(4, moved) == expected


@pytest.mark.parametrize(("vector", "name"), [((0, 0, -3), "001"), ((2, -2, 0), "1-10"), ((0, 12, 5), "0 12 5")])
def test_miller_indices(vector, name):
    assert miller_indices(vector) == name


def test_nearest_points_of_a_segment():
    start, end = np.zeros(3), np.array([2.0, 0, 0])
    distances, fractions = nearest_along(start, end, np.array([[1.0, 1, 0], [-1.0, 0, 0], [3.0, 4, 0]]))
    assert distances == pytest.approx([1, 1, np.sqrt(17)])
    assert fractions == pytest.approx([0.5, 0, 1])


def test_the_area_of_a_window():
    square = np.array([[1.0, 1, 0], [-1, -1, 0], [1, -1, 0.3], [-1, 1, 0]])
    tilted = np.array([[3.0, 5, 3], [5, 3, 5], [3, 3, 5], [5, 5, 3]])
    found = window_areas(
        np.concatenate([square, square[:2], tilted]),
        np.array([0, 4, 6, 6, 10]),
        np.array([[0, 0, 2.0], [0, 0, 1], [1, 0, 0], [0, 1, 1]]),
    )
    assert found == [pytest.approx(4), None, None, pytest.approx(4 * np.sqrt(2))]
