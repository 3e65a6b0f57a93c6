"""The conductivity of a periodic network of resistors, exact to the last digits however different the resistors are.

Sites are eliminated one after the other (the star-mesh transformation), on conductances and on the lattice vectors that
links lead through, and branches in parallel are joined, the current that circulates between them counted. Nothing is ever
subtracted but lattice vectors, so that rates may differ by any power of ten, where a linear solver loses the small ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.percolation.thresholds import Links

__all__ = ["network_conductivity"]


def network_conductivity(
    n_sites: int, links: Links, conductances: NDArray[np.float64], lattice: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The current through one cell in a uniform field of 1 along each cartesian axis, shape (3, 3).

    Where sites lie within the cell does not matter, only into which cell a link leads.

    Args:
        n_sites: number of sites of a cell.
        links: each pair in both directions.
        conductances: of each link, 0 or more, the same for both directions of a pair, shape (k,).
        lattice: rows are lattice vectors, shape (3, 3).
    """
    total = np.zeros((3, 3))
    conducts = conductances > 0
    first, second, steps = links.first[conducts], links.second[conducts], links.images[conducts].astype(float)
    values = conductances[conducts]
    loops = first == second
    ways = steps[loops] @ lattice
    total += np.einsum("k,ki,kj->ij", values[loops], ways, ways) / 2
    branches = np.zeros((n_sites, n_sites))
    leads = np.zeros((n_sites, n_sites, 3))
    for i, j, value, step in zip(
        first[first < second], second[first < second], values[first < second], steps[first < second], strict=True
    ):
        whole = branches[i, j] + value
        apart = step - leads[i, j]
        total += branches[i, j] * (value / whole) * np.outer(apart @ lattice, apart @ lattice)
        leads[i, j] += value / whole * apart
        branches[i, j] = whole
        branches[j, i], leads[j, i] = whole, -leads[i, j]
    left = np.ones(n_sites, dtype=bool)
    for _ in range(n_sites):
        degrees = np.where(left, (branches > 0).sum(axis=1), n_sites + 1)
        site = int(degrees.argmin())
        left[site] = False
        around = np.flatnonzero(branches[site])
        if len(around) > 1:
            total += _eliminate(branches, leads, site, around, lattice)
        branches[site], branches[:, site] = 0.0, 0.0
    return total


def _eliminate(
    branches: NDArray[np.float64],
    leads: NDArray[np.float64],
    site: int,
    around: NDArray[np.int64],
    lattice: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Replace a star by the mesh between its ends, in place; what circulates between the mesh and the branches there."""
    star = branches[site, around]
    mesh = star[:, None] * (star / star.sum())[None, :]
    np.fill_diagonal(mesh, 0.0)
    steps = leads[site, around][None, :] - leads[site, around][:, None]
    cell = np.ix_(around, around)
    old, whole = branches[cell], branches[cell] + mesh
    share = np.divide(mesh, whole, out=np.zeros_like(mesh), where=whole > 0)
    apart = np.where(old[..., None] > 0, steps - leads[cell], 0.0)
    ways = apart @ lattice
    circulating: NDArray[np.float64] = np.einsum("ij,ija,ijb->ab", old * share, ways, ways) / 2  # each pair is met twice
    leads[cell] = np.where(old[..., None] > 0, leads[cell] + share[..., None] * apart, steps)
    branches[cell] = whole
    return circulating
