"""How regular a polyhedron is: effective coordination, distortion, and the nearest reference shape."""

from __future__ import annotations

from functools import cache
from itertools import permutations
from math import acos, cos, degrees, radians, sin, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import ConvexHull, QhullError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "angle_variance",
    "effective_coordination",
    "hull_volume",
    "nearest_shape",
    "quadratic_elongation",
    "reference_shapes",
    "shape_measure",
]

_FLAT_A3 = 1e-3
_BY_HAND = 6  # up to so many ligands every assignment to the reference is tried
_TETRAHEDRAL = degrees(acos(-1 / 3))


def hull_volume(points: NDArray[np.float64]) -> float | None:
    """Volume in cubic angstrom of the convex hull of points of shape (k, 3), None where they lie in a plane."""
    if len(points) < 4:
        return None
    if len(points) == 4:
        volume = abs(float(np.linalg.det(points[1:] - points[0]))) / 6
    else:
        try:
            volume = float(ConvexHull(points).volume)
        except QhullError:  # flat
            return None
    return volume if volume > _FLAT_A3 else None


def effective_coordination(distances: ArrayLike) -> float:
    """The effective coordination number ECoN: ligands weighted by exp(1 - (d / d_mean)^6).

    d_mean is the mean of the distances weighted with the shortest in place of d_mean (R. Hoppe, Z. Kristallogr. 150 (1979)
    23), one step, as VESTA does it. Where ligands differ in size Hoppe compares not distances but the shares of them that
    fall to the centre: pass distances over the sum of the radii then.

    Args:
        distances: of the ligands, in any one unit, shape (k,).
    """
    lengths = np.asarray(distances, dtype=float)
    if not len(lengths):
        return 0.0
    weights = np.exp(1 - (lengths / lengths.min()) ** 6)
    mean = (weights * lengths).sum() / weights.sum()
    return float(np.exp(1 - (lengths / mean) ** 6).sum())


def _angles(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Angles in degrees between all pairs of vectors."""
    units = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    one, other = np.triu_indices(len(units), 1)
    angles: NDArray[np.float64] = np.degrees(np.arccos(np.clip((units[one] * units[other]).sum(axis=1), -1, 1)))
    return angles


def angle_variance(vectors: NDArray[np.float64]) -> float | None:
    """Bond-angle variance in square degrees of a tetrahedron or an octahedron (K. Robinson et al., Science 172 (1971) 567).

    None for other numbers of ligands. Of an octahedron's fifteen angles the three largest are those across it.

    Args:
        vectors: from centre to ligands, shape (k, 3).
    """
    if len(vectors) == 4:
        return float(((_angles(vectors) - _TETRAHEDRAL) ** 2).sum() / 5)
    if len(vectors) == 6:
        return float(((np.sort(_angles(vectors))[:12] - 90) ** 2).sum() / 11)
    return None


def quadratic_elongation(vectors: NDArray[np.float64], volume: float | None) -> float | None:
    """Mean quadratic elongation of a tetrahedron or an octahedron (Robinson et al. 1971): 1 for a regular one.

    The mean of (d / d0)^2, d0 being the distance from centre to ligand in the regular polyhedron of the same volume.
    None for other numbers of ligands.

    Args:
        vectors: from centre to ligands, angstrom, shape (k, 3).
        volume: of their convex hull, cubic angstrom.
    """
    if volume is None or len(vectors) not in (4, 6):
        return None
    regular = volume * (9 * sqrt(3) / 8 if len(vectors) == 4 else 3 / 4)
    return float((vectors**2).sum(axis=1).mean() / np.cbrt(regular) ** 2)


def _sphere(*angles: tuple[float, float]) -> list[list[float]]:
    """Points on the unit sphere from polar angle and azimuth in degrees."""
    return [
        [sin(radians(theta)) * cos(radians(phi)), sin(radians(theta)) * sin(radians(phi)), cos(radians(theta))]
        for theta, phi in angles
    ]


def _ring(theta: float, n: int, turn: float = 0.0) -> list[tuple[float, float]]:
    return [(theta, turn + 360 * k / n) for k in range(n)]


_PRISM = degrees(acos(sqrt(3 / 7)))  # polar angle of the corners of a trigonal prism with equal edges
_SQUARE_ANTIPRISM = degrees(acos(sqrt(1 / (1 + 2 * sqrt(2)))))  # of a square antiprism with equal edges
_TOP, _BOTTOM = (0.0, 0.0), (180.0, 0.0)


def _cubic(*families: Iterable[float]) -> list[list[float]]:
    """All different permutations and signs of each triple, as they are."""
    points = set()
    for family in families:
        for triple in permutations(family):
            for signs in np.ndindex(2, 2, 2):
                points.add(tuple(value * (-1) ** sign + 0.0 for value, sign in zip(triple, signs, strict=True)))
    return [list(point) for point in sorted(points)]


@cache
def reference_shapes(ligands: int) -> dict[str, NDArray[np.float64]]:
    """Reference shapes of a number of ligands: vertices round a centre at the origin, shape (k, 3).

    Vertices are equally far from the centre, except in the rhombic dodecahedron.
    """
    prism = [*_ring(_PRISM, 3), *_ring(180 - _PRISM, 3)]
    antiprism = [*_ring(_SQUARE_ANTIPRISM, 4), *_ring(180 - _SQUARE_ANTIPRISM, 4, 45)]
    shapes: dict[int, dict[str, list[list[float]]]] = {
        2: {"linear": _sphere(_TOP, _BOTTOM), "bent": _sphere(_TOP, (_TETRAHEDRAL, 0))},
        3: {
            "trigonal planar": _sphere(*_ring(90, 3)),
            "trigonal pyramid": _sphere(*_ring(180 - _TETRAHEDRAL, 3)),
            "T-shape": _sphere(_TOP, (90, 0), _BOTTOM),
        },
        4: {
            "tetrahedron": _sphere(_TOP, *_ring(_TETRAHEDRAL, 3)),
            "square planar": _sphere(*_ring(90, 4)),
            "seesaw": _sphere(_TOP, _BOTTOM, (90, 0), (90, 120)),
            "axially vacant trigonal bipyramid": _sphere(_TOP, *_ring(90, 3)),
        },
        5: {
            "trigonal bipyramid": _sphere(_TOP, _BOTTOM, *_ring(90, 3)),
            "square pyramid": _sphere(_TOP, *_ring(90, 4)),
        },
        6: {"octahedron": _sphere(_TOP, _BOTTOM, *_ring(90, 4)), "trigonal prism": _sphere(*prism)},
        7: {
            "pentagonal bipyramid": _sphere(_TOP, _BOTTOM, *_ring(90, 5)),
            "capped octahedron": _sphere(_TOP, *_ring(180 - _TETRAHEDRAL, 3, 60), *_ring(_TETRAHEDRAL, 3)),
            "capped trigonal prism": _sphere(*prism, (90, 60)),
        },
        8: {
            "cube": _cubic((1, 1, 1)),
            "square antiprism": _sphere(*antiprism),
            "hexagonal bipyramid": _sphere(_TOP, _BOTTOM, *_ring(90, 6)),
            "bicapped trigonal prism": _sphere(*prism, (90, 60), (90, 180)),
        },
        9: {
            "tricapped trigonal prism": _sphere(*prism, *_ring(90, 3, 60)),
            "capped square antiprism": _sphere(*antiprism, _TOP),
        },
        10: {"bicapped square antiprism": _sphere(*antiprism, _TOP, _BOTTOM)},
        11: {"pentacapped trigonal prism": _sphere(*prism, *_ring(90, 3, 60), _TOP, _BOTTOM)},
        12: {
            "cuboctahedron": _cubic((0, 1, 1)),
            "anticuboctahedron": _sphere(*_ring(degrees(acos(sqrt(2 / 3))), 3), *_ring(90, 6, 30),
                                         *_ring(180 - degrees(acos(sqrt(2 / 3))), 3)),
            "icosahedron": _sphere(_TOP, _BOTTOM, *_ring(degrees(acos(1 / sqrt(5))), 5),
                                   *_ring(180 - degrees(acos(1 / sqrt(5))), 5, 36)),
        },
        14: {"rhombic dodecahedron": _cubic((1, 1, 1), (0, 0, 2))},
    }  # fmt: skip
    return {name: np.array(points) for name, points in shapes.get(ligands, {}).items()}


def shape_measure(vectors: ArrayLike, reference: ArrayLike) -> float:
    """Continuous shape measure, 0 (the shape itself) to 100 (M. Pinsky, D. Avnir, Inorg. Chem. 37 (1998) 5575).

    Ligands and centre together are laid on the reference by the best rotation, reflection, scale and assignment; the measure
    is 100 times the sum of squared distances left, over that of the points from their centroid.

    Args:
        vectors: from centre to ligands, shape (k, 3).
        reference: vertices round a centre at the origin, shape (k, 3).
    """
    return float(_measures(np.asarray(vectors, dtype=float), np.asarray(reference, dtype=float)[None])[0])


def _measures(points: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Continuous shape measures of one polyhedron, shape (k, 3), against several references, shape (s, k, 3)."""
    # The centre is a point of both; sums over the points from their common centroids.
    number = len(points) + 1
    middle, aims = points.sum(axis=0) / number, targets.sum(axis=1) / number
    extent = (points**2).sum() - number * (middle**2).sum()
    sizes = (targets**2).sum(axis=(1, 2)) - number * (aims**2).sum(axis=1)
    shifts = number * aims[:, :, None] * middle
    if len(points) <= _BY_HAND:
        orders, owners, begins = _all_orders(np.round(targets @ targets.transpose(0, 2, 1), 6).tobytes(), len(points))
        products = np.einsum("pai,paj->pij", targets[owners], points[orders]) - shifts[owners]
        best = np.maximum.reduceat(np.linalg.svd(products, compute_uv=False).sum(axis=1), begins)
    else:
        best = np.array([_best_assignment(points, *one) for one in zip(targets, shifts, strict=True)])
    measures: NDArray[np.float64] = np.maximum(0.0, 100 * (1 - best**2 / (extent * sizes)))
    return measures


@cache
def _all_orders(grams: bytes, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The assignments to each of several references, see `_orders`, whose they are, and where those of each begin."""
    orders = [_orders(gram.tobytes(), n) for gram in np.frombuffer(grams).reshape(-1, n, n)]
    counts = [len(one) for one in orders]
    return np.concatenate(orders), np.repeat(np.arange(len(orders)), counts), np.cumsum([0, *counts[:-1]])


@cache
def _orders(gram: bytes, n: int) -> NDArray[np.int64]:
    """One assignment of n ligands to the vertices of a reference for each set that its own symmetry makes equal.

    The symmetry of the reference are the orders of its vertices that keep their scalar products.
    """
    products = np.frombuffer(gram).reshape(n, n)
    orders = np.array(list(permutations(range(n))), dtype=np.int64)
    alike = np.array([np.array_equal(products[np.ix_(order, order)], products) for order in orders])
    codes = orders[:, orders[alike]] @ (n ** np.arange(n))
    return orders[np.unique(codes.min(axis=1), return_index=True)[1]]


def _best_assignment(points: NDArray[np.float64], target: NDArray[np.float64], shift: NDArray[np.float64]) -> float:
    """The largest overlap found from starts that lay two ligands on every pair of vertices, both hands.

    Assigned and turned by turns until no assignment is new; what follows from one that has been met is known.
    """
    units = points / np.linalg.norm(points, axis=1)[:, None]
    own = _frame(points[0], points[int(np.argmin(np.abs(units @ units[0])))])
    rotations = _starts(target.tobytes(), len(target)) @ own
    best, met = 0.0, set[bytes]()
    while True:
        orders = [linear_sum_assignment(overlaps, maximize=True)[1] for overlaps in target @ (rotations @ points.T)]
        new = {order.tobytes(): order for order in orders if order.tobytes() not in met}
        if not new:
            return best
        met |= new.keys()
        left, values, right = np.linalg.svd(target.T @ points[np.array(list(new.values()))] - shift)
        best = max(best, float(values.sum(axis=1).max()))
        rotations = left @ right


@cache
def _starts(vertices: bytes, n: int) -> NDArray[np.float64]:
    """Rotations and reflections that carry axes onto those of every ordered pair of vertices of a reference.

    Of those in which the reference looks the same one is enough.
    """
    target = np.frombuffer(vertices).reshape(n, 3)
    lengths = np.linalg.norm(target, axis=1)
    starts: dict[bytes, NDArray[np.float64]] = {}
    for one, other in permutations(range(n), 2):
        if abs(target[one] @ target[other] / lengths[one] / lengths[other]) > 0.95:
            continue
        for hand in (1.0, -1.0):
            start = _frame(target[one], target[other]).T @ np.diag([1.0, 1.0, hand])
            seen = np.round(target @ start, 5) + 0.0
            starts.setdefault(seen[np.lexsort(seen.T)].tobytes(), start)
    return np.array(list(starts.values()))


def _frame(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Right-handed axes as rows: along the first vector, in the plane of both, across."""
    x = first / np.linalg.norm(first)
    y = second - (second @ x) * x
    y /= np.linalg.norm(y)
    return np.array([x, y, np.cross(x, y)])


def nearest_shape(vectors: NDArray[np.float64]) -> tuple[str, float] | None:
    """The reference shape with the smallest measure, and the measure; None where there is no reference.

    Args:
        vectors: from centre to ligands, shape (k, 3).
    """
    shapes = reference_shapes(len(vectors))
    if not shapes:
        return None
    found = _measures(np.asarray(vectors, dtype=float), np.array(list(shapes.values()))).tolist()
    measures = dict(zip(shapes, found, strict=True))
    name = min(measures, key=lambda one: (round(measures[one], 6), one))
    return name, measures[name]
