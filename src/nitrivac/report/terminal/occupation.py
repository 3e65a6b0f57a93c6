"""Which atom is on which site, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.console import Group
from rich.text import Text

from nitrivac.crystal.supercells.supercell_matrix import matrix_text
from nitrivac.report.terminal.tables import table_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nitrivac.crystal.occupation.summary import OccupationSummary

__all__ = ["occupation_report"]

_LIMIT = 40
_TURNED_DEG = 0.05  # less is rounding
_STRAINED = 5e-6


def occupation_report(found: OccupationSummary) -> RenderableType:
    """The supercell, the strain and the drift, then what is not where the parent has it, and the groups."""
    parts: list[RenderableType] = [Text(_headline(found)), Text("")]
    for table in found.tables():
        more = len(table.records) - _LIMIT
        parts += [
            table_of(table.columns, table.records, _LIMIT),
            Text(f"{more} more; --json lists all.\n" if more > 0 else ""),
        ]
    if not (found.vacant or found.interstitials or found.foreign):
        parts.append(Text("Each site has an atom of its own."))
    parts += [Text(f"Ambiguous: {words}.") for words, _ in found.ambiguous[:_LIMIT]]
    if len(found.ambiguous) > _LIMIT:
        parts.append(Text(f"{len(found.ambiguous) - _LIMIT} more such; --json lists all."))
    return Group(*parts, Text(_groups(found)))


def _headline(found: OccupationSummary) -> str:
    shape = matrix_text(found.matrix)
    turned = f", turned by {found.angle:.1f}°" if found.angle > _TURNED_DEG else ""
    tensor = " ".join(f"{found.strain[i, j]:+.3%}" for i, j in ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)))
    strain = f"Strain xx yy zz yz xz xy: {tensor}; at most {found.largest_strain:.3%}."
    return (
        f"{found.file} on {found.source}: {shape} supercell, {found.cells:g} cells{turned}.\n"
        f"{strain if found.largest_strain > _STRAINED else 'Not strained.'} "
        f"Moved as a whole by {np.linalg.norm(found.drift):.4f} Å; displacements are what is left."
    )


def _groups(found: OccupationSummary) -> str:
    if found.ideal_group is None or found.relaxed_group is None:
        return "Too many sites and operations for a space group."
    relaxed, ideal, parent = (
        f"{symbol} ({number})" for number, symbol in (found.relaxed_group, found.ideal_group, found.parent_group)
    )
    return (
        f"Space group {relaxed} of the atoms as they are (displacements alike within 0.05 Å), {ideal} of the same on ideal "
        f"sites, {parent} of {found.source}."
    )
