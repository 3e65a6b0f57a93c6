"""One structure as one flat row: what each analysis says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nitrivac.analyses import ANALYSES, Options
from nitrivac.errors import NitrivacError
from nitrivac.screening.columns import PARTS

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal

__all__ = ["ScreenOptions", "structure_row"]

_BY_NAME = {part.name: part for part in ANALYSES}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenOptions:
    """What is computed for each structure.

    Attributes:
        parts: some of `nitrivac.screening.columns.PARTS`.
        species: the mobile element; by default the charge carrier of each structure, see `nitrivac.chemistry.carrier`.

    >>> from nitrivac.screening import ScreenOptions
    >>> ScreenOptions(species="Li").species
    'Li'
    """

    parts: tuple[str, ...] = PARTS
    species: str | None = None


def structure_row(crystal: Crystal, options: ScreenOptions) -> dict[str, Any]:
    """The columns of the chosen parts, and `status`, `error`, `message` and `caution`.

    A part that has no answer for this crystal leaves its columns empty and makes the status `partial`; the others are
    computed all the same.

    Args:
        crystal: ordered or average.
        options: what is computed.

    >>> from nitrivac import load
    >>> from nitrivac.screening import ScreenOptions, structure_row
    >>> structure_row(load("beta-Li3N"), ScreenOptions())["formula"]
    'Li3N'
    """
    row: dict[str, Any] = {"status": "ok", "caution": crystal.provenance.caution}
    errors: list[tuple[str, str]] = []
    asked = Options(species=options.species, brief=True)
    for name in options.parts:
        try:
            row |= _BY_NAME[name].row(crystal, asked)
        except NitrivacError as error:
            errors.append((type(error).__name__, f"{name}: {error}"))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault in one part must not cost the other parts, nor other structures
            errors.append((type(error).__name__, f"{name}: {error or 'no message'}"))
    if errors:
        status = "failed" if len(errors) == len(options.parts) else "partial"
        row |= {"status": status, "error": errors[0][0], "message": "; ".join(text for _, text in errors)}
    return row
