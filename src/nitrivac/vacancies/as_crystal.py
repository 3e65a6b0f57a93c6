"""A configuration as a crystal: whole atoms, its symmetry from its stabiliser, its ancestry kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from nitrivac.arrays import wrapped
from nitrivac.crystal.model import Crystal
from nitrivac.crystal.orbit import Orbit
from nitrivac.errors import BuildError
from nitrivac.symmetry.integer_lattice import Vector, lattice_basis
from nitrivac.symmetry.spglib_moyo import group_of_operations
from nitrivac.vacancies.occupants import VACANCY, element_of, oxidation_state

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.symmetry.space_group import SpaceGroup
    from nitrivac.vacancies.space import Configuration, ConfigurationSpace

__all__ = ["configuration_crystal", "configuration_group", "occupant_names"]


def configuration_group(space: ConfigurationSpace, configuration: Configuration) -> SpaceGroup:
    """The space group of a configuration, from the parent's operations that leave it unchanged; no search in the big cell.

    Number and symbols are those of the configuration's own lattice, which is finer than the supercell where the
    configuration repeats within it; such a lattice can have rotations that the supercell has not. The operations listed
    are those that keep the supercell.

    Args:
        space: the configuration space.
        configuration: one of its configurations.
    """
    cell = space.supercell
    rotations = cell.rotations[configuration.stabiliser]
    translations = cell.translations[configuration.stabiliser]
    unmoved = _is_identity(rotations)
    if unmoved.sum() == 1:
        group = group_of_operations(rotations, translations, cell.lattice)
    else:
        own = group_of_operations(*_own_operations(space, configuration, translations[unmoved]))
        group = own and replace(own, rotations=rotations, translations=translations)
    if group is None:
        raise BuildError(f"{space.crystal.provenance.source}: the stabiliser of a configuration is no space group")
    return group


def _own_operations(
    space: ConfigurationSpace, configuration: Configuration, repeats: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Operations and lattice of a configuration that repeats within its supercell, in the basis of its own lattice.

    Args:
        space: the configuration space.
        configuration: the configuration.
        repeats: translations that leave it unchanged, fractions of the supercell, shape (k, 3).
    """
    parent, cell = space.crystal, space.supercell
    basis = _finer_basis(repeats)  # rows: own lattice vectors in fractions of the supercell
    lattice = basis @ cell.lattice
    to_own = np.linalg.inv((basis @ cell.matrix).T)  # fractional columns of the parent's cell to those of the own lattice
    group = parent.space_group
    candidates = to_own @ group.rotations @ np.linalg.inv(to_own)
    kept = np.abs(candidates - np.round(candidates)).max(axis=(1, 2)) < 1e-6
    names = occupant_names(space, configuration)
    tree = cKDTree(wrapped(cell.frac_coords), boxsize=1.0)
    to_cell = np.linalg.inv(cell.matrix.T.astype(float))
    steps = cell.translations[_is_identity(cell.rotations)] @ cell.matrix
    shifts = steps[np.unique(np.round(steps, 6), axis=0, return_index=True)[1]]
    own_rotations, own_translations = [], []
    seen = set()
    for rotation, translation, own in zip(group.rotations[kept], group.translations[kept], candidates[kept], strict=True):
        for shift in shifts:
            step = translation + shift
            own_step = np.mod(to_own @ step + 1e-6, 1.0) - 1e-6
            key = (np.round(own).astype(int).tobytes(), tuple(np.round(own_step, 4)))
            if key in seen:
                continue
            old = cell.frac_coords @ cell.matrix
            images = wrapped((old @ rotation.T + step) @ to_cell.T)
            _, nearest = tree.query(images)
            if (names[nearest] == names).all():
                seen.add(key)
                own_rotations.append(np.round(own).astype(np.int64))
                own_translations.append(own_step)
    return np.array(own_rotations), np.array(own_translations), lattice


def _is_identity(rotations: NDArray[np.int64]) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2))
    return same


def _finer_basis(repeats: NDArray[np.float64]) -> NDArray[np.float64]:
    """A basis of the lattice that whole steps and the given fractional ones generate, rows, in the same basis."""
    scale = next(n for n in range(1, 10_000) if np.abs(repeats * n - np.round(repeats * n)).max() < 1e-6)
    rows: list[Vector] = [(int(x), int(y), int(z)) for x, y, z in np.round(repeats * scale)]
    rows += [(scale, 0, 0), (0, scale, 0), (0, 0, scale)]
    basis: NDArray[np.float64] = np.array(lattice_basis(rows), dtype=np.float64) / scale
    return basis


def configuration_crystal(space: ConfigurationSpace, configuration: Configuration) -> Crystal:
    """The ordered supercell of a configuration, vacancies left out.

    Orbits are those of the stabiliser; each label is the parent orbit's label with a number (`Li2-3`).

    Args:
        space: the configuration space.
        configuration: one of its configurations.
    """
    cell, parent = space.supercell, space.crystal
    occupant = occupant_names(space, configuration)
    filled = np.flatnonzero(occupant != VACANCY)
    position = np.full(len(occupant), -1, dtype=np.int64)
    position[filled] = np.arange(len(filled))
    permutations = position[cell.permutations[configuration.stabiliser][:, filled]]
    group = configuration_group(space, configuration)
    orbit_ids = permutations.min(axis=0)
    serial: Counter[str] = Counter()
    orbits = []
    for first in np.unique(orbit_ids):
        indices = np.flatnonzero(orbit_ids == first)
        site = int(filled[first])
        origin = parent.orbits[int(parent.orbit_of_site[cell.parent_site[site]])]
        name = str(occupant[site])
        serial[origin.label] += 1
        state = oxidation_state(parent, origin.label, name)
        orbits.append(Orbit.of_configuration(f"{origin.label}-{serial[origin.label]}", element_of(name), state, indices))
    matrix = " ".join(str(value) for value in cell.matrix.ravel())
    note = f"supercell {matrix} of {parent.provenance.source}"
    return Crystal(
        lattice=cell.lattice,
        frac_coords=cell.frac_coords[filled],
        orbits=tuple(orbits),
        space_group=group,
        provenance=replace(parent.provenance, formula=None, note=note, symmetry_stated=False),
    )


def occupant_names(space: ConfigurationSpace, configuration: Configuration) -> NDArray[np.str_]:
    """Name of the occupant of every site of the supercell, vacancy among them, shape (n,)."""
    owner = space.crystal.orbit_of_site[space.supercell.parent_site]
    names = np.array([orbit.elements[0] for orbit in space.crystal.orbits], dtype="U8")[owner]
    start = 0
    for sites, occupants in zip(space.sublattices, space.occupants, strict=True):
        names[sites] = np.array(occupants, dtype="U8")[configuration.codes[start : start + len(sites)]]
        start += len(sites)
    return names
