"""The rows of a CIF's atom loop as sites: those at one position are one site with a composition."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.build import AsymmetricSite, expand_point
from nitrivac.crystal.occupancies import FULL_WITHIN, nominal_shares
from nitrivac.crystal.sites import by_species
from nitrivac.errors import BuildError, ReadError
from nitrivac.io.cif.atoms import ROUNDING_A, AtomRow, shortened
from nitrivac.neighbours import sites_near
from nitrivac.size_limits import MAXIMUM_SITES, refuse_impossible_cell, too_many_sites

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.orbit import Occupant
    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["merged_rows"]


def merged_rows(
    rows: Sequence[AtomRow], group: SpaceGroup, lattice: NDArray[np.float64], source: str
) -> tuple[list[AsymmetricSite], list[int]]:
    """Rows at one position as one site with a composition, labels made unique, and the site of each row.

    Args:
        rows: see `read_rows`.
        group: the group, in the basis of the cell.
        lattice: rows are lattice vectors, angstrom.
        source: the file's name, for messages.

    Raises:
        ReadError: a row is too near a symmetry element, or the occupancies of a position add up to more than 1.
        BuildError: cell or sites cannot be meant.
    """
    refuse_impossible_cell(lattice, [row.xyz for row in {row.xyz: row for row in rows}.values()], source)
    orbits = []
    total = 0
    for row in rows:
        try:
            orbits.append(expand_point(group, row.xyz, lattice, tolerance=ROUNDING_A))
        except BuildError as error:
            raise ReadError(f"{source}: atom {row.label}: {error}") from error
        total += len(orbits[-1])
        if total > MAXIMUM_SITES:
            raise ReadError(too_many_sites(source, total))
    members: dict[int, list[AtomRow]] = {}
    site_of_row: list[int] = []
    homes = _homes(orbits, lattice)
    place: dict[int, int] = {}
    for number, row in enumerate(rows):
        home = homes[number]
        members.setdefault(home, []).append(row)
        site_of_row.append(place.setdefault(home, len(place)))
    labels: dict[str, int] = {}
    sites = []
    for group_of_rows in members.values():
        label = _unique(_common_label(group_of_rows), labels)
        sites.append(
            AsymmetricSite(
                label=label,
                occupants=_mixture(group_of_rows, source),
                xyz=group_of_rows[0].xyz,
                where=f"{source}: atom {label}",
                uncertainties=group_of_rows[0].xyz_uncertainties,
                displacement=_mean_displacement(group_of_rows),
            )
        )
    return sites, site_of_row


def _homes(orbits: list[NDArray[np.float64]], lattice: NDArray[np.float64]) -> list[int]:
    """For each orbit the first one at the same place: itself, or an earlier one; in time that grows like their number."""
    owner = np.repeat(np.arange(len(orbits)), [len(points) for points in orbits])
    points = np.concatenate(orbits)
    reciprocal = np.linalg.norm(np.linalg.inv(lattice), axis=0).max()  # fractions of the cell in one angstrom, at most
    starts = np.array([images[0] for images in orbits])
    homes: list[int] = []
    seen: dict[bytes, int] = {}
    twins = [seen.setdefault(start.tobytes(), number) for number, start in enumerate(starts)]
    searched = list(seen.values())  # one place many times: one search
    near = dict(zip(searched, sites_near(points, starts[searched], ROUNDING_A * reciprocal * np.sqrt(3.0)), strict=True))
    for number, (start, twin) in enumerate(zip(starts, twins, strict=True)):
        if twin != number:
            homes.append(homes[twin])
            continue
        home = number
        for point in near[number]:
            other = int(owner[point])
            if other >= home or homes[other] != other or len(orbits[other]) != len(orbits[number]):
                continue
            offset = points[point] - start
            if np.linalg.norm((offset - np.round(offset)) @ lattice) <= ROUNDING_A:
                home = other
        homes.append(home)
    return homes


def _mixture(members: list[AtomRow], source: str) -> tuple[Occupant, ...]:
    amounts = [row.occupant.occupancy for row in members]
    total, uncertainty = sum(amounts), math.hypot(*(row.occupant.uncertainty or 0.0 for row in members))
    if total > 1 + max(FULL_WITHIN, 3 * uncertainty):
        raise ReadError(
            f"{source}: two atoms on one spot: the occupancies of {shortened([row.label for row in members])} at one "
            f"position add up to {total:.4g}, more than 1"
        )
    if not uncertainty:
        amounts = list(nominal_shares(amounts))
    scale = min(1.0, 1.0 / sum(amounts))
    return by_species([row.occupant for row in members], [amount * scale for amount in amounts])


def _mean_displacement(members: list[AtomRow]) -> float | None:
    """Displacement of a mixed site: the mean by occupancy of those that are stated."""
    stated = [(row.displacement, row.occupant.occupancy) for row in members if row.displacement is not None]
    return sum(u * share for u, share in stated) / sum(share for _, share in stated) if stated else None


def _common_label(members: list[AtomRow]) -> str:
    """`X1` for the rows `X1_N` and `X1_Cl`, or `X1_Fe2+` and `X1_Fe3+`, of a mixed site, else the first row's label."""
    stems = {re.sub(rf"_{row.occupant.element}(\d*\.?\d*[+-])?$", "", row.label) for row in members}
    return stems.pop() if len(members) > 1 and len(stems) == 1 else members[0].label


def _unique(label: str, taken: dict[str, int]) -> str:
    """The label, with a number where it is taken; `taken` keeps the last number given, so that many cost no more each."""
    name = label
    while name in taken:
        taken[label] += 1
        name = f"{label}_{taken[label]}"
    taken[name] = 1
    return name
