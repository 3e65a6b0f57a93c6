"""Runs at several temperatures: activation energies of every rate and of both diffusivities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError
from nitrivac.migration.diffusion.tensor import BOLTZMANN_EV_K
from nitrivac.uncertain_number import number_with_uncertainty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.trajectories.result import TrajectoryAnalysis

__all__ = ["ArrheniusLine", "arrhenius_lines"]

_DIFFUSIVITIES = ("tracer", "charge", "from_rates")


def _energy(line: ArrheniusLine) -> str:
    return number_with_uncertainty(line.energy, line.energy_su, 3)


def _prefactor(line: ArrheniusLine) -> str:
    return f"{line.prefactor:.2e} {'cm²/s' if line.quantity in _DIFFUSIVITIES else '1/s'}"


def _points(line: ArrheniusLine) -> str:
    return ", ".join(f"{one:g}" for one in line.temperatures)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArrheniusLine(Document):
    """A straight line through the logarithm of a quantity against 1/kT, each point weighted by its error.

    Attributes:
        quantity: name of a hop, `tracer`, `charge` or `from_rates`.
        temperatures: K, of the points on the line.
        energy: activation energy, eV.
        energy_su: standard error from the errors of the points; widened where they scatter more than these say.
        prefactor: the quantity at infinite temperature: 1/s, or cm2/s.
        prefactor_su_log10: standard error of its decimal logarithm.
    """

    quantity: str
    temperatures: tuple[float, ...]
    energy: float
    energy_su: float
    prefactor: float
    prefactor_su_log10: float

    columns: ClassVar[Columns[ArrheniusLine]] = Columns(
        (
            Column("quantity", lambda line: line.quantity, heading="quantity", left=True),
            Column("energy_eV", lambda line: line.energy, digits=None, heading="energy (eV)", text=_energy),
            Column("su", lambda line: line.energy_su, digits=None),
            Column("prefactor", lambda line: line.prefactor, digits=None, heading="prefactor", text=_prefactor),
            Column("prefactor_su_log10", lambda line: line.prefactor_su_log10, digits=None),
            Column("temperatures_K", lambda line: line.temperatures, digits=None, heading="points (K)", text=_points),
        )
    )


def arrhenius_lines(analyses: Sequence[TrajectoryAnalysis]) -> tuple[ArrheniusLine, ...]:
    """Activation energies of the rates, in the order of the hops, and of the diffusivities.

    A quantity that is not above 0, or has no error, at a temperature has no point there; with fewer than two points it has
    no line.

    Args:
        analyses: of one crystal at different temperatures.

    Raises:
        SpecificationError: fewer than two temperatures, or one is not known.

    >>> from nitrivac.errors import SpecificationError
    >>> from nitrivac.trajectories import arrhenius_lines
    >>> try:
    ...     arrhenius_lines([])
    ... except SpecificationError as error:
    ...     print(error)
    an activation energy needs runs at two temperatures or more, each of them known
    """
    if any(one.temperature is None for one in analyses) or len({one.temperature for one in analyses}) < 2:
        raise SpecificationError("an activation energy needs runs at two temperatures or more, each of them known")
    points: dict[str, list[tuple[float, float, float]]] = {}
    for one in analyses:
        for hop in one.hops:
            points.setdefault(hop.hop, []).append((one.temperature or 0.0, hop.rate * 1e12, hop.su * 1e12))
    for one in analyses:
        printed = one.transport.plain()
        for name in _DIFFUSIVITIES:
            value, error = printed[f"{name}_cm2_s"], printed[f"{name}_su"]
            points.setdefault(name, []).append((one.temperature or 0.0, value or 0.0, error or 0.0))
    lines = (_line(name, rows) for name, rows in points.items())
    return tuple(line for line in lines if line is not None)


def _line(name: str, rows: list[tuple[float, float, float]]) -> ArrheniusLine | None:
    """The weighted line through the points of one quantity."""
    used = [row for row in rows if row[1] > 0 and row[2] > 0]
    if len({row[0] for row in used}) < 2:
        return None
    kelvin, values, errors = np.array(used).T
    design = np.stack([np.ones(len(used)), -1 / (BOLTZMANN_EV_K * kelvin)], axis=1)
    weights = (values / errors) ** 2
    covariance = np.linalg.inv(design.T @ (weights[:, None] * design))
    fitted = covariance @ design.T @ (weights * np.log(values))
    freedom = len(used) - 2
    scatter = float((weights * (np.log(values) - design @ fitted) ** 2).sum() / freedom) if freedom else 1.0
    spread = np.sqrt(np.diag(covariance) * max(1.0, scatter))
    return ArrheniusLine(
        quantity=name,
        temperatures=tuple(kelvin.tolist()),
        energy=float(fitted[1]),
        energy_su=float(spread[1]),
        prefactor=float(np.exp(fitted[0])),
        prefactor_su_log10=float(spread[0] / np.log(10)),
    )
