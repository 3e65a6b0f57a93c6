"""How much room a path leaves: nearest ions along the straight line, the window it goes through, and the widest way."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import QhullError, Voronoi

from nitrivac.crystal.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["Surroundings", "WidestPath", "nearest_along", "surroundings", "widest_path", "window_area"]

_PATCH_A = 7.0  # ions this far from the ends bound every way between them


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """The sites around a pair, as points in space.

    Attributes:
        points: cartesian coordinates in angstrom, shape (k, 3).
        sites: index of each in the crystal, shape (k,).
        images: its cell, shape (k, 3).
    """

    points: NDArray[np.float64] = field(repr=False)
    sites: NDArray[np.int64] = field(repr=False)
    images: NDArray[np.int64] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WidestPath:
    """The way between two points that keeps farthest from the centres of a set of ions.

    Attributes:
        points: corners of the way from one end to the other, cartesian, angstrom, shape (k, 3).
        clearance: smallest distance from it to an ion's centre, angstrom.
    """

    points: NDArray[np.float64] = field(repr=False)
    clearance: float

    @property
    def length(self) -> float:
        """Length in angstrom."""
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum())


def surroundings(crystal: Crystal, sites: NDArray[np.int64], centre: NDArray[np.float64], radius: float) -> Surroundings:
    """All images of the given sites within a radius of a point.

    Args:
        crystal: the crystal.
        sites: indices of the sites to look for.
        centre: fractional coordinates, shape (3,).
        radius: angstrom.
    """
    found = neighbour_pairs(crystal.lattice, centre[None, :], radius, targets=crystal.frac_coords[sites])
    points = (crystal.frac_coords[sites][found.neighbours] + found.images) @ crystal.lattice
    return Surroundings(points=points, sites=sites[found.neighbours], images=found.images)


def nearest_along(
    start: NDArray[np.float64], end: NDArray[np.float64], points: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance of each point from a straight segment, and where along it (0 to 1) it is nearest.

    Args:
        start: cartesian, angstrom, shape (3,).
        end: cartesian, shape (3,).
        points: cartesian, shape (k, 3).

    Returns:
        Distances in angstrom and fractions, each of shape (k,).
    """
    way = end - start
    fractions = np.clip((points - start) @ way / (way @ way), 0.0, 1.0)
    distances: NDArray[np.float64] = np.linalg.norm(start + fractions[:, None] * way - points, axis=1)
    return distances, fractions


def window_area(points: NDArray[np.float64], direction: NDArray[np.float64]) -> float | None:
    """Area in square angstrom of the polygon of points seen along a direction, None for fewer than three."""
    if len(points) < 3:
        return None
    normal = direction / np.linalg.norm(direction)
    helper = np.eye(3)[int(np.abs(normal).argmin())]
    first = np.cross(normal, helper)
    first /= np.linalg.norm(first)
    flat = (points - points.mean(axis=0)) @ np.array([first, np.cross(normal, first)]).T
    flat = flat[np.argsort(np.arctan2(flat[:, 1], flat[:, 0]))]
    x, y = flat.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def widest_path(start: NDArray[np.float64], end: NDArray[np.float64], points: NDArray[np.float64]) -> WidestPath | None:
    """The path between two points whose smallest distance to a set of ions is as large as can be.

    Exact for ions of one size: such a path follows edges of the Voronoi diagram of the ions, along which the distance to the
    nearest ion is smallest at an end or where the edge crosses the plane of its three ions. None where too few ions surround
    the pair for a diagram.

    Args:
        start: cartesian, angstrom, shape (3,).
        end: cartesian, shape (3,).
        points: centres of the ions, shape (k, 3), all within some angstrom of the pair.
    """
    if len(points) < 5:
        return None
    try:
        diagram = Voronoi(points)
    except QhullError:
        return None
    vertices = diagram.vertices
    centre = (start + end) / 2
    inside = np.linalg.norm(vertices - centre, axis=1) < _PATCH_A + np.linalg.norm(end - start) / 2
    links = _voronoi_edges(diagram, inside)
    ways: dict[int, NDArray[np.float64]] = {}
    for name, point in ((-1, start), (-2, end)):
        way = _climb(point, points)
        if way is None:
            return None
        vertex = int(np.linalg.norm(vertices - way[-1], axis=1).argmin())
        if not inside[vertex] or np.linalg.norm(vertices[vertex] - way[-1]) > 1e-3:
            return None
        ways[name] = way
        room = float(np.linalg.norm(points - point, axis=1).min())
        length = float(np.linalg.norm(np.diff(way, axis=0), axis=1).sum())
        links.setdefault(name, []).append((vertex, room, length))
        links.setdefault(vertex, []).append((name, room, length))
    found = _widest(links)
    if found is None:
        return None
    corners, clearance = found
    middle = vertices[[vertex for vertex in corners if vertex >= 0]]
    return WidestPath(points=np.concatenate([ways[-1][:-1], middle, ways[-2][-2::-1]]), clearance=clearance)


def _climb(point: NDArray[np.float64], ions: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The way from a point to a Voronoi vertex that never comes nearer to an ion: its corners, shape (k, 3).

    First straight away from the nearest ion until a second is as near, then within the plane between the two until a third
    is, then along the line between the three: the distance to the nearest ion only grows.
    """
    place = point.astype(float)
    corners = [place]
    nearest = int(np.linalg.norm(ions - place, axis=1).argmin())
    normals: list[NDArray[np.float64]] = []
    while len(normals) < 3:
        away = place - ions[nearest]
        for normal in normals:
            away = away - (away @ normal) * normal
        if np.linalg.norm(away) < 1e-9:  # a saddle: every way within the plane or line leads up
            away = _some_direction(normals)
        away /= np.linalg.norm(away)
        towards = (ions - ions[nearest]) @ away
        gaps = ((ions - place) ** 2).sum(axis=1) - ((ions[nearest] - place) ** 2).sum()
        ahead = np.flatnonzero(towards > 1e-9)
        if not len(ahead):
            return None
        steps = np.maximum(gaps[ahead], 0.0) / (2 * towards[ahead])
        first = int(ahead[steps.argmin()])
        place = place + steps.min() * away
        corners.append(place)
        normal = ions[first] - ions[nearest]
        for other in normals:
            normal = normal - (normal @ other) * other
        normals.append(normal / np.linalg.norm(normal))
    return np.array(corners)


def _some_direction(normals: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """A direction at right angles to all given unit vectors."""
    for axis in np.eye(3):
        for normal in normals:
            axis = axis - (axis @ normal) * normal  # noqa: PLW2901 - Gram and Schmidt
        if np.linalg.norm(axis) > 0.1:
            return axis
    return np.array([1.0, 0.0, 0.0])


def _voronoi_edges(diagram: Voronoi, inside: NDArray[np.bool_]) -> dict[int, list[tuple[int, float, float]]]:
    """Each vertex's neighbours with the smallest distance to an ion along the edge, and the edge's length."""
    sizes = np.fromiter(map(len, diagram.ridge_vertices), dtype=np.int64, count=len(diagram.ridge_vertices))
    first = np.fromiter(chain.from_iterable(diagram.ridge_vertices), dtype=np.int64, count=int(sizes.sum()))
    begins = np.cumsum(sizes) - sizes
    second = np.roll(first, 1)  # each corner's predecessor; the first one's is the last of the same ridge
    second[begins] = first[begins + sizes - 1]
    ion = np.repeat(diagram.ridge_points[:, 0], sizes)
    near = (first >= 0) & (second >= 0) & inside[first] & inside[second]
    ends = np.sort(np.column_stack([first[near], second[near]]), axis=1)
    ends, places = np.unique(ends, axis=0, return_index=True)
    centres = diagram.points[ion[near][places]]
    start, way = diagram.vertices[ends[:, 0]], diagram.vertices[ends[:, 1]] - diagram.vertices[ends[:, 0]]
    squares = (way**2).sum(axis=1)
    shares = np.clip(((centres - start) * way).sum(axis=1) / np.where(squares > 0, squares, 1.0), 0.0, 1.0)
    rooms = np.linalg.norm(start + shares[:, None] * way - centres, axis=1)
    links: dict[int, list[tuple[int, float, float]]] = {}
    for (one, other), room, length in zip(ends.tolist(), rooms.tolist(), np.sqrt(squares).tolist(), strict=True):
        links.setdefault(one, []).append((other, room, length))
        links.setdefault(other, []).append((one, room, length))
    return links


def _widest(links: dict[int, list[tuple[int, float, float]]]) -> tuple[list[int], float] | None:
    """The path from -1 to -2 of largest smallest room, and of these the shortest (Dijkstra on (room, length)).

    Returns:
        The vertices in order, both ends among them, and the room in angstrom.
    """
    queue: list[tuple[float, float, int, int]] = [(-np.inf, 0.0, -1, -1)]
    before: dict[int, int] = {}
    while queue:
        room, length, vertex, previous = heappop(queue)
        if vertex in before:
            continue
        before[vertex] = previous
        if vertex == -2:
            way = [vertex]
            while way[-1] != -1:
                way.append(before[way[-1]])
            return way[::-1], -room
        for other, wide, step in links.get(vertex, []):
            if other not in before:
                heappush(queue, (max(room, -round(wide, 9)), length + step, other, vertex))
    return None
