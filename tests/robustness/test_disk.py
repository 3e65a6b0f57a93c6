"""Folders shared, locked, linked and full; runs that are interrupted: what is on disk is whole, nothing else is touched."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from nitrivac.errors import OutputError
from nitrivac.files import write_text
from nitrivac.io.read import read_crystal
from nitrivac.vacancies import Planning
from tests.robustness.harness import assert_plain, run

if TYPE_CHECKING:
    from pathlib import Path

ENUMERATE = ("vacancies", "beta-Li3N", "Li@4f=3/16", "N@2c=1/8", "--supercell", "2x2x1", "--enumerate", "--format", "poscar")
MANY = ("vacancies", "beta-Li3N", "Li@4f=6/16", "N@2c=1/8", "--allow-charge", "--supercell", "2x2x1", "--enumerate")


def start(*arguments: object, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "nitrivac", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def assert_whole(folder: Path) -> None:
    """Every file in the folder that is there under its own name can be read to its end."""
    for path in folder.iterdir() if folder.exists() else ():
        if path.name.startswith("."):
            continue
        if path.suffix in (".cif", ".vasp"):
            read_crystal(path)
        elif path.name == "summary.json":
            json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".csv":
            assert path.read_text(encoding="utf-8").endswith("\n")


@contextlib.contextmanager
def small_disk(folder: Path, options: str):
    """A file system of its own in memory; only root may have one."""
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("needs the right to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_named_and_leaves_nothing_half_written(tmp_path):
    with small_disk(tmp_path / "disk", "size=16k") as disk:
        outcome = run("analyze", "beta-Li3N", "Li@4f=8.1(2)%", "N@2c=5.4(1)%", "-o", disk / "out")
        assert outcome.code == 2
        assert_plain(outcome, "disk")
        assert "No space left" in outcome.err
        assert list((disk / "out").iterdir()) == []


@pytest.mark.parametrize("file_format", ["poscar", "extxyz", "ase"])
def test_a_run_that_filled_the_disk_goes_on_when_there_is_room(tmp_path, file_format):
    arguments = (*ENUMERATE[:-1], file_format)
    assert run(*arguments, "-o", tmp_path / "whole").code == 0
    with small_disk(tmp_path / "disk", "size=24k") as disk:
        outcome = run(*arguments, "-o", disk)
        assert outcome.code == 2
        assert_plain(outcome, str(disk))
        assert_whole(disk)
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert run(*arguments, "-o", disk, "--resume").code == 0
        made, whole = content(disk), content(tmp_path / "whole")
        assert made.keys() == whole.keys()
        if file_format != "ase":  # a database has the time in it
            names = [name for name in whole if not name.startswith("manifest")]
            assert {name: made[name] for name in names} == {name: whole[name] for name in names}


def test_a_limit_on_file_size_is_a_full_disk_too(tmp_path):
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    process = start("build", "Li9N2Cl3", "-o", tmp_path, preexec_fn=limit)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert err.count("\n") == 1
    assert "File too large" in err
    assert list(tmp_path.iterdir()) == []


def test_standard_output_may_be_full():
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "nitrivac", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "No space left" in done.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    with small_disk(tmp_path / "disk", "size=1m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for arguments in (
            ("build", "beta-Li3N"),
            ("analyze", "alpha-Li3N"),
            ENUMERATE,
            ("path", "alpha-Li3N", "--hop", "h1"),
        ):
            method = ("--method", "linear") if arguments[0] == "path" else ()
            outcome = run(*arguments, *method, "-o", disk / "out")
            assert outcome.code == 2
            assert_plain(outcome, "disk")
            assert "Read-only" in outcome.err


def test_two_analyses_in_one_folder_leave_the_files_of_one(tmp_path):
    out = tmp_path / "out"
    both = [start("analyze", source, "-o", out) for source in ("alpha-Li3N", "Li6NI3")]
    ends = [(process.communicate(timeout=300)[1], process.returncode) for process in both]
    codes = sorted(code for _, code in ends)
    assert codes == [0, 2]
    assert any("exists already" in err for err, code in ends if code == 2)
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert sorted(summary["files"]) == sorted(path.name for path in out.iterdir())
    assert read_crystal(out / "structure.cif").contents == read_crystal(out / "structure.vasp").contents


def test_a_second_run_does_not_write_into_the_first_ones_folder(tmp_path):
    from nitrivac import load
    from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
    from nitrivac.vacancies.run import Choice, Output, run_vacancies

    outcomes = []

    def second(done: int, _total: int | None) -> None:
        if done == 1:
            outcomes.extend(run(*ENUMERATE, "-o", tmp_path, option) for option in ("--resume", "--force"))

    run_vacancies(
        load("beta-Li3N"),
        ["Li@4f=3/16", "N@2c=1/8"],
        choice=Choice(mode="enumerate", number=0),
        planning=Planning(supercell=parse_matrix("2x2x1")),
        output=Output(folder=tmp_path, file_format="poscar"),
        progress=second,
    )
    assert [outcome.code for outcome in outcomes] == [2, 2]
    assert all("another run is writing" in outcome.err for outcome in outcomes)
    assert len(list(tmp_path.glob("*.vasp"))) == 70
    assert run(*ENUMERATE, "-o", tmp_path, "--resume").code == 0


def test_nothing_is_written_through_links(tmp_path):
    outside = tmp_path / "precious.txt"
    outside.write_text("precious", encoding="utf-8")
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("manifest.jsonl", "configurations.extxyz", "configurations.db"):
        (folder / name).symlink_to(outside)
        outcome = run(*ENUMERATE, "-o", folder, "--force")
        assert outcome.code == 2
        assert "symbolic link" in outcome.err
        (folder / name).unlink()
    (folder / "beta-Li3N.cif").symlink_to(outside)
    assert run("build", "beta-Li3N", "-o", folder).code == 2
    assert run("build", "beta-Li3N", "-o", folder, "--force").code == 0
    assert not (folder / "beta-Li3N.cif").is_symlink()
    (folder / "alpha-Li3N.cif").symlink_to(tmp_path / "nowhere")
    assert run("build", "alpha-Li3N", "-o", folder).code == 2
    assert outside.read_text(encoding="utf-8") == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_may_be_a_link_and_have_any_name(tmp_path):
    real = tmp_path / "a folder with blanks, Ä, 字 and 'quotes'"
    real.mkdir()
    link = tmp_path / "link"
    link.symlink_to(real, target_is_directory=True)
    assert run("analyze", "alpha-Li3N", "-o", link).code == 0
    assert (real / "summary.json").exists()
    assert run("verify", real / "structure.cif").code == 0
    assert run("hops", link / "structure.vasp", "--csv", real / "höps.csv").code == 0


def test_what_a_killed_writer_left_is_cleared_away_and_nothing_else(tmp_path):
    left = tmp_path / ".it.cif.nitrivac-abcdefgh.part"
    foreign = tmp_path / ".other.part"
    for path in (left, foreign):
        path.write_text("half", encoding="utf-8")
    write_text(tmp_path / "it.cif", "whole")
    assert not left.exists()
    assert foreign.exists()


def test_a_manifest_is_data_and_lines_that_are_not_ours_are_made_again(tmp_path):
    assert run(*ENUMERATE, "-o", tmp_path).code == 0
    whole = content(tmp_path)
    lines = whole["manifest.jsonl"].decode().splitlines(keepends=True)
    for line in (
        '{"index": 3}\n',
        '{"index": 3, "degeneracy": "__import__(\'os\')"}\n',
        "[]\n",
        "nonsense\n",
        '{"index": 3',
    ):
        (tmp_path / "manifest.jsonl").write_text("".join([*lines[:3], line, *lines[4:]]), encoding="utf-8")
        assert run(*ENUMERATE, "-o", tmp_path, "--resume").code == 0
        assert content(tmp_path) == whole


@pytest.mark.parametrize(
    ("how", "arguments"),
    [(how, arguments) for how in ("SIGINT", "SIGTERM", "SIGKILL") for arguments in (MANY, ("analyze", "alpha-Li3N"))],
)
def test_a_run_ended_at_any_moment_is_whole_and_goes_on_to_the_same_result(tmp_path_factory, how, arguments):
    """The moment is drawn between the start of Python and the end of the run; what ends in time is no loss."""
    whole = whole_result(tmp_path_factory, arguments)
    out = tmp_path_factory.mktemp("out") / "out"
    again = "--resume" if arguments[0] == "vacancies" else "--force"
    draw = random.Random(f"{how} {arguments[0]}")
    bystander = out.parent / "bystander"
    bystander.write_text("untouched", encoding="utf-8")
    for _ in range(3):
        options = [again] if (out / "manifest.jsonl").exists() or arguments[0] == "analyze" else []
        process = start(*arguments, "-o", out, *options)
        wait_for_output(process, out, draw.uniform(0.0, 0.6))
        process.send_signal(getattr(signal, how))
        _, err = process.communicate(timeout=300)
        # Before the command line is entered, an interrupt is Python's own to report.
        assert "Traceback" not in err or f"{os.sep}cli{os.sep}" not in err
        assert_whole(out)
        if how != "SIGKILL" and out.exists():
            assert not list(out.glob(".*"))
    options = [again] if (out / "manifest.jsonl").exists() or arguments[0] == "analyze" else []
    assert run(*arguments, "-o", out, *options).code == 0
    made = {name: data.replace(str(out).encode(), b"OUT") for name, data in content(out).items()}
    assert made == whole
    assert [path.name for path in sorted(out.parent.iterdir())] == ["bystander", "out"]


def wait_for_output(process: subprocess.Popen[str], out: Path, more: float) -> None:
    """Wait until the run has begun to write, or has ended, and a little more."""
    deadline = time.monotonic() + 120
    while process.poll() is None and not out.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(more if more > 0.2 else more / 20)


_WHOLE: dict[tuple[str, ...], dict[str, bytes]] = {}


def whole_result(tmp_path_factory, arguments: tuple[str, ...]) -> dict[str, bytes]:
    """What a run makes that nobody interrupts, the folder's name left out."""
    if arguments not in _WHOLE:
        out = tmp_path_factory.mktemp("whole") / "out"
        assert run(*arguments, "-o", out).code == 0
        _WHOLE[arguments] = {name: data.replace(str(out).encode(), b"OUT") for name, data in content(out).items()}
    return _WHOLE[arguments]


def test_an_existing_file_survives_a_failed_write(tmp_path):
    write_text(tmp_path / "it.txt", "old")
    with pytest.raises(OutputError, match="exists already"):
        write_text(tmp_path / "it.txt", "new")
    assert content(tmp_path) == {"it.txt": b"old"}
