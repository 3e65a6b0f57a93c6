"""Which free coordinates decide the hops: distances, their order and percolation thresholds under small shifts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.crystal.supercells.permutations import crystal_permutations
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError
from nitrivac.migration.percolation.thresholds import spanning_thresholds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.migration.network import HopNetwork

__all__ = ["Crossing", "Sensitivity", "Shift", "hop_sensitivity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The hops with one free coordinate shifted.

    Attributes:
        coordinate: address and direction, e.g. `Li@4f z` or `Li2 x,2x`.
        amount: shift in fractions of the cell edge.
        distances: of every hop by its unshifted name, angstrom.
        thresholds: distances at which 1, 2 and 3 dimensions are spanned, None where they are not.
    """

    coordinate: str
    amount: float
    distances: dict[str, float]
    thresholds: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Two hops that change their order.

    Attributes:
        coordinate: which.
        amount: shift at which they are equally long.
        distance: their length there, angstrom.
        first: the hop that is shorter without a shift.
        second: the other.
    """

    coordinate: str
    amount: float
    distance: float
    first: str
    second: str


_SHIFT: Columns[Shift] = Columns(
    (
        Column("coordinate", lambda shift: shift.coordinate),
        Column("amount", lambda shift: shift.amount, digits=None),
        Column("distances_A", lambda shift: shift.distances),
        Column("thresholds_A", lambda shift: shift.thresholds),
    )
)
_CROSSING: Columns[Crossing] = Columns(
    (
        Column("coordinate", lambda crossing: crossing.coordinate),
        Column("amount", lambda crossing: crossing.amount, digits=6),
        Column("distance_A", lambda crossing: crossing.distance),
        Column("hops", lambda crossing: (crossing.first, crossing.second)),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sensitivity(Document):
    """What the free coordinates decide.

    Attributes:
        delta: the shift, fractions of the cell edge.
        distances: of every hop without shift, angstrom.
        shifts: two for each free coordinate, down and up.
        crossings: hops that change their order within the shifts.

    >>> from nitrivac import find_hops, load
    >>> from nitrivac.migration import hop_sensitivity
    >>> crystal = load("beta-Li3N")
    >>> found = hop_sensitivity(crystal, find_hops(crystal), 0.01)
    >>> len(found.shifts), len(found.crossings) > 0
    (2, True)
    """

    delta: float
    distances: dict[str, float]
    shifts: tuple[Shift, ...]
    crossings: tuple[Crossing, ...]

    columns: ClassVar[Columns[Sensitivity]] = Columns(
        (
            Column("delta", lambda found: found.delta, digits=None),
            Column("shifts", lambda found: [_SHIFT.plain(shift) for shift in found.shifts], digits=None),
            Column("crossings", lambda found: [_CROSSING.plain(crossing) for crossing in found.crossings], digits=None),
        )
    )


def hop_sensitivity(crystal: Crystal, network: HopNetwork, delta: float) -> Sensitivity:
    """Shift every free coordinate of the sites and see what becomes of the hops.

    The hops followed are those of the network: one that would come within its longest distance only by a shift is not seen.

    Args:
        crystal: the one the network was found in.
        network: its hops.
        delta: shift in fractions of the cell edge.

    Raises:
        SpecificationError: the shift is not between 0 and 0.1.

    >>> from nitrivac import find_hops, load
    >>> from nitrivac.migration import hop_sensitivity
    >>> crystal = load("beta-Li3N")
    >>> hop_sensitivity(crystal, find_hops(crystal), 0.01).delta
    0.01
    """
    if not 0 < delta <= 0.1:
        raise SpecificationError(f"a shift of {delta:g} is not between 0 and 0.1 of the cell edge")
    usual = {hop.id: hop.distance for hop in network.hops if not hop.exclusive}
    permutations = crystal_permutations(crystal)
    shifts: list[Shift] = []
    crossings: list[Crossing] = []
    for orbit in crystal.orbits:
        for direction in _free_directions(crystal, orbit, permutations):
            name = f"{crystal.address(orbit)} {_direction_name(direction)}"
            moves = _orbit_moves(crystal, orbit, permutations, direction)
            for amount in (-delta, delta):
                distances = {
                    hop.id: _distance(crystal, moves, hop.sites, hop.image, amount)
                    for hop in network.hops
                    if not hop.exclusive
                }
                thresholds = _thresholds(crystal, network, moves, amount)
                shifts.append(Shift(coordinate=name, amount=amount, distances=distances, thresholds=thresholds))
            crossings += _crossings(crystal, network, name, moves, delta)
    return Sensitivity(delta=delta, distances=usual, shifts=tuple(shifts), crossings=tuple(crossings))


def _free_directions(crystal: Crystal, orbit: Orbit, permutations: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """A basis of the shifts of the orbit's first site that its site symmetry allows, in row echelon form."""
    site = int(orbit.indices[0])
    fixing = crystal.space_group.rotations[permutations[:, site] == site].astype(float)
    projector = fixing.mean(axis=0)
    rows = projector.T.copy()
    basis: list[NDArray[np.float64]] = []
    for column in range(3):
        lead = next((row for row in rows if abs(row[column]) > 1e-6 and (np.abs(row[:column]) < 1e-6).all()), None)
        if lead is None:
            continue
        unit = lead / lead[column]
        rows = rows - rows[:, [column]] * unit
        basis = [one - one[column] * unit for one in basis] + [unit]
    return basis


def _direction_name(direction: NDArray[np.float64]) -> str:
    """`z`, or `x,2x` for coordinates that go together."""
    letter = "xyz"[int(np.flatnonzero(np.abs(direction) > 1e-6)[0])]
    parts = []
    for value in direction:
        if abs(value) > 1e-6:
            factor = "" if abs(value - 1) < 1e-6 else "-" if abs(value + 1) < 1e-6 else f"{value:g}"
            parts.append(f"{factor}{letter}")
    return ",".join(parts)


def _orbit_moves(
    crystal: Crystal, orbit: Orbit, permutations: NDArray[np.int64], direction: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How every site of the crystal moves when the orbit's first site moves along a direction, shape (n, 3)."""
    moves = np.zeros((crystal.n_sites, 3))
    site = int(orbit.indices[0])
    for rotation, permutation in zip(crystal.space_group.rotations, permutations, strict=True):
        moves[permutation[site]] = rotation @ direction
    return moves


def _distance(
    crystal: Crystal, moves: NDArray[np.float64], sites: tuple[int, int], image: tuple[int, int, int], amount: float
) -> float:
    first, second = sites
    points = crystal.frac_coords + amount * moves
    return float(np.linalg.norm((points[second] + image - points[first]) @ crystal.lattice))


def _thresholds(
    crystal: Crystal, network: HopNetwork, moves: NDArray[np.float64], amount: float
) -> tuple[float | None, ...]:
    """Distances at which the network's hops span 1, 2 and 3 dimensions after a shift."""
    first, second = network.sites[network.links.first], network.sites[network.links.second]
    vectors = network.vectors + amount * (moves[second] - moves[first]) @ crystal.lattice
    found = spanning_thresholds(len(network.sites), network.links, np.linalg.norm(vectors, axis=1))
    return tuple(one.value for one in found)


def _crossings(crystal: Crystal, network: HopNetwork, name: str, moves: NDArray[np.float64], delta: float) -> list[Crossing]:
    """Where two hops become equally long: their squared lengths are parabolas of the shift."""
    hops = [hop for hop in network.hops if not hop.exclusive]
    parabolas = []
    for hop in hops:
        first, second = hop.sites
        still = (crystal.frac_coords[second] + hop.image - crystal.frac_coords[first]) @ crystal.lattice
        change = (moves[second] - moves[first]) @ crystal.lattice
        parabolas.append(np.array([change @ change, 2 * still @ change, still @ still]))
    found = []
    for one in range(len(hops)):
        for other in range(one + 1, len(hops)):
            difference = parabolas[one] - parabolas[other]
            if np.abs(difference).max() < 1e-9 or abs(difference[2]) < 1e-9:
                continue
            coefficients = np.where(np.abs(difference) < 1e-12, 0.0, difference)
            roots = np.roots(coefficients)
            for root in roots[np.abs(roots.imag) < 1e-9].real.tolist():
                if abs(root) <= delta:
                    length = float(np.sqrt(np.polyval(parabolas[one], root)))
                    found.append(
                        Crossing(coordinate=name, amount=root, distance=length, first=hops[one].id, second=hops[other].id)
                    )
    return found
