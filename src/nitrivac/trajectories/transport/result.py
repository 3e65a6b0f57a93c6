"""Diffusion and conductivity of a run, by displacements and by jumps, as a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CM2_S", "Transport"]

CM2_S = 1e-4  # of angstrom squared per picosecond
_ROUNDING = 1e-9  # of the largest entry of a tensor


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


def _part(pair: tuple[float, float] | None, place: int) -> float | None:
    return None if pair is None else pair[place]


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
        conductivity: S/cm from `charge`, None without a temperature and where that is not above 0.
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

    columns: ClassVar[Columns[Transport]] = Columns(
        (
            Column("tracer_cm2_s", lambda one: _scaled(_mean(one.tracer)), digits=None),
            Column("tracer_su", lambda one: _scaled(one.tracer_su), digits=None),
            Column("tracer_tensor_cm2_s", lambda one: _scaled_tensor(one.tracer), digits=None),
            Column("tracer_tensor_su", lambda one: _scaled_tensor(one.tracer_tensor_su), digits=None),
            Column("charge_cm2_s", lambda one: _scaled(_mean(one.charge)), digits=None),
            Column("charge_su", lambda one: _scaled(one.charge_su), digits=None),
            Column("charge_tensor_cm2_s", lambda one: _scaled_tensor(one.charge), digits=None),
            Column("charge_tensor_su", lambda one: _scaled_tensor(one.charge_tensor_su), digits=None),
            Column("from_rates_cm2_s", lambda one: _scaled(_mean(one.from_rates)), digits=None),
            Column("from_rates_su", lambda one: _scaled(one.from_rates_su), digits=None),
            Column("from_rates_tensor_cm2_s", lambda one: _scaled_tensor(one.from_rates), digits=None),
            Column("haven_ratio", lambda one: _part(one.haven, 0), digits=None),
            Column("haven_ratio_su", lambda one: _part(one.haven, 1), digits=None),
            Column("predicted_tracer_cm2_s", lambda one: _scaled(one.predicted_tracer), digits=None),
            Column("predicted_tracer_su", lambda one: _scaled(one.predicted_tracer_su), digits=None),
            Column("predicted_over_measured_tracer", lambda one: _part(one.predicted_over_measured, 0), digits=None),
            Column("predicted_over_measured_tracer_su", lambda one: _part(one.predicted_over_measured, 1), digits=None),
            Column("conductivity_S_cm", lambda one: one.conductivity, digits=None),
            Column("conductivity_su", lambda one: one.conductivity_su, digits=None),
            Column("blocks", lambda one: one.blocks),
        )
    )

    @property
    def haven(self) -> tuple[float, float] | None:
        """Tracer over charge diffusivity and its standard error, None where the charge diffusivity is not above 0."""
        return _ratio(_mean(self.tracer), self.tracer_su, _mean(self.charge), self.charge_su)

    @property
    def predicted_over_measured(self) -> tuple[float, float] | None:
        """Tracer diffusivity that independent jumps would have over the one measured, with its standard error."""
        return _ratio(self.predicted_tracer, self.predicted_tracer_su, _mean(self.tracer), self.tracer_su)
