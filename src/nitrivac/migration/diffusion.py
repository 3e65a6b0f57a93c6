"""From hops to a diffusion tensor: the exact one of a single carrier that hops on the network with given rates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.migration.network import HopNetwork

__all__ = ["ArrheniusRow", "Diffusion", "arrhenius", "diffusion_tensor", "hop_rates", "nernst_einstein"]

BOLTZMANN_EV_K = 8.617333262e-5  # exact in the SI of 2019, rounded
ELEMENTARY_CHARGE_C = 1.602176634e-19  # exact in the SI of 2019
_CM2_PER_A2 = 1e-16
_JOULE_PER_EV = ELEMENTARY_CHARGE_C


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Diffusion(Document):
    """A diffusion tensor.

    Attributes:
        tensor: cartesian, square angstrom per unit of time of the rates, shape (3, 3).
    """

    tensor: NDArray[np.float64]
    _decomposed: tuple[NDArray[np.float64], NDArray[np.float64]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        values, vectors = np.linalg.eigh(self.tensor)
        object.__setattr__(self, "_decomposed", (np.maximum(values[::-1], 0.0), vectors.T[::-1]))

    @property
    def principal_values(self) -> NDArray[np.float64]:
        """Largest first, shape (3,)."""
        return self._decomposed[0]

    @property
    def principal_axes(self) -> NDArray[np.float64]:
        """Unit vectors in rows, in the order of the values, shape (3, 3)."""
        return self._decomposed[1]

    @property
    def isotropic(self) -> float:
        """Mean of the principal values: what a powder shows."""
        return float(np.trace(self.tensor)) / 3

    @property
    def anisotropy(self) -> float:
        """Largest over smallest principal value, infinite where a direction is closed."""
        values = self.principal_values
        if values[0] == 0:
            return 1.0
        return float("inf") if values[2] < 1e-12 * values[0] else float(values[0] / values[2])

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON; a closed direction has no anisotropy."""
        return {
            "tensor": self.tensor.tolist(),
            "principal_values": self.principal_values.tolist(),
            "principal_axes": self.principal_axes.tolist(),
            "isotropic": self.isotropic,
            "anisotropy": self.anisotropy if np.isfinite(self.anisotropy) else None,
        }


def diffusion_tensor(
    network: HopNetwork, rates: Mapping[str, float], *, site_energies: Mapping[str, float] | None = None, kT: float = 1.0
) -> Diffusion:
    """The exact diffusion tensor of one carrier on the network.

    The carrier spends a share of its time on each site that goes with `exp(-energy / kT)`, on sites that no hop reaches too,
    and a hop's rate is meant between sites of energy zero, so that detailed balance holds: `rate(i to j) = rate *
    exp(energy(i) / kT)`. Where the hops from a site do not cancel, the drift they cause is solved for (a resistor network),
    so the result is exact for independent carriers; that carriers meet is left out.

    Args:
        network: the hops.
        rates: by hop name, per unit of time; hops that are not named do not happen.
        site_energies: by address, in the unit of `kT`; 0 where not named.
        kT: thermal energy in the unit of the site energies.

    Raises:
        SpecificationError: a name is unknown, or a rate is negative or no number.
    """
    by_hop = np.zeros(len(network.hops))
    for name, rate in rates.items():
        wanted = network.hop(name)
        if not (np.isfinite(rate) and rate >= 0):
            raise SpecificationError(f"rate {name}={rate}: a rate is a finite number, 0 or more")
        by_hop[[hop.id == wanted.id for hop in network.hops]] = rate
    energies = np.zeros(len(network.sites))
    for address, energy in (site_energies or {}).items():
        if address not in network.addresses:
            known = ", ".join(sorted(set(network.addresses)))
            raise SpecificationError(f"no {network.species} site {address!r} in {network.source}; there are {known}")
        energies[[one == address for one in network.addresses]] = energy
    weights = np.exp(-(energies - energies.min()) / kT)
    # In equilibrium share(i) * rate(i to j) = rate / (sum of the weights) flows from i to j, and as much back.
    flows = by_hop[network.hop_of_link] * np.exp(energies.min() / kT) / weights.sum() if len(network.hops) else np.zeros(0)
    first, second, vectors = network.links.first, network.links.second, network.vectors
    n = len(network.sites)
    laplacian = np.zeros((n, n))
    np.add.at(laplacian, (first, first), flows)
    np.add.at(laplacian, (first, second), -flows)
    drift = np.zeros((n, 3))
    np.add.at(drift, first, flows[:, None] * vectors)
    shifts = np.linalg.lstsq(laplacian, drift, rcond=1e-12)[0]
    moved = vectors + shifts[second] - shifts[first]
    tensor = np.einsum("k,ki,kj->ij", flows, moved, vectors) / 2
    return Diffusion(tensor=(tensor + tensor.T) / 2)


def hop_rates(barriers: Mapping[str, float], *, temperature: float, attempt_frequency: float = 1e13) -> dict[str, float]:
    """Rates in 1/s of hops with barriers, `frequency * exp(-barrier / kT)`.

    Args:
        barriers: in eV by hop name, above sites of energy zero.
        temperature: K.
        attempt_frequency: 1/s.

    Raises:
        SpecificationError: a temperature or frequency that is not above 0, or a barrier below 0.
    """
    if not (np.isfinite(temperature) and temperature > 0 and np.isfinite(attempt_frequency) and attempt_frequency > 0):
        raise SpecificationError("temperature (K) and attempt frequency (1/s) are numbers above 0")
    for name, barrier in barriers.items():
        if not (np.isfinite(barrier) and barrier >= 0):
            raise SpecificationError(f"barrier {name}={barrier}: a barrier is a finite number of eV, 0 or more")
    kT = BOLTZMANN_EV_K * temperature
    return {name: attempt_frequency * float(np.exp(-barrier / kT)) for name, barrier in barriers.items()}


def nernst_einstein(diffusion: float, *, concentration: float, temperature: float, charge: float = 1.0) -> float:
    """Conductivity in S/cm of independent carriers, `n (z e)^2 D / (k T)`.

    Args:
        diffusion: cm2/s.
        concentration: carriers (not lithium ions) per cm3.
        temperature: K.
        charge: of a carrier in elementary charges.
    """
    thermal = BOLTZMANN_EV_K * temperature * _JOULE_PER_EV
    return concentration * (charge * ELEMENTARY_CHARGE_C) ** 2 * diffusion / thermal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArrheniusRow(Document):
    """Diffusion and conductivity at one temperature.

    Attributes:
        temperature: K.
        diffusion: tensor in square angstrom per second.
        coefficient_cm2_s: isotropic mean, cm2/s.
        conductivity_S_cm: of the carriers, isotropic mean, S/cm.
    """

    temperature: float
    diffusion: Diffusion
    coefficient_cm2_s: float
    conductivity_S_cm: float

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "temperature_K": self.temperature,
            "diffusion_A2_s": self.diffusion.printed(),
            "diffusion_cm2_s": self.coefficient_cm2_s,
            "conductivity_S_cm": self.conductivity_S_cm,
        }


def arrhenius(
    network: HopNetwork,
    barriers: Mapping[str, float],
    *,
    temperatures: ArrayLike,
    concentration: float,
    attempt_frequency: float = 1e13,
    site_energies: Mapping[str, float] | None = None,
) -> tuple[list[ArrheniusRow], float | None]:
    """Diffusion and conductivity against temperature, and the activation energy of the conductivity times temperature.

    Args:
        network: the hops.
        barriers: in eV by hop name, above sites of energy zero.
        temperatures: K, shape (k,).
        concentration: carriers per cm3.
        attempt_frequency: 1/s.
        site_energies: in eV by address.

    Returns:
        One row for each temperature, and the energy in eV of the straight line through `ln(sigma T)` against `1/T`, None for
        fewer than two temperatures or where nothing is conducted.
    """
    rows = []
    for temperature in np.asarray(temperatures, dtype=float).ravel().tolist():
        rates = hop_rates(barriers, temperature=temperature, attempt_frequency=attempt_frequency)
        found = diffusion_tensor(network, rates, site_energies=site_energies, kT=BOLTZMANN_EV_K * temperature)
        coefficient = found.isotropic * _CM2_PER_A2
        sigma = nernst_einstein(coefficient, concentration=concentration, temperature=temperature)
        rows.append(
            ArrheniusRow(temperature=temperature, diffusion=found, coefficient_cm2_s=coefficient, conductivity_S_cm=sigma)
        )
    return rows, _activation(rows)


def _activation(rows: Sequence[ArrheniusRow]) -> float | None:
    if len({row.temperature for row in rows}) < 2 or any(row.conductivity_S_cm <= 0 for row in rows):
        return None
    inverse = [1 / (BOLTZMANN_EV_K * row.temperature) for row in rows]
    return -float(np.polyfit(inverse, [np.log(row.conductivity_S_cm * row.temperature) for row in rows], 1)[0])
