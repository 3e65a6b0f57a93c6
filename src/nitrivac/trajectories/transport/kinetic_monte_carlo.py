"""What tracer and charge diffusion independent jumps with given rates amount to, by kinetic Monte Carlo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.trajectories.transport.displacements import BlockedTensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.trajectories.following.sites import SiteTable

__all__ = ["simulated_diffusion", "simulated_displacements"]

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
    incoming = _incoming(table, rates)
    if n_ions >= len(table) or not incoming.any():
        return None
    ion_at, empty = _random_start(len(table), n_ions, rng)
    per_vacancy = float(incoming.sum() / len(table))
    jumps = min(_JUMPS * n_ions, most_jumps / blocks)
    times = jumps / (per_vacancy * len(empty) * n_ions / len(table)) * np.array([0.25, 1.0])
    products = np.zeros((_WARM_UP + blocks, 2, 2, 3, 3))
    blocks_of(incoming, table.starts, table.near, table.ways, ion_at, empty, n_ions, times, rng, products)
    slopes = (products[_WARM_UP:, 1] - products[_WARM_UP:, 0]) / (2 * (times[1] - times[0]))
    return BlockedTensor(blocks=slopes[:, 0]), BlockedTensor(blocks=slopes[:, 1])


def simulated_displacements(
    table: SiteTable, rates: NDArray[np.float64], n_ions: int, *, length: float, moments: int, seed: int
) -> NDArray[np.float32]:
    """Displacements of the ions from their first places at evenly spaced moments, shape (m, a, 3).

    Args:
        table: the sites.
        rates: of each hop from its start and back, shape (h, 2).
        n_ions: how many of the sites are filled.
        length: time from the first to the last moment.
        moments: how many.
        seed: of the random numbers.
    """
    from nitrivac.trajectories.transport._kinetic_monte_carlo import record, run

    rng = np.random.default_rng(seed)
    incoming = _incoming(table, rates)
    ion_at, empty = _random_start(len(table), n_ions, rng)
    rows = (incoming, table.starts, table.near, table.ways, ion_at, empty)
    run(*rows, 0.2 * length, rng, np.zeros((n_ions, 3)))  # so that vacancies are where they like to be
    places = np.zeros((moments, n_ions, 3), dtype=np.float32)
    record(*rows, length / (moments - 1), rng, places)
    return places


def _incoming(table: SiteTable, rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rate at which the ion on the neighbour jumps into the site, for each row of the table, shape (k,)."""
    if not len(rates):
        return np.zeros(len(table.hops))
    into = np.where(table.forward, rates[table.hops, 1], rates[table.hops, 0])
    return np.where(table.hops >= 0, into, 0.0)


def _random_start(sites: int, n_ions: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The ion on each site, -1 where none is, and the vacant sites."""
    places = rng.permutation(sites)
    ion_at = np.full(sites, -1, dtype=np.int64)
    ion_at[places[:n_ions]] = np.arange(n_ions)
    return ion_at, np.sort(places[n_ions:])
