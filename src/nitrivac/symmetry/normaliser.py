"""Wyckoff letters compared modulo the Euclidean normaliser.

Shifting the origin or permuting axes by an operation that maps a group to itself renames Wyckoff positions (8a and 8b
of Fd-3m, 2c and 2d of P6_3/mmc) and describes the same crystal.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import moyopy
import numpy as np

from nitrivac.arrays import wrapped
from nitrivac.neighbours import nearest_sites

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nitrivac.symmetry.spglib_moyo import Cell

__all__ = ["earliest_positions", "letter_assignments", "same_modulo_normaliser"]

Assignment = tuple[tuple[object, str, int], ...]


def letter_assignments(dataset: moyopy.MoyoDataset, kinds_of_standard_cell: Sequence[object]) -> set[Assignment]:
    """All ways to name the Wyckoff positions of a crystal, one per coset of the normaliser.

    Args:
        dataset: moyo's answer for the crystal.
        kinds_of_standard_cell: what sits on each site of `dataset.std_cell`.

    Returns:
        Sorted tuples of (kind, letter, number of sites).
    """
    assignments = set()
    for _, positions in dataset.normalizer_wyckoff_positions().coset_representatives:
        counts = Counter((kind, position.letter) for kind, position in zip(kinds_of_standard_cell, positions, strict=True))
        assignments.add(_assignment(counts))
    return assignments


def _assignment(counts: Mapping[tuple[object, str], int]) -> Assignment:
    return tuple(sorted(((kind, letter, n) for (kind, letter), n in counts.items()), key=repr))


def same_modulo_normaliser(
    expected: dict[tuple[object, str], int], dataset: moyopy.MoyoDataset, kinds_of_standard_cell: Sequence[object]
) -> bool:
    """Whether a set of (kind, letter) with numbers of sites is one of the namings the normaliser allows."""
    return _assignment(expected) in letter_assignments(dataset, kinds_of_standard_cell)


def earliest_positions(cell: Cell, symprec: float) -> list[moyopy.WyckoffPosition] | None:
    """The Wyckoff position of each site in the standard setting, named with the earliest letters the normaliser allows.

    A cell in no tabulated setting (a primitive cell, a supercell) leaves origin and axes of the standard setting open; this
    choice makes the names independent of it.

    Args:
        cell: see `nitrivac.symmetry.spglib_moyo.Cell`.
        symprec: tolerance of the symmetry search, angstrom.

    Returns:
        One position per site, None where moyo finds no symmetry or its cell does not match.
    """
    try:
        dataset = moyopy.MoyoDataset(moyopy.Cell(*cell), symprec=symprec, setting=moyopy.Setting.standard())
    except (ValueError, RuntimeError):
        return None
    to_standard = np.linalg.inv(np.array(dataset.std_linear))
    points = (np.array(cell[1]) - np.array(dataset.std_origin_shift)) @ to_standard.T
    standard = np.array(dataset.std_cell.positions)
    nearest = nearest_sites(wrapped(standard), wrapped(points))
    offsets = points - standard[nearest]
    distances = np.linalg.norm((offsets - np.round(offsets)) @ np.array(dataset.std_cell.basis), axis=1)
    if distances.max() > 10 * symprec:
        return None
    namings = [
        [positions[index] for index in nearest]
        for _, positions in dataset.normalizer_wyckoff_positions().coset_representatives
    ]
    return min(namings, key=lambda naming: (sorted(one.letter for one in naming), [one.letter for one in naming]))
