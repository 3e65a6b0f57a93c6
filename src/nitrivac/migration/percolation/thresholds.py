"""When a periodic network of jumps first spans one, two and three dimensions, exactly and on arrays.

Edges join in order; each component keeps the integer lattice of its closed walks, and the rank of that lattice is the number
of dimensions the component spans.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.documents.document import Document
from nitrivac.documents.record import Record
from nitrivac.symmetry.integer_lattice import Vector, lattice_basis, miller_indices

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Links", "PeriodicComponents", "Threshold", "lattice_name", "spanning_thresholds"]

_SAME = 1e-6  # values that differ by less are one shell


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links(Record):
    """Edges of a periodic network; each pair in one direction or in both, which makes no difference to what is spanned.

    Attributes:
        first: number of one end, shape (k,).
        second: number of the other end, shape (k,).
        images: cell of the other end, shape (k, 3).
    """

    first: NDArray[np.int64] = field(repr=False)
    second: NDArray[np.int64] = field(repr=False)
    images: NDArray[np.int64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.first)

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.int64] | slice) -> Links:
        return Links(first=self.first[chosen], second=self.second[chosen], images=self.images[chosen])

    @classmethod
    def of(cls, edges: ArrayLike) -> Links:
        """Links from rows of first end, second end and the cell of the second, shape (k, 5)."""
        rows = np.asarray(edges, dtype=np.int64).reshape(-1, 5)
        columns = np.ascontiguousarray(rows[:, 0]), np.ascontiguousarray(rows[:, 1]), np.ascontiguousarray(rows[:, 2:])
        return cls(first=columns[0], second=columns[1], images=columns[2])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Threshold(Document):
    """Where a network first spans a number of dimensions.

    Attributes:
        dimension: 1, 2 or 3.
        value: the value of the last edge needed, None where it never does.
        directions: lattice directions `[uvw]` (one dimension) or planes `(hkl)` (two) spanned there.

    >>> import numpy as np
    >>> from nitrivac.migration import thresholds_of_points
    >>> thresholds_of_points(3 * np.eye(3), [[0, 0, 0]], radius=3.5)[0].dimension
    1
    """

    dimension: int
    value: float | None
    directions: tuple[str, ...] = ()


class PeriodicComponents:
    """Components of a periodic network that grows edge by edge, in memory proportional to its sites."""

    def __init__(self, n_sites: int) -> None:
        self._parent = np.arange(n_sites, dtype=np.int64)
        self._offset = np.zeros((n_sites, 3), dtype=np.int64)
        self._size = np.ones(n_sites, dtype=np.int64)
        self._basis = np.zeros((n_sites, 3, 3), dtype=np.int64)

    def join(self, links: Links) -> int:
        """Add edges; the highest number of dimensions of a component that one of them touched."""
        from nitrivac.migration.percolation._components import join_all

        return int(join_all(self._parent, self._offset, self._size, self._basis, links.first, links.second, links.images))

    def join_until(
        self, links: Links, order: NDArray[np.int64], shells: NDArray[np.int64], start: int, rank: int
    ) -> tuple[int, int]:
        """Add edges in order up to the end of the shell in which a component first has more dimensions than `rank`.

        Returns:
            The place in the order after the last edge added, and the highest number of dimensions.
        """
        from nitrivac.migration.percolation._components import join_until

        place, highest = join_until(
            self._parent, self._offset, self._size, self._basis,
            links.first, links.second, links.images, order, shells, start, rank,
        )  # fmt: skip
        return int(place), int(highest)

    def roots(self) -> NDArray[np.int64]:
        """One site that stands for the component of each site, shape (n,)."""
        from nitrivac.migration.percolation._components import roots_of

        found: NDArray[np.int64] = roots_of(self._parent, self._offset)
        return found

    def dimensions(self) -> NDArray[np.int64]:
        """Number of dimensions that the component of each site spans, shape (n,)."""
        ranks = (np.diagonal(self._basis, axis1=1, axis2=2) != 0).sum(axis=1)
        found: NDArray[np.int64] = ranks[self.roots()]
        return found

    def ranks(self) -> list[int]:
        """Number of dimensions of each component, highest first."""
        roots = np.flatnonzero(self._parent == np.arange(len(self._parent)))
        ranks = (np.diagonal(self._basis[roots], axis1=1, axis2=2) != 0).sum(axis=1)
        return sorted(ranks.tolist(), reverse=True)

    def lattice(self) -> list[Vector]:
        """A basis of all closed walks of all components; it has as many vectors as they span dimensions together."""
        roots = np.flatnonzero(self._parent == np.arange(len(self._parent)))
        rows = np.unique(self._basis[roots].reshape(-1, 3), axis=0)
        return lattice_basis([(x, y, z) for x, y, z in rows.tolist()])

    def directions(self, dimension: int) -> tuple[str, ...]:
        """Directions or planes spanned by the components of at least this many dimensions, as Miller indices."""
        roots = self._parent == np.arange(len(self._parent))
        ranks = (np.diagonal(self._basis, axis1=1, axis2=2) != 0).sum(axis=1)
        bases = self._basis[roots & (ranks >= dimension)].tolist()
        kinds = {tuple((x, y, z) for x, y, z in rows) for rows in bases}
        return tuple(sorted({lattice_name(lattice_basis(list(rows))) for rows in kinds}))


def lattice_name(basis: list[Vector]) -> str:
    """What a lattice of closed walks spans: `[uvw]`, `(hkl)`, `all` or `nothing`."""
    if not basis:
        return "nothing"
    if len(basis) == 1:
        return "[" + miller_indices(basis[0]) + "]"
    if len(basis) == 2:
        return "(" + miller_indices([int(index) for index in np.cross(basis[0], basis[1])]) + ")"
    return "all"


def spanning_thresholds(
    n_sites: int,
    links: Links,
    values: ArrayLike,
    *,
    descending: bool = False,
) -> tuple[Threshold, Threshold, Threshold]:
    """The values at which a growing network first spans 1, 2 and 3 dimensions.

    Args:
        n_sites: number of sites.
        links: the edges.
        values: of each edge; edges join from the smallest value on, shape (k,).
        descending: join from the largest on instead (for a bottleneck radius).

    Returns:
        One threshold for each dimension.
    """
    components = PeriodicComponents(n_sites)
    keys = np.asarray(values, dtype=float)
    order = np.argsort(-keys if descending else keys, kind="stable")
    shells = np.round(keys[order] / _SAME).astype(np.int64)
    reached: dict[int, Threshold] = {}
    place = highest = 0
    while place < len(order) and len(reached) < 3:
        place, highest = components.join_until(links, order, shells, place, len(reached))
        for dimension in range(len(reached) + 1, highest + 1):
            reached[dimension] = Threshold(
                dimension=dimension,
                value=float(keys[order[place - 1]]),
                directions=components.directions(dimension),
            )
    one, two, three = (reached.get(dimension, Threshold(dimension=dimension, value=None)) for dimension in (1, 2, 3))
    return one, two, three
