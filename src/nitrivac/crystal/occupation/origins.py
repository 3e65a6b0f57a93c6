"""Where the origin of a crystal lies among displaced atoms: the rigid translations that bring sites and atoms together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import moyopy
import numpy as np
from scipy.spatial import cKDTree

from nitrivac.arrays import wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["FoldedAtoms", "shortest_image"]

_SAMPLE = 240  # atoms that are looked at: enough to tell origins apart, however large the cell
_ANCHORS = 3  # atoms of the rarest element that are tried as undisturbed ones
_ROUNDS = 4
_FAR_A = 1.0  # farther from every site of its element, an atom is on none and says nothing of the origin
_SAME_A = 1e-3


def shortest_image(vector: NDArray[np.float64], lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shortest of all vectors that differ from this one by lattice vectors.

    Args:
        vector: fractional coordinates, shape (3,) or (n, 3).
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
    """
    reduced = np.array(moyopy.minkowski_reduce(lattice.tolist())[0])
    to_reduced = lattice @ np.linalg.inv(reduced)
    steps = np.array(np.meshgrid(*[[-1, 0, 1]] * 3, indexing="ij")).reshape(3, -1).T
    inside = np.atleast_2d(vector) @ to_reduced
    inside -= np.round(inside)
    images = inside[:, None, :] + steps
    nearest = np.round(np.linalg.norm(images @ reduced, axis=2), 9).argmin(axis=1)
    shortest: NDArray[np.float64] = images[np.arange(len(images)), nearest] @ np.linalg.inv(to_reduced)
    return shortest.reshape(np.shape(vector))


@dataclass(frozen=True, kw_only=True, eq=False)
class FoldedAtoms:
    """Atoms folded into one cell of their parent, and the parent's sites there.

    Attributes:
        lattice: of the parent as strained and turned as the atoms are, rows, angstrom, shape (3, 3).
        sites: fractional coordinates of the parent's sites for each element, shape (s, 3) each.
        atoms: those of the atoms in the parent's cell, one array for each element, in any cell.
        anchors: elements to try, those that mark the origin best first.
    """

    lattice: NDArray[np.float64]
    sites: Sequence[NDArray[np.float64]]
    atoms: Sequence[NDArray[np.float64]]
    anchors: Sequence[int]

    @cached_property
    def _reduced(self) -> NDArray[np.float64]:
        return np.array(moyopy.minkowski_reduce(self.lattice.tolist())[0])

    @cached_property
    def _trees(self) -> list[cKDTree]:
        """The sites of each element, with those of all cells around, cartesian."""
        steps = np.array(np.meshgrid(*[[-1, 0, 1]] * 3, indexing="ij")).reshape(3, -1).T
        to_reduced = self.lattice @ np.linalg.inv(self._reduced)
        return [
            cKDTree(((wrapped(places @ to_reduced)[:, None, :] + steps).reshape(-1, 3)) @ self._reduced)
            for places in self.sites
        ]

    @cached_property
    def _sample(self) -> list[NDArray[np.float64]]:
        total = sum(map(len, self.atoms))
        shares = [max(8, round(_SAMPLE * len(some) / max(1, total))) for some in self.atoms]
        return [
            some[np.unique(np.linspace(0, len(some) - 1, min(share, len(some))).round().astype(int))] if len(some) else some
            for some, share in zip(self.atoms, shares, strict=True)
        ]

    def candidates(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Translations of the sites that bring them near the atoms, and how well, the best first.

        One that needs none is tried, and each that puts a site on one of some atoms of the element with the fewest sites.

        Returns:
            Fractions of the parent's cell, the shortest among equal ones, shape (k, 3); and the mean squared distance
            of the atoms to the nearest sites, those farther than 1 angstrom counted as such, shape (k,).
        """
        shifts = [np.zeros((1, 3))]
        for element in self.anchors[:1]:
            atoms, places = self.atoms[element], self.sites[element]
            numbers = np.unique(np.linspace(0, len(atoms) - 1, min(_ANCHORS, len(atoms))).round().astype(int))
            shifts += [atoms[number] - places for number in numbers.tolist()]
        tried = np.concatenate(shifts)
        for _ in range(_ROUNDS):
            tried, scores = self._improved(tried)
        tried = shortest_image(tried, self.lattice)
        lengths = np.linalg.norm(tried @ self.lattice, axis=1)
        order = np.lexsort((lengths, np.round(scores, 3)))
        kept: list[int] = []
        for number in order.tolist():
            apart = shortest_image(tried[number] - tried[kept], self.lattice) @ self.lattice if kept else np.ones((1, 3))
            if np.linalg.norm(apart, axis=1).min() > _SAME_A:
                kept.append(number)
        return tried[kept], scores[kept]

    def _improved(self, shifts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The translations, each moved by the mean displacement of the atoms near sites, and their scores before that."""
        total, number, score = np.zeros_like(shifts), np.zeros(len(shifts)), np.zeros(len(shifts))
        to_reduced = self.lattice @ np.linalg.inv(self._reduced)
        count = 0
        for some, tree in zip(self._sample, self._trees, strict=True):
            if not len(some):
                continue
            points = wrapped((some[None] - shifts[:, None]) @ to_reduced) @ self._reduced
            distances, nearest = tree.query(points)
            near = distances < _FAR_A
            away = points - tree.data[nearest]
            total += (away * near[:, :, None]).sum(axis=1)
            number += near.sum(axis=1)
            score += np.minimum(distances**2, _FAR_A**2).sum(axis=1)
            count += len(some)
        steps = total / np.maximum(number, 1)[:, None]
        return shifts + steps @ np.linalg.inv(self.lattice), score / max(1, count)
