"""Thirds typed short: completed where a position fixes them, left alone where it does not, and said."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nitrivac import load
from nitrivac.migration import find_hops
from nitrivac.symmetry.space_group import parse_space_group
from nitrivac.symmetry.thirds import completed_point, typed_third
from tests.elsewhere import shared

HEXAGONAL = np.array([[3.552, 0, 0], [-1.776, 3.552 * np.sqrt(3) / 2, 0], [0, 0, 6.311]])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (0.333, Fraction(1, 3)),
        (0.33333333, Fraction(1, 3)),
        (0.667, Fraction(2, 3)),
        (0.666, Fraction(2, 3)),
        (0.16667, Fraction(1, 6)),
        (0.8333, Fraction(5, 6)),
        (-0.3333, Fraction(-1, 3)),
    ],
)
def test_thirds_and_sixths_cut_or_rounded(typed, meant):
    assert typed_third(typed) == meant


@pytest.mark.parametrize("typed", [0.33, 0.3334, 0.335, 0.5, 0.25, 0, 1, 0.125, 0.57723])
def test_other_numbers_are_no_thirds(typed):
    assert typed_third(typed) is None


@given(st.floats(-2, 2, allow_nan=False))
def test_a_third_is_never_farther_than_the_last_digit(value):
    third = typed_third(value)
    assert third is None or abs(float(third) - value) <= 10.0 ** -len(repr(value).partition(".")[2])


@pytest.mark.parametrize(
    ("symbol", "typed", "meant"),
    [
        ("P6_3/mmc", (0.3333, 0.6667, 0.25), (1 / 3, 2 / 3, 0.25)),  # 2c: fixed
        ("P6_3/mmc", (0.3333, 0.6667, 0.333), (1 / 3, 2 / 3, 0.333)),  # 4f: z is free
        ("P6_3/mmc", (0.333, 0.1, 0.2), (0.333, 0.1, 0.2)),  # general
        ("C 2/m", (0, 0.333, 0), (0, 0.333, 0)),  # on the axis, y free
        ("P1", (0.3333, 0.6667, 0.25), (0.3333, 0.6667, 0.25)),
        ("P6_3/mmc", (0.167, 0.333, 0.1), (0.1665, 0.333, 0.1)),  # 12k: x, 2x, z with x free: on it, not at 1/6
    ],
)
def test_only_what_the_position_fixes_is_completed(symbol, typed, meant):
    found = completed_point(parse_space_group(symbol), typed, HEXAGONAL, tolerance=0.005)
    assert found == pytest.approx(np.array(meant), abs=1e-15)


CIF = """data_x
_cell_length_a {a}
_cell_length_b {b}
_cell_length_c {c}
_cell_angle_alpha 90
_cell_angle_beta {beta}
_cell_angle_gamma {gamma}
_symmetry_space_group_name_H-M '{symbol}'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
{atoms}
"""


def test_a_free_coordinate_keeps_its_digits_and_the_hop_its_length(tmp_path):
    """Between (0, y, 0) and (0, 1 - y, 0) along the axis of C2/m: (1 - 2 y) b."""
    path = tmp_path / "free.cif"
    path.write_text(
        CIF.format(a=6, b=11, c=6, beta=110, gamma=90, symbol="C 2/m", atoms="Li1 Li 0 0.333 0\nCl1 Cl 0.25 0 0.25")
    )
    crystal = load(path)
    lengths = [hop.distance for hop in find_hops(crystal, max_distance=4.0).hops]
    assert any(length == pytest.approx((1 - 2 * 0.333) * 11, abs=1e-9) for length in lengths)
    assert any("y of Li1 (0.333, 1/3)" in remark and "free" in remark for remark in crystal.provenance.remarks)


def test_a_fixed_coordinate_is_completed_and_it_is_said(tmp_path):
    path = tmp_path / "fixed.cif"
    atoms = "N1 N 0.333 0.667 0.25\nLi1 Li 0 0 0.25\nLi2 Li 0.3333 0.6667 0.5772"
    path.write_text(CIF.format(a=3.552, b=3.552, c=6.311, beta=90, gamma=120, symbol="P 63/m m c", atoms=atoms))
    crystal = load(path)
    nitrogen = next(orbit for orbit in crystal.orbits if orbit.label == "N1")
    assert crystal.frac_coords[nitrogen.indices[0]].tolist() == [1 / 3, 2 / 3, 0.25]
    (remark,) = [text for text in crystal.provenance.remarks if "completed" in text]
    assert "x of N1 (0.333, 1/3)" in remark


def test_the_same_atoms_without_symmetry_are_treated_alike(tmp_path):
    path = tmp_path / "all.cif"
    atoms = """Li1 Li 0 0.333 0
Li2 Li 0 0.667 0
Li3 Li 0.5 0.833 0
Li4 Li 0.5 0.167 0
Cl1 Cl 0.25 0 0.25
Cl2 Cl 0.75 0 0.75
Cl3 Cl 0.75 0.5 0.25
Cl4 Cl 0.25 0.5 0.75"""
    path.write_text(CIF.format(a=6, b=11, c=6, beta=110, gamma=90, symbol="P 1", atoms=atoms))
    crystal = load(path)
    lithium = next(orbit for orbit in crystal.orbits if "Li" in orbit.elements)
    assert crystal.space_group.number == 12
    assert sorted(crystal.frac_coords[lithium.indices][:, 1].tolist()) == [0.167, 0.333, 0.667, 0.833]


def test_the_shared_case():
    """Along the axis of Li3InCl6 (1 - 2 y) b = 0.334 b = 3.7026 angstrom, not the 3.6952 of y = 1/3; b/2 off it 3.6976."""
    lengths = [hop.distance for hop in find_hops(load(str(shared("cases/migration/y333.cif"))), widest_paths=False).hops]
    assert lengths[:2] == pytest.approx([np.hypot(6.4144 / 2, (0.5 - 0.334) * 11.0856), 0.334 * 11.0856], abs=1e-9)
