"""Diffusion and conductivity against temperature, from barriers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.migration.diffusion.correlation import correlation_tensor
from nitrivac.migration.diffusion.tensor import (
    ATTEMPT_HZ,
    BOLTZMANN_EV_K,
    Diffusion,
    carrier_flows,
    diffusion_of_flows,
    hop_rates,
    nernst_einstein,
    with_split_pairs,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.migration.network import HopNetwork

__all__ = ["ArrheniusRow", "arrhenius", "principal_activation_energies"]

_CM2_PER_A2 = 1e-16
_CM3_PER_A3 = 1e-24


def _labelled_cm2(row: ArrheniusRow) -> list[list[float]] | None:
    return None if row.labelled is None else (row.labelled * _CM2_PER_A2).tolist()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArrheniusRow(Document):
    """Diffusion and conductivity at one temperature.

    The diffusivity is that of charge: of one carrier that goes its way independently. A labelled ion spreads more slowly,
    since a vacancy that has just changed places with it may take it back at once.

    Attributes:
        temperature: K.
        diffusion: tensor of one carrier in square angstrom per second.
        coefficient_cm2_s: isotropic mean, cm2/s.
        conductivity_S_cm: of the carriers, isotropic mean, S/cm; None where their number is not known.
        labelled: if the carriers are vacancies, and few: the tensors of all labelled ions that one of them moves, added up,
            square angstrom per second, shape (3, 3); None where it is not computed.
        tracer_cm2_s: of one labelled ion, isotropic mean, cm2/s; None where the number of vacancies is not known.

    >>> from nitrivac import arrhenius, find_hops
    >>> rows, _ = arrhenius(find_hops("alpha-Li3N"), {"h1": 0.3}, temperatures=[300], concentration=1e21)
    >>> rows[0].temperature, rows[0].diffusion.dimension
    (300.0, 2)
    """

    temperature: float
    diffusion: Diffusion
    coefficient_cm2_s: float
    conductivity_S_cm: float | None
    labelled: NDArray[np.float64] | None = None
    tracer_cm2_s: float | None = None

    @property
    def correlation_factor(self) -> float | None:
        """Diffusivity of labelled ions over that of the vacancies that move them, isotropic means."""
        if self.labelled is None or not self.diffusion.isotropic > 0:
            return None
        return max(0.0, float(np.trace(self.labelled)) / 3 / self.diffusion.isotropic)

    columns: ClassVar[Columns[ArrheniusRow]] = Columns(
        (
            Column("temperature_K", lambda row: row.temperature, digits=None),
            Column("diffusion_A2_s", lambda row: row.diffusion),
            Column("diffusion_cm2_s", lambda row: row.coefficient_cm2_s, digits=None),
            Column("tensor_cm2_s", lambda row: (row.diffusion.tensor * _CM2_PER_A2).tolist(), digits=None),
            Column("principal_cm2_s", lambda row: (row.diffusion.principal_values * _CM2_PER_A2).tolist(), digits=None),
            Column("axes", lambda row: row.diffusion.principal_axes.tolist(), digits=None),
            Column("conductivity_S_cm", lambda row: row.conductivity_S_cm, digits=None),
            Column("kind", lambda _: "charge, of one independent carrier"),
            Column("correlation_factor", lambda row: row.correlation_factor, digits=None),
            Column("labelled_tensor_cm2_s", _labelled_cm2, digits=None),
            Column("tracer_cm2_s", lambda row: row.tracer_cm2_s, digits=None),
        )
    )


def arrhenius(
    network: HopNetwork,
    barriers: Mapping[str, float],
    *,
    temperatures: ArrayLike,
    concentration: float | None = None,
    attempt_frequency: float | Mapping[str, float] = ATTEMPT_HZ,
    site_energies: Mapping[str, float] | None = None,
) -> tuple[list[ArrheniusRow], float | None]:
    """Diffusion and conductivity against temperature, and the activation energy of the conductivity times temperature.

    Split pairs without a barrier have none, see `with_split_pairs`.

    Args:
        network: the hops.
        barriers: in eV by name of hop or split pair, above sites of energy zero.
        temperatures: K, shape (k,).
        concentration: carriers per cm3; without it there is no conductivity.
        attempt_frequency: 1/s, of all hops or by name; 1e13 for those that are not named.
        site_energies: in eV by address.

    Returns:
        One row for each temperature, and the energy in eV of the straight line through `ln(D)`, or `ln(sigma T)`, against
        `1/T`, None for fewer than two temperatures or where nothing is conducted.

    Raises:
        SpecificationError: see `with_split_pairs`, `hop_rates` and `diffusion_tensor`.

    >>> from nitrivac import arrhenius, find_hops, load
    >>> rows, energy = arrhenius(find_hops(load("alpha-Li3N")), {"h1": 0.3}, temperatures=[300, 400])
    >>> round(energy, 3), rows[0].temperature
    (0.3, 300.0)
    """
    complete, _ = with_split_pairs(network, barriers)
    rows = []
    for temperature in np.asarray(temperatures, dtype=float).ravel().tolist():
        rates = hop_rates(complete, temperature=temperature, attempt_frequency=attempt_frequency)
        flows = carrier_flows(network, rates, site_energies=site_energies, kT=BOLTZMANN_EV_K * temperature)
        found = diffusion_of_flows(network, flows)
        coefficient = found.isotropic * _CM2_PER_A2
        sigma = None
        if concentration is not None:
            sigma = nernst_einstein(coefficient, concentration=concentration, temperature=temperature)
        rows.append(
            _with_tracer(
                network,
                flows,
                concentration,
                ArrheniusRow(
                    temperature=temperature, diffusion=found, coefficient_cm2_s=coefficient, conductivity_S_cm=sigma
                ),
            )
        )
    return rows, _activation(rows)


def _with_tracer(
    network: HopNetwork, flows: NDArray[np.float64], concentration: float | None, row: ArrheniusRow
) -> ArrheniusRow:
    """A row with what labelled ions do if the carriers are vacancies; of split sites, filled but once, it is not known."""
    if any(hop.exclusive for hop in network.hops) or network.lattice is None:
        return row
    row = replace(row, labelled=correlation_tensor(network, flows))
    if concentration is None or row.correlation_factor is None:
        return row
    sites = len(network.sites) / (abs(float(np.linalg.det(network.lattice))) * _CM3_PER_A3)
    if concentration >= sites:
        return row
    per_ion = concentration / (sites - concentration)
    return replace(row, tracer_cm2_s=row.correlation_factor * row.coefficient_cm2_s * per_ion)


def principal_activation_energies(rows: Sequence[ArrheniusRow]) -> tuple[float | None, ...]:
    """Slope of the logarithm of each principal value against `1/T`, largest value first, eV; None as for `arrhenius`."""
    values = np.array([row.diffusion.principal_values for row in rows])
    return tuple(_slope([row.temperature for row in rows], column.tolist()) for column in values.T)


def _activation(rows: Sequence[ArrheniusRow]) -> float | None:
    return _slope([row.temperature for row in rows], [row.coefficient_cm2_s for row in rows])


def _slope(temperatures: Sequence[float], values: Sequence[float]) -> float | None:
    if len(set(temperatures)) < 2 or any(value <= 0 for value in values):
        return None
    inverse = [1 / (BOLTZMANN_EV_K * temperature) for temperature in temperatures]
    return -float(np.polyfit(inverse, np.log(values), 1)[0])
