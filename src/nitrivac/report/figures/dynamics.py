"""Molecular dynamics: the density of the ions in space, and their mean square displacement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.report.figures.drawing.style import PALETTE, figure_of, styled
from nitrivac.report.figures.isosurface import isosurface
from nitrivac.report.figures.structure import structure_plotly

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nitrivac.crystal.model import Crystal
    from nitrivac.trajectories.density import Density
    from nitrivac.trajectories.result import TrajectoryAnalysis

__all__ = ["density_plotly", "msd_figure"]

_SHARES = ((0.9, 0.5, PALETTE[1]), (0.99, 0.15, PALETTE[3]))
"""Shares of the ions that surfaces enclose, how opaque these are, and their colours."""


def density_plotly(density: Density, crystal: Crystal) -> Any:
    """The structure with surfaces of equal density that enclose 90 and 99 % of the mobile ions; a plotly figure to turn.

    Args:
        density: of the mobile ions.
        crystal: the structure.
    """
    from plotly import graph_objects as go

    figure = structure_plotly(crystal)
    figure.update_traces(visible="legendonly", selector=lambda trace: str(trace.name).startswith("polyhedra"))
    ordered = np.sort(density.values, axis=None)[::-1]
    enclosed = np.cumsum(ordered) / ordered.sum()
    for share, opacity, colour in _SHARES:
        level = float(ordered[int(np.searchsorted(enclosed, share))])
        points, triangles = isosurface(density.values, level)
        x, y, z = np.round(points @ density.lattice, 3).T
        i, j, k = triangles.T
        figure.add_trace(
            go.Mesh3d(
                x=x,
                y=y,
                z=z,
                i=i,
                j=j,
                k=k,
                color=colour,
                opacity=opacity,
                showlegend=True,
                hoverinfo="name",
                name=f"{share:.0%} of {density.species}: {level:.3g} per Å³",
            )
        )
    return figure


def msd_figure(run: TrajectoryAnalysis) -> Figure:
    """The mean square displacement of the mobile ions against the time between, with the slope of the tracer diffusivity.

    Args:
        run: the analysis.
    """
    times, squares = run.msd
    with styled():
        figure, (axes,) = figure_of(2.4)
        axes.plot(times, squares, color=PALETTE[0], label=f"{run.species}, mean over ions and starts")
        if run.transport.tracer is not None:
            slope = 2 * float(np.trace(run.transport.tracer))
            middle = len(times) // 2
            line = squares[middle] + slope * (times - times[middle])
            axes.plot(times, line, color=PALETTE[1], linestyle="--", label="slope from blocks, 6 D t")
        axes.set_xlabel("time between (ps)")
        axes.set_ylabel("mean square displacement (Å²)")
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.legend()
    return figure
