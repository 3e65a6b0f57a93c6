"""Molecular dynamics: the density of the ions in space, and their mean square displacement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.report.figures.drawing.scene import Face, Layer
from nitrivac.report.figures.drawing.style import PALETTE, figure_of, styled
from nitrivac.report.figures.isosurface import isosurface, thinned
from nitrivac.report.figures.structure import structure_scene

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nitrivac.crystal.model import Crystal
    from nitrivac.report.figures.drawing.scene import Scene
    from nitrivac.trajectories.density import Density
    from nitrivac.trajectories.result import TrajectoryAnalysis

__all__ = ["density_scene", "msd_figure"]

_SHARES = ((0.9, 0.5, PALETTE[1]), (0.99, 0.15, PALETTE[3]))
"""Shares of the ions that surfaces enclose, how opaque these are, and their colours."""

_SPACING_A = 0.25  # between corners of these surfaces: fine enough to see, few enough to turn


def density_scene(density: Density, crystal: Crystal) -> Scene:
    """The structure with surfaces of equal density that enclose 90 and, on request, 99 % of the mobile ions.

    Args:
        density: of the mobile ions.
        crystal: the structure.
    """
    scene = structure_scene(crystal)
    layers = [replace(layer, shown=layer.shown and not layer.faces) for layer in scene.layers]
    faces = list(scene.faces)
    ordered = np.sort(density.values, axis=None)[::-1]
    enclosed = np.cumsum(ordered) / ordered.sum()
    for share, opacity, colour in _SHARES:
        level = float(ordered[int(np.searchsorted(enclosed, share))])
        fine, triangles = isosurface(density.values, level)
        points, triangles = thinned(fine @ density.lattice, triangles, _SPACING_A)
        name = f"{share:.0%} of {density.species}: {level:.3g} per Å³"
        faces += [Face(layer=len(layers), corners=corners) for corners in points[triangles]]
        shown = share == _SHARES[0][0]  # two in one another are hard to see, and the outer one is large
        layers.append(Layer(name=name, colour=colour, shown=shown, faces=True, opacity=opacity, edged=False))
    return replace(scene, title=f"Density of {density.species}", layers=tuple(layers), faces=tuple(faces))


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
