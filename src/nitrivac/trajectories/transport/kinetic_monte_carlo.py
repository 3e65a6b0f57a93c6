"""What tracer and charge diffusion independent jumps with given rates amount to, by kinetic Monte Carlo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.trajectories.transport.displacements import BlockedTensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.trajectories.following.sites import SiteTable

__all__ = ["simulated_diffusion"]

_JUMPS = 12  # of each ion in a block, by which correlations have died out
_WARM_UP = 3  # blocks


def simulated_diffusion(
    table: SiteTable,
    rates: NDArray[np.float64],
    n_ions: int,
    *,
    blocks: int = 24,
    seed: int = 0,
    most_jumps: int = 3_000_000,
) -> tuple[BlockedTensor, BlockedTensor] | None:
    """Tracer and charge diffusion tensors per ion, None where no ion can jump.

    Args:
        table: the sites, all cells of a supercell.
        rates: of each hop from its start and back, shape (h, 2).
        n_ions: how many of the sites are filled.
        blocks: independent stretches of time.
        seed: of the random numbers.
        most_jumps: longest simulation.
    """
    from nitrivac.trajectories.transport._kinetic_monte_carlo import blocks_of

    rng = np.random.default_rng(seed)
    listed = table.hops >= 0
    incoming = np.where(table.forward, rates[table.hops, 1], rates[table.hops, 0]) if len(rates) else np.zeros(len(listed))
    incoming = np.where(listed, incoming, 0.0)
    if n_ions >= len(table) or not incoming.any():
        return None
    places = rng.permutation(len(table))
    ion_at = np.full(len(table), -1, dtype=np.int64)
    ion_at[places[:n_ions]] = np.arange(n_ions)
    empty = np.sort(places[n_ions:])
    per_vacancy = float(incoming.sum() / len(table))
    jumps = min(_JUMPS * n_ions, most_jumps / blocks)
    times = jumps / (per_vacancy * len(empty) * n_ions / len(table)) * np.array([0.25, 1.0])
    products = np.zeros((_WARM_UP + blocks, 2, 2, 3, 3))
    blocks_of(incoming, table.starts, table.near, table.ways, ion_at, empty, n_ions, times, rng, products)
    slopes = (products[_WARM_UP:, 1] - products[_WARM_UP:, 0]) / (2 * (times[1] - times[0]))
    return BlockedTensor(blocks=slopes[:, 0]), BlockedTensor(blocks=slopes[:, 1])
