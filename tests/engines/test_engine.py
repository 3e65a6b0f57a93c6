"""Real workers that really die: each costs its own task, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nitrivac.engines.engine import LocalEngine, default_memory, default_workers
from nitrivac.engines.tasks import Limits
from nitrivac.errors import SpecificationError
from tests.engines.tasks import do


def test_a_crash_a_hang_and_a_hungry_task_cost_themselves_only():
    good = [f"double {number}" for number in range(20)]
    deadly = ["abort", "segfault", "kill", "exit", "hang", "sleep 1000", "hunger 5"]
    tasks = [one for pair in zip(good, deadly, strict=False) for one in pair] + good[len(deadly) :]
    engine = LocalEngine(workers=2, limits=Limits(seconds=2.0, memory_GB=1.0))
    outcomes = {outcome.task: outcome for outcome in engine(do, iter(tasks))}
    assert outcomes.keys() == set(tasks)
    assert [outcomes[task].value for task in good] == [2 * number for number in range(20)]
    failures = {task: outcomes[task].failure for task in deadly}
    assert {task: failure.error for task, failure in failures.items()} == {
        "abort": "Crash",
        "segfault": "Crash",
        "kill": "Crash",
        "exit": "Crash",
        "hang": "TimeLimit",
        "sleep 1000": "TimeLimit",
        "hunger 5": "MemoryLimit",
    }
    assert all(failure.by_engine for failure in failures.values())
    assert "SIGABRT" in failures["abort"].message
    assert "SIGSEGV" in failures["segfault"].message
    assert "SIGKILL" in failures["kill"].message
    assert "exit code 3" in failures["exit"].message
    assert "2 s" in failures["hang"].message
    assert "1 GB" in failures["hunger 5"].message


def test_nothing_but_deadly_tasks_still_ends():
    outcomes = list(LocalEngine(workers=2, limits=Limits(seconds=20))(do, ["abort"] * 5))
    assert [outcome.failure.error for outcome in outcomes] == ["Crash"] * 5


def test_what_a_task_raises_is_its_failure():
    outcomes = {one.task: one for one in LocalEngine(workers=1)(do, ["bad", "fault", "unpicklable", "double 4"])}
    assert (outcomes["bad"].failure.error, outcomes["bad"].failure.message) == ("ReadError", "x.cif: no atoms")
    assert outcomes["fault"].failure.error == "ZeroDivisionError"
    assert outcomes["unpicklable"].failure is not None
    assert not any(outcomes[task].failure.by_engine for task in ("bad", "fault"))
    assert outcomes["double 4"].value == 8


def test_a_memory_limit_leaves_room_for_what_fits():
    (outcome,) = LocalEngine(workers=1, limits=Limits(memory_GB=1.0))(do, ["hunger 0.5"])
    assert outcome.value == 500_000_000


def test_few_tasks_are_taken_ahead_of_their_outcomes():
    taken = 0

    def stream():
        nonlocal taken
        for number in range(300):
            taken += 1
            yield f"double {number}"

    done = 0
    for _ in LocalEngine(workers=2)(do, stream()):
        done += 1
        assert taken - done <= 6
    assert done == 300


def test_several_workers_work():
    assert len({outcome.value for outcome in LocalEngine(workers=2)(do, ["sleep 0.05", "pid"] * 10)} - {"slept"}) == 2


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    script = (
        "from nitrivac.engines.engine import LocalEngine\nfrom tests.engines.tasks import do\n"
        "if __name__ == '__main__':\n"
        "    for outcome in LocalEngine(workers=1)(do, ['pid', 'sleep 600']):\n"
        "        print(outcome.value, flush=True)\n"
    )
    (tmp_path / "parent.py").write_text(script)
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    parent = subprocess.Popen([sys.executable, tmp_path / "parent.py"], stdout=subprocess.PIPE, text=True, env=environment)
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 30
    while _alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(worker)


def _alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"workers": 0}, "0 workers"),
        ({"limits": Limits(seconds=0.0)}, "time limit"),
        ({"limits": Limits(memory_GB=-1.0)}, "memory limit"),
    ],
)
def test_senseless_limits_are_refused(options, words):
    with pytest.raises(SpecificationError, match=words):
        LocalEngine(**options)


def test_defaults_are_the_machines():
    assert default_workers() >= 1
    assert default_memory(1) > default_memory(10_000) >= 1.0


@pytest.mark.parametrize("guard", ["", "if True:\n    "])
def test_a_script_that_workers_cannot_import_is_told_so(tmp_path, guard):
    """Standard input is no file that a worker could import; a script without a guard would start workers of its own."""
    script = (
        "from nitrivac.engines.engine import LocalEngine\nfrom tests.engines.tasks import do\n"
        f"{guard}print(list(LocalEngine(workers=1)(do, ['pid'])))\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}
    if guard:
        (tmp_path / "script.py").write_text(script)
        command, given = [sys.executable, tmp_path / "script.py"], None
    else:
        command, given = [sys.executable, "-"], script
    ended = subprocess.run(command, input=given, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert ended.returncode == 1
    assert "EngineError: worker processes cannot start" in ended.stderr


def test_an_interrupt_waits_until_the_processes_have_started():
    from nitrivac.engines.engine import _interrupts_later

    steps = []

    def started():
        with _interrupts_later():
            signal.raise_signal(signal.SIGINT)
            steps.append("started")
        steps.append("went on")

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        started()
    assert steps == ["started"]
    assert signal.getsignal(signal.SIGINT) is before
