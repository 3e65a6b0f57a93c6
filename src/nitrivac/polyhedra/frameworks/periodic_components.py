"""Components of a periodic graph: which sites they join, and in how many directions they extend."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nitrivac.symmetry.integer_lattice import Vector, lattice_basis, miller_indices

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
        nets: how many separate copies of it the lattice translations make, for one that extends in three directions: its
            closed walks span a lattice of this index. 1 for all others.
        cells: cell in which each member is met on a walk from the first; of a component that extends, one of many.
    """

    members: tuple[int, ...]
    dimension: int
    directions: tuple[str, ...]
    nets: int = 1
    cells: tuple[Vector, ...] = ()


def neighbours_of(links: Sequence[Link]) -> dict[int, list[tuple[int, Vector]]]:
    """Each site's neighbours with their cells, both directions, each pair once however many atoms join it."""
    table: dict[int, set[tuple[int, Vector]]] = defaultdict(set)
    for first, second, (x, y, z), _ in links:
        table[first].add((second, (x, y, z)))
        table[second].add((first, (-x, -y, -z)))
    return {site: sorted(ends) for site, ends in table.items()}


def components(sites: Sequence[int], links: Sequence[Link]) -> list[Component]:
    """The components of the quotient graph, each with its dimension and direction.

    The dimension is the rank of the lattice of vectors that closed walks add up to.

    Args:
        sites: all sites of the cell.
        links: see `Link`.

    Returns:
        One record for each, in the order of their first sites.
    """
    around = neighbours_of(links)
    where: dict[int, Vector] = {}
    found = []
    for start in sites:
        if start in where:
            continue
        where[start] = (0, 0, 0)
        members, cycles, queue = [start], set(), [start]
        while queue:
            site = queue.pop()
            a, b, c = where[site]
            for other, (x, y, z) in around.get(site, []):
                place = (a + x, b + y, c + z)
                if other not in where:
                    where[other] = place
                    members.append(other)
                    queue.append(other)
                elif place != where[other]:
                    u, v, w = where[other]
                    cycles.add((place[0] - u, place[1] - v, place[2] - w))
        basis = lattice_basis(sorted(cycles))
        index = abs(basis[0][0] * basis[1][1] * basis[2][2]) if len(basis) == 3 else 1
        ordered = tuple(sorted(members))
        cells = tuple(where[site] for site in ordered)
        found.append(Component(members=ordered, dimension=len(basis), directions=_direction(basis), nets=index, cells=cells))
    return found


def _direction(basis: list[Vector]) -> tuple[str, ...]:
    if len(basis) == 1:
        return (f"[{miller_indices(basis[0])}]",)
    if len(basis) == 2:
        (a, b, c), (x, y, z) = basis
        return (f"({miller_indices((b * z - c * y, c * x - a * z, a * y - b * x))})",)
    return ()
