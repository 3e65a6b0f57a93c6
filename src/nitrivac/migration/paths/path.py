"""Vacancy paths: images of one ion that jumps into a vacancy, ready for a nudged-elastic-band run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.supercells.supercell import kept_rotations, make_supercell, shortest_vector
from nitrivac.crystal.supercells.supercell_matrix import whole_matrix
from nitrivac.errors import SpecificationError
from nitrivac.io.writers import refuse_disorder
from nitrivac.migration.pairs import symmetric_pairs
from nitrivac.migration.paths.images import images_between, refuse_images
from nitrivac.migration.paths.profile import parameter_sources, profile_of
from nitrivac.migration.paths.record import MigrationPath
from nitrivac.migration.paths.swap import find_swap, turns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.hop import Hop
    from nitrivac.migration.host import Host
    from nitrivac.migration.network import HopNetwork
    from nitrivac.migration.paths.images import Method

__all__ = ["default_supercell", "vacancy_path"]


def default_supercell(crystal: Crystal, min_image: float = 10.0) -> NDArray[np.int64]:
    """The smallest diagonal supercell whose lattice vectors are all at least this long, angstrom."""
    numbers = np.ceil(min_image / np.linalg.norm(crystal.lattice, axis=1) - 1e-9).astype(np.int64)
    while shortest_vector(numbers[:, None] * crystal.lattice) < min_image - 1e-9 and numbers.max() < 30:
        numbers[int(np.argmin(numbers * np.linalg.norm(crystal.lattice, axis=1)))] += 1
    return np.diag(numbers)


def vacancy_path(
    crystal: Crystal,
    network: HopNetwork,
    hop: str,
    *,
    supercell: ArrayLike | None = None,
    images: int = 7,
    method: Method = "idpp",
    radii: Mapping[str, float] | None = None,
    host: Host | None = None,
) -> MigrationPath:
    """The images of a vacancy path: the ion at one end of a hop jumps into the vacancy at the other.

    Args:
        crystal: an ordered crystal, the one the network was found in.
        network: its hops.
        hop: name of the hop.
        supercell: rows are new lattice vectors in terms of the old, shape (3, 3); by default see `default_supercell`.
        images: number of images between the ends.
        method: `linear`, or `idpp`, the image dependent pair potential (S. Smidstrup et al., J. Chem. Phys. 140 (2014)
            214106), which moves the neighbours aside too.
        radii: ionic radii in angstrom by element that replace Shannon's.
        host: the configuration whose sites the crystal is, for a jump into a vacancy it has (see
            `nitrivac.migration.host`); the cell and the order of the atoms are the host's own.

    Raises:
        SpecificationError: no such hop, fewer than one image, an unknown method, or a cell so small that the ion would meet
            the image of its own vacancy.
        UnsupportedError: the crystal has partly occupied or mixed sites.

    >>> from nitrivac import find_hops, load, vacancy_path
    >>> crystal = load("alpha-Li3N")
    >>> path = vacancy_path(crystal, find_hops(crystal), "h1", images=3, method="linear", supercell=(3, 3, 2))
    >>> round(path.length, 3)
    2.106
    """
    refuse_disorder(crystal, "a path")
    one = network.hop(hop)
    if one.exclusive:
        raise SpecificationError(
            f"{one.id} of {network.source} ({one.pair}, {one.distance:.4f} angstrom) joins two halves of a split site: a "
            "path from one to the other needs a configuration of filled and vacant sites, given as --host"
        )
    refuse_images(images, method)
    if host is not None:
        if supercell is not None:
            raise SpecificationError("a host has its own cell: leave the supercell out")
        supercell = np.eye(3, dtype=np.int64)
    matrix = default_supercell(crystal) if supercell is None else whole_matrix(supercell)
    lattice = matrix @ crystal.lattice
    if shortest_vector(lattice) < 2 * one.distance:
        raise SpecificationError(
            f"the supercell repeats after {shortest_vector(lattice):.2f} angstrom, less than twice the hop of "
            f"{one.distance:.2f}: the ion would feel its own image; use a larger --supercell"
        )
    cell = make_supercell(replace(crystal, space_group=_identity_of(crystal)), matrix)
    to_new = np.linalg.inv(matrix.T.astype(float))
    start = to_new @ crystal.frac_coords[one.sites[0]]
    end = to_new @ (crystal.frac_coords[one.sites[1]] + np.array(one.image))
    if host is not None and one.sites[0] in host.vacant:  # the ion leaves the filled end
        start, end = end, start
    elements = [orbit.elements[0] for orbit in crystal.orbits]
    owner = crystal.orbit_of_site[cell.parent_site]
    vacancy, leaver = _site_at(cell.frac_coords, lattice, end), _site_at(cell.frac_coords, lattice, start)
    if host is None:
        rank = {element: number for number, element in enumerate(crystal.elements)}
        order = np.argsort([rank[elements[index]] for index in owner], kind="stable")
        order = order[order != vacancy]
    else:  # as its file has them
        order = np.argsort(host.order, kind="stable")[len(host.vacant) :]
    moving = int(np.flatnonzero(order == leaver)[0])
    first = cell.frac_coords[order] @ lattice
    first[moving] = start @ lattice
    last = first.copy()
    last[moving] = end @ lattice
    symbols = tuple(elements[index] for index in owner[order])
    positions, converged = images_between(
        first, last, images=images, method=method, lattice=lattice, source=crystal.provenance.source
    )
    group = crystal.space_group.rotations
    turns = (
        turns_of(group[kept_rotations(group, matrix)], crystal.lattice)
        if host is None
        else turns_of(host.occupation.supercell.rotations, lattice)
    )
    return MigrationPath(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        species=network.species,
        hop=one,
        matrix=matrix.astype(np.float64),
        lattice=lattice,
        symbols=symbols,
        addresses=tuple(crystal.address(crystal.orbits[index]) for index in owner[order]),
        positions=positions,
        free=host.free if host is not None else None,
        moving=moving,
        start=start,
        end=end,
        reversed_by=_swapping(crystal, network, one, matrix) if host is None else host.swapping(one),
        method=method,
        converged=converged,
        parameters=parameter_sources(crystal, network.species),
        profile=profile_of(crystal, network.species, positions, symbols, lattice=lattice, moving=moving, radii=radii or {}),
        swap=find_swap(turns, first, last, moving=moving, lattice=lattice, symbols=symbols),
    )


def _identity_of(crystal: Crystal) -> Any:
    """The crystal's group cut down to the identity: the sites of a supercell are wanted, not its operations."""
    group = crystal.space_group
    same = (group.rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2)) & (np.abs(group.translations) < 1e-9).all(axis=1)
    return replace(group, rotations=group.rotations[same], translations=group.translations[same])


def _site_at(frac_coords: NDArray[np.float64], lattice: NDArray[np.float64], point: NDArray[np.float64]) -> int:
    offsets = frac_coords - point
    return int(np.linalg.norm((offsets - np.round(offsets)) @ lattice, axis=1).argmin())


def _swapping(crystal: Crystal, network: HopNetwork, hop: Hop, matrix: NDArray[np.int64]) -> tuple[str, ...]:
    """Elements that swap the ends and map the superlattice to itself."""
    group = crystal.space_group
    kept = kept_rotations(group.rotations, matrix)
    smaller = replace(group, rotations=group.rotations[kept], translations=group.translations[kept])
    pairs = symmetric_pairs(replace(crystal, space_group=smaller), network.sites, hop.distance + 1e-3)
    same = (pairs.first == hop.sites[0]) & (pairs.second == hop.sites[1]) & (pairs.images == hop.image).all(axis=1)
    return pairs.reversed_by.get(int(pairs.classes[np.flatnonzero(same)[0]]), ())
