"""The commands that repeat an analysis and its figures, wherever they were written."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nitrivac.crystal.supercells.supercell_matrix import as_matrix, matrix_text
from nitrivac.vacancies.planning.search import MIN_IMAGE_A, Planning

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Repeat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """How an analysis was asked for; its commands are for the folder in which it was.

    Attributes:
        source: the source as it was given.
        specification: the vacancies as they were given.
        species: the mobile element, None where nobody named one.
        folder: where the files are.
        planning: what the supercell had to be.
        plan: which of the plans was taken, the best being 1.
        seed: of the search for a configuration.
    """

    source: str
    specification: tuple[str, ...] = ()
    species: str | None = None
    folder: Path = Path("out")
    planning: Planning = field(default_factory=Planning)
    plan: int = 1
    seed: int = 0

    @property
    def average(self) -> list[str]:
        """The average structure on the command line."""
        return [self.source, *self.specification]

    @property
    def mobile(self) -> list[str]:
        """The mobile element on the command line, nothing where it is the default."""
        return [] if self.species is None else ["--species", self.species]

    @property
    def planned(self) -> list[str]:
        """What the supercell had to be on the command line, nothing of it where it is the default."""
        asked = self.planning
        cell = None if asked.supercell is None else matrix_text(as_matrix(asked.supercell))
        return [
            *_option("--supercell", cell, None),
            *_option("--min-image", asked.min_image, MIN_IMAGE_A),
            *_option("--max-atoms", asked.max_atoms, None),
            *_option("--exclusion", asked.exclusion, None),
            *_option("--tolerance", asked.tolerance, None),
            *(["--nearest"] if asked.nearest else []),
            *(["--allow-charge"] if asked.allow_charge else []),
            *_option("--plan", self.plan, 1),
            *_option("--seed", self.seed, 0),
        ]

    def file(self, name: str) -> str:
        """A file of the analysis as the commands name it."""
        return str(self.folder / name)

    def analyze(self) -> str:
        """The command that makes page and files again, in their place."""
        return _command(["analyze", *self.average, *self.mobile, *self.planned, "-o", str(self.folder), "--force"])

    def plot(self, name: str, arguments: Sequence[str]) -> str:
        """The command that makes a figure again.

        Args:
            name: of the figure.
            arguments: what is drawn.
        """
        return _command(["plot", name, *arguments, "-o", f"{name}.svg"])


def _command(words: Sequence[str]) -> str:
    return shlex.join(["nitrivac", *words])


def _option(name: str, value: object, default: object) -> list[str]:
    return [] if value == default else [name, str(value)]
