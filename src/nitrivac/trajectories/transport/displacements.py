"""Diffusion from displacements: tracer and charge, with errors from blocks of the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.documents.record import Record
from nitrivac.trajectories.block_errors import error_of_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BlockedTensor", "Displacements", "diffusion_of"]

_BYTES = 100_000_000  # of places kept; a longer run is kept at every second, fourth, ... moment
_MOST = 20_000  # moments kept
# Earliest lag at most, as a share of a block; latest over earliest; and the earliest needed, in stays of a vacancy: the
# returns of one ion are remembered for long, those of all together are not.
_TRACER_LAGS = (0.3, 8 / 3, 15.0)
_CHARGE_LAGS = (0.1, 3.0, 5.0)
_VIBRATION_PS = 1.0  # within which ions have not yet forgotten where they were about their sites
_POINTS = 12  # lags on the line
_BLOCKS = (10, 5)  # the first whose blocks are long enough for the lags needed
_SHORT = 0.5  # of the lag needed: what blocks must allow at least
_FEWEST = 20  # moments in a block
_ORIGINS = 500  # of a point of the mean square displacement


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlockedTensor(Record):
    """A tensor with what the blocks of a run say of it.

    Attributes:
        blocks: tensor of each block, shape (b, 3, 3).
    """

    blocks: NDArray[np.float64] = field(repr=False)

    @property
    def tensor(self) -> NDArray[np.float64]:
        """Mean of the blocks, shape (3, 3)."""
        mean: NDArray[np.float64] = self.blocks.mean(axis=0)
        return mean

    @property
    def tensor_su(self) -> NDArray[np.float64]:
        """Standard error of each entry, shape (3, 3)."""
        return error_of_mean(self.blocks)

    @property
    def isotropic(self) -> float:
        """A third of the trace."""
        return float(np.trace(self.tensor)) / 3

    @property
    def isotropic_su(self) -> float:
        """Standard error of a third of the trace."""
        traces = np.trace(self.blocks, axis1=1, axis2=2) / 3
        return float(error_of_mean(traces))


class Displacements:
    """Places of the mobile ions at moments evenly spaced over the run, in memory that does not grow with it.

    Args:
        ions: the atoms followed.
        lattice: angstrom, shape (3, 3).
    """

    def __init__(self, ions: NDArray[np.int64], lattice: NDArray[np.float64]) -> None:
        self._ions, self._lattice = ions, lattice
        room = int(min(_MOST, max(200, _BYTES // (12 * max(1, len(ions))))))
        self._kept = np.empty((room - room % 2, len(ions), 3), dtype=np.float32)
        self._number = self._seen = 0
        self._start: NDArray[np.float64] | None = None
        self.stride = 1

    def feed(self, frac: NDArray[np.float64]) -> None:
        """Keep some of these frames: unwrapped positions without drift, fractions of the supercell, shape (f, n, 3)."""
        if self._start is None:
            self._start = frac[0, self._ions].copy()
        offset = 0
        while True:
            offset += -(self._seen + offset) % self.stride
            room = len(self._kept) - self._number
            chosen = frac[offset :: self.stride][:room]
            self._kept[self._number : self._number + len(chosen)] = (chosen[:, self._ions] - self._start) @ self._lattice
            self._number += len(chosen)
            offset += len(chosen) * self.stride
            if self._number < len(self._kept) or offset >= len(frac):
                break
            self._thin_out()
        if self._number == len(self._kept):
            self._thin_out()
        self._seen += len(frac)

    def _thin_out(self) -> None:
        half = len(self._kept) // 2
        self._kept[:half] = self._kept[::2].copy()
        self._number, self.stride = half, self.stride * 2

    @property
    def places(self) -> NDArray[np.float32]:
        """Displacements from the first frame, angstrom, one row for every `stride` frames, shape (m, a, 3)."""
        return self._kept[: self._number]


def diffusion_of(
    places: NDArray[np.float32], dt: float, *, stay: float | None = None, turns: NDArray[np.float64] | None = None
) -> tuple[BlockedTensor, BlockedTensor] | None:
    """Tracer and charge diffusion tensors per ion, None for fewer moments than blocks need.

    The run is cut into 10 blocks, or 5 where these are too short to forget returns in; in each the mean products of
    displacements are followed against the time between, and the slope is taken from where returns are forgotten, as far as
    the block allows, to a few times later.

    Args:
        places: displacements of the ions, shape (m, a, 3).
        dt: time between the moments, ps.
        stay: time that a vacancy stays where it is, ps; by default unknown, and the lags as long as the blocks allow.
        turns: cartesian rotations of the crystal, over which the tensors are averaged, shape (m, 3, 3).
    """
    if len(places) // min(_BLOCKS) < _FEWEST:
        return None
    found = []
    for together, (share, ratio, stays) in enumerate((_TRACER_LAGS, _CHARGE_LAGS)):
        needed = np.inf if stay is None else max(_VIBRATION_PS, stays * stay) / dt
        wanted = max(_FEWEST, _SHORT * needed / share) if np.isfinite(needed) else _FEWEST
        n_blocks = next((number for number in _BLOCKS if len(places) // number >= wanted), min(_BLOCKS))
        size = len(places) // n_blocks
        low = max(1.0, min(share * size, needed))
        lags = np.unique(np.linspace(low, max(ratio * low, low + 1), _POINTS).astype(int))
        moving = places if not together else places.astype(float).mean(axis=1, keepdims=True) * np.sqrt(places.shape[1])
        parts = (moving[block * size : (block + 1) * size].astype(float) for block in range(n_blocks))
        blocks = np.stack([_slope(part, lags, dt) for part in parts])
        if turns is not None:
            blocks = np.einsum("kij,bjl,kml->bim", turns, blocks, turns, optimize=True) / len(turns)
        found.append(BlockedTensor(blocks=blocks))
    return found[0], found[1]


def _slope(moving: NDArray[np.float64], lags: NDArray[np.int64], dt: float) -> NDArray[np.float64]:
    """Half the slope of the mean products of displacements against the lag, shape (3, 3)."""
    times = (lags - lags.mean()) * dt
    products = np.stack([_mean_product(moving[lag:] - moving[:-lag]) for lag in lags.tolist()])
    slope: NDArray[np.float64] = np.tensordot(times, products, axes=1) / (times**2).sum() / 2
    return slope


def _mean_product(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean product of the components of displacements, shape (3, 3)."""
    flat = steps.reshape(-1, 3)
    product: NDArray[np.float64] = flat.T @ flat / len(flat)
    return product


def mean_square(places: NDArray[np.float32], dt: float, points: int = 60) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean square displacement of the ions against the time between, evenly spaced up to half of the run.

    Args:
        places: displacements of the ions, shape (m, a, 3).
        dt: time between the moments.
        points: how many times at most.

    Returns:
        Times, and angstrom squared.
    """
    lags = np.unique(np.linspace(1, max(1, len(places) // 2), points).astype(int))
    squares = []
    for lag in lags.tolist():
        each = max(1, (len(places) - lag) // _ORIGINS)
        steps = places[lag::each] - places[: len(places) - lag : each]
        squares.append(float(np.einsum("mai,mai->", steps, steps, dtype=float)) / (steps.shape[0] * steps.shape[1]))
    return lags * dt, np.array(squares)
