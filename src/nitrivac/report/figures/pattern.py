"""Powder patterns over each other, with the places of their reflections, and a measured one under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.report.figures.drawing.pointing import pointed
from nitrivac.report.figures.drawing.style import GREY, PALETTE, figure_of, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nitrivac.diffraction import Diffractogram, PowderPattern, Profile

__all__ = ["pattern_figure"]

_ANGLE = "2θ (degrees)"
_INTENSITY = "intensity (highest = 100)"
_ROW = 6.0  # height of a row of ticks, on the scale of intensities
_WIDTH_IN = 6.8  # two columns of a journal: patterns are wide
_MEASURED = "measured"


def pattern_figure(diffractogram: Diffractogram) -> Figure:
    """Profiles over each other; below them a tick for each reflection, in the colour of its pattern.

    A measured one is drawn under them in grey, its highest point within their range at 100.

    Args:
        diffractogram: what is drawn.

    Returns:
        A matplotlib figure, two columns wide.
    """
    patterns = diffractogram.patterns
    low, high = _range(patterns)
    with styled():
        figure, (axes,) = figure_of(2.9 + 0.12 * len(patterns), width=_WIDTH_IN)
        if diffractogram.measured is not None:
            x, y = scaled(diffractogram.measured, low, high)
            axes.plot(x, y, color="#b5b5b5", linewidth=2.0, label=_MEASURED)
        for number, (pattern, profile) in enumerate(zip(patterns, diffractogram.profiles, strict=True)):
            colour = PALETTE[number % len(PALETTE)]
            axes.plot(profile.two_theta, profile.intensity, color=colour, linewidth=0.9, label=_label(pattern, patterns))
            top = _top(number)
            ticks = axes.vlines(pattern.two_theta, top - 0.75 * _ROW, top, color=colour, linewidth=0.5)
            pointed(ticks, *_words(pattern))
        axes.axhline(0, color=GREY, linewidth=0.4)
        axes.set_xlim(low, high)
        axes.set_ylim(_top(len(patterns)), 104)
        axes.set_yticks([0, 20, 40, 60, 80, 100])
        axes.set_xlabel(_angle(patterns))
        axes.set_ylabel(_INTENSITY)
        axes.legend(loc="upper right")
    return figure


def scaled(measured: Profile, low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The part of a measured pattern within a range, its highest point there at 100.

    Args:
        measured: the pattern.
        low: first angle, degrees.
        high: last angle, degrees.

    Returns:
        Angles and intensities; empty where it has none in the range.
    """
    inside = (measured.two_theta >= low) & (measured.two_theta <= high)
    angles, counts = measured.two_theta[inside], measured.intensity[inside]
    highest = float(counts.max()) if len(counts) else 0.0
    return angles, 100 * counts / highest if highest > 0 else counts


def _top(row: int) -> float:
    """Where a row of ticks begins."""
    return -_ROW * (row + 0.4)


def _range(patterns: Sequence[PowderPattern]) -> tuple[float, float]:
    return min(one.two_theta_range[0] for one in patterns), max(one.two_theta_range[1] for one in patterns)


def _words(pattern: PowderPattern) -> list[str]:
    """What each reflection says."""
    columns = (pattern.hkl, pattern.two_theta, pattern.d, pattern.multiplicity, pattern.intensity)
    return [
        f"{' '.join(map(str, hkl))} at {angle:.3f}°\nd {d:.4f} Å, n {n}, I {intensity:.2f}"
        for hkl, angle, d, n, intensity in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _label(pattern: PowderPattern, patterns: Sequence[PowderPattern]) -> str:
    """What was drawn; with its radiation where there are several."""
    several = len({one.radiation.name for one in patterns}) > 1
    return f"{pattern.name}, {pattern.radiation.label}" if several else pattern.name


def _angle(patterns: Sequence[PowderPattern]) -> str:
    """The axis of angles, with the radiation where it is that of all."""
    labels = list(dict.fromkeys(one.radiation.label for one in patterns))
    return f"{_ANGLE}, {labels[0]}" if len(labels) == 1 else _ANGLE
