"""`nitrivac plot`: a file of each kind, options that belong together, and one line of advice."""

from __future__ import annotations

import sys

import numpy as np
import pytest

MAGIC = {"png": b"\x89PNG\r\n", "svg": (b"<?xml", b"<svg"), "pdf": b"%PDF-1.", "html": b"<!DOCTYPE html>"}
SMALL = ("Li@4f=3/16", "N@2c=1/8", "--supercell", "2x2x1")


@pytest.mark.parametrize("suffix", MAGIC)
@pytest.mark.parametrize(
    "arguments",
    [
        ("structure", "LiPN2"),
        ("hops", "alpha-Li3N"),
        ("percolation", "alpha-Li3N"),
        ("profile", "alpha-Li3N", "--hop", "h2", "--images", "3"),
        ("configurations", "beta-Li3N", *SMALL),
        ("conductivity", "alpha-Li3N"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_figure_is_written_in_every_format(nitrivac, tmp_path, arguments, suffix):
    path = tmp_path / "new" / f"figure.{suffix}"
    outcome = nitrivac("plot", *arguments, "-o", path)
    assert outcome.code == 0
    assert outcome.out == ""
    assert str(path) in outcome.err
    assert path.read_bytes().startswith(MAGIC[suffix])


def test_an_existing_figure_is_kept_unless_told_otherwise(nitrivac, tmp_path):
    path = tmp_path / "a.svg"
    path.write_text("mine", encoding="utf-8")
    outcome = nitrivac("plot", "percolation", "alpha-Li3N", "-o", path)
    assert outcome.code == 2
    assert "--force" in outcome.err
    assert path.read_text(encoding="utf-8") == "mine"
    assert nitrivac("plot", "percolation", "alpha-Li3N", "-o", path, "--force").code == 0
    assert path.read_bytes().startswith(MAGIC["svg"])


def test_vacancies_centres_views_and_choices_change_the_picture(nitrivac, tmp_path):
    asked = (
        ["beta-Li3N"],
        ["beta-Li3N", "Li@4f=8.1%"],
        ["beta-Li3N", "--view", "c"],
        ["beta-Li3N", "--view", "[110]"],
        ["beta-Li3N", "--only", "Li"],
        ["beta-Li3N", "--centres", "Li"],
    )
    files = [tmp_path / f"{number}.svg" for number in range(len(asked))]
    for path, arguments in zip(files, asked, strict=True):
        assert nitrivac("plot", "structure", *arguments, "-o", path).code == 0
    assert len({path.read_bytes() for path in files}) == len(asked)


def test_a_vacancy_configuration_can_be_the_host_of_a_path(nitrivac, tmp_path):
    nitrivac("vacancies", "Li9N2Cl3", "--supercell", "2x1x1", "--allow-charge", "--nearest", "--sample", "1", "-o", tmp_path)
    host = next(tmp_path.glob("*.cif"))
    outcome = nitrivac("plot", "profile", "Li9N2Cl3", "--host", host, "-o", tmp_path / "profile.svg")
    assert outcome.code == 0, outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["structure", "LiPN2", "-o", "a.gif"], ["a.gif", ".png, .svg, .pdf or .html"]),
        (["structure", "LiPN2"], ["--output"]),
        (["band-structure", "LiPN2", "-o", "a.png"], ["band-structure", "percolation"]),
        (["structure", "LiPN3", "-o", "a.png"], ["LiPN3"]),
        (["structure", "LiPN2", "--centres", "Si", "-o", "a.png"], ["Si", "Li, P"]),
        (["structure", "LiPN2", "--only", "Q", "-o", "a.png"], ["'Q'", "Li@4b"]),
        (["structure", "LiPN2", "--view", "[000]", "-o", "a.html"], ["[000]", "a, b, c"]),
        (["profile", "alpha-Li3N", "--view", "a", "-o", "a.png"], ["--view", "structure or hops"]),
        (["structure", "LiPN2", "--hop", "h1", "-o", "a.png"], ["--hop", "profile"]),
        (["hops", "LiPN2", "--seed", "1", "-o", "a.png"], ["--seed", "configurations"]),
        (["conductivity", "LiPN2", "Li@4b=5%", "-o", "a.png"], ["SPEC", "structure or pattern or hops"]),
        (["hops", "LiPN2", "--species", "Na", "-o", "a.png"], ["Na", "Li"]),
        (["profile", "alpha-Li3N", "--hop", "h9", "-o", "a.png"], ["h9", "h1"]),
        (["profile", "Li9N2Cl3", "-o", "a.png"], ["Li9N2Cl3", "whole atoms"]),
        (["profile", "alpha-Li3N", "--max-distance", "2", "-o", "a.png"], ["no elementary hop"]),
        (["configurations", "alpha-Li3N", "-o", "a.png"], ["fully occupied", "Li@2c"]),
        (["conductivity", "gamma-Li3N", "-o", "a.png"], ["gamma-Li3N"]),
        (["conductivity", "missing.cif", "-o", "a.png"], ["missing.cif"]),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(nitrivac, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    outcome = nitrivac("plot", *arguments)
    assert outcome.code == 2
    assert outcome.err.startswith("nitrivac: ")
    assert outcome.err.count("\n") == 1
    for word in words:
        assert word in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_structure_file_has_no_conductivities(nitrivac, tmp_path):
    nitrivac("build", "LiPN2", "-o", tmp_path)
    outcome = nitrivac("plot", "conductivity", tmp_path / "LiPN2.cif", "-o", tmp_path / "a.png")
    assert outcome.code == 2
    assert "no catalogue record" in outcome.err


def test_a_cell_too_full_to_draw_is_refused(nitrivac, tmp_path):
    from ase import Atoms
    from ase.io import write

    points = np.stack(np.meshgrid(*[np.arange(13) / 13] * 3), axis=-1).reshape(-1, 3)
    write(tmp_path / "POSCAR", Atoms("Li" * len(points), scaled_positions=points, cell=[39] * 3, pbc=True))
    outcome = nitrivac("plot", "structure", tmp_path / "POSCAR", "-o", tmp_path / "a.png")
    assert outcome.code == 2
    assert "2197 sites" in outcome.err


def test_scenes_need_no_drawing_library_on_a_page_and_as_svg(nitrivac, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for kind in ("structure", "hops"):
        for suffix in ("html", "svg"):
            assert nitrivac("plot", kind, "alpha-Li3N", "-o", tmp_path / f"{kind}.{suffix}").code == 0


@pytest.mark.parametrize("arguments", [("hops", "png"), ("percolation", "svg"), ("percolation", "html")])
def test_without_the_extra_one_line_says_what_to_install(nitrivac, tmp_path, monkeypatch, arguments):
    kind, suffix = arguments
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    outcome = nitrivac("plot", kind, "alpha-Li3N", "-o", tmp_path / f"a.{suffix}")
    assert outcome.code == 2
    assert (
        outcome.err == 'nitrivac: nitrivac plot needs matplotlib, which is not installed: pip install "nitrivac[report]"\n'
    )
    assert list(tmp_path.iterdir()) == []
