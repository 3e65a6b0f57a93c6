"""The figures of `report.html`: to turn on the screen, drawn by matplotlib on paper and where there is no WebGL."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nitrivac.errors import NitrivacError, UnsupportedError
from nitrivac.report.figures.plot import PROFILE_IMAGES, shortest_hop

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from nitrivac.analysis import Analysis
    from nitrivac.catalog import Material
    from nitrivac.migration import HopNetwork
    from nitrivac.migration.paths.record import MigrationPath
    from nitrivac.report.page.repeat import Repeat

__all__ = ["PageFigure", "page_figures"]

_HOST, _SUPERCELL = "supercell.vasp", "supercell.cif"
_OWN = "hops there are named by its own symmetry"
_VACANT = 1e-6
_SYMPREC_A = 0.01  # that of `load`


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
    analysis: Analysis, material: Material | None, repeat: Repeat
) -> tuple[dict[str, PageFigure], dict[str, str]]:
    """The figures that can be drawn, and why the others cannot, by name.

    Args:
        analysis: what the main job found.
        material: the record of the source, None for a structure file.
        repeat: how the analysis was asked for.
    """
    made: dict[str, PageFigure] = {}
    reasons: dict[str, str] = {}
    found = _Found(analysis=analysis, material=material, repeat=repeat)
    for name, maker in _MAKERS.items():
        try:
            paper, screen, words, arguments = maker(found)
        except NitrivacError as error:
            reasons[name] = str(error)
            continue
        command = repeat.plot(name, arguments)
        caution = None if name == "conductivity" else analysis.parent.provenance.caution  # measured on the compound itself
        made[name] = _page_figure(name, paper, screen, words, command, caution=caution)
    return made, reasons


def _page_figure(name: str, paper: Figure, screen: Any, words: str, command: str, *, caution: str | None) -> PageFigure:
    from markupsafe import Markup

    from nitrivac.report.figures.export import figure_bytes, plotly_fragment

    image = base64.b64encode(figure_bytes(paper, "svg", caution=caution)).decode("ascii")
    return PageFigure(
        name=name,
        screen=Markup(plotly_fragment(screen, name, caution=caution)),  # noqa: S704  # plotly escapes what it is given
        paper=f"data:image/svg+xml;base64,{image}",
        words=words,
        command=command,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the figures are made of: the analysis, the record, and how they were asked for."""

    analysis: Analysis
    material: Material | None
    repeat: Repeat


_Made = tuple["Figure", Any, str, "list[str]"]  # on paper, on the screen, in words, and what `nitrivac plot` takes


def _structure(found: _Found) -> _Made:
    from nitrivac.report.figures.structure import structure_figure, structure_plotly

    analysis = found.analysis
    crystal = analysis.average
    return structure_figure(crystal), structure_plotly(crystal), f"Unit cell of {crystal.formula}.", found.repeat.average


def _network(found: _Found) -> HopNetwork:
    """The hops of the average structure where they are described one by one."""
    from nitrivac.migration.hop_shells import HopSummary

    hops = found.analysis.hops
    if hops is None:
        raise UnsupportedError(found.analysis.no_hops or "There are no hops.")
    if isinstance(hops, HopSummary):
        raise UnsupportedError(f"There are {hops.distinct:,} distinct hops or more, too many to be drawn.")
    return hops


def _hops(found: _Found) -> _Made:
    from nitrivac.report.figures.hops import hops_figure, hops_plotly

    crystal, network = found.analysis.average, _network(found)
    return (
        hops_figure(crystal, network),
        hops_plotly(crystal, network),
        f"Hops of {network.species} in one cell.",
        [*found.repeat.average, *found.repeat.mobile],
    )


def _percolation(found: _Found) -> _Made:
    from nitrivac.report.figures.percolation import percolation_figure, percolation_plotly

    network = _network(found)
    words = "Dimensions spanned against the longest hop and the smallest bottleneck radius allowed."
    return percolation_figure(network), percolation_plotly(network), words, [*found.repeat.average, *found.repeat.mobile]


def _profile(found: _Found) -> _Made:
    from nitrivac.report.figures.profile import profile_figure, profile_plotly, profile_title

    made, where, arguments = _path(found)
    return profile_figure(made), profile_plotly(made), f"{profile_title(made)}, into {where}", arguments


def _path(found: _Found) -> tuple[MigrationPath, str, list[str]]:
    """The straight path of the shortest elementary hop, what the ion jumps into, and what repeats it.

    In an ordered parent, or a supercell that has no vacancy, the path makes the vacancy; else it is one of the supercell.
    """
    from nitrivac.io.cif.read import crystal_from_cif
    from nitrivac.io.writers import crystal_text
    from nitrivac.migration import find_hops
    from nitrivac.migration.host import make_host
    from nitrivac.migration.paths.path import vacancy_path

    described, repeat = _network(found), found.repeat
    species = described.species
    parent, supercell = found.analysis.parent, found.analysis.supercell
    host, where, arguments = None, "the only vacancy of an otherwise perfect crystal", [repeat.source]
    if parent.is_ordered:
        crystal = parent
        network = described if found.analysis.average is parent else find_hops(parent, species=species)
    elif supercell is None:
        raise UnsupportedError("There is no supercell of whole atoms in which an ion could be moved.")
    elif any(species in orbit.elements and orbit.vacancy > _VACANT for orbit in found.analysis.average.orbits):
        named = replace(supercell.provenance, source=_HOST)
        host = make_host(parent, replace(supercell, provenance=named), species=species)
        crystal, network = host.crystal, find_hops(host.crystal, species=species, host=host)
        where, arguments = f"a vacancy of the supercell; {_OWN}", [*repeat.average, "--host", repeat.file(_HOST)]
    else:
        crystal = crystal_from_cif(crystal_text(supercell, "cif"), _SUPERCELL, symprec=_SYMPREC_A)  # as the file says it
        network = find_hops(crystal, species=species)
        where, arguments = f"the only vacancy of the supercell; {_OWN}", [repeat.file(_SUPERCELL)]
    hop = shortest_hop(network.hops, network.source)
    made = vacancy_path(crystal, network, hop, images=PROFILE_IMAGES, method="linear", host=host)
    return made, where, [*arguments, *repeat.mobile, "--hop", hop]


def _configurations(found: _Found) -> _Made:
    from nitrivac.report.figures.configurations import configurations_figure, configurations_plotly, landscape_words
    from nitrivac.vacancies import ConfigurationSpace
    from nitrivac.vacancies.choosing.energy_landscape import energy_landscape

    analysis = found.analysis
    result = analysis.vacancies
    if result is None:
        raise UnsupportedError(analysis.no_supercell or "Every site is filled by one species: there is one configuration.")
    landscape = energy_landscape(ConfigurationSpace(crystal=analysis.average, plan=result.plan))
    lowest = None if landscape.whole else result.made[0].energy
    figures = (configurations_figure(landscape, lowest=lowest), configurations_plotly(landscape, lowest=lowest))
    return *figures, landscape_words(landscape), found.repeat.average


def _conductivity(found: _Found) -> _Made:
    from nitrivac.report.figures.conductivity import conductivity_figure, conductivity_plotly

    material = found.material
    if material is None:
        raise UnsupportedError("A structure file has no measured conductivities.")
    return (
        conductivity_figure(material),
        conductivity_plotly(material),
        "Arrhenius plot of the measurements.",
        [found.repeat.source],
    )


_MAKERS: dict[str, Callable[[_Found], _Made]] = {
    "structure": _structure,
    "configurations": _configurations,
    "hops": _hops,
    "percolation": _percolation,
    "profile": _profile,
    "conductivity": _conductivity,
}
