"""One registry of figures: the drawers of each take what it needs, and the command has the options it names."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from nitrivac.errors import SpecificationError
from nitrivac.report.figures.plot import Drawing
from nitrivac.report.figures.registry import FIGURES, figure_named


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_every_drawer_takes_what_a_figure_needs(figure):
    module = import_module(f"nitrivac.report.figures.{figure.name}")
    for kind in ("figure", "scene") if figure.in_space else ("figure",):
        drawer = getattr(module, f"{figure.name}_{kind}")
        assert tuple(inspect.signature(drawer).parameters) == figure.needs


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_the_command_has_every_option_of_a_figure(nitrivac, figure):
    usage = " ".join(nitrivac("plot", "--help").out.split())
    assert all(option in usage for option in figure.options)
    assert figure.name in usage


def test_a_source_is_a_subject_of_all_figures():
    drawing = Drawing(source="alpha-Li3N", specification=["Li@2c=1/16"])
    for figure in FIGURES:
        assert all(hasattr(type(drawing), name) or name in vars(drawing) for name in figure.needs)


def test_an_unknown_figure_is_refused_with_what_there_is():
    with pytest.raises(
        SpecificationError, match="structure, pattern, hops, percolation, profile, barriers, configurations, conductivity"
    ):
        figure_named("band-structure")
