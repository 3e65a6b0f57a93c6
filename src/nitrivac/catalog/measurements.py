"""Measured conductivities as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.columns import Column, Columns, Table

if TYPE_CHECKING:
    from nitrivac.catalog.model import Material
    from nitrivac.catalog.parts import Measurement

__all__ = ["MEASUREMENTS", "measurements_table"]


def _general(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _sigma(measurement: Measurement) -> str:
    if measurement.sigma_S_cm is None:
        return "-"
    sign = measurement.sigma_qualifier if measurement.sigma_qualifier in ("~", ">", "<") else ""
    return f"{sign}{measurement.sigma_S_cm:.3g}"


def _sample(measurement: Measurement) -> str:
    return ", ".join(part for part in (measurement.phase, measurement.direction, measurement.method) if part) or "-"


MEASUREMENTS: Columns[tuple[int, Measurement]] = Columns(
    (
        Column("number", lambda row: f"{row[0]})", heading="", left=True, wrap=True),
        Column("sigma_S_cm", lambda row: row[1].sigma_S_cm, heading="σ (S/cm)", text=lambda row: _sigma(row[1])),
        Column(
            "temperature_K",
            lambda row: row[1].temperature_K,
            heading="T (K)",
            text=lambda row: _general(row[1].temperature_K),
        ),
        Column(
            "activation_energy_eV",
            lambda row: row[1].activation_energy_eV,
            heading="Ea (eV)",
            text=lambda row: _general(row[1].activation_energy_eV),
        ),
        Column("sample", lambda row: _sample(row[1]), heading="sample", left=True, wrap=True),
        Column("reference", lambda row: row[1].reference or "-", heading="ref."),
    )
)


def measurements_table(material: Material) -> Table[tuple[int, Measurement]]:
    """What was measured, numbered from 1."""
    return Table(title="Measurements", columns=MEASUREMENTS, records=list(enumerate(material.measurements, start=1)))
