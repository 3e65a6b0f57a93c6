"""How much slower labelled ions spread than their charge: the correlation factor of vacancy diffusion, computed exactly.

A vacancy that has just changed places with an ion is still beside it and may take it back. For few vacancies this is the
motion of one labelled ion and one vacancy, a Markov chain on their positions relative to each other, whose diffusivity is
a linear system of equations (C. Kipnis, S. R. S. Varadhan, Commun. Math. Phys. 104 (1986) 1; for vacancies M. Koiwa, S.
Ishioka, J. Stat. Phys. 30 (1983) 477). It is solved in two periodic boxes and carried on to an infinite one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.migration.percolation.thresholds import PeriodicComponents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.network import HopNetwork

__all__ = ["correlation_tensor"]

_MOST_SITES = 3_000  # of the larger box, about; the smaller has a third
_STATES = 12_000  # to be aimed at
_MOST_STATES = 60_000  # more are not solved for
_RESIDUAL = 1e-10
_STEPS = 20_000


def correlation_tensor(network: HopNetwork, flows: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The sum of the diffusion tensors of all labelled ions that a lone vacancy moves; None for too many sites.

    Over the tensor of the vacancy itself (see `diffusion_of_flows`) it is the correlation factor: 1/3 for the honeycomb,
    0.4669 for the square, 0.6531 for the simple cubic lattice.

    Args:
        network: the hops.
        flows: of one vacancy, along each link, per unit of time, shape (k,).
    """
    components = PeriodicComponents(len(network.sites))
    components.join(network.links[flows > 0])
    spanned = components.lattice()
    if not spanned:
        return np.zeros((3, 3))
    open_axes: NDArray[np.bool_] = (np.array(spanned) != 0).any(axis=0)
    n_sites = len(network.sites)
    sites = min(_MOST_SITES, _STATES / n_sites)
    sizes = [_box(network, number, open_axes) for number in (sites / 3, sites)]
    if (sizes[0] == sizes[1]).all():  # no smaller box is wide enough
        sizes[1] = sizes[0] + open_axes
    if n_sites**2 * int(np.prod(sizes[1])) > _MOST_STATES:
        return None
    fastest = flows.max()
    found = [_in_box(network, flows / fastest, size) for size in sizes]
    if found[0] is None or found[1] is None:
        return None
    first, second = (1 / (n_sites * float(np.prod(size))) for size in sizes)
    limit: NDArray[np.float64] = (found[1] * first - found[0] * second) / (first - second) * fastest
    return limit


def _box(network: HopNetwork, sites: float, open_axes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Cells along each axis of a box of about so many sites, about as wide in all directions that jumps lead in."""
    size = np.ones(3, dtype=np.int64)
    lengths = np.linalg.norm(np.asarray(network.lattice), axis=1)[open_axes]
    edge = (sites / len(network.sites) * float(np.prod(lengths))) ** (1 / len(lengths))
    size[open_axes] = np.maximum(3, np.round(edge / lengths))
    return size


def _in_box(network: HopNetwork, flows: NDArray[np.float64], size: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """The sum over all labelled ions in a periodic box with one vacancy; None where no solution is reached.

    A state is the site of the labelled ion in the cell at the origin and the site and cell of the vacancy; a link of the
    symmetric matrix is the flow between two states.
    """
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import cg

    links, n_sites = network.links, len(network.sites)
    cells = np.array(np.meshgrid(*map(np.arange, size.tolist()), indexing="ij")).reshape(3, -1).T
    n_cells = len(cells)
    step = np.array([size[1] * size[2], size[2], 1])
    used = np.flatnonzero(flows > 0)
    first, second, images, rates = links.first[used], links.second[used], links.images[used], flows[used]
    vectors = network.vectors[used]
    start = first[:, None] * n_cells + np.arange(n_cells)[None, :]  # vacancy on (site, cell)
    reached = (cells[None] + images[:, None]) % size
    end = second[:, None] * n_cells + reached @ step
    rows, columns, values = [], [], []
    drift = np.zeros((n_sites, n_sites * n_cells, 3))
    bare = np.zeros((3, 3))
    for ion in range(n_sites):
        own = ion * n_cells  # where the ion is: cell 0
        free = (start != own) & (end != own)
        rows.append(ion * n_sites * n_cells + start[free])
        columns.append(ion * n_sites * n_cells + end[free])
        values.append(np.broadcast_to(rates[:, None], start.shape)[free])
        # The vacancy changes places with the ion, which then has the vacancy where it was itself.
        link, cell = np.nonzero((end == own) & (start != own))
        back = (-cells[cell]) % size @ step
        rows.append(ion * n_sites * n_cells + start[link, cell])
        columns.append(first[link] * n_sites * n_cells + ion * n_cells + back)
        values.append(rates[link])
        moved = -vectors[link]
        np.add.at(drift[ion], start[link, cell], rates[link, None] * moved)
        bare += np.einsum("k,ki,kj->ij", rates[link], moved, moved) / 2
    n_states = n_sites * n_sites * n_cells
    flow = coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(n_states, n_states)
    ).tocsr()
    out = np.asarray(flow.sum(axis=1)).ravel()
    alive = np.flatnonzero(out > 0)
    matrix = (diags_array(out) - flow).tocsr()[alive][:, alive]
    push = drift.reshape(-1, 3)[alive]
    scale = diags_array(1 / out[alive])
    total = bare
    for axis in range(3):
        if not push[:, axis].any():
            continue
        answer, failed = cg(matrix, push[:, axis], rtol=_RESIDUAL, maxiter=_STEPS, M=scale)
        if failed:
            return None
        total = total - np.outer(np.eye(3)[axis], push.T @ answer)
    symmetric: NDArray[np.float64] = (total + total.T) / 2
    return symmetric
