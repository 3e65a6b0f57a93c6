"""The figures of `report.html`, to point at and to turn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nitrivac.diffraction import make_diffractogram, powder_pattern
from nitrivac.errors import NitrivacError, UnsupportedError
from nitrivac.migration import HopNetwork
from nitrivac.migration.paths.shortest import ShortestPath, shortest_path
from nitrivac.report.figures.registry import FIGURES, Figure

if TYPE_CHECKING:
    from nitrivac.analysis import Analysis
    from nitrivac.catalog import Material
    from nitrivac.crystal.model import Crystal
    from nitrivac.diffraction import Diffractogram
    from nitrivac.energetics import Barriers
    from nitrivac.migration.paths.record import MigrationPath
    from nitrivac.report.page.repeat import Repeat
    from nitrivac.vacancies.choosing.energy_landscape import EnergyLandscape

__all__ = ["PageFigure", "page_figures"]

_PATTERN_SITES = 2_000
_HOST, _SUPERCELL = "supercell.vasp", "supercell.cif"
_OWN = "hops there are named by its own symmetry"
_INTO = {
    "crystal": "the only vacancy of an otherwise perfect crystal",
    "supercell": f"the only vacancy of the supercell; {_OWN}",
    "configuration": f"a vacancy of the supercell; {_OWN}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFigure:
    """One figure of the page.

    Attributes:
        name: what it is, and the id of its element.
        in_space: whether it is turned in space.
        broad: whether it is too wide for a telephone.
        screen: its HTML: a picture that a script makes turn, or a drawing that a script lets say what is pointed at.
        words: what it shows, for those who cannot see it.
        command: repeats it.
    """

    name: str
    in_space: bool
    broad: bool
    screen: Any
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
    subject = _Subject(analysis=analysis, record=material, repeat=repeat)
    for figure in FIGURES:
        try:
            made[figure.name] = _page_figure(figure, subject, repeat)
        except NitrivacError as error:
            reasons[figure.name] = str(error)
    return made, reasons


def _page_figure(figure: Figure, subject: _Subject, repeat: Repeat) -> PageFigure:
    from markupsafe import Markup

    into = f", into {_INTO[subject.shortest.vacancy]}" if "path" in figure.needs else ""
    return PageFigure(
        name=figure.name,
        in_space=figure.in_space,
        broad=figure.broad,
        screen=Markup(figure.fragment(subject)),  # noqa: S704  # the drawers escape what they are given
        words=f"{figure.words(subject)}{into}",
        command=repeat.plot(figure.name, _arguments(figure, subject, repeat)),
    )


def _arguments(figure: Figure, subject: _Subject, repeat: Repeat) -> list[str]:
    """What `nitrivac plot` takes to draw it again."""
    source = repeat.average if "SPEC" in figure.options else [repeat.source]
    mobile = repeat.mobile if "--species" in figure.options else []
    if "path" not in figure.needs:
        return [*source, *mobile, *(repeat.planned if "landscape" in figure.needs else [])]
    shortest = subject.shortest
    where = {
        "crystal": [repeat.source],
        "supercell": [repeat.file(_SUPERCELL)],
        "configuration": [*repeat.average, "--host", repeat.file(_HOST)],
    }[shortest.vacancy]
    return [*where, *mobile, "--hop", shortest.path.name]


@dataclass(frozen=True, kw_only=True)
class _Subject:
    """What the main job found, as the subject of figures."""

    analysis: Analysis
    record: Material | None
    repeat: Repeat
    centres: None = None
    only: None = None
    view: None = None

    @property
    def caution(self) -> str | None:
        return self.analysis.parent.provenance.caution

    @property
    def crystal(self) -> Crystal:
        return self.analysis.average

    @cached_property
    def diffractogram(self) -> Diffractogram:
        if self.crystal.n_sites > _PATTERN_SITES:
            raise UnsupportedError(f"A pattern of {self.crystal.n_sites:,} sites takes long; nitrivac pattern makes it.")
        return make_diffractogram(powder_pattern(self.crystal, specification=self.repeat.specification))

    @property
    def network(self) -> HopNetwork:
        """The hops of the average structure where they are described one by one."""
        hops = self.analysis.hops
        if hops is None:
            raise UnsupportedError(self.analysis.no_hops or "There are no hops.")
        if not isinstance(hops, HopNetwork):
            raise UnsupportedError(f"There are {hops.distinct:,} distinct hops or more, too many to be drawn.")
        return hops

    @cached_property
    def shortest(self) -> ShortestPath:
        found = self.analysis
        return shortest_path(found.parent, found.average, found.supercell, self.network, names=(_HOST, _SUPERCELL))

    @property
    def path(self) -> MigrationPath:
        return self.shortest.path

    @cached_property
    def landscape(self) -> EnergyLandscape:
        from nitrivac.vacancies.choosing.energy_landscape import energy_landscape
        from nitrivac.vacancies.planned import spaces_of_plan

        made = self.analysis.vacancies
        if made is None:
            reason = "Every site is filled by one species: there is one configuration."
            raise UnsupportedError(self.analysis.no_supercell or reason)
        spaces = spaces_of_plan(self.crystal, made.plan, self.repeat.planning.exclusion)
        return energy_landscape(*spaces, seed=self.repeat.seed)

    @property
    def lowest(self) -> float | None:
        made = self.analysis.vacancies
        return None if made is None or self.landscape.whole else made.made[0].energy

    @property
    def barriers(self) -> tuple[Barriers, ...]:
        raise UnsupportedError("Barriers are asked of a potential: nitrivac barriers, and nitrivac plot barriers.")

    @property
    def material(self) -> Material:
        if self.record is None:
            raise UnsupportedError("A structure file has no measured conductivities.")
        return self.record
