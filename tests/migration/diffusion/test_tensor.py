"""Diffusion tensors whose value is known, and identities they obey."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.errors import SpecificationError
from nitrivac.migration import arrhenius, find_hops
from nitrivac.migration.diffusion.tensor import BOLTZMANN_EV_K, diffusion_tensor, hop_rates, nernst_einstein
from tests.migration.test_hops import beta


def unit(network, reach):
    return diffusion_tensor(network, {hop.id: 1.0 for hop in network.hops if hop.distance <= reach})


@pytest.mark.parametrize(
    ("crystal", "reach", "across", "along"),
    [
        (lambda: load("alpha-Li3N"), 2.2, 2.218, 0),
        (lambda: load("alpha-Li3N"), 2.9, 11.090, 15.016),
        (lambda: beta(0.5847), 2.31, 4.206, 0),
        (lambda: beta(0.5847), 3.0, 10.514, 12.802),
    ],
)
def test_unit_rates_give_the_tensors_of_an_independent_program(crystal, reach, across, along):
    tensor = unit(find_hops(crystal(), max_distance=3.3), reach).tensor
    assert np.diag(tensor) == pytest.approx([across, across, along], abs=6e-4)
    assert tensor - np.diag(np.diag(tensor)) == pytest.approx(0, abs=1e-9)


def test_the_honeycomb_by_hand():
    network = find_hops(load("alpha-Li3N"))
    found = diffusion_tensor(network, {"h1": 1.0})
    assert found.tensor[0, 0] == pytest.approx(2 / 3 * 3 * network.hops[0].distance ** 2 / 4)
    assert found.anisotropy == np.inf
    assert found.plain()["anisotropy"] is None
    assert abs(found.principal_axes[2] @ [0, 0, 1]) == pytest.approx(1)


def test_hops_that_lead_back_carry_nothing():
    """Hops along c of beta-Li3N join pairs of 4f only: a rattle, no diffusion."""
    network = find_hops(beta(0.5847), max_distance=2.2)
    assert diffusion_tensor(network, {"h1": 1.0}).isotropic == pytest.approx(0, abs=1e-12)


def test_a_slow_step_in_a_row_limits_like_resistors_in_series():
    """Along c of beta-Li3N a carrier must take other hops too: a hundredfold h1 alone raises D less than a hundredfold."""
    network = find_hops(beta(0.5847), max_distance=2.35)
    usual = diffusion_tensor(network, {"h1": 1.0, "h3": 1.0}).tensor[2, 2]
    quick = diffusion_tensor(network, {"h1": 100.0, "h3": 1.0}).tensor[2, 2]
    assert usual < quick < 100 * usual


def test_a_site_of_high_energy_is_seldom_visited():
    network = find_hops(load("alpha-Li3N"))
    found = diffusion_tensor(network, {"h1": 1.0}, site_energies={"Li@1b": 50.0})
    assert found.tensor[0, 0] == pytest.approx(3 / 2 * diffusion_tensor(network, {"h1": 1.0}).tensor[0, 0])


def test_a_constant_added_to_all_site_energies_speeds_every_hop():
    network = find_hops(load("alpha-Li3N"))
    rates = {"h1": 1.0, "h2": 0.3}
    raised = diffusion_tensor(network, rates, site_energies={"Li@1b": 1.0, "Li@2c": 1.0})
    assert raised.tensor == pytest.approx(np.e * diffusion_tensor(network, rates).tensor)


def test_one_barrier_gives_its_own_activation_energy_and_nernst_einstein():
    network = find_hops(load("Li9N2Cl3"), max_distance=2.8)
    rows, energy = arrhenius(network, {"h1": 0.3}, temperatures=[300, 350, 400], concentration=1e21)
    assert energy == pytest.approx(0.3, abs=1e-9)
    rate = 1e13 * np.exp(-0.3 / (BOLTZMANN_EV_K * 300))
    assert rows[0].diffusion.isotropic == pytest.approx(rate * 2.695**2)  # six jumps of a / 2: z d^2 / 6 = d^2
    kelvin_volt = 1.380649e-23 * 300 / 1.602176634e-19**2
    assert rows[0].conductivity_S_cm == pytest.approx(1e21 * rate * 2.695**2 * 1e-16 / kelvin_volt)
    assert rows[0].conductivity_S_cm == pytest.approx(
        nernst_einstein(rows[0].coefficient_cm2_s, concentration=1e21, temperature=300)
    )


def test_what_is_no_rate_is_refused():
    network = find_hops(load("alpha-Li3N"))
    for rates in ({"h1": -1.0}, {"h1": float("nan")}, {"x": 1.0}):
        with pytest.raises(SpecificationError):
            diffusion_tensor(network, rates)
    with pytest.raises(SpecificationError, match="Li@2c"):
        diffusion_tensor(network, {"h1": 1.0}, site_energies={"Li@9z": 1.0})
    with pytest.raises(SpecificationError):
        hop_rates({"h1": 0.3}, temperature=0)
    with pytest.raises(SpecificationError):
        hop_rates({"h1": -0.3}, temperature=300)


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "beta-Li3N"])
def test_the_tensor_agrees_with_onsager(identifier):
    """The package `onsager` for interstitials, unit rates over sites of one energy."""
    crystals, diffuser = pytest.importorskip("onsager.crystal"), pytest.importorskip("onsager.OnsagerCalc")
    network = find_hops(load(identifier), max_distance=3.0)
    crystal = load(identifier)
    others = [crystal.frac_coords[orbit.indices] for orbit in crystal.orbits if "Li" not in orbit.elements]
    basis = [list(crystal.frac_coords[network.sites]), list(np.concatenate(others))]
    model = crystals.Crystal(crystal.lattice.T, basis, noreduce=True)
    sites, jumps = model.sitelist(0), model.jumpnetwork(0, 3.0)
    calculator = diffuser.Interstitial(model, 0, sites, jumps)
    expected = calculator.diffusivity(np.ones(len(sites)), np.zeros(len(sites)), np.ones(len(jumps)), np.zeros(len(jumps)))
    assert unit(network, 3.0).tensor == pytest.approx(expected, abs=1e-6)
