"""Views look along what they say, with the axes where they belong."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.errors import SpecificationError
from nitrivac.report.figures.drawing.view import parse_view, view_of
from nitrivac.report.figures.structure import structure_scene

CELLS = ["beta-Li3N", "LiPN2", "Li18P6N16", "Li12P3N9", "LiC2N3"]


@pytest.mark.parametrize("identifier", CELLS)
@pytest.mark.parametrize("text", [None, "a", "b", "c", "[110]", "[1,-1,0]", "[12 0 -5]"])
def test_a_view_is_a_right_handed_frame(identifier, text):
    view = view_of(load(identifier).lattice, text)
    frame = np.array([view.right, view.up, view.towards])
    assert frame @ frame.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(frame) == pytest.approx(1)


@pytest.mark.parametrize("identifier", CELLS)
def test_along_an_axis_that_axis_points_to_the_observer(identifier):
    lattice = load(identifier).lattice
    for axis, name in enumerate("abc"):
        view = view_of(lattice, name)
        assert view.flat(lattice[axis]) == pytest.approx(np.zeros(2), abs=1e-9)
        assert view.depth(lattice[axis]) > 0


def test_along_c_a_points_right_and_b_up_to_the_left_in_a_hexagonal_cell():
    lattice = load("beta-Li3N").lattice
    a, b, _ = view_of(lattice, "c").flat(lattice / np.linalg.norm(lattice, axis=1, keepdims=True))
    assert a == pytest.approx([1, 0], abs=1e-9)
    assert b == pytest.approx([-0.5, 3**0.5 / 2], abs=1e-9)


@pytest.mark.parametrize("name", ["a", "b"])
def test_along_a_and_b_c_is_upright(name):
    lattice = load("beta-Li3N").lattice
    right, up = view_of(lattice, name).flat(lattice[2])
    assert right == pytest.approx(0, abs=1e-9)
    assert up > 0


@pytest.mark.parametrize(
    ("text", "direction"),
    [("c", (0, 0, 1)), ("[110]", (1, 1, 0)), ("[1-10]", (1, -1, 0)), ("1 -1 0", (1, -1, 0)), ("[10,1,0]", (10, 1, 0))],
)
def test_directions_are_read_as_they_are_written(text, direction):
    assert parse_view(text) == direction


@pytest.mark.parametrize("text", ["d", "[000]", "[11]", "[1,2,3,4]", "(110)", "", "[1.5,0,0]"])
def test_what_is_no_direction_is_refused(text):
    with pytest.raises(SpecificationError, match="a, b, c"):
        structure_scene(load("LiPN2"), view=text)
