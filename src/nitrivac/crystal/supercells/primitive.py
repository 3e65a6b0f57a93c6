"""The primitive lattice of a crystal, in the orientation and with the origin of the source's own setting."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import moyopy
import numpy as np

from nitrivac.arrays import frozen_array, wrapped
from nitrivac.crystal.supercells.permutations import site_permutations
from nitrivac.crystal.supercells.supercell_matrix import matrix_text
from nitrivac.errors import BuildError
from nitrivac.symmetry.integer_lattice import Vector, lattice_basis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["centring_steps", "primitive_crystal", "primitive_sites", "primitive_vectors"]

_SITE_TOLERANCE_A = 0.05  # coordinates of a file are rounded

# Primitive vectors of the centred cells, in sixths of theirs, as spglib takes them (A. Togo, K. Shinohara and I. Tanaka,
# Sci. Technol. Adv. Mater. Meth. 4 (2024) 2384822): A, B, C, I, F, and R in obverse and reverse setting.
_USUAL = tuple(
    np.array(rows)
    for rows in (
        [[6, 0, 0], [0, 3, -3], [0, 3, 3]],
        [[3, 0, -3], [0, 6, 0], [3, 0, 3]],
        [[3, 3, 0], [-3, 3, 0], [0, 0, 6]],
        [[-3, 3, 3], [3, -3, 3], [3, 3, -3]],
        [[0, 3, 3], [3, 0, 3], [3, 3, 0]],
        [[4, 2, 2], [-2, 2, 2], [-2, -4, 2]],
        [[2, 4, 2], [-4, -2, 2], [2, -2, 2]],
    )
)


def centring_steps(group: SpaceGroup) -> NDArray[np.int64]:
    """Lattice translations of a group within one cell, as multiples of 1/p of its vectors, p being their number.

    Returns:
        Shape (p, 3), the zero translation among them: a group of p translations has no other denominators than p's divisors.
    """
    alone = (group.rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2))
    shifts = group.translations[alone]
    steps: NDArray[np.int64] = np.mod(np.round(shifts * len(shifts)).astype(np.int64), len(shifts))
    return steps


def primitive_vectors(crystal: Crystal) -> NDArray[np.float64]:
    """Primitive lattice vectors in terms of those of the crystal's cell, rows, shape (3, 3).

    Centred cells have the usual vectors, others the Minkowski-reduced ones; a primitive cell has its own.
    """
    steps = centring_steps(crystal.space_group)
    parts = len(steps)
    if parts == 1:
        return np.eye(3)
    for usual in _USUAL:
        vectors: NDArray[np.float64] = usual / 6
        if round(float(np.linalg.det(vectors)) * parts) == 1 and _spans(vectors, steps / parts):
            return vectors
    rows: list[Vector] = [(int(x), int(y), int(z)) for x, y, z in steps]
    rows += [(parts, 0, 0), (0, parts, 0), (0, 0, parts)]
    basis = np.array(lattice_basis(rows), dtype=np.float64) / parts
    reduced, _ = moyopy.minkowski_reduce((basis @ crystal.lattice).tolist())
    vectors = np.round(np.array(reduced) @ np.linalg.inv(crystal.lattice) * parts) / parts
    if abs(abs(float(np.linalg.det(vectors))) * parts - 1) > 1e-6:
        vectors = basis
    return vectors if np.linalg.det(vectors) > 0 else -vectors


def _spans(basis: NDArray[np.float64], points: NDArray[np.float64]) -> bool:
    """Whether points and whole steps are whole sums of the vectors of a basis."""
    sums = np.vstack([points, np.eye(3)]) @ np.linalg.inv(basis)
    return bool(np.abs(sums - np.round(sums)).max() < 1e-6)


def primitive_sites(crystal: Crystal) -> NDArray[np.int64]:
    """One site of each set that the centring translations make equal, the first of each, in order.

    Raises:
        BuildError: a translation carries a site to where none is.
    """
    group = crystal.space_group
    steps = centring_steps(group)
    rotations = np.repeat(np.eye(3, dtype=np.int64)[None], len(steps), axis=0)
    images = site_permutations(
        crystal.frac_coords, rotations, steps / len(steps), crystal.lattice, tolerance=_SITE_TOLERANCE_A
    )
    return np.unique(images.min(axis=0))


def primitive_crystal(crystal: Crystal) -> Crystal:
    """The crystal in its primitive cell, sites where they are in space; the crystal itself where its cell is primitive.

    Labels, Wyckoff letters and multiplicities remain those of the conventional cell; standard uncertainties, which belong to
    the axes of the source, are left out.

    Raises:
        BuildError: the sites do not obey the centring of the group.
    """
    vectors = primitive_vectors(crystal)
    parts = len(centring_steps(crystal.space_group))
    if parts == 1:
        return crystal
    kept = primitive_sites(crystal)
    if len(kept) * parts != crystal.n_sites:
        raise BuildError(f"{crystal.provenance.source}: {crystal.n_sites} sites do not fall into sets of {parts} equal ones")
    to_new = np.linalg.inv(vectors.T)
    place = np.full(crystal.n_sites, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    orbits = tuple(
        replace(orbit, indices=frozen_array(place[orbit.indices][place[orbit.indices] >= 0], np.int64))
        for orbit in crystal.orbits
    )
    note = f"primitive cell, {matrix_text(vectors)} of the source's"
    own = crystal.provenance.note
    return replace(
        crystal,
        lattice=vectors @ crystal.lattice,
        frac_coords=wrapped(crystal.frac_coords[kept] @ to_new.T),
        orbits=orbits,
        space_group=_primitive_group(crystal.space_group, vectors),
        provenance=replace(crystal.provenance, note=f"{own}; {note}" if own else note),
        z=crystal.z / parts if crystal.z is not None else None,
        uncertainties=None,
    )


def _primitive_group(group: SpaceGroup, vectors: NDArray[np.float64]) -> SpaceGroup:
    """The same group in the basis of the primitive cell, each operation once modulo its lattice."""
    to_new = np.linalg.inv(vectors.T)
    rotations = np.round(to_new @ group.rotations @ vectors.T).astype(np.int64)
    first = np.sort(np.unique(rotations, axis=0, return_index=True)[1])  # a primitive cell has each rotation once
    translations = wrapped(np.round(group.translations[first] @ to_new.T, 12))
    return replace(group, setting="", rotations=rotations[first], translations=translations)
