"""`report.html` holds everything, and what it says can be repeated."""

from __future__ import annotations

import base64
import html
import re
import shlex
import sys

import pytest

from nitrivac import load
from nitrivac.analysis import analyze
from nitrivac.report.page.page import report_page
from nitrivac.report.page.repeat import Repeat
from nitrivac.report.terminal.catalog import GRADES


def text_of(page: str) -> str:
    """What a reader sees, on one line."""
    page = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def papers(page: str) -> dict[str, bytes]:
    """The figures for paper, by the command that repeats them."""
    found = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)".*?<code>(.*?)</code>', page, re.DOTALL)
    return {html.unescape(command): base64.b64decode(image) for image, command in found}


@pytest.fixture(scope="module")
def page(main_job):
    return (main_job / "report.html").read_text(encoding="utf-8")


def test_the_page_holds_everything(page):
    seen = text_of(page)
    for words in (
        "Li2.838N0.946, from Li3N",
        "H. J. Beister",
        "10.1002/anie.198811011",
        f"Grade B {GRADES['B']}",
        "2b and 4f (review, section 2.1) / 2c and 4f (review, captions of figures 3C and 10A)",
        "Symmetry and contents hold; bond valences are off at Li@4f (0.69 for +1).",
        "1e-05 to 0.3 Å",
        "3x3x2 supercell of beta-Li3N: 136 atoms, neutral",
        "98,430,512,040 configurations, 228,638,895 of them distinct by symmetry",
        "216 -2183.0145",
        "2,000 drawn uniformly (seed 0)",
        "The hops span one dimension at 2.2706 Å",
        "h1 Li@4f - Li@4f 2.1807 2 0.591",
        "h1 of beta-Li3N: Li@4f to Li@4f, 2.181 Å, straight",
        "A bottleneck is no barrier.",
        "trigonal planar",
        "Li@2b Li@4f (0.919 filled)",
        "0.000208 298.15 0.448",
        "σT = A exp(-Ea/kT)",
        "nitrivac analyze beta-Li3N 'Li@4f=8.1(2)%' 'N@2c=5.4(1)%' -o ",
    ):
        assert words in seen


def test_the_page_needs_nothing_from_outside(page):
    own = page.replace(page[page.index("<script>") : page.index("</head>")], "")
    assert not re.findall(r"(?:src|href)=\"(?!data:|#)", own)
    assert "@import" not in own
    assert page.count("plotly.js v") == 1


def test_every_figure_is_there_for_screen_and_paper(page):
    names = ["structure", "pattern", "configurations", "hops", "percolation", "profile", "conductivity"]
    planes = re.findall(r'<div id="(\w+)" class="plotly-graph-div"', page)
    scenes = re.findall(r'<div id="(\w+)"><div class="nitrivac-scene"', page)
    assert scenes == ["structure", "hops"]
    assert planes == [name for name in names if name not in scenes]
    assert [shlex.split(command)[2] for command in papers(page)] == names


def test_the_commands_repeat_the_figures(nitrivac, tmp_path, monkeypatch, main_job, page):
    monkeypatch.chdir(tmp_path)
    assert str(main_job) in page
    for command, image in papers(page).items():
        program, *arguments = shlex.split(command)
        assert program == "nitrivac"
        assert nitrivac(*arguments).code == 0
        assert (tmp_path / arguments[-1]).read_bytes() == image


@pytest.mark.parametrize(
    ("source", "option", "words"),
    [
        ("Li2.5N0.5S0.5", "--host out/supercell.vasp", "into a vacancy of the supercell"),
        ("Li5GeN3", "out/supercell.cif", "into the only vacancy of the supercell"),
    ],
)
def test_a_disordered_source_has_a_path_in_its_supercell(nitrivac, tmp_path, monkeypatch, source, option, words):
    monkeypatch.chdir(tmp_path)
    assert nitrivac("analyze", source, "-o", "out").code == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    command, image = next((command, image) for command, image in papers(page).items() if " profile " in command)
    assert option in command
    assert nitrivac(*shlex.split(command)[1:]).code == 0
    drawn = (tmp_path / "profile.svg").read_bytes()
    curves = [re.findall(rb'<path d="(M[^"]{200,})"', one) for one in (drawn, image)]
    first, second = ([float(number) for number in re.findall(rb"-?[\d.]+", b" ".join(one))] for one in curves)
    assert first == pytest.approx(second, abs=1e-3)  # the title differs, since it names the file, which rounds coordinates
    assert words in text_of(page)


def test_a_structure_file_has_a_page_too(nitrivac, tmp_path):
    nitrivac("build", "LiPN2", "-o", tmp_path)
    assert nitrivac("analyze", tmp_path / "LiPN2.cif", "-o", tmp_path / "out").code == 0
    seen = text_of((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert "A structure file has no measured conductivities." in seen
    assert "Every site is filled by one species" in seen
    assert "Cite the structure by its source above" in seen


def test_a_crystal_of_another_carrier_has_a_page_too():
    from pymatgen.core import Lattice, Structure

    salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    seen = text_of(report_page(analyze(salt), None, Repeat(source="salt.cif")))
    assert "Hops of Na. The hops span" in seen


def test_a_crystal_without_a_charge_carrier_has_a_page_that_says_so():
    from pymatgen.core import Lattice, Structure

    fluorite = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.463), ["Ca", "F"], [[0, 0, 0], [0.25, 0.25, 0.25]])
    seen = text_of(report_page(analyze(fluorite), None, Repeat(source="fluorite.cif")))
    assert "which element moves must be said (--species), one of Ca, F" in seen
    asked = text_of(report_page(analyze(fluorite, species="F"), None, Repeat(source="fluorite.cif", species="F")))
    assert "Hops of F. The hops span" in asked
    assert "--species F" in asked


def test_texts_are_escaped():
    from dataclasses import replace

    crystal = load("LiPN2")
    named = replace(crystal, provenance=replace(crystal.provenance, source="<b>a&b</b>", citation="<script>x</script>"))
    page = report_page(analyze(named), None, Repeat(source="<b>a&b</b>"))
    assert "<b>a&b" not in page
    assert "<script>x" not in page
    assert "&lt;b&gt;a&amp;b" in page


@pytest.mark.parametrize("library", ["jinja2", "plotly", "matplotlib"])
def test_without_the_extra_everything_else_is_written(nitrivac, tmp_path, monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    outcome = nitrivac("analyze", "alpha-Li3N", "-o", tmp_path)
    assert outcome.code == 0
    assert outcome.err == f'nitrivac: report.html needs {library}, which is not installed: pip install "nitrivac[report]"\n'
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "bonds.csv", "hops.csv", "polyhedra.csv", "structure.cif", "structure.vasp", "summary.json"
    ]  # fmt: skip


def test_a_page_that_exists_stops_everything(nitrivac, tmp_path):
    (tmp_path / "report.html").write_text("mine", encoding="utf-8")
    outcome = nitrivac("analyze", "alpha-Li3N", "-o", tmp_path)
    assert outcome.code == 2
    assert "report.html" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
