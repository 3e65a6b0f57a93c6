"""The contracts of the command line: exit codes, one clear line on standard error, JSON alone on standard output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nitrivac import __version__
from nitrivac.catalog import materials
from nitrivac.io.read import read_crystal

HEAVY = (
    "numpy",
    "scipy",
    "pymatgen",
    "spglib",
    "moyopy",
    "ase",
    "gemmi",
    "networkx",
    "matplotlib",
    "pandas",
    "jinja2",
)
STRUCTURES = Path(__file__).parent.parent / "structures"


def modules_after(arguments: list[str]) -> set[str]:
    """Top-level modules imported by a command in a process of its own."""
    script = (
        "import sys\nfrom nitrivac.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write(' '.join({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["list"],
        ["list", "--json"],
        ["show", "Li5NI2"],
        ["analyze", "--help"],
        ["compare", "--help"],
        ["plot", "--help"],
        ["screen", "--help"],
    ],
)
def test_help_and_catalogue_import_nothing_heavy(arguments):
    assert not modules_after(arguments) & set(HEAVY)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], ["frobnicate"]),
        (["list", "--bogus"], ["--bogus"]),
        (["list", "--family", "perovskite"], ["perovskite", "nitridophosphate"]),
        (["show", "beta-Li3M"], ["beta-Li3M", "beta-Li3N"]),
        (["build", "beta-Li3M"], ["beta-Li3M", "beta-Li3N"]),
        (["build", "Li5NI2"], ["Li5NI2", "unresolved", "F-43m"]),
        (["build", "Li9N2Cl3", "--format", "poscar"], ["Li9N2Cl3", "POSCAR", "Li@8c"]),
        (["build", "beta-Li3N", "--format", "pdb"], ["pdb", "cif"]),
        (["verify", "no-such-file.cif"], ["no-such-file.cif"]),
        (["verify", "."], ["folder"]),
        (["verify", "beta-Li3N", "--expect", "P9/mmm"], ["P9/mmm"]),
        (["hops", "./missing/POSCAR"], ["missing/POSCAR"]),
        (["hops", "beta-Li3N", "--species", "Na"], ["Na", "Li"]),
        (["hops", "beta-Li3N", "--max-distance", "-1"], ["-1"]),
        (["polyhedra", "beta-Li3N", "--centres", "Xx"], ["Xx"]),
        (["vacancies", "beta-Li3N"], ["fully occupied", "Li@4f"]),
        (["vacancies", "beta-Li3N", "Li@4f=1/16", "--supercell", "2x2"], ["2x2"]),
        (["vacancies", "beta-Li3N", "Li@4f=5%", "--count", "--lowest", "2"], ["--count", "--lowest"]),
        (["vacancies", "beta-Li3N", "Li@4f=5%", "--sample", "0"], ["--sample 0"]),
        (["vacancies", "beta-Li3N", "Li@4f=5%", "--sample", "1", "--shard", "1/2"], ["--shard", "--enumerate"]),
        (["vacancies", "beta-Li3N", "Li@4f=5%", "--enumerate", "--shard", "3/2"], ["3/2"]),
        (["vacancies", "beta-Li3N", "Li@4f=5%", "--lowest", "1", "--distinct"], ["--distinct", "--sample"]),
        (["vacancies", "beta-Li3N", "Li@4f=5%", "--count", "--resume"], ["--resume", "-o"]),
        (["analyze", "beta-Li3N", "Li@9z=3%"], ["Li@9z", "Li@4f"]),
        (["analyze", "Li5NI2"], ["Li5NI2", "unresolved"]),
        (["analyze", "beta-Li3N", "Li@4f=8.1(2)%"], ["neutral"]),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(nitrivac, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    outcome = nitrivac(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    lines = [line for line in outcome.err.splitlines() if line.startswith("nitrivac: ")]
    assert len(lines) == 1
    assert outcome.err.count("\n") == 1
    for word in words:
        assert word in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_list_counts_every_compound(nitrivac):
    rows = nitrivac("list", "--json").json
    assert len(rows) == 89
    assert {"id", "formula", "phase", "family", "space_group", "number", "status", "grade"} <= set(rows[0])
    assert {row["status"] for row in rows} == {"resolved", "disordered", "amorphous", "unresolved"}


def test_list_and_show_print_the_grade(nitrivac):
    assert any(line.split()[:1] == ["beta-Li3N"] and line.split()[-1] == "B" for line in nitrivac("list").out.splitlines())
    shown = nitrivac("show", "Li12P3N9").out
    assert "grade R" in shown
    assert "not experimental" in shown.replace("\n", " ")


def test_show_explains_why_there_is_nothing_to_build(nitrivac):
    shown = " ".join(nitrivac("show", "Li5NI2").out.split())
    assert "Nothing to build" in shown
    assert "Li6NI3" in shown


@pytest.mark.parametrize("identifier", [material.id for material in materials()])
def test_every_record_is_shown_within_80_columns(nitrivac, identifier):
    outcome = nitrivac("show", identifier)
    assert outcome.code == 0
    assert all(len(line) <= 80 for line in outcome.out.splitlines())
    assert nitrivac("show", identifier, "--json").json["id"] == identifier


def test_verify_all_agrees_on_every_structure(nitrivac):
    outcome = nitrivac("verify", "all", "--json")
    assert outcome.code == 0
    assert [row["source"] for row in outcome.json if "caution" not in row] == [one.id for one in materials() if one.sites]
    assert len([row for row in outcome.json if "caution" not in row]) == 60
    assert len([row for row in outcome.json if "caution" in row]) == 5
    for row in outcome.json:
        assert row["agrees"] is True
        assert row["problems"] == []
        assert row["second_opinion"]["number"] == row["found"]["number"] == row["expected"]["number"]


def test_verify_goes_on_past_a_bad_source(nitrivac, tmp_path):
    bad = tmp_path / "bad.cif"
    bad.write_text("data_x\n", encoding="utf-8")
    outcome = nitrivac("verify", "alpha-Li3N", bad, "beta-Li3N", "--json")
    assert outcome.code == 2
    assert [row["agrees"] for row in outcome.json] == [True, False, True]
    assert "bad.cif" in outcome.json[1]["problems"][0]
    assert outcome.err.count("\n") == 1


def test_verify_fails_with_exit_code_1(nitrivac, tmp_path):
    nitrivac("build", "beta-Li3N", "-o", tmp_path)
    path = tmp_path / "beta-Li3N.cif"
    assert nitrivac("verify", path, "--expect", 194).code == 0
    outcome = nitrivac("verify", path, "--expect", 191)
    assert outcome.code == 1
    assert "FAILS" in outcome.out


def test_structures_are_what_the_records_give(nitrivac, tmp_path):
    """Written anew with `nitrivac build all -o structures --force`, never by hand."""
    assert nitrivac("build", "all", "-o", tmp_path).code == 0
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in STRUCTURES.iterdir()}
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == []
    assert len(made) == 60


def test_cifs_carry_citation_and_grade():
    for material in materials():
        if material.sites:
            text = " ".join((STRUCTURES / f"{material.id}.cif").read_text(encoding="utf-8").split())
            assert f"_nitrivac_grade {material.grade}" in text
            assert material.source.citation.split(",")[0] in text


def test_a_users_own_record_builds(nitrivac, tmp_path):
    from nitrivac.catalog import get_material, to_dict

    data = to_dict(get_material("alpha-Li3N")) | {"id": "mine"}
    path = tmp_path / "mine.yaml"
    path.write_text(json.dumps(data), encoding="utf-8")  # JSON is YAML
    assert nitrivac("build", path, "-o", tmp_path).code == 0
    assert read_crystal(tmp_path / "mine.cif").space_group.setting == "P6/mmm"


def test_build_does_not_overwrite_without_force(nitrivac, tmp_path):
    assert nitrivac("build", "beta-Li3N", "-o", tmp_path).code == 0
    outcome = nitrivac("build", "beta-Li3N", "-o", tmp_path)
    assert outcome.code == 2
    assert "--force" in outcome.err
    assert nitrivac("build", "beta-Li3N", "-o", tmp_path, "--force").code == 0


@pytest.mark.parametrize("file_format", ["cif", "poscar", "extxyz", "json"])
def test_formats_of_build(nitrivac, tmp_path, file_format):
    outcome = nitrivac("build", "beta-Li3N", "-o", tmp_path, "--format", file_format)
    assert read_crystal(outcome.out.strip()).space_group.number == 194


def test_an_output_folder_that_is_a_file(nitrivac, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    outcome = nitrivac("build", "beta-Li3N", "-o", tmp_path / "file")
    assert outcome.code == 2
    assert "is a file" in outcome.err


def test_json_of_hops_vacancies_and_polyhedra_has_the_agreed_keys(nitrivac):
    hops = nitrivac("hops", "alpha-Li3N", "--json").json
    assert {"source", "species", "hops", "percolation"} <= set(hops)
    hop_keys = {
        "id",
        "from",
        "to",
        "distance_A",
        "multiplicity",
        "elementary",
        "shared",
        "bottleneck_radius_A",
        "window",
        "widest_path",
    }
    assert hop_keys <= set(hops["hops"][0])
    assert {"length_A", "bottleneck_radius_A"} <= set(hops["hops"][0]["widest_path"])
    assert {"dimension", "distance_A", "bottleneck_radius_A", "directions"} <= set(hops["percolation"][0])
    found = nitrivac("vacancies", "Li9N2Cl3", "--count", "--supercell", "2x2x1", "--nearest", "--json").json
    assert {"source", "spec", "plan", "total", "count", "configurations"} <= set(found)
    assert (found["total"], found["count"]) == ("287967680", "1137092")
    assert {"matrix", "cells", "atoms", "counts", "charge", "min_image_A"} <= set(found["plan"])
    assert {"composition", "composition_asked", "rule", "as_near"} <= set(found["plan"])
    assert {"site", "vacant", "of", "fraction"} <= set(found["plan"]["counts"][0])
    polyhedra = nitrivac("polyhedra", "LiPN2", "--json").json
    assert {"source", "polyhedra", "sharing", "frameworks"} <= set(polyhedra)
    assert {"site", "centre", "ligands", "coordination", "distances_A", "volume_A3"} <= set(polyhedra["polyhedra"][0])
    assert {"from", "to", "corner", "edge", "face"} <= set(polyhedra["sharing"][0])
    framework = polyhedra["frameworks"][0]
    assert {"centre", "formula", "dimension", "directions", "kappa", "q", "rings", "nets", "name"} <= set(framework)
    assert (framework["kappa"], framework["q"], framework["rings"]) == ("1/2", {"4": 1.0}, {"6": 2.0})


def test_configurations_are_written_with_their_files_named(nitrivac, tmp_path):
    arguments = ["vacancies", "beta-Li3N", "Li@4f=3/16", "N@2c=1/8", "--supercell", "2x2x1", "--json", "-o", tmp_path]
    outcome = nitrivac(*arguments, "--lowest", 3, "--format", "poscar")
    rows = outcome.json["configurations"]
    assert [row["certificate"] for row in rows] == ["exact"] * 3
    assert [row["energy_eV"] for row in rows] == sorted(row["energy_eV"] for row in rows)
    for row in rows:
        assert read_crystal(row["file"]).space_group.symbol == row["space_group"]
    every = nitrivac(*arguments[:-1], tmp_path / "all", "--enumerate", "--format", "cif").json
    assert len(every["configurations"]) == int(every["count"]) == 70
    assert sum(row["degeneracy"] for row in every["configurations"]) == int(every["total"]) == 4480


def test_tables_fit_80_columns(nitrivac):
    for arguments in (["list"], ["verify", "all"], ["hops", "Li9N2Cl3"], ["polyhedra", "LiPN2"], ["verify", "Li6NBr3"]):
        assert all(len(line) <= 80 for line in nitrivac(*arguments).out.splitlines()), arguments


def test_the_version(nitrivac):
    assert nitrivac("--version").out == f"nitrivac {__version__}\n"


def test_path_writes_images_and_one_json_document(tmp_path):
    arguments = ["path", "alpha-Li3N", "--hop", "h1", "--images", "2", "--supercell", "3x3x3", "--method", "linear"]
    command = [sys.executable, "-m", "nitrivac.cli", *arguments, "-o", str(tmp_path / "neb"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    document = json.loads(done.stdout)
    assert {"source", "hop", "atoms", "images", "length_A", "profile"} <= set(document)
    assert document["atoms"] == 107
    assert [Path(file).parent.name for file in document["images"]] == ["00", "01", "02", "03"]
    assert all(Path(file).is_file() for file in document["images"])
    assert {"fraction", "nearest", "coordination", "bond_valence_sum"} <= set(document["profile"][0])
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "--force" in again.stderr


def test_hops_writes_a_table_and_says_what_a_subset_spans(tmp_path):
    table = tmp_path / "hops.csv"
    command = ["hops", "alpha-Li3N", "--only", "h1", "--sensitivity", "0.01", "--csv", str(table), "--json"]
    done = subprocess.run([sys.executable, "-m", "nitrivac.cli", *command], capture_output=True, text=True, check=True)
    document = json.loads(done.stdout)
    assert (document["subset"]["dimension"], document["subset"]["share"]) == (2, 0.6667)
    assert document["sensitivity"]["shifts"] == []
    assert table.read_text(encoding="utf-8").startswith("hop,name,from,to,distance_A,")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["path", "alpha-Li3N", "--hop", "h99"], ["h99", "h1"]),
        (["path", "Li9N2Cl3", "--hop", "h1"], ["Li@8c", "vacancies"]),
        (["path", "alpha-Li3N", "--hop", "h1", "--images", "0"], ["images"]),
        (["path", "alpha-Li3N", "--hop", "h1", "--supercell", "1x1x1"], ["supercell"]),
        (["hops", "alpha-Li3N", "--only", "h9"], ["h9", "h1"]),
        (["hops", "alpha-Li3N", "--sensitivity", "2"], ["0.1"]),
        (["hops", "alpha-Li3N", "--ion-radius", "N"], ["NAME=NUMBER"]),
        (["diffusion", "alpha-Li3N", "--barrier", "h1=x", "--carriers", "1e21"], ["NAME=NUMBER"]),
        (["diffusion", "alpha-Li3N", "--barrier", "h1=0.3", "--carriers", "-1"], ["carriers"]),
        (["diffusion", "alpha-Li3N", "--barrier", "h1=0.3", "--carriers", "1e21", "--temperature", "0"], ["temperature"]),
    ],
)
def test_what_migration_commands_refuse(arguments, words):
    done = subprocess.run([sys.executable, "-m", "nitrivac.cli", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["hops", "alpha-Li3N", "--only", "h1", "--sensitivity", "0.01"],
        ["polyhedra", "LiPN2"],
        ["verify", "alpha-Li3N"],
        ["vacancies", "Li9N2Cl3", "--count", "--supercell", "2x2x1", "--nearest"],
        ["diffusion", "alpha-Li3N", "--barrier", "h1=0.3", "--barrier", "h2=0.5", "--carriers", "1e21"],
    ],
)
def test_json_is_what_the_contract_promises_and_not_the_whole_document(nitrivac, arguments):
    outcome = nitrivac(*arguments, "--json")
    assert outcome.code == 0
    assert outcome.json
    assert '"exact"' not in outcome.out
    assert '"sha256"' not in outcome.out
