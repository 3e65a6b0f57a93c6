"""Compiled parts: facets of convex hulls, and what two polyhedra have in common."""

from __future__ import annotations

import numpy as np
from numba import njit

PLANE_A = 0.1  # ligands this near to a plane belong to it
_SAME_PLANE = 0.966  # planes turned by less than 15 degrees are one plane: no edge runs between them
_NO_AREA = 1e-3


@njit(cache=True)
def _normal(points, a, b, c):
    ux, uy, uz = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
    vx, vy, vz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = np.sqrt(x * x + y * y + z * z)
    if length < _NO_AREA:
        return 0.0, 0.0, 0.0
    return x / length, y / length, z / length


@njit(cache=True)
def hull_features(points, edge, facet):
    """Mark the edges (k, k) and the coplanar facet triples (k, k, k) of the convex hull of points (k, 3).

    Returns whether the points span a volume. Two points are an edge, three of a flat polyhedron a facet; in a flat
    polygon an edge leaves all other points on one side.
    """
    k = len(points)
    edge[:] = k <= 3
    facet[:] = k == 3
    if k <= 3:
        return False
    normals = np.zeros((k, k, 3))
    met = np.zeros((k, k), dtype=np.int64)
    flat = True
    for a in range(k):
        for b in range(a + 1, k):
            for c in range(b + 1, k):
                x, y, z = _normal(points, a, b, c)
                if x == 0.0 and y == 0.0 and z == 0.0:
                    continue
                low, high = 0.0, 0.0
                for p in range(k):
                    height = (
                        (points[p, 0] - points[a, 0]) * x
                        + (points[p, 1] - points[a, 1]) * y
                        + (points[p, 2] - points[a, 2]) * z
                    )
                    low, high = min(low, height), max(high, height)
                if max(high, -low) > PLANE_A:
                    flat = False
                if high > PLANE_A and low < -PLANE_A:
                    continue
                for one, two, three in ((a, b, c), (a, c, b), (b, a, c), (b, c, a), (c, a, b), (c, b, a)):
                    facet[one, two, three] = True
                sign = 1.0 if high <= PLANE_A and low < -PLANE_A else -1.0  # outward is where the others are not
                for one, two in ((a, b), (a, c), (b, c)):
                    if met[one, two] == 0:
                        normals[one, two, 0], normals[one, two, 1], normals[one, two, 2] = sign * x, sign * y, sign * z
                        met[one, two] = 1
                    else:
                        same = sign * (normals[one, two, 0] * x + normals[one, two, 1] * y + normals[one, two, 2] * z)
                        if same < _SAME_PLANE:
                            edge[one, two] = True
                            edge[two, one] = True
    if flat:
        facet[:] = True
        _flat_edges(points, edge)
    return not flat


@njit(cache=True)
def _flat_edges(points, edge):
    """Mark the sides of a flat polygon."""
    k = len(points)
    middle = np.zeros(3)
    for p in range(k):
        middle += points[p] / k
    for a in range(k):
        for b in range(a + 1, k):
            way = points[b] - points[a]
            way = way / np.sqrt((way * way).sum())
            outward = points[a] - middle
            outward = outward - (outward * way).sum() * way
            length = np.sqrt((outward * outward).sum())
            outside = False
            if length > PLANE_A:
                outward = outward / length
                for p in range(k):
                    outside |= ((points[p] - points[a]) * outward).sum() > PLANE_A
            side = length > PLANE_A and not outside
            edge[a, b] = side
            edge[b, a] = side


@njit(cache=True)
def common_ligands(order, starts, centres, images, places, out_first, out_second, out_image, out_place, out_other):
    """All ordered pairs of bonds that end on one ligand atom; returns how many. With empty outputs it only counts."""
    write = len(out_first) > 0
    count = 0
    for atom in range(len(starts) - 1):
        for i in range(starts[atom], starts[atom + 1]):
            for j in range(starts[atom], starts[atom + 1]):
                if i == j:
                    continue
                if write:
                    a, b = order[i], order[j]
                    out_first[count], out_second[count] = centres[a], centres[b]
                    for axis in range(3):
                        # The ligand lies in images[a] seen from the first centre and in images[b] seen from the second.
                        out_image[count, axis] = images[a, axis] - images[b, axis]
                    out_place[count], out_other[count] = places[a], places[b]
                count += 1
    return count


@njit(cache=True)
def kinds_of_sharing(points, starts, first, second, begin, place, other, kinds):
    """1, 2 or 3 for each pair of polyhedra: they share a corner, an edge or a face.

    points: bond vectors; starts: bonds of each centre; first, second: centres of each pair, sorted by first; begin: the
    common ligands of each pair; place, other: their place in the shell of the first and of the second.
    """
    size = np.zeros(len(starts), dtype=np.int64)
    for centre in range(len(starts) - 1):
        k = starts[centre + 1] - starts[centre]
        size[centre + 1] = size[centre] + k * k
    edges = np.zeros(size[-1], dtype=np.bool_)
    cubes = np.zeros(len(starts), dtype=np.int64)
    for centre in range(len(starts) - 1):
        k = starts[centre + 1] - starts[centre]
        cubes[centre + 1] = cubes[centre] + k * k * k
    facets = np.zeros(cubes[-1], dtype=np.bool_)
    for centre in range(len(starts) - 1):
        k = starts[centre + 1] - starts[centre]
        hull_features(
            points[starts[centre] : starts[centre + 1]],
            edges[size[centre] : size[centre + 1]].reshape(k, k),
            facets[cubes[centre] : cubes[centre + 1]].reshape(k, k, k),
        )
    for pair in range(len(first)):
        a, b = first[pair], second[pair]
        ka, kb = starts[a + 1] - starts[a], starts[b + 1] - starts[b]
        low, high = begin[pair], begin[pair + 1]
        kinds[pair] = 1
        if high - low < 2:
            continue
        face = high - low > 2
        edge = False
        for i in range(low, high):
            for j in range(i + 1, high):
                edge |= edges[size[a] + place[i] * ka + place[j]] and edges[size[b] + other[i] * kb + other[j]]
                for k in range(j + 1, high):
                    face &= (
                        facets[cubes[a] + (place[i] * ka + place[j]) * ka + place[k]]
                        and facets[cubes[b] + (other[i] * kb + other[j]) * kb + other[k]]
                    )
        kinds[pair] = 3 if face else 2 if edge else 1
