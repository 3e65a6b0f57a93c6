"""Profiles: areas, widths and lines; and measured patterns as files."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.diffraction import pattern_profile, powder_pattern, read_measured
from nitrivac.errors import ReadError, SpecificationError


def half_width(profile, low: float, high: float) -> float:
    """Full width at half maximum of the highest peak in a range, degrees."""
    inside = (profile.two_theta >= low) & (profile.two_theta <= high)
    x, y = profile.two_theta[inside], profile.intensity[inside]
    above = np.flatnonzero(y >= y.max() / 2)
    ends = []
    for first, second in ((above[0] - 1, above[0]), (above[-1] + 1, above[-1])):
        ends.append(np.interp(y.max() / 2, [y[first], y[second]], [x[first], x[second]]))
    return float(ends[1] - ends[0])


def test_areas_are_the_intensities():
    pattern = powder_pattern(load("gamma-Li3N"), "CuKa1")
    profile = pattern_profile(pattern, width=0.2)
    step = profile.two_theta[1] - profile.two_theta[0]
    areas = [profile.intensity[np.abs(profile.two_theta - angle) < 1.5].sum() * step for angle in pattern.two_theta]
    assert 100 * np.array(areas) / max(areas) == pytest.approx(pattern.intensity, rel=1e-3)
    assert profile.intensity.max() == pytest.approx(100)


@pytest.mark.parametrize("width", [0.05, 0.1, 0.4])
def test_large_crystals_have_the_width_of_the_instrument(width):
    pattern = powder_pattern(load("gamma-Li3N"), "CuKa1")
    assert half_width(pattern_profile(pattern, width=width), 56, 59) == pytest.approx(width, rel=0.02)


@pytest.mark.parametrize("size", [5, 20])
def test_small_crystals_have_scherrers_width(size):
    pattern = powder_pattern(load("gamma-Li3N"), "CuKa1")
    row = pattern.hkl.tolist().index([2, 2, 0])
    angle = pattern.two_theta[row]
    expected = np.degrees(0.9 * pattern.radiation.wavelength / (10 * size * np.cos(np.radians(angle / 2))))
    found = half_width(pattern_profile(pattern, size=size, width=0.01), angle - 3, angle + 3)
    assert found == pytest.approx(expected, rel=0.02)


def test_k_alpha_has_two_lines_one_twice_the_other():
    pattern = powder_pattern(load("gamma-Li3N"), "Cu")
    profile = pattern_profile(pattern, width=0.02)
    d = pattern.d[-1]
    heights = [
        profile.intensity[np.abs(profile.two_theta - 2 * np.degrees(np.arcsin(wavelength / (2 * d)))).argmin()]
        for wavelength, _ in pattern.radiation.lines
    ]
    assert heights[0] == pytest.approx(2 * heights[1], rel=0.1)


@pytest.mark.parametrize("wrong", [{"width": 0.0}, {"width": -1.0}, {"size": 0.0}, {"size": float("nan")}, {"width": 90.0}])
def test_widths_that_are_none_are_refused(wrong):
    with pytest.raises(SpecificationError, match=r"width|size"):
        pattern_profile(powder_pattern(load("gamma-Li3N")), **wrong)


@pytest.mark.parametrize(
    "text",
    [
        "10.0 5\n10.1 7\n10.2 6\n",
        "10.0,5\n10.1,7\n10.2,6\n",
        "10.0;5\n10.1;7\n10.2;6",
        "# remark\n10.0\t5\t0.5\n10.1\t7\t0.5\n\n10.2\t6\t0.5\n",
        "two theta, counts\n10.0, 5\n10.1, 7\n10.2, 6\n",
        "\ufeffAngle Intensity\r\n10.0 5\r\n10.1 7\r\n10.2 6\r\n",
        "! fullprof\n' topas\n  1.00e1 5.0e0\n 10.1 7\n 10.2 6\n",
    ],
)
def test_columns_are_read_however_they_are_set_apart(text, tmp_path):
    path = tmp_path / "measured.xy"
    path.write_text(text, encoding="utf-8")
    found = read_measured(path)
    assert found.two_theta.tolist() == [10.0, 10.1, 10.2]
    assert found.intensity.tolist() == [5, 7, 6]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no measured pattern"),
        ("10.0 5\n", "no measured pattern"),
        ("10,0 5\n10,1 7\n", "no measured pattern"),  # a decimal comma
        ("10 5\n10.1 x\n10.2 6\n", "line 2 is '10.1 x'"),
        ("10 5\n10 6\n", "line 2: two theta 10 does not rise"),
        ("10 5\n9 6\n", "does not rise"),
        ("10 0\n11 0\n", "no intensity is above 0"),
        ("1000 5\n2000 6\n", "degrees of two theta are needed"),
        ("10 5\n11 nan\n", "line 2"),
        ("\x00\x01\x02", "no measured pattern"),
    ],
)
def test_what_is_no_pattern_is_refused(text, reason, tmp_path):
    path = tmp_path / "measured.xy"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=reason):
        read_measured(path)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ReadError, match="cannot be read"):
        read_measured(tmp_path / "none.xy")


def test_a_profile_written_is_read_again(tmp_path):
    profile = pattern_profile(powder_pattern(load("beta-Li3N")))
    path = tmp_path / "calculated.xy"
    path.write_text(profile.xy())
    found = read_measured(path)
    assert found.two_theta == pytest.approx(profile.two_theta, abs=1e-4)
    assert found.intensity == pytest.approx(profile.intensity, abs=1e-6)
