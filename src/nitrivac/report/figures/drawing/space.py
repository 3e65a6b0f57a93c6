"""What the two figures in space share: the cell, balls, the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.report.figures.drawing.projection import Painting, default_view
from nitrivac.report.figures.drawing.scene import cell_edges
from nitrivac.report.figures.drawing.solids import ball_sectors, lines
from nitrivac.report.figures.drawing.style import VACANT, plotly_layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["AXIS_NAMES", "ball_traces", "cell_traces", "fit", "paint_cell", "painting_of", "space_layout"]

AXIS_NAMES = "abc"
_MARGIN_A = 0.65  # a little more than the largest ball
_LIGHT = {"ambient": 0.6, "diffuse": 0.5, "specular": 0.08, "roughness": 0.5, "fresnel": 0.0}
_LAMP = {"x": -4e4, "y": 6e4, "z": -1e5}  # as the observer sees it: from the left, above and before
_HIGH, _WIDE = 1.85, 1.55  # what fits, in plotly's units of an orthographic view, on a telephone too


def painting_of(lattice: NDArray[np.float64], points: NDArray[np.float64]) -> Painting:
    """An empty painting of these points in the usual view."""
    view = default_view(lattice)
    depth = view.depth(points)
    middle = points.mean(axis=0)
    middle = middle + (float(depth.max() + depth.min()) / 2 - float(view.depth(middle))) * view.towards
    return Painting(view=view, middle=middle, reach=float(np.ptp(depth)) / 2)


def paint_cell(painting: Painting, lattice: NDArray[np.float64]) -> None:
    """The edges of the cell and the names of its axes."""
    for ends in cell_edges(lattice):
        painting.line(ends, "#444444", 0.6)
    for name, place in zip(AXIS_NAMES, _beyond(lattice), strict=True):
        painting.text(place, name)


def fit(axes: Axes, painting: Painting, lattice: NDArray[np.float64], points: NDArray[np.float64]) -> tuple[float, float]:
    """Paint onto axes that just hold these points, the cell and the names of its axes; width and height in angstrom."""
    painting.onto(axes)
    corners = cell_edges(lattice).reshape(-1, 3)
    flat = painting.view.flat(np.concatenate([points, corners, _beyond(lattice)]))
    low, high = flat.min(axis=0) - _MARGIN_A, flat.max(axis=0) + _MARGIN_A
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    width, height = (high - low).tolist()
    return width, height


def _beyond(lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the names of the axes stand: a little beyond their ends."""
    lengths = np.linalg.norm(lattice, axis=1, keepdims=True)
    places: NDArray[np.float64] = lattice * (1 + 0.9 / lengths)
    return places


def cell_traces(lattice: NDArray[np.float64]) -> list[Any]:
    """The same for plotly."""
    from plotly import graph_objects as go

    places = _beyond(lattice)
    return [
        go.Scatter3d(
            **lines(cell_edges(lattice)),
            mode="lines",
            line={"color": "#444444", "width": 2},
            hoverinfo="skip",
            name="cell",
            showlegend=False,
        ),
        go.Scatter3d(
            x=places[:, 0].tolist(),
            y=places[:, 1].tolist(),
            z=places[:, 2].tolist(),
            mode="text",
            text=[f"<i>{name}</i>" for name in AXIS_NAMES],
            hoverinfo="skip",
            showlegend=False,
        ),
    ]


def ball_traces(
    centres: NDArray[np.float64],
    radius: float,
    shares: Sequence[tuple[str, float]],
    *,
    name: str,
    words: str,
    steps: int,
    in_legend: bool = True,
) -> list[Any]:
    """Balls cut into sectors by the shares of their colours; what is left of 1 is white.

    Args:
        centres: cartesian, shape (n, 3).
        radius: angstrom.
        shares: colours with their shares.
        name: in the legend.
        words: shown when pointed at.
        steps: see `ball_sectors`.
        in_legend: whether the legend names them; those of one name are switched together.
    """
    from plotly import graph_objects as go

    rest = 1 - sum(share for _, share in shares)
    parts = [*shares, (VACANT, rest)] if rest > 1e-6 else list(shares)
    traces, start = [], 0.0
    for number, (colour, share) in enumerate(parts):
        traces.append(
            go.Mesh3d(
                **ball_sectors(centres, radius, start, start + share, steps),
                color=colour,
                flatshading=False,
                lighting=_LIGHT,
                lightposition=_LAMP,
                name=name,
                legendgroup=name,
                showlegend=in_legend and number == 0,
                hovertemplate=f"{words}<extra></extra>",
            )
        )
        start += share
    return traces


def space_layout(lattice: NDArray[np.float64], points: NDArray[np.float64], height: int) -> dict[str, Any]:
    """Layout of a turnable figure in the view of the printed one.

    Args:
        lattice: rows, angstrom, shape (3, 3).
        points: what is drawn, cartesian, shape (n, 3).
        height: pixels.
    """
    view = default_view(lattice)
    everything = np.concatenate([points, cell_edges(lattice).reshape(-1, 3), _beyond(lattice)])
    low, top = everything.min(axis=0) - _MARGIN_A, everything.max(axis=0) + _MARGIN_A
    wide, high = (np.ptp(view.flat(everything), axis=0) + 2 * _MARGIN_A).tolist()
    scale = min(_HIGH / high, _WIDE / wide)
    axes = {
        f"{name}axis": {"visible": False, "showspikes": False, "range": np.round([start, end], 3).tolist()}
        for name, start, end in zip("xyz", low, top, strict=True)
    }
    return plotly_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        legend={"orientation": "h", "yanchor": "top", "y": -0.02, "x": 0, "itemsizing": "constant"},
        scene=axes
        | {
            "aspectmode": "manual",
            "aspectratio": _named(scale * (top - low)),
            "camera": {"eye": _named(1.6 * view.towards), "up": _named(view.up), "projection": {"type": "orthographic"}},
            "dragmode": "orbit",
        },
    )


def _named(vector: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip("xyz", np.round(vector, 4).tolist(), strict=True))
