"""How long to simulate, and how often to write a frame, for rates and diffusivities of a wanted error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError
from nitrivac.trajectories.following.reference import Reference
from nitrivac.trajectories.following.sites import site_table
from nitrivac.trajectories.transport.displacements import diffusion_of
from nitrivac.trajectories.transport.kinetic_monte_carlo import simulated_displacements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.supercells.supercell import Supercell
    from nitrivac.migration.network import HopNetwork
    from nitrivac.trajectories.following.sites import SiteTable

__all__ = ["RunLength", "run_length"]

_TRIALS = 12  # simulated runs
_JUMPS = 12_000  # in each
_MOMENTS = 1_000
_MISSED = 0.03  # share of the jumps that frames may miss, as returns between two of them
_SHORTEST_FS, _LONGEST_FS = 1.0, 100.0
_ACROSS = 0.02  # of the largest diffusivity: a direction as closed as this does not decide


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunLength(Document):
    """What a run must be for a wanted error, if jumps are independent.

    Attributes:
        error: wanted standard error, relative.
        frame_spacing: longest time between frames, fs.
        rates: length of the run in ps for the rate of each hop, by its name.
        tracer: length for the tracer diffusivity from displacements, ps.
        charge: length for the charge diffusivity and the conductivity from displacements, ps.
        from_rates: length for the charge diffusivity from the jumps alone, ps.
        jumps: jumps per ps in the whole cell.
    """

    error: float
    frame_spacing: float
    rates: dict[str, float]
    tracer: float
    charge: float
    from_rates: float
    jumps: float

    columns: ClassVar[Columns[RunLength]] = Columns(
        (
            Column("error", lambda run: run.error, digits=None),
            Column("frame_spacing_fs", lambda run: run.frame_spacing, digits=None),
            Column("rates_ps", lambda run: run.rates, digits=None),
            Column("tracer_ps", lambda run: run.tracer, digits=None),
            Column("charge_ps", lambda run: run.charge, digits=None),
            Column("from_rates_ps", lambda run: run.from_rates, digits=None),
            Column("jumps_per_ps", lambda run: run.jumps, digits=None),
        )
    )


def run_length(
    crystal: Crystal,
    network: HopNetwork,
    cell: Supercell,
    rates: Mapping[str, tuple[float, float]],
    *,
    vacancies: int,
    error: float = 0.1,
    seed: int = 0,
) -> RunLength:
    """How long a run must be, from simulated ones: independent jumps by kinetic Monte Carlo, analysed like dynamics.

    Args:
        crystal: the crystal.
        network: its hops.
        cell: the supercell to be simulated.
        rates: of hops by name, from start to end and back, 1/ps.
        vacancies: vacant sites in the cell.
        error: wanted relative standard error.
        seed: of the random numbers.

    Raises:
        SpecificationError: a hop or number is unknown or out of range, or the hops named lead nowhere.

    >>> from nitrivac import find_hops, load, make_supercell
    >>> from nitrivac.trajectories import run_length
    >>> crystal = load("Li9N2Cl3")
    >>> network, cell = find_hops(crystal), make_supercell(crystal, [[2, 0, 0], [0, 2, 0], [0, 0, 2]])
    >>> needed = run_length(crystal, network, cell, {"h1": (0.2, 0.2)}, vacancies=4)
    >>> round(needed.rates["h1"], 1), needed.tracer < needed.charge
    (22.2, True)
    """
    table = _ideal_table(crystal, network, cell)
    if not 0 < vacancies < len(table):
        raise SpecificationError(f"{vacancies} vacancies: 1 to {len(table) - 1} of the {len(table)} sites can be vacant")
    if not 0.001 <= error < 1:
        raise SpecificationError(f"error {error:g}: a relative error from 0.1 % to less than 100 % is accepted")
    directed = np.zeros((len(network.hops), 2))
    names = [hop.id for hop in network.hops]
    for name, pair in rates.items():
        directed[names.index(network.hop(name).id)] = pair
    if not directed.any():
        raise SpecificationError("no hop has a rate above 0")
    n_ions = len(table) - vacancies
    flows = _jumps_per_ps(table, directed, vacancies)
    jumps = float(flows.sum())
    length = _JUMPS / jumps
    spread = _relative_spread(table, directed, n_ions, length=length, stay=vacancies / jumps, seed=seed)
    out = jumps / vacancies
    needed = {name: 1 / (error**2 * float(flow)) for name, flow in zip(names, flows, strict=True) if flow > 0}
    return RunLength(
        error=error,
        frame_spacing=float(np.clip(_MISSED / out * 1e3, _SHORTEST_FS, _LONGEST_FS)),
        rates=needed,
        tracer=length * (spread[0] / error) ** 2,
        charge=length * (spread[1] / error) ** 2,
        from_rates=1 / (error**2 * jumps),
        jumps=jumps,
    )


def _ideal_table(crystal: Crystal, network: HopNetwork, cell: Supercell) -> SiteTable:
    sites = np.flatnonzero(np.isin(cell.parent_site, network.sites))
    none = np.zeros(0, dtype=np.int64)
    reference = Reference(
        crystal=crystal, cell=cell, species=network.species, lattice=cell.lattice, mobile=none, immobile=none,
        homes=np.zeros((0, 3)), sites=sites, strain=0.0,
    )  # fmt: skip
    return site_table(reference, network)


def _jumps_per_ps(table: SiteTable, directed: NDArray[np.float64], vacancies: int) -> NDArray[np.float64]:
    """Jumps of each hop per ps in equilibrium, shape (h,), vacancies spread by detailed balance."""
    n_sites, n_hops = len(table), len(directed)
    used = table.hops >= 0
    centre = np.repeat(np.arange(n_sites), np.diff(table.starts))[used]
    hops, near, forward = table.hops[used], table.near[used], table.forward[used]
    # A vacancy on the centre leaves to the neighbour when the ion there jumps in, against the direction of the row.
    leaving = np.where(forward, directed[hops, 1], directed[hops, 0])
    shares = _stationary(centre, near, leaving, n_sites) * vacancies
    filled = 1 - np.minimum(1.0, shares[near])
    return np.asarray(np.bincount(hops, weights=shares[centre] * leaving * filled, minlength=n_hops), dtype=np.float64)


def _stationary(
    centre: NDArray[np.int64], near: NDArray[np.int64], leaving: NDArray[np.float64], n_sites: int
) -> NDArray[np.float64]:
    """Share of the time that a lone vacancy spends on each site, shape (n,)."""
    out = np.bincount(centre, weights=leaving, minlength=n_sites)
    step = 0.5 / max(float(out.max()), 1e-300)
    shares = np.full(n_sites, 1 / n_sites)
    for _ in range(100_000):
        moved = np.bincount(near, weights=shares[centre] * leaving, minlength=n_sites) - shares * out
        shares = shares + step * moved
        if np.abs(moved).max() * step < 1e-12:
            break
    return shares


def _relative_spread(
    table: SiteTable, directed: NDArray[np.float64], n_ions: int, *, length: float, stay: float, seed: int
) -> tuple[float, float]:
    """Relative standard deviation of tracer and charge diffusivities from displacements over simulated runs of a length.

    Raises:
        SpecificationError: no ion gets anywhere.
    """
    found = []
    for trial in range(_TRIALS):
        places = simulated_displacements(
            table, directed, n_ions, length=length, moments=_MOMENTS, seed=seed * _TRIALS + trial
        )
        tensors = diffusion_of(places, length / (_MOMENTS - 1), stay=stay)
        assert tensors is not None
        found.append([one.isotropic for one in tensors])
    values = np.array(found)
    means = values.mean(axis=0)
    if not (means > _ACROSS * 1e-6).all():
        raise SpecificationError("the hops named lead nowhere: every way ends or leads back")
    tracer, charge = values.std(axis=0, ddof=1) / means
    return float(tracer), float(charge)
