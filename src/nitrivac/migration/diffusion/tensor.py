"""From hops to a diffusion tensor: the exact one of a single carrier that hops on the network with given rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration.diffusion.anisotropy import principal_axes
from nitrivac.migration.diffusion.resistors import network_conductivity
from nitrivac.migration.percolation.thresholds import PeriodicComponents, lattice_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.network import HopNetwork
    from nitrivac.symmetry.integer_lattice import Vector

__all__ = [
    "Diffusion",
    "carrier_flows",
    "diffusion_of_flows",
    "diffusion_tensor",
    "hop_rates",
    "nernst_einstein",
    "with_split_pairs",
]

ATTEMPT_HZ = 1e13
BOLTZMANN_EV_K = 8.617333262e-5  # exact in the SI of 2019, rounded
ELEMENTARY_CHARGE_C = 1.602176634e-19  # exact in the SI of 2019
_JOULE_PER_EV = ELEMENTARY_CHARGE_C
_ACROSS = 1e-9  # cosine of an axis with a plane or line it is perpendicular to, rounded


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Diffusion(Document):
    """A diffusion tensor.

    Attributes:
        tensor: cartesian, square angstrom per unit of time of the rates, shape (3, 3).
        dimension: number of dimensions that the hops with a rate span; the tensor is exactly zero in the others.
        directions: what they span: `[uvw]`, a plane `(hkl)`, `all` or `nothing`.

    >>> from nitrivac import diffusion_tensor, find_hops
    >>> diffusion = diffusion_tensor(find_hops("alpha-Li3N"), {"h1": 1.0, "h2": 1.0})
    >>> diffusion.dimension, diffusion.isotropic > 0
    (3, True)
    """

    tensor: NDArray[np.float64]
    dimension: int = 3
    directions: str = "all"
    _decomposed: tuple[NDArray[np.float64], NDArray[np.float64]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        values, axes = principal_axes(np.asarray(self.tensor, dtype=float))
        values[self.dimension :] = 0.0
        object.__setattr__(self, "_decomposed", (values, axes))

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
        return float("inf") if values[2] == 0 else float(values[0] / values[2])

    columns: ClassVar[Columns[Diffusion]] = Columns(
        (
            Column("tensor", lambda found: found.tensor.tolist(), digits=None),
            Column("principal_values", lambda found: found.principal_values.tolist(), digits=None),
            Column("principal_axes", lambda found: found.principal_axes.tolist(), digits=None),
            Column("isotropic", lambda found: found.isotropic, digits=None),
            Column("anisotropy", lambda found: found.anisotropy if np.isfinite(found.anisotropy) else None, digits=None),
            Column("dimension", lambda found: found.dimension),
            Column("directions", lambda found: found.directions),
        )
    )


def diffusion_tensor(
    network: HopNetwork, rates: Mapping[str, float], *, site_energies: Mapping[str, float] | None = None, kT: float = 1.0
) -> Diffusion:
    """The exact diffusion tensor of one carrier on the network.

    The carrier spends a share of its time on each site that goes with `exp(-energy / kT)`, on sites that no hop reaches too,
    and a hop's rate is meant between sites of energy zero, so that detailed balance holds: `rate(i to j) = rate *
    exp(energy(i) / kT)`. The tensor is that of a resistor network, exact for independent carriers; that carriers meet is
    left out.

    Args:
        network: the hops.
        rates: by name of hop or split pair, per unit of time; those that are not named do not happen.
        site_energies: by address, in the unit of `kT`; 0 where not named.
        kT: thermal energy in the unit of the site energies.

    Raises:
        SpecificationError: a name is unknown, or a rate is negative or no number.
        UnsupportedError: the network comes from an old document without the lattice.

    >>> from nitrivac import diffusion_tensor, find_hops, load
    >>> diffusion = diffusion_tensor(find_hops(load("alpha-Li3N")), {"h1": 1.0})
    >>> diffusion.dimension, diffusion.directions
    (2, '(001)')
    """
    return diffusion_of_flows(network, carrier_flows(network, rates, site_energies=site_energies, kT=kT))


def carrier_flows(
    network: HopNetwork, rates: Mapping[str, float], *, site_energies: Mapping[str, float] | None = None, kT: float = 1.0
) -> NDArray[np.float64]:
    """Jumps of one carrier in equilibrium along each link, per unit of time, the same both ways, shape (k,).

    Arguments and errors as for `diffusion_tensor`.
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
    return by_hop[network.hop_of_link] * np.exp(energies.min() / kT) / weights.sum() if len(network.hops) else np.zeros(0)


def diffusion_of_flows(network: HopNetwork, flows: NDArray[np.float64]) -> Diffusion:
    """The tensor of a network on which so many jumps happen in equilibrium; of one carrier where the flows are one's.

    Args:
        network: the hops.
        flows: jumps along each link in its own direction per unit of time, the same both ways, shape (k,).

    Raises:
        UnsupportedError: the network comes from an old document without the lattice.
    """
    components = PeriodicComponents(len(network.sites))
    components.join(network.links[flows > 0])
    spanned = components.lattice()
    if network.lattice is None:
        raise UnsupportedError(f"the hops of {network.source} come from a document without lattice vectors: find them again")
    tensor = network_conductivity(len(network.sites), network.links, flows, network.lattice)
    return Diffusion(
        tensor=_along(spanned, network.lattice, tensor), dimension=len(spanned), directions=lattice_name(spanned)
    )


def _along(spanned: list[Vector], lattice: NDArray[np.float64], tensor: NDArray[np.float64]) -> NDArray[np.float64]:
    """A tensor without what rounding left across the lattice vectors spanned."""
    if not spanned:
        return np.zeros((3, 3))
    if len(spanned) == 3:
        return tensor
    axes = np.linalg.qr((np.array(spanned, dtype=float) @ lattice).T)[0]
    kept: NDArray[np.float64] = axes @ (axes.T @ tensor @ axes) @ axes.T
    closed = np.linalg.norm(axes, axis=1) < _ACROSS
    kept[closed], kept[:, closed] = 0.0, 0.0
    return (kept + kept.T) / 2


def hop_rates(
    barriers: Mapping[str, float], *, temperature: float, attempt_frequency: float | Mapping[str, float] = ATTEMPT_HZ
) -> dict[str, float]:
    """Rates in 1/s of hops with barriers, `frequency * exp(-barrier / kT)`.

    Args:
        barriers: in eV by hop name, above sites of energy zero.
        temperature: K.
        attempt_frequency: 1/s, of all hops or by name; 1e13 for those that are not named.

    Raises:
        SpecificationError: a temperature or frequency that is not above 0, or a barrier below 0.
    """
    if isinstance(attempt_frequency, Mapping):
        frequencies = {name: attempt_frequency.get(name, ATTEMPT_HZ) for name in barriers}
    else:
        frequencies = dict.fromkeys(barriers, attempt_frequency)
    if not all(np.isfinite(number) and number > 0 for number in (temperature, *frequencies.values())):
        raise SpecificationError("temperature (K) and attempt frequency (1/s) are numbers above 0")
    for name, barrier in barriers.items():
        if not (np.isfinite(barrier) and barrier >= 0):
            raise SpecificationError(f"barrier {name}={barrier}: a barrier is a finite number of eV, 0 or more")
    kT = BOLTZMANN_EV_K * temperature
    return {name: frequencies[name] * float(np.exp(-barrier / kT)) for name, barrier in barriers.items()}


def with_split_pairs(network: HopNetwork, barriers: Mapping[str, float]) -> tuple[dict[str, float], tuple[str, ...]]:
    """Barriers with those of the split pairs that were left out: none, so that an ion is anywhere in its site at once.

    Args:
        network: the hops.
        barriers: in eV by name of hop or split pair.

    Returns:
        All barriers, and the split pairs that were given the barrier 0.

    Raises:
        SpecificationError: a name is unknown, or split pairs without a barrier span something by themselves, so that the
            answer would be that of barriers nobody gave.
    """
    given = {network.hop(name).id: barrier for name, barrier in barriers.items()}
    missing = tuple(one.id for one in network.hops if one.exclusive and one.id not in given)
    if missing and (alone := network.percolation(missing)).dimension:
        pairs = ", ".join(f"{one.id} ({one.pair}, {one.distance:.4f})" for one in network.hops if one.id in missing)
        raise SpecificationError(
            f"split pairs without a barrier span {alone.dimension}D of {network.source} by themselves: give a barrier for "
            f"{pairs}"
        )
    return given | dict.fromkeys(missing, 0.0), missing


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
