"""Operations of a supercell that atoms off their sites, in a strained cell, still obey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.supercell import Supercell

__all__ = ["ALIKE", "is_group", "moves_alike"]

ALIKE = 1e-3  # relative difference of lattices that are alike
_ALIKE_A = 0.05  # displacements that differ by less are alike
_GRID = 10_000  # parts of a cell edge in which translations are told apart
_CHECKED = 300  # operations: more are those of a cell without displacements


def moves_alike(cell: Supercell, displacements: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which operations of a supercell keep its metric and send displacements to those of the sites they send sites to."""
    metric = cell.lattice @ cell.lattice.T
    turned = cell.rotations.transpose(0, 2, 1) @ metric @ cell.rotations
    keeps: NDArray[np.bool_] = np.abs(turned - metric).max(axis=(1, 2)) <= ALIKE * np.diag(metric).max()
    if np.linalg.norm(displacements, axis=1).max(initial=0.0) <= _ALIKE_A / 2:
        return keeps
    steps = displacements @ np.linalg.inv(cell.lattice)
    for number in np.flatnonzero(keeps).tolist():
        moved = steps @ cell.rotations[number].T - steps[cell.permutations[number]]
        keeps[number] = np.linalg.norm(moved @ cell.lattice, axis=1).max() <= _ALIKE_A
    return keeps


def is_group(rotations: NDArray[np.int64], translations: NDArray[np.float64]) -> bool:
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
