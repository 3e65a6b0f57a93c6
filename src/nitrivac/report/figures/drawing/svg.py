"""A scene as SVG, written out: small, and without a drawing library, for pages and notebooks."""

from __future__ import annotations

import base64
from html import escape
from math import cos, pi, sin
from textwrap import wrap
from typing import TYPE_CHECKING

from nitrivac.report.figures.drawing.legend import ROW_IN, SIGN_IN, legend_rows
from nitrivac.report.figures.drawing.projected import EDGE_OPACITY, Disc, Line, frame_of, painted, triad
from nitrivac.report.figures.drawing.style import CAUTION, label_ink
from nitrivac.report.figures.drawing.view import view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.report.figures.drawing.legend import Sign
    from nitrivac.report.figures.drawing.projected import Frame, Shape
    from nitrivac.report.figures.drawing.scene import Scene

__all__ = ["scene_svg", "svg_address"]

_WIDE, _HIGH, _NARROW = 460.0, 440.0, 300.0  # pixels
_INCH = 130.0  # pixels of the legend's inch
_FONT = "system-ui, Segoe UI, Helvetica, Arial, sans-serif"


def svg_address(svg: str) -> str:
    """An image as the address that an `img` element takes."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


def scene_svg(scene: Scene) -> str:
    """A scene as an SVG image on white.

    Args:
        scene: what to draw.
    """
    view = view_of(scene.lattice, scene.view)
    frame = frame_of(scene, view)
    scale = min(_WIDE / frame.width, _HIGH / frame.height)
    width = max(_NARROW, scale * frame.width)
    rows = legend_rows(scene, width / _INCH)
    cautions = wrap(scene.caution or "", int(width / 6.5))
    height = scale * frame.height + _INCH * ROW_IN * (len(rows) + 0.25) + 15 * len(cautions)
    pen = _Pen(frame=frame, scale=scale, spare=(width - scale * frame.width) / 2)
    parts = [pen.shape(shape) for shape in painted(scene, view)]
    parts += [pen.axis(name, tip) for name, tip in triad(scene, view)]
    for number, row in enumerate(rows):
        parts.append(_row(row, width, scale * frame.height + _INCH * ROW_IN * (number + 0.5)))
    for number, line in enumerate(cautions):
        parts.append(_text(width / 2, height - 15 * (len(cautions) - number) + 4, line, 11, anchor="middle", fill=CAUTION))
    parts.insert(0, '<rect width="100%" height="100%" fill="#fff"/>')
    description = f"<desc>{escape(scene.caution)}</desc>" if scene.caution else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" font-family="{_FONT}" stroke-linejoin="round">'
        f"<title>{escape(scene.title)}</title>{description}{''.join(parts)}</svg>"
    )


class _Pen:
    """Writes shapes, angstrom, as elements in pixels."""

    def __init__(self, *, frame: Frame, scale: float, spare: float) -> None:
        self.frame, self.scale, self.spare = frame, scale, spare

    def at(self, place: tuple[float, float]) -> tuple[float, float]:
        frame = self.frame
        return self.spare + self.scale * (place[0] - frame.left), self.scale * (frame.bottom + frame.height - place[1])

    def shape(self, shape: Shape) -> str:
        if isinstance(shape, Disc):
            size = min(13.0, 2 * self.scale * shape.radius / max(2, len(shape.label)))
            x, y = self.at(shape.place)
            disc, ink = _disc(x, y, self.scale * shape.radius, shape.parts, shape.ink), label_ink(shape.parts[0][0])
            return disc + (_text(x, y, shape.label, size, anchor="middle", fill=ink) if shape.label else "")
        if isinstance(shape, Line):
            ends = "M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*self.at(shape.start), *self.at(shape.end))
            width = self.scale * shape.width if shape.ink else min(1.6, self.scale * shape.width)
            rim = f'<path d="{ends}" stroke="{shape.ink}" stroke-width="{width + 1.4:.1f}"/>' if shape.ink else ""
            return f'{rim}<path d="{ends}" stroke="{shape.colour}" stroke-width="{width:.1f}"/>'
        corners = " ".join("{:.1f},{:.1f}".format(*self.at(corner)) for corner in shape.corners)
        edge = f' stroke="{shape.colour}" stroke-opacity="{EDGE_OPACITY}"' if shape.edged else ""
        return f'<polygon points="{corners}" fill="{shape.colour}" fill-opacity="{shape.opacity}"{edge}/>'

    def axis(self, name: str, tip: tuple[float, float]) -> str:
        x, y = self.at(self.frame.origin)
        arrow = self.scale * self.frame.arrow
        right, up = arrow * tip[0], arrow * tip[1]
        length = (right**2 + up**2) ** 0.5
        if length < 0.15 * arrow:  # it points to the observer, or away
            dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#222"/>'
            return dot + _text(x - 0.2 * arrow, y + 0.2 * arrow, name, 14, anchor="middle", style="italic")
        along, across = (right / length, -up / length), (up / length, right / length)
        x1, y1 = x + right, y - up
        wings = " ".join(
            f"{x1 - 8 * along[0] + side * across[0]:.1f},{y1 - 8 * along[1] + side * across[1]:.1f}" for side in (3.2, -3.2)
        )
        line = (
            f'<path d="M{x:.1f} {y:.1f}L{x1 - 6 * along[0]:.1f} {y1 - 6 * along[1]:.1f}" stroke="#222" stroke-width="1.6"/>'
        )
        head = f'<polygon points="{x1:.1f},{y1:.1f} {wings}" fill="#222"/>'
        beyond = 0.2 * arrow
        return line + head + _text(x1 + beyond * along[0], y1 + beyond * along[1], name, 14, anchor="middle", style="italic")


def _disc(x: float, y: float, radius: float, parts: Sequence[tuple[str, float]], ink: str) -> str:
    """A circle, or its sectors from the top clockwise."""
    if len(parts) == 1:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{parts[0][0]}" stroke="{ink}"/>'
    sectors, start = [], 0.0
    for colour, share in parts:
        (x0, y0), (x1, y1) = (
            (x + radius * sin(2 * pi * turn), y - radius * cos(2 * pi * turn)) for turn in (start, start + share)
        )
        arc = f"A{radius:.1f} {radius:.1f} 0 {int(share > 0.5)} 1 {x1:.1f} {y1:.1f}"
        sectors.append(f'<path d="M{x:.1f} {y:.1f}L{x0:.1f} {y0:.1f}{arc}Z" fill="{colour}" stroke="{ink}"/>')
        start += share
    return "".join(sectors)


def _row(row: Sequence[Sign], width: float, y: float) -> str:
    parts, side = [], _INCH * SIGN_IN
    x = (width - _INCH * sum(sign.width for sign in row)) / 2
    for sign in row:
        if sign.parts:
            parts.append(_disc(x + side / 2, y, side / 2, sign.parts, "#222"))
        elif sign.faces:
            box = f'<rect x="{x:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}" height="{side:.1f}"'
            parts.append(f'{box} fill="{sign.colour}" fill-opacity=".44" stroke="{sign.colour}"/>')
        elif sign.colour:
            parts.append(f'<path d="M{x:.1f} {y:.1f}h{side:.1f}" stroke="{sign.colour}" stroke-width="3"/>')
        parts.append(_text(x + _INCH * sign.indent, y, sign.words, 12.5))
        x += _INCH * sign.width
    return "".join(parts)


def _text(
    x: float, y: float, words: str, size: float, *, anchor: str = "start", fill: str = "#222", style: str = "normal"
) -> str:
    how = f'font-size="{size:.1f}" text-anchor="{anchor}" fill="{fill}" font-style="{style}"'
    return f'<text x="{x:.1f}" y="{y + 0.35 * size:.1f}" {how}>{escape(words)}</text>'
