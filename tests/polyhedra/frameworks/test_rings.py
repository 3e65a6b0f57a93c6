"""Primitive rings against a search that tries every closed walk, and against nets whose rings are known."""

from __future__ import annotations

import random
from collections import deque

import pytest

from nitrivac.polyhedra.frameworks.rings import primitive_rings


def both_ways(links):
    around = {}
    for first, second, (x, y, z), _ in links:
        around.setdefault(first, set()).add((second, x, y, z))
        around.setdefault(second, set()).add((first, -x, -y, -z))
    return around


def neighbours(around, node):
    site, x, y, z = node
    return [(other, x + a, y + b, z + c) for other, a, b, c in around[site]]


def levels(around, origin, depth):
    found, queue = {origin: 0}, deque([origin])
    while queue:
        node = queue.popleft()
        if found[node] < depth:
            for other in neighbours(around, node):
                if other not in found:
                    found[other] = found[node] + 1
                    queue.append(other)
    return found


def by_trying(links, largest):
    """Rings through each site by walking everywhere; a ring counts where no pair of its nodes has a shorter way."""
    around = both_ways(links)
    total = {}
    for start in around:
        origin = (start, 0, 0, 0)
        home = levels(around, origin, largest)
        rings = set()

        def walk(path, home=home, rings=rings, origin=origin):
            for node in neighbours(around, path[-1]):
                if node == origin and len(path) > 2:
                    rings.add(frozenset(path))
                elif node not in path and len(path) < largest and home.get(node, largest) <= largest - len(path):
                    walk([*path, node])

        walk([origin])
        for ring in rings:
            if is_primitive(around, ring):
                total[len(ring)] = total.get(len(ring), 0) + 1 / len(ring)
    return {size: round(number, 9) for size, number in sorted(total.items())}


def is_primitive(around, ring):
    """Whether the nodes make one cycle in which every pair is as far apart as in the whole net."""
    inside = {node: [other for other in neighbours(around, node) if other in ring] for node in ring}
    if any(len(others) != 2 for others in inside.values()):
        return False
    for node in ring:
        along, queue = {node: 0}, deque([node])
        while queue:
            one = queue.popleft()
            for other in inside[one]:
                if other not in along:
                    along[other] = along[one] + 1
                    queue.append(other)
        if len(along) != len(ring):
            return False
        net = levels(around, node, len(ring) // 2)
        if any(net.get(other, len(ring)) < distance for other, distance in along.items()):
            return False
    return True


@pytest.mark.parametrize("seed", range(12))
def test_rings_are_those_that_trying_everything_finds(seed):
    rng = random.Random(seed)
    sites = rng.randint(1, 4)
    links = set()
    while len(links) < sites + rng.randint(1, 2):
        one, other = rng.randrange(sites), rng.randrange(sites)
        cell = tuple(rng.randint(-1, 1) for _ in range(3))
        if (other, cell) != (one, (0, 0, 0)):
            links.add((one, other, cell, 0))
    joined = {site for one, other, _, _ in links for site in (one, other)}
    assert primitive_rings(dict.fromkeys(joined, 1.0), sorted(links), largest=7) == by_trying(sorted(links), 7)


DIAMOND = [(0, 1, cell, 0) for cell in ((0, 0, 0), (-1, 0, 0), (0, -1, 0), (0, 0, -1))]
SQUARE = [(0, 0, (1, 0, 0), 0), (0, 0, (0, 1, 0), 0)]
CUBIC = [*SQUARE, (0, 0, (0, 0, 1), 0)]
HONEYCOMB = [(0, 1, cell, 0) for cell in ((0, 0, 0), (-1, 0, 0), (0, -1, 0))]


@pytest.mark.parametrize(
    ("links", "rings"),
    [
        (DIAMOND, {6: 4.0}),  # two rings in each of the six angles of an atom, its vertex symbol 6(2)6
        (SQUARE, {4: 1.0}),
        (CUBIC, {4: 3.0, 6: 4.0}),  # the faces of a cube, and the hexagons across its corners
        (HONEYCOMB, {6: 1.0}),
        ([(0, 0, (1, 0, 0), 0)], {}),
        ([(0, 1, (0, 0, 0), 0), (0, 1, (0, 0, 0), 1)], {}),  # two atoms between the same two centres
    ],
)
def test_rings_of_known_nets(links, rings):
    sites = {site for one, other, _, _ in links for site in (one, other)}
    assert primitive_rings(dict.fromkeys(sites, 1.0), links) == rings


def test_no_links_make_no_rings():
    assert primitive_rings({0: 1.0}, []) == {}
