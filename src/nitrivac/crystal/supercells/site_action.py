"""How a crystal's group moves the sites of a supercell, by whole numbers and without a table of all images.

A site is a site of the primitive cell and an element of the lattice modulo the superlattice; an operation sends the one by a
permutation and the other by a rotation and a shift. One image takes a few additions, however large the supercell is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nitrivac.arrays import frozen_array
from nitrivac.crystal.supercells.permutations import site_permutations
from nitrivac.documents.record import Record
from nitrivac.symmetry.integer_lattice import basis_of_translations
from nitrivac.symmetry.quotient_lattice import QuotientLattice, quotient_lattice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["SiteAction", "site_action"]

# Coordinates of a file are rounded, so an image may miss its site by this; the permutation is exact all the same.
_SITE_TOLERANCE_A = 0.05


@dataclass(frozen=True, kw_only=True, eq=False)
class SiteAction(Record):
    """The group of a supercell on its sites.

    An operation is a coset of the primitive translations and one of these; a site is one of the primitive cell, its kind,
    and the cell it lies in. Operation (k, w) sends site (i, h) to (`kind_images[k, i]`, `turns[k] h + steps[k, i] + w`).

    Attributes:
        cells: the primitive lattice modulo the superlattice.
        lattice: the primitive lattice, rows, angstrom, shape (3, 3).
        places: of each kind, in terms of the primitive lattice, shape (b, 3).
        kind_of_site: of each site of the supercell, shape (n,).
        cell_of_site: coordinates of its cell, shape (n, 3).
        site_at: the site of each kind in each cell, by the cell's number, shape (b, cells).
        turns: rotation of each coset on coordinates of cells, modulo the periods, shape (p, 3, 3).
        kind_images: shape (p, b).
        steps: coordinates of cells, shape (p, b, 3).
        cosets: rotations of the cosets in terms of the primitive lattice, on columns, shape (p, 3, 3).
        coset_of_operation: of each operation of the supercell, shape (m,).
        step_of_operation: number of its translation, shape (m,).
        operation_at: the operation of each coset and translation, shape (p, cells).
    """

    cells: QuotientLattice
    lattice: NDArray[np.float64]
    places: NDArray[np.float64] = field(repr=False)
    kind_of_site: NDArray[np.int64] = field(repr=False)
    cell_of_site: NDArray[np.int64] = field(repr=False)
    site_at: NDArray[np.int64] = field(repr=False)
    turns: NDArray[np.int64] = field(repr=False)
    kind_images: NDArray[np.int64] = field(repr=False)
    steps: NDArray[np.int64] = field(repr=False)
    cosets: NDArray[np.int64] = field(repr=False)
    coset_of_operation: NDArray[np.int32] = field(repr=False)
    step_of_operation: NDArray[np.int32] = field(repr=False)
    operation_at: NDArray[np.int32] = field(repr=False)

    @property
    def identity(self) -> int:
        """The coset without rotation."""
        return int(np.flatnonzero((self.cosets == np.eye(3, dtype=np.int64)).all(axis=(1, 2)))[0])

    @property
    def order(self) -> int:
        """Number of operations."""
        return len(self.coset_of_operation)

    def images(self, operations: NDArray[np.int64], sites: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Where operations send sites.

        Args:
            operations: numbers of operations, shape (k,).
            sites: numbers of sites, shape (s,); all by default.

        Returns:
            Shape (k, s).
        """
        kinds = self.kind_of_site if sites is None else self.kind_of_site[sites]
        places = self.cell_of_site if sites is None else self.cell_of_site[sites]
        found = np.empty((len(operations), len(kinds)), dtype=np.int64)
        for row, operation in enumerate(np.asarray(operations).tolist()):
            coset = self.coset_of_operation[operation]
            step = self.cells.elements[self.step_of_operation[operation]]
            cells = places @ self.turns[coset].T + self.steps[coset, kinds] + step
            found[row] = self.site_at[self.kind_images[coset, kinds], self.cells.numbers(cells)]
        return found

    def orbits(self, operations: NDArray[np.int64]) -> NDArray[np.int64]:
        """The first site of the orbit of each site under a group of operations, shape (n,).

        Args:
            operations: numbers of all operations of the group, shape (k,).
        """
        generators = self.images(self._generators(operations))
        sites = np.arange(len(self.kind_of_site))
        links = coo_array(
            (np.ones(generators.size, dtype=np.int8), (np.tile(sites, len(generators)), generators.ravel())),
            shape=(len(sites), len(sites)),
        )
        _, orbit = connected_components(links, directed=False)
        _, first = np.unique(orbit, return_index=True)
        starts: NDArray[np.int64] = first[orbit]
        return starts

    def _generators(self, operations: NDArray[np.int64]) -> NDArray[np.int64]:
        """Operations that generate a group: one of each coset, and of its translations as many as are needed."""
        cosets = self.coset_of_operation[operations]
        translations = operations[cosets == self.identity]
        shifts = self.steps[self.identity, 0] + self.cells.elements[self.step_of_operation[translations]]
        chosen = [*operations[np.unique(cosets, return_index=True)[1]].tolist()]
        known = np.zeros((1, 3), dtype=np.int64)
        met = np.arange(len(self.cells)) == 0
        for operation, shift in zip(translations.tolist(), shifts, strict=True):
            if met[self.cells.numbers(shift)]:
                continue
            chosen.append(operation)
            grown, multiple = [known], shift
            while not met[self.cells.numbers(multiple)]:
                grown.append(known + multiple)
                multiple = multiple + shift
            known = np.mod(np.concatenate(grown), self.cells.periods)
            met[self.cells.numbers(known)] = True
        return np.array(chosen)


def site_action(
    crystal: Crystal,
    matrix: NDArray[np.int64],
    points: NDArray[np.int64],
    kept: NDArray[np.bool_],
) -> SiteAction:
    """The group of a supercell on its sites.

    The parent's site i in cell `points[c]` is site `i * len(points) + c` of the supercell, and its kept operation k followed
    by that translation is operation `k * len(points) + c`.

    Args:
        crystal: the parent.
        matrix: rows are the supercell's lattice vectors in terms of the parent's, shape (3, 3).
        points: the cells of the parent in the supercell, shape (c, 3).
        kept: which operations of the parent keep the superlattice, shape (order,).

    Raises:
        BuildError: an operation does not send the sites of the parent to themselves.
    """
    rotations, translations = crystal.space_group.rotations[kept], crystal.space_group.translations[kept]
    moved = site_permutations(crystal.frac_coords, rotations, translations, crystal.lattice, tolerance=_SITE_TOLERANCE_A)
    primitive = basis_of_translations(translations[(rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2))])
    to_primitive = np.linalg.inv(primitive)  # fractional rows of the parent's cell to those of the primitive one
    cells = quotient_lattice(_whole(matrix @ to_primitive))
    in_cells = _whole(points @ to_primitive)

    # Kinds: sites of the parent that its translations carry into one another.
    unmoved = moved[(rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2))]
    first_of_kind, kind = np.unique(unmoved.min(axis=0), return_inverse=True)
    offset = _whole((crystal.frac_coords - crystal.frac_coords[first_of_kind[kind]]) @ to_primitive)
    kind_of_site = np.repeat(kind, len(points))
    cell_of_site = cells.coordinates((offset[:, None, :] + in_cells[None, :, :]).reshape(-1, 3))
    site_at = np.empty((len(first_of_kind), len(cells)), dtype=np.int64)
    site_at[kind_of_site, cells.numbers(cell_of_site)] = np.arange(len(kind_of_site))

    # Cosets of the translations: operations of one rotation.
    _, chosen, coset = np.unique(rotations.reshape(-1, 9), axis=0, return_index=True, return_inverse=True)
    shifts = _whole((translations - translations[chosen[coset]]) @ to_primitive)
    steps_of_all = cells.numbers(cells.coordinates(shifts)[:, None, :] + cells.coordinates(in_cells)[None, :, :])
    turned = np.round(to_primitive.T @ rotations[chosen] @ primitive.T).astype(np.int64)
    starts = crystal.frac_coords[first_of_kind]
    ends = np.einsum("kij,bj->kbi", rotations[chosen], starts) + translations[chosen][:, None, :]
    image = moved[chosen][:, first_of_kind]
    steps = _whole((ends - starts[kind[image]]) @ to_primitive)
    coset_of_operation = np.repeat(coset.astype(np.int32), len(points))
    step_of_operation = steps_of_all.astype(np.int32).ravel()
    operation_at = np.empty((len(chosen), len(cells)), dtype=np.int32)
    operation_at[coset_of_operation, step_of_operation] = np.arange(len(coset_of_operation))
    return SiteAction(
        cells=cells,
        lattice=frozen_array(primitive @ crystal.lattice, np.float64),
        places=frozen_array(starts @ to_primitive, np.float64),
        kind_of_site=frozen_array(kind_of_site, np.int64),
        cell_of_site=frozen_array(cell_of_site, np.int64),
        site_at=frozen_array(site_at, np.int64),
        turns=frozen_array(np.mod(cells.turned(turned), cells.periods[:, None]), np.int64),
        kind_images=frozen_array(kind[image], np.int64),
        steps=frozen_array(cells.coordinates(steps), np.int64),
        cosets=frozen_array(turned, np.int64),
        coset_of_operation=frozen_array(coset_of_operation, np.int32),
        step_of_operation=frozen_array(step_of_operation, np.int32),
        operation_at=frozen_array(operation_at, np.int32),
    )


def _whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.round(values).astype(np.int64)
