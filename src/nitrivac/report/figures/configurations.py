"""The configurations of a supercell: electrostatic energies against degeneracies, or how a fair sample is spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.report.figures.drawing.pointing import pointed
from nitrivac.report.figures.drawing.style import PALETTE, figure_of, styled
from nitrivac.vacancies.enumeration.large_numbers import number_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nitrivac.vacancies.choosing.energy_landscape import EnergyLandscape

__all__ = ["configurations_figure", "landscape_words"]

_BINS = 40
_VERMILLION = PALETTE[1]


def _relative(landscape: EnergyLandscape, lowest: float | None) -> tuple[NDArray[np.float64], float, str]:
    """Energies in meV per atom above the lowest known, that lowest in eV, and the label of the axis."""
    bottom = float(landscape.energies[0])
    base = bottom if lowest is None else min(lowest, bottom)
    above = 1000 * (landscape.energies - base) / landscape.atoms
    return above, base, "energy above the lowest (meV/atom)"


def landscape_words(landscape: EnergyLandscape) -> str:
    """How many configurations there are, and which are drawn."""
    of = f" of {landscape.sets} sets of numbers that are equally near" if landscape.sets > 1 else ""
    numbers = f"{number_text(landscape.total)} configurations{of}, {number_text(landscape.count)} distinct"
    if landscape.whole:
        return f"{numbers}, all of them drawn"
    return f"{numbers}; {len(landscape.energies):,} drawn uniformly (seed {landscape.seed})"


def configurations_figure(landscape: EnergyLandscape, *, lowest: float | None = None) -> Figure:
    """Every distinct configuration by energy and degeneracy, or the histogram of a sample of labelled ones.

    Energies are of point charges in the unrelaxed average structure; they rank configurations and are no formation energies.

    Args:
        landscape: see `nitrivac.vacancies.choosing.energy_landscape.energy_landscape`.
        lowest: energy in eV of the lowest configuration found otherwise, marked beside a sample.

    Returns:
        A matplotlib figure, one column wide.
    """
    above, base, label = _relative(landscape, lowest)
    with styled():
        figure, (axes,) = figure_of(2.6)
        if landscape.whole:
            points = axes.scatter(above, landscape.degeneracies, s=14, color=PALETTE[0], alpha=0.6, linewidths=0)
            pointed(points, *_words(landscape, above))
            axes.set_ylabel("degeneracy (labelled configurations)")
            _degeneracy_axis(axes, landscape)
        else:
            heights, edges = np.histogram(above, bins=_BINS)
            bars = axes.bar(edges[:-1], heights, width=np.diff(edges), align="edge", color=PALETTE[0])
            for height, left, right, bar in zip(heights, edges[:-1], edges[1:], bars, strict=True):
                pointed(bar, f"{height:g} of the sample, {left:.2f} to {right:.2f} meV/atom")
            axes.set_ylabel("configurations of the sample")
            if lowest is not None:
                axes.axvline(1000 * (lowest - base) / landscape.atoms, color=_VERMILLION, linewidth=1.2)
                axes.annotate(
                    "lowest found",
                    (1000 * (lowest - base) / landscape.atoms, 0.97),
                    xycoords=("data", "axes fraction"),
                    xytext=(3, 0),
                    textcoords="offset points",
                    fontsize=7,
                    color=_VERMILLION,
                    va="top",
                )
        axes.set_xlabel(label)
        axes.set_title(landscape_words(landscape).replace("; ", "\n"), fontsize=7)
    return figure


def _words(landscape: EnergyLandscape, above: NDArray[np.float64]) -> list[str]:
    """What each configuration says."""
    rows = zip(landscape.degeneracies.tolist(), above.tolist(), landscape.energies.tolist(), strict=True)
    return [
        f"degeneracy {degeneracy:,}\n{more:.3f} meV/atom above the lowest\n{energy:.4f} eV per supercell"
        for degeneracy, more, energy in rows
    ]


def _degeneracy_axis(axes: Any, landscape: EnergyLandscape) -> None:
    """Degeneracies divide one number, so the ones that occur are the ticks."""
    values = np.unique(landscape.degeneracies)
    axes.set_yscale("log")
    if len(values) <= 8:
        axes.set_yticks(values, [f"{value:,}" for value in values.tolist()])
        axes.minorticks_off()
    axes.set_ylim(values[0] / 1.5, values[-1] * 1.5)
