"""Thirds and sixths typed short: 0.333 is 1/3 where a special position says so, and 0.333 where a coordinate is free."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["completed_point", "remarks_on_thirds", "typed_third"]

_DENOMINATORS = (3, 6)  # the only fractions of special positions that no decimal writes exactly
_SAME = 1e-9
_SIXTHS_OPEN = 6.001e-3  # six times a thousandth: what is cut after three digits
_VISIBLE_A = 5e-5  # a shorter shift changes no printed digit


def typed_third(value: float) -> Fraction | None:
    """The third or sixth that a decimal of at least three digits is, cut or rounded at its last digit: 0.333, 0.6667."""
    text = repr(float(value))
    digits = len(text.partition(".")[2])
    if digits < 3 or "e" in text:
        return None
    for denominator in _DENOMINATORS:
        exact = Fraction(round(value * denominator), denominator)
        rounded, cut = round(float(exact), digits), math.trunc(exact * 10**digits) / 10**digits
        if exact.denominator > 1 and exact.denominator % 3 == 0 and float(value) in (rounded, cut):
            return exact
    return None


def _may_have_thirds(values: NDArray[np.float64]) -> bool:
    """Whether any value is within what three digits leave open of a sixth: most are not, and need no closer look."""
    sixths = values * 6
    return bool((np.abs(sixths - np.round(sixths)) < _SIXTHS_OPEN).any())


def completed_point(group: SpaceGroup, xyz: ArrayLike, lattice: ArrayLike, *, tolerance: float) -> NDArray[np.float64]:
    """A point whose thirds and sixths are completed where its position fixes them, and only there.

    With all of them completed the point may lie on a special position; along the directions that stay free there it is put
    back to where it was typed.

    Args:
        group: the group, in the basis of the cell.
        xyz: fractional coordinates as typed, shape (3,).
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        tolerance: distance from a symmetry element, in angstrom, within which a point is on it.
    """
    typed = np.asarray(xyz, dtype=float)
    if group.order == 1 or not _may_have_thirds(typed):
        return typed
    whole = np.array([value if (third := typed_third(value)) is None else float(third) for value in typed.tolist()])
    if (whole == typed).all():
        return typed
    offsets = group.rotations @ whole + group.translations - whole
    offsets -= np.round(offsets)
    fixing = group.rotations[np.linalg.norm(offsets @ np.asarray(lattice, dtype=float), axis=1) <= tolerance]
    free = fixing.mean(axis=0)  # projects onto the directions in which the point may move on its position
    completed: NDArray[np.float64] = whole + free @ (typed - whole)
    return np.where(np.abs(completed - typed) < 1e-15, typed, completed)


def remarks_on_thirds(
    group: SpaceGroup, sites: Sequence[tuple[str, tuple[float, ...]]], lattice: ArrayLike, *, tolerance: float
) -> tuple[str, ...]:
    """Remarks on the thirds and sixths typed short: which were completed, and which stay since nothing fixes them.

    Args:
        group: the group, in the basis of the cell.
        sites: label and coordinates as typed of each.
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        tolerance: distance from a symmetry element, in angstrom, within which a point is on it.
    """
    completed: list[str] = []
    kept: list[str] = []
    edges = np.linalg.norm(np.asarray(lattice, dtype=float), axis=1)
    for label, xyz in sites:
        if all(typed_third(value) is None for value in xyz):
            continue
        point = completed_point(group, xyz, lattice, tolerance=tolerance)
        for axis, edge, value, taken in zip("xyz", edges.tolist(), xyz, point.tolist(), strict=True):
            third = typed_third(value)
            if third is None or abs(float(third) - value) * edge < _VISIBLE_A:
                continue
            if abs(taken - float(third)) < _SAME or abs(taken - value) < _SAME:
                (kept if abs(taken - value) < _SAME else completed).append(f"{axis} of {label} ({value:g}, {third})")
    remarks = []
    if completed:
        remarks.append(f"typed short and completed, as their positions fix them: {_list(completed)}")
    if kept:
        remarks.append(f"near a third or sixth but free on their positions, and taken as typed: {_list(kept)}")
    return tuple(remarks)


def _list(parts: list[str]) -> str:
    return ", ".join(parts[:6]) + (f" and {len(parts) - 6} more" if len(parts) > 6 else "")
