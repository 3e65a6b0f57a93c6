"""Attempt frequencies of a double well whose curvatures are known by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nitrivac.energetics import (
    Barrier,
    load_potential,
    vineyard_frequency,
    with_attempt_frequencies,
)
from tests.energetics.models import DoubleWell

HZ_OF_ONE = 1.5633e13  # sqrt(1 eV / (1 angstrom squared * 1 u)) / (2 pi)


@pytest.fixture
def band():
    """The ion of the double well on its way from -1 to 1 angstrom about (5, 5, 5)."""
    way = np.linspace(-1, 1, 5)
    images = np.array([[[5 + x, 5.0, 5.0], [0.0, 0.0, 0.0]] for x in way])
    energies = DoubleWell.height * (way**2 - 1) ** 2
    return Barrier(
        hop="h1", name="a-b", distance=2.0, bottleneck=None, energies=energies, converged=True, images=images,
        symbols=("Li", "N"), lattice=10 * np.eye(3), moving=0,
    )  # fmt: skip


def found(one, name="DoubleWell"):
    return with_attempt_frequencies(one, load_potential(f"tests.energetics.models:{name}"))


def test_one_spring_is_the_root_of_stiffness_over_mass():
    assert vineyard_frequency(np.eye(3), np.diag([1.0, 1.0, -1.0]), 1.0) == pytest.approx(HZ_OF_ONE, rel=1e-4)
    assert vineyard_frequency(4 * np.eye(3), np.diag([4.0, 4.0, -9.0]), 4.0) == pytest.approx(HZ_OF_ONE, rel=1e-4)


def test_what_is_no_minimum_or_no_saddle_has_none():
    assert vineyard_frequency(np.diag([1.0, 1.0, -1.0]), np.diag([1.0, 1.0, -1.0]), 1.0) is None
    assert vineyard_frequency(np.eye(3), np.eye(3), 1.0) is None
    assert vineyard_frequency(np.eye(3), np.diag([1.0, -1.0, -1.0]), 1.0) is None


def test_a_double_well_has_the_frequency_of_its_bottom(band):
    """Across the way the stiffness is the same everywhere, so that sqrt(k/m) of the way at rest is left: k = 8 height."""
    well = found(band)
    expected = HZ_OF_ONE * np.sqrt(8 * DoubleWell.height / 6.94)
    assert well.attempt == pytest.approx((expected, expected), rel=1e-3)
    assert any("moving ion alone" in remark for remark in well.remarks)
    row = Barrier.columns.plain(well)
    assert row["attempt_forward_Hz"] == float(f"{expected:.1e}")


def test_a_tighter_saddle_is_slower_by_its_stiffness(band):
    """Twice each frequency across the way, of which there are two: a quarter of the rate."""
    assert found(band, "Bottleneck").attempt[0] == pytest.approx(found(band).attempt[0] / 4, rel=1e-3)


def test_bands_without_a_saddle_or_not_at_rest_have_none(band):
    assert found(replace(band, converged=False)).attempt is None
    assert found(replace(band, energies=np.arange(5.0))).attempt is None
    assert found(replace(band, moving=-1)).attempt is None
    held = found(band, "Hollow")
    assert held.attempt is None
    assert "no saddle of the moving ion alone" in held.remarks[-1]
