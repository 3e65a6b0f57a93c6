"""The main job: what it writes, what it says, and that it leaves nothing half-done."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys

import pytest
from pymatgen.core import Lattice, Structure

from nitrivac import load
from nitrivac.analysis import analyze
from nitrivac.catalog import materials
from nitrivac.errors import NitrivacError
from nitrivac.io.read import read_crystal
from nitrivac.vacancies import Planning

FILES = [
    "average.cif", "bonds.csv", "hops.csv", "polyhedra.csv", "report.html", "summary.json", "supercell.cif", "supercell.vasp"
]  # fmt: skip
MAIN_JOB = ("analyze", "beta-Li3N", "Li@4f=8.1(2)%", "N@2c=5.4(1)%", "-o")


def test_the_main_job_writes_what_a_simulation_needs(nitrivac, tmp_path):
    outcome = nitrivac(*MAIN_JOB, tmp_path / "out")
    assert outcome.code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES
    average = read_crystal(tmp_path / "out" / "average.cif")
    assert average.space_group.setting == "P6_3/mmc"
    assert average.contents == pytest.approx({"N": 1.892, "Li": 5.676})
    for name in ("supercell.cif", "supercell.vasp"):
        supercell = read_crystal(tmp_path / "out" / name)
        assert supercell.contents == {"N": 34.0, "Li": 102.0}
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["verify"]["agrees"] is True
    assert summary["verify"]["found"] == {"number": 194, "symbol": "P6_3/mmc", "hall": "-P 6c 2c"}
    assert summary["vacancies"]["total"] == "98430512040"
    assert summary["vacancies"]["count"] == "228638895"
    assert [(one["site"], one["vacant"], one["of"]) for one in summary["vacancies"]["plan"]["counts"]] == [
        ("N@2c", 2, 36),
        ("Li@4f", 6, 72),
    ]
    assert summary["vacancies"]["plan"]["charge"] == 0
    assert summary["vacancies"]["configurations"][0]["space_group"] == supercell.space_group.symbol
    assert [hop["distance_A"] for hop in summary["hops"]["hops"]][:3] == [2.1807, 2.2706, 2.3226]
    assert {one["site"]: one["coordination"] for one in summary["polyhedra"]["polyhedra"]} == {"Li@2b": 3, "Li@4f": 4}
    assert "3x3x2 supercell" in outcome.out
    assert all(len(line) <= 80 for line in outcome.out.splitlines())


def test_headers_say_how_a_supercell_was_made(nitrivac, tmp_path):
    nitrivac(*MAIN_JOB, tmp_path)
    text = (tmp_path / "supercell.cif").read_text(encoding="utf-8")
    for words in (
        "Li@4f=8.1(2)%",
        "N@2c=5.4(1)%",
        "3 0 0 0 3 0 0 0 2",
        "98430512040",
        "228638895",
        "annealed",
        "_nitrivac_seed",
        "nitrivac 0.",
    ):
        assert words in text
    assert "source=beta-Li3N" in (tmp_path / "supercell.vasp").read_text(encoding="utf-8").splitlines()[0]


def test_the_main_job_repeats_itself_to_the_byte(nitrivac, tmp_path):
    for folder in ("one", "two"):
        nitrivac(*MAIN_JOB, tmp_path / folder)
    for name in FILES:
        first, second = ((tmp_path / folder / name).read_text(encoding="utf-8") for folder in ("one", "two"))
        assert re.sub(rf"{re.escape(str(tmp_path))}/one\b", f"{tmp_path}/two", first) == second  # the page names its folder


def test_existing_files_are_kept_unless_told_otherwise(nitrivac, tmp_path):
    (tmp_path / "hops.csv").write_text("mine", encoding="utf-8")
    outcome = nitrivac(*MAIN_JOB, tmp_path)
    assert outcome.code == 2
    assert "hops.csv" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["hops.csv"]
    assert nitrivac(*MAIN_JOB, tmp_path, "--force").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES


@pytest.mark.parametrize("identifier", [material.id for material in materials() if material.sites])
def test_every_compound_can_be_analysed(identifier):
    result = analyze(identifier)
    assert result.verification.passed
    assert result.hops is not None
    assert result.hops.hops
    assert result.polyhedra.polyhedra
    json.dumps(result.as_dict(), allow_nan=False)
    if result.vacancies is not None:
        assert result.supercell.is_ordered
        assert result.vacancies.plan.charge in (0.0, None)
    elif not load(identifier).is_ordered:
        assert result.no_supercell


def test_a_file_is_analysed_like_a_catalogue_entry(nitrivac, tmp_path):
    nitrivac("build", "beta-Li3N", "-o", tmp_path)
    outcome = nitrivac("analyze", tmp_path / "beta-Li3N.cif", "Li@4f=8.1(2)%", "N@2c=5.4(1)%", "-o", tmp_path / "out")
    assert outcome.code == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["vacancies"]["count"] == "228638895"


def test_an_ordered_crystal_without_specification_is_written_as_it_is(nitrivac, tmp_path):
    assert nitrivac("analyze", "LiPN2", "-o", tmp_path).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "bonds.csv",
        "hops.csv",
        "polyhedra.csv",
        "report.html",
        "structure.cif",
        "structure.vasp",
        "summary.json",
    ]


def test_a_specification_that_cannot_be_planned_is_an_error():
    with pytest.raises(NitrivacError, match="neutral"):
        analyze("beta-Li3N", ["Li@4f=8.1(2)%"])


def test_a_source_of_which_nothing_can_be_filled_is_analysed_all_the_same():
    """Three half-filled sites 0.8 angstrom apart: one of them can be filled, not one and a half."""
    points = [[0.13, 0, 0], [0, 0.13, 0], [0, 0, 0.13]]
    structure = Structure(Lattice.cubic(4.2), [*[{"Li": 0.5}] * 3, "F"], [*points, [0.6, 0.6, 0.6]])
    result = analyze(structure)
    assert result.supercell is None
    assert "exclu" in result.no_supercell


SMALL = ("Li@4f=3/16", "N@2c=1/8")


def test_json_is_the_summary_with_the_place_of_the_supercell(nitrivac, tmp_path):
    out = tmp_path / "out"
    printed = nitrivac("analyze", "beta-Li3N", *SMALL, "--supercell", "2x2x1", "-o", out, "--json").json
    (made,) = printed["vacancies"]["configurations"]
    assert made["file"] == str(out / "supercell.cif")
    made["file"] = "supercell.cif"
    assert printed == json.loads((out / "summary.json").read_text(encoding="utf-8"))


def test_the_supercell_is_the_one_asked_for(nitrivac, tmp_path):
    """The same options make the same cell, numbers and configuration as in `vacancies`."""
    options = (*SMALL, "--supercell", "2x2x1", "--seed", "3", "--json")
    mine = nitrivac("analyze", "beta-Li3N", *options, "-o", tmp_path).json["vacancies"]
    theirs = nitrivac("vacancies", "beta-Li3N", *options).json
    mine["configurations"][0]["file"] = None
    assert mine == theirs
    assert mine["plan"]["matrix"] == [[2, 0, 0], [0, 2, 0], [0, 0, 1]]
    assert read_crystal(tmp_path / "supercell.cif").contents == {"N": 7.0, "Li": 21.0}


def test_a_plan_of_the_list_is_taken(nitrivac, tmp_path):
    listed = nitrivac("analyze", "Li9N2Cl3", "--plans", 2, "--json", "-o", tmp_path / "out").json["plans"]
    assert not (tmp_path / "out").exists()
    assert [one["rank"] for one in listed] == [1, 2]
    second = analyze("Li9N2Cl3", plan=2)
    assert second.vacancies.plan.atoms == listed[1]["plan"]["atoms"] > listed[0]["plan"]["atoms"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["alpha-Li3N", "--max-atoms", "100"], ["fully occupied", "Li@2c"]),
        (["Li9N2Cl3", "--max-atoms", "10"], ["no supercell", "10 atoms", "raise --max-atoms"]),
        (["Li9N2Cl3", "--plan", "99999", "--max-atoms", "60"], ["no plan 99999"]),
        (["beta-Li3N", *SMALL, "--supercell", "2x2"], ["2x2", "3x3x2"]),
    ],
)
def test_what_was_asked_of_the_supercell_is_not_passed_over(nitrivac, tmp_path, arguments, words):
    outcome = nitrivac("analyze", *arguments, "-o", tmp_path / "out")
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert all(word in outcome.err for word in words), outcome.err
    assert not (tmp_path / "out").exists()


def test_progress_tells_every_step_in_order():
    told = []
    cell, vacant = Planning(supercell=(2, 2, 2), min_image=1.0), ["Li@4f=6/32", "N@2c=2/16"]
    analyze("beta-Li3N", vacant, planning=cell, progress=lambda what, done, total: told.append((what, done, total)))
    steps = list(dict.fromkeys(what for what, _, _ in told))
    assert steps == ["supercell", "configurations", "symmetry", "hops", "polyhedra", "bonds"]
    assert all(total is None or done <= total for _, done, total in told)


def test_progress_is_drawn_on_a_terminal_and_nowhere_else(tmp_path):
    ours, theirs = pty.openpty()
    program = "import sys; from nitrivac.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, "analyze", "alpha-Li3N", "-o", str(tmp_path), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs) as running:
        os.close(theirs)
        printed, drawn = running.communicate()[0], b""
        while part := _read(ours):
            drawn += part
    assert running.returncode == 0
    assert json.loads(printed)["source"] == "alpha-Li3N"
    assert b"files" in drawn


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # the other end is closed
        return b""
