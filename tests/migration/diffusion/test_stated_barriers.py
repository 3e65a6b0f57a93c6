"""Barriers of a file as heights above one energy."""

from __future__ import annotations

import json
from math import exp

import pytest

from nitrivac import arrhenius, find_hops, load
from nitrivac.errors import ReadError, SpecificationError
from nitrivac.migration.diffusion.stated_barriers import StatedBarriers, read_barrier_file
from nitrivac.migration.diffusion.tensor import BOLTZMANN_EV_K, carrier_flows, hop_rates


@pytest.fixture(scope="module")
def network():
    return find_hops(load("beta-Li3N"))


def written(path, rows, source="beta-Li3N"):
    document = {
        "source": source,
        "barriers": [{"hop": hop, "forward_eV": forward, "backward_eV": back} for hop, forward, back in rows],
    }
    path.write_text(json.dumps(document))
    return path


def mixed(network):
    return next(hop for hop in network.hops if hop.start != hop.end)


def test_the_difference_of_both_barriers_is_that_of_the_vacancy(network, tmp_path):
    """The ion leaves the start, so that the last image has the vacancy there."""
    hop = mixed(network)
    rows = [("h1", 0.30, 0.30), (hop.id, 0.25, 0.15)]
    found = read_barrier_file(written(tmp_path / "barriers.json", rows)).on(network)
    energies = found.site_energies
    assert energies[hop.start] - energies[hop.end] == pytest.approx(0.10)
    assert min(energies.values()) == 0.0
    for name, forward, back in rows:
        one = network.hop(name)
        assert found.heights[name] - energies[one.end] == pytest.approx(forward)
        assert found.heights[name] - energies[one.start] == pytest.approx(back)


def test_vacancies_are_where_they_cost_least(tmp_path):
    """A vacancy on 1b costs 1 eV: nearly all are on 2c, and the plane conducts as if 1b were not there."""
    crystal = load("alpha-Li3N")
    network = find_hops(crystal)
    hop = mixed(network)
    assert (hop.start, hop.end) == ("Li@1b", "Li@2c")  # the ion leaves 1b
    path = written(tmp_path / "barriers.json", [("h1", 0.1, 0.1), (hop.id, 1.1, 0.1)], "alpha-Li3N")
    found = read_barrier_file(path).on(network)
    assert found.site_energies == {"Li@1b": pytest.approx(1.0), "Li@2c": 0.0}
    both, _ = arrhenius(network, found.heights, temperatures=[300], site_energies=found.site_energies)
    plane, _ = arrhenius(network, {"h1": 0.1}, temperatures=[300], site_energies={"Li@1b": 50.0})
    assert both[0].diffusion.principal_values[0] == pytest.approx(plane[0].diffusion.principal_values[0], rel=1e-6)


def test_rates_both_ways_are_in_detailed_balance(network, tmp_path):
    """Forward and backward rates, each weighed with the vacancies that there are, are the same flow."""
    hop = mixed(network)
    row = {"hop": hop.id, "forward_eV": 0.25, "backward_eV": 0.15, "attempt_forward_Hz": 4e12, "attempt_backward_Hz": 9e12}
    path = tmp_path / "barriers.json"
    path.write_text(json.dumps({"source": "beta-Li3N", "barriers": [row]}))
    found = read_barrier_file(path).on(network)
    assert found.frequencies == {hop.id: pytest.approx(6e12)}
    thermal = BOLTZMANN_EV_K * 400
    rate = hop_rates(found.heights, temperature=400, attempt_frequency=found.frequencies)
    flows = carrier_flows(network, rate, site_energies=found.site_energies, kT=thermal)
    weights = {site: exp(-found.site_energies.get(site, 0.0) / thermal) for site in network.addresses}
    total = sum(weights[site] for site in network.addresses)
    for site, barrier in ((hop.end, 0.25), (hop.start, 0.15)):
        flow = weights[site] / total * 6e12 * exp(-barrier / thermal)
        assert flows[flows > 0] == pytest.approx(flow)


def test_what_is_no_such_file_is_refused(network, tmp_path):
    with pytest.raises(SpecificationError, match="not of beta-Li3N"):
        read_barrier_file(written(tmp_path / "a.json", [("h1", 0.3, 0.3)], "alpha-Li3N")).on(network)
    with pytest.raises(SpecificationError, match="no hop in it has a barrier"):
        read_barrier_file(written(tmp_path / "b.json", [("h1", None, None)])).on(network)
    (tmp_path / "c.json").write_text("[]")
    with pytest.raises(ReadError, match="nitrivac barriers wrote"):
        read_barrier_file(tmp_path / "c.json")


def test_bands_that_are_no_barriers_are_not_taken(network, tmp_path):
    restless = tmp_path / "restless.json"
    row = {"hop": "h1", "forward_eV": 0.3, "backward_eV": 0.3, "converged": False}
    restless.write_text(json.dumps({"source": "beta-Li3N", "barriers": [row]}))
    for path in (restless, written(tmp_path / "flat.json", [("h1", 1.39, 0.0)])):
        with pytest.raises(SpecificationError, match="band of h1 is not at rest or has no saddle"):
            read_barrier_file(path).on(network)
        assert read_barrier_file(path).on(network, {"h1"}) == StatedBarriers()


def test_the_command_takes_the_file(nitrivac, network, tmp_path):
    hop = mixed(network)
    path = written(tmp_path / "barriers.json", [("h1", 0.30, 0.30), (hop.id, 0.25, 0.15)])
    found = nitrivac("diffusion", "beta-Li3N", "--barriers", path, "--json")
    assert found.code == 0
    replaced = nitrivac("diffusion", "beta-Li3N", "--barriers", path, "--barrier", "h1=0.5", "--json")
    assert replaced.json["barriers_eV"]["h1"] == 0.5
    assert set(found.json["barriers_eV"]) == {"h1", hop.id}
    assert nitrivac("diffusion", "beta-Li3N").code == 2


def test_a_hop_beyond_the_default_reach_is_found_again(nitrivac, tmp_path):
    """The hop of alpha-Li3N along c is longer than the hops listed by default."""
    long = next(hop for hop in find_hops(load("alpha-Li3N"), max_distance=4.0).hops if hop.start == hop.end == "Li@2c"
                and abs(hop.distance - 3.875) < 1e-3)  # fmt: skip
    rows = [{"hop": "h1", "forward_eV": 0.05, "backward_eV": 0.05, "distance_A": 2.106},
            {"hop": long.id, "forward_eV": 0.7, "backward_eV": 0.7, "distance_A": long.distance}]  # fmt: skip
    path = tmp_path / "barriers.json"
    calculator = {"name": "model", "version": "1", "licence": None, "weights_sha256": None}
    path.write_text(json.dumps({"source": "alpha-Li3N", "calculator": calculator, "barriers": rows}))
    run = nitrivac("diffusion", "alpha-Li3N", "Li@2c=1.5%", "--barriers", path, "--json")
    assert run.code == 0
    assert all(value > 0 for value in run.json["rows"][0]["principal_cm2_s"])
    assert run.json["carriers_per_cm3"] == pytest.approx(6.72e20, rel=1e-2)
    first, _, last = run.json["principal_activation_energies_eV"]
    assert (first, last) == (pytest.approx(0.05, abs=0.01), pytest.approx(0.7, abs=0.01))
    assert run.json["measured_anisotropy"] == {"ratio": pytest.approx(120), "temperature_K": 300.0}
    sigma = run.json["rows"][0]["conductivity_S_cm"]
    assert float(f"{sigma:.0e}") == sigma  # one digit: it is from barriers of a potential
    text = " ".join(nitrivac("diffusion", "alpha-Li3N", "Li@2c=1.5%", "--barriers", path).out.split())
    assert "across c to along it 120 : 1 at 300 K" in text
    assert "1.2e-03 S/cm at 300 K, 0.29 eV (perpendicular to c, alpha, single crystal)" in text


def test_carriers_are_stated_once(nitrivac):
    refused = nitrivac("diffusion", "alpha-Li3N", "Li@2c=1%", "--barrier", "h1=0.3", "--carriers", "1e20")
    assert refused.code == 2
    assert "choose one" in refused.err
    assert nitrivac("diffusion", "alpha-Li3N", "N@1a=1%", "--barrier", "h1=0.3").code == 2


def test_only_a_closed_direction_is_infinitely_slower(nitrivac):
    steep = nitrivac("diffusion", "alpha-Li3N", "--barrier", "h1=0.1", "--barrier", "h2=0.9", "--temperature", "300")
    assert "∞" not in steep.out
    assert "f: - where" in steep.out
    assert "∞" in nitrivac("diffusion", "alpha-Li3N", "--barrier", "h1=0.1", "--temperature", "300").out
