"""What all commands have in common: one JSON document, formats by either name, completion, lines without trailing blanks."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import typer

from nitrivac.cli import app

COMMANDS = typer.main.get_command(app).commands


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_print_json(name):
    assert any("--json" in parameter.opts for parameter in COMMANDS[name].params)


def test_build_plot_and_merge_say_in_json_what_they_wrote(nitrivac, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    built = json.loads(nitrivac("build", "alpha-Li3N", "beta-Li3N", "--json").out)
    assert built == [{"source": f"{name}-Li3N", "file": f"{name}-Li3N.cif"} for name in ("alpha", "beta")]
    drawn = json.loads(nitrivac("plot", "percolation", "alpha-Li3N", "-o", "a.svg", "--json").out)
    assert drawn == {"figure": "percolation", "source": "alpha-Li3N", "file": "a.svg"}
    for part in ("1/2", "2/2"):
        arguments = ("alpha-Li3N.cif", "beta-Li3N.cif", "-o", f"{part[0]}.csv", "--only", "identity", "--workers", "1")
        nitrivac("screen", *arguments, "--shard", part)
    merged = json.loads(nitrivac("screen-merge", "1.csv", "2.csv", "-o", "all.csv", "--json").out)
    assert merged == {"output": "all.csv", "rows": 2, "parts": ["1.csv", "2.csv"]}


@pytest.mark.parametrize(
    ("command", "files"),
    [
        (["build", "beta-Li3N", "-o"], {"beta-Li3N.vasp"}),
        (["path", "alpha-Li3N", "--hop", "h1", "--images", "1", "-o"], {"00", "01", "02", "profile.json"}),
        (
            ["vacancies", "beta-Li3N", "Li@4f=3/16", "N@2c=1/8", "--supercell", "2x2x1", "-o"],
            {"configuration-000001.vasp", "manifest.csv", "manifest.jsonl"},
        ),
    ],
)
def test_vasp_and_poscar_are_one_format(nitrivac, tmp_path, command, files):
    made = {}
    for name in ("vasp", "poscar"):
        folder = tmp_path / name
        assert nitrivac(*command, folder, "--format", name).code == 0
        assert {path.name for path in folder.iterdir()} == files
        made[name] = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert made["vasp"] == made["poscar"]


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["show", "Li5NI2"],
        ["verify", "all"],
        ["hops", "beta-Li3N"],
        ["polyhedra", "LiPN2"],
        ["pattern", "gamma-Li3N"],
        ["path", "alpha-Li3N", "--hop", "h1"],
    ],
)
def test_no_line_ends_in_a_blank(nitrivac, command):
    done = nitrivac(*command)
    assert done.code == 0
    assert not [line for line in done.out.split("\n") if line != line.rstrip()]


def completions(words: str) -> set[str]:
    """What a shell is offered for the last word of a command."""
    environment = os.environ | {
        "_NITRIVAC_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    program = "import sys; sys.argv = ['nitrivac']; from nitrivac.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return set(done.stdout.split())


def test_a_shell_completes_commands_and_compounds():
    assert completions("nitrivac pat") == {"path", "pattern"}
    assert {"beta-Li3N", "beta-Li10P4N10"} <= completions("nitrivac hops beta")
    assert completions("nitrivac show gamma-Li3N") == {"gamma-Li3N"}


def test_a_formula_with_several_forms_offers_them(nitrivac):
    done = nitrivac("hops", "Li3N")
    assert done.code == 2
    assert done.err.endswith("say which: alpha-Li3N, beta-Li3N, gamma-Li3N\n")
    assert "Li3BN2-I41amd" in nitrivac("verify", "Li3BN2").err


def test_show_says_what_is_there_for_files(nitrivac, tmp_path):
    nitrivac("build", "alpha-Li3N", "-o", tmp_path)
    done = nitrivac("show", tmp_path / "alpha-Li3N.cif")
    assert done.code == 2
    assert "for a structure file there are verify" in done.err
    assert done.err.count("\n") == 1


def test_an_element_means_all_its_sites(nitrivac):
    arguments = ("--allow-charge", "--count", "--supercell", "2x2x2", "--nearest", "--json")
    counts = json.loads(nitrivac("vacancies", "beta-Li3N", "Li=12.5%", *arguments).out)["plan"]["counts"]
    found = {one["site"]: one["fraction"] for one in counts if one.get("occupant", "vacancy") == "vacancy"}
    assert {site: found[site] for site in ("Li@2b", "Li@4f")} == {"Li@2b": 0.125, "Li@4f": 0.125}


def test_whole_numbers_are_of_one_site(nitrivac):
    done = nitrivac("vacancies", "beta-Li3N", "Li=8/72", "--count")
    assert done.code == 2
    assert "whole numbers are of one site; Li has Li@2b, Li@4f" in done.err
