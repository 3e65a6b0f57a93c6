"""A real Dask cluster on this machine, whose worker is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
from nitrivac.engines import dask_engine
from nitrivac.engines.dask_engine import DaskEngine
from nitrivac.engines.tasks import Limits
from nitrivac.errors import EngineError
from nitrivac.io.sources import load
from nitrivac.screening.row import ScreenOptions
from nitrivac.screening.run import screen
from nitrivac.vacancies import Planning
from nitrivac.vacancies.planned import planned_spaces
from nitrivac.vacancies.space_survey import survey
from tests.engines.tasks import Serial, do

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as made:
        yield made


def kill_a_worker(cluster):
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        workers = list(client.run(os.getpid).values())
    os.kill(workers[0], signal.SIGKILL)


def test_a_worker_killed_in_the_middle_loses_nothing(cluster, monkeypatch):
    monkeypatch.setattr(dask_engine, "CHUNK_SECONDS", 0.5)
    tasks = [f"double {number}" for number in range(60)] + ["sleep 0.3"] * 4
    outcomes = []
    for outcome in DaskEngine(scheduler=cluster.scheduler_address)(do, iter(tasks), expected=len(tasks)):
        outcomes.append(outcome)
        if len(outcomes) == 6:
            kill_a_worker(cluster)
    assert sorted(outcome.task for outcome in outcomes) == sorted(tasks)
    assert all(outcome.value == 2 * int(outcome.task.split()[1]) for outcome in outcomes if "double" in outcome.task)


def test_deadly_tasks_cost_themselves_only(cluster):
    tasks = ["double 1", "abort", "double 2", "hang", "double 3", "bad"]
    engine = DaskEngine(scheduler=cluster.scheduler_address, limits=Limits(seconds=3.0, memory_GB=1.0))
    outcomes = {outcome.task: outcome for outcome in engine(do, tasks, expected=len(tasks))}
    assert [outcomes[f"double {number}"].value for number in (1, 2, 3)] == [2, 4, 6]
    errors = {task: outcomes[task].failure.error for task in ("abort", "hang", "bad")}
    assert errors == {"abort": "Crash", "hang": "TimeLimit", "bad": "ReadError"}


def test_a_screening_on_a_cluster_is_the_local_one(cluster, tmp_path):
    options = ScreenOptions(parts=("identity", "symmetry"))
    sources = ["alpha-Li3N", "beta-Li3N", "gamma-Li3N", "LiPN2", "Li9N2Cl3", "Li5SiN3"]
    screen(sources, tmp_path / "local.parquet", engine=Serial(), options=options)
    killed = False

    def kill_once(progress):
        nonlocal killed
        if progress.computed == 2 and not killed:
            killed = True
            kill_a_worker(cluster)

    engine = DaskEngine(scheduler=cluster.scheduler_address)
    screen(sources, tmp_path / "dask.parquet", engine=engine, options=options, progress=kill_once)
    assert killed
    assert (tmp_path / "dask.parquet").read_bytes() == (tmp_path / "local.parquet").read_bytes()


def test_a_space_on_a_cluster_is_proved_whole(cluster):
    planning = Planning(supercell=parse_matrix("2x2x1"))
    _, (space,) = planned_spaces(load("beta-Li3N"), ["Li@4f=3/16", "N@2c=1/8"], planning=planning)
    killed = False

    def kill_once(done, _total):
        nonlocal killed
        if done == 3 and not killed:
            killed = True
            kill_a_worker(cluster)

    found = survey(space, engine=DaskEngine(scheduler=cluster.scheduler_address), lowest=3, shards=8, progress=kill_once)
    assert killed
    assert (found.count, found.labelled) == (70, 4480)
    assert [round(one.energy, 4) for one in found.lowest] == [-438.1894, -437.5651, -437.2741]


@pytest.mark.long
def test_a_task_under_which_workers_die_is_given_up_and_the_others_are_not(monkeypatch):
    monkeypatch.setattr(dask_engine, "_DEATHS", 2)
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as fragile,
    ):
        engine = DaskEngine(scheduler=fragile.scheduler_address)
        outcomes = {one.task: one for one in engine(do, ["double 1", "murder", "double 2"], expected=3)}
    assert outcomes["murder"].failure.error == "Crash"
    assert "died under it" in outcomes["murder"].failure.message
    assert [outcomes[f"double {number}"].value for number in (1, 2)] == [2, 4]


def test_no_scheduler_is_said(monkeypatch):
    monkeypatch.setattr(dask_engine, "_ANSWER_SECONDS", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "x"):
        with pytest.raises(EngineError, match="no Dask scheduler answers"):
            list(DaskEngine(scheduler=address)(do, ["double 1"]))


def test_a_cluster_without_workers_is_said(monkeypatch):
    monkeypatch.setattr(dask_engine, "_ANSWER_SECONDS", 0.5)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=50) as empty,
        pytest.raises(EngineError, match="no workers"),
    ):
        list(DaskEngine(scheduler=empty.scheduler_address)(do, ["double 1"]))


def test_a_worker_of_another_version_is_refused(cluster, monkeypatch):
    monkeypatch.setattr(dask_engine, "__version__", "0.0.1")
    with pytest.raises(EngineError, match=r"nitrivac .* client 0\.0\.1"):
        list(DaskEngine(scheduler=cluster.scheduler_address)(do, ["double 1"]))


def test_a_scheduler_that_dies_ends_the_run_with_one_message(tmp_path):
    (tmp_path / "server.py").write_text(
        "from distributed import LocalCluster\nimport time\n"
        "if __name__ == '__main__':\n"
        "    cluster = LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=':0', silence_logs=50)\n"
        "    print(cluster.scheduler_address, flush=True)\n"
        "    time.sleep(600)\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    server = subprocess.Popen([sys.executable, tmp_path / "server.py"], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        engine = DaskEngine(scheduler=server.stdout.readline().strip())
        outcomes = engine(do, [f"double {number}" for number in range(100)])
        assert next(outcomes).value is not None
        server.kill()
        with pytest.raises(EngineError, match=r"gone.*what is done is kept"):
            list(outcomes)
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


@pytest.mark.slow
def test_barriers_of_the_cluster_are_those_of_this_machine(cluster):
    from ase.build import bulk

    from nitrivac.energetics import BandOptions, load_potential
    from nitrivac.energetics.bands.run import BarrierJob, run_barriers
    from nitrivac.energetics.run import Subject
    from nitrivac.engines import LocalEngine

    subject = Subject(name="copper", crystal=load(bulk("Cu", a=3.59, cubic=True)))
    job = BarrierJob(species="Cu", hops=["h1"], options=BandOptions(supercell=2, images=1))
    emt = load_potential("ase.calculators.emt:EMT")
    engines = (DaskEngine(scheduler=cluster.scheduler_address), LocalEngine(workers=1))
    there, here = (run_barriers([subject], emt, job, engine=engine) for engine in engines)
    assert there.compounds[0].barriers[0].forward is not None
    assert there.compounds == here.compounds
