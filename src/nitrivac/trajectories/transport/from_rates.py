"""From the jumps of a run through the exact tensor of the network to the charge diffusivity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.migration.diffusion.tensor import diffusion_of_flows
from nitrivac.trajectories.block_errors import error_of_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.network import HopNetwork
    from nitrivac.trajectories.following.reference import Reference

__all__ = ["charge_diffusion_from_jumps"]

_STEP = 1e-3  # relative, by which counts are shifted for the errors


def charge_diffusion_from_jumps(
    network: HopNetwork,
    reference: Reference,
    counts: NDArray[np.int64],
    missed: NDArray[np.float64],
    time: float,
) -> tuple[NDArray[np.float64], float, float]:
    """The charge diffusion tensor per ion of independent jumps: that of one vacancy times vacancies per ion.

    The jumps along each link per unit of time are those of the vacancies, so that neither their number nor their energies on
    the sites enter by themselves.

    Args:
        network: the hops.
        reference: the sites of the run.
        counts: jumps in each block of time by hop, both directions together, shape (b, h).
        missed: jumps of each hop that no frame shows over those counted, shape (h,).
        time: length of the run.

    Returns:
        The tensor, a third of its trace, and the standard error of that, in angstrom squared per unit of time: that of
        Poisson counts, or of the mean of the blocks where this is larger, and half of what the missed jumps add.
    """
    cells = reference.cell.cells
    per_cell = len(reference.mobile) / cells
    stretched = replace(network, lattice=np.linalg.inv(reference.cell.matrix.astype(float)) @ reference.lattice)
    pairs = np.array([hop.multiplicity for hop in network.hops], dtype=float)

    def tensor(jumps: NDArray[np.float64], lasting: float) -> NDArray[np.float64]:
        flows = jumps / (2 * pairs * cells * lasting)
        return diffusion_of_flows(stretched, flows[network.hop_of_link]).tensor / per_cell

    def mean(jumps: NDArray[np.float64], lasting: float) -> float:
        return float(np.trace(tensor(jumps, lasting))) / 3

    counted = counts.sum(axis=0).astype(float)
    whole = (1 + missed) * counted
    if not whole.any():
        return np.zeros((3, 3)), 0.0, 0.0
    value = mean(whole, time)
    variance = 0.0
    for hop in np.flatnonzero(whole).tolist():
        shifted = whole.copy()
        shifted[hop] *= 1 + _STEP
        slope = (mean(shifted, time) - value) / (_STEP * counted[hop])
        variance += slope**2 * counted[hop]
    blocks = len(counts)
    each = np.array([mean((1 + missed) * block, time / blocks) for block in counts])
    added = value - mean(counted, time)
    return tensor(whole, time), value, float(np.hypot(max(np.sqrt(variance), float(error_of_mean(each))), added / 2))
