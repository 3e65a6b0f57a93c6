"""A run of molecular dynamics on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.console import Group
from rich.text import Text

from nitrivac.crystal.supercells.supercell_matrix import matrix_text
from nitrivac.report.terminal.fitted import FittedTable
from nitrivac.report.terminal.tables import table_of
from nitrivac.trajectories.temperatures import ArrheniusLine
from nitrivac.trajectories.transport.result import CM2_S
from nitrivac.uncertain_number import number_with_uncertainty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from nitrivac.trajectories.result import TrajectoryAnalysis
    from nitrivac.trajectories.sampling import RunLength

__all__ = ["arrhenius_table", "sampling_report", "trajectory_report"]

_LIMIT = 40


def trajectory_report(run: TrajectoryAnalysis) -> RenderableType:
    """Sites, jumps, plateau and diffusion, with what must be known to read them."""
    parts: list[RenderableType] = [Text(_title(run))]
    for table in run.tables():
        more = len(table.records) - _LIMIT
        parts += [Text(""), table_of(table.columns, table.records, _LIMIT)]
        parts += [Text(f"{more} more; --json lists all.")] if more > 0 else []
    return Group(*parts, Text(""), _diffusion_table(run), Text(f"\n{_legend(run)}"))


def _title(run: TrajectoryAnalysis) -> str:
    formula = "".join(f"{element}{number}" for element, number in run.atoms.items())
    heat = f", {run.temperature:g} K" if run.temperature is not None else ""
    return (
        f"{run.species} in {run.source}: {formula} in {matrix_text(run.matrix)} cells, "
        f"{run.frames:,} frames {run.time_step:g} fs apart, {run.length:.4g} ps{heat}; strain {run.strain:.2%}"
    )


def _table(*headings: str) -> Table:
    table = FittedTable()
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    return table


def _diffusion_table(run: TrajectoryAnalysis) -> Table:
    found = run.transport
    table = _table("D (cm²/s)", "mean", "along x", "y", "z")
    for name, tensor, error in (
        ("tracer, from displacements", found.tracer, found.tracer_su),
        ("charge, from displacements", found.charge, found.charge_su),
        ("charge, from the jumps alone", found.from_rates, found.from_rates_su),
    ):
        if tensor is None:
            table.add_row(name, "run too short", "", "", "")
            continue
        along = (f"{tensor[axis, axis] * CM2_S:.2e}" for axis in range(3))
        table.add_row(name, _small(float(np.trace(tensor)) / 3 * CM2_S, (error or 0.0) * CM2_S), *along)
    if found.predicted_tracer is not None:
        table.add_row(
            "tracer, if jumps were independent",
            _small(found.predicted_tracer * CM2_S, (found.predicted_tracer_su or 0.0) * CM2_S),
            *("",) * 3,
        )
    return table


def _legend(run: TrajectoryAnalysis) -> str:
    """What the columns mean, and what follows from them in words."""
    found = run.transport
    lines = [
        (
            f"An ion leaves its site when it enters the core of another, {run.share:g} of the distance to the nearest site. "
            "rate: jumps over the time that a filled and a vacant end lay side by side; missed: added to it for jumps that "
            "no frame shows, by what every second frame misses. mean: by the nearest site of the mean over 0.25 ps; return: "
            "taken back by the same ion as its next jump."
        )
    ]
    if any(hop.jumps and not hop.well_defined for hop in run.hops):
        lines.append("*: the rate changes with the radius of the cores: no well-defined hop.")
    if (haven := found.haven) is not None:
        lines.append(f"Haven ratio (tracer over charge): {number_with_uncertainty(*haven, 2)}.")
    if (ratio := found.predicted_over_measured) is not None:
        lines.append(f"Tracer of independent jumps over the one measured: {number_with_uncertainty(*ratio, 2)}.")
    if found.conductivity is not None:
        lines.append(
            f"Conductivity from the charge displacement: {_small(found.conductivity, found.conductivity_su or 0.0)} S/cm."
        )
    elif found.charge is not None and np.trace(found.charge) <= 0:
        lines.append("No conductivity: the charge diffusivity of this run is not above 0; simulate longer.")
    elif found.charge is not None:
        lines.append("Conductivity: give --temperature.")
    lines.append(
        f"{run.double:.2%} of the filled sites hold two ions; {run.unlisted} jumps are no hop of the list, {run.two_step} "
        "went over a vacant middle and count as two."
    )
    return "\n".join(lines)


def arrhenius_table(lines: Sequence[ArrheniusLine]) -> RenderableType:
    """Activation energies of rates and diffusivities."""
    return Group(Text("Arrhenius lines", style="bold"), table_of(ArrheniusLine.columns, lines))


def sampling_report(runs: Sequence[RunLength], temperatures: Sequence[float | None]) -> RenderableType:
    """How long to simulate and how often to write a frame."""
    names = list(dict.fromkeys(name for run in runs for name in run.rates))
    table = _table("T (K)", "frames (fs)", *(f"{name} (ps)" for name in names), "tracer", "charge", "from jumps (ps)")
    for run, kelvin in zip(runs, temperatures, strict=True):
        lengths = (*(run.rates.get(name) for name in names), run.tracer, run.charge, run.from_rates)
        table.add_row(
            "-" if kelvin is None else f"{kelvin:g}",
            f"{run.frame_spacing:.2g}",
            *("-" if length is None else f"{float(f'{length:.2g}'):,g}" for length in lengths),
        )
    remark = (
        f"Length of a run for a standard error of {runs[0].error:.0%}: of the rate of each hop, of tracer and charge "
        "diffusivity from displacements (the conductivity follows from the second), and of the charge diffusivity from the "
        "jumps alone. Frames no farther apart than said miss about 3 % of the jumps. For independent jumps: where ions go "
        "straight back more often, double it."
    )
    return Group(table, Text(f"\n{remark}"))


def _small(value: float, error: float) -> str:
    """A number with its error, a small one with the power of ten: `7.3(13)e-06`."""
    if not value or not error > 0:
        return f"{value:.3g}"
    power = int(np.floor(np.log10(abs(value))))
    if -2 <= power <= 2:
        return number_with_uncertainty(value, error, 2)
    return f"{number_with_uncertainty(value / 10.0**power, error / 10.0**power, 2)}e{power:+03d}"
