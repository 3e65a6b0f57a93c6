"""Components of a periodic graph: which sites they join, and in how many directions they extend."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.integer_lattice import Vector, miller_indices

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Component", "Link", "Vector", "components", "neighbours_of"]

Link = tuple[int, int, Vector, int]
"""First site, second site, cell of the second, and the atom that joins them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component of a periodic graph.

    Attributes:
        members: its sites in the cell, sorted.
        dimension: number of directions in which it extends, 0 to 3.
        directions: lattice direction `[uvw]` of a chain or plane `(hkl)` of a layer.
    """

    members: tuple[int, ...]
    dimension: int
    directions: tuple[str, ...]


def neighbours_of(links: Sequence[Link]) -> dict[int, list[tuple[int, Vector]]]:
    """Each site's neighbours with their cells, both directions, each pair once however many atoms join it."""
    table: dict[int, set[tuple[int, Vector]]] = defaultdict(set)
    for first, second, (x, y, z), _ in links:
        table[first].add((second, (x, y, z)))
        table[second].add((first, (-x, -y, -z)))
    return {site: sorted(ends) for site, ends in table.items()}


def components(sites: Sequence[int], links: Sequence[Link]) -> list[Component]:
    """The components of the quotient graph, each with its dimension and direction.

    The dimension is the rank of the lattice vectors that closed walks add up to.

    Args:
        sites: all sites of the cell.
        links: see `Link`.

    Returns:
        One record for each, in the order of their first sites.
    """
    around = neighbours_of(links)
    where: dict[int, np.ndarray] = {}
    found = []
    for start in sites:
        if start in where:
            continue
        where[start] = np.zeros(3, dtype=np.int64)
        members, cycles, queue = [start], [], [start]
        while queue:
            site = queue.pop()
            for other, image in around.get(site, []):
                place = where[site] + np.array(image)
                if other not in where:
                    where[other] = place
                    members.append(other)
                    queue.append(other)
                elif (place != where[other]).any():
                    cycles.append(place - where[other])
        dimension = int(np.linalg.matrix_rank(np.array(cycles))) if cycles else 0
        found.append(
            Component(members=tuple(sorted(members)), dimension=dimension, directions=_direction(cycles, dimension))
        )
    return found


def _direction(cycles: list[np.ndarray], dimension: int) -> tuple[str, ...]:
    if dimension == 1:
        return (f"[{miller_indices(cycles[0].tolist())}]",)
    if dimension == 2:
        first = cycles[0]
        normal = next(cross for other in cycles[1:] if (cross := np.cross(first, other)).any())
        return (f"({miller_indices(normal.tolist())})",)
    return ()
