"""Runs over many crystals: resumed runs are whole ones, one worker is two, and what fails is a row."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pymatgen.core import Lattice, Structure

from nitrivac import crystal_from_structure
from nitrivac.energetics import BandOptions, load_potential
from nitrivac.energetics.bands.run import BarrierJob, run_barriers
from nitrivac.energetics.run import Subject
from nitrivac.engines import LocalEngine
from nitrivac.engines.journal import open_journal
from tests.energetics.wells import STEP, Hill

WELLS = "tests.energetics.wells"
ROOT = Path(__file__).parents[3]


def chain(length=2 * STEP):
    """Two sites along the first axis, far apart along the others."""
    structure = Structure(Lattice.orthorhombic(length, 4.5, 5.0), ["Li", "Li"], [[0, 0, 0], [0.5, 0, 0]])
    return crystal_from_structure(structure, source=f"chain of {length:g}")


@pytest.fixture(scope="module")
def subjects():
    return [Subject(name="one", crystal=chain()), Subject(name="two", crystal=chain(2 * STEP + 0.01))]


JOB = BarrierJob(species="Li", options=BandOptions(supercell=(2, 2, 2), images=1, force=0.05))


def plain(run):
    return [one.plain() for one in run.compounds]


class Stopping:
    """An engine that is stopped after some tasks, as by a signal."""

    def __init__(self, after):
        self.after, self._engine = after, LocalEngine(workers=1)
        self.limits = self._engine.limits

    def __call__(self, function, tasks, *, expected=None):
        for number, outcome in enumerate(self._engine(function, tasks, expected=expected)):
            if number == self.after:
                raise KeyboardInterrupt
            yield outcome


def test_a_run_that_was_stopped_ends_as_one_that_was_not_and_computes_nothing_twice(subjects, tmp_path):
    potential = load_potential(f"{WELLS}:Hill")
    with open_journal(tmp_path / "j") as journal, pytest.raises(KeyboardInterrupt):
        run_barriers(subjects, potential, JOB, engine=Stopping(1), journal=journal)
    with open_journal(tmp_path / "j") as journal:
        resumed = run_barriers(subjects, potential, JOB, engine=LocalEngine(workers=1), journal=journal)
    whole = run_barriers(subjects, potential, JOB, engine=LocalEngine(workers=2))
    assert resumed.computed == len(resumed.costs) - 1
    assert whole.computed == len(whole.costs)
    assert plain(resumed) == plain(whole)
    assert whole.compounds[0].barriers[0].forward == pytest.approx(Hill.waves[2][0], abs=1e-3)


def test_other_options_are_other_tasks(subjects, tmp_path):
    potential = load_potential(f"{WELLS}:Hill")
    other = BarrierJob(species="Li", options=BandOptions(supercell=(2, 2, 2), images=3))
    for job, computed in ((JOB, 2), (JOB, 0), (other, 1)):  # what the potential is trusted with is the same
        with open_journal(tmp_path / "j") as journal:
            run = run_barriers(subjects[:1], potential, job, engine=LocalEngine(workers=1), journal=journal)
        assert (run.computed, len(run.costs)) == (computed, 2)


def test_relaxed_crystals_keep_the_names_of_their_hops():
    potential = load_potential("ase.calculators.emt:EMT")
    structure = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.7), ["Cu"], [[0, 0, 0]])
    copper = Subject(name="copper", crystal=crystal_from_structure(structure, source="Cu"))
    job = BarrierJob(species="Cu", hops=["h1"], relax=True, options=BandOptions(supercell=2, images=1))
    run = run_barriers([copper], potential, job, engine=LocalEngine(workers=1))
    (row,) = run.compounds[0].barriers
    assert (row.hop, round(row.distance, 3)) == ("h1", round(3.7 / 2**0.5, 3))
    assert float(row.lattice[0, 0]) == pytest.approx(2 * 3.59, abs=0.02)
    assert [cost.task for cost in run.costs] == ["relax", "trust", "h1"]


def files(folder):
    """What a run wrote, but for what depends on the run: times, and the journal they are in."""
    found = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    texts = {}
    for name, path in found.items():
        if path.suffix == ".journal" or path.name == "costs.csv":
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            document = json.loads(text)
            document.get("cost", {}).pop("cpu_seconds", None)
            text = json.dumps(document)
        texts[str(name)] = text
    return texts


@pytest.mark.slow
def test_a_command_that_is_killed_goes_on_and_ends_as_one_that_is_not(tmp_path):
    for number in range(3):
        chain(2 * STEP + 0.02 * number).write(tmp_path / f"chain{number}.cif")
    command = [sys.executable, "-m", "nitrivac", "barriers", *(f"chain{number}.cif" for number in range(3))]
    command += ["--calculator", f"{WELLS}:Hill", "--supercell", "2x2x2", "--images", "1", "--workers", "1"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}

    def start(folder):
        return subprocess.Popen(
            [*command, "-o", folder], cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    killed = start("killed")
    journal = tmp_path / "killed/barriers.journal"
    while killed.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < 2):
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    before = journal.read_bytes()
    if killed.returncode != 0:  # it may have been quick
        assert not list((tmp_path / "killed").rglob("*.json"))
    for folder in ("killed", "whole"):
        run = start(folder)
        assert run.communicate()[1]
        assert run.returncode == 0
    assert journal.read_bytes().startswith(before[: before.rindex(b"\n") + 1])
    assert files(tmp_path / "killed") == files(tmp_path / "whole")
    assert {path.name for path in (tmp_path / "whole").iterdir()} == {
        "barriers.csv",
        "barriers.journal",
        "barriers.json",
        "chain0",
        "chain1",
        "chain2",
        "costs.csv",
    }


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("Nan", "CalculatorError", "nan eV"),
        ("Raising", "CalculatorError", "out of its depth"),
        ("Exploding", "CalculatorError", "a force of"),
        ("Dying", "Crash", "the process died"),
        ("Slow", "TimeLimit", "not done within"),
    ],
)
def test_what_fails_is_a_row_with_its_reason(nitrivac, tmp_path, name, error, words):
    chain().write(tmp_path / "chain.cif")
    given = ["--supercell", "2x2x2", "--images", 1, "--workers", 1, "--hops", "h1", "--time-limit", 3]
    run = nitrivac("barriers", tmp_path / "chain.cif", "--calculator", f"{WELLS}:{name}", *given, "--json")
    assert run.code == 1
    (row,) = run.json["barriers"]
    assert (row["error"], row["forward_eV"]) == (error, None)
    assert words in row["note"]
    assert "Traceback" not in run.err


def test_files_that_cannot_be_relaxed_are_rows(nitrivac, tmp_path):
    structure = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.7), ["Cu"], [[0, 0, 0]])
    (tmp_path / "in").mkdir()
    crystal_from_structure(structure, source="Cu").write(tmp_path / "in/copper.cif")
    (tmp_path / "in/torn.cif").write_text("data_\n", encoding="utf-8")
    chain().write(tmp_path / "in/lithium.cif")
    given = ["relax", tmp_path / "in", "--calculator", "ase.calculators.emt:EMT", "--workers", 1, "-o", tmp_path / "out"]
    run = nitrivac(*given)
    assert run.code == 0
    assert (tmp_path / "out/copper/relaxed.cif").exists()
    document = json.loads((tmp_path / "out/relaxations.json").read_text(encoding="utf-8"))
    assert [Path(one["source"]).name for one in document["relaxations"]] == ["copper.cif"]
    assert {one["source"]: one["error"] for one in document["refused"]} == {
        "lithium": "CalculatorError",
        "torn": "ReadError",
    }
    again = nitrivac(*given, "--json")
    assert again.json["cost"] == document["cost"]
    assert again.json["relaxations"] == document["relaxations"]


def test_a_single_source_that_fails_is_one_line(nitrivac, tmp_path):
    chain().write(tmp_path / "lithium.cif")
    for command in ("relax", "barriers"):
        run = nitrivac(command, tmp_path / "lithium.cif", "--calculator", "wonder")
        assert (run.code, run.err.count("\n")) == (2, 1)
    run = nitrivac("relax", tmp_path / "lithium.cif", "--calculator", "ase.calculators.emt:EMT", "--workers", 1)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "Li" in run.err


def test_files_of_one_name_have_folders_of_their_own(tmp_path):
    from nitrivac.cli.calculation import subjects_of

    names = ("a/x.cif", "b/x.cif", "c/x-2.cif", "d/x.cif")
    for name in names:
        (tmp_path / name).parent.mkdir()
        chain().write(tmp_path / name)
    assert [one.name for one in subjects_of([str(tmp_path / name) for name in names])] == ["x", "x-2", "x-2-2", "x-3"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--percolating", "--hops", "h1"], "--percolating chooses the hops itself"),
        (["--hops", "h9"], "no hop 'h9'"),
        (["--host", "none.cif", "--relax"], "--relax and --supercell do not go with it"),
        (["--images", "0"], "0 images"),
    ],
)
def test_usage_is_refused_in_one_line(nitrivac, tmp_path, options, words):
    chain().write(tmp_path / "chain.cif")
    run = nitrivac("barriers", tmp_path / "chain.cif", "--calculator", f"{WELLS}:Hill", *options)
    assert run.code == 2
    assert run.err.count("\n") == 1
    assert words in run.err


MODULE = """from tests.energetics.wells import Field


class Mine(Field):
    waves = {{2: ({height}, 0.0)}}
"""


def test_a_module_of_ones_own_is_found_and_when_it_changes_its_results_are_new(tmp_path):
    chain().write(tmp_path / "chain.cif")
    command = [sys.executable, "-c", "import sys; sys.path.remove(''); from nitrivac.cli import main; main()", "barriers"]
    command += ["chain.cif", "--calculator", "mine:Mine", "--supercell", "2x2x2", "--hops", "h1", "--images", "1"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    found = []
    for height in (0.5, 0.7):
        (tmp_path / "mine.py").write_text(MODULE.format(height=height), encoding="utf-8")
        run = subprocess.run(
            [*command, "--workers", "1", "-o", "out", "--json"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=True,
        )
        found.append(json.loads(run.stdout)["barriers"][0]["forward_eV"])
    assert found == pytest.approx([0.5, 0.7], abs=2e-3)


def test_the_command_takes_a_configuration(nitrivac, tmp_path):
    parent = chain()
    parent.write(tmp_path / "chain.cif")
    full = parent.structure.copy()
    full.make_supercell(2)
    full.remove_sites([0])
    crystal_from_structure(full, source="vacancy").write(tmp_path / "vacancy.cif")
    given = [tmp_path / "chain.cif", "--calculator", f"{WELLS}:Hill", "--species", "Li", "--images", 1, "--workers", 1]
    run = nitrivac("barriers", *given, "--host", tmp_path / "vacancy.cif", "--hops", "h1", "--json")
    assert run.code == 0
    (row,) = run.json["barriers"]
    assert row["forward_eV"] == pytest.approx(0.5, abs=1e-3)
    assert row["atoms"] == 15
