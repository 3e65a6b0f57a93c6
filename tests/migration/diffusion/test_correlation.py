"""Correlation factors of vacancy diffusion against the known ones and against kinetic Monte Carlo."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import crystal_from_structure, diffusion_tensor, find_hops, load
from nitrivac.migration import arrhenius
from nitrivac.migration.diffusion.correlation import correlation_tensor
from nitrivac.migration.diffusion.tensor import carrier_flows

FACE = [[0, 1.5, 1.5], [1.5, 0, 1.5], [1.5, 1.5, 0]]
BODY = [[-1.5, 1.5, 1.5], [1.5, -1.5, 1.5], [1.5, 1.5, -1.5]]
# Factors as in K. Compaan, Y. Haven, Trans. Faraday Soc. 52 (1956) 786; Montet, Phys. Rev. B 7 (1973) 650.
LATTICES = {
    "simple cubic": (np.eye(3) * 3, [[0, 0, 0]], 3.01, 0.65311, 3),
    "body-centred cubic": (BODY, [[0, 0, 0]], 2.7, 0.72719, 3),
    "face-centred cubic": (FACE, [[0, 0, 0]], 2.3, 0.78145, 3),
    "diamond": (FACE, [[0, 0, 0], [0.25, 0.25, 0.25]], 1.4, 0.5, 3),
    "square": (np.diag([3, 3, 4]), [[0, 0, 0]], 3.01, 0.46694, 2),
    "triangular": ([[3, 0, 0], [-1.5, 2.598076211, 0], [0, 0, 4]], [[0, 0, 0]], 3.01, 0.56006, 2),
    "honeycomb": ([[3, 0, 0], [-1.5, 2.598076211, 0], [0, 0, 4]], [[1 / 3, 2 / 3, 0], [2 / 3, 1 / 3, 0]], 1.8, 1 / 3, 2),
    "chain": (np.diag([4, 4, 3]), [[0, 0, 0]], 3.01, 0.0, 1),
}


def network_of(lattice, sites, reach):
    from pymatgen.core import Structure

    crystal = crystal_from_structure(Structure(lattice, ["Li"] * len(sites), sites))
    return find_hops(crystal, species="Li", max_distance=reach, widest_paths=False)


@pytest.mark.parametrize("name", LATTICES)
def test_the_known_factors_come_out_for_few_vacancies(name):
    lattice, sites, reach, factor, dimension = LATTICES[name]
    network = network_of(lattice, sites, reach)
    assert len(network.hops) == 1
    one = diffusion_tensor(network, {"h1": 2.5})
    assert one.dimension == dimension
    all_ions = correlation_tensor(network, carrier_flows(network, {"h1": 2.5}))
    np.testing.assert_allclose(all_ions, factor * one.tensor, atol=1.5e-4 * one.tensor.max())


def test_the_cell_chosen_makes_no_difference():
    primitive = network_of(BODY, [[0, 0, 0]], 2.7)
    cubic = network_of(np.eye(3) * 3, [[0, 0, 0], [0.5, 0.5, 0.5]], 2.7)
    found = [correlation_tensor(one, carrier_flows(one, {"h1": 1.0})) for one in (primitive, cubic)]
    np.testing.assert_allclose(found[0], found[1], rtol=2e-3, atol=1e-3)


def test_kinetic_monte_carlo_agrees_where_sites_and_hops_differ():
    """One vacancy in a box of beta-Li3N with two kinds of sites, solved and simulated."""
    from nitrivac.migration.diffusion.correlation import _in_box
    from tests.trajectories.synthetic import Walk

    crystal = load("beta-Li3N")
    network = find_hops(crystal, widest_paths=False)
    rates = {"h2": 0.4, "h3": 0.15}
    energies = {"Li@2b": np.log(3)}
    size = np.array([3, 3, 2])
    solved = _in_box(network, carrier_flows(network, rates, site_energies=energies), size)
    rng = np.random.default_rng(0)
    there_and_back = {"h2": (0.4, 0.4), "h3": (0.15, 0.45)}
    walk = Walk.of(crystal, network, tuple(size.tolist()), 1, there_and_back, rng)
    squares = []
    for _ in range(60):
        start, time = walk.home, 0.0
        while time < 1500:
            rows, total = walk.choices()
            walk.jump(rows, total, rng, 0.0)
            time += rng.exponential(1 / total)
        squares.append(((walk.home - start) ** 2).sum() / (6 * time))
    mean, error = np.mean(squares), np.std(squares) / np.sqrt(len(squares))
    assert np.trace(solved) / 3 == pytest.approx(mean, abs=3.5 * error)
    assert error < 0.06 * mean


def test_the_tracer_diffusivity_is_the_factor_times_vacancies_per_ion():
    network = find_hops(load("Li9N2Cl3"), widest_paths=False)
    sites = 8 / (5.39e-8) ** 3
    (row,), _ = arrhenius(network, {"h1": 0.4}, temperatures=[500], concentration=sites / 100)
    assert row.correlation_factor == pytest.approx(0.6531, abs=3e-4)
    assert row.tracer_cm2_s == pytest.approx(row.correlation_factor * row.coefficient_cm2_s / 99)
    printed = row.plain()
    assert printed["kind"].startswith("charge")
    assert printed["correlation_factor"] == row.correlation_factor
    (unknown,), _ = arrhenius(network, {"h1": 0.4}, temperatures=[500])
    assert unknown.tracer_cm2_s is None
    (full,), _ = arrhenius(network, {"h1": 0.4}, temperatures=[500], concentration=2 * sites)
    assert full.tracer_cm2_s is None


def test_the_factor_of_a_layered_conductor_goes_from_two_to_three_dimensions():
    network = find_hops(load("alpha-Li3N"), widest_paths=False)
    factors = {}
    for other in (0.0, 1e-3, 1.0):
        flows = carrier_flows(network, {"h1": 1.0, "h2": other})
        one = diffusion_tensor(network, {"h1": 1.0, "h2": other})
        factors[other] = correlation_tensor(network, flows)[0, 0] / one.tensor[0, 0]
    assert factors[0.0] == pytest.approx(1 / 3, abs=1e-3)
    assert factors[0.0] < factors[1e-3] < factors[1.0]


def test_the_command_says_which_diffusivity_it_prints(nitrivac):
    done = nitrivac("diffusion", "Li9N2Cl3", "--barrier", "h1=0.4", "--temperature", "500")
    assert done.code == 0
    assert "0.653" in done.out
    assert "of charge, not of a labelled" in " ".join(done.out.split())
    (row,) = nitrivac("diffusion", "Li9N2Cl3", "--barrier", "h1=0.4", "--temperature", "500", "--json").json["temperatures"]
    assert row["correlation_factor"] == pytest.approx(0.6531, abs=3e-4)
