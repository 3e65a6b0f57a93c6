"""When a periodic network of jumps first spans one, two and three dimensions, exactly.

Edges join in order; each component keeps the integer lattice of its closed walks, and the rank of that lattice is the number
of dimensions the component spans.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.integer_lattice import Vector, lattice_basis, miller_indices

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["Edge", "PeriodicComponents", "Threshold", "spanning_thresholds"]

Edge = tuple[int, int, Vector]
"""First site, second site, cell of the second."""

_SAME = 1e-6  # values that differ by less are one shell


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Where a network first spans a number of dimensions.

    Attributes:
        dimension: 1, 2 or 3.
        value: the value of the last edge needed, None where it never does.
        directions: lattice directions `[uvw]` (one dimension) or planes `(hkl)` (two) spanned there.
    """

    dimension: int
    value: float | None
    directions: tuple[str, ...] = ()


class PeriodicComponents:
    """Components of a periodic graph that grows edge by edge.

    A union-find forest in which each site knows its lattice offset from its parent; an edge inside a component closes a walk
    whose lattice vector joins the component's cycle lattice.
    """

    def __init__(self, sites: Iterable[int]) -> None:
        self._parent: dict[int, int] = {site: site for site in sites}
        self._offset: dict[int, Vector] = dict.fromkeys(self._parent, (0, 0, 0))
        self._cycles: dict[int, list[Vector]] = {site: [] for site in self._parent}

    def _root(self, site: int) -> tuple[int, Vector]:
        """The component's root and the lattice offset of the site from it."""
        path = []
        while self._parent[site] != site:
            path.append(site)
            site = self._parent[site]
        total: Vector = (0, 0, 0)
        for step in reversed(path):
            total = _add(total, self._offset[step])
            self._parent[step], self._offset[step] = site, total
        return site, total

    def join(self, first: int, second: int, image: Vector) -> None:
        """Add the edge from `first` to `second` in the cell `image`."""
        root, offset = self._root(first)
        other, other_offset = self._root(second)
        closing = _add(_add(offset, image), _negative(other_offset))
        if root == other:
            self._cycles[root] = lattice_basis([*self._cycles[root], closing])
            return
        self._parent[other], self._offset[other] = root, closing
        self._cycles[root] = lattice_basis([*self._cycles[root], *self._cycles.pop(other)])

    def cycle_lattices(self) -> list[list[Vector]]:
        """A basis of the cycle lattice of each component; its length is the component's number of dimensions."""
        return list(self._cycles.values())

    def ranks(self) -> list[int]:
        """Number of dimensions of each component, highest first."""
        return sorted((len(basis) for basis in self._cycles.values()), reverse=True)


def _add(one: Vector, other: Vector) -> Vector:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _negative(vector: Vector) -> Vector:
    return -vector[0], -vector[1], -vector[2]


def spanning_thresholds(
    sites: Iterable[int],
    edges: Sequence[Edge],
    values: Sequence[float] | NDArray[np.float64],
    *,
    descending: bool = False,
    always: Sequence[Edge] = (),
) -> tuple[Threshold, Threshold, Threshold]:
    """The values at which a growing network first spans 1, 2 and 3 dimensions.

    Args:
        sites: all sites.
        edges: each pair once.
        values: of each edge; edges join from the smallest value on.
        descending: join from the largest on instead (for a bottleneck radius).
        always: edges that are there from the start, such as those within a split site.

    Returns:
        One threshold for each dimension.
    """
    components = PeriodicComponents(sites)
    for edge in always:
        components.join(*edge)
    sign = -1.0 if descending else 1.0
    order = sorted(range(len(edges)), key=lambda index: sign * float(values[index]))
    reached: dict[int, Threshold] = {}
    for _, shell in groupby(order, key=lambda index: round(sign * float(values[index]) / _SAME)):
        members = list(shell)
        for index in members:
            components.join(*edges[index])
        lattices = components.cycle_lattices()
        highest = max((len(basis) for basis in lattices), default=0)
        for dimension in range(1, highest + 1):
            if dimension not in reached:
                reached[dimension] = Threshold(
                    dimension=dimension,
                    value=float(values[members[-1]]),
                    directions=_directions(lattices, dimension),
                )
        if highest == 3:
            break
    one, two, three = (reached.get(dimension, Threshold(dimension=dimension, value=None)) for dimension in (1, 2, 3))
    return one, two, three


def _directions(lattices: list[list[Vector]], dimension: int) -> tuple[str, ...]:
    """Directions or planes spanned by the components of at least this many dimensions, as Miller indices."""
    names = set()
    for basis in lattices:
        if len(basis) < dimension:
            continue
        if len(basis) == 1:
            names.add("[" + miller_indices(basis[0]) + "]")
        elif len(basis) == 2:
            normal = np.cross(basis[0], basis[1])
            names.add("(" + miller_indices((int(normal[0]), int(normal[1]), int(normal[2]))) + ")")
        else:
            names.add("all")
    return tuple(sorted(names))
