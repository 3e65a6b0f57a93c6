"""What was put into a trajectory by kinetic Monte Carlo is found in it."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import analyze_trajectory, find_hops, load
from nitrivac.migration import diffusion_tensor
from tests.trajectories.synthetic import make_run, write_xyz

CASES = {
    "alpha-Li3N": {"cells": (4, 4, 3), "vacancies": 6, "rates": {"h1": (0.5, 0.5), "h2": (0.08, 0.16)}},
    "beta-Li3N": {"cells": (3, 3, 2), "vacancies": 6, "rates": {"h2": (0.4, 0.4), "h3": (0.15, 0.45)}},
    "Li9N2Cl3": {"cells": (2, 2, 3), "vacancies": 9, "rates": {"h1": (0.15, 0.15)}},
}
ENERGIES = {"alpha-Li3N": {"Li@1b": np.log(2)}, "beta-Li3N": {"Li@2b": np.log(3)}, "Li9N2Cl3": {}}


def analysed(name, tmp_path, *, length, dt, **options):
    crystal = load(name)
    network = find_hops(crystal, widest_paths=False)
    run = make_run(crystal, network, length=length, dt=dt, **CASES[name], **options)
    found, density = analyze_trajectory(crystal, [write_xyz(run, tmp_path / "run.xyz")], time_step=dt * 1e3)
    return crystal, network, run, found, density


@pytest.fixture(scope="module", params=CASES)
def case(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return request.param, *analysed(request.param, folder, length=200, dt=0.05, vibration=0.2, seed=3)


def test_rates_are_those_put_in_within_ten_per_cent_and_their_errors(case):
    name, _, _, _, found, _ = case
    for hop, (there, back) in CASES[name]["rates"].items():
        row = found.hop(hop)
        truth = there if row.start == row.end else (row.forward + row.backward) / (row.forward / there + row.backward / back)
        assert row.rate == pytest.approx(truth, rel=0.1), hop
        assert abs(row.rate - truth) < 3 * row.su
        assert row.directed == pytest.approx((there, back), rel=0.15)
        assert row.well_defined
        assert row.interval[0] < row.rate < row.interval[1]
        assert row.rate == pytest.approx(2 * row.counted - row.every_second)
        assert row.counted == row.by_radius[found.shares.index(found.share)]


def test_every_jump_is_counted_once_and_none_is_made_up(case):
    name, _, _, run, found, _ = case
    for hop in found.hops:
        if hop.hop in CASES[name]["rates"]:
            assert hop.jumps == pytest.approx(run.jumps(hop.hop), rel=0.06)
        else:
            assert hop.jumps <= 0.02 * len(run.moves)
    assert found.unlisted + found.two_step <= 0.02 * len(run.moves)
    assert found.double < 0.01
    assert found.never == 0
    assert found.stays == ()


def test_there_and_back_are_in_balance(case):
    name, _, _, run, found, _ = case
    for hop in CASES[name]["rates"]:
        row = found.hop(hop)
        assert abs(row.forward - row.backward) < 4 * np.sqrt(row.jumps)
        if row.start != row.end:
            assert row.forward == pytest.approx(run.jumps(hop, 0), rel=0.06)


def test_vacancies_come_back_where_they_were(case):
    *_, run, found, _ = case
    for site in found.sites:
        assert site.occupancy == pytest.approx(run.occupancy[site.site], abs=0.002)
        assert 0 <= site.occupancy_su < 0.02
    assert sum(site.occupancy * site.sites for site in found.sites) == pytest.approx(found.atoms["Li"])


def test_vibrations_come_back_with_their_size(case):
    *_, found, _ = case
    for site in found.sites:
        assert np.linalg.norm(site.offset) < 0.02
        np.testing.assert_allclose(site.displacements, 0.04 * np.eye(3), atol=0.006)


def test_residence_counts_the_first_and_last_visits(case):
    name, _, network, run, found, _ = case
    for site in found.sites:
        # Every jump from the orbit, over the time spent there: the maximum of the likelihood with both ends censored.
        left = sum(
            run.jumps(hop.id, way)
            for hop in network.hops
            if hop.id in CASES[name]["rates"]
            for way, address in ((0, hop.start), (1, hop.end))
            if address == site.site and (hop.start != hop.end or way == 0)
        )
        time = run.occupancy[site.site] * site.sites * 200
        assert site.residence == pytest.approx(time / left, rel=0.06)


def test_charge_diffusion_from_jumps_is_the_exact_tensor_times_vacancies_per_ion(case):
    name, _, network, _, found, _ = case
    slow = {hop: min(pair) for hop, pair in CASES[name]["rates"].items()}
    one = diffusion_tensor(network, slow, site_energies=ENERGIES[name])
    vacancies = CASES[name]["vacancies"]
    # At a few per cent vacancies these are in each other's way: of as many jumps as there are vacant sites.
    blocked = 1 - vacancies / sum(site.sites for site in found.sites)
    expected = one.tensor * vacancies / found.atoms["Li"] * blocked
    scale = expected.max()
    np.testing.assert_allclose(found.transport.from_rates, expected, rtol=0.12, atol=0.02 * scale)


def test_both_ways_to_diffusion_agree(case):
    *_, run, found, _ = case
    transport = found.transport
    assert abs(np.trace(transport.charge) - np.trace(transport.from_rates)) / 3 < 3.5 * transport.charge_su
    assert abs(np.trace(transport.tracer) / 3 - transport.predicted_tracer) < 3.5 * np.hypot(
        transport.tracer_su, transport.predicted_tracer_su
    )
    ratio, error = transport.predicted_over_measured
    assert abs(ratio - 1) < 3.5 * error
    assert 0.3 < transport.haven[0] < 1.2
    # The displacement itself, of ions without vibrations, over long times.
    steps = run.ideal[2000:] - run.ideal[:-2000]
    assert np.trace(transport.tracer) / 3 == pytest.approx((steps**2).sum(axis=2).mean() / 6 / 100, rel=0.3)


def test_density_holds_all_ions_and_is_alike_in_both_halves(case):
    *_, found, density = case
    assert density.ions == pytest.approx(found.atoms["Li"] / abs(np.linalg.det(found.matrix)))
    before, after = density.halves_differ
    assert after < before / 2


def test_a_larger_vibration_and_slower_frames_cost_what_the_errors_say(tmp_path):
    _, _, _, found, _ = analysed("alpha-Li3N", tmp_path, length=200, dt=0.1, vibration=0.3, seed=5)
    row = found.hop("h1")
    assert row.rate == pytest.approx(0.5, rel=0.1)
    assert abs(row.rate - 0.5) < 2.5 * row.su


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_rates_and_diffusivities_are_within_their_errors_for_95_of_100_seeds(name, tmp_path):
    """The worst that is promised: vibrations of 0.3 angstrom and frames 0.1 ps apart, a hundred runs of 100 ps."""
    near, hits = [], {}
    for seed in range(100):
        _, _, run, found, _ = analysed(name, tmp_path, length=100, dt=0.1, vibration=0.3, seed=seed)
        for hop, (there, back) in CASES[name]["rates"].items():
            row = found.hop(hop)
            rate = row.jumps / (row.forward / there + row.backward / back)
            near.append(row.rate / rate)
            hits.setdefault(hop, []).append(abs(row.rate - rate) < 2 * row.su)
        for site in found.sites:
            hits.setdefault(site.site, []).append(
                abs(site.occupancy - run.occupancy[site.site]) < 2 * site.occupancy_su + 1e-3
            )
    assert np.mean(near) == pytest.approx(1, abs=0.03)
    assert np.mean(np.abs(np.array(near) - 1) < 0.1) >= 0.9
    assert min(map(sum, hits.values())) >= 92, hits  # fewer of 100 are rare where 95 are meant


def test_frames_too_far_apart_are_said_to_miss_jumps(tmp_path):
    _, _, run, found, _ = analysed("beta-Li3N", tmp_path, length=300, dt=0.4, vibration=0.15, seed=1)
    assert found.hop("h2").jumps < 0.9 * run.jumps("h2")
    assert any("every second frame shows fewer jumps" in one for one in found.remarks)
    assert any("400 fs" in one for one in found.remarks)
