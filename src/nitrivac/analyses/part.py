"""What makes an analysis: a name, how it is run on a crystal, and what is shown of its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from nitrivac.columns import Columns
    from nitrivac.crystal.model import Crystal
    from nitrivac.errors import NitrivacError

__all__ = ["Found", "Options", "Part"]

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the analyses of a crystal are asked.

    Attributes:
        species: the mobile element; by default the charge carrier, see `nitrivac.chemistry.carrier`.
        brief: whether only what a row of a table takes is wanted.
    """

    species: str | None = None
    brief: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[R]):
    """What one analysis found.

    Attributes:
        crystal: what was analysed.
        options: what was asked.
        result: what came of it.
    """

    crystal: Crystal
    options: Options
    result: R


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[R]):
    """One analysis, as `analyze`, its report, its page and `screen` walk them.

    Attributes:
        name: what `screen --only` calls it.
        run: finds the result for an ordered or average crystal.
        columns: what a row of a screening says of it.
        key: its key in `summary.json`, None where the main job has no result of it.
        field: the attribute of `Analysis` that holds the result; `no_` and the name before it says why there is none.
        file: name of the CSV file that the main job writes of it.
        lacks: errors that mean that this crystal has no such result, and why.
        title: above it in reports.
    """

    name: str
    run: Callable[[Crystal, Options], R]
    columns: Columns[Found[R]]
    key: str | None = None
    field: str | None = None
    file: str | None = None
    lacks: tuple[type[NitrivacError], ...] = ()
    title: str = ""

    def row(self, crystal: Crystal, options: Options) -> dict[str, Any]:
        """Its columns of a screening's row."""
        return self.columns.row(Found(crystal=crystal, options=options, result=self.run(crystal, options)))
