"""The figures of `report.html`: to turn on the screen, drawn by matplotlib on paper and where there is no WebGL."""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from nitrivac.errors import NitrivacError, UnsupportedError
from nitrivac.report.drawing import PROFILE_IMAGES, shortest_hop

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

    from nitrivac.analysis import Analysis
    from nitrivac.catalog import Material
    from nitrivac.migration.path import MigrationPath

__all__ = ["PageFigure", "page_figures"]

_HOST = "out/supercell.vasp"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFigure:
    """One figure of the page.

    Attributes:
        name: what it is, and the id of its element.
        screen: HTML that plotly.js brings to life.
        paper: the same as an SVG image in a data URI.
        words: what it shows, for those who cannot see it.
        command: repeats it.
    """

    name: str
    screen: Any
    paper: str
    words: str
    command: str


def page_figures(
    analysis: Analysis, material: Material | None, *, source: str, specification: Sequence[str]
) -> tuple[dict[str, PageFigure], dict[str, str]]:
    """The figures that can be drawn, and why the others cannot, by name.

    Args:
        analysis: what the main job found.
        material: the record of the source, None for a structure file.
        source: the source as it was given.
        specification: the vacancies as they were given.
    """
    made: dict[str, PageFigure] = {}
    reasons: dict[str, str] = {}
    for name, maker in _MAKERS.items():
        try:
            paper, screen, words, arguments = maker(analysis, material)
        except NitrivacError as error:
            reasons[name] = str(error)
            continue
        given = [] if name in ("profile", "conductivity") else list(specification)
        command = shlex.join(["nitrivac", "plot", name, source, *given, *arguments, "-o", f"{name}.svg"])
        made[name] = _page_figure(name, paper, screen, words, command)
    return made, reasons


def _page_figure(name: str, paper: Figure, screen: Any, words: str, command: str) -> PageFigure:
    from markupsafe import Markup

    from nitrivac.report.figures.export import figure_bytes, plotly_fragment

    image = base64.b64encode(figure_bytes(paper, "svg")).decode("ascii")
    return PageFigure(
        name=name,
        screen=Markup(plotly_fragment(screen, name)),  # noqa: S704  # plotly escapes what it is given
        paper=f"data:image/svg+xml;base64,{image}",
        words=words,
        command=command,
    )


_Made = tuple["Figure", Any, str, "list[str]"]


def _structure(analysis: Analysis, _material: Material | None) -> _Made:
    from nitrivac.report.figures.structure import structure_figure, structure_plotly

    crystal = analysis.average
    return structure_figure(crystal), structure_plotly(crystal), f"Unit cell of {crystal.formula}.", []


def _hops(analysis: Analysis, _material: Material | None) -> _Made:
    from nitrivac.report.figures.hops import hops_figure, hops_plotly

    if analysis.hops is None:
        raise UnsupportedError("There is no lithium in this crystal.")
    crystal, network = analysis.average, analysis.hops
    return hops_figure(crystal, network), hops_plotly(crystal, network), f"Hops of {network.species} in one cell.", []


def _percolation(analysis: Analysis, _material: Material | None) -> _Made:
    from nitrivac.report.figures.percolation import percolation_figure, percolation_plotly

    if analysis.hops is None:
        raise UnsupportedError("There is no lithium in this crystal.")
    words = "Dimensions spanned against the longest hop and the smallest bottleneck radius allowed."
    return percolation_figure(analysis.hops), percolation_plotly(analysis.hops), words, []


def _profile(analysis: Analysis, _material: Material | None) -> _Made:
    from nitrivac.report.figures.profile import profile_figure, profile_plotly, profile_title

    made, arguments = _path(analysis)
    where = (
        "a vacancy of the supercell; hops there are named by its own symmetry"
        if "--host" in arguments
        else ("the only vacancy of an otherwise perfect crystal")
    )
    words = f"{profile_title(made)}, into {where}"
    return profile_figure(made), profile_plotly(made), words, arguments


def _path(analysis: Analysis) -> tuple[MigrationPath, list[str]]:
    """The straight path of the shortest elementary hop, and the options that repeat it.

    In an ordered parent the ion jumps into a vacancy that the path makes; else into one of the supercell that was written.
    """
    from nitrivac.migration import find_hops
    from nitrivac.migration.host import make_host
    from nitrivac.migration.path import vacancy_path

    parent = analysis.parent
    if parent.is_ordered:
        network = analysis.hops if analysis.average is parent and analysis.hops else find_hops(parent)
        hop = shortest_hop(network.hops, network.source)
        return vacancy_path(parent, network, hop, images=PROFILE_IMAGES, method="linear"), ["--hop", hop]
    if analysis.supercell is None:
        raise UnsupportedError("There is no supercell of whole atoms in which an ion could be moved.")
    named = replace(analysis.supercell.provenance, source=PurePath(_HOST).name)
    host = make_host(parent, replace(analysis.supercell, provenance=named))
    network = find_hops(host.crystal, vacant=host.vacant)
    hop = shortest_hop(network.hops, network.source)
    made = vacancy_path(host.crystal, network, hop, images=PROFILE_IMAGES, method="linear", host=host)
    return made, ["--hop", hop, "--host", _HOST]


def _configurations(analysis: Analysis, _material: Material | None) -> _Made:
    from nitrivac.report.figures.configurations import configurations_figure, configurations_plotly, landscape_words
    from nitrivac.vacancies import ConfigurationSpace
    from nitrivac.vacancies.landscape import energy_landscape

    result = analysis.vacancies
    if result is None:
        raise UnsupportedError(analysis.no_supercell or "Every site is filled by one species: there is one configuration.")
    landscape = energy_landscape(ConfigurationSpace(crystal=analysis.average, plan=result.plan))
    lowest = None if landscape.whole else result.made[0].energy
    figures = (configurations_figure(landscape, lowest=lowest), configurations_plotly(landscape, lowest=lowest))
    return *figures, landscape_words(landscape), []


def _conductivity(_analysis: Analysis, material: Material | None) -> _Made:
    from nitrivac.report.figures.conductivity import conductivity_figure, conductivity_plotly

    if material is None:
        raise UnsupportedError("A structure file has no measured conductivities.")
    return conductivity_figure(material), conductivity_plotly(material), "Arrhenius plot of the measurements.", []


_MAKERS: dict[str, Callable[[Analysis, Material | None], _Made]] = {
    "structure": _structure,
    "configurations": _configurations,
    "hops": _hops,
    "percolation": _percolation,
    "profile": _profile,
    "conductivity": _conductivity,
}
