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
from nitrivac.report.page.answers import answers
from nitrivac.report.page.page import report_page
from nitrivac.report.page.repeat import Repeat
from nitrivac.report.terminal.catalog import GRADES
from tests.elsewhere import shared
from tests.report.conftest import MAIN_JOB


def text_of(page: str) -> str:
    """What a reader sees, on one line."""
    page = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def drawings(page: str) -> dict[str, str]:
    """The figures, by the command that repeats them: SVG in the page, that of figures in space in an image."""
    found = {}
    for figure in re.findall(r"<figure.*?</figure>", page, re.DOTALL):
        command = html.unescape(re.search(r"<code>(.*?)</code>", figure, re.DOTALL)[1])
        image = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', figure)
        drawing = re.search(r"<svg.*</svg>", figure, re.DOTALL)
        found[command] = base64.b64decode(image[1]).decode() if image else drawing[0]
    return found


def curves(svg: str) -> list[str]:
    """What is drawn, whatever its parts are called."""
    return re.findall(r' d="([^"]+)"', svg)


SECTIONS = ["structure-section", "symmetry", "diffraction", "vacancies", "network", "path", "polyhedra", "bonds", "measured",
            "origin", "words", "repeat"]  # fmt: skip


@pytest.fixture(scope="module")
def page(main_job):
    return (main_job / "report.html").read_text(encoding="utf-8")


def test_the_page_holds_everything(page):
    seen = text_of(page)
    for words in (
        "composition Li2.838N0.946 (Li3N with vacancies)",
        "density 1.587 g/cm³",
        "space group P6_3/mmc (number 194); symmetry and contents hold; bond valences are off at Li@4f (0.69 for +1)",
        "vacancies N@2c 5.40(10) %, Li@4f 8.1(2) %",
        "shortest hop h1 Li@4f - Li@4f, 2.1807 Å; bottleneck radius 0.591 Å",
        "percolates in 3D h2 Li@4f - Li@4f, 2.2706 Å; bottleneck radius of the widest way 0.405 Å",
        "framework none",
        f"grade of the data B: {GRADES['B']}",
        "disputes the sources disagree on lithium site called",
        "H. J. Beister",
        "10.1002/anie.198811011",
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


def test_the_box_comes_first_and_the_sections_in_order(page):
    assert page.index('<dl class="answers') < page.index("<nav>") < page.index("<section")
    assert re.findall(r'<section id="([^"]+)"', page) == SECTIONS
    assert set(re.findall(r'<a href="#([^"]+)"', page.partition("<section")[0])) <= set(SECTIONS)


@pytest.mark.parametrize(
    "arguments", [MAIN_JOB, ("alpha-Li3N",), ("Li9N2Cl3",), ("alpha-Li10P4N10",)], ids=lambda one: one[0]
)
def test_the_box_has_the_numbers_of_the_document(arguments):
    source, *specification = arguments
    analysis = analyze(source, specification)
    document = analysis.plain()
    box = {question: answer.replace("\u00a0", " ").replace("\u2212", "-") for question, answer, _ in answers(analysis)}
    assert box["composition"].split()[0] == document["average_formula"]
    assert box["density"] == f"{document['verify']['density_g_cm3']:.3f} g/cm³"
    found = document["verify"]["found"]
    assert box["space group"] == f"{found['symbol']} (number {found['number']}); {document['verify']['verdict']}"
    shares = {
        site: float(share.partition("(")[0]) for site, share in re.findall(r"(\S+@\S+) ([\d.()]+) %", box["vacancies"])
    }
    spec = document["vacancies"]["spec"] if document["vacancies"] else []
    assert shares == pytest.approx({one["site"]: 100 * one["target"] for one in spec if one["target"]})
    shortest = next(hop for hop in document["hops"]["hops"] if not hop["exclusive"])
    where = rf"{shortest['id']} {shortest['from']} - {shortest['to']}, "
    assert box["shortest hop"].startswith(where)
    distance, radius = re.findall(r"(-?[\d.]+)(?:\(\d+\))? Å", box["shortest hop"])
    assert float(distance) == pytest.approx(shortest["distance_A"])
    assert float(radius) == pytest.approx(shortest["bottleneck_radius_A"], abs=6e-4)
    for row in document["hops"]["percolation"]:
        highest = max(one["dimension"] for one in document["hops"]["percolation"] if one["distance_A"] == row["distance_A"])
        distance, *without, radius = re.findall(r"(-?[\d.]+)(?:\(\d+\))? Å", box[f"percolates in {highest}D"])
        assert [float(one) for one in without] == pytest.approx(
            [one["without_split_pairs_A"] for one in document["hops"]["split_pairs"] if one["dimension"] == highest]
        )
        assert float(distance) == pytest.approx(row["distance_A"])
        of_highest = document["hops"]["percolation"][highest - 1]
        assert float(radius) == pytest.approx(of_highest["bottleneck_radius_A"], abs=6e-4)
    assert box["grade of the data"] == f"{document['grade']}: {GRADES[document['grade']]}"


def test_links_lead_to_files_that_exist(main_job, page):
    links = {one for one in re.findall(r'<a [^>]*href="([^"]+)"', page) if not one.startswith(("#", "data:"))}
    assert links == {path.name for path in main_job.iterdir()} - {"report.html"}


def test_the_page_needs_nothing_from_outside(page):
    texts = re.sub(r"<(section) id=\"origin\".*?</\1>", "", page, flags=re.DOTALL)  # where a DOI may be an address
    assert "http:" not in texts
    assert "https:" not in texts
    assert "@import" not in page


def test_the_page_is_light(main_job, page):
    assert (main_job / "report.html").stat().st_size < 1_000_000
    assert page.count("<script>") == 2


def test_the_page_of_a_large_file_is_light_too(nitrivac, tmp_path):
    path = shared("corpus/mp/mp-1198280.cif")
    assert nitrivac("analyze", path, "-o", tmp_path / "out").code == 0
    assert (tmp_path / "out" / "report.html").stat().st_size < 2_000_000


def test_every_figure_is_there(page):
    names = ["structure", "pattern", "configurations", "hops", "percolation", "profile", "conductivity"]
    assert [shlex.split(command)[2] for command in drawings(page)] == names
    for name in names:
        assert page.count(f'id="{name}"') == 1


def test_the_commands_repeat_the_figures(nitrivac, tmp_path, monkeypatch, main_job, page):
    monkeypatch.chdir(tmp_path)
    assert str(main_job) in page
    for command, drawing in drawings(page).items():
        program, *arguments = shlex.split(command)
        assert program == "nitrivac"
        assert nitrivac(*arguments).code == 0
        assert curves((tmp_path / arguments[-1]).read_text(encoding="utf-8")) == curves(drawing)


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
    command, image = next((command, image) for command, image in drawings(page).items() if " profile " in command)
    assert option in command
    assert nitrivac(*shlex.split(command)[1:]).code == 0
    drawn = (tmp_path / "profile.svg").read_text(encoding="utf-8")
    told = [" ".join(re.findall(r"<title>(.*?)</title>", one, re.DOTALL)) for one in (drawn, image)]
    first, second = ([float(number) for number in re.findall(r"-?\d[\d.]*", one)] for one in told)
    assert first == pytest.approx(second, abs=2e-3)  # files round coordinates
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


@pytest.mark.parametrize("library", ["jinja2", "matplotlib"])
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
