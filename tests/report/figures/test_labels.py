"""Labels of figures never overlap and never leave the figure, for every compound."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from nitrivac import materials
from nitrivac.errors import NitrivacError
from nitrivac.report.figures.export import figure_bytes
from nitrivac.report.figures.plot import Drawing
from nitrivac.report.figures.registry import FIGURES
from tests.report.figures.labels import overlapping, texts

SAMPLE = ("alpha-Li3N", "beta-Li3PO4", "Li2CN2", "alpha-Li10P4N10")
REST = sorted({material.id for material in materials()} - set(SAMPLE))
SLOW = {"configurations"}  # minutes for large spaces; the main job's is in its page


def drawn(identifier):
    """Every figure that a compound has, by name."""
    found = {}
    drawing = Drawing(source=identifier)
    for figure in FIGURES:
        if figure.name not in SLOW:
            try:
                found[figure.name] = figure.drawn(drawing)
            except NitrivacError:
                continue
    return found


@pytest.mark.parametrize(
    "identifier", [*SAMPLE, *(pytest.param(one, marks=pytest.mark.slow) for one in REST)]
)  # fmt: skip
def test_labels_do_not_overlap(identifier):
    figures = drawn(identifier)
    assert {name: found for name, figure in figures.items() if (found := overlapping(figure))} == {}
    assert all(texts(figure) for figure in figures.values())


def test_overlaps_are_seen():
    figure = Figure(figsize=(2, 2))
    figure.text(0.5, 0.5, "one")
    figure.text(0.52, 0.5, "two")
    figure.text(0.95, 0.1, "far too long")
    assert overlapping(figure) == [("one", "two"), ("far too long", "outside")]


def test_a_long_caution_stays_on_the_figure():
    figure = next(one for one in FIGURES if one.name == "percolation").drawn(Drawing(source="alpha-Li3N"))
    figure_bytes(figure, "png", caution=f"not to be cited as structures: {', '.join(['Li3InN2#mp-1029562'] * 12)}")
    assert any(words.count("Li3InN2#mp-1029562") == 12 for words, _ in texts(figure))
    assert overlapping(figure) == []
