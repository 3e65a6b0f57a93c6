"""The percolation staircase: how many dimensions the hops span, against their length and against the room on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nitrivac.report.figures.drawing.style import AXIS_LINE, BLACK, GREY, figure_of, plotly_layout, styled
from nitrivac.report.figures.hops import hop_colours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nitrivac.migration import HopNetwork
    from nitrivac.migration.percolation.thresholds import Threshold

__all__ = ["percolation_figure", "percolation_plotly", "staircase"]

_LENGTH = "longest hop allowed (Å)"
_RADIUS = "smallest bottleneck radius allowed (Å)"
_DIMENSIONS = "dimensions spanned"


def staircase(thresholds: Sequence[Threshold], start: float, end: float) -> tuple[list[float], list[int]]:
    """Corners of the stairs: the value at which each number of dimensions is first spanned, from `start` to `end`.

    Args:
        thresholds: one for each number of dimensions.
        start: where the stairs begin, with nothing spanned.
        end: where they end.

    Returns:
        Values and the dimensions spanned from there on.
    """
    values, dimensions = [start], [0]
    for one in sorted(thresholds, key=lambda threshold: threshold.dimension):
        if one.value is None:
            continue
        if one.value == values[-1] and len(values) > 1:
            dimensions[-1] = one.dimension
            continue
        values.append(one.value)
        dimensions.append(one.dimension)
    return [*values, end], [*dimensions, dimensions[-1]]


def _sides(network: HopNetwork) -> tuple[_Side, _Side]:
    """Both staircases: (thresholds, start, end, label, value of each hop)."""
    hops = [one for one in network.hops if not one.exclusive]
    lengths = {one.id: one.distance for one in hops}
    radii = {one.id: one.straight.radius for one in hops if one.straight.radius is not None}
    low, high = min(lengths.values(), default=0.0), max(network.max_distance, *lengths.values(), 0.0)
    margin = 0.12 * max(high - low, 0.5)
    least, most = min(radii.values(), default=0.0), max(radii.values(), default=0.0)
    room = 0.12 * max(most - least, 0.2)
    return (
        (network.by_distance, low - margin, high + margin, _LENGTH, lengths),
        (network.by_radius, most + room, least - room, _RADIUS, radii),
    )


_Side = tuple["Sequence[Threshold]", float, float, str, "dict[str, float]"]


def percolation_figure(network: HopNetwork) -> Figure:
    """Both staircases one below the other; the ticks under the stairs are the hops, coloured as in the hop figure.

    Args:
        network: the hops of a crystal.

    Returns:
        A matplotlib figure, one column wide.
    """
    colours = hop_colours(network)
    with styled():
        figure, _ = figure_of(3.9)
        figure.clear()
        for axes, side in zip(figure.subplots(2, 1), _sides(network), strict=True):
            _draw(axes, side, colours)
    return figure


def _draw(axes: Axes, side: _Side, colours: dict[str, str]) -> None:
    thresholds, start, end, label, values = side
    x, y = staircase(thresholds, start, end)
    axes.step(x, y, where="post", color=BLACK)
    for one, level in zip(x[1:-1], y[1:-1], strict=True):
        axes.annotate(
            (f"{one:.4f}" if label == _LENGTH else f"{one:.3f}").replace("-", "\N{MINUS SIGN}"),
            (one, level),
            xytext=(3, 3),
            textcoords="offset points",
            fontsize=7,
        )
    for name, value in values.items():
        shown = name in colours
        axes.plot([value] * 2, [-0.55, -0.2], color=colours.get(name, "#bbbbbb"), linewidth=1.6 if shown else 0.8)
    _name_ticks(axes, values, colours, abs(end - start))
    axes.set_xlim(start, end)
    axes.set_ylim(-1.15, 3.5)
    axes.set_yticks([0, 1, 2, 3])
    axes.set_xlabel(label)
    axes.set_ylabel(_DIMENSIONS)


def _name_ticks(axes: Axes, values: dict[str, float], colours: dict[str, str], width: float) -> None:
    """Names of the coloured hops below their ticks, left out where they would overlap."""
    taken: list[float] = []
    for name, colour in colours.items():
        value = values.get(name)
        if value is None or any(abs(value - other) < 0.06 * width for other in taken):
            continue
        taken.append(value)
        axes.annotate(name, (value, -0.62), fontsize=7, color=colour, ha="center", va="top")


def percolation_plotly(network: HopNetwork) -> Any:
    """The same to point at.

    Args:
        network: the hops of a crystal.

    Returns:
        A plotly figure.
    """
    from plotly import graph_objects as go
    from plotly.subplots import make_subplots

    colours = hop_colours(network)
    figure = make_subplots(rows=2, cols=1, vertical_spacing=0.2)
    for row, (thresholds, start, end, label, values) in enumerate(_sides(network), start=1):
        x, y = staircase(thresholds, start, end)
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                mode="lines",
                line={"color": BLACK, "shape": "hv", "width": 2},
                hovertemplate="%{y} dimensions from %{x:.4f} Å<extra></extra>",
            ),
            row=row,
            col=1,
        )
        names = list(values)
        figure.add_trace(
            go.Scatter(
                x=[values[name] for name in names],
                y=[-0.4] * len(names),
                mode="markers+text",
                hovertext=names,
                text=[name if name in colours else "" for name in names],
                textposition="bottom center",
                textfont={"color": [colours.get(name, GREY) for name in names], "size": 11},
                marker={
                    "symbol": "line-ns",
                    "size": 14,
                    "line": {"color": [colours.get(name, "#bbbbbb") for name in names], "width": 2.5},
                },
                hovertemplate="%{hovertext}: %{x:.4f} Å<extra></extra>",
            ),
            row=row,
            col=1,
        )
        figure.update_xaxes(title=label, range=[start, end], row=row, col=1, **AXIS_LINE)
        figure.update_yaxes(title=_DIMENSIONS, range=[-1.3, 3.4], tickvals=[0, 1, 2, 3], row=row, col=1, **AXIS_LINE)
    figure.update_layout(**plotly_layout(height=520, showlegend=False))
    return figure
