"""Diffusion and conductivity of a run, by displacements and by jumps, as a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.documents.document import Document

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CM2_S", "Transport"]

CM2_S = 1e-4  # of angstrom squared per picosecond
_ROUNDING = 1e-9  # of the largest entry of a tensor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transport(Document):
    """Diffusion by displacements and by jumps, angstrom squared per ps.

    Attributes:
        tracer: tensor from the mean square displacement of the ions, shape (3, 3); None for a run too short.
        tracer_su: standard error of a third of its trace.
        tracer_tensor_su: of each entry, shape (3, 3).
        charge: tensor from the displacement of all ions together, per ion.
        charge_su: standard error of a third of its trace.
        charge_tensor_su: of each entry.
        from_rates: charge diffusion tensor of independent jumps that happen as often as they did.
        from_rates_su: standard error of a third of its trace.
        predicted_tracer: a third of the trace of the tracer tensor of independent jumps with the rates observed, by kinetic
            Monte Carlo; None without jumps.
        predicted_tracer_su: its standard error.
        conductivity: S/cm from `charge`, None without a temperature.
        conductivity_su: standard error.
        blocks: number of blocks behind the errors.
    """

    tracer: NDArray[np.float64] | None
    tracer_su: float | None
    tracer_tensor_su: NDArray[np.float64] | None
    charge: NDArray[np.float64] | None
    charge_su: float | None
    charge_tensor_su: NDArray[np.float64] | None
    from_rates: NDArray[np.float64]
    from_rates_su: float
    predicted_tracer: float | None
    predicted_tracer_su: float | None
    conductivity: float | None
    conductivity_su: float | None
    blocks: int

    @property
    def haven(self) -> tuple[float, float] | None:
        """Tracer over charge diffusivity and its standard error, None where the charge diffusivity is not above 0."""
        return _ratio(_mean(self.tracer), self.tracer_su, _mean(self.charge), self.charge_su)

    @property
    def predicted_over_measured(self) -> tuple[float, float] | None:
        """Tracer diffusivity that independent jumps would have over the one measured, with its standard error."""
        return _ratio(self.predicted_tracer, self.predicted_tracer_su, _mean(self.tracer), self.tracer_su)

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON, diffusivities in cm2/s."""
        haven, ratio = self.haven, self.predicted_over_measured
        return {
            "tracer_cm2_s": _scaled(_mean(self.tracer)),
            "tracer_su": _scaled(self.tracer_su),
            "tracer_tensor_cm2_s": _scaled_tensor(self.tracer),
            "tracer_tensor_su": _scaled_tensor(self.tracer_tensor_su),
            "charge_cm2_s": _scaled(_mean(self.charge)),
            "charge_su": _scaled(self.charge_su),
            "charge_tensor_cm2_s": _scaled_tensor(self.charge),
            "charge_tensor_su": _scaled_tensor(self.charge_tensor_su),
            "from_rates_cm2_s": _scaled(_mean(self.from_rates)),
            "from_rates_su": _scaled(self.from_rates_su),
            "from_rates_tensor_cm2_s": _scaled_tensor(self.from_rates),
            "haven_ratio": haven[0] if haven else None,
            "haven_ratio_su": haven[1] if haven else None,
            "predicted_tracer_cm2_s": _scaled(self.predicted_tracer),
            "predicted_tracer_su": _scaled(self.predicted_tracer_su),
            "predicted_over_measured_tracer": ratio[0] if ratio else None,
            "predicted_over_measured_tracer_su": ratio[1] if ratio else None,
            "conductivity_S_cm": self.conductivity,
            "conductivity_su": self.conductivity_su,
            "blocks": self.blocks,
        }


def _mean(tensor: NDArray[np.float64] | None) -> float | None:
    return None if tensor is None else float(np.trace(tensor)) / 3


def _scaled(value: float | None) -> float | None:
    return None if value is None else value * CM2_S


def _scaled_tensor(tensor: NDArray[np.float64] | None) -> list[list[float]] | None:
    """In cm2/s, without what rounding left."""
    if tensor is None:
        return None
    kept = np.where(np.abs(tensor) < _ROUNDING * np.abs(tensor).max(initial=0.0), 0.0, tensor)
    rows: list[list[float]] = (kept * CM2_S).tolist()
    return rows


def _ratio(
    top: float | None, top_su: float | None, bottom: float | None, bottom_su: float | None
) -> tuple[float, float] | None:
    """A quotient and its standard error, None where it says nothing."""
    if top is None or bottom is None or top_su is None or bottom_su is None or bottom <= 0 or top <= 0:
        return None
    value = top / bottom
    return value, value * float(np.hypot(top_su / top, bottom_su / bottom))
