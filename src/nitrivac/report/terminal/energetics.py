"""Energies by a potential on the terminal."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.report.terminal.tables import table_of
from nitrivac.report.terminal.vacancies import plan_lines

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nitrivac.energetics.defects.record import VacancyEnergies
    from nitrivac.energetics.defects.reranking_record import Reranking
    from nitrivac.energetics.relaxation import Relaxation
    from nitrivac.energetics.trust import PotentialTrust

__all__ = [
    "relaxation_report",
    "reranking_report",
    "trust_lines",
    "vacancy_energies_report",
]

_LIMIT = 20
_SEEN_EV = 0.01  # smaller changes from one supercell to the next are not printed


def relaxation_report(found: Relaxation) -> RenderableType:
    """Energy, cell, displacements and groups, and what speaks against the potential."""
    edges = ", ".join(f"{name} {100 * (ratio - 1):+.2f} %" for name, ratio in zip("abc", found.lengths, strict=True))
    lines = [
        f"{found.source} by {found.calculator}",
        f"Energy {found.energy:.4f} eV a cell, {found.energy - found.start_energy:+.4f} on relaxing.",
        f"Largest force {found.force:.4f} eV/Å ({found.start_force:.3f} before), {found.steps} steps.",
        f"Cell ({found.cell}): {edges}, volume {100 * (found.volume_ratio - 1):+.2f} %.",
        f"Space group {found.group[0]} before, {found.group[1]} after.",
        "",
        *(f"{one.site}: moved {one.mean:.3f} Å, at most {one.largest:.3f}" for one in found.displacements),
    ]
    warnings = [Text(f"Warning: {one}.", style="yellow") for one in found.warnings]
    return Group(*map(Text, lines), *warnings)


def vacancy_energies_report(found: VacancyEnergies) -> RenderableType:
    """A row for each vacancy and supercell, lowest energies first within one size."""
    records = sorted(found.energies, key=lambda one: (one.atoms, inf if one.relative is None else one.relative))
    notes = [f"{one.site} in {one.atoms} atoms: {note}." for one in records if (note := one.failure or one.remark)]
    notes += [
        f"{one.site}: {one.change:+.2f} eV from {one.atoms[0]} to {one.atoms[1]} atoms."
        for one in found.size_effects
        if any(abs(other.change) >= _SEEN_EV for other in found.size_effects if other.site == one.site)
    ]
    if found.reference is None:
        against = (
            "Relative to the lowest in a cell of the same size; no formation energies, since the atom that left has none."
        )
    else:
        against = (
            f"Formation energies in a neutral cell, the atom in {found.reference} at rest by the same potential; relative "
            "ones to the lowest in a cell of the same size."
        )
    return Group(
        Text(f"Neutral {found.species} vacancies in {found.source} by {found.calculator}", style="bold"),
        table_of(found.shown, records),
        *(Text(note) for note in notes),
        Text(f"\n{against}"),
        *trust_lines(found.trust),
    )


def reranking_report(found: Reranking) -> RenderableType:
    """The plan, a row for each configuration by energy, and what the electrostatics are worth."""
    table = found.tables()[0]
    return Group(
        *(Text(line) for line in plan_lines(found.planned)),
        Text(""),
        table_of(table.columns, table.records, _LIMIT),
        *([Text(f"{len(table.records) - _LIMIT} more; --json lists all.")] if len(table.records) > _LIMIT else []),
        *(Text(f"{one.chosen}: {one.note}") for one in table.records if one.note),
        Text(f"\n{found.certificate}; energies by {found.calculator}, in the cell as planned, less the lowest."),
        *(Text(line) for line in _electrostatics_worth(found)),
        *trust_lines(found.trust),
    )


def _electrostatics_worth(found: Reranking) -> list[str]:
    """Rank correlations between electrostatic and relaxed energies, and what the former miss."""
    lines = []
    for words, chosen in (("all", None), ("the random ones alone", "random")):
        value, number = found.correlation(chosen)
        if value is not None:
            lines.append(f"Rank correlation of electrostatic and relaxed energies: {value:.2f} over {words} ({number}).")
    if found.missed is not None and found.missed > 0:
        lines.append(f"A random configuration lies {found.missed:.3f} eV below all electrostatic candidates.")
    elif found.missed is not None:
        lines.append(f"The lowest random configuration lies {-found.missed:.3f} eV above the lowest candidate.")
    return lines


def trust_lines(trust: PotentialTrust | None) -> list[Text]:
    """How the potential sees the crystal, its warnings in colour; nothing where that was not asked."""
    if trust is None:
        return []
    lines = trust.lines()
    return [Text(""), *(Text(line, style="yellow" if line.startswith("Warning") else "") for line in lines)]
