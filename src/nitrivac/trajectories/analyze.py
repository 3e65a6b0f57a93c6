"""From files of molecular dynamics to occupancies, rates and diffusion, in one pass over the frames."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.supercells.supercell_matrix import whole_matrix
from nitrivac.errors import ReadError, SpecificationError
from nitrivac.migration.network import find_hops
from nitrivac.trajectories.following.rates import share_missed, tally
from nitrivac.trajectories.following.reference import find_reference
from nitrivac.trajectories.frames import Trajectory
from nitrivac.trajectories.result import TrajectoryAnalysis
from nitrivac.trajectories.summary import hop_rates_of, remarks_on, site_uses
from nitrivac.trajectories.transport.both_ways import transport_of
from nitrivac.trajectories.transport.displacements import mean_square
from nitrivac.trajectories.watch import PLATEAU, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.network import HopNetwork
    from nitrivac.trajectories.density import Density

__all__ = ["CORE_SHARE", "analyze_trajectory"]

CORE_SHARE = 0.3
"""Radius of a core as a share of the distance to the nearest site."""
FEWEST_FRAMES = 10


def analyze_trajectory(
    crystal: Crystal,
    files: Sequence[str | Path] | Trajectory,
    *,
    time_step: float,
    species: str | None = None,
    skip: float = 0.0,
    temperature: float | None = None,
    core_share: float = CORE_SHARE,
    progress: Callable[[int, int | None], None] = lambda _done, _total: None,
) -> tuple[TrajectoryAnalysis, Density]:
    """Follow the mobile ions of a run from site to site, and what comes of it.

    Args:
        crystal: the crystal that the run is of.
        files: of the run, in the order of time; a `Trajectory` names the elements of LAMMPS types too.
        time_step: time between two frames in the files, fs.
        species: the mobile element, by default the charge carrier.
        skip: time at the beginning to be left out, ps.
        temperature: K; without it there is no conductivity.
        core_share: radius of a core as a share of the distance to the nearest site.
        progress: told the number of frames read.

    Returns:
        The analysis, and the density of the mobile ions.

    Raises:
        SpecificationError: an option is out of range, or there is no atom of the species.
        ReadError: a file cannot be read, holds too few frames, or frames too far apart.
        UnsupportedError: the run is of another crystal.

    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from ase.io import write
    >>> from nitrivac import analyze_trajectory, load
    >>> crystal = load("alpha-Li3N")
    >>> atoms = crystal.atoms().repeat((3, 3, 3))
    >>> del atoms[1]
    >>> frames = [atoms.copy() for _ in range(40)]
    >>> for seed, frame in enumerate(frames):
    ...     frame.rattle(0.1, seed=seed)
    >>> write(file := Path(mkdtemp()) / "run.traj", frames)
    >>> run, density = analyze_trajectory(crystal, [file], time_step=20.0)
    >>> [(site.site, round(site.occupancy, 3)) for site in run.sites], sum(hop.jumps for hop in run.hops)
    ([('Li@1b', 0.963), ('Li@2c', 1.0)], 0)
    """
    _refuse_options(time_step, skip, temperature, core_share)
    given = files if isinstance(files, Trajectory) else Trajectory(files=[Path(one) for one in files])
    run = Trajectory(files=given.files, types=given.types, skip=round(skip * 1e3 / time_step))
    chunks = run.chunks()
    first = next(chunks, None)
    source = str(run.files[0]) + (f" and {len(run.files) - 1} more" if len(run.files) > 1 else "")
    if first is None or len(first.frac) < FEWEST_FRAMES:
        left = 0 if first is None else len(first.frac)
        frames = "1 frame is" if left == 1 else f"{left} frames are"
        reason = "".join(f"; {remark}" for remark in run.remarks)
        raise ReadError(f"{source}: {frames} left after {skip:g} ps; at least {FEWEST_FRAMES} are needed{reason}")
    reference = find_reference(crystal, run.elements, first, species, source)
    network = find_hops(crystal, species=reference.species, widest_paths=False)
    watch = Watch.of(reference, network, time_step=time_step, core_share=core_share, source=source)
    watch.look_at(first)
    progress(run.n_frames, None)
    for chunk in chunks:
        watch.look_at(chunk)
        progress(run.n_frames, None)
    return _analysis(run, watch, network, skip=skip, temperature=temperature), watch.grid.density()


def _refuse_options(time_step: float, skip: float, temperature: float | None, core_share: float) -> None:
    if not (np.isfinite(time_step) and 0 < time_step <= 1e6):
        raise SpecificationError(
            f"time step {time_step:g} fs: the time between two frames of the file is needed, above 0 fs"
        )
    if not (np.isfinite(skip) and skip >= 0):
        raise SpecificationError(f"skip {skip:g} ps: a time of 0 ps or more is accepted")
    if temperature is not None and not (np.isfinite(temperature) and 0 < temperature < 1e5):
        raise SpecificationError(f"temperature {temperature:g} K: a number above 0 is accepted")
    if not 0.05 <= core_share <= 0.5:
        raise SpecificationError(
            f"core {core_share:g}: a share of the distance to the nearest site from 0.05 to 0.5 is accepted"
        )


def _analysis(
    run: Trajectory, watch: Watch, network: HopNetwork, *, skip: float, temperature: float | None
) -> TrajectoryAnalysis:
    """Everything counted, put together."""
    reference, table = watch.reference, watch.table
    dt = watch.time_step * 1e-3
    itinerary = watch.main.itinerary()
    counted = tally(table, network, itinerary)
    every_second = tally(table, network, watch.halved.itinerary())
    missed = share_missed(counted, every_second)
    rates = hop_rates_of(watch, network, counted, every_second, dt)
    moments = watch.displacements
    times, squares = mean_square(moments.places, dt * moments.stride)
    transport = transport_of(watch, network, counted, missed, dt=dt, temperature=temperature)
    stays = watch.dwelling.long_stays(reference, dt)
    return TrajectoryAnalysis(
        source=network.source,
        caution=network.caution,
        files=tuple(str(one) for one in run.files),
        species=reference.species,
        frames=run.n_frames,
        time_step=watch.time_step,
        skipped=skip,
        temperature=temperature,
        matrix=whole_matrix(reference.cell.matrix),
        strain=reference.strain,
        atoms={element: run.elements.count(element) for element in dict.fromkeys(run.elements)},
        share=watch.share,
        shares=PLATEAU,
        sites=site_uses(watch, counted, missed, itinerary, dt),
        hops=rates,
        double=counted.double,
        two_step=int((counted.kinds == -2).sum()),
        unlisted=int((counted.kinds == -1).sum()),
        never=int((itinerary.first < 0).sum()),
        stays=stays,
        transport=transport,
        msd=np.stack([times, squares]),
        remarks=(*run.remarks, *remarks_on(watch, rates, counted, itinerary)),
    )
