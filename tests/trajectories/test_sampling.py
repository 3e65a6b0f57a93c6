"""How long to simulate, against counting by hand and against runs of that length."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import find_hops, load, make_supercell
from nitrivac.errors import SpecificationError
from nitrivac.trajectories import run_length
from nitrivac.trajectories.sampling import _ideal_table
from nitrivac.trajectories.transport.displacements import diffusion_of
from nitrivac.trajectories.transport.kinetic_monte_carlo import simulated_diffusion, simulated_displacements


@pytest.fixture(scope="module")
def cubic():
    crystal = load("Li9N2Cl3")
    return crystal, find_hops(crystal, widest_paths=False), make_supercell(crystal, np.diag([2, 2, 2]))


def test_a_rate_needs_as_many_jumps_as_its_error_says(cubic):
    found = run_length(*cubic, {"h1": (0.2, 0.2)}, vacancies=4, error=0.1)
    # 4 vacancies of 64 sites, each beside 6 sites that are filled but for the other vacancies.
    jumps = 4 * 6 * 0.2 * (1 - 4 / 64)
    assert found.jumps == pytest.approx(jumps)
    assert found.rates == {"h1": pytest.approx(100 / jumps)}
    assert found.frame_spacing == pytest.approx(0.03 / (jumps / 4) * 1000)
    assert found.from_rates < found.tracer < found.charge


def test_half_the_error_takes_four_times_as_long(cubic):
    wide, narrow = (run_length(*cubic, {"h1": (0.2, 0.2)}, vacancies=4, error=error) for error in (0.2, 0.1))
    assert narrow.tracer == pytest.approx(4 * wide.tracer)
    assert narrow.rates["h1"] == pytest.approx(4 * wide.rates["h1"])


def test_runs_of_that_length_have_that_error(cubic):
    crystal, network, cell = cubic
    found = run_length(crystal, network, cell, {"h1": (0.2, 0.2)}, vacancies=4, error=0.15)
    table = _ideal_table(crystal, network, cell)
    rates = np.array([[0.2, 0.2], [0.0, 0.0]])
    truth = simulated_diffusion(table, rates, 60, blocks=60)[0].isotropic
    values = []
    for seed in range(100, 130):
        places = simulated_displacements(table, rates, 60, length=found.tracer, moments=600, seed=seed)
        values.append(diffusion_of(places, found.tracer / 599, stay=4 / found.jumps)[0].isotropic)
    assert np.mean(values) == pytest.approx(truth, rel=0.1)
    assert np.std(values) / truth == pytest.approx(0.15, rel=0.6)


def test_detailed_balance_puts_vacancies_where_they_like_to_be():
    crystal = load("beta-Li3N")
    network, cell = find_hops(crystal, widest_paths=False), make_supercell(crystal, np.diag([3, 3, 2]))
    found = run_length(crystal, network, cell, {"h3": (0.15, 0.45), "h2": (1e-9, 1e-9)}, vacancies=1, error=0.1)
    # 36 sites of 2b of weight 1/3, 72 of 4f: 6 jumps of 0.45 from each vacancy on 2b, as many back.
    on_2b = 36 / 3 / (36 / 3 + 72)
    assert found.jumps == pytest.approx(2 * on_2b * 6 * 0.45, rel=0.02)


@pytest.mark.parametrize(
    ("rates", "options", "said"),
    [
        ({"h9": (1.0, 1.0)}, {"vacancies": 4}, "h9"),
        ({"h1": (0.2, 0.2)}, {"vacancies": 0}, "1 to 63"),
        ({"h1": (0.2, 0.2)}, {"vacancies": 4, "error": 2.0}, "relative error"),
        ({"h1": (0.0, 0.0)}, {"vacancies": 4}, "no hop has a rate"),
    ],
)
def test_what_cannot_be_meant_is_refused(cubic, rates, options, said):
    with pytest.raises(SpecificationError, match=said):
        run_length(*cubic, rates, **options)


def test_the_command_gives_a_row_for_each_temperature(nitrivac):
    arguments = ("sampling", "beta-Li3N", "--supercell", "3x3x2", "--vacancies", 6)
    done = nitrivac(*arguments, "--barrier", "h2=0.3", "--temperature", "600,900", "--json")
    assert [row["temperature_K"] for row in done.json["runs"]] == [600, 900]
    cold, hot = done.json["runs"]
    assert cold["tracer_ps"] > hot["tracer_ps"] > 0
    assert cold["frame_spacing_fs"] >= hot["frame_spacing_fs"]
    table = nitrivac(*arguments, "--rate", "h2=0.4")
    assert table.code == 0
    assert "from jumps (ps)" in table.out
    for wrong in ((), ("--rate", "h2=0.4", "--barrier", "h2=0.3")):
        refused = nitrivac(*arguments, *wrong)
        assert refused.code == 2
        assert refused.err.count("\n") == 1
