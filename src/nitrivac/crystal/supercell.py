"""Supercells: shapes, sites, and the parent's operations that survive in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import moyopy
import numpy as np

from nitrivac.arrays import frozen_array, wrapped
from nitrivac.crystal.site_action import SiteAction, site_action
from nitrivac.documents.record import Record
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.size_limits import MAXIMUM_SITES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal

__all__ = [
    "Supercell",
    "cell_shapes",
    "distinct_lattices",
    "make_supercell",
    "parse_matrix",
    "shortest_vector",
    "supercell_matrix",
]

LARGEST_TABLE = 100_000_000  # operations times sites: 0.8 GB


@dataclass(frozen=True, kw_only=True, eq=False)
class Supercell(Record):
    """A supercell of a crystal with the group that acts on its sites.

    Attributes:
        matrix: rows are the new lattice vectors in terms of the old, shape (3, 3), integers, determinant above 0.
        lattice: new lattice vectors as rows, angstrom, shape (3, 3).
        frac_coords: sites in the new cell, shape (n, 3); the parent's site i in lattice cell c is row `i * cells + c`.
        parent_site: index of each site in the parent, shape (n,).
        rotations: operations in the basis of the new cell, shape (m, 3, 3).
        translations: shape (m, 3), all lattice translations of the parent among them.
        action: where the operations send the sites.
    """

    matrix: NDArray[np.int64]
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
        """Number of parent cells."""
        return round(abs(float(np.linalg.det(self.matrix))))

    @property
    def order(self) -> int:
        """Order of the group modulo translations of the supercell."""
        return len(self.rotations)


def parse_matrix(text: str) -> NDArray[np.int64]:
    """A supercell matrix from `3x3x2` or nine whole numbers, row by row.

    Raises:
        SpecificationError: it is neither, or singular.
    """
    diagonal = re.fullmatch(r"\s*(\d+)\s*[x×]\s*(\d+)\s*[x×]\s*(\d+)\s*", text)
    numbers = re.fullmatch(r"\s*(-?\d+)" + r"[\s,;]+(-?\d+)" * 8 + r"\s*", text)
    if diagonal:
        matrix = np.diag([int(part) for part in diagonal.groups()])
    elif numbers:
        matrix = np.array([int(part) for part in numbers.groups()]).reshape(3, 3)
    else:
        raise SpecificationError(f"supercell {text!r} is neither like 3x3x2 nor nine whole numbers")
    determinant = round(float(np.linalg.det(matrix)))
    if determinant == 0:
        raise SpecificationError(f"supercell {text!r} has no volume")
    return matrix if determinant > 0 else -matrix


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


def kept_rotations(rotations: NDArray[np.int64], matrix: NDArray[np.int64]) -> NDArray[np.bool_]:
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


def cell_shapes(crystal: Crystal, cells: int, min_image: float) -> list[NDArray[np.int64]]:
    """The supercells of a size whose images are far enough apart, one for each way that symmetry tells apart, best first.

    Best is the one that keeps most of the crystal's rotations, then the one of most equal edges.

    Args:
        crystal: the parent.
        cells: number of parent cells.
        min_image: shortest lattice vector allowed, angstrom.

    Returns:
        Matrices, rows are new lattice vectors in terms of the old, Minkowski-reduced unless diagonal.
    """
    shapes: list[tuple[tuple[int, float, list[list[int]]], NDArray[np.int64]]] = []
    if min_image**3 > np.sqrt(2.0) * cells * crystal.volume * (1 + 1e-9):
        return []  # no lattice of this volume has so long a shortest vector (Gauss)
    point_group = np.unique(crystal.space_group.rotations, axis=0)
    for form in distinct_lattices(point_group, cells):
        lattice = form @ crystal.lattice
        reduced, _transformation = moyopy.minkowski_reduce(lattice.tolist())
        lengths = np.linalg.norm(np.array(reduced), axis=1)
        if lengths.min() < min_image:
            continue
        matrix = form if np.count_nonzero(form) == 3 else _reduced(form, np.array(reduced), crystal.lattice)
        kept = int(kept_rotations(point_group, matrix).sum())
        shapes.append(((-kept, round(float(lengths.max() / lengths.min()), 6), form.tolist()), matrix))
    return [matrix for _, matrix in sorted(shapes, key=lambda item: item[0])]


def _reduced(form: NDArray[np.int64], reduced: NDArray[np.float64], lattice: NDArray[np.float64]) -> NDArray[np.int64]:
    matrix = np.round(reduced @ np.linalg.inv(lattice)).astype(np.int64)
    if round(abs(float(np.linalg.det(matrix)))) != round(abs(float(np.linalg.det(form)))):
        return form
    return matrix if np.linalg.det(matrix) > 0 else -matrix


def supercell_matrix(value: ArrayLike) -> NDArray[np.int64]:
    """The matrix that users mean: one number, one for each lattice vector, or a whole matrix; shape (3, 3).

    Raises:
        UnsupportedError: it is none of these, the numbers are not whole, or it spans no volume.
    """
    try:
        given = np.asarray(value, dtype=float)
        matrix = np.diag(np.broadcast_to(given, 3)) if given.ndim < 2 else given
        whole = np.round(matrix)
        wrong = matrix.shape != (3, 3) or not np.allclose(matrix, whole, atol=1e-6) or abs(np.linalg.det(whole)) < 0.5
    except (TypeError, ValueError):
        wrong = True
    if wrong:
        raise UnsupportedError(
            f"no supercell {value!r:.60}: three whole numbers, or a matrix of nine that spans a volume, are needed"
        )
    return whole.astype(np.int64)


def make_supercell(crystal: Crystal, matrix: ArrayLike) -> Supercell:
    """A supercell with its sites and its group.

    The group is every operation of the crystal that maps the superlattice to itself, with all lattice translations of the
    crystal modulo the superlattice.

    Args:
        crystal: the parent; its own symmetry must be that of the average structure.
        matrix: rows are new lattice vectors in terms of the old, shape (3, 3); or three numbers, or one.

    Raises:
        UnsupportedError: it would have more than `MAXIMUM_SITES`, or the matrix is none.

    >>> from nitrivac import load, make_supercell
    >>> make_supercell(load("alpha-Li3N"), (2, 2, 1)).frac_coords.shape
    (16, 3)
    """
    matrix = supercell_matrix(matrix)
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


def _lattice_points(matrix: NDArray[np.int64]) -> NDArray[np.int64]:
    """One representative of every parent lattice point modulo the superlattice, the origin first, shape (cells, 3)."""
    corners = np.array(np.meshgrid(*[[0, 1]] * 3)).reshape(3, -1).T @ matrix
    low, high = corners.min(axis=0), corners.max(axis=0)
    grid = np.array(np.meshgrid(*(np.arange(a, b + 1) for a, b in zip(low, high, strict=True)), indexing="ij"))
    points = grid.reshape(3, -1).T
    inside = points @ np.linalg.inv(matrix.astype(float))
    chosen = points[((inside > -1e-9) & (inside < 1 - 1e-9)).all(axis=1)]
    return chosen[np.lexsort((chosen[:, 2], chosen[:, 1], chosen[:, 0], np.abs(chosen).sum(axis=1)))]
