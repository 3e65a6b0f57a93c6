"""A scene as flat shapes in the order in which they are painted, from the back to the front, and its axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.report.figures.drawing.geometry import cell_edges
from nitrivac.report.figures.drawing.style import mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.report.figures.drawing.scene import Scene
    from nitrivac.report.figures.drawing.view import View

__all__ = [
    "EDGE_OPACITY",
    "INK",
    "Disc",
    "Frame",
    "Line",
    "Polygon",
    "Shape",
    "frame_of",
    "painted",
    "triad",
]

_AXIS_NAMES = "abc"
INK = "#222222"
EDGE_OPACITY = 0.75  # of polyhedra
_FAR_INK = 0.6  # what is far has lighter outlines, and keeps its colour
_EDGE_A = 0.025  # radius of the lines of the cell
_EDGE_PIECES = 6  # of each line of the cell, so that atoms hide what is behind them
_MARGIN_A = 0.25
_TRIAD = 0.17  # length of the arrows of the axes over the smaller side of the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A ball: place and radius in angstrom, its sectors as colours with shares, its outline, what is written on it."""

    place: tuple[float, float]
    radius: float
    parts: tuple[tuple[str, float], ...]
    ink: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight piece: both ends and width in angstrom, its colour, its outline where it has one."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float
    colour: str
    ink: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """A translucent face, with edges or without."""

    corners: tuple[tuple[float, float], ...]
    colour: str
    opacity: float
    edged: bool = True


Shape = Disc | Line | Polygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a picture covers, angstrom: its lower left corner, width and height, and where the axes of the crystal stand."""

    left: float
    bottom: float
    width: float
    height: float
    origin: tuple[float, float]
    arrow: float


def painted(scene: Scene, view: View) -> list[Shape]:
    """What is seen at once, from the back to the front.

    Args:
        scene: what to draw.
        view: the observer.
    """
    depths = view.depth(scene.shown_points())
    low, span = float(depths.min()), max(float(np.ptp(depths)), 1e-9)

    def ink(depth: float) -> str:
        return mixed(INK, _FAR_INK * min(1.0, max(0.0, 1 - (depth - low) / span)))

    things: list[tuple[float, Shape]] = []
    for ends in cell_edges(scene.lattice):
        stops = np.linspace(ends[0], ends[1], _EDGE_PIECES + 1)
        things += [_line(view, stops[k : k + 2], 2 * _EDGE_A, "#555555", None) for k in range(_EDGE_PIECES)]
    for face in scene.faces:
        layer = scene.layers[face.layer]
        if layer.shown:
            depth = float(view.depth(face.corners).mean())
            corners = _pairs(view.flat(face.corners))
            shape = Polygon(corners=corners, colour=layer.colour, opacity=layer.opacity, edged=layer.edged)
            things.append((depth - 0.05, shape))
    for stick in scene.sticks:
        length = float(np.linalg.norm(stick.ends[1] - stick.ends[0]))
        first, last = (0.9 * trim / max(length, 1e-9) for trim in stick.trims)
        if not scene.layers[stick.layer].shown or first + last >= 1:
            continue
        along = np.array([first, max(first, min(0.5, 1 - last)), 1 - last])[:, None]
        stops = stick.ends[0] + along * (stick.ends[1] - stick.ends[0])
        for k, colour in enumerate(stick.colours):
            depth = float(view.depth(stops[k : k + 2]).mean())
            things.append(_line(view, stops[k : k + 2], 2 * stick.radius, colour, ink(depth)))
    balls = scene.shown_balls()
    labelled = _foremost(scene, view)
    for number, ball in enumerate(balls):
        kind, depth = scene.kinds[ball.kind], float(view.depth(ball.point))
        (place,) = _pairs(view.flat(ball.point)[None, :])
        label = kind.label if number in labelled else ""
        things.append((depth, Disc(place=place, radius=kind.radius, parts=kind.parts, ink=ink(depth), label=label)))
    return [shape for _, shape in sorted(things, key=lambda thing: thing[0])]


def _line(view: View, ends: NDArray[np.float64], width: float, colour: str, ink: str | None) -> tuple[float, Shape]:
    start, end = _pairs(view.flat(ends))
    return float(view.depth(ends).mean()) - 0.02, Line(start=start, end=end, width=width, colour=colour, ink=ink)


def _pairs(flat: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in flat.tolist())


def _foremost(scene: Scene, view: View) -> set[int]:
    """Of each kind of balls with a label, the nearest to the observer of those that are not hidden."""
    balls = scene.shown_balls()
    flat = view.flat(np.array([ball.point for ball in balls]).reshape(-1, 3))
    depth = view.depth(np.array([ball.point for ball in balls]).reshape(-1, 3))
    radii = np.array([scene.kinds[ball.kind].radius for ball in balls])
    chosen: dict[int, tuple[float, int]] = {}
    for number, ball in enumerate(balls):
        if not scene.kinds[ball.kind].label:
            continue
        nearer = depth > depth[number]
        gaps = np.linalg.norm(flat[nearer] - flat[number], axis=1) - radii[nearer]
        if not len(gaps) or gaps.min() > 0.6 * radii[number]:
            chosen[ball.kind] = max(chosen.get(ball.kind, (-np.inf, -1)), (float(depth[number]), number))
    return {number for _, number in chosen.values()}


def frame_of(scene: Scene, view: View) -> Frame:
    """What a picture must cover: all that is seen, and in a free corner, else beside it, the axes.

    Args:
        scene: what to draw.
        view: the observer.
    """
    flat = view.flat(scene.shown_points())
    margin = max((kind.radius for kind in scene.kinds), default=0.0) + _MARGIN_A
    low, high = flat.min(axis=0) - margin, flat.max(axis=0) + margin
    side = 1.35 * _TRIAD * float((high - low).max())
    arrow = side / 1.35
    tips = np.array([tip for _, tip in triad(scene, view)]) * arrow
    below, above = np.minimum(tips.min(axis=0), 0) - 0.35 * arrow, np.maximum(tips.max(axis=0), 0) + 0.35 * arrow
    corners = [low - below, np.array([high[0] - above[0], low[1] - below[1]])]
    corners += [np.array([low[0] - below[0], high[1] - above[1]]), high - above]
    for origin in corners:
        inside = (flat + margin > origin + below) & (flat - margin < origin + above)
        if not inside.all(axis=1).any():
            break
    else:
        origin = np.array([low[0] - above[0], low[1] - below[1]])
        low = np.minimum(low, origin + below)
    width, height = (high - low).tolist()
    return Frame(
        left=float(low[0]),
        bottom=float(low[1]),
        width=width,
        height=height,
        origin=(float(origin[0]), float(origin[1])),
        arrow=arrow,
    )


def triad(scene: Scene, view: View) -> list[tuple[str, tuple[float, float]]]:
    """The names of the axes and the tips of their unit vectors as the observer sees them, the farthest first."""
    units = scene.lattice / np.linalg.norm(scene.lattice, axis=1, keepdims=True)
    order = np.argsort(view.depth(units), kind="stable").tolist()
    flat = _pairs(view.flat(units))
    return [(_AXIS_NAMES[axis], flat[axis]) for axis in order]
