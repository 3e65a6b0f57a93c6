"""`nitrivac trajectory` from the shell."""

from __future__ import annotations

import json

import pytest

from nitrivac import find_hops, load
from tests.trajectories.synthetic import make_run, write_xyz

KEYS = {
    "source", "species", "frames", "time_step_fs", "atoms", "core_radius_A", "plateau", "occupancy", "double_occupancy",
    "jumps", "residence", "diffusion",
}  # fmt: skip


@pytest.fixture(scope="module")
def run_file(tmp_path_factory):
    crystal = load("beta-Li3N")
    network = find_hops(crystal, widest_paths=False)
    rates = {"h2": (0.4, 0.4), "h3": (0.15, 0.45)}
    run = make_run(crystal, network, cells=(3, 3, 2), vacancies=6, rates=rates, length=30, dt=0.05, seed=4)
    return write_xyz(run, tmp_path_factory.mktemp("run") / "run.xyz")


def test_json_has_the_keys_of_the_contract(nitrivac, run_file):
    done = nitrivac("trajectory", "beta-Li3N", run_file, "--time-step", 50, "--temperature", 600, "--skip", 5, "--json")
    assert done.code == 0
    found = done.json
    assert set(found) >= KEYS
    assert (found["frames"], found["time_step_fs"], found["atoms"], found["species"]) == (500, 50.0, 138, "Li")
    assert {"hop", "forward", "backward", "rate_per_s", "su"} <= set(found["jumps"][0])
    assert {"site", "occupancy", "su"} <= set(found["occupancy"][0])
    assert {"site", "time_ps", "su"} <= set(found["residence"][0])
    assert {"radius", "rates"} <= set(found["plateau"][0])
    assert [one["radius"] for one in found["plateau"]] == [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]
    assert {
        "tracer_cm2_s", "tracer_su", "charge_cm2_s", "charge_su", "from_rates_cm2_s", "from_rates_su", "haven_ratio",
        "conductivity_S_cm",
    } <= set(found["diffusion"])  # fmt: skip
    assert found["diffusion"]["conductivity_S_cm"] > 0
    row = next(one for one in found["jumps"] if one["hop"] == "h2")
    assert row["rate_per_s"] == pytest.approx(0.4e12, rel=0.3)


def test_the_tables_are_for_people(nitrivac, run_file):
    done = nitrivac("trajectory", "beta-Li3N", run_file, "--time-step", 50)
    assert done.code == 0
    for text in ("Li@4f", "occupancy", "h2", "Haven ratio", "give --temperature", "rate (1/ps)", "independent"):
        assert text in done.out


def test_a_site_that_never_changes_has_no_error(nitrivac, tmp_path):
    from ase.io import write

    atoms = load("beta-Li3N").atoms().repeat((3, 3, 2))
    del atoms[[atom.index for atom in atoms if atom.symbol == "Li"][:2]]
    frames = [atoms.copy() for _ in range(30)]
    for seed, frame in enumerate(frames):
        frame.rattle(0.05, seed=seed)
    write(tmp_path / "still.traj", frames)
    done = nitrivac("trajectory", "beta-Li3N", tmp_path / "still.traj", "--time-step", 50)
    assert "36     0.9444 " in done.out
    found = nitrivac("trajectory", "beta-Li3N", tmp_path / "still.traj", "--time-step", 50, "--json").json
    assert [one["su"] for one in found["occupancy"]] == [0.0, 0.0]


def test_files_are_written_whole_and_not_over_others(nitrivac, run_file, tmp_path):
    command = ("trajectory", "beta-Li3N", run_file, "--time-step", 50, "--temperature", 600, "-o", tmp_path / "out")
    assert nitrivac(*command).code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    tables = {"summary.json", "sites.csv", "jumps.csv", "msd.csv", "density.cube", "density.CHGCAR", "free_energy.cube"}
    assert names == tables | {"density.html", "msd.svg"}
    assert "of Li: " in (tmp_path / "out" / "density.html").read_text("utf-8")
    assert json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["frames"] == 600
    assert "no barrier of a hop" in (tmp_path / "out" / "free_energy.cube").read_text("utf-8").split("\n")[0]
    again = nitrivac(*command)
    assert again.code == 2
    assert again.err.count("\n") == 1
    assert nitrivac(*command, "--force").code == 0


def test_several_temperatures_are_runs_of_their_own(nitrivac, run_file):
    done = nitrivac(
        "trajectory", "beta-Li3N", run_file, run_file, "--time-step", "50,25", "--temperature", "600,800", "--json"
    )
    assert [one["temperature_K"] for one in done.json["runs"]] == [600, 800]
    line = next(one for one in done.json["arrhenius"] if one["quantity"] == "h2")
    # Twice as fast at 800 K, by nothing but the time step.
    assert line["energy_eV"] == pytest.approx(8.617333262e-5 * 0.6931 / (1 / 600 - 1 / 800), rel=1e-3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("beta-Li3N", "RUN"), "time-step"),
        (("beta-Li3N", "RUN", "--time-step", "fast"), "--time-step fast"),
        (("beta-Li3N", "RUN", "--time-step", "0"), "above 0 fs"),
        (("beta-Li3N", "RUN", "--time-step", "50", "--species", "Na"), "Na"),
        (("beta-Li3N", "RUN", "--time-step", "50", "--skip", "29.9"), "frames are left"),
        (("beta-Li3N", "RUN", "--time-step", "50", "--temperature", "600,700"), "need as many files"),
        (("LiPN2", "RUN", "--time-step", "50"), "LiPN2"),
        (("beta-Li3N", "none.xyz", "--time-step", "50"), "no such file"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(nitrivac, run_file, arguments, said):
    done = nitrivac("trajectory", *(run_file if one == "RUN" else one for one in arguments))
    assert done.code == 2
    assert done.out == ""
    assert said in done.err
    assert done.err.count("\n") == 1
