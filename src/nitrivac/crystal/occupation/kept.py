"""Operations of a supercell that an occupation of its sites obeys, displaced atoms and a strained cell included."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from nitrivac.arrays import wrapped
from nitrivac.crystal.supercells.colourings import colourings
from nitrivac.errors import BuildError
from nitrivac.symmetry.integer_lattice import basis_of_translations
from nitrivac.symmetry.spglib_moyo import group_of_operations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.occupation.record import Occupation
    from nitrivac.crystal.supercells.supercell import Supercell
    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["ALIKE", "ALIKE_A", "kept_operations", "moves_alike", "occupation_group"]

ALIKE = 1e-3  # relative difference of lattices that are alike
ALIKE_A = 0.05  # displacements that differ by less are alike
_GRID = 10_000  # parts of a cell edge in which translations are told apart
_CHECKED = 300  # operations: more are those of a cell without displacements


def kept_operations(occupation: Occupation) -> NDArray[np.int64]:
    """Operations of the supercell that send each occupant to one of its kind, and displacements to like ones, shape (k,).

    The identity alone where an atom is on no site, and where displacements that are alike within rounding make no group.

    """
    cell, names = occupation.supercell, occupation.occupants
    colours = colourings(cell.action)
    kept = colours.stabiliser(np.unique(names, return_inverse=True)[1])
    kept = kept[moves_alike(cell, occupation.lattice, kept, occupation.displacements)]
    if occupation.interstitials or not _is_group(cell.rotations[kept], cell.translations[kept]):
        kept = colours.stabiliser(np.arange(len(names)))
    return kept


def moves_alike(
    cell: Supercell,
    lattice: NDArray[np.float64],
    operations: NDArray[np.int64],
    displacements: NDArray[np.float64],
    targets: NDArray[np.float64] | None = None,
) -> NDArray[np.bool_]:
    """Which operations of a supercell keep a lattice and send displacements to those of the sites they send sites to.

    Args:
        cell: the supercell.
        lattice: its lattice, strained as it is, rows, angstrom, shape (3, 3).
        operations: those asked for, shape (k,).
        displacements: of the atom on each site, cartesian, angstrom, shape (n, 3).
        targets: the displacements they are to be sent to; by default the same.
    """
    ends = displacements if targets is None else targets
    answer = _keeps_metric(cell.rotations[operations], lattice)
    if max(np.linalg.norm(some, axis=1).max(initial=0.0) for some in (displacements, ends)) <= ALIKE_A / 2:
        return answer
    to_fractions = np.linalg.inv(lattice)
    steps, reached = displacements @ to_fractions, ends @ to_fractions
    for number in np.flatnonzero(answer).tolist():
        operation = operations[number]
        moved = steps @ cell.rotations[operation].T - reached[cell.action.images(operations[[number]])[0]]
        answer[number] = np.linalg.norm(moved @ lattice, axis=1).max() <= ALIKE_A
    return answer


def _keeps_metric(rotations: NDArray[np.float64] | NDArray[np.int64], lattice: NDArray[np.float64]) -> NDArray[np.bool_]:
    metric = lattice @ lattice.T
    turned = rotations.transpose(0, 2, 1) @ metric @ rotations
    answer: NDArray[np.bool_] = np.abs(turned - metric).max(axis=(1, 2)) <= ALIKE * np.diag(metric).max()
    return answer


def _is_group(rotations: NDArray[np.int64], translations: NDArray[np.float64]) -> bool:
    """Whether products of operations are among them, as they are unless displacements were alike within rounding only."""
    shifts = np.round(translations * _GRID).astype(np.int64) % _GRID
    known = {(turn.tobytes(), shift.tobytes()) for turn, shift in zip(rotations, shifts, strict=True)}
    if len(known) > _CHECKED:
        return True
    products = rotations[:, None] @ rotations[None, :]
    sums = np.einsum("aij,bj->abi", rotations, translations) + translations[:, None, :]
    places = np.round(sums * _GRID).astype(np.int64) % _GRID
    return all(
        (turn.tobytes(), shift.tobytes()) in known
        for turn, shift in zip(products.reshape(-1, 3, 3), places.reshape(-1, 3), strict=True)
    )


def occupation_group(occupation: Occupation) -> SpaceGroup:
    """The space group of an occupation, from the operations it keeps; no search in the big cell.

    Number and symbols are those of its own lattice, which is finer than the supercell where the occupation repeats within
    it; such a lattice can have rotations that the supercell has not. Operations listed are those that keep the supercell.

    Raises:
        BuildError: the operations make no space group.
    """
    ideal, placed, kept = occupation.supercell, occupation.placed, occupation.kept
    rotations, translations = ideal.rotations[kept], ideal.translations[kept]
    repeats = _is_identity(rotations)
    if repeats.sum() == 1:
        group = group_of_operations(rotations, translations, ideal.lattice)
    else:
        group = group_of_operations(*_own_operations(occupation, kept[repeats]))
    if group is None:
        raise BuildError(f"{occupation.parent.provenance.source}: the stabiliser of a configuration is no space group")
    return replace(group, rotations=rotations, translations=placed.translations[kept])


def _own_operations(
    occupation: Occupation, repeats: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Operations and lattice of an occupation that repeats within its supercell, in the basis of its own lattice.

    Args:
        occupation: the occupation.
        repeats: operations of the supercell that are translations and leave it unchanged, shape (k,).
    """
    parent, cell, names = occupation.parent, occupation.supercell, occupation.occupants
    basis = basis_of_translations(cell.translations[repeats])  # rows: own lattice vectors in fractions of the supercell
    to_own = np.linalg.inv((basis @ cell.matrix).T)  # fractional columns of the parent's cell to those of the own lattice
    to_cell = np.linalg.inv(cell.matrix.T.astype(float))
    group = parent.space_group
    candidates = to_own @ group.rotations @ np.linalg.inv(to_own)
    turns = to_cell @ group.rotations @ cell.matrix.T
    kept = (np.abs(candidates - np.round(candidates)).max(axis=(1, 2)) < 1e-6) & _keeps_metric(turns, occupation.lattice)
    tree = cKDTree(wrapped(cell.frac_coords), boxsize=1.0)
    steps = cell.translations[_is_identity(cell.rotations)] @ cell.matrix
    own_steps = np.round(np.mod(steps @ to_own.T + 1e-6, 1.0), 4)
    shifts = steps[np.unique(own_steps, axis=0, return_index=True)[1]]  # modulo its own lattice
    once = np.unique(cell.action.orbits(repeats))  # sites of one of its own cells
    old = cell.frac_coords[once] @ cell.matrix
    displaced = occupation.displacements @ np.linalg.inv(occupation.lattice)
    own_rotations, own_translations = [], []
    seen = set()
    for number in np.flatnonzero(kept).tolist():
        rotation, translation, own = group.rotations[number], group.translations[number], candidates[number]
        for shift in shifts:
            step = translation + shift
            own_step = np.mod(to_own @ step + 1e-6, 1.0) - 1e-6
            key = (np.round(own).astype(int).tobytes(), tuple(np.round(own_step, 4)))
            if key in seen:
                continue
            _, nearest = tree.query(wrapped((old @ rotation.T + step) @ to_cell.T))
            if not (names[nearest] == names[once]).all():
                continue
            moved = (displaced[once] @ turns[number].T - displaced[nearest]) @ occupation.lattice
            if np.linalg.norm(moved, axis=1).max(initial=0.0) <= ALIKE_A:
                seen.add(key)
                own_rotations.append(np.round(own).astype(np.int64))
                own_translations.append(own_step)
    return np.array(own_rotations), np.array(own_translations), basis @ cell.lattice


def _is_identity(rotations: NDArray[np.int64]) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2))
    return same
