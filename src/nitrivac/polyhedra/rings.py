"""Primitive rings of a periodic net, found in the infinite net and not in a box.

A ring is primitive when no two of its members are joined by a path shorter than both ways round the ring
(Goetzke and Klein, J. Non-Cryst. Solids 127 (1991) 215).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from nitrivac.polyhedra.periodic_components import neighbours_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nitrivac.polyhedra.periodic_components import Link, Vector

__all__ = ["MAX_RING", "primitive_rings"]

MAX_RING = 12

Node = tuple[int, "Vector"]


class _Net:
    """The infinite net of a component: neighbours of a node, and distances that translations make reusable."""

    def __init__(self, links: Sequence[Link], depth: int) -> None:
        self.around = neighbours_of(links)
        self._depth = depth
        self._levels: dict[int, dict[Node, int]] = {}

    def levels(self, site: int) -> dict[Node, int]:
        """Distance in links of every node near a site of the origin cell."""
        if site not in self._levels:
            self._levels[site] = _levels(self.around, (site, (0, 0, 0)), self._depth)
        return self._levels[site]

    def distance(self, one: Node, other: Node) -> int:
        """Links between two nodes; one more than the depth where they are farther apart."""
        (a, b, c), (x, y, z) = one[1], other[1]
        return self.levels(one[0]).get((other[0], (x - a, y - b, z - c)), self._depth + 1)


def primitive_rings(weights: dict[int, float], links: Sequence[Link], *, largest: int = MAX_RING) -> dict[int, float]:
    """Number of primitive rings of each size in one repeat of a component.

    Args:
        weights: sites to start from, one for each symmetry class, and how many sites of the component each stands for.
        links: the component's links; several atoms that join the same two centres make one link.
        largest: rings of more centres are not looked for.

    Returns:
        Size to number of distinct rings modulo lattice translations. A ring of n centres goes through n of them, so that
        the rings through each kind of site, over their size, add up to it.
    """
    net = _Net(links, largest // 2)
    shares: dict[int, float] = {}
    for start, weight in weights.items():
        through = {frozenset(ring) for ring in _candidates(net, start, largest) if _is_primitive(net, ring)}
        for ring in through:
            shares[len(ring)] = shares.get(len(ring), 0.0) + weight / len(ring)
    return {size: round(count, 9) for size, count in sorted(shares.items())}


def _step(node: Node, end: tuple[int, Vector]) -> Node:
    other, (x, y, z) = end
    a, b, c = node[1]
    return other, (a + x, b + y, c + z)


def _levels(around: dict[int, list[tuple[int, Vector]]], origin: Node, depth: int) -> dict[Node, int]:
    """Distance in links of every node up to a depth."""
    levels = {origin: 0}
    queue = deque([origin])
    while queue:
        node = queue.popleft()
        if levels[node] == depth:
            continue
        for end in around.get(node[0], []):
            other = _step(node, end)
            if other not in levels:
                levels[other] = levels[node] + 1
                queue.append(other)
    return levels


def _shortest_ways(net: _Net, levels: dict[Node, int], node: Node) -> list[tuple[Node, ...]]:
    """All shortest paths from a node back to the origin of the levels."""
    if levels[node] == 0:
        return [(node,)]
    return [
        (node, *way)
        for end in net.around[node[0]]
        for other in (_step(node, end),)
        if levels.get(other, -1) == levels[node] - 1
        for way in _shortest_ways(net, levels, other)
    ]


def _candidates(net: _Net, start: int, largest: int) -> Iterator[tuple[Node, ...]]:
    """Closed walks made of two shortest paths from a site that meet opposite to it and nowhere else.

    Even rings meet in one node, odd rings in a link between two nodes of one level.
    """
    levels = net.levels(start)
    for node, level in levels.items():
        if level == 0:
            continue
        nearer = sum(levels.get(_step(node, end), -1) == level - 1 for end in net.around[node[0]])
        if 2 * level <= largest and nearer > 1:
            ways = _shortest_ways(net, levels, node)
            for index, one in enumerate(ways):
                for other in ways[index + 1 :]:
                    if _stay_apart(net, one[1:-1], other[1:-1], 2 * level):
                        yield (*one, *reversed(other[1:-1]))
        if 2 * level + 1 <= largest:
            for end in net.around[node[0]]:
                partner = _step(node, end)
                if levels.get(partner, -1) == level and partner > node:
                    for one in _shortest_ways(net, levels, node):
                        for other in _shortest_ways(net, levels, partner):
                            if _stay_apart(net, one[:-1], other[:-1], 2 * level + 1):
                                yield (*one, *reversed(other[:-1]))


def _stay_apart(net: _Net, one: Sequence[Node], other: Sequence[Node], size: int) -> bool:
    """Whether the nodes opposite each other on two ways are as far apart as a primitive ring demands.

    Opposite nodes at equal distance from the start are joined by twice that many links or by the rest of the ring.
    """
    steps = len(one)
    for index, (a, b) in enumerate(zip(one, other, strict=True)):
        from_start = 2 * (steps - index)
        if net.distance(a, b) < min(from_start, size - from_start):
            return False
    return True


def _is_primitive(net: _Net, ring: tuple[Node, ...]) -> bool:
    """Whether no shortcut joins two members: their distance in the net is that along the ring."""
    size = len(ring)
    return all(
        net.distance(ring[index], ring[other]) >= min(other - index, size - (other - index))
        for index in range(size)
        for other in range(index + 2, size)
    )
