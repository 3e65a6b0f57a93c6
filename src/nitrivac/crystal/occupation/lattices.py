"""Which supercell of a crystal a lattice is, though it is strained, turned in space and spanned by other vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import moyopy
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

__all__ = ["LARGEST_STRAIN", "STRAINED", "deformation", "largest_strain", "supercell_matrices"]

LARGEST_STRAIN = 0.1  # change of length along any direction, relative, by more than which it is another lattice
STRAINED = 1e-3  # less is rounding
_STAGES = (0.02, 0.05, LARGEST_STRAIN)  # shells of vectors grow with the tolerance, triples of them with its third power


def deformation(ideal: NDArray[np.float64], lattice: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The strain and the rotation that make one lattice from another.

    The polar decomposition of the map F of row vectors, `ideal @ F = lattice`, into `F = (1 + strain) @ rotation`: first
    stretched along the axes of the ideal lattice, then turned.

    Args:
        ideal: rows are lattice vectors, angstrom, shape (3, 3).
        lattice: the same vectors, strained and turned.

    Returns:
        The strain, symmetric, relative changes of length, shape (3, 3); the rotation, for row vectors, shape (3, 3).
    """
    left, stretches, right = np.linalg.svd(np.linalg.solve(ideal, lattice))
    return (left * stretches) @ left.T - np.eye(3), left @ right


def largest_strain(ideal: NDArray[np.float64], lattice: NDArray[np.float64]) -> float:
    """The largest relative change of length between two lattices, along any direction."""
    return float(np.abs(np.linalg.svd(np.linalg.solve(ideal, lattice), compute_uv=False) - 1).max())


def supercell_matrices(
    parent: NDArray[np.float64],
    point_group: NDArray[np.int64],
    lattice: NDArray[np.float64],
    cells: Collection[int],
) -> Iterator[list[NDArray[np.int64]]]:
    """Whole-number matrices that make a lattice from the parent's, up to strain and a rotation in space.

    Args:
        parent: rows are lattice vectors, angstrom, shape (3, 3), right-handed.
        point_group: rotations of the parent in the basis of its cell, acting on columns, shape (m, 3, 3).
        lattice: rows are lattice vectors, angstrom, shape (3, 3), right-handed.
        cells: how many cells of the parent it may hold.

    Yields:
        Lists of matrices, each with all that are new: first the one without a rotation, then those of growing strain, the
        least strained first. Of those that the point group makes from each other there is the least turned one.
    """
    seen: set[bytes] = set()
    direct = np.round(lattice @ np.linalg.inv(parent)).astype(np.int64)
    if _cells_of(direct) in cells and np.abs(np.linalg.solve(direct @ parent, lattice) - np.eye(3)).max() <= LARGEST_STRAIN:
        seen.add(direct.tobytes())
        yield [direct]
    for strain in _STAGES:
        found = [
            matrix
            for matrix in _matrices_within(parent, point_group, lattice, cells, strain)
            if matrix.tobytes() not in seen
        ]
        seen.update(matrix.tobytes() for matrix in found)
        if found:
            yield found


def _cells_of(matrix: NDArray[np.int64]) -> int:
    return round(float(np.linalg.det(matrix)))


def _matrices_within(
    parent: NDArray[np.float64],
    point_group: NDArray[np.int64],
    lattice: NDArray[np.float64],
    cells: Collection[int],
    strain: float,
) -> list[NDArray[np.int64]]:
    """The matrices up to a strain, from the lengths of the shortest vectors of the lattice and the angles between them."""
    reduced = np.array(moyopy.minkowski_reduce(lattice.tolist())[0])
    reduced *= np.sign(np.linalg.det(reduced))
    back = np.round(lattice @ np.linalg.inv(reduced)).astype(np.int64)
    proper = point_group[np.linalg.det(point_group) > 0]
    matrices = back @ _triples(parent, proper, reduced, cells, strain)
    if not len(matrices):
        return []
    stretches = np.linalg.svd(np.linalg.solve(matrices @ parent, lattice[None]), compute_uv=False)
    strains = np.abs(stretches - 1).max(axis=1)
    rows = {}
    for number in np.argsort(np.round(strains, 6), kind="stable").tolist():
        if strains[number] > strain + 1e-9:
            break
        images = matrices[number] @ proper.transpose(0, 2, 1)
        key = min(image.tobytes() for image in images)
        if key not in rows:
            turned = np.linalg.norm(images @ parent - lattice, axis=(1, 2))
            rows[key] = images[int(np.argmin(np.round(turned, 6)))]
    return list(rows.values())


def _triples(
    parent: NDArray[np.float64],
    proper: NDArray[np.int64],
    lattice: NDArray[np.float64],
    cells: Collection[int],
    strain: float,
) -> NDArray[np.int64]:
    """All triples of parent lattice vectors with the lengths and angles of a reduced lattice, within a strain.

    Of first vectors that rotations of the parent make from each other there is one.
    """
    metric, wanted = parent @ parent.T, lattice @ lattice.T
    lengths = np.sqrt(np.diag(wanted))
    spread = (1 + strain) ** 2 - 1
    reach = np.ceil((1 + strain) * lengths.max() * np.linalg.norm(np.linalg.inv(parent), axis=0) + 1e-6).astype(int)
    grid = np.array(np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij")).reshape(3, -1).T
    norms = np.sqrt(np.einsum("ki,ij,kj->k", grid, metric, grid))
    shells = [grid[(norms > length * (1 - strain) - 1e-6) & (norms < length / (1 - strain) + 1e-6)] for length in lengths]
    firsts, seconds, thirds = (_without_images(shells[0], proper), shells[1], shells[2])

    def bound(i: int, j: int) -> float:
        return float(spread / (1 - spread / 2) * lengths[i] * lengths[j])

    def fits(one: NDArray[np.int64], other: NDArray[np.int64], i: int, j: int) -> NDArray[np.bool_]:
        answer: NDArray[np.bool_] = np.abs(one @ metric @ other.T - wanted[i, j]) <= bound(i, j)
        return answer

    found = [np.empty((0, 3, 3), dtype=np.int64)]
    for first in firsts:
        second = seconds[fits(first[None], seconds, 0, 1)[0]]
        third = thirds[fits(first[None], thirds, 0, 2)[0]]
        holds = np.isin(np.cross(first, second) @ third.T, list(cells))
        one, other = np.nonzero(holds)
        right = np.abs(np.einsum("ki,ij,kj->k", second[one], metric, third[other]) - wanted[1, 2]) <= bound(1, 2)
        one, other = one[right], other[right]
        found.append(np.stack([np.broadcast_to(first, (len(one), 3)), second[one], third[other]], axis=1))
    return np.concatenate(found)


def _without_images(vectors: NDArray[np.int64], proper: NDArray[np.int64]) -> NDArray[np.int64]:
    """One of the vectors that rotations make from each other."""
    seen: set[tuple[int, ...]] = set()
    kept = []
    for vector in vectors:
        if tuple(vector.tolist()) not in seen:
            kept.append(vector)
            seen.update(map(tuple, (vector @ proper.transpose(0, 2, 1)).tolist()))
    return np.array(kept, dtype=np.int64).reshape(-1, 3)
