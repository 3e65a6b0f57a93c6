"""Many configurations on disk: whole files, a manifest, runs that go on where they stopped."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

import ase.db
import ase.io
import pytest

from nitrivac import load
from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
from nitrivac.errors import OutputError, UnsupportedError
from nitrivac.vacancies import Planning
from nitrivac.vacancies.run import Choice, Output, run_vacancies

ITEMS = ["Li@4f=3/16", "N@2c=1/8"]


def run(folder, file_format="poscar", *, choice=None, progress=None, **options):
    return run_vacancies(
        load("beta-Li3N"),
        ITEMS,
        choice=choice or Choice(mode="enumerate"),
        planning=Planning(supercell=parse_matrix("2x2x1")),
        output=Output(folder=folder, file_format=file_format, **options),
        progress=progress,
    )


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".db"}


def test_the_manifest_lists_every_file_with_its_degeneracy(tmp_path):
    result = run(tmp_path, "cif")
    lines = [json.loads(line) for line in (tmp_path / "manifest.jsonl").read_text().splitlines()]
    assert lines[0]["run"]["supercell_matrix"] == "2 0 0 0 2 0 0 0 1"
    assert sum(row["degeneracy"] for row in lines[1:]) == result.total == 4480
    rows = list(csv.DictReader((tmp_path / "manifest.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["file"] for row in rows] == sorted(path.name for path in tmp_path.glob("*.cif"))
    assert [one.file for one in result.made] == [str(tmp_path / row["file"]) for row in rows]
    assert len(rows) == result.count == 70


@pytest.mark.parametrize("file_format", ["cif", "poscar"])
def test_files_hold_the_configuration_the_manifest_names(tmp_path, file_format):
    result = run(tmp_path, file_format, choice=Choice(mode="lowest", number=3))
    for one in result.made:
        symbols = ase.io.read(one.file).get_chemical_symbols()
        assert (symbols.count("Li"), symbols.count("N")) == (21, 7)
        crystal = load(one.file)
        assert crystal.space_group.symbol == one.space_group
        assert f"{one.energy:.6f}" in Path(one.file).read_text(encoding="utf-8")


def test_one_extended_xyz_holds_all(tmp_path):
    result = run(tmp_path, "extxyz")
    frames = ase.io.read(tmp_path / "configurations.extxyz", ":")
    assert len(frames) == 70
    assert {len(frame) for frame in frames} == {28}
    assert [int(frame.info["degeneracy"]) for frame in frames] == [one.degeneracy for one in result.made]


def test_an_ase_database_holds_all(tmp_path):
    result = run(tmp_path, "ase")
    with ase.db.connect(tmp_path / "configurations.db") as database:
        rows = list(database.select())
    assert [row.degeneracy for row in rows] == [one.degeneracy for one in result.made]
    assert rows[0].toatoms().get_chemical_formula() == "Li21N7"


class PowerLossError(Exception):
    """The power goes."""


@pytest.mark.parametrize("file_format", ["cif", "extxyz", "ase"])
@pytest.mark.parametrize("torn", [b"", b'{"index": 41, "fi'])
def test_a_run_that_was_stopped_goes_on_to_the_same_result(tmp_path, file_format, torn, monkeypatch):
    monkeypatch.setattr("nitrivac.vacancies.files.write._CHUNK", 10)
    whole, stopped = tmp_path / "whole", tmp_path / "same"
    run(whole, file_format)

    def stop(done, _total):
        if done == 35:
            raise PowerLossError

    with pytest.raises(PowerLossError):
        run(stopped, file_format, progress=stop)
    with (stopped / "manifest.jsonl").open("ab") as stream:
        stream.write(torn)
    result = run(stopped, file_format, resume=True)
    assert len(result.made) == 70
    named = {name: text.replace(str(stopped).encode(), str(whole).encode()) for name, text in content(stopped).items()}
    if file_format == "extxyz":
        assert named["configurations.extxyz"] == content(whole)["configurations.extxyz"]
    assert named == content(whole)
    if file_format == "ase":
        with ase.db.connect(stopped / "configurations.db") as database:
            assert [row.index for row in islice(database.select(), 100)] == list(range(1, 71))


def test_an_interrupt_leaves_whole_files_and_a_run_that_can_be_resumed(tmp_path):
    arguments = ["vacancies", "beta-Li3N", "Li@4f=4/72", "--supercell", "3x3x2", "--allow-charge", "--enumerate"]
    command = [sys.executable, "-m", "nitrivac", *arguments, "--format", "poscar", "-o", str(tmp_path / "out")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    manifest = tmp_path / "out" / "manifest.jsonl"
    while process.poll() is None and not (manifest.exists() and manifest.stat().st_size > 1000):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in messages
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()][1:]
    assert 0 < len(rows) < 2866
    assert all(len((tmp_path / "out" / row["file"]).read_text(encoding="utf-8").splitlines()) == 8 + 140 for row in rows)
    assert not list((tmp_path / "out").glob("*.part"))
    done = subprocess.run([*command, "--resume", "--json"], capture_output=True, text=True, check=True)
    made = json.loads(done.stdout)["configurations"]
    assert len(made) == 2866
    assert sum(one["degeneracy"] for one in made) == 1028790


def test_another_run_in_the_folder_is_refused(tmp_path):
    run(tmp_path, choice=Choice(mode="sample", number=2))
    with pytest.raises(OutputError, match=r"--resume.*--force"):
        run(tmp_path, choice=Choice(mode="sample", number=2))
    with pytest.raises(OutputError, match="seed"):
        run(tmp_path, choice=Choice(mode="sample", number=2, seed=1), resume=True)


def test_a_changed_source_of_the_same_name_is_another_run(tmp_path):
    crystal = load("beta-Li3N")
    changed = replace(crystal, lattice=crystal.lattice * 1.01)
    options = {"choice": Choice(mode="sample", number=2), "planning": Planning(supercell=parse_matrix("2x2x1"))}
    run_vacancies(crystal, ITEMS, output=Output(folder=tmp_path), **options)
    with pytest.raises(OutputError, match="crystal"):
        run_vacancies(changed, ITEMS, output=Output(folder=tmp_path, resume=True), **options)


def test_what_is_no_manifest_is_said_to_be_none(tmp_path):
    (tmp_path / "manifest.jsonl").write_text("[1, 2]\n")
    with pytest.raises(OutputError, match="no manifest"):
        run(tmp_path, resume=True)
    assert (tmp_path / "manifest.jsonl").read_text() == "[1, 2]\n"


def test_a_space_too_large_to_enumerate_says_how_large_and_what_to_do(tmp_path):
    with pytest.raises(UnsupportedError, match=r"1473109704.*3451449.*--sample.*4 shards"):
        run_vacancies(
            load("beta-Li3N"),
            ["Li@4f=7/72"],
            choice=Choice(mode="enumerate"),
            planning=Planning(supercell=parse_matrix("3x3x2"), allow_charge=True),
            output=Output(folder=tmp_path / "none"),
        )
    assert not (tmp_path / "none").exists()


def test_shards_of_a_run_are_the_whole(tmp_path):
    degeneracies = [
        one.degeneracy
        for k in (1, 2, 3)
        for one in run(tmp_path / str(k), choice=Choice(mode="enumerate", shard=(k, 3))).made
    ]
    assert sum(degeneracies) == 4480
    assert len(degeneracies) == 70
