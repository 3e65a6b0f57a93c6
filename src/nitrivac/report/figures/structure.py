"""The structure in space: cell, polyhedra, and balls cut into sectors where sites are mixed or partly vacant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.report.figures.drawing.scene import crystal_scene, drawn_radius, occupancy_text, orbit_groups, refuse_full
from nitrivac.report.figures.drawing.solids import body_edges, body_mesh, fineness
from nitrivac.report.figures.drawing.space import ball_traces, cell_traces, fit, paint_cell, painting_of, space_layout
from nitrivac.report.figures.drawing.style import GREY, VACANT, element_colours, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = ["structure_figure", "structure_plotly"]

_HEIGHT_PX = 520
_WIDEST_IN, _HIGHEST_IN, _NARROWEST_IN = 3.4, 3.6, 2.4


def structure_figure(crystal: Crystal, *, centres: Sequence[str] | None = None) -> Figure:
    """The structure projected on paper.

    Args:
        crystal: ordered or average.
        centres: elements whose polyhedra are shown; by default those of covalent frameworks, else all cations.

    Returns:
        A matplotlib figure, at most one column wide.

    Raises:
        SpecificationError: a centre is no cation of the crystal.
        UnsupportedError: the cell has too many atoms to draw.
    """
    from matplotlib.figure import Figure

    refuse_full(crystal)
    scene = crystal_scene(crystal, centres)
    colours = element_colours(crystal.elements)
    painting = painting_of(scene.lattice, scene.points)
    paint_cell(painting, scene.lattice)
    for body in scene.bodies:
        if body.orbit in scene.main:
            colour = colours[crystal.orbits[body.orbit].elements[0]]
            for face in body.faces:
                painting.polygon(body.corners[list(face)], colour, alpha=0.16)
    owners = crystal.orbit_of_site[scene.sites]
    for point, owner in zip(scene.points, owners.tolist(), strict=True):
        orbit = crystal.orbits[owner]
        painting.ball(point, drawn_radius(crystal, orbit), _shares(orbit, colours))
    with styled():
        figure = Figure()
        wide, high = fit(figure.subplots(), painting, scene.lattice, scene.points)
        scale = min(_WIDEST_IN / wide, _HIGHEST_IN / high)
        figure.set_size_inches(max(_NARROWEST_IN, scale * wide), scale * high + 0.3)
        _legend(figure, crystal, colours)
    return figure


def _legend(figure: Figure, crystal: Crystal, colours: dict[str, str]) -> None:
    from matplotlib.lines import Line2D

    names = list(colours.items())
    if any(orbit.vacancy > 1e-6 for orbit in crystal.orbits):
        names.append(("vacant", VACANT))
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker="o",
            markersize=6,
            markerfacecolor=colour,
            markeredgecolor="#333333",
            markeredgewidth=0.4,
            label=name,
        )
        for name, colour in names
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), handletextpad=0.1, columnspacing=1.2)


def structure_plotly(crystal: Crystal, *, centres: Sequence[str] | None = None) -> Any:
    """The structure to turn; orbits and polyhedra are switched on and off in the legend.

    Args:
        crystal: ordered or average.
        centres: elements whose polyhedra are shown at once; by default those of covalent frameworks, else all cations.

    Returns:
        A plotly figure.

    Raises:
        SpecificationError: a centre is no cation of the crystal.
        UnsupportedError: the cell has too many atoms to draw.
    """
    from plotly import graph_objects as go

    refuse_full(crystal)
    scene = crystal_scene(crystal, centres)
    colours = element_colours(crystal.elements)
    figure = go.Figure(data=cell_traces(scene.lattice), layout=space_layout(scene.lattice, scene.points, _HEIGHT_PX))
    owners = crystal.orbit_of_site[scene.sites]
    steps = fineness(len(scene.points))
    groups = orbit_groups(crystal)
    for name, members in groups.items():
        orbit = crystal.orbits[members[0]]
        occupants = occupancy_text(orbit)
        words = name if name.endswith(occupants) else f"{name}: {occupants}"
        centres_of = scene.points[np.isin(owners, members)]
        shares = _shares(orbit, colours)
        figure.add_traces(ball_traces(centres_of, drawn_radius(crystal, orbit), shares, name=name, words=words, steps=steps))
    for name, members in groups.items():
        bodies = [body for body in scene.bodies if body.orbit in members]
        if not bodies:
            continue
        colour = colours[crystal.orbits[members[0]].elements[0]]
        title = f"polyhedra of {name.partition(':')[0]}"
        shown = True if members[0] in scene.main else "legendonly"
        common = {"name": title, "legendgroup": title, "hoverinfo": "skip", "visible": shown}
        figure.add_trace(
            go.Mesh3d(**body_mesh(bodies), color=colour, opacity=0.25, flatshading=True, showlegend=True, **common)
        )
        edges = {"color": colour, "width": 2}
        figure.add_trace(go.Scatter3d(**body_edges(bodies), mode="lines", line=edges, showlegend=False, **common))
    return figure


def _shares(orbit: Orbit, colours: dict[str, str]) -> list[tuple[str, float]]:
    return [(colours.get(one.element, GREY), one.occupancy) for one in orbit.occupants]
