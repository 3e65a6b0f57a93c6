"""From a source to a figure's file: what `nitrivac plot` draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.io.sources import load, record_of
from nitrivac.io.stated_run import refuse_other_run
from nitrivac.optional_libraries import require
from nitrivac.vacancies import ConfigurationSpace, average_crystal, parse_specification, plan_supercells
from nitrivac.vacancies.result import specification_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["FIGURE_FORMATS", "PROFILE_IMAGES", "Drawing", "FigureKind", "draw"]

FigureKind = Literal["structure", "hops", "percolation", "profile", "configurations", "conductivity"]
FIGURE_FORMATS = (".png", ".svg", ".pdf", ".html")
PROFILE_IMAGES = 23  # between the ends: enough for a smooth curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is drawn, and how.

    Attributes:
        source: catalogue id or structure file.
        specification: vacancies, see `nitrivac.vacancies.parse_specification`; those of the host's own run (`profile`).
        centres: elements whose polyhedra are shown (`structure`).
        species: the mobile element, by default the charge carrier (`hops`, `percolation`, `profile`).
        max_distance: longest hop in angstrom, by default found from the structure (likewise).
        hop: name of the hop, by default the shortest elementary one (`profile`).
        images: images between the ends (`profile`).
        method: `linear` or `idpp` (`profile`).
        host: file of a vacancy configuration of the source (`profile`).
        supercell: rows are new lattice vectors in terms of the old, shape (3, 3) (`profile`, `configurations`).
        radii: ionic radii in angstrom by element that replace Shannon's (`hops`, `percolation`, `profile`).
        seed: of a sample (`configurations`).
    """

    source: str
    specification: Sequence[str] = ()
    centres: Sequence[str] | None = None
    species: str | None = None
    max_distance: float | None = None
    hop: str | None = None
    images: int = PROFILE_IMAGES
    method: Literal["linear", "idpp"] = "linear"
    host: str | None = None
    supercell: NDArray[Any] | None = None
    radii: Mapping[str, float] | None = None
    seed: int = 0


def draw(kind: FigureKind, drawing: Drawing, path: Path) -> bytes:
    """A figure as the content of a file.

    Args:
        kind: what of the source is drawn.
        drawing: the source and the options.
        path: its name decides on the format: `.png`, `.svg` and `.pdf` by matplotlib, `.html` by plotly.

    Raises:
        NitrivacError: the source, an option, or the kind of file will not do, or a library is missing.
    """
    if kind not in get_args(FigureKind):
        raise SpecificationError(f"no figure {kind!r}; there are {', '.join(get_args(FigureKind))}")
    suffix = path.suffix.lower()
    if suffix not in FIGURE_FORMATS:
        raise SpecificationError(f"{path}: the name of a figure ends in {', '.join(FIGURE_FORMATS[:-1])} or .html")
    interactive = suffix == ".html"
    require("nitrivac plot", "plotly" if interactive else "matplotlib")
    from nitrivac.report.figures.export import figure_bytes, plotly_page

    figure = _MAKERS[kind](drawing, interactive=interactive)
    caution = None if kind == "conductivity" else load(drawing.source).provenance.caution
    if interactive:
        return plotly_page(figure, kind, f"{kind} of {drawing.source}", caution=caution).encode("utf-8")
    return figure_bytes(figure, suffix[1:], caution=caution)


def _average(drawing: Drawing) -> Crystal:
    parent = load(drawing.source)
    return average_crystal(parent, parse_specification(parent, drawing.specification))


def _search(drawing: Drawing) -> dict[str, Any]:
    """Options of `find_hops`."""
    return {"species": drawing.species, "max_distance": drawing.max_distance, "radii": drawing.radii}


def _structure(drawing: Drawing, *, interactive: bool) -> Any:
    from nitrivac.report.figures.structure import structure_figure, structure_plotly

    make = structure_plotly if interactive else structure_figure
    return make(_average(drawing), centres=drawing.centres)


def _hops(drawing: Drawing, *, interactive: bool) -> Any:
    from nitrivac.migration import find_hops
    from nitrivac.report.figures.hops import hops_figure, hops_plotly

    crystal = _average(drawing)
    network = find_hops(crystal, **_search(drawing))
    return (hops_plotly if interactive else hops_figure)(crystal, network)


def _percolation(drawing: Drawing, *, interactive: bool) -> Any:
    from nitrivac.migration import find_hops
    from nitrivac.report.figures.percolation import percolation_figure, percolation_plotly

    network = find_hops(_average(drawing), **_search(drawing))
    return (percolation_plotly if interactive else percolation_figure)(network)


def _profile(drawing: Drawing, *, interactive: bool) -> Any:
    from nitrivac.migration import find_hops
    from nitrivac.migration.host import make_host
    from nitrivac.migration.paths.path import vacancy_path
    from nitrivac.report.figures.profile import profile_figure, profile_plotly

    parent = load(drawing.source)
    targets = parse_specification(parent, drawing.specification)
    if drawing.host and targets.targets:
        refuse_other_run(drawing.host, parent.provenance.source, specification_text(targets))
    host = make_host(parent, load(drawing.host), species=drawing.species) if drawing.host else None
    crystal = host.crystal if host else parent
    network = find_hops(crystal, **_search(drawing), host=host)
    made = vacancy_path(
        crystal,
        network,
        drawing.hop or shortest_hop(network.hops, network.source),
        supercell=drawing.supercell,
        images=drawing.images,
        method=drawing.method,
        radii=drawing.radii,
        host=host,
    )
    return (profile_plotly if interactive else profile_figure)(made)


def shortest_hop(hops: Sequence[Any], source: str) -> str:
    """Name of the shortest elementary hop.

    Raises:
        UnsupportedError: there is none.
    """
    for hop in hops:
        if hop.elementary:
            return str(hop.id)
    raise UnsupportedError(f"{source} has no elementary hop, so there is no path to draw")


def _configurations(drawing: Drawing, *, interactive: bool) -> Any:
    from nitrivac.report.figures.configurations import configurations_figure, configurations_plotly
    from nitrivac.vacancies.choosing.energy_landscape import energy_landscape

    parent = load(drawing.source)
    targets = parse_specification(parent, drawing.specification)
    if not targets.targets:
        raise SpecificationError(
            f"{drawing.source} is fully occupied: say which sites are vacant, e.g. Li@4f=8.1(2)%; there are "
            f"{', '.join(parent.address(orbit) for orbit in parent.orbits)}"
        )
    average = average_crystal(parent, targets)
    plan = plan_supercells(average, targets, supercell=drawing.supercell, nearest=True, limit=1)[0]
    space = ConfigurationSpace(crystal=average, plan=plan)
    landscape = energy_landscape(space, seed=drawing.seed)
    lowest = None if landscape.whole else space.lowest(1, seed=drawing.seed)[0].energy
    return (configurations_plotly if interactive else configurations_figure)(landscape, lowest=lowest)


def _conductivity(drawing: Drawing, *, interactive: bool) -> Any:
    from nitrivac.report.figures.conductivity import conductivity_figure, conductivity_plotly

    material = record_of(drawing.source)
    if material is None:
        load(drawing.source)  # a source that is nothing at all says so itself
        raise UnsupportedError(
            f"{drawing.source} is no catalogue record, and a structure file has no measured conductivities"
        )
    return (conductivity_plotly if interactive else conductivity_figure)(material)


_MAKERS = {
    "structure": _structure,
    "hops": _hops,
    "percolation": _percolation,
    "profile": _profile,
    "configurations": _configurations,
    "conductivity": _conductivity,
}
