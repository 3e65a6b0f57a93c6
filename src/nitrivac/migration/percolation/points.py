"""Percolation of very many sites, on arrays: thresholds of distance, and which kinds of jump percolate alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.migration.percolation.thresholds import Links, PeriodicComponents, Threshold, spanning_thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["JumpKinds", "jump_kinds", "links_of_points", "thresholds_of_points"]


def links_of_points(lattice: ArrayLike, frac_coords: ArrayLike, radius: float) -> tuple[Links, NDArray[np.float64]]:
    """Every pair of sites up to a distance once, in arrays, unsorted.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        frac_coords: sites, shape (n, 3).
        radius: longest distance, angstrom.

    Returns:
        The links and their lengths in angstrom.
    """
    from pymatgen.optimization.neighbors import find_points_in_spheres

    matrix = np.ascontiguousarray(lattice, dtype=float)
    points = np.ascontiguousarray(np.asarray(frac_coords, dtype=float) @ matrix)
    first, second, images, distances = find_points_in_spheres(
        points, points, float(radius), np.ones(3, dtype=np.int64), matrix, 1e-8
    )
    x, y, z = images.T
    half = (first < second) | ((first == second) & ((x > 0) | ((x == 0) & ((y > 0) | ((y == 0) & (z > 0))))))
    links = Links(
        first=first[half].astype(np.int64),
        second=second[half].astype(np.int64),
        images=np.round(images[half]).astype(np.int64),
    )
    return links, distances[half]


def thresholds_of_points(
    lattice: ArrayLike, frac_coords: ArrayLike, radius: float
) -> tuple[Threshold, Threshold, Threshold]:
    """The distances at which sites first span 1, 2 and 3 dimensions; made for a million of them.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        frac_coords: the mobile sites, shape (n, 3).
        radius: longest hop, angstrom.

    >>> import numpy as np
    >>> from nitrivac.migration import thresholds_of_points
    >>> [threshold.value for threshold in thresholds_of_points(3 * np.eye(3), [[0, 0, 0]], radius=3.5)]
    [3.0, 3.0, 3.0]
    """
    links, distances = links_of_points(lattice, frac_coords, radius)
    return spanning_thresholds(len(np.asarray(frac_coords)), links, distances)


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpKinds:
    """Jumps of a configuration told apart by the anions that the polyhedra of their ends share.

    Attributes:
        n_sites: number of mobile sites.
        names: the kinds, e.g. `N-N`, `Cl-N`, `Cl-Cl`; `-` shares nothing.
        kinds: index into `names` of each jump, shape (k,).
        links: the jumps, each once.

    >>> import numpy as np
    >>> from nitrivac.migration import jump_kinds
    >>> kinds = jump_kinds(3 * np.eye(3), [[0, 0, 0]], [[0.5, 0.5, 0.5]], ["N"], max_distance=3.1, ligand_cutoff=2.7)
    >>> kinds.shares()
    {'N-N-N-N': 1.0}
    """

    n_sites: int
    names: tuple[str, ...]
    kinds: NDArray[np.int64]
    links: Links

    def shares(self) -> dict[str, float]:
        """Share of the jumps of each kind."""
        counts = np.bincount(self.kinds, minlength=len(self.names))
        return {name: float(count / max(1, len(self.kinds))) for name, count in zip(self.names, counts, strict=True)}

    def percolation(self, names: Sequence[str]) -> tuple[int, float]:
        """The number of dimensions that jumps of these kinds alone span, and the share of the sites in what spans them."""
        wanted = [index for index, name in enumerate(self.names) if name in names]
        components = PeriodicComponents(self.n_sites)
        components.join(self.links[np.isin(self.kinds, wanted)])
        dimensions = components.dimensions()
        highest = int(dimensions.max(initial=0))
        return highest, float((dimensions == highest).mean()) if highest else 0.0


def jump_kinds(
    lattice: ArrayLike,
    mobile: ArrayLike,
    anions: ArrayLike,
    elements: Sequence[str],
    *,
    max_distance: float,
    ligand_cutoff: float,
) -> JumpKinds:
    """The jumps of one configuration by the anions they pass between, however many sites there are.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        mobile: fractional coordinates of the mobile sites, shape (n, 3).
        anions: of the anions, shape (m, 3).
        elements: element of each anion.
        max_distance: longest jump, angstrom.
        ligand_cutoff: distance up to which an anion belongs to a site's polyhedron, angstrom.

    >>> import numpy as np
    >>> from nitrivac.migration import jump_kinds
    >>> kinds = jump_kinds(3 * np.eye(3), [[0, 0, 0]], [[0.5, 0.5, 0.5]], ["N"], max_distance=3.1, ligand_cutoff=2.7)
    >>> kinds.names
    ('N-N-N-N',)
    """
    from nitrivac.migration.percolation._components import shared_ligands
    from nitrivac.neighbours import neighbour_pairs

    points = np.asarray(mobile, dtype=float)
    links, _ = links_of_points(lattice, points, max_distance)
    near = neighbour_pairs(lattice, points, ligand_cutoff, targets=np.asarray(anions, dtype=float))
    starts = np.concatenate([[0], np.cumsum(np.bincount(near.centres, minlength=len(points)))])
    symbols = sorted(set(elements))
    kind_of_anion = np.array([symbols.index(element) for element in elements], dtype=np.int64)
    counts = np.zeros((len(links), len(symbols)), dtype=np.int64)
    shared_ligands(links.first, links.second, links.images, starts, near.neighbours, near.images, kind_of_anion, counts)
    combinations, kinds = np.unique(counts, axis=0, return_inverse=True)
    names = [
        "-".join(symbol for symbol, number in zip(symbols, row, strict=True) for _ in range(number)) or "-"
        for row in combinations.tolist()
    ]
    return JumpKinds(n_sites=len(points), names=tuple(names), kinds=kinds.ravel().astype(np.int64), links=links)
