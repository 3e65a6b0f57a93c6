"""The widest way between two points among ions of any size: exact, by power diagrams of the swollen ions.

The room at a point x is the least of `|x - p| - r` over the ions (centres p, radii r). Where it is at least t, x lies
outside every ball of radius r + t, that is, its power `|x - p|^2 - (r + t)^2` with respect to each is at least 0. The
way that keeps the least power highest follows edges of the power diagram (the Voronoi diagram weighted by squares; F.
Aurenhammer, SIAM J. Comput. 16 (1987) 78), which has flat faces, so that the way at one t is found exactly. The room
of the widest way is the one t at which this highest power is 0; it is enclosed from both sides. Ions of one size take
a single diagram.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, dijkstra, minimum_spanning_tree
from scipy.spatial import ConvexHull, QhullError

from nitrivac.migration.bottlenecks.clearance import nearest_along

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["WidestPath", "room_along", "widest_path"]

_PRECISION_A = 1e-6
_ROUNDS = 60  # halving alone needs 25 from the widest bracket there can be
_TIE = 1e-8  # powers no farther apart than this, square angstrom, are one
_SLANT = 1e-9  # facets of the lifted hull steeper than this have their vertex at infinity


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WidestPath:
    """The way between two points that leaves most room between ions.

    Attributes:
        points: corners of the way from one end to the other, cartesian, angstrom, shape (k, 3).
        room: radius in angstrom of the largest sphere that passes along it.
    """

    points: NDArray[np.float64] = field(repr=False)
    room: float

    @property
    def length(self) -> float:
        """Length in angstrom."""
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Graph:
    """Ways along the edges of a power diagram; the two last nodes are the ends.

    Attributes:
        places: cartesian, angstrom, shape (n, 3).
        ends: pairs of linked nodes, shape (k, 2).
        powers: least power along each link, square angstrom, shape (k,).
    """

    places: NDArray[np.float64]
    ends: NDArray[np.int64]
    powers: NDArray[np.float64]


def room_along(way: NDArray[np.float64], points: NDArray[np.float64], radii: NDArray[np.float64]) -> float:
    """Radius in angstrom of the largest sphere that passes along straight pieces between ions.

    Args:
        way: corners, cartesian, angstrom, shape (k, 3).
        points: centres of the ions, shape (n, 3).
        radii: their radii, shape (n,).
    """
    moves = (way[1:] != way[:-1]).any(axis=1)
    return float((nearest_along(way[:-1][moves, None], way[1:][moves, None], points)[0] - radii).min())


def widest_path(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    points: NDArray[np.float64],
    radii: NDArray[np.float64],
    reach: float,
) -> WidestPath | None:
    """The way between two points along which the largest sphere passes between ions, and of such ways the shortest.

    The room is that of no other way inside the region by more than a millionth of an angstrom. None where too few ions
    surround the pair for a diagram.

    Args:
        start: cartesian, angstrom, shape (3,).
        end: cartesian, shape (3,).
        points: centres of all ions no farther than `reach` from the middle of the pair, shape (n, 3).
        radii: their radii, angstrom, shape (n,).
        reach: angstrom; ways are looked for as far as ions beyond it make no difference.
    """
    if len(points) < 5:
        return None
    straight = np.array([start, end])
    best, low = straight, room_along(straight, points, radii)
    high = min(float((np.linalg.norm(points - one, axis=1) - radii).min()) for one in straight)
    level, before = low, (low, 0.0)
    for _ in range(_ROUNDS):
        weights = np.maximum(radii + level, 0.0) ** 2
        graph = _graph(straight, points, weights, reach)
        found = None if graph is None else _widest(graph)
        if found is None:
            return None
        way, power = found
        room = room_along(way, points, radii)
        if room > low:
            best, low = way, room
        within = power + weights >= 0  # an ion that a point of every way is as near to as this
        high = min(high, float((np.sqrt((power + weights)[within]) - radii[within]).max()))
        if high - low <= _PRECISION_A:
            break
        level, before = _next_level(level, room, before, low, high), (level, room - level)
    return WidestPath(points=best, room=low)


def _next_level(level: float, room: float, before: tuple[float, float], low: float, high: float) -> float:
    """The next t to try: by the secant of room - t through the last two, or the middle of what is left."""
    excess, fall = room - level, before[1] - (room - level)
    guess = room if level == before[0] or abs(fall) < 1e-15 else level + excess * (level - before[0]) / fall
    guess += _PRECISION_A / 2  # an end above the room closes the bracket
    return guess if low < guess < high else (low + high) / 2


def _graph(
    straight: NDArray[np.float64], points: NDArray[np.float64], weights: NDArray[np.float64], reach: float
) -> _Graph | None:
    """The power diagram of ions round a pair as a graph, None where there is none.

    It is the lower hull of the ions lifted to |p|^2 - w in a fourth dimension: facets are vertices, ridges are edges.
    """
    middle = straight.mean(axis=0)
    near = points - middle
    lifted = (near**2).sum(axis=1) - weights
    try:
        hull = ConvexHull(np.column_stack([near, lifted]))
    except QhullError:
        return None
    slope = hull.equations[:, 3]
    lower = slope < -_SLANT
    vertices = -hull.equations[:, :3] / (2 * np.where(lower, slope, 1.0))[:, None]
    corner = hull.simplices[:, 0]
    powers = ((vertices - near[corner]) ** 2).sum(axis=1) - weights[corner]
    left = reach - np.linalg.norm(vertices, axis=1)  # no ion beyond the reach is as near as this
    known = lower & (left > 0) & (powers <= left**2 - weights.max())
    number = np.cumsum(known) - 1
    facet, ridge = np.nonzero((hull.neighbors > np.arange(len(corner))[:, None]) & known[:, None] & known[hull.neighbors])
    other = hull.neighbors[facet, ridge]
    ion = hull.simplices[facet, (ridge + 1) % 4]  # any of the three: the ridge lies opposite to its own corner
    ends = [np.column_stack([number[facet], number[other]])]
    least = [_least_power(vertices[facet], vertices[other], near[ion], weights[ion])]
    count = int(known.sum())
    for place, point in enumerate(straight - middle):
        own = ((near - point) ** 2).sum(axis=1) - weights
        nearest = np.flatnonzero(own <= own.min() + _TIE)
        facet, ridge = np.nonzero(np.isin(hull.simplices, nearest) & known[:, None])
        if not len(facet):
            return None
        facet, first = np.unique(facet, return_index=True)
        ion = hull.simplices[facet, ridge[first]]
        ends.append(np.column_stack([number[facet], np.full(len(facet), count + place)]))
        least.append(_least_power(vertices[facet], point[None, :], near[ion], weights[ion]))
    places = np.concatenate([vertices[known] + middle, straight])
    return _Graph(places=places, ends=np.concatenate(ends), powers=np.concatenate(least))


def _least_power(
    starts: NDArray[np.float64], ends: NDArray[np.float64], ions: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Least power of each segment with respect to an ion, shape (k,)."""
    way = ends - starts
    squares = (way**2).sum(axis=1)
    shares = np.clip(((ions - starts) * way).sum(axis=1) / np.where(squares > 0, squares, 1.0), 0.0, 1.0)
    powers: NDArray[np.float64] = ((starts + shares[:, None] * way - ions) ** 2).sum(axis=1) - weights
    return powers


def _widest(graph: _Graph) -> tuple[NDArray[np.float64], float] | None:
    """The way between the ends whose least power is highest, of such the shortest: its corners, and that power."""
    count = len(graph.places)
    shape, start, end = (count, count), count - 2, count - 1
    one, other = graph.ends.T
    depth = graph.powers.max() - graph.powers + 1.0  # entries of 0 would be no links
    tree = minimum_spanning_tree(coo_array((depth, (one, other)), shape=shape))
    _, before = breadth_first_order(tree, start, directed=False)
    if before[end] < 0:
        return None
    chain = _chain(before, start, end)
    deepest = float(np.maximum(tree.tocsr()[chain[:-1], chain[1:]], tree.tocsr()[chain[1:], chain[:-1]]).max())
    open_ = depth <= deepest + _TIE
    lengths = np.linalg.norm(graph.places[one[open_]] - graph.places[other[open_]], axis=1) + 1e-12
    _, before = dijkstra(
        coo_array((lengths, (one[open_], other[open_])), shape=shape).tocsr(),
        directed=False,
        indices=start,
        return_predecessors=True,
    )
    return graph.places[_chain(before, start, end)], float(graph.powers.max() + 1.0 - deepest)


def _chain(before: NDArray[np.int32], start: int, end: int) -> list[int]:
    """The nodes from start to end, by the predecessor of each."""
    chain = [end]
    while chain[-1] != start:
        chain.append(int(before[chain[-1]]))
    return chain[::-1]
