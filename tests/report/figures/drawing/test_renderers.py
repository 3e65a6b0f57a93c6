"""The same scene on paper, as SVG and on a page: all that is seen is there, nothing is fetched."""

from __future__ import annotations

import json
import re
from html import unescape
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from nitrivac import load
from nitrivac.report.figures import figure_bytes, structure_figure
from nitrivac.report.figures.drawing.projected import Disc, Line, Polygon, frame_of, painted, triad
from nitrivac.report.figures.drawing.svg import scene_svg
from nitrivac.report.figures.drawing.turnable import scene_html, scene_script
from nitrivac.report.figures.drawing.view import view_of
from nitrivac.report.figures.export import figure_page
from nitrivac.report.figures.structure import structure_scene

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def scene():
    return structure_scene(load("Li9N2Cl3"))


def test_shapes_are_painted_from_the_back_to_the_front(scene):
    view = view_of(scene.lattice, "c")
    discs = [shape for shape in painted(scene, view) if isinstance(shape, Disc)]
    depths = {tuple(view.flat(ball.point).tolist()): float(view.depth(ball.point)) for ball in scene.balls}
    assert len(discs) == len(scene.shown_balls())
    seen = sorted(depths.values())
    assert [depths[disc.place] for disc in discs if disc.place in depths][-1] == pytest.approx(seen[-1])


def test_depth_leaves_colours_alone(scene):
    colours = {colour for kind in scene.kinds for colour, _ in kind.parts}
    for shape in painted(scene, view_of(scene.lattice)):
        if isinstance(shape, Disc):
            assert {colour for colour, _ in shape.parts} <= colours
        elif isinstance(shape, Line) and shape.ink:
            assert shape.colour in colours
        elif isinstance(shape, Polygon):
            assert shape.colour in {layer.colour for layer in scene.layers}


@pytest.mark.parametrize("name", [None, "a", "b", "c"])
@pytest.mark.parametrize("identifier", ["beta-Li3N", "LiPN2", "Li18P6N16"])
def test_the_axes_stand_on_no_atom_and_inside_the_picture(identifier, name):
    scene = structure_scene(load(identifier), view=name)
    view = view_of(scene.lattice, name)
    frame = frame_of(scene, view)
    tips = np.array([tip for _, tip in triad(scene, view)]) * frame.arrow + np.array(frame.origin)
    for x, y in [*tips.tolist(), frame.origin]:
        assert frame.left <= x <= frame.left + frame.width
        assert frame.bottom <= y <= frame.bottom + frame.height
        for shape in painted(scene, view):
            if isinstance(shape, Disc):
                assert np.hypot(shape.place[0] - x, shape.place[1] - y) > shape.radius


def test_every_ball_of_the_scene_is_in_the_picture(scene):
    root = ET.fromstring(scene_svg(scene))
    sectors = [path for path in root.iter(f"{SVG}path") if "A" in path.get("d", "")]
    expected = sum(len(scene.kinds[ball.kind].parts) for ball in scene.shown_balls())
    legend = sum(len(kind.parts) for kind in scene.kinds)
    assert len(sectors) == expected + legend
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"a", "b", "c", "N/Cl@4a: N 40 %, Cl 60 %", "Li@8c: Li 90 %, vacant 10 %"} <= set(texts)


def test_a_page_holds_the_scene_and_fetches_nothing(scene):
    title = "Li9N2Cl3 <&>"
    page = figure_page(scene_html(scene, words=title, caution="It's a <candidate> & no structure"), title)
    assert "<title>Li9N2Cl3 &lt;&amp;&gt;</title>" in page
    assert not re.search(r"(src|href)\s*=\s*[\"']?(?!data:)[a-z]+:", page)
    for word in ("http://", "https://", "fetch(", "import(", "XMLHttpRequest"):
        assert word not in page.replace("http://www.w3.org/2000/svg", "")
    data = json.loads(unescape(re.search(r"data-scene='([^']*)'", page).group(1)))
    assert data["caution"] == "It's a <candidate> & no structure"
    assert len(data["balls"]) == len(scene.balls)
    assert set(data["views"]) == {"", "a", "b", "c"}
    assert np.array(data["views"]["c"])[2] == pytest.approx([0, 0, 1])


def test_pages_are_light(scene):
    assert len(scene_script()) < 25_000
    assert len(scene_html(scene)) < 60_000
    assert scene_html(scene) == scene_html(scene)


def test_a_caution_stands_on_the_picture(scene):
    assert "no structure" in ET.tostring(ET.fromstring(scene_svg(structure_with_caution(scene))), encoding="unicode")


def structure_with_caution(scene):
    from dataclasses import replace

    return replace(scene, caution="no structure to be cited")


def test_paper_says_what_the_balls_are():
    figure = structure_figure(load("Li18P6N16"))
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert {"a", "b", "c", "P1", "P2", "P3", "N (8 distinct sites)", "P polyhedra"} <= set(texts)
    assert figure_bytes(figure, "svg") == figure_bytes(structure_figure(load("Li18P6N16")), "svg")
