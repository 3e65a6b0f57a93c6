"""Compiled part: primitive rings through one node of a periodic net."""

from __future__ import annotations

import numpy as np
from numba import njit

_FAR = 127  # links between nodes that are farther apart than the table reaches


@njit(cache=True)
def _links_between(table, one, other):
    """Links between two nodes (site, cell), `_FAR` where the table does not reach."""
    first, keys, levels, reach = table
    key = other[0]
    for axis in range(1, 4):
        offset = other[axis] - one[axis]
        if offset < -reach or offset > reach:
            return _FAR
        key = key * (2 * reach + 1) + offset + reach
    low, end = first[one[0]], first[one[0] + 1]
    high = end
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return np.int64(levels[low]) if low < end and keys[low] == key else _FAR


@njit(cache=True)
def _keeps_apart(table, way, level, other, lowest, top, size):
    """Whether the node of a way at a level is as far from those of the other way as it is along the ring."""
    for place in range(lowest, top + 1):
        if _links_between(table, way[level], other[place]) < min(level + place, size - level - place):
            return False
    return True


@njit(cache=True)
def _step(way, level, end):
    """Take a way on to the node at the end of a link, one level lower."""
    way[level - 1, 0] = end[0]
    for axis in range(1, 4):
        way[level - 1, axis] = way[level, axis] + end[axis]


@njit(cache=True)
def _pairs_of_ways(table, links, start, one, two, level, top, size):
    """Pairs of ways that go on from two nodes of a level down to the start and stay apart as in a primitive ring."""
    if level == 0:
        return 1
    first, ends = links
    found = 0
    for place in range(first[one[level, 0]], first[one[level, 0] + 1]):
        _step(one, level, ends[place])
        if _links_between(table, start, one[level - 1]) != level - 1:
            continue
        if not _keeps_apart(table, one, level - 1, two, level, top, size):
            continue
        for other in range(first[two[level, 0]], first[two[level, 0] + 1]):
            _step(two, level, ends[other])
            if _links_between(table, start, two[level - 1]) != level - 1:
                continue
            if _keeps_apart(table, two, level - 1, one, max(1, level - 1), top, size):
                found += _pairs_of_ways(table, links, start, one, two, level - 1, top, size)
    return found


@njit(cache=True)
def rings_through(table, links, start, nodes, levels, largest):
    """Number of primitive rings of each size, shape (largest + 1,), through a start.

    Args:
        table: links between nodes: where the sorted keys of each site's surroundings begin, the keys, the levels, and how
            many cells they reach in each direction.
        links: where the links of each site begin, and their ends (site, cell), shape (m, 4).
        start: site and cell, shape (4,).
        nodes: the surroundings of the start, shape (k, 4).
        levels: links from the start to each of them.
        largest: rings of more nodes are not looked for.
    """
    first, ends = links
    numbers = np.zeros(largest + 1, dtype=np.int64)
    one, two = np.zeros((largest + 1, 4), dtype=np.int64), np.zeros((largest + 1, 4), dtype=np.int64)
    for node in range(len(nodes)):
        level = np.int64(levels[node])
        if level == 0:
            continue
        one[level] = nodes[node]
        if level > 1 and 2 * level <= largest:  # opposite to the start is a node; each ring is met both ways round
            two[level] = nodes[node]
            numbers[2 * level] += _pairs_of_ways(table, links, start, one, two, level, level - 1, 2 * level)
        if 2 * level + 1 <= largest:  # opposite to the start is a link; it is met from both its ends
            for place in range(first[one[level, 0]], first[one[level, 0] + 1]):
                two[level, 0] = ends[place, 0]
                two[level, 1:] = one[level, 1:] + ends[place, 1:]
                if _links_between(table, start, two[level]) == level:
                    numbers[2 * level + 1] += _pairs_of_ways(table, links, start, one, two, level, level, 2 * level + 1)
    return numbers // 2
