"""Diffusion and conductivity of a run by displacements and by jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.migration.diffusion.tensor import nernst_einstein
from nitrivac.trajectories.transport.displacements import diffusion_of
from nitrivac.trajectories.transport.from_rates import charge_diffusion_from_jumps
from nitrivac.trajectories.transport.kinetic_monte_carlo import simulated_diffusion
from nitrivac.trajectories.transport.result import CM2_S, Transport

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.network import HopNetwork
    from nitrivac.trajectories.following.rates import Tally
    from nitrivac.trajectories.watch import Watch

__all__ = ["transport_of"]


def transport_of(
    watch: Watch, network: HopNetwork, counted: Tally, missed: NDArray[np.float64], *, dt: float, temperature: float | None
) -> Transport:
    """Diffusion by both ways.

    Args:
        watch: what was followed.
        network: the hops.
        counted: along the main itinerary.
        missed: jumps of each hop that no frame shows over those counted, shape (h,).
        dt: time between frames, ps.
        temperature: K; without it there is no conductivity.
    """
    reference, kept = watch.reference, watch.displacements
    basis = reference.crystal.lattice.T
    turns = basis @ reference.crystal.space_group.rotations @ np.linalg.inv(basis)
    jumps, vacant = int(counted.counts.sum()), len(watch.table) - len(reference.mobile)
    stay = vacant * counted.frames * dt / jumps if jumps and vacant > 0 else None
    measured = diffusion_of(kept.places, dt * kept.stride, stay=stay, turns=turns)
    by_block = counted.counts.sum(axis=2)
    tensor, coefficient, tensor_su = charge_diffusion_from_jumps(network, reference, by_block, missed, counted.frames * dt)
    counts, exposures = counted.counts.sum(axis=0), counted.exposures.sum(axis=0) * dt
    rates = np.divide(counts, exposures, out=np.zeros(counts.shape), where=exposures > 0)
    alike = np.array([hop.start == hop.end for hop in network.hops], dtype=bool)
    both = np.divide(counts.sum(axis=1), exposures.sum(axis=1), out=np.zeros(len(rates)), where=exposures.sum(axis=1) > 0)
    rates[alike] = both[alike, None]
    rates *= 1 + missed[:, None]
    simulated = simulated_diffusion(watch.table, rates, len(reference.mobile)) if counts.any() else None
    predicted = predicted_su = None
    if simulated is not None:  # the rates put in are no surer than the charge diffusivity that comes of them
        predicted = simulated[0].isotropic
        predicted_su = (
            float(np.hypot(simulated[0].isotropic_su, predicted * tensor_su / coefficient)) if coefficient else None
        )
    tracer, charge = measured or (None, None)
    conductivity = conductivity_su = None
    if charge is not None and charge.isotropic > 0 and temperature is not None:
        density = len(reference.mobile) / (abs(float(np.linalg.det(reference.lattice))) * 1e-24)
        conductivity, conductivity_su = (
            nernst_einstein(one * CM2_S, concentration=density, temperature=temperature)
            for one in (charge.isotropic, charge.isotropic_su)
        )
    return Transport(
        tracer=tracer.tensor if tracer else None,
        tracer_su=tracer.isotropic_su if tracer else None,
        tracer_tensor_su=tracer.tensor_su if tracer else None,
        charge=charge.tensor if charge else None,
        charge_su=charge.isotropic_su if charge else None,
        charge_tensor_su=charge.tensor_su if charge else None,
        from_rates=tensor,
        from_rates_su=tensor_su,
        predicted_tracer=predicted,
        predicted_tracer_su=predicted_su,
        conductivity=conductivity,
        conductivity_su=conductivity_su,
        blocks=len(tracer.blocks) if tracer else 0,
    )
