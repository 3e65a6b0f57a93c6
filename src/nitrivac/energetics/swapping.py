"""The operation that swaps the ends of a path: half of the band is then the mirror image of the other half."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from nitrivac.crystal.supercells.supercell import kept_rotations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.paths.record import MigrationPath

__all__ = ["Swap", "find_swap"]

_SAME_A = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A symmetry operation of the supercell that carries a path onto itself, walked backwards.

    Attributes:
        rotation: cartesian, shape (3, 3).
        translation: cartesian, angstrom, shape (3,).
        permutation: what each atom becomes, shape (n,).
        shifts: lattice vectors in angstrom to add, so that images stay unwrapped, shape (n, 3).
    """

    rotation: NDArray[np.float64]
    translation: NDArray[np.float64]
    permutation: NDArray[np.int64]
    shifts: NDArray[np.float64]

    def __call__(self, positions: NDArray[np.float64]) -> NDArray[np.float64]:
        """The mirror image of an image's positions, cartesian, shape (n, 3)."""
        mirrored = np.empty_like(positions)
        mirrored[self.permutation] = positions @ self.rotation.T + self.translation + self.shifts
        return mirrored


def find_swap(crystal: Crystal, path: MigrationPath) -> Swap | None:
    """The first operation of the crystal that maps the supercell onto itself and swaps the ends of the path, if any.

    Args:
        crystal: whose path it is, ordered.
        path: straight or along a symmetric band, in an ideal supercell.
    """
    first, last = path.positions[0], path.positions[-1]
    group, matrix = crystal.space_group, path.matrix
    parent = crystal.lattice
    inverse = np.linalg.inv(path.lattice)
    tree = cKDTree(_wrapped(last @ inverse), boxsize=1.0)
    symbols = np.array(path.symbols)
    scale = float(np.linalg.norm(path.lattice, axis=1).min())
    for rotation, translation in zip(
        group.rotations[kept_rotations(group.rotations, matrix)],
        group.translations[kept_rotations(group.rotations, matrix)],
        strict=True,
    ):
        turn = parent.T @ rotation @ np.linalg.inv(parent.T)
        # The lattice translation is what is left to bring the start of the ion onto its end.
        shift = last[path.moving] - turn @ first[path.moving]
        inner = (shift - translation @ parent) @ np.linalg.inv(parent)
        if np.abs((inner - np.round(inner)) @ parent).max() > _SAME_A:
            continue
        moved = first @ turn.T + shift
        back = turn @ last[path.moving] + shift - first[path.moving]
        if np.linalg.norm((back @ inverse - np.round(back @ inverse)) @ path.lattice) > _SAME_A:
            continue
        distances, permutation = tree.query(_wrapped(moved @ inverse))
        if distances.max() * scale > 10 * _SAME_A or (symbols[permutation] != symbols).any():
            continue
        if len(set(permutation.tolist())) != len(permutation):
            continue
        return Swap(rotation=turn, translation=shift, permutation=permutation, shifts=last[permutation] - moved)
    return None


def _wrapped(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.mod(np.mod(points, 1.0), 1.0)
