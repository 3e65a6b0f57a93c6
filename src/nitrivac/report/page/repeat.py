"""The commands that repeat an analysis and its figures, wherever they were written."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

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
    """

    source: str
    specification: tuple[str, ...] = ()
    species: str | None = None
    folder: Path = Path("out")

    @property
    def average(self) -> list[str]:
        """The average structure on the command line."""
        return [self.source, *self.specification]

    @property
    def mobile(self) -> list[str]:
        """The mobile element on the command line, nothing where it is the default."""
        return [] if self.species is None else ["--species", self.species]

    def file(self, name: str) -> str:
        """A file of the analysis as the commands name it."""
        return str(self.folder / name)

    def analyze(self) -> str:
        """The command that makes page and files again, in their place."""
        return _command(["analyze", *self.average, *self.mobile, "-o", str(self.folder), "--force"])

    def plot(self, name: str, arguments: Sequence[str]) -> str:
        """The command that makes a figure again.

        Args:
            name: of the figure.
            arguments: what is drawn.
        """
        return _command(["plot", name, *arguments, "-o", f"{name}.svg"])


def _command(words: Sequence[str]) -> str:
    return shlex.join(["nitrivac", *words])
