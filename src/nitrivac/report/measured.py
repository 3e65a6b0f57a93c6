"""What was measured of a compound of the catalogue, to stand beside what is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nitrivac.catalog.loading import get_material, material_ids

if TYPE_CHECKING:
    from nitrivac.catalog import Measurement

__all__ = ["MeasuredBeside", "measured_beside"]

_SAME_K = 5.0  # measurements of two directions within this are of one temperature


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredBeside:
    """A measurement of a record that has a conductivity or an activation energy.

    Attributes:
        conductivity: S/cm.
        temperature: K.
        activation_energy: eV.
        direction: `perpendicular to c`, ...; None where it is of no one direction.
        sample: phase as the record words it.
        reference: number of its source in the record.
    """

    conductivity: float | None
    temperature: float | None
    activation_energy: float | None
    direction: str | None
    sample: str | None
    reference: str | None

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "conductivity_S_cm": self.conductivity,
            "temperature_K": self.temperature,
            "activation_energy_eV": self.activation_energy,
            "direction": self.direction,
            "sample": self.sample,
            "reference": self.reference,
        }

    @property
    def text(self) -> str:
        """In words."""
        parts = []
        if self.conductivity is not None:
            parts.append(f"{self.conductivity:.1e} S/cm" + (f" at {self.temperature:g} K" if self.temperature else ""))
        if self.activation_energy is not None:
            parts.append(f"{self.activation_energy:g} eV")
        where = ", ".join(part for part in (self.direction, self.sample) if part)
        return ", ".join(parts) + (f" ({where})" if where else "")


def measured_beside(source: str) -> tuple[MeasuredBeside, ...]:
    """The measurements of a record; none where the source is no compound of the catalogue.

    >>> from nitrivac.report.measured import measured_beside
    >>> [one.direction for one in measured_beside("alpha-Li3N")][:2]
    ['perpendicular to c', 'parallel to c']
    """
    if source not in material_ids():
        return ()
    return tuple(
        _beside(one)
        for one in get_material(source).measurements
        if one.sigma_S_cm is not None or one.activation_energy_eV is not None
    )


def _beside(one: Measurement) -> MeasuredBeside:
    return MeasuredBeside(
        conductivity=one.sigma_S_cm,
        temperature=one.temperature_K,
        activation_energy=one.activation_energy_eV,
        direction=one.direction,
        sample=one.phase,
        reference=None if one.reference is None else str(one.reference),
    )


def measured_anisotropy(measured: tuple[MeasuredBeside, ...]) -> tuple[float, float] | None:
    """Ratio of the conductivities across and along c, and its temperature in K, where one crystal was measured both ways."""
    ways = {
        way: [one for one in measured if one.direction == f"{way} to c" and one.conductivity and one.temperature]
        for way in ("perpendicular", "parallel")
    }
    for across in ways["perpendicular"]:
        for along in ways["parallel"]:
            if across.sample != along.sample or across.conductivity is None or along.conductivity is None:
                continue
            if across.temperature is None or along.temperature is None:
                continue
            if abs(across.temperature - along.temperature) <= _SAME_K:
                return across.conductivity / along.conductivity, across.temperature
    return None
