"""A centre with its ligands, and which of its bonds and angles the site symmetry makes alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.split_sites import are_split
from nitrivac.crystal.supercells.permutations import crystal_permutations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.polyhedra.coordination import Shells

__all__ = ["Star", "stars_of"]

_ALIKE_A = 0.1  # how far an operation may miss a ligand: twice as far as it may miss a site


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Star:
    """The first site of an orbit, with its ligands.

    Attributes:
        crystal: which it is of.
        orbit: of the centre.
        orbits: of the ligands, nearest first.
        ligands: site of each ligand, shape (m,).
        images: its cell seen from the centre's, shape (m, 3).
        vectors: from the centre to it, angstrom, shape (m, 3).
        moves: operation k of the site symmetry sends ligand i to ligand `moves[k, i]`, shape (k, m).
    """

    crystal: Crystal
    orbit: Orbit
    orbits: list[Orbit] = field(repr=False)
    ligands: NDArray[np.int64] = field(repr=False)
    images: NDArray[np.int64] = field(repr=False)
    vectors: NDArray[np.float64] = field(repr=False)
    moves: NDArray[np.int64] = field(repr=False)

    @property
    def site(self) -> int:
        """The centre."""
        return int(self.orbit.indices[0])

    def distinct_bonds(self) -> list[tuple[int, int]]:
        """One ligand of each kind, nearest first, and how many there are of it."""
        first, counts = np.unique(self.moves.min(axis=0), return_counts=True)
        return list(zip(first.tolist(), counts.tolist(), strict=True))

    def distinct_angles(self) -> list[tuple[int, int, int, float]]:
        """One pair of ligands for each kind of angle, near ligands first, how many there are, and the angle in degrees.

        Ligands that exclude each other, halves of a split site, make no angle.
        """
        one, other = np.triu_indices(len(self.ligands), 1)
        apart = np.linalg.norm(self.vectors[one] - self.vectors[other], axis=1)
        together = ~are_split(self.crystal, self.ligands[one], self.ligands[other], apart)
        one, other = one[together], other[together]
        ends = np.sort([self.moves[:, one], self.moves[:, other]], axis=0)
        kinds = (ends[0] * len(self.ligands) + ends[1]).min(axis=0)
        _, first, counts = np.unique(kinds, return_index=True, return_counts=True)
        one, other = one[first], other[first]
        angles = _angles(self.vectors[one], self.vectors[other])
        return list(zip(one.tolist(), other.tolist(), counts.tolist(), angles.tolist(), strict=True))


def _angles(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Angles in degrees between vectors row by row, shape (k,); exact near 0 and 180 degrees too."""
    sines = np.linalg.norm(np.cross(first, second), axis=1)
    angles: NDArray[np.float64] = np.degrees(np.arctan2(sines, (first * second).sum(axis=1)))
    return angles


def stars_of(crystal: Crystal, shells: Shells, centres: Sequence[Orbit]) -> Iterator[Star]:
    """The star of the first site of each orbit.

    Args:
        crystal: ordered or average.
        shells: ligands of these sites at least.
        centres: the orbits.
    """
    group, vectors = crystal.space_group, shells.vectors(crystal)
    permutations = crystal_permutations(crystal) if len(group.rotations) > 1 else None
    turns = np.linalg.inv(crystal.lattice) @ group.rotations.transpose(0, 2, 1) @ crystal.lattice  # of rows
    for orbit in centres:
        site = int(orbit.indices[0])
        some = shells.bonds(shells.row(site))
        kept = slice(1) if permutations is None else permutations[:, site] == site
        yield Star(
            crystal=crystal,
            orbit=orbit,
            orbits=[crystal.orbits[number] for number in crystal.orbit_of_site[shells.ligands[some]].tolist()],
            ligands=shells.ligands[some],
            images=shells.images[some],
            vectors=vectors[some],
            moves=_moves(vectors[some], turns[kept]),
        )


def _moves(vectors: NDArray[np.float64], turns: NDArray[np.float64]) -> NDArray[np.int64]:
    """Where operations send vectors, shape (k, m); the identity alone where one of them is sent to none."""
    identity = np.arange(len(vectors))[None, :]
    if len(turns) < 2 or not len(vectors):
        return identity
    apart = np.linalg.norm((vectors @ turns)[:, :, None] - vectors, axis=3)
    moves: NDArray[np.int64] = apart.argmin(axis=2)
    met = apart.min(axis=2).max() < _ALIKE_A and (np.sort(moves, axis=1) == identity).all()
    return moves if met else identity
