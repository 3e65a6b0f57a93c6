"""How the group found relates to the group expected, and what it would take to restore the latter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import moyopy
import numpy as np

from nitrivac.crystal.supercells.permutations import site_permutations
from nitrivac.documents.document import Document
from nitrivac.errors import BuildError, UnsupportedError
from nitrivac.symmetry.space_group import parse_space_group

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.symmetry.search import SymmetrySearch

__all__ = ["Mismatch", "compare_groups", "displacement_to", "subgroup_index"]

RESTORE_LIMIT_A = 0.6  # beyond, a symmetry finder merges different sites and the question loses its meaning
_MAXIMUM_K_INDEX = 4  # cells up to four times larger; beyond, the number of subgroups explodes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mismatch(Document):
    """Why the group found is not the group expected.

    Attributes:
        relation: the group found is a `subgroup` or `supergroup` of the expected one, or `unrelated`.
        index: index of the smaller group in the larger, None where unrelated.
        kind: `t` (same translations), `k` (same point group) or None.
        restored_at: smallest tolerance in angstrom at which the expected group is found, None if never.
        largest_displacement: the farthest an atom must move to restore it, angstrom.
        rms_displacement: root mean square of all moves, angstrom.

    >>> from nitrivac import load, verify
    >>> verify(load("beta-Li3N"), expected=191).mismatch.relation
    'subgroup'
    """

    relation: Literal["subgroup", "supergroup", "unrelated"]
    index: int | None = None
    kind: Literal["t", "k"] | None = None
    restored_at: float | None = None
    largest_displacement: float | None = None
    rms_displacement: float | None = None

    def sentence(self, found: str, expected: str) -> str:
        """The mismatch in words."""
        if self.relation == "unrelated":
            text = f"{found} is neither a subgroup nor a supergroup of {expected} of small index"
        else:
            kind = {"t": "translationengleiche ", "k": "klassengleiche ", None: ""}[self.kind]
            text = f"by type, {found} is a {kind}{self.relation} of {expected} of index {self.index}"
        if self.restored_at is not None and self.largest_displacement is not None:
            return (
                f"{text}; moving atoms by at most {self.largest_displacement:.4f} angstrom "
                f"(rms {self.rms_displacement:.4f}) restores {expected}"
            )
        if self.relation == "supergroup":
            return f"{text}: the crystal is more symmetric than expected"
        return f"{text}; no tolerance up to {RESTORE_LIMIT_A:g} angstrom restores {expected}"


def compare_groups(search: SymmetrySearch, found: int, expected: int, symprec: float) -> Mismatch:
    """What kind of mismatch it is.

    Args:
        search: of the crystal.
        found: group number found at `symprec`.
        expected: group number expected.
        symprec: tolerance in angstrom of the verdict.
    """
    tolerance = _smallest_tolerance(search, expected, symprec)
    moves = displacement_to(search, tolerance) if tolerance is not None else None
    largest, rms = moves if moves is not None else (None, None)
    down, up = subgroup_index(expected, found), subgroup_index(found, expected)
    restored = tolerance if moves is not None else None
    if down is not None and up is not None and restored is None:
        # By type each holds the other (Fm-3m and Pm-3m do); what counts is which does in one and the same cell.
        down, up = (None, up) if _holds(found, expected) else (down, None)
    if down is not None:
        return Mismatch(
            relation="subgroup",
            index=down[0],
            kind=down[1],
            restored_at=restored,
            largest_displacement=largest,
            rms_displacement=rms,
        )
    if up is not None:
        return Mismatch(relation="supergroup", index=up[0], kind=up[1])
    return Mismatch(relation="unrelated", restored_at=restored, largest_displacement=largest, rms_displacement=rms)


def _smallest_tolerance(search: SymmetrySearch, number: int, symprec: float) -> float | None:
    """The smallest tolerance above `symprec` at which a group is found, to 2 %, None if at none up to the limit."""
    grid = np.geomspace(symprec, RESTORE_LIMIT_A, 30)
    hit = next((index for index, tolerance in enumerate(grid) if search.number(float(tolerance)) == number), None)
    if hit is None:
        return None
    inside, outside = float(grid[hit]), float(grid[hit - 1]) if hit else symprec
    while inside / outside > 1.02:
        middle = float(np.sqrt(inside * outside))
        inside, outside = (middle, outside) if search.number(middle) == number else (inside, middle)
    return inside


def displacement_to(search: SymmetrySearch, tolerance: float) -> tuple[float, float] | None:
    """Largest and rms displacement in angstrom that make the operations found at a tolerance exact.

    Each atom moves to the mean of the images that the operations bring to it, which is the least-squares answer.
    """
    searched = search.at(tolerance)
    operations = searched.operations(tolerance)
    if operations is None:
        return None
    lattice, points = searched.sites.lattice, searched.sites.points
    rotations, translations = operations
    try:
        permutations = site_permutations(points, rotations, translations, lattice, tolerance=4 * tolerance)
    except (BuildError, UnsupportedError):
        return None
    total = np.zeros_like(points)
    for rotation, translation, permutation in zip(rotations, translations, permutations, strict=True):
        offsets = points @ rotation.T + translation - points[permutation]
        moved = np.empty_like(points)
        moved[permutation] = offsets - np.round(offsets)
        total += moved
    shifts = total / len(rotations)
    shifts -= shifts.mean(axis=0)  # a common shift of all atoms restores nothing
    lengths = np.linalg.norm(shifts @ lattice, axis=1)
    return float(lengths.max()), float(np.sqrt((lengths**2).mean()))


@lru_cache(maxsize=512)
def subgroup_index(group: int, subgroup: int) -> tuple[int, Literal["t", "k"]] | None:
    """Smallest index with which a group type holds another as t- or k-subgroup, and which of the two.

    k-subgroups are looked for up to index 4. Space-group types are compared, not their settings.

    Args:
        group: number of the larger group.
        subgroup: number of the smaller.
    """
    parent = moyopy.operations_from_number(group, primitive=True)
    indices: list[tuple[int, Literal["t", "k"]]] = []
    for found in moyopy.enumerate_translationengleiche_subgroups(parent.rotations, parent.translations):
        one = found.representative
        if one.translationengleiche_index > 1 and _number(one.operations) == subgroup:
            indices.append((one.translationengleiche_index, "t"))
    if not indices:
        for index in range(2, _MAXIMUM_K_INDEX + 1):
            classes = moyopy.enumerate_klassengleiche_subgroups_by_index(parent.rotations, parent.translations, index)
            if any(_number(one.representative.operations) == subgroup for one in classes):
                indices.append((index, "k"))
                break
    return min(indices) if indices else None


def _holds(group: int, subgroup: int) -> bool:
    """Whether a group's operations in its reference setting include those of another in its own."""

    def keys(number: int) -> set[tuple[bytes, tuple[float, ...]]]:
        operations = parse_space_group(number)
        return {
            (rotation.tobytes(), tuple(np.round(translation, 4) % 1.0))
            for rotation, translation in zip(operations.rotations, operations.translations, strict=True)
        }

    return keys(subgroup) < keys(group)


def _number(operations: moyopy.Operations) -> int:
    """Group number of primitive operations, in a lattice made to fit them."""
    rotations = np.array(operations.rotations)
    metric = sum(rotation.T @ np.diag([1.0, 1.21, 1.44]) @ rotation for rotation in rotations)
    basis: NDArray[np.float64] = np.linalg.cholesky(metric / len(rotations))
    return moyopy.SpaceGroup(operations.rotations, operations.translations, basis=basis.tolist()).number
