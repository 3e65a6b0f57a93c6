"""Candidates: what the records give, what is said wherever one is used, and what keeps them apart from structures."""

from __future__ import annotations

import copy
import csv
import json

import ase.io
import pytest
import yaml

from nitrivac import load
from nitrivac.catalog import candidate_sources, get_material, load_record, materials, to_dict
from nitrivac.catalog.coordinates import parse_coordinate
from nitrivac.documents.document import Document
from nitrivac.errors import BuildError, RecordError, UnknownMaterialError
from nitrivac.migration import find_hops
from nitrivac.polyhedra import analyze_polyhedra
from nitrivac.verification.symmetry_check import verify
from tests.elsewhere import shared_table

SOURCES = (
    "beta-Li10P4N10#R3",
    "beta-Li10P4N10#R32",
    "Li5P2N5#layers",
    "Li2GeN2#mp-1029776",
    "Li3InN2#mp-1029562",
)
WORDS = "candidate, computed, not decided among {}; not to be cited as the structure"
CAUTION = WORDS.format(2)


def test_the_candidates_are_these():
    assert sorted(candidate_sources(materials())) == sorted(SOURCES)
    for material in materials():
        if material.candidates:
            assert material.status == "unresolved"
            assert material.grade is None
            assert material.reason


@pytest.mark.parametrize(
    "given", shared_table("reference/candidates.json"), ids=lambda one: f"{one['id']}#{one['candidate']}"
)
def test_sites_and_cells_are_those_of_the_computation(given):
    crystal = load(f"{given['id']}#{given['candidate']}")
    assert crystal.space_group.number == given["number"]
    assert crystal.z == given["Z"]
    (one,) = (one for one in get_material(given["id"]).candidates if one.name == given["candidate"])
    assert {site.label: tuple(map(parse_coordinate, site.xyz)) for site in one.sites} == {
        site["label"]: pytest.approx(site["xyz"], abs=1e-9) for site in given["sites"]
    }
    assert {site.label: site.wyckoff for site in one.sites} == {site["label"]: site["wyckoff"] for site in given["sites"]}
    found = verify(crystal)
    assert found.density == pytest.approx(given["checks"]["density_g_cm3"], abs=2e-3)
    assert min(found.distances.by_pair.values()) == pytest.approx(given["checks"]["min_distance_A"], abs=6e-4)


@pytest.mark.parametrize("source", SOURCES)
def test_a_candidate_passes_every_check_and_says_what_it_is(source):
    found = verify(load(source))
    assert found.passed
    assert found.charge == pytest.approx(0)
    assert found.grade is None
    assert found.caution == WORDS.format(len(get_material(source.partition("#")[0]).candidates))


def test_the_published_cell_is_the_cell():
    cell = get_material("beta-Li10P4N10").lattice
    for name in ("R3", "R32"):
        lattice = load(f"beta-Li10P4N10#{name}").structure.lattice
        assert (lattice.a, lattice.b, lattice.c) == pytest.approx((cell.a, cell.b, cell.c))
    assert "recalled" not in (cell.note or "")


def test_names_are_forgiving_and_unknown_ones_are_listed():
    assert load("β-Li10P4N10#r3").provenance.source == "beta-Li10P4N10#R3"
    with pytest.raises(UnknownMaterialError, match="beta-Li10P4N10#R3, beta-Li10P4N10#R32"):
        load("beta-Li10P4N10#R33")
    with pytest.raises(UnknownMaterialError, match="a structure of its own"):
        load("LiPN2#R3")
    with pytest.raises(BuildError, match="Candidates, none of them decided on: beta-Li10P4N10#R3, beta-Li10P4N10#R32"):
        load("beta-Li10P4N10")


def test_layers_of_sechser_rings():
    """Published: corrugated layers of sechser rings, every P with three bridging N (the honeycomb net hcb: 3, 6, 9, ...)."""
    (layer,) = analyze_polyhedra(load("Li5P2N5#layers"), centres=("P",)).frameworks
    assert str(layer.kappa) == "2/5"
    assert layer.q == {3: 1.0}
    assert layer.coordination == {4: 1.0}
    assert layer.dimension == 2
    assert set(layer.rings) == {6}
    assert layer.sequences[0][:5] == (3, 6, 9, 12, 15)
    assert layer.net == "hcb"


@pytest.mark.parametrize("name", ["R3", "R32"])
def test_cages_whatever_the_lithium_does(name):
    """Published: adamantane-like P4N10 with six bridging and four terminal N, in both candidates as in the alpha form."""
    (cage,) = analyze_polyhedra(load(f"beta-Li10P4N10#{name}"), centres=("P",)).frameworks
    assert (str(cage.kappa), cage.dimension, cage.formula, cage.name) == ("2/5", 0, "P4N10", "adamantane-like cage")
    assert cage.q == {3: 1.0}
    assert {meets: round(10 * share) for meets, share in cage.roles["N"].items()} == {1: 4, 2: 6}


@pytest.mark.parametrize("make", [find_hops, analyze_polyhedra, verify], ids=lambda make: make.__name__)
def test_results_carry_the_caution_and_documents_keep_it(make):
    result = make(load("Li2GeN2#mp-1029776"))
    assert isinstance(result, Document)
    assert result.plain()["caution"] == WORDS.format(1)
    assert WORDS.format(1) in result._repr_html_()
    assert type(result).from_dict(json.loads(json.dumps(result.as_dict()))).caution == WORDS.format(1)
    assert "caution" not in make(load("LiPN2")).plain()


@pytest.mark.parametrize("file_format", ["cif", "poscar", "extxyz", "json", "optimade"])
def test_every_file_format_says_it(nitrivac, tmp_path, file_format):
    outcome = nitrivac("build", "beta-Li10P4N10", "--candidate", "R3", "--format", file_format, "-o", tmp_path)
    assert outcome.code == 0
    (path,) = tmp_path.iterdir()
    assert path.name.startswith("beta-Li10P4N10-R3.")
    assert CAUTION in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", ["cif", "json"])
def test_a_file_of_a_candidate_is_still_one(nitrivac, tmp_path, suffix):
    nitrivac("build", "beta-Li10P4N10#R3", "--format", suffix, "-o", tmp_path)
    assert load(tmp_path / f"beta-Li10P4N10-R3.{suffix}").provenance.caution == CAUTION


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify"],
        ["hops", "--max-distance", "2.6"],
        ["polyhedra"],
        ["bonds"],
        ["path", "--hop", "h1", "--max-distance", "2.4", "--method", "linear", "--supercell", "1x1x1", "--images", "1"],
        ["diffusion", "--barrier", "h1=0.3", "--carriers", "1e21", "--max-distance", "2.4"],
        ["vacancies", "Li1=1/3", "--supercell", "1x1x1", "--allow-charge", "--sample", "1"],
    ],
    ids=lambda one: one[0],
)
def test_every_command_says_it_on_the_terminal_and_in_json(nitrivac, arguments):
    command, *options = arguments
    shown = nitrivac(command, "beta-Li10P4N10#R3", *options)
    assert shown.code == 0, shown.err
    assert CAUTION in " ".join(shown.out.split())
    document = nitrivac(command, "beta-Li10P4N10#R3", *options, "--json").json
    (row,) = document if isinstance(document, list) else [document]
    assert row["caution"] == CAUTION
    assert row["source"] == "beta-Li10P4N10#R3"


def test_tables_and_images_say_it(nitrivac, tmp_path):
    source = "Li2GeN2#mp-1029776"
    nitrivac("hops", source, "--csv", tmp_path / "hops.csv")
    nitrivac("polyhedra", source, "--csv", tmp_path / "polyhedra.csv")
    nitrivac("bonds", source, "--csv", tmp_path / "bonds.csv")
    nitrivac(
        "vacancies", source, "Li1=1/16", "--supercell", "2x2x1", "--allow-charge", "--sample", 2, "-o", tmp_path / "cells"
    )
    names = ("hops.csv", "polyhedra.csv", "bonds.csv", "cells/manifest.csv")
    for path in (tmp_path / name for name in names):
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        assert rows
        assert {row["caution"] for row in rows} == {WORDS.format(1)}
    assert all(WORDS.format(1) in path.read_text(encoding="utf-8") for path in (tmp_path / "cells").iterdir())
    for file_format in ("vasp", "extxyz"):
        nitrivac("path", source, "--hop", "h1", "--images", 1, "-o", tmp_path / file_format, "--format", file_format)
        written = [path for path in (tmp_path / file_format).rglob("*") if path.is_file()]
        assert len(written) == (4 if file_format == "vasp" else 2)
        assert all(WORDS.format(1) in path.read_text(encoding="utf-8") for path in written)
    assert ase.io.read(tmp_path / "extxyz" / "path.extxyz", index=0).info["caution"] == WORDS.format(1)


def test_the_report_and_its_figures_say_it(nitrivac, tmp_path):
    source = "Li2GeN2#mp-1029776"
    assert nitrivac("analyze", source, "-o", tmp_path / "out").code == 0
    assert WORDS.format(1) in json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["caution"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count(WORDS.format(1)) > 3  # above all, and on every figure
    assert "nothing but the composition ties this structure" in page
    for name in ("structure.svg", "percolation.pdf", "percolation.html"):
        assert nitrivac("plot", name.partition(".")[0], source, "-o", tmp_path / name).code == 0
    assert WORDS.format(1).encode() in (tmp_path / "structure.svg").read_bytes()
    assert WORDS.format(1).encode() in (tmp_path / "percolation.html").read_bytes()


def test_lists_keep_them_apart(nitrivac):
    shown = " ".join(nitrivac("list").out.split())
    assert "89 compounds, 60 with a structure. By grade: 8 A" in shown
    assert all(text in shown for text in ("38 B", "9 C", "5 R"))
    assert all(source in shown.partition("Apart")[2] for source in SOURCES)
    rows = {row["id"]: row for row in nitrivac("list", "--json").json}
    assert rows["beta-Li10P4N10"]["candidates"] == ["R3", "R32"]
    assert rows["beta-Li10P4N10"]["status"] == "unresolved"
    assert rows["LiPN2"]["candidates"] == []


def test_a_record_shows_its_candidates_with_their_evidence(nitrivac):
    shown = " ".join(nitrivac("show", "beta-Li10P4N10").out.split())
    assert CAUTION in shown
    for one in get_material("beta-Li10P4N10").candidates:
        assert f"beta-Li10P4N10#{one.name}" in shown
        assert " ".join(one.evidence.split()) in shown


def test_screening_and_comparison_leave_them_out_unless_asked(nitrivac, tmp_path):
    nitrivac("screen", "Li5P2N5#layers", "LiPN2", "-o", tmp_path / "t.csv", "--only", "hops", "--workers", 1)
    rows = list(csv.DictReader((tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["caution"] for row in rows] == [WORDS.format(1), ""]
    usual = nitrivac("compare", "--family", "nitridophosphate", "--json").json
    asked = nitrivac("compare", "--family", "nitridophosphate", "--candidates", "--json").json
    more = [row for row in asked["compounds"] if row["id"] not in {one["id"] for one in usual["compounds"]}]
    assert {row["id"] for row in more} == {"beta-Li10P4N10#R3", "beta-Li10P4N10#R32"}  # those with a conductivity
    assert {row["caution"] for row in more} == {CAUTION}
    assert "not decided" in asked["caveats"][0]
    assert [row for row in asked["compounds"] if "caution" not in row] == usual["compounds"]


@pytest.fixture
def record():
    return copy.deepcopy(to_dict(get_material("beta-Li10P4N10")))


def _spoilt(record, key, value):
    record["candidates"][0][key] = value
    return record


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("name", "R 3", ["candidates[0].name", "R 3"]),
        ("name", "r32", ["candidates[1].name", "R32"]),
        ("evidence", "", ["candidates[0].evidence", "needs it"]),
        ("sites", [], ["candidates[0].sites", "needs it"]),
        ("z", 5, ["candidates[0].z", "6 times per cell"]),
        ("space_group", {"symbol": "R3", "number": 146}, ["candidates[0].space_group.symbol", "R3:H"]),
        (
            "lattice",
            dict.fromkeys(("a", "b", "c"), -1) | dict.fromkeys(("alpha", "beta", "gamma"), 90),
            ["candidates[0].lattice.a"],
        ),
        ("colour", "red", ["candidates[0]", "colour", "unknown key"]),
    ],
)
def test_a_broken_candidate_names_key_and_value(record, tmp_path, key, value, words):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(_spoilt(record, key, value)), encoding="utf-8")
    with pytest.raises(RecordError) as error:
        load_record(path)
    for word in ["mine.yaml", *words]:
        assert word in str(error.value)


def test_candidates_of_a_record_file(record, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(record), encoding="utf-8")
    assert load(f"{path}#R32").provenance.caution == CAUTION
    with pytest.raises(UnknownMaterialError, match="R32"):
        load(f"{path}#R33")
    (tmp_path / "without.yaml").write_text(yaml.safe_dump({**record, "z": None} | {"lattice": None}), encoding="utf-8")
    with pytest.raises(RecordError, match=r"candidates\[0\].lattice"):
        load_record(tmp_path / "without.yaml")


def test_the_contradictions_that_came_with_the_iodides():
    iodide, other = get_material("Li5NI2"), get_material("Li7N2I")
    notes = " ".join(iodide.notes)
    assert all(number in notes for number in ("16800", "1528850", "1528849", "16799", "85713"))
    assert any("mp-1223479" in one.source for one in iodide.alternatives)
    assert any("mp-504574" in note and "2.41" in note for note in other.notes)
    text = json.dumps(to_dict(get_material("Li21Si3N11")))
    assert "191135" in text
    assert "literature" not in text
    assert "for I-4" not in text
