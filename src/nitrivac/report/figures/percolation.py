"""The percolation staircase: how many dimensions the hops span, against their length and against the room on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.report.figures.drawing.pointing import pointed
from nitrivac.report.figures.drawing.style import BLACK, figure_of, styled
from nitrivac.report.figures.hops import hop_colours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nitrivac.migration import HopNetwork
    from nitrivac.migration.percolation.thresholds import Threshold

__all__ = ["percolation_figure", "staircase"]

_LENGTH = "longest hop allowed (Å)"
_RADIUS = "smallest bottleneck radius allowed (Å)"
_NAMES, _ROW = -0.62, 0.5  # where the names of hops begin, and the height of a row of them, in dimensions
_APART = 0.07  # of names in one row, of the width
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
    far, near = (  # split pairs may span the crystal before the shortest hop
        [*values.values(), *(one.value for one in thresholds if one.value is not None)]
        for values, thresholds in ((lengths, network.by_distance), (radii, network.by_radius))
    )
    low, high = min(far, default=0.0), max(network.max_distance, *far, 0.0)
    margin = 0.2 * max(high - low, 0.5)
    least, most = min(near, default=0.0), max(near, default=0.0)
    room = 0.2 * max(most - least, 0.2)
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
    for one, level in zip(x[1:-1], y[1:-1], strict=True):  # before the riser, where nothing else is
        words = (f"{one:.4f}" if label == _LENGTH else f"{one:.3f}").replace("-", "\N{MINUS SIGN}")
        axes.annotate(words, (one, level), xytext=(-3, 0), textcoords="offset points", fontsize=7, ha="right", va="center")
    for name, value in values.items():
        shown = name in colours
        colour, width = colours.get(name, "#bbbbbb"), 1.6 if shown else 0.8
        (tick,) = axes.plot([value] * 2, [-0.55, -0.2], color=colour, linewidth=width)
        pointed(tick, f"{name}: {value:.4f} Å")
    rows = _name_ticks(axes, values, colours, abs(end - start))
    axes.set_xlim(start, end)
    axes.set_ylim(_NAMES - _ROW * max(rows, 1), 3.5)
    axes.set_yticks([0, 1, 2, 3])
    axes.set_xlabel(label)
    axes.set_ylabel(_DIMENSIONS)


def _name_ticks(axes: Axes, values: dict[str, float], colours: dict[str, str], width: float) -> int:
    """Names of the coloured hops below their ticks, in as many rows as keep them apart; how many these are."""
    rows: list[list[float]] = []
    for name, colour in colours.items():
        value = values.get(name)
        if value is None:
            continue
        free = (row for row, taken in enumerate(rows) if all(abs(value - other) > _APART * width for other in taken))
        row = next(free, len(rows))
        rows[row : row + 1] = [[*(rows[row] if row < len(rows) else []), value]]
        axes.annotate(name, (value, _NAMES - _ROW * row), fontsize=7, color=colour, ha="center", va="top")
    return len(rows)
