"""Surfaces for plotly: balls cut into sectors, and polyhedra, many in one mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.report.figures.drawing.scene import Body

__all__ = ["ball_sectors", "body_edges", "body_mesh", "fineness", "lines"]

_Mesh = dict[str, Any]


def fineness(balls: int) -> int:
    """Steps from pole to pole of each ball: fewer where there are many, so that a page stays light."""
    return 12 if balls <= 80 else 8 if balls <= 300 else 6


def ball_sectors(centres: NDArray[np.float64], radius: float, start: float, end: float, steps: int) -> _Mesh:
    """The same sector of many balls as one mesh: a lune of the surface.

    Args:
        centres: cartesian, shape (n, 3).
        radius: angstrom.
        start: where the sector begins, as a share of the turn round the z axis.
        end: where it ends; the whole ball where that is one turn later.
        steps: rows of facets from pole to pole.

    Returns:
        Coordinates x, y, z and triangles i, j, k, as plotly's Mesh3d takes them.
    """
    whole = end - start > 1 - 1e-9
    turns = max(1, round(2 * steps * (end - start)))
    angles = 2 * np.pi * np.linspace(start, end, turns + 1)[: turns if whole else turns + 1]
    heights = np.linspace(0, np.pi, steps + 1)[1:-1]
    rings = np.stack(
        [
            np.outer(np.sin(heights), np.cos(angles)),
            np.outer(np.sin(heights), np.sin(angles)),
            np.outer(np.cos(heights), np.ones(len(angles))),
        ],
        axis=-1,
    ).reshape(-1, 3)
    unit = np.concatenate([rings, [[0, 0, 1], [0, 0, -1]]])
    across = len(angles)
    triangles = []
    for column in range(turns):
        beside = (column + 1) % across
        triangles.append((len(rings), column, beside))
        last = (steps - 2) * across
        triangles.append((len(rings) + 1, last + beside, last + column))
        for row in range(steps - 2):
            a, b = row * across + column, row * across + beside
            triangles += [(a, a + across, b), (b, a + across, b + across)]
    faces = np.array(triangles)
    vertices = (centres[:, None, :] + radius * unit[None, :, :]).reshape(-1, 3)
    indices = (faces[None, :, :] + (len(unit) * np.arange(len(centres)))[:, None, None]).reshape(-1, 3)
    return _mesh(vertices, indices)


def body_mesh(bodies: Sequence[Body]) -> _Mesh:
    """Polyhedra as one mesh."""
    vertices, triangles, first = [], [], 0
    for body in bodies:
        vertices.append(body.corners)
        triangles += [
            (first + face[0], first + face[step], first + face[step + 1])
            for face in body.faces
            for step in range(1, len(face) - 1)
        ]
        first += len(body.corners)
    return _mesh(np.concatenate(vertices), np.array(triangles))


def body_edges(bodies: Sequence[Body]) -> dict[str, list[float | None]]:
    """The edges of polyhedra as one broken line."""
    pieces = []
    for body in bodies:
        pairs = {tuple(sorted(pair)) for face in body.faces for pair in zip(face, (*face[1:], face[0]), strict=True)}
        pieces += [body.corners[list(pair)] for pair in sorted(pairs)]
    return lines(np.array(pieces))


def lines(pieces: NDArray[np.float64]) -> dict[str, list[float | None]]:
    """Straight pieces, shape (k, 2, 3), as one broken line of plotly's Scatter3d."""
    broken: dict[str, list[float | None]] = {"x": [], "y": [], "z": []}
    for ends in np.round(pieces, 3).tolist():
        for name, one, two in zip("xyz", *ends, strict=True):
            broken[name] += [one, two, None]
    return broken


def _mesh(vertices: NDArray[np.float64], triangles: NDArray[np.int64]) -> _Mesh:
    points = np.round(vertices, 3).astype(np.float32)
    kind = np.uint16 if len(points) < 2**16 else np.uint32
    i, j, k = triangles.astype(kind).T
    x, y, z = points.T
    return {"x": x, "y": y, "z": z, "i": i, "j": j, "k": k}
