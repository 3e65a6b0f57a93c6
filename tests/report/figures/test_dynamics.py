"""Densities are drawn on their structure as closed surfaces round the ions."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.report.figures.dynamics import density_scene
from nitrivac.trajectories.density import Density


@pytest.fixture(scope="module")
def scene():
    """A ball of density round the middle of the cell of LiPN2."""
    crystal = load("LiPN2")
    grid = np.stack(np.meshgrid(*[np.arange(20) / 20] * 3, indexing="ij"), axis=-1) - 0.5
    apart = np.linalg.norm(grid @ crystal.lattice, axis=-1)
    values = np.exp(-(apart**2))
    return density_scene(
        Density(source="LiPN2", species="Li", lattice=crystal.lattice, values=values, halves_differ=(0.0, 0.0)), crystal
    )


def test_surfaces_enclose_the_shares_that_they_name(scene):
    inner, outer = (number for number, layer in enumerate(scene.layers) if "of Li" in layer.name)
    assert scene.layers[inner].name.startswith("90%")
    assert scene.layers[outer].name.startswith("99%")
    middle = 0.5 * scene.lattice.sum(axis=0)
    radii = [
        np.linalg.norm(np.concatenate([face.corners for face in scene.faces if face.layer == layer]) - middle, axis=1)
        for layer in (inner, outer)
    ]
    # A Gaussian exp(-r^2) holds 90 % within r = 1.768 and 99 % within 2.382; the grid is 0.2 to 0.4 angstrom wide.
    assert np.median(radii[0]) == pytest.approx(1.768, abs=0.1)
    assert np.median(radii[1]) == pytest.approx(2.382, abs=0.1)


def test_the_inner_surface_is_seen_at_once_and_the_structure_without_polyhedra(scene):
    shown = [layer.name for layer in scene.layers if layer.shown]
    assert shown[:-1] == ["P–N bonds"]
    assert shown[-1].startswith("90% of Li")
