"""Primitive rings of a periodic net, found in the infinite net and not in a box.

A ring is primitive when no two of its members are joined by a path shorter than both ways round the ring
(Goetzke and Klein, J. Non-Cryst. Solids 127 (1991) 215).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.polyhedra.frameworks.periodic_components import neighbours_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.polyhedra.frameworks.periodic_components import Link

__all__ = ["MAX_RING", "primitive_rings"]

MAX_RING = 12


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
    if not links:
        return {}
    from nitrivac.polyhedra.frameworks._rings import rings_through

    net = _Net.of(links)
    starts = np.array([net.number[site] for site in weights])
    around = _surroundings(net, starts, largest // 2)
    table = _surroundings(net, np.unique(around.nodes[:, 0]), largest // 2)
    shares = np.zeros(largest + 1)
    for start, weight in zip(starts.tolist(), weights.values(), strict=True):
        mine = slice(around.first[start], around.first[start + 1])
        origin = np.array([start, 0, 0, 0])
        through = rings_through(
            (table.first, table.keys, table.levels, table.reach),
            (net.first, net.ends),
            origin,
            around.nodes[mine],
            around.levels[mine],
            largest,
        )
        shares[1:] += weight * through[1:] / np.arange(1, largest + 1)
    return {size: round(float(shares[size]), 9) for size in np.flatnonzero(shares).tolist()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Net:
    """The links of a net as arrays.

    Attributes:
        number: place of each site, counted from 0.
        first: where the links of each place begin, and behind the last, shape (n + 1,).
        ends: place and cell of the other end of each link, shape (m, 4).
    """

    number: dict[int, int]
    first: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, links: Sequence[Link]) -> _Net:
        around = neighbours_of(links)
        number = {site: place for place, site in enumerate(around)}
        ends = [(number[other], *cell) for there in around.values() for other, cell in there]
        first = np.cumsum([0, *(len(there) for there in around.values())])
        return cls(number=number, first=first, ends=np.array(ends, dtype=np.int64).reshape(-1, 4))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Surroundings:
    """The nodes up to a depth around each of some sites.

    Attributes:
        first: where those of each place of the net begin, and behind the last; nothing lies around places not asked for.
        nodes: place and cell, relative to the cell of the centre, shape (k, 4).
        keys: the same as one number, sorted for each centre: ((place w + x) w + y) w + z with w = 2 reach + 1 and cells
            counted from -reach.
        levels: links from the centre.
        reach: cells in each direction that keys know.
    """

    first: NDArray[np.int64]
    nodes: NDArray[np.int64]
    keys: NDArray[np.int64]
    levels: NDArray[np.int8]
    reach: int


def _surroundings(net: _Net, centres: NDArray[np.int64], depth: int) -> _Surroundings:
    """Shell by shell around all centres together: what was two shells back or in this one is not new."""
    reach = max(1, depth * int(np.abs(net.ends[:, 1:]).max()))
    width = 2 * reach + 1
    one_centre = len(net.number) * width**3
    degrees = np.diff(net.first)

    def key_of(owner: NDArray[np.int64], nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        x, y, z = (nodes[:, 1:] + reach).T
        keys: NDArray[np.int64] = ((owner * len(net.number) + nodes[:, 0]) * width + x) * width**2 + y * width + z
        return keys

    owner, nodes = centres, np.zeros((len(centres), 4), dtype=np.int64)
    nodes[:, 0] = centres
    shells = [key_of(owner, nodes)]
    before = np.empty(0, dtype=np.int64)
    for _ in range(depth):
        counts = degrees[nodes[:, 0]]
        source = np.repeat(np.arange(len(nodes)), counts)
        link = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts) + net.first[nodes[source, 0]]
        found = net.ends[link].copy()
        found[:, 1:] += nodes[source, 1:]
        keys, chosen = np.unique(key_of(owner[source], found), return_index=True)
        new = ~(np.isin(keys, shells[-1], assume_unique=True) | np.isin(keys, before, assume_unique=True))
        before = shells[-1]
        shells.append(keys[new])
        owner, nodes = owner[source][chosen[new]], found[chosen[new]]
    levels = np.repeat(np.arange(len(shells), dtype=np.int8), [len(shell) for shell in shells])
    keys = np.concatenate(shells)
    order = np.argsort(keys)
    keys, levels = keys[order], levels[order]
    first = np.searchsorted(keys, np.arange(len(net.number) + 1) * one_centre)
    within = keys % one_centre
    nodes = np.stack([within // width**3, within // width**2 % width - reach, within // width % width - reach,
                      within % width - reach], axis=1)  # fmt: skip
    return _Surroundings(first=first, nodes=nodes, keys=within, levels=levels, reach=reach)
