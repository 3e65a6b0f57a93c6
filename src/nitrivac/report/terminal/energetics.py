"""Energies by a potential on the terminal."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.energetics.barrier import Barrier
from nitrivac.report.terminal.tables import table_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nitrivac.energetics.barriers import Barriers
    from nitrivac.energetics.relaxation import Relaxation
    from nitrivac.energetics.trust import PotentialTrust
    from nitrivac.energetics.vacancy_record import VacancyEnergies

__all__ = ["barriers_report", "relaxation_report", "trust_lines", "vacancy_energies_report"]

_SEEN_EV = 0.01  # smaller changes from one supercell to the next are not printed
ESTIMATES = (
    "Barriers of an interatomic potential are estimates: universal ones scatter by a factor of three on one hop. Take the "
    "order of the hops from them, and no conductivity at one temperature."
)


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


def trust_lines(trust: PotentialTrust | None) -> list[Text]:
    """How the potential sees the crystal, its warnings in colour; nothing where that was not asked."""
    if trust is None:
        return []
    lines = trust.lines()
    return [Text(""), *(Text(line, style="yellow" if line.startswith("Warning") else "") for line in lines)]


def barriers_report(found: Barriers) -> RenderableType:
    """A row for each hop, and what must be said of bands."""
    notes = [f"{one.hop}: {note}" for one in found.barriers for note in one.notes]
    restless = [one.hop for one in found.barriers if one.failure is None and not one.converged]
    notes += [f"{', '.join(restless)}: not at rest; raise --steps"] if restless else []
    return Group(
        Text(f"Hops of {found.species} in {found.source} by {found.calculator}", style="bold"),
        table_of(Barrier.columns, found.barriers),
        *(Text(note) for note in notes),
        Text(f"\n{ESTIMATES}"),
        *trust_lines(found.trust),
    )
