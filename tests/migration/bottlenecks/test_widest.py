"""Widest ways: known windows, a grid of points, other cells of the same crystal."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import label
from scipy.spatial import cKDTree

from nitrivac import load
from nitrivac.migration import find_hops
from nitrivac.migration.bottlenecks.hop_geometry import HopContext
from nitrivac.migration.bottlenecks.widest import room_along, widest_path
from tests.elsewhere import shared, shared_table

MIXED = [
    "Li9S3N", "Li9N2Cl3", "Li10N3Br", "Li4NCl", "Li5NBr2", "Li5NCl2-ordered", "Li8SeN2", "Li2PO2N", "Li14P2O3N6",
    "Li13P4N10Cl3",
]  # fmt: skip
WIDEST = [one for one in shared_table("cases/migration/cases.json") if one["kind"] == "widest"]


def cubes(low, high):
    return np.array(np.meshgrid(*[np.arange(low, high)] * 3)).reshape(3, -1).T.astype(float)


def test_the_way_through_a_cubic_cage_goes_through_the_middle_of_a_face():
    """Between the centres of two cubes of ions the widest way crosses the middle of their common face: a / sqrt(2)."""
    ions = cubes(-4, 6)
    path = widest_path(np.array([0.5, 0.5, 0.5]), np.array([1.5, 0.5, 0.5]), ions, np.full(len(ions), 0.2), 4.0)
    assert path.room == pytest.approx(np.sqrt(0.5) - 0.2, abs=1e-9)
    assert path.length == pytest.approx(1.0, abs=1e-9)


def test_the_way_goes_round_an_ion():
    ions = cubes(-5, 6)
    path = widest_path(np.array([0.5, 0.5, 0.5]), np.array([-0.5, -0.5, 0.5]), ions, np.zeros(len(ions)), 4.5)
    assert path.room == pytest.approx(np.sqrt(0.5), abs=1e-9)
    assert path.length == pytest.approx(2.0, abs=1e-9)


def test_the_way_keeps_off_the_larger_of_the_ions_of_a_window():
    """Large ions R where all coordinates are even: each face in the plane z = 0 has one, at its corner (0, 0).

    The way across goes where three spheres leave most room, R at (0, 0) and r at (1, 0) and (1, 1): at (x, 1/2) with
    q = |(1 - x, 1/2)| and q + R - r = |(x, 1/2)|, which gives 4 c q^2 + 4 c d q = c^2 + 1 for d = R - r, c = 1 - d^2.
    """
    ions = cubes(-5, 7)
    large, small = 0.3, 0.1
    radii = np.where((ions % 2 == 0).all(axis=1), large, small)
    difference = large - small
    share = 1 - difference**2
    q = (np.sqrt(difference**2 + (share**2 + 1) / share) - difference) / 2
    path = widest_path(np.array([0.5, 0.5, 0.5]), np.array([0.5, 0.5, -0.5]), ions, radii, 4.5)
    assert path.room == pytest.approx(q - small, abs=1e-6)
    assert path.room < np.sqrt(0.75) - large  # at the ends there is more


def test_too_few_ions_make_no_way():
    ions = cubes(0, 2)[:4]
    assert widest_path(np.zeros(3) + 0.4, np.zeros(3) + 0.6, ions, np.zeros(4), 3.0) is None


@pytest.mark.parametrize("case", WIDEST, ids=[one["id"] for one in WIDEST])
def test_known_windows(case):
    network = find_hops(load(str(shared(f"cases/migration/{case['src']}"))), species=case["sp"])
    low, high = case["expect"]
    assert low <= network.hops[0].widest.radius <= high


def test_the_window_of_an_antiperovskite_by_hand():
    """Li3OCl: the window of one O and two Cl, a triangle of sides a/2 sqrt(3) twice and a/sqrt(2).

    On its mirror line, x from the middle of Cl-Cl: sqrt(h^2 + x^2) - R(Cl) = H - x - R(O), with 2 h = Cl-Cl.
    """
    crystal = load(str(shared("cases/migration/Li3OCl.cif")))
    a = float(np.linalg.norm(crystal.lattice[0]))
    chlorine, oxygen = 1.81, 1.38
    half = a / 2
    height = np.sqrt(0.75 * a**2 - half**2)
    free = height - oxygen + chlorine
    x = (free**2 - half**2) / (2 * free)
    assert find_hops(crystal).hops[0].widest.radius == pytest.approx(height - x - oxygen, abs=1e-5)


def grid_room(start, end, points, radii, step, pad):
    """The room between two points on a grid: its nodes joined along the axes; at most step / 2 above what is true."""
    low, high = np.minimum(start, end) - pad, np.maximum(start, end) + pad
    axes = [np.arange(one, other, step) for one, other in zip(low, high, strict=True)]
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    rooms = np.min([cKDTree(points[radii == one]).query(nodes)[0] - one for one in np.unique(radii)], axis=0)
    places = [tuple(np.rint((point - low) / step).astype(int)) for point in (start, end)]
    shut, open_ = -3.0, min(float(rooms[place]) for place in places)
    while open_ - shut > 1e-3:
        middle = (shut + open_) / 2
        parts, _ = label(rooms >= middle)
        if parts[places[0]] == parts[places[1]] != 0:
            shut = middle
        else:
            open_ = middle
    return shut


@pytest.mark.parametrize("identifier", MIXED)
def test_no_way_on_a_grid_is_wider_and_the_way_has_the_room_it_says(identifier):
    crystal = load(identifier)
    network = find_hops(crystal)
    context = HopContext.of(crystal, "Li", network.sites)
    hop = next(one for one in network.hops if one.widest is not None)
    start = crystal.frac_coords[hop.sites[0]] @ crystal.lattice
    end = (crystal.frac_coords[hop.sites[1]] + np.array(hop.image)) @ crystal.lattice
    cells = np.array(np.meshgrid(*[np.arange(-5, 6)] * 3)).reshape(3, -1).T
    points = ((crystal.frac_coords[context.immobile][:, None] + cells) @ crystal.lattice).reshape(-1, 3)
    radii = np.repeat(context.radii[context.immobile], len(cells))
    reach = hop.distance / 2 + 9.0
    near = np.linalg.norm(points - (start + end) / 2, axis=1) < reach
    points, radii = points[near], radii[near]
    path = widest_path(start, end, points, radii, reach)
    assert path.room == pytest.approx(room_along(path.points, points, radii), abs=1e-9)
    assert hop.widest.radius == pytest.approx(path.room, abs=1e-5)
    assert path.room >= room_along(np.array([start, end]), points, radii)
    step = 0.12
    assert path.room >= grid_room(start, end, points, radii, step, 3.0) - step / 2
    turned = np.linalg.qr(np.arange(9.0).reshape(3, 3) ** 2 + np.eye(3))[0]
    again = widest_path(end @ turned, start @ turned, points @ turned, radii, reach)
    assert again.room == pytest.approx(path.room, abs=3e-6)
