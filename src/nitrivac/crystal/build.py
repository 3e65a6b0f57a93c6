"""Crystals from an asymmetric unit: each site expanded by the group, and every claim about it checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.arrays import wrapped
from nitrivac.crystal.model import Crystal
from nitrivac.crystal.orbit import Occupant, Orbit, Provenance
from nitrivac.crystal.overlaps import checked_overlaps
from nitrivac.crystal.uncertainty import stated_uncertainties
from nitrivac.errors import BuildError
from nitrivac.size_limits import MAXIMUM_SITES, refuse_impossible_cell, too_many_sites
from nitrivac.symmetry.thirds import completed_point, remarks_on_thirds
from nitrivac.symmetry.wyckoff import conventional_cells, find_wyckoff_position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["AsymmetricSite", "crystal_from_asymmetric_unit", "expand_point"]

EXACT_A = 1e-5  # images of an atom on its exact position are nearer than this


@dataclass(frozen=True, slots=True, kw_only=True)
class AsymmetricSite:
    """One site of an asymmetric unit, as a record or file lists it.

    Attributes:
        label: label in the source.
        occupants: species on it.
        xyz: fractional coordinates.
        wyckoff: Wyckoff symbol the source states (`4f`), or empty.
        where: what to name in an error message, e.g. `my-record.yaml: sites[2]`.
        uncertainties: standard uncertainties of the coordinates, 0 where none is stated.
        displacement: mean-square displacement U in square angstrom, None where none is stated.
    """

    label: str
    occupants: tuple[Occupant, ...]
    xyz: tuple[float, ...]
    wyckoff: str = ""
    where: str = ""
    uncertainties: tuple[float, ...] = (0.0, 0.0, 0.0)
    displacement: float | None = None


def expand_point(group: SpaceGroup, xyz: ArrayLike, lattice: ArrayLike, *, tolerance: float) -> NDArray[np.float64]:
    """All distinct images of a point, first the point itself, moved onto its special position.

    Args:
        group: the group, in the basis of the cell.
        xyz: fractional coordinates as typed, shape (3,); thirds are completed where the position fixes them.
        lattice: rows are lattice vectors, angstrom.
        tolerance: images closer than this, in angstrom, are one point; the point is then averaged over them.

    Returns:
        Fractional coordinates in [0, 1), shape (k, 3).

    Raises:
        BuildError: the images fall into groups of unequal size: the point is neither on a symmetry element nor off.
    """
    basis = np.asarray(lattice, dtype=float)
    point = completed_point(group, xyz, basis, tolerance=tolerance)
    if group.order == 1:
        return wrapped(point[None, :])
    exact, order = _on_special_position(group, point, basis, tolerance)
    images = wrapped(group.rotations @ exact + group.translations)
    differences = images[:, None, :] - images[None, :, :]
    differences -= np.round(differences)
    together = np.linalg.norm(differences @ basis, axis=2) <= EXACT_A
    first = together.argmax(axis=1)
    unique = np.unique(first)
    if len(unique) * order != group.order:
        raise BuildError(
            f"({', '.join(f'{value:.5g}' for value in point)}) has {group.order} images in {group.symbol} that do not "
            f"fall together in equal numbers within {tolerance} angstrom: it is too near a symmetry element"
        )
    distinct: NDArray[np.float64] = images[unique]
    return distinct


def _on_special_position(
    group: SpaceGroup, point: NDArray[np.float64], basis: NDArray[np.float64], tolerance: float
) -> tuple[NDArray[np.float64], int]:
    """The most special position within the tolerance of a point, and the order of its site symmetry.

    A position is the mean of the images that its site symmetry makes of a point nearby: the operations that move the point
    least are tried together, from the most that may be meant to the identity alone.
    """
    offsets = group.rotations @ point + group.translations - point
    offsets -= np.round(offsets)
    distances = np.linalg.norm(offsets @ basis, axis=1)
    near = np.flatnonzero(distances <= 2 * tolerance + EXACT_A)
    for farthest in sorted(set(np.round(distances[near], 9)), reverse=True):
        chosen = near[distances[near] <= farthest + 1e-9]
        exact = point + offsets[chosen].mean(axis=0)
        rest = group.rotations[chosen] @ exact + group.translations[chosen] - exact
        rest -= np.round(rest)
        fixed = np.linalg.norm(rest @ basis, axis=1) <= EXACT_A
        if fixed.all() and np.linalg.norm((exact - point) @ basis) <= tolerance:
            return exact, len(chosen)
    return point, 1


def crystal_from_asymmetric_unit(
    lattice: ArrayLike,
    group: SpaceGroup,
    sites: Sequence[AsymmetricSite],
    provenance: Provenance,
    *,
    z: float | None = None,
    tolerance: float = 0.005,
    cell_uncertainties: Sequence[float] = (0.0,) * 6,
) -> Crystal:
    """The crystal that a group makes of an asymmetric unit.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        group: the group, in the basis of the cell; in no tabulated setting, letters are those of the standard one.
        sites: the asymmetric unit; labels unique.
        provenance: where it comes from.
        z: formula units per cell, if stated.
        tolerance: how far a coordinate may be from its special position, angstrom.
        cell_uncertainties: standard uncertainties of a, b, c (angstrom), alpha, beta, gamma (degrees), 0 where unstated.

    Raises:
        BuildError: a site is not on its stated Wyckoff position, or two atoms share one spot.
    """
    basis = np.asarray(lattice, dtype=float)
    refuse_impossible_cell(basis, [site.xyz for site in sites], provenance.source)
    orbits: list[Orbit] = []
    blocks: list[NDArray[np.float64]] = []
    start = 0
    cells = 1.0 if group.is_tabulated else conventional_cells(group)
    for site in sites:
        try:
            images = expand_point(group, site.xyz, basis, tolerance=tolerance)
        except BuildError as error:
            raise BuildError(f"{site.where or site.label}: {error}") from error
        position = find_wyckoff_position(group, images[0], basis, tolerance=min(tolerance, EXACT_A))
        made, found = round(position.multiplicity * cells), position.symbol
        if made != len(images) or (site.wyckoff and site.wyckoff != found):
            raise BuildError(
                f"{site.where or site.label}: xyz ({', '.join(f'{value:.8g}' for value in site.xyz)}) is on {found} of "
                f"{group.setting or group.symbol} and makes {len(images)} sites, not {site.wyckoff or made} as stated; "
                "coordinates such as 1/3 need at least six digits or the fraction itself"
            )
        orbits.append(
            Orbit(
                label=site.label,
                occupants=site.occupants,
                letter=position.letter,
                multiplicity=position.multiplicity,
                site_symmetry=position.site_symmetry,
                indices=np.arange(start, start + len(images)),
                displacement=site.displacement,
            )
        )
        blocks.append(images)
        start += len(images)
        if start > MAXIMUM_SITES:
            raise BuildError(too_many_sites(provenance.source, start))
    refuse_impossible_cell(basis, np.concatenate(blocks), provenance.source)
    thirds = remarks_on_thirds(group, [(site.label, site.xyz) for site in sites], basis, tolerance=tolerance)
    crystal = Crystal(
        lattice=basis,
        frac_coords=np.concatenate(blocks),
        orbits=tuple(orbits),
        space_group=group,
        provenance=replace(provenance, remarks=(*provenance.remarks, *thirds)) if thirds else provenance,
        z=z,
        uncertainties=stated_uncertainties(cell_uncertainties, {site.label: site.uncertainties for site in sites}),
    )
    return checked_overlaps(crystal)
