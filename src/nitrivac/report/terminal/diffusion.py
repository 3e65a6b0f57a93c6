"""Diffusion and conductivity from barriers, beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from nitrivac.report.measured import MeasuredBeside, measured_anisotropy
from nitrivac.report.terminal.energy_runs import ESTIMATES
from nitrivac.report.terminal.fitted import FittedTable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nitrivac.migration import HopNetwork
    from nitrivac.migration.diffusion.arrhenius import ArrheniusRow

__all__ = ["DiffusionAnswer", "diffusion_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffusionAnswer:
    """What `nitrivac diffusion` prints.

    Attributes:
        network: the hops.
        rows: by temperature.
        activation_energy: of the conductivity times temperature, or of D, averaged over directions, eV.
        principal_energies: of each principal value, largest value first, eV.
        carriers: per cm3, None where that is not known.
        barriers: above energy 0, by hop or split pair, eV.
        without_barrier: split pairs that were given none.
        frequencies: attempt frequency of all hops, or by name, 1/s.
        calculator: what the barriers are by, None where all were given.
        measured: of the compound, empty where it is none of the catalogue.
    """

    network: HopNetwork
    rows: tuple[ArrheniusRow, ...]
    activation_energy: float | None
    principal_energies: tuple[float | None, ...]
    carriers: float | None
    barriers: Mapping[str, float]
    without_barrier: tuple[str, ...]
    frequencies: float | Mapping[str, float]
    calculator: str | None
    measured: tuple[MeasuredBeside, ...]

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON; a conductivity from barriers of a potential has one digit."""
        rows = [row.plain() for row in self.rows]
        if self.calculator is not None:
            rows = [row | {"conductivity_S_cm": _one_digit(row["conductivity_S_cm"])} for row in rows]
        anisotropy = measured_anisotropy(self.measured)
        return {
            "carriers_per_cm3": self.carriers,
            "attempt_frequency_Hz": dict(self.frequencies) if isinstance(self.frequencies, Mapping) else self.frequencies,
            "activation_energy_eV": self.activation_energy,
            "principal_activation_energies_eV": list(self.principal_energies),
            "barriers_eV": dict(self.barriers),
            "barriers_by": self.calculator,
            "without_barrier": list(self.without_barrier),
            "measured": [one.plain() for one in self.measured],
            "measured_anisotropy": None if anisotropy is None else {"ratio": anisotropy[0], "temperature_K": anisotropy[1]},
            "rows": rows,
            "temperatures": rows,
        }


def diffusion_report(answer: DiffusionAnswer) -> RenderableType:
    """Diffusion and conductivity against temperature, what the hops span, what was taken for granted, what was measured."""
    concentration = answer.carriers
    estimated = answer.calculator is not None
    table = FittedTable()
    known = ("σ (S/cm)", "D* (cm²/s)") if concentration is not None else ()
    for heading in ("T (K)", "D1", "D2", "D3 (cm²/s)", "D1/D3", "f", *known):
        table.add_column(heading, justify="right", no_wrap=True)
    digits = ".0e" if estimated else ".3e"
    for row in answer.rows:
        table.add_row(
            f"{row.temperature:g}",
            *(f"{value * 1e-16:{digits}}" if value else "0" for value in row.diffusion.principal_values),
            _anisotropy(row, estimated=estimated),
            "-" if row.correlation_factor is None else f"{row.correlation_factor:.4f}",
            *([] if row.conductivity_S_cm is None else [f"{row.conductivity_S_cm:.0e}" if row.conductivity_S_cm else "0"]),
            *([] if concentration is None else ["-" if row.tracer_cm2_s is None else f"{row.tracer_cm2_s:{digits}}"]),
        )
    return Group(table, Text(""), *(Text(line) for line in _remarks(answer)))


def _anisotropy(row: ArrheniusRow, *, estimated: bool) -> str:
    ratio = row.diffusion.anisotropy
    if not row.diffusion.dimension:
        return "-"
    if estimated and ratio >= 2:
        return f"{ratio:.0e}"
    if not isfinite(ratio):
        return "∞"
    return f"{ratio:.3f}" if ratio < 1e6 else f"{ratio:.0e}"


def _remarks(answer: DiffusionAnswer) -> list[str]:
    carriers = answer.carriers
    amount = "" if carriers is None else f", {carriers:.3e} per cm³ (Nernst-Einstein, mean over directions)"
    remark = (
        f"Independent carriers in {answer.network.source}{amount}, on the hops given; principal values of the exact tensor "
        "of that network: of charge, not of a labelled ion. If the carriers are vacancies, and few, a labelled ion has the "
        "tracer diffusivity D* = f D times vacancies per ion, averaged over directions."
    )
    lines = [remark, *_spanned_by(answer), *_frequencies(answer)]
    if any(row.correlation_factor is None and row.diffusion.dimension for row in answer.rows):
        lines.append("f: - where the network is too large to solve for it, or its rates too many powers of ten apart.")
    if answer.without_barrier:
        names = ", ".join(answer.without_barrier)
        lines.append(f"No barrier was given for {names}: within a split pair the attempt frequency holds.")
    digits = ".4f" if answer.calculator is None else ".2f"
    if answer.activation_energy is not None:
        lines.append(f"Activation energy of {'D' if carriers is None else 'σT'}: {answer.activation_energy:{digits}} eV.")
    if len(set(answer.principal_energies)) > 1 and any(one is not None for one in answer.principal_energies):
        values = ", ".join("-" if one is None else f"{one:{digits}}" for one in answer.principal_energies)
        lines.append(f"Of D1, D2, D3: {values} eV.")
    if answer.calculator is not None:
        lines.append(f"Barriers by {answer.calculator}. {ESTIMATES}")
    return [*lines, *_measured(answer.measured)]


def _frequencies(answer: DiffusionAnswer) -> list[str]:
    """Which attempt frequencies the rates have, where they come from a file."""
    if not isinstance(answer.frequencies, Mapping):
        return []
    stated = ", ".join(f"{name} {value:.1e}" for name, value in answer.frequencies.items())
    others = [name for name in answer.barriers if name not in answer.frequencies]
    rest = f"; 1e13 for {', '.join(others)}" if others else ""
    return [f"Attempt frequencies of the moving ion alone (Vineyard), mean of both ways, 1/s: {stated}{rest}."]


def _measured(measured: tuple[MeasuredBeside, ...]) -> list[str]:
    if not measured:
        return []
    lines = ["", "Measured, as the record has it:", *(f"  {one.text}" for one in measured)]
    anisotropy = measured_anisotropy(measured)
    if anisotropy is not None:
        lines.append(f"  across c to along it {anisotropy[0]:.0f} : 1 at {anisotropy[1]:g} K")
    return lines


def _spanned_by(answer: DiffusionAnswer) -> list[str]:
    """What is said where the hops do not span all three dimensions."""
    found = answer.rows[0].diffusion
    names = ", ".join(answer.barriers)
    if found.dimension == 0:
        return [f"Nothing is spanned by {names} alone, every way leads back: D is exactly 0."]
    if found.dimension < 3:
        return [f"Only {found.directions} is spanned by {names} alone: across it D is exactly 0."]
    return []


def _one_digit(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.0e}")
