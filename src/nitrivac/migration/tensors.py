"""Principal values of tensors, small ones beside large ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["principal_axes"]


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

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON; a closed direction has no anisotropy."""
        return {
            "tensor": self.tensor.tolist(),
            "principal_values": self.principal_values.tolist(),
            "principal_axes": self.principal_axes.tolist(),
            "isotropic": self.isotropic,
            "anisotropy": self.anisotropy if np.isfinite(self.anisotropy) else None,
            "dimension": self.dimension,
            "directions": self.directions,
        }


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


def principal_axes(tensor: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Principal values of a symmetric tensor, largest first, and unit vectors in rows.

    By Jacobi's rotations, which keep small values exact beside large ones where a tensor is nearly diagonal (J. Demmel,
    K. Veselic, SIAM J. Matrix Anal. Appl. 13 (1992) 1204), as in a conductor of layers.
    """
    rest, axes = tensor.copy(), np.eye(3)
    for _ in range(30):
        for one, other in ((0, 1), (0, 2), (1, 2)):
            if abs(rest[one, other]) <= 1e-17 * np.sqrt(abs(rest[one, one] * rest[other, other])):
                continue
            slope = (rest[other, other] - rest[one, one]) / (2 * rest[one, other])
            tangent = (1.0 if slope >= 0 else -1.0) / (abs(slope) + np.hypot(1.0, slope))
            cosine = 1 / np.hypot(1.0, tangent)
            turn = np.eye(3)
            turn[[one, other], [one, other]] = cosine
            turn[one, other], turn[other, one] = tangent * cosine, -tangent * cosine
            change = tangent * rest[one, other]
            diagonal = rest[one, one] - change, rest[other, other] + change
            rest, axes = turn.T @ rest @ turn, axes @ turn
            rest[one, one], rest[other, other] = diagonal
            rest[one, other] = rest[other, one] = 0.0
    order = np.argsort(-np.diag(rest), kind="stable")
    return np.maximum(np.diag(rest)[order], 0.0), axes.T[order]
