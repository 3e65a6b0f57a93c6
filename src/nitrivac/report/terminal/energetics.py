"""Energies by a potential on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.energetics.barrier import Barrier
from nitrivac.energetics.vacancy_energies import VacancyEnergy
from nitrivac.report.terminal.tables import table_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nitrivac.energetics.barriers import Barriers
    from nitrivac.energetics.relaxation import Relaxation
    from nitrivac.energetics.vacancy_energies import VacancyEnergies

__all__ = ["barriers_report", "relaxation_report", "vacancy_energies_report"]

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
    records = sorted(found.energies, key=lambda one: (one.atoms, one.relative if one.relative is not None else float("inf")))
    return Group(
        Text(f"Neutral {found.species} vacancies in {found.source} by {found.calculator}", style="bold"),
        table_of(VacancyEnergy.columns, records),
        Text(
            "\nRelative to the lowest in a cell of the same size; no formation energies, since the atom that left has none."
        ),
    )


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
    )
