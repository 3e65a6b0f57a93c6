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
        rates={"h2": (0.4, 0.4)},
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
    found, _ = analyze_trajectory(crystal, [path], time_step=50.0)
    return sum(hop.jumps for hop in found.hops)


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
    assert ours == pytest.approx(found.n_jumps, rel=0.05)
    assert ours == pytest.approx(len(made.moves), rel=0.05)
