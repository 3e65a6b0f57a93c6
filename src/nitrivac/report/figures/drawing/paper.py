"""A scene on paper, by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nitrivac.report.figures.drawing.legend import ROW_IN, SIGN_IN, TEXT_PT, legend_rows
from nitrivac.report.figures.drawing.projected import (
    EDGE_OPACITY,
    INK,
    Disc,
    Line,
    Polygon,
    frame_of,
    painted,
    triad,
)
from nitrivac.report.figures.drawing.style import label_ink, styled
from nitrivac.report.figures.drawing.view import view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure
    from matplotlib.path import Path

    from nitrivac.report.figures.drawing.legend import Sign
    from nitrivac.report.figures.drawing.projected import Frame, Shape
    from nitrivac.report.figures.drawing.scene import Scene

__all__ = ["scene_figure"]

_WIDEST_IN, _HIGHEST_IN, _NARROWEST_IN = 3.4, 3.6, 2.6
_OUTLINE_PT = 0.5
_ARROW = {"arrowstyle": "-|>,head_width=0.16,head_length=0.35", "color": INK, "lw": 0.9, "shrinkA": 0, "shrinkB": 0}


def scene_figure(scene: Scene) -> Figure:
    """A scene as a matplotlib figure, at most one column wide.

    Args:
        scene: what to draw.
    """
    from matplotlib.figure import Figure

    view = view_of(scene.lattice, scene.view)
    frame = frame_of(scene, view)
    scale = min(_WIDEST_IN / frame.width, _HIGHEST_IN / frame.height)  # inches per angstrom
    width = max(_NARROWEST_IN, scale * frame.width)
    rows = legend_rows(scene, width)
    below = ROW_IN * (len(rows) + 0.5)
    height = scale * frame.height + below
    with styled():
        figure = Figure(figsize=(width, height))
        figure.set_layout_engine("none")
        axes = figure.add_axes((0, below / height, 1, 1 - below / height))
        spare = width / scale - frame.width
        axes.set_xlim(frame.left - spare / 2, frame.left + frame.width + spare / 2)
        axes.set_ylim(frame.bottom, frame.bottom + frame.height)
        axes.axis("off")
        shapes = painted(scene, view)
        axes.add_collection(_collection([mark for shape in shapes for mark in _marks(shape, 72 * scale)]), autolim=False)
        for shape in shapes:
            if isinstance(shape, Disc) and shape.label:
                size = min(7.0, 1.5 * shape.radius * 72 * scale / max(2, len(shape.label)))
                ink = label_ink(shape.parts[0][0])
                axes.text(*shape.place, shape.label, fontsize=size, color=ink, ha="center", va="center")
        _paint_triad(axes, scene, frame)
        strip = figure.add_axes((0, 0, 1, below / height))
        strip.set_xlim(0, width)
        strip.set_ylim(0, below)
        strip.axis("off")
        for number, row in enumerate(rows):
            _paint_row(strip, row, below - ROW_IN * (number + 0.5))
    return figure


class _Mark(NamedTuple):
    """A path with its colours, None where it is not filled, and the width of its line in points."""

    path: Path
    face: tuple[float, ...] | None
    edge: tuple[float, ...]
    width: float


def _collection(marks: Sequence[_Mark]) -> PathCollection:
    """Many paths as one artist, painted in this order."""
    from matplotlib.collections import PathCollection

    paths, faces, edges, widths = zip(*marks, strict=True)
    return PathCollection(
        paths,
        facecolors=[face or (0.0, 0.0, 0.0, 0.0) for face in faces],
        edgecolors=edges,
        linewidths=widths,
        capstyle="butt",
        joinstyle="round",
    )


def _marks(shape: Shape, points: float) -> list[_Mark]:
    """The paths of a shape, at so many points per angstrom."""
    from matplotlib.colors import to_rgba
    from matplotlib.path import Path

    if isinstance(shape, Line):
        path, width = Path([shape.start, shape.end]), shape.width * points if shape.ink else min(1.0, shape.width * points)
        line = _Mark(path, None, to_rgba(shape.colour), width)
        return [line] if shape.ink is None else [_Mark(path, None, to_rgba(shape.ink), width + 2 * _OUTLINE_PT), line]
    if isinstance(shape, Polygon):
        face, edge = to_rgba(shape.colour, shape.opacity), to_rgba(shape.colour, EDGE_OPACITY if shape.edged else 0.0)
        return [_Mark(Path([*shape.corners, shape.corners[0]], closed=True), face, edge, 0.5)]
    marks, start = [], 90.0
    for colour, share in shape.parts:
        whole = len(shape.parts) == 1
        unit = Path.unit_circle() if whole else Path.wedge(start - 360 * share, start)
        path = Path(shape.radius * np.asarray(unit.vertices) + np.array(shape.place), unit.codes)
        marks.append(_Mark(path, to_rgba(colour), to_rgba(shape.ink), _OUTLINE_PT))
        start -= 360 * share
    return marks


def _paint_triad(axes: Axes, scene: Scene, frame: Frame) -> None:
    from matplotlib.patches import Circle

    x, y = frame.origin
    for name, (right, up) in triad(scene, view_of(scene.lattice, scene.view)):
        length = (right**2 + up**2) ** 0.5
        if length > 0.15:
            tip = (x + frame.arrow * right, y + frame.arrow * up)
            axes.annotate("", tip, (x, y), arrowprops=_ARROW)
            place = (x + frame.arrow * right * (1 + 0.2 / length), y + frame.arrow * up * (1 + 0.2 / length))
        else:  # it points to the observer, or away
            axes.add_artist(Circle((x, y), 0.07 * frame.arrow, color=INK))
            place = (x - 0.2 * frame.arrow, y - 0.2 * frame.arrow)
        axes.text(*place, name, fontsize=8, style="italic", ha="center", va="center")


def _paint_row(axes: Axes, row: Sequence[Sign], y: float) -> None:
    """A row of the legend in the middle of axes in inches."""
    from matplotlib.lines import Line2D

    x = (axes.get_xlim()[1] - sum(sign.width for sign in row)) / 2
    half = SIGN_IN / 2
    for sign in row:
        if sign.parts:
            disc = Disc(place=(x + half, y), radius=half, parts=sign.parts, ink=INK)
            axes.add_collection(_collection(_marks(disc, 72)), autolim=False)
        elif sign.faces:
            square = ((x, y - half), (x + 2 * half, y - half), (x + 2 * half, y + half), (x, y + half))
            box = Polygon(corners=square, colour=sign.colour, opacity=0.45)
            axes.add_collection(_collection(_marks(box, 72)), autolim=False)
        elif sign.colour:
            axes.add_artist(Line2D([x, x + SIGN_IN], [y, y], color=sign.colour, linewidth=2))
        axes.text(x + sign.indent, y, sign.words, fontsize=TEXT_PT, va="center_baseline")
        x += sign.width
