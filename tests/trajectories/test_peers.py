"""Jumps that other programs find in the same run."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import analyze_trajectory, find_hops, load, make_supercell
from tests.trajectories.synthetic import make_run, write_xyz

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def run():
    crystal = load("beta-Li3N")
    network = find_hops(crystal, widest_paths=False)
    cell = make_supercell(crystal, np.diag([3, 3, 2]))
    made = make_run(
        crystal,
        network,
        cells=(3, 3, 2),
        vacancies=6,
        rates={"h2": (0.4, 0.4), "h3": (0.15, 0.45)},
        length=40,
        dt=0.05,
        vibration=0.12,
        drift=0.0,
    )
    return crystal, made, cell.frac_coords[np.isin(cell.parent_site, network.sites)]


@pytest.fixture(scope="module")
def ours(run, tmp_path_factory):
    crystal, made, _ = run
    path = write_xyz(made, tmp_path_factory.mktemp("run") / "run.xyz")
    return analyze_trajectory(crystal, [path], time_step=50.0)


def test_gemdat_counts_as_many_jumps(run, ours):
    gemdat = pytest.importorskip("gemdat")
    from pymatgen.core import Element, Lattice, Structure

    _, made, sites = run
    trajectory = gemdat.Trajectory(
        species=[Element(one) for one in made.symbols],
        coords=made.places @ np.linalg.inv(made.lattice),
        lattice=made.lattice,
        time_step=50e-15,
        constant_lattice=True,
        metadata={"temperature": 1000},
    )
    ideal = Structure(Lattice(made.lattice), ["Li"] * len(sites), sites, labels=["Li"] * len(sites))
    found = trajectory.transitions_between_sites(sites=ideal, floating_specie="Li", site_radius=0.65).jumps()
    jumps = sum(hop.jumps for hop in ours[0].hops)
    assert jumps == pytest.approx(found.n_jumps, rel=0.05)
    assert jumps == pytest.approx(len(made.moves), rel=0.05)


def test_kinisi_gives_the_same_tracer_diffusivity(run, ours):
    analyze = pytest.importorskip("kinisi.analyze", exc_type=ImportError)
    import scipp
    from ase import Atoms

    _, made, _ = run
    found, _ = ours
    frames = [Atoms(made.symbols, positions=one, cell=made.lattice, pbc=True) for one in made.places[::4]]
    lags = scipp.array(dims=["time interval"], values=np.arange(1, 41) * 0.2, unit="ps")
    step = {"time_step": scipp.scalar(0.2, unit="ps"), "step_skip": scipp.scalar(1)}
    theirs = analyze.DiffusionAnalyzer.from_ase(frames, specie="Li", dt=lags, progress=False, **step)
    theirs.diffusion(scipp.scalar(3.0, unit="ps"), progress=False, random_state=np.random.RandomState(0))
    drawn = theirs.D.to(unit="angstrom^2/ps").values
    error = np.hypot(drawn.std(), found.transport.tracer_su)
    assert abs(np.trace(found.transport.tracer) / 3 - drawn.mean()) < 3 * error
    assert error < drawn.mean() / 3
