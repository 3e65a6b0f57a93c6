"""What notebooks show: small tables, escaped, without heavy libraries for records."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from nitrivac import crystal_from_structure, get_material, load
from nitrivac.analysis import analyze
from nitrivac.catalog import materials
from nitrivac.report.figures import hops_scene
from nitrivac.tables import html_facts, html_table
from nitrivac.vacancies import Planning


@pytest.fixture(scope="module")
def analysis():
    return analyze("alpha-Li3N")


def test_records_say_what_they_are():
    page = get_material("alpha-Li3N")._repr_html_()
    for words in ("alpha-Li3N", "P6/mmm (number 191)", "A. Rabenau", "10.1016/0022-5088(76)90263-0", "0.0012", ">300<"):
        assert words in page
    assert "no cell or coordinates were found" in get_material("Li5NI2")._repr_html_()


@pytest.mark.parametrize("material", materials(), ids=lambda material: material.id)
def test_every_record_shows_itself(material):
    assert material._repr_html_().count("<table>") == 1 + bool(material.sites) + bool(material.measurements)


def test_records_need_nothing_heavy_to_show_themselves():
    script = "import sys; from nitrivac import get_material; get_material('alpha-Li3N')._repr_html_(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"numpy", "pymatgen", "plotly", "matplotlib", "jinja2"} & set(done.stdout.split())


def test_crystals_show_their_sites(analysis):
    page = analysis.parent._repr_html_()
    assert "a = 3.648, b = 3.648, c = 3.875 Å; α = 90, β = 90, γ = 120°; V = 44.659 Å³" in page
    assert "Li@2c" in page
    assert "0.66667" in page


def test_crystals_show_their_picture(analysis):
    page = analysis.parent._repr_html_()
    assert page == analysis.parent._repr_html_()
    assert 'src="data:image/svg+xml;base64,' in page  # where no script runs
    assert "data-scene=" in page
    assert page.count("<script>") == 1
    assert not re.search(r"(src|href)=\"(?!data:)", page)


def test_scenes_show_themselves(analysis):
    page = hops_scene(analysis.parent, analysis.hops)._repr_svg_()
    assert page.startswith("<svg ")
    assert "h1: Li@2c - Li@2c" in page


def test_crystals_need_no_drawing_library_to_show_themselves():
    script = "import sys; from nitrivac import load; assert 'data-scene' in load('LiPN2')._repr_html_(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"plotly", "matplotlib", "jinja2"} & set(done.stdout.split())


def test_a_crystal_too_full_to_draw_shows_its_sites():
    crystal = crystal_from_structure(load("alpha-Li3N").structure * (7, 7, 6))
    page = crystal._repr_html_()
    assert "data-scene" not in page
    assert "<table>" in page


def test_networks_reports_and_checks_show_their_numbers(analysis):
    assert "two at 2.1062 Å (001)" in analysis.hops._repr_html_()
    assert "trigonal planar" in analysis.polyhedra._repr_html_()
    assert "symmetry and contents hold" in analysis.verification._repr_html_()
    whole = analysis._repr_html_()
    for part in (analysis.average, analysis.hops, analysis.polyhedra, analysis.verification):
        assert part._repr_html_() in whole


def test_vacancy_results_show_plan_and_counts():
    from nitrivac.vacancies.run import run_vacancies

    result = run_vacancies(
        load("beta-Li3N"), ["Li@4f=3/16", "N@2c=1/8"], planning=Planning(supercell=[[2, 0, 0], [0, 2, 0], [0, 0, 1]])
    )
    page = result._repr_html_()
    for words in ("13 of 16 Li, 3 of 16 vacancy", "4,480, 70 of them distinct by symmetry", "-438.1894"):
        assert words in page


def test_frameworks_show_their_condensation():
    assert '<td style="text-align: right">1/2</td>' in analyze("LiPN2").polyhedra._repr_html_()


def test_tables_escape_and_align():
    page = html_table(("name", "number"), [("<a>", 1), ("b", None)], caption="x & y", limit=1)
    assert "&lt;a&gt;" in page
    assert "x &amp; y" in page
    assert '<th scope="col" style="text-align: right">number</th>' in page
    assert "1 more rows" in page
    assert "<i>" not in html_facts([("<i>", "<i>"), ("left out", None)])


def test_texts_of_a_crystal_are_escaped():
    crystal = load("LiPN2")
    named = replace(crystal, provenance=replace(crystal.provenance, source="<script>alert"))
    assert "<script>alert" not in named._repr_html_()
