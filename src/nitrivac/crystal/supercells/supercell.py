"""Supercells: shapes, sites, and the parent's operations that survive in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import moyopy
import numpy as np

from nitrivac.arrays import frozen_array, wrapped
from nitrivac.crystal.supercells.primitive import primitive_crystal, primitive_sites, primitive_vectors
from nitrivac.crystal.supercells.site_action import SiteAction, site_action
from nitrivac.crystal.supercells.supercell_matrix import Matrix, as_matrix, matrix_text
from nitrivac.documents.record import Record
from nitrivac.errors import UnsupportedError
from nitrivac.size_limits import MAXIMUM_SITES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["Supercell", "cell_shapes", "distinct_lattices", "make_supercell", "shortest_vector"]

_SAME_STEP = 1e-4  # thirds may be given as decimals
LARGEST_TABLE = 100_000_000  # operations times sites: 0.8 GB


@dataclass(frozen=True, kw_only=True, eq=False)
class Supercell(Record):
    """A supercell of a crystal with the group that acts on its sites.

    Attributes:
        matrix: rows are the new lattice vectors in terms of the old, shape (3, 3), determinant above 0; fractions where the
            cell is made of primitive cells of a centred parent, else whole.
        lattice: new lattice vectors as rows, angstrom, shape (3, 3).
        frac_coords: sites in the new cell, shape (n, 3); with a whole matrix the parent's site i in lattice cell c is row
            `i * cells + c`.
        parent_site: index of each site in the parent, shape (n,).
        rotations: operations in the basis of the new cell, shape (m, 3, 3).
        translations: shape (m, 3), all lattice translations of the parent among them.
        action: where the operations send the sites.

    >>> from nitrivac import load, make_supercell
    >>> cell = make_supercell(load("beta-Li3N"), (2, 2, 1))
    >>> cell.cells, len(cell.frac_coords), cell.order
    (4, 32, 96)
    """

    matrix: Matrix
    lattice: NDArray[np.float64]
    frac_coords: NDArray[np.float64] = field(repr=False)
    parent_site: NDArray[np.int64] = field(repr=False)
    rotations: NDArray[np.int64] = field(repr=False)
    translations: NDArray[np.float64] = field(repr=False)
    action: SiteAction = field(repr=False)

    @cached_property
    def permutations(self) -> NDArray[np.int64]:
        """The table of all images, for what goes through all of them: operation k sends site i to `permutations[k, i]`.

        Raises:
            UnsupportedError: the supercell has too many operations and sites.
        """
        if not self.has_table:
            raise UnsupportedError(
                f"{self.order} operations on {len(self.frac_coords)} sites make more than the {LARGEST_TABLE} images that "
                "are kept; take a smaller cell: one that does not repeat within itself, or a smaller supercell"
            )
        return frozen_array(self.action.images(np.arange(self.order)), np.int64)

    @property
    def has_table(self) -> bool:
        """Whether the table of all images is small enough to be kept."""
        return self.order * len(self.frac_coords) <= LARGEST_TABLE

    def moved(self, lattice: NDArray[np.float64], translation: NDArray[np.float64]) -> Supercell:
        """The same sites and operations in another lattice, and moved as a whole.

        Args:
            lattice: rows, angstrom, shape (3, 3).
            translation: fractions of the supercell, shape (3,).
        """
        return replace(
            self,
            lattice=lattice,
            frac_coords=self.frac_coords + translation,
            translations=self.translations + translation - self.rotations @ translation,
        )

    @property
    def cells(self) -> int:
        """Number of parent cells, of primitive ones where the matrix has fractions."""
        return len(self.frac_coords) // len(np.unique(self.parent_site))

    @property
    def order(self) -> int:
        """Order of the group modulo translations of the supercell."""
        return len(self.rotations)


def shortest_vector(lattice: ArrayLike) -> float:
    """Length of the shortest lattice vector, angstrom: how near a defect is to its own image."""
    reduced, _ = moyopy.minkowski_reduce(np.asarray(lattice, dtype=float).tolist())
    return float(np.linalg.norm(np.array(reduced), axis=1).min())


def hermite_normal_forms(determinant: int) -> Iterator[NDArray[np.int64]]:
    """All lower triangular Hermite normal forms of a determinant, one for each superlattice."""
    for a in range(1, determinant + 1):
        if determinant % a:
            continue
        for c in range(1, determinant // a + 1):
            if (determinant // a) % c:
                continue
            f = determinant // a // c
            for b in range(a):
                for d in range(a):
                    for e in range(c):
                        yield np.array([[a, 0, 0], [b, c, 0], [d, e, f]])


def kept_rotations(rotations: NDArray[np.int64], matrix: Matrix) -> NDArray[np.bool_]:
    """Which rotations map the superlattice to itself, shape (m,)."""
    transposed = matrix.T.astype(float)
    images = np.linalg.inv(transposed) @ rotations @ transposed
    inside: NDArray[np.bool_] = np.abs(images - np.round(images)).max(axis=(1, 2)) < 1e-6
    return inside


def distinct_lattices(rotations: ArrayLike, determinant: int) -> list[NDArray[np.int64]]:
    """One Hermite normal form for each superlattice that no rotation of the crystal carries to another.

    Args:
        rotations: the crystal's point group in the basis of its cell, shape (m, 3, 3).
        determinant: number of parent cells.
    """
    forms = np.array(list(hermite_normal_forms(determinant)))
    point_group = np.unique(np.asarray(rotations, dtype=np.int64), axis=0)
    number = {form.tobytes(): index for index, form in enumerate(forms)}
    left = np.ones(len(forms), dtype=bool)
    found = []
    for index, form in enumerate(forms):
        if left[index]:
            found.append(form)
            for image in _hermite(form @ point_group.transpose(0, 2, 1)):
                left[number[image.tobytes()]] = False
    return found


def _hermite(matrices: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lower triangular Hermite normal form of the lattice that the rows of each matrix span, shape (m, 3, 3)."""
    rows = matrices.copy()
    for column in (2, 1, 0):  # the last column is cleared first: all but its lowest row
        for upper in range(column):
            while True:
                busy = rows[:, upper, column] != 0
                if not busy.any():
                    break
                a, b = rows[busy, upper].copy(), rows[busy, column].copy()
                quotient = np.where(a[:, column] != 0, b[:, column] // np.where(a[:, column] == 0, 1, a[:, column]), 0)
                rows[busy, column] = a
                rows[busy, upper] = b - quotient[:, None] * a
        negative = rows[:, column, column] < 0
        rows[negative, column] *= -1
    for row, column in ((1, 0), (2, 1), (2, 0)):
        rows[:, row] -= (rows[:, row, column] // rows[:, column, column])[:, None] * rows[:, column]
    return rows


def cell_shapes(crystal: Crystal, size: int, min_image: float) -> list[Matrix]:
    """The supercells of a size whose images are far enough apart, one for each way that symmetry tells apart, best first.

    All superlattices of the primitive lattice are looked at. Best is the one that keeps most of the crystal's rotations,
    then the one of most equal edges.

    Args:
        crystal: the parent.
        size: number of primitive cells.
        min_image: shortest lattice vector allowed, angstrom.

    Returns:
        Matrices, rows are new lattice vectors in terms of the crystal's own, which may be fractions: diagonal where the
        superlattice has such a cell, else Minkowski-reduced.
    """
    vectors = primitive_vectors(crystal)
    primitive = vectors @ crystal.lattice
    if min_image**3 > np.sqrt(2.0) * size * abs(float(np.linalg.det(primitive))) * (1 + 1e-9):
        return []  # no lattice of this volume has so long a shortest vector (Gauss)
    to_own = np.linalg.inv(vectors.T)
    point_group = np.unique(crystal.space_group.rotations, axis=0)
    rotations = np.round(to_own @ point_group @ vectors.T).astype(np.int64)
    shapes: list[tuple[tuple[int, float, list[list[int]]], Matrix]] = []
    for form in distinct_lattices(rotations, size):
        reduced, _transformation = moyopy.minkowski_reduce((form @ primitive).tolist())
        lengths = np.linalg.norm(np.array(reduced), axis=1)
        if lengths.min() < min_image:
            continue
        kept = int(kept_rotations(rotations, form).sum())
        key = (-kept, round(float(lengths.max() / lengths.min()), 6), form.tolist())
        shapes.append((key, _usual_cell(form, np.array(reduced), vectors, primitive)))
    return [matrix for _, matrix in sorted(shapes, key=lambda item: item[0])]


def _usual_cell(
    form: NDArray[np.int64], reduced: NDArray[np.float64], vectors: NDArray[np.float64], primitive: NDArray[np.float64]
) -> Matrix:
    """The matrix of a superlattice in terms of the crystal's cell: diagonal if it can be, else of the reduced vectors.

    Args:
        form: the superlattice in terms of the primitive vectors, shape (3, 3).
        reduced: its reduced vectors, angstrom.
        vectors: the primitive vectors in terms of the crystal's.
        primitive: the same in angstrom.
    """
    parts = round(1 / abs(float(np.linalg.det(vectors))))
    steps = np.round(parts * form @ vectors).astype(np.int64)
    hermite = _hermite(steps[None])[0]
    if np.count_nonzero(hermite) == 3 and not (hermite % parts).any():
        return as_matrix(hermite / parts)
    matrix = np.round(reduced @ np.linalg.inv(primitive)).astype(np.int64)
    if round(abs(float(np.linalg.det(matrix)))) != round(abs(float(np.linalg.det(form)))):
        matrix = form
    matrix = matrix if np.linalg.det(matrix @ vectors) > 0 else -matrix
    return as_matrix(matrix @ vectors)


def make_supercell(crystal: Crystal, matrix: ArrayLike) -> Supercell:
    """A supercell with its sites and its group.

    The group is every operation of the crystal that maps the superlattice to itself, with all lattice translations of the
    crystal modulo the superlattice.

    Args:
        crystal: the parent; its own symmetry must be that of the average structure.
        matrix: rows are new lattice vectors in terms of the old, shape (3, 3), whole or fractions that are made of the
            crystal's primitive vectors; or three numbers, or one.

    Raises:
        UnsupportedError: it would have more than `MAXIMUM_SITES`, the matrix is none, or its vectors are no lattice
            translations of the crystal.

    >>> from nitrivac import load, make_supercell
    >>> make_supercell(load("alpha-Li3N"), (2, 2, 1)).frac_coords.shape
    (16, 3)
    """
    rows = as_matrix(matrix)
    if rows.dtype.kind == "f":
        return _made_of_primitive_cells(crystal, rows)
    matrix = rows.astype(np.int64)
    sites_wanted = crystal.n_sites * abs(float(np.linalg.det(matrix)))
    if sites_wanted > MAXIMUM_SITES:
        raise UnsupportedError(
            f"{crystal.provenance.source}: a supercell of {sites_wanted:.0f} sites is more than the {MAXIMUM_SITES} made"
        )
    to_new = np.linalg.inv(matrix.T.astype(float))  # fractional columns of the old cell to those of the new
    points = _lattice_points(matrix)
    sites = (crystal.frac_coords[:, None, :] + points[None, :, :]).reshape(-1, 3) @ to_new.T
    group = crystal.space_group
    kept = kept_rotations(group.rotations, matrix)
    rotations = np.round(to_new @ group.rotations[kept] @ matrix.T).astype(np.int64)
    shifts = (group.translations[kept][:, None, :] + points[None, :, :]) @ to_new.T
    lattice = matrix @ crystal.lattice
    rotations = np.repeat(rotations, len(points), axis=0)
    translations = wrapped(shifts.reshape(-1, 3))
    frac_coords = wrapped(sites)
    return Supercell(
        matrix=frozen_array(matrix, np.int64),
        lattice=frozen_array(lattice, np.float64),
        frac_coords=frozen_array(frac_coords, np.float64),
        parent_site=frozen_array(np.repeat(np.arange(crystal.n_sites), len(points)), np.int64),
        rotations=frozen_array(rotations, np.int64),
        translations=frozen_array(translations, np.float64),
        action=site_action(crystal, matrix, points, kept),
    )


def _made_of_primitive_cells(crystal: Crystal, matrix: Matrix) -> Supercell:
    """The supercell of a matrix with fractions: one of whole numbers of the crystal's primitive cells."""
    vectors = primitive_vectors(crystal)
    steps = matrix @ np.linalg.inv(vectors)
    if np.abs(steps - np.round(steps)).max() > _SAME_STEP:
        raise UnsupportedError(
            f"supercell {matrix_text(matrix)!r} has vectors that are no lattice translations of "
            f"{crystal.provenance.source}; its primitive vectors are {matrix_text(vectors)}"
        )
    cell = make_supercell(primitive_crystal(crystal), np.round(steps))
    return replace(
        cell,
        matrix=frozen_array(np.round(steps) @ vectors, np.float64),
        parent_site=frozen_array(primitive_sites(crystal)[cell.parent_site], np.int64),
    )


def _lattice_points(matrix: NDArray[np.int64]) -> NDArray[np.int64]:
    """One representative of every parent lattice point modulo the superlattice, the origin first, shape (cells, 3)."""
    corners = np.array(np.meshgrid(*[[0, 1]] * 3)).reshape(3, -1).T @ matrix
    low, high = corners.min(axis=0), corners.max(axis=0)
    grid = np.array(np.meshgrid(*(np.arange(a, b + 1) for a, b in zip(low, high, strict=True)), indexing="ij"))
    points = grid.reshape(3, -1).T
    inside = points @ np.linalg.inv(matrix.astype(float))
    chosen = points[((inside > -1e-9) & (inside < 1 - 1e-9)).all(axis=1)]
    return chosen[np.lexsort((chosen[:, 2], chosen[:, 1], chosen[:, 0], np.abs(chosen).sum(axis=1)))]
