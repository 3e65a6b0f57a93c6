"""Damaged files through every command: no traceback, no hang, no wrong success, and one line that says what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nitrivac import load
from nitrivac.io.writers import crystal_text
from tests.elsewhere import SHARED, shared_table
from tests.robustness.damage import packed
from tests.robustness.harness import assert_plain, run

DATA = Path(__file__).parent.parent / "data" / "files"
STRUCTURES = Path(__file__).parent.parent.parent / "structures"
COMPOUNDS = ("Li9N2Cl3", "beta-Li3N", "LiPN2", "Li2PO2N", "Li5NCl2-disordered", "alpha-Li3N-Li2c-vacancies")
TEXTS = {
    ".cif": [path.read_text(encoding="utf-8") for path in sorted(DATA.glob("*.cif"))]
    + [(STRUCTURES / f"{name}.cif").read_text(encoding="utf-8") for name in COMPOUNDS],
    ".vasp": [(DATA / "POSCAR").read_text(encoding="utf-8")],
    ".extxyz": [(DATA / "snapshot.extxyz").read_text(encoding="utf-8")],
    ".json": [
        crystal_text(load("alpha-Li3N"), "json").replace(",", ",\n"),
        json.dumps(load("alpha-Li3N").structure.as_dict(), indent=1),
    ],
    ".yaml": [
        files("nitrivac.catalog").joinpath("records", f"{name}.yaml").read_text(encoding="utf-8")
        for name in ("beta-Li3N", "Li9N2Cl3", "Li5NI2")
    ],
}
SUFFIXES_ELSEWHERE = {".cif": ".cif", ".json": ".json", ".xyz": ".extxyz", "POSCAR": ".vasp", "CONTCAR": ".vasp"}
COMMANDS = (
    ("verify",), ("verify", "--json"), ("hops",), ("polyhedra",), ("vacancies", "--count"), ("build", "--format", "poscar"),
    ("build",), ("analyze",), ("path", "--hop", "h1", "--method", "linear"),
)  # fmt: skip
EXAMPLES = {".cif": 110, ".vasp": 25, ".extxyz": 25, ".json": 25, ".yaml": 25}


def texts_elsewhere(suffix: str) -> list[str]:
    """The small inputs that are kept beside the checkout, where they are there."""
    names = [name for name in shared_table("cases/files/expected.json") if SUFFIXES_ELSEWHERE.get(ending(name)) == suffix]
    return [(SHARED / "cases" / "files" / name).read_text(encoding="utf-8", errors="replace") for name in names]


def ending(name: str) -> str:
    return Path(name).suffix or Path(name).name


def check(folder: Path, suffix: str, content: bytes, packing: str, command: tuple[str, ...]) -> None:
    path = folder / f"it{suffix}{packing}"
    path.write_bytes(content)
    output = ["-o", folder / "out", "--force"] if command[0] in ("build", "analyze") else []
    before = {one: one.read_bytes() for one in folder.iterdir() if one.is_file()}
    outcome = run(command[0], path, *command[1:], *output)
    assert_plain(outcome, "" if suffix == ".yaml" else path.name)  # a record is known by its id
    assert {one: one.read_bytes() for one in folder.iterdir() if one.is_file()} == before
    if outcome.code in (0, 1) and command == ("verify", "--json"):
        row = outcome.json[0]
        crystal = load(path)
        assert row["density_g_cm3"] < 30
        assert min(row["min_distance_A"].values(), default=9.9) > 0.3
        assert sum(len(orbit.indices) for orbit in crystal.orbits) == crystal.n_sites
        assert all(0 < orbit.total_occupancy <= 1 for orbit in crystal.orbits)
    if output and outcome.code == 2:
        assert not list((folder / "out").glob(".*"))


@pytest.mark.parametrize("suffix", TEXTS)
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path, suffix):
    @settings(max_examples=EXAMPLES[suffix], deadline=None, suppress_health_check=list(HealthCheck))
    @given(packed(TEXTS[suffix]), st.sampled_from(COMMANDS))
    def attempt(content_and_packing, command):
        content, packing = content_and_packing
        check(tmp_path, suffix, content, "" if suffix == ".yaml" else packing, command)

    attempt()


@pytest.mark.long
@pytest.mark.parametrize("suffix", TEXTS)
def test_many_more_damaged_files(tmp_path, suffix):
    """New examples in each run: `pytest -m long`."""

    @settings(max_examples=2_000, deadline=None, derandomize=False, database=None, suppress_health_check=list(HealthCheck))
    @given(packed(TEXTS[suffix] + texts_elsewhere(suffix)), st.sampled_from(COMMANDS))
    def attempt(content_and_packing, command):
        content, packing = content_and_packing
        check(tmp_path, suffix, content, "" if suffix == ".yaml" else packing, command)

    attempt()


BAD = {
    "nan.vasp": (TEXTS[".vasp"][0].replace("0.666667 0.333333", "nan 0.333333"), ["line 12", "nan"]),
    "wide.cif": (TEXTS[".cif"][5].replace("5.39", "99999"), ["_cell_length_a", "99999"]),
    "thin.vasp": (TEXTS[".vasp"][0].replace("0.0 0.0 3.875", "0.0 0.0 0.001"), ["0.001 angstrom thick"]),
    "crowd.extxyz": (
        '400\nLattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3 pbc="T T T"\n' + "Li 1.5 1.5 1.5\n" * 400,
        ["400 sites lie within one cubic angstrom"],
    ),
    "inf.extxyz": (TEXTS[".extxyz"][0].replace("3.875", "inf"), ["inf.extxyz"]),
    "empty.json": ('{"lattice": {"matrix": [[1,0,0],[0,1,0],[0,0,1]]}, "sites": []}', ["no atoms"]),
    "orbits.json": (crystal_text(load("alpha-Li3N"), "json").replace('"indices": [', '"indices": [0, '), ["orbits"]),
}


@pytest.mark.parametrize("name", BAD)
def test_faults_that_once_hung_or_filled_the_memory(tmp_path, name):
    text, words = BAD[name]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    outcome = run("verify", path)
    assert outcome.code == 2
    assert_plain(outcome, name)
    for word in words:
        assert word in outcome.err


def test_a_wide_cell_needs_no_more_memory_than_its_atoms(tmp_path):
    """A box of 900 angstrom: neighbours were sorted into a billion cubes of 1 angstrom."""
    path = tmp_path / "wide.vasp"
    path.write_text("box\n1.0\n900 0 0\n0 900 0\n0 0 900\nLi N\n1 1\nDirect\n0 0 0\n0.002 0 0\n", encoding="utf-8")
    outcome = run("verify", path, "--json")
    assert outcome.json[0]["min_distance_A"] == {"Li-N": 1.8}


@pytest.mark.parametrize("label", ["Li1[/b]", "[red]", "Li\\x1b[2J"])
def test_labels_are_neither_markup_nor_orders_to_the_terminal(tmp_path, label):
    data = load("alpha-Li3N").structure.as_dict()
    for site in data["sites"]:
        if site["properties"]["label"] == "N1":
            site["properties"]["label"] = label.replace("\\x1b", "\x1b")
    path = tmp_path / "it[b].json"
    path.write_text(json.dumps(data), encoding="utf-8")
    outcome = run("verify", path)
    assert outcome.code == 0
    assert "\x1b" not in outcome.out
    assert label in outcome.out


@pytest.mark.parametrize("command", ["verify", "hops"])
def test_a_fault_in_a_process_of_its_own(tmp_path, command):
    """What C libraries write would escape a catch in this process."""
    path = tmp_path / "Ångström dir" / "süß 字.cif"
    path.parent.mkdir()
    path.write_text((DATA / "icsd_like.cif").read_text(encoding="utf-8").replace("0.1150(3)", "inf", 1), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "nitrivac", command, str(path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "süß 字.cif" in done.stderr


def test_a_terminal_without_the_angstrom_sign(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "nitrivac", "verify", "beta-Li3N"],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin", "HOME": str(tmp_path)},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"\\xc5" in done.stdout
