"""The configurations of a supercell: electrostatic energies against degeneracies, or how a fair sample is spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.report.figures.drawing.style import AXIS_LINE, PALETTE, figure_of, plotly_layout, styled
from nitrivac.vacancies.enumeration.large_numbers import number_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nitrivac.vacancies.choosing.energy_landscape import EnergyLandscape

__all__ = ["configurations_figure", "configurations_plotly", "landscape_words"]

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
            axes.scatter(above, landscape.degeneracies, s=14, color=PALETTE[0], alpha=0.6, linewidths=0)
            axes.set_ylabel("degeneracy (labelled configurations)")
            _degeneracy_axis(axes, landscape)
        else:
            axes.hist(above, bins=_BINS, color=PALETTE[0])
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


def _degeneracy_axis(axes: Any, landscape: EnergyLandscape) -> None:
    """Degeneracies divide one number, so the ones that occur are the ticks."""
    values = np.unique(landscape.degeneracies)
    axes.set_yscale("log")
    if len(values) <= 8:
        axes.set_yticks(values, [f"{value:,}" for value in values.tolist()])
        axes.minorticks_off()
    axes.set_ylim(values[0] / 1.5, values[-1] * 1.5)


def configurations_plotly(landscape: EnergyLandscape, *, lowest: float | None = None) -> Any:
    """The same to point at.

    Args:
        landscape: see `nitrivac.vacancies.choosing.energy_landscape.energy_landscape`.
        lowest: energy in eV of the lowest configuration found otherwise, marked beside a sample.

    Returns:
        A plotly figure.
    """
    from plotly import graph_objects as go

    above, base, label = _relative(landscape, lowest)
    figure = go.Figure(layout=plotly_layout(height=380, showlegend=False, bargap=0.05))
    if landscape.whole:
        hover = (
            "degeneracy %{y:,}<br>%{x:.3f} meV/atom above the lowest<br>%{customdata:.4f} eV per supercell<extra></extra>"
        )
        figure.add_trace(
            go.Scatter(
                x=np.round(above, 4),
                y=landscape.degeneracies,
                customdata=np.round(landscape.energies, 4),
                mode="markers",
                marker={"color": PALETTE[0], "size": 7, "opacity": 0.6},
                hovertemplate=hover,
            )
        )
        values = np.unique(landscape.degeneracies).tolist()
        ticks = {"tickvals": values, "ticktext": [f"{value:,}" for value in values]} if len(values) <= 8 else {}
        figure.update_yaxes(title="degeneracy (labelled configurations)", type="log", **ticks, **AXIS_LINE)
    else:
        heights, edges = np.histogram(above, bins=_BINS)
        centres = (edges[1:] + edges[:-1]) / 2
        figure.add_trace(
            go.Bar(
                x=np.round(centres, 4),
                y=heights,
                marker={"color": PALETTE[0]},
                hovertemplate="%{y} of the sample near %{x:.2f} meV/atom<extra></extra>",
            )
        )
        figure.update_yaxes(title="configurations of the sample", **AXIS_LINE)
        if lowest is not None:
            figure.add_vline(
                x=1000 * (lowest - base) / landscape.atoms,
                line={"color": _VERMILLION, "width": 2},
                annotation={"text": "lowest found", "font": {"color": _VERMILLION}},
            )
    figure.update_xaxes(title=label, **AXIS_LINE)
    return figure
