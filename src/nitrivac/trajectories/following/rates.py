"""Rates of the hops: jumps over the time that a filled and a vacant end lay side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.documents.record import Record
from nitrivac.trajectories.block_errors import widening

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.network import HopNetwork
    from nitrivac.trajectories.following.follower import Itinerary
    from nitrivac.trajectories.following.sites import SiteTable

__all__ = ["BLOCKS", "Tally", "poisson_interval", "share_missed", "tally"]

BLOCKS = 10
"""Parts of a run whose spread gives the errors."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tally(Record):
    """What was counted along one itinerary, by blocks of time.

    Attributes:
        frames: number of frames.
        counts: jumps by block, hop and direction (from the hop's start, and back), shape (b, h, 2).
        exposures: frames times pairs of a filled start and a vacant end, shape (b, h, 2).
        fillings: ion-frames by block and orbit, shape (b, o).
        double: share of the filled sites that held more than one ion.
        kinds: hop of each event, -1 where no hop leads there, -2 for two hops over a vacant middle, shape (e,).
        returns: jumps of each hop that the same ion took back as its next, shape (h,).
    """

    frames: int
    counts: NDArray[np.int64] = field(repr=False)
    exposures: NDArray[np.float64] = field(repr=False)
    fillings: NDArray[np.float64] = field(repr=False)
    double: float
    kinds: NDArray[np.int64] = field(repr=False)
    returns: NDArray[np.int64] = field(repr=False)

    def rates(self, dt: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Rate of each hop over both directions and its standard error, 0 and 0 without jumps, shape (h,).

        The error is that of a Poisson count, or that of the mean of the blocks where this is larger, as it is when jumps
        come in bursts or go straight back.

        Args:
            dt: time between frames.
        """
        counts, exposures = self.counts.sum(axis=2), self.exposures.sum(axis=2) * dt
        whole, time = counts.sum(axis=0), exposures.sum(axis=0)
        rates = np.divide(whole, time, out=np.zeros(len(whole)), where=time > 0)
        poisson = np.divide(np.sqrt(whole), time, out=np.zeros(len(whole)), where=time > 0)
        # The error of a ratio of sums over blocks.
        off = counts - rates * exposures
        blocks = len(counts)
        spread = widening(blocks) * np.sqrt(blocks / (blocks - 1) * (off**2).sum(axis=0))
        blocked = np.divide(spread, time, out=np.zeros(len(whole)), where=time > 0)
        return rates, np.maximum(poisson, blocked)


def tally(table: SiteTable, network: HopNetwork, itinerary: Itinerary) -> Tally:
    """Count jumps, exposures and fillings along an itinerary.

    Args:
        table: the sites.
        network: the hops.
        itinerary: where the ions were.
    """
    from nitrivac.trajectories.following._sweep import sweep

    n_hops = len(network.hops)
    blocks = max(2, min(BLOCKS, itinerary.frames))
    counts = np.zeros((blocks, n_hops, 2), dtype=np.int64)
    exposures = np.zeros((blocks, n_hops, 2))
    fillings = np.zeros((blocks, len(table.addresses)))
    doubles = np.zeros(2)
    kinds, returns = np.zeros(len(itinerary.events), dtype=np.int64), np.zeros(n_hops, dtype=np.int64)
    elementary = np.array([hop.elementary or hop.exclusive for hop in network.hops], dtype=bool)
    sweep(
        itinerary.frames, itinerary.first, itinerary.events, itinerary.images, table.starts, table.near, table.images,
        table.lengths, table.hops, table.forward, elementary, table.orbits, counts, exposures, fillings, doubles, kinds,
        returns,
    )  # fmt: skip
    return Tally(
        frames=itinerary.frames,
        counts=counts,
        exposures=exposures,
        fillings=fillings,
        double=float(doubles[0] / doubles[1]) if doubles[1] else 0.0,
        kinds=kinds,
        returns=returns,
    )


def share_missed(counted: Tally, every_second: Tally) -> NDArray[np.float64]:
    """Jumps of each hop that no frame shows, over those counted, shape (h,): 0 where none were counted.

    An ion that goes and comes back between two frames is not seen, nor one that is outside of a core at each of the few
    frames of its stay. What is missed grows with the time between frames, to first order in proportion: as much as every
    second frame misses of the jumps that all frames show is missed by these.

    Args:
        counted: along all frames.
        every_second: along every second one.
    """
    rates, coarser = counted.rates(1.0)[0], every_second.rates(1.0)[0]
    share: NDArray[np.float64] = np.divide(rates - coarser, rates, out=np.zeros(len(rates)), where=rates > 0)
    return np.maximum(share, -1.0)


def poisson_interval(count: int, level: float = 0.95) -> tuple[float, float]:
    """Limits of the mean of a Poisson count (F. Garwood, Biometrika 28 (1936) 437).

    Args:
        count: what was counted.
        level: share of the cases in which the limits hold the mean, at least.
    """
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    return (float(gammaincinv(count, tail)) if count else 0.0), float(gammaincinv(count + 1, 1 - tail))
