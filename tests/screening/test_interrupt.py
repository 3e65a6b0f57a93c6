"""The real command line killed at random moments, and on a full disk: it goes on to the same table."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from nitrivac.engines.journal import HEADER, is_whole
from nitrivac.screening.run import journal_path
from nitrivac.screening.tables import read_table

SOURCES = [
    "alpha-Li3N",
    "beta-Li3N",
    "gamma-Li3N",
    "Li9N2Cl3",
    "LiPN2",
    "Li5SiN3",
    "Li7NbN4",
    "Li2CN2",
    "Li5TiN3",
    "Li3GaN2",
]


def command(output, *options):
    names = ["screen", *SOURCES, *options, "-o", str(output), "--only", "identity,symmetry", "--workers", "2"]
    return [sys.executable, "-m", "nitrivac", *names]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The table of a run that nothing stops, and how long it takes."""
    output = tmp_path_factory.mktemp("whole") / "t.csv"
    started = time.monotonic()
    subprocess.run(command(output), check=True, capture_output=True)
    return output.read_bytes(), time.monotonic() - started


def whole_lines(journal):
    """The journal's records; the last may be torn, no other."""
    content = journal.read_bytes()
    lines = content.splitlines(keepends=True)
    assert HEADER.startswith(lines[0]) if lines else True
    assert all(is_whole(line) for line in lines[1:-1])
    return sum(is_whole(line) for line in lines[1:])


@pytest.mark.parametrize(
    ("how", "times"),
    [
        (signal.SIGKILL, 2),
        (signal.SIGTERM, 1),
        (signal.SIGINT, 1),
        pytest.param(signal.SIGKILL, 60, marks=pytest.mark.long),
    ],
)
def test_killed_at_random_moments_it_goes_on_to_the_same_table(tmp_path, whole, how, times):
    table, seconds = whole
    output = tmp_path / "t.csv"
    rng = random.Random(100 * how + times)
    known, killed = 0, 0
    for attempt in range(times + 20):
        if attempt >= times and killed:
            break
        if known == len(SOURCES):  # all done: from the beginning
            output.unlink(missing_ok=True)
            journal_path(output).unlink()
            known = 0
        process = subprocess.Popen(command(output), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            _, messages = process.communicate(timeout=rng.uniform(0.3, 1.0) * seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(how)
            _, messages = process.communicate(timeout=60)
            if process.returncode:  # else it had just ended by itself
                killed += 1
                # Before its handler is set a polite end is as sudden as a kill.
                assert process.returncode in ((130, -how) if how != signal.SIGKILL else (-how,))
                assert process.returncode != 130 or messages.count("\n") == 1
        else:
            assert process.returncode == 0, messages
            seconds *= 0.7  # the first run was slower: nothing was compiled or in the disk's memory then
        journal = journal_path(output)
        now = whole_lines(journal) if journal.exists() else 0
        assert now >= known
        known = now
        assert not output.exists() or output.read_bytes() == table
    assert killed
    done = subprocess.run(command(output), check=True, capture_output=True, text=True)
    assert "10 rows, 10 ok" in done.stderr
    assert output.read_bytes() == table
    assert whole_lines(journal_path(output)) == len(SOURCES)
    leftovers = {path.name for path in tmp_path.iterdir()} - {"t.csv", "t.csv.journal"}
    assert not leftovers or how != signal.SIGINT
    assert all(name.startswith(".t.csv.") for name in leftovers)  # a kill in the middle of the table's last moment


def test_a_full_disk_stops_it_and_room_lets_it_go_on(tmp_path, whole):
    output = tmp_path / "t.csv"
    script = (
        "import resource, runpy, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, resource.RLIM_INFINITY))\n"
        "sys.argv = sys.argv[1:]\n"
        "if __name__ == '__main__':\n    runpy.run_module('nitrivac', run_name='__main__')\n"
    )
    (tmp_path / "small.py").write_text(script)
    small = [sys.executable, str(tmp_path / "small.py"), "nitrivac", *command(output)[3:]]
    done = subprocess.run(small, check=False, capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert "t.csv.journal: cannot be written: File too large" in done.stderr
    assert not output.exists()
    records = whole_lines(journal_path(output))
    assert 0 < records < len(SOURCES)
    again = subprocess.run(command(output), check=True, capture_output=True, text=True)
    assert f"{records} done before" in again.stderr
    assert output.read_bytes() == whole[0]


def test_two_processes_into_one_table(tmp_path, whole):
    output = tmp_path / "t.csv"
    runs = [subprocess.Popen(command(output), stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ends = [(run.communicate(timeout=120)[1], run.returncode) for run in runs]
    codes = sorted(code for _, code in ends)
    assert codes in ([0, 2], [0, 0])  # both, where one began after the other had ended
    assert all("another run is writing" in text for text, code in ends if code)
    assert output.read_bytes() == whole[0]


def test_a_folder_that_cannot_be_written(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    tmp_path.chmod(0o500)
    done = subprocess.run(command(tmp_path / "t.csv"), check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_exit_code_0_although_rows_failed(nitrivac, folder, tmp_path):
    outcome = nitrivac("screen", folder, "-o", tmp_path / "t.jsonl", "--only", "identity", "--workers", "1")
    assert outcome.code == 0
    assert outcome.out == ""
    assert "6 rows, 4 ok, 2 failed (2 ReadError)" in outcome.err
    again = nitrivac("screen", folder, "-o", tmp_path / "t.jsonl", "--only", "identity", "--json").json
    assert (again["rows"], again["computed"], again["failed"], again["errors"]) == (6, 0, 2, {"ReadError": 2})
    for k in (1, 2):
        nitrivac("screen", folder, "-o", tmp_path / f"{k}.csv", "--only", "identity", "--workers", 1, "--shard", f"{k}/2")
    merged = nitrivac("screen-merge", tmp_path / "1.csv", tmp_path / "2.csv", "-o", tmp_path / "merged.jsonl")
    assert (merged.code, merged.out) == (0, "")
    assert list(read_table(tmp_path / "merged.jsonl")) == list(read_table(tmp_path / "t.jsonl"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["screen", "all"], ["--output"]),
        (["screen", "all", "-o", "t.xlsx"], ["t.xlsx", ".parquet"]),
        (["screen", "all", "-o", "none/t.csv"], ["none"]),
        (["screen", "beta-Li3M", "-o", "t.csv"], ["beta-Li3M", "beta-Li3N"]),
        (["screen", "all", "-o", "t.csv", "--only", "hop"], ["hop", "hops", "vacancies"]),
        (["screen", "all", "-o", "t.csv", "--shard", "3/2"], ["3/2"]),
        (["screen", "all", "-o", "t.csv", "--workers", "0"], ["--workers"]),
        (["screen", "all", "-o", "t.csv", "--workers", "1", "--scheduler", "tcp://x:1"], ["--workers", "--scheduler"]),
        (["screen-merge", "none.csv", "-o", "t.csv"], ["none.csv"]),
        (["vacancies", "beta-Li3N", "Li@4f=5%", "--count", "--workers", "2"], ["--workers", "--enumerate"]),
    ],
)
def test_what_is_refused(nitrivac, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    outcome = nitrivac(*arguments)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert all(word in outcome.err for word in words)
    assert list(tmp_path.iterdir()) == []


def test_exit_code_1_and_the_reasons_where_nothing_has_a_result(nitrivac, tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.cif").write_text("no CIF")
    output = tmp_path / "t.csv"
    for options in ((), ("--json",)):
        outcome = nitrivac("screen", folder, "-o", output, "--only", "identity", "--workers", "1", *options)
        assert outcome.code == 1
        for name in ("a", "b"):
            assert len([line for line in outcome.err.split("\n") if f"{name}.cif: no valid CIF" in line]) == 1
    assert [one["source"].endswith(".cif") for one in outcome.json["failures"]] == [True, True]
