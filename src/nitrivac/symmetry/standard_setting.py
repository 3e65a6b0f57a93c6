"""The way from a cell in no tabulated setting to the standard setting of its group."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import gemmi
import moyopy
import numpy as np

from nitrivac.arrays import frozen_array
from nitrivac.symmetry.integer_lattice import lattice_basis
from nitrivac.symmetry.space_group import operations_from_gemmi

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["StandardSetting", "exact_translations", "primitive_basis", "primitive_operations", "standard_setting"]

_LARGEST_DENOMINATOR = 192
_EXACT = 2e-3  # fractions of the cell; translations are written with four digits or more


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StandardSetting:
    """A group's number, and the change of coordinates to its standard setting: x_standard = linear x + shift.

    Attributes:
        number: International Tables number.
        linear: shape (3, 3).
        shift: shape (3,), fractions of the standard cell.
    """

    number: int
    linear: NDArray[np.float64] = field(repr=False)
    shift: NDArray[np.float64] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "linear", frozen_array(self.linear, np.float64))
        object.__setattr__(self, "shift", frozen_array(self.shift, np.float64))

    @property
    def in_words(self) -> str:
        """The change as a coordinate triplet, e.g. `x+1/4,y,z-1/8`."""
        return ",".join(_row(row, shift) for row, shift in zip(self.linear, self.shift, strict=True))


def _row(row: NDArray[np.float64], shift: float) -> str:
    text = ""
    for coefficient, axis in zip(row, "xyz", strict=True):
        if abs(coefficient) > 1e-6:
            size = _number(abs(float(coefficient)))
            text += ("-" if coefficient < 0 else "+" if text else "") + ("" if size == "1" else f"{size}*") + axis
    shift = (float(shift) + 0.5) % 1.0 - 0.5
    return text + ("" if abs(shift) < 1e-6 else ("-" if shift < 0 else "+") + _number(abs(shift)))


def _number(value: float) -> str:
    fraction = Fraction(value).limit_denominator(48)
    return str(fraction) if abs(float(fraction) - value) < 1e-5 else f"{value:.5g}"


def primitive_basis(rotations: NDArray[np.int64], translations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns are vectors of a primitive cell, in fractions of the cell whose operations these are.

    Args:
        rotations: integer matrices, shape (m, 3, 3).
        translations: vectors, shape (m, 3).
    """
    pure = (rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2))
    exact = [[Fraction(float(value)).limit_denominator(_LARGEST_DENOMINATOR) for value in row] for row in translations[pure]]
    scale = lcm(*(value.denominator for row in exact for value in row), 1)
    vectors = [(int(row[0] * scale), int(row[1] * scale), int(row[2] * scale)) for row in exact]
    whole = [(scale, 0, 0), (0, scale, 0), (0, 0, scale)]
    return np.array(lattice_basis([*vectors, *whole]), dtype=float).T / scale


def primitive_operations(
    rotations: NDArray[np.int64], translations: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]] | None:
    """One operation for each rotation, in a primitive cell, and that cell; None where these operations are no group.

    Args:
        rotations: integer matrices, shape (m, 3, 3), centring translations included among the operations.
        translations: vectors, shape (m, 3).

    Returns:
        Rotations (k, 3, 3), translations (k, 3), and the columns of `primitive_basis`.
    """
    basis = primitive_basis(rotations, translations)
    inverse = np.linalg.inv(basis)
    centrings = round(1 / abs(np.linalg.det(basis)))
    turned = inverse @ rotations @ basis
    moved = translations @ inverse.T
    if np.abs(turned - np.round(turned)).max() > 1e-6:
        return None
    turned = np.array(np.round(turned), dtype=np.int64)
    kinds, first, kind_of, numbers = np.unique(
        turned.reshape(-1, 9), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    offsets = moved - moved[first][kind_of.ravel()]
    if (numbers != centrings).any() or np.abs(offsets - np.round(offsets)).max() > _EXACT:
        return None
    products = turned[first][:, None] @ turned[first][None, :]
    places = {kind.tobytes(): place for place, kind in enumerate(kinds)}
    target = np.array([places.get(product.tobytes(), -1) for product in products.reshape(-1, 9)])
    if (target < 0).any():
        return None
    shifts = (np.einsum("aij,bj->abi", turned[first], moved[first]) + moved[first][:, None]).reshape(-1, 3)
    misses = shifts - moved[first][target]
    if np.abs(misses - np.round(misses)).max() > 2 * _EXACT:
        return None
    return np.array(turned[first], dtype=np.int64), moved[first], basis


def standard_setting(rotations: NDArray[np.int64], translations: NDArray[np.float64]) -> StandardSetting | None:
    """The standard setting of a group of operations, None where moyo finds none that makes the group's own operations.

    Args:
        rotations: integer matrices, shape (m, 3, 3), centring translations included among the operations.
        translations: vectors, shape (m, 3), fractions of the cell.
    """
    primitive = primitive_operations(rotations, translations)
    if primitive is None:
        return None
    turned, moved, basis = primitive
    try:
        found = moyopy.SpaceGroup(
            turned.tolist(),
            np.mod(moved, 1.0).tolist(),
            basis=_lattice_with(turned).tolist(),
            setting=moyopy.Setting.standard(),
            epsilon=2 * _EXACT,
        )
    except (ValueError, RuntimeError):
        return None
    conventional = np.array(moyopy.HallSymbolEntry(found.hall_number).centering.linear, dtype=float)
    from_primitive = np.linalg.inv(np.array(found.linear, dtype=float) @ conventional)
    linear, shift = from_primitive @ np.linalg.inv(basis), -from_primitive @ np.array(found.origin_shift)
    setting = StandardSetting(number=found.number, linear=linear, shift=shift)
    return setting if exact_translations(setting, rotations, translations) is not None else None


def _lattice_with(rotations: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rows of a lattice that has the symmetry of these rotations, and by its odd lengths little more."""
    odd = np.diag([1.0, 1.21, 1.47]) + 0.06
    metric = (rotations.transpose(0, 2, 1) @ odd @ rotations).mean(axis=0)
    return np.linalg.cholesky(metric)


def exact_translations(
    setting: StandardSetting, rotations: NDArray[np.int64], translations: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """The translations as the standard setting's own operations make them, None where one of these is not among them.

    Args:
        setting: the way to the standard setting.
        rotations: integer matrices, shape (m, 3, 3).
        translations: vectors, shape (m, 3), as exact as a file writes them.
    """
    back = np.linalg.inv(setting.linear)
    turned = setting.linear @ rotations @ back
    moved = translations @ setting.linear.T + setting.shift - turned @ setting.shift
    reference = gemmi.get_spacegroup_reference_setting(setting.number).operations()
    standard_rotations, standard_translations = operations_from_gemmi(reference)
    exact = np.empty_like(translations)
    for place, (rotation, translation) in enumerate(zip(turned, moved, strict=True)):
        alike = np.abs(standard_rotations - rotation).max(axis=(1, 2)) < 1e-6
        offsets = standard_translations[alike] - translation
        offsets -= np.round(offsets)
        size = np.abs(offsets).max(axis=1, initial=0.0)
        if not alike.any() or size.min() > 3 * _EXACT:
            return None
        exact[place] = translations[place] + back @ offsets[size.argmin()]
    return exact
