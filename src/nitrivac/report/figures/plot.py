"""From a source to a figure's file: what `nitrivac plot` draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from nitrivac.diffraction import make_diffractogram, powder_pattern
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.io.sources import load, record_of
from nitrivac.io.stated_run import refuse_other_run
from nitrivac.migration.paths.shortest import PROFILE_IMAGES, shortest_hop
from nitrivac.optional_libraries import require
from nitrivac.report.figures.registry import figure_named
from nitrivac.vacancies import average_crystal, parse_specification
from nitrivac.vacancies.planned import planned_spaces
from nitrivac.vacancies.planning.choice import Choice, chosen_of
from nitrivac.vacancies.planning.search import Planning
from nitrivac.vacancies.result import specification_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nitrivac.catalog import Material
    from nitrivac.crystal.model import Crystal
    from nitrivac.diffraction import Diffractogram
    from nitrivac.energetics import Barriers
    from nitrivac.migration import HopNetwork
    from nitrivac.migration.paths.record import MigrationPath
    from nitrivac.vacancies import ConfigurationSpace, VacancySpecification
    from nitrivac.vacancies.choosing.energy_landscape import EnergyLandscape

__all__ = ["FIGURE_FORMATS", "Drawing", "draw"]

FIGURE_FORMATS = (".png", ".svg", ".pdf", ".html")


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What is drawn, and how: the subject of a figure, found from a source.

    Attributes:
        source: catalogue id or structure file.
        specification: vacancies, see `nitrivac.vacancies.parse_specification`; those of the host's own run (`profile`).
        centres: elements whose polyhedra are shown (`structure`).
        only: elements or addresses of the sites that are drawn (`structure`).
        view: the direction that points to the observer, `a`, `b`, `c` or as `[110]` (`structure`, `hops`).
        species: the mobile element, by default the charge carrier (`hops`, `percolation`, `profile`).
        max_distance: longest hop in angstrom, by default found from the structure (likewise).
        hop: name of the hop, by default the shortest elementary one (`profile`).
        images: images between the ends (`profile`).
        method: `linear` or `idpp` (`profile`).
        host: file of a vacancy configuration of the source (`profile`).
        supercell: rows are new lattice vectors in terms of the old, shape (3, 3) (`profile`).
        planning: what the supercell of the configurations must be (`configurations`).
        plan: which of its plans, the best being 1 (`configurations`).
        radii: ionic radii in angstrom by element that replace Shannon's (`hops`, `percolation`, `profile`).
        seed: of a sample (`configurations`).
        barrier_files: `barriers.json` of the source, of one potential or several (`barriers`).
    """

    source: str
    specification: Sequence[str] = ()
    centres: Sequence[str] | None = None
    only: Sequence[str] | None = None
    view: str | None = None
    species: str | None = None
    max_distance: float | None = None
    hop: str | None = None
    images: int = PROFILE_IMAGES
    method: Literal["linear", "idpp"] = "linear"
    host: str | None = None
    supercell: NDArray[Any] | None = None
    planning: Planning = field(default_factory=Planning)
    plan: int = 1
    radii: Mapping[str, float] | None = None
    seed: int = 0
    barrier_files: Sequence[Path] = ()

    @cached_property
    def parent(self) -> Crystal:
        """The crystal of the source."""
        return load(self.source)

    @property
    def caution(self) -> str | None:
        """What must be said of the source."""
        return self.parent.provenance.caution

    @cached_property
    def targets(self) -> VacancySpecification:
        """The vacancies."""
        return parse_specification(self.parent, self.specification)

    @cached_property
    def crystal(self) -> Crystal:
        """The average structure."""
        return average_crystal(self.parent, self.targets)

    @cached_property
    def diffractogram(self) -> Diffractogram:
        """The powder pattern of the average structure by Cu K alpha; `nitrivac pattern` has others."""
        return make_diffractogram(powder_pattern(self.crystal, specification=tuple(self.specification)))

    @property
    def network(self) -> HopNetwork:
        """The hops of the average structure."""
        from nitrivac.migration import find_hops

        return find_hops(self.crystal, **self._search)

    @property
    def _search(self) -> dict[str, Any]:
        return {"species": self.species, "max_distance": self.max_distance, "radii": self.radii}

    @cached_property
    def path(self) -> MigrationPath:
        """The path of the hop, in the source or in the host."""
        from nitrivac.migration import find_hops
        from nitrivac.migration.host import make_host
        from nitrivac.migration.paths.path import vacancy_path

        if self.host and self.targets.targets:
            refuse_other_run(self.host, self.parent.provenance.source, specification_text(self.targets))
        host = make_host(self.parent, load(self.host), species=self.species) if self.host else None
        crystal = host.crystal if host else self.parent
        network = find_hops(crystal, **self._search, host=host)
        return vacancy_path(
            crystal,
            network,
            self.hop or shortest_hop(network),
            supercell=self.supercell,
            images=self.images,
            method=self.method,
            radii=self.radii,
            host=host,
        )

    @cached_property
    def _spaces(self) -> tuple[ConfigurationSpace, ...]:
        return planned_spaces(self.parent, self.specification, planning=self.planning, rank=self.plan)[1]

    @cached_property
    def landscape(self) -> EnergyLandscape:
        """The energies of the configurations, or of a sample of them."""
        from nitrivac.vacancies.choosing.energy_landscape import energy_landscape

        return energy_landscape(*self._spaces, seed=self.seed)

    @property
    def lowest(self) -> float | None:
        """The lowest energy found, beside a sample."""
        if self.landscape.whole:
            return None
        return next(one.energy for _, one in chosen_of(self._spaces, Choice(mode="lowest", seed=self.seed)))

    @cached_property
    def barriers(self) -> tuple[Barriers, ...]:
        """The energies along the hops of the source."""
        from nitrivac.energetics.bands.files import read_barriers

        if not self.barrier_files:
            raise SpecificationError(
                "plot barriers draws what nitrivac barriers -o DIR wrote: give --barriers DIR/barriers.json"
            )
        found = tuple(map(read_barriers, self.barrier_files))
        for path, one in zip(self.barrier_files, found, strict=True):
            source = self.parent.provenance.source
            if one.source != source and not one.source.endswith(f" on {source}"):  # of a host on it
                raise SpecificationError(f"{path}: has the barriers of {one.source}, not of {self.source}")
        return found

    @property
    def material(self) -> Material:
        """The record of the source."""
        material = record_of(self.source)
        if material is None:
            load(self.source)  # a source that is nothing at all says so itself
            raise UnsupportedError(
                f"{self.source} is no catalogue record, and a structure file has no measured conductivities"
            )
        return material


def draw(kind: str, drawing: Drawing, path: Path) -> bytes:
    """A figure as the content of a file.

    Args:
        kind: what of the source is drawn, the name of one of `nitrivac.report.figures.registry.FIGURES`.
        drawing: the source and the options.
        path: its name decides on the format: `.png`, `.svg` and `.pdf` for paper, `.html` to turn or point at.

    Raises:
        NitrivacError: the source, an option, or the kind of file will not do, or a library is missing.
    """
    figure = figure_named(kind)
    suffix = path.suffix.lower()
    if suffix not in FIGURE_FORMATS:
        raise SpecificationError(f"{path}: the name of a figure ends in {', '.join(FIGURE_FORMATS[:-1])} or .html")
    if not (figure.in_space and suffix in (".html", ".svg")):
        require("nitrivac plot", "matplotlib")
    from nitrivac.report.figures.export import figure_bytes, figure_page

    if suffix == ".html":
        return figure_page(figure.fragment(drawing, alone=True), f"{kind} of {drawing.source}").encode("utf-8")
    if suffix == ".svg":
        return figure.picture(drawing).encode("utf-8")
    return figure_bytes(figure.drawn(drawing), suffix[1:], caution=figure.caution(drawing))
