"""Standard uncertainties of cell and coordinates, and what follows for distances and angles by linear propagation.

What a refinement varies are the free parameters: the cell parameters that symmetry leaves free and, for each site of the
asymmetric unit, the shifts that its special position allows. Everything else depends on them, so that the images of a site
move together and a distance between two fixed positions has the share of the cell alone. The parameters are taken as
independent, as a CIF states no correlations (W. Clegg et al., Crystal Structure Analysis, 2nd ed., Oxford 2009, chapter 16).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal

__all__ = [
    "Propagation",
    "StandardUncertainties",
    "cell_parameters",
    "free_parameters",
    "propagation_of",
    "stated_uncertainties",
]

_STILL = 1e-9  # a derivative smaller than this is none
_STRAIGHT = 1e-5  # sine of an angle that is 0 or 180 degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardUncertainties:
    """The standard uncertainties that a source states, 0 where it states none.

    Attributes:
        cell: of a, b, c in angstrom and alpha, beta, gamma in degrees.
        coordinates: of x, y, z in fractions of the cell, by the label of the orbit; they are those of its first site.
    """

    cell: tuple[float, float, float, float, float, float]
    coordinates: dict[str, tuple[float, float, float]]


def stated_uncertainties(cell: Sequence[float], coordinates: Mapping[str, Sequence[float]]) -> StandardUncertainties | None:
    """The record of what a source states, None where it states no uncertainty at all; see `StandardUncertainties`."""
    if not any(cell) and not any(map(any, coordinates.values())):
        return None
    a, b, c, alpha, beta, gamma = cell
    known = {label: (x, y, z) for label, (x, y, z) in coordinates.items() if any((x, y, z))}
    return StandardUncertainties(cell=(a, b, c, alpha, beta, gamma), coordinates=known)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Propagation:
    """How distances and angles in a crystal depend on its free parameters, each derivative times that one's uncertainty.

    Attributes:
        crystal: the crystal.
        metric: change of the metric tensor with each cell parameter, shape (6, 3, 3).
        shifts: change of each site's coordinates with the parameters of its orbit, shape (n, 3, 3), one column for each.
        unstated: the same for parameters of orbits whose uncertainty the source does not state, per unit.
    """

    crystal: Crystal
    metric: NDArray[np.float64] = field(repr=False)
    shifts: NDArray[np.float64] = field(repr=False)
    unstated: NDArray[np.float64] = field(repr=False)

    def distances(self, first: ArrayLike, second: ArrayLike, images: ArrayLike) -> NDArray[np.float64]:
        """Standard uncertainties of distances in angstrom, NaN where the source states too little, shape (k,).

        Args:
            first: site in the cell at the origin, shape (k,).
            second: the other site, shape (k,).
            images: its cell, shape (k, 3).
        """
        sites = np.stack([np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)], axis=1)
        vectors = self._vectors(sites, np.asarray(images)[:, None])[:, 0]
        gram = self.crystal.lattice @ self.crystal.lattice.T
        lengths = np.sqrt(np.einsum("ki,ij,kj->k", vectors, gram, vectors))
        along = vectors @ gram / lengths[:, None]  # change of the length with the fractional vector
        by_cell = np.einsum("ki,pij,kj->kp", vectors, self.metric, vectors) / (2 * lengths[:, None])
        return self._combined(by_cell, np.stack([-along, along], axis=1), sites)

    def angles(self, centres: ArrayLike, ends: ArrayLike, images: ArrayLike) -> NDArray[np.float64]:
        """Standard uncertainties of angles in degrees, NaN where the source states too little, shape (k,).

        An angle of 180 degrees has none to first order, since every shift makes it smaller.

        Args:
            centres: site at the vertex, in the cell at the origin, shape (k,).
            ends: the two sites at the ends, shape (k, 2).
            images: their cells, shape (k, 2, 3).
        """
        sites = np.concatenate([np.asarray(centres, dtype=np.int64)[:, None], np.asarray(ends, dtype=np.int64)], axis=1)
        vectors = self._vectors(sites, np.asarray(images))
        gram = self.crystal.lattice @ self.crystal.lattice.T
        lengths = np.sqrt(np.einsum("kmi,ij,kmj->km", vectors, gram, vectors))
        unit = vectors / lengths[:, :, None]
        cosines = np.einsum("ki,ij,kj->k", unit[:, 0], gram, unit[:, 1])
        sines = np.sqrt(np.clip(1 - cosines**2, 0.0, None))
        degrees = -np.degrees(np.divide(1.0, sines, out=np.full_like(sines, np.nan), where=sines > _STRAIGHT))
        across = (unit[:, ::-1] - cosines[:, None, None] * unit) @ gram / lengths[:, :, None]
        by_metric = np.einsum("kmi,pij,knj->kpmn", unit, self.metric, unit)
        change = by_metric[:, :, 0, 1] - cosines[:, None] * (by_metric[:, :, 0, 0] + by_metric[:, :, 1, 1]) / 2
        slopes = np.concatenate([-across.sum(axis=1, keepdims=True), across], axis=1)
        return self._combined(change * degrees[:, None], slopes * degrees[:, None, None], sites)

    def _vectors(self, sites: NDArray[np.int64], images: NDArray[np.int64]) -> NDArray[np.float64]:
        """Fractional vectors from the first site of each row to the others in their cells, shape (k, m - 1, 3)."""
        points = self.crystal.frac_coords
        vectors: NDArray[np.float64] = points[sites[:, 1:]] + images - points[sites[:, :1]]
        return vectors

    def _combined(
        self, by_cell: NDArray[np.float64], slopes: NDArray[np.float64], sites: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """The standard uncertainties of quantities that depend on the cell and on the places of some sites, shape (k,).

        Args:
            by_cell: change with each parameter of the cell, shape (k, 6).
            slopes: change with the fractional coordinates of each site, shape (k, m, 3).
            sites: the sites, shape (k, m).
        """
        variance = (by_cell**2).sum(axis=1) + self._squared(self.shifts, slopes, sites)
        unknown = self._squared(self.unstated, slopes, sites) > _STILL
        return np.where(unknown | (variance < _STILL**2), np.nan, np.sqrt(variance))

    def _squared(
        self, shifts: NDArray[np.float64], slopes: NDArray[np.float64], sites: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Sum over the parameters of the squared changes; sites of one orbit share theirs."""
        changes = np.einsum("kmi,kmip->kmp", slopes, shifts[sites])
        owners = self.crystal.orbit_of_site[sites]
        shared = owners[:, :, None] == owners[:, None, :]
        total: NDArray[np.float64] = np.einsum("kmp,knp,kmn->k", changes, changes, shared)
        return np.maximum(total, 0.0)  # changes that cancel leave a rounding error of either sign

    @property
    def volume(self) -> float | None:
        """Standard uncertainty of the volume of the cell in cubic angstrom, None without one."""
        gram = self.crystal.lattice @ self.crystal.lattice.T
        changes = np.einsum("ij,pji->p", np.linalg.inv(gram), self.metric) * self.crystal.volume / 2
        total = float(np.sqrt((changes**2).sum()))
        return total if total > _STILL else None


def propagation_of(crystal: Crystal) -> Propagation | None:
    """How distances in a crystal depend on its free parameters, None where the source states no uncertainty.

    A cell without uncertainties is taken as exact, as a refinement in a given cell takes it. A site with free coordinates of
    which none has an uncertainty makes distances to it unknown, unless it is the one that fixes the origin of a polar group.
    """
    from nitrivac.crystal.supercells.permutations import crystal_permutations

    stated = crystal.uncertainties
    if stated is None:
        return None
    group = crystal.space_group
    parameters = cell_parameters(crystal.lattice)
    slopes = _metric_slopes(parameters)
    cell = _free_cell(slopes, group.rotations, np.array(stated.cell))
    shifts, unstated = np.zeros((2, crystal.n_sites, 3, 3))
    permutations = crystal_permutations(crystal)
    polar = group.rotations.mean(axis=0)
    floating: list[NDArray[np.int64]] = []
    for orbit in crystal.orbits:
        site = int(orbit.indices[0])
        images = permutations[:, site]
        allowed = group.rotations[images == site].mean(axis=0)
        sigma = np.array(stated.coordinates.get(orbit.label, (0.0, 0.0, 0.0)))
        basis, chosen = free_parameters(allowed, sigma > 0)
        known = bool((sigma[chosen] > 0).any())
        into = shifts if known else unstated
        first = np.array([np.flatnonzero(images == index)[0] for index in orbit.indices])
        into[orbit.indices, :, : len(chosen)] = group.rotations[first] @ (basis * sigma[chosen] if known else basis)
        if not known and len(chosen) and np.allclose(polar @ basis, basis, atol=1e-6):
            floating.append(orbit.indices)
    if len(floating) == 1:
        unstated[floating[0]] = 0.0
    return Propagation(crystal=crystal, metric=cell, shifts=shifts, unstated=unstated)


def free_parameters(
    projector: NDArray[np.float64], preferred: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Which of some coordinates are free, and how all follow from them.

    Args:
        projector: onto the changes that symmetry allows, shape (n, n).
        preferred: coordinates that are to be the free ones where there is a choice, such as x of `x,2x,z`, shape (n,).

    Returns:
        The change of all coordinates with each free one, shape (n, k), and which the free ones are, shape (k,).
    """
    order = np.argsort(~preferred, kind="stable")
    chosen: list[int] = []
    for index in order.tolist():
        if np.linalg.matrix_rank(projector[[*chosen, index]], tol=1e-6) > len(chosen):
            chosen.append(index)
    rows = projector[chosen]
    basis: NDArray[np.float64] = projector @ np.linalg.pinv(rows) if chosen else np.zeros((len(projector), 0))
    return basis, np.array(chosen, dtype=np.int64)


def cell_parameters(lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """a, b, c in angstrom and alpha, beta, gamma in degrees, shape (6,)."""
    lengths = np.linalg.norm(lattice, axis=1)
    unit = lattice / lengths[:, None]
    cosines = np.clip([unit[1] @ unit[2], unit[0] @ unit[2], unit[0] @ unit[1]], -1.0, 1.0)
    return np.concatenate([lengths, np.degrees(np.arccos(cosines))])


def _metric_slopes(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    """Change of the metric tensor with a, b, c (angstrom) and alpha, beta, gamma (degrees), shape (6, 3, 3)."""
    lengths, angles = parameters[:3], np.radians(parameters[3:])
    slopes = np.zeros((6, 3, 3))
    for axis in range(3):
        slopes[axis, axis, axis] = 2 * lengths[axis]
    for angle, (one, other) in enumerate(((1, 2), (0, 2), (0, 1))):
        cosine, sine = np.cos(angles[angle]), np.sin(angles[angle])
        for axis, partner in ((one, other), (other, one)):
            slopes[axis, one, other] = slopes[axis, other, one] = lengths[partner] * cosine
        slope = -lengths[one] * lengths[other] * sine * np.pi / 180
        slopes[3 + angle, one, other] = slopes[3 + angle, other, one] = slope
    return slopes


def _free_cell(slopes: NDArray[np.float64], rotations: NDArray[np.int64], sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Change of the metric tensor with the free cell parameters times their uncertainty, shape (6, 3, 3)."""
    upper = np.triu_indices(3)
    jacobian = slopes[:, upper[0], upper[1]].T  # of the six elements by the six parameters
    averaged = np.einsum("mji,pjk,mkl->pil", rotations, slopes, rotations) / len(rotations)
    projector = np.linalg.solve(jacobian, averaged[:, upper[0], upper[1]].T)
    basis, chosen = free_parameters(projector, sigma > 0)
    metric = np.zeros((6, 3, 3))
    metric[: len(chosen)] = np.einsum("pk,pij->kij", basis * sigma[chosen], slopes)
    return metric
