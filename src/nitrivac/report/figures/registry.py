"""The figures there are: what each needs, and what draws it, for `nitrivac plot` and for the page."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure as MatplotlibFigure

    from nitrivac.catalog import Material
    from nitrivac.crystal.model import Crystal
    from nitrivac.diffraction import Diffractogram
    from nitrivac.energetics import Barriers
    from nitrivac.migration import HopNetwork
    from nitrivac.migration.paths.record import MigrationPath
    from nitrivac.vacancies.choosing.energy_landscape import EnergyLandscape

__all__ = ["FIGURES", "Figure", "Subject", "figure_named"]


class Subject(Protocol):
    """What figures are drawn of; each part is found when it is asked for.

    Every part may raise a `NitrivacError` that says why there is none.
    """

    @property
    def caution(self) -> str | None:
        """What must be said of the source, see `Provenance`."""

    @property
    def crystal(self) -> Crystal:
        """The average structure."""

    @property
    def centres(self) -> Sequence[str] | None:
        """Elements whose polyhedra are shown, None for the default."""

    @property
    def only(self) -> Sequence[str] | None:
        """Elements or addresses of the sites that are drawn, None for the default."""

    @property
    def view(self) -> str | None:
        """The direction that points to the observer, None for the usual one."""

    @property
    def diffractogram(self) -> Diffractogram:
        """Its powder pattern."""

    @property
    def network(self) -> HopNetwork:
        """Its hops."""

    @property
    def path(self) -> MigrationPath:
        """The path of one of them."""

    @property
    def landscape(self) -> EnergyLandscape:
        """The energies of configurations."""

    @property
    def lowest(self) -> float | None:
        """Energy in eV of the lowest configuration found, beside a sample of them."""

    @property
    def barriers(self) -> Sequence[Barriers]:
        """Energies along its hops, by one potential or several."""

    @property
    def material(self) -> Material:
        """The record of the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One kind of figure, drawn by functions of the module `nitrivac.report.figures.NAME`.

    `NAME_figure` draws it on paper, and in a plane on the screen; `NAME_scene` to turn in space.

    Attributes:
        name: what `nitrivac plot` calls it.
        needs: parts of the subject that it is drawn of, by the names of the drawers' arguments.
        words: what it shows, in words, of a subject.
        options: what `nitrivac plot` takes for it beside the source and the file.
        in_space: whether it is turned in space; else it lies in a plane.
        broad: whether it is too wide for a telephone, where it slides sideways.
        measured: whether it shows what was measured, so that cautions about the structure are not for it.
    """

    name: str
    needs: tuple[str, ...]
    words: Callable[[Subject], str]
    options: tuple[str, ...] = ()
    in_space: bool = False
    broad: bool = False
    measured: bool = False

    def drawn(self, subject: Subject) -> MatplotlibFigure:
        """The figure of a subject on paper.

        Raises:
            NitrivacError: the subject has not what it needs.
        """
        found: MatplotlibFigure = self._by("figure", subject)
        return found

    def picture(self, subject: Subject) -> str:
        """The figure of a subject as SVG.

        Raises:
            NitrivacError: the subject has not what it needs.
        """
        from nitrivac.report.figures.export import figure_bytes, scene_picture

        if self.in_space:
            return scene_picture(self._by("scene", subject), caution=self.caution(subject))
        return figure_bytes(self.drawn(subject), "svg", caution=self.caution(subject)).decode("utf-8")

    def fragment(self, subject: Subject, *, alone: bool = False) -> str:
        """The figure of a subject as HTML within a page: to turn or, in a plane, to point at.

        Args:
            subject: what is drawn.
            alone: whether it is all there is on its page.

        Raises:
            NitrivacError: the subject has not what it needs.
        """
        from nitrivac.report.figures.drawing.turnable import scene_html
        from nitrivac.report.figures.export import figure_fragment

        words, caution = self.words(subject), self.caution(subject)
        if self.in_space:
            return scene_html(self._by("scene", subject), words=words, caution=caution, fill=alone)
        return figure_fragment(self.drawn(subject), self.name, words, caution=caution)

    def _by(self, kind: str, subject: Subject) -> Any:
        needed = {name: getattr(subject, name) for name in self.needs}
        return getattr(import_module(f"nitrivac.report.figures.{self.name}"), f"{self.name}_{kind}")(**needed)

    def caution(self, subject: Subject) -> str | None:
        """What must be said on it."""
        return None if self.measured else subject.caution


def _path_words(subject: Subject) -> str:
    from nitrivac.report.figures.profile import profile_title

    return profile_title(subject.path)


def _landscape_words(subject: Subject) -> str:
    from nitrivac.report.figures.configurations import landscape_words

    return landscape_words(subject.landscape)


def _barriers_words(subject: Subject) -> str:
    return f"Energies along hops by {', '.join(dict.fromkeys(str(one.calculator) for one in subject.barriers))}: estimates."


_PLANNING = (
    "--supercell", "--primitive", "--min-image", "--max-atoms", "--exclusion", "--tolerance", "--nearest", "--allow-charge",
    "--plan", "--seed",
)  # fmt: skip
_SEARCH = ("--species", "--max-distance", "--ion-radius")

FIGURES = (
    Figure(
        name="structure",
        needs=("crystal", "centres", "only", "view"),
        words=lambda subject: f"Unit cell of {subject.crystal.formula}.",
        options=("SPEC", "--centres", "--only", "--view"),
        in_space=True,
    ),
    Figure(
        name="pattern",
        needs=("diffractogram",),
        words=lambda subject: f"Powder pattern, calculated: {subject.diffractogram.radiation}.",
        options=("SPEC",),
        broad=True,
    ),
    Figure(
        name="hops",
        needs=("crystal", "network", "view"),
        words=lambda subject: f"Hops of {subject.network.species} in one cell.",
        options=("SPEC", "--view", *_SEARCH),
        in_space=True,
    ),
    Figure(
        name="percolation",
        needs=("network",),
        words=lambda _: "Dimensions spanned against the longest hop and the smallest bottleneck radius allowed.",
        options=("SPEC", *_SEARCH),
    ),
    Figure(
        name="profile",
        needs=("path",),
        words=_path_words,
        options=("--hop", "--images", "--method", "--host", "--supercell", *_SEARCH),
    ),
    Figure(
        name="barriers",
        needs=("barriers",),
        words=_barriers_words,
        options=("--barriers",),
    ),
    Figure(
        name="configurations",
        needs=("landscape", "lowest"),
        words=_landscape_words,
        options=("SPEC", *_PLANNING),
    ),
    Figure(
        name="conductivity",
        needs=("material",),
        words=lambda _: "Arrhenius plot of the measurements.",
        measured=True,
    ),
)


def figure_named(name: str) -> Figure:
    """The figure of a name.

    Raises:
        SpecificationError: there is none; the message lists what there is.
    """
    for figure in FIGURES:
        if figure.name == name:
            return figure
    raise SpecificationError(f"no figure {name!r}; there are {', '.join(figure.name for figure in FIGURES)}")
