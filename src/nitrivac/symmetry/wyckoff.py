"""Which Wyckoff position of a space group a point is on.

The table beside this module holds the positions of the 230 groups in the reference setting. A point in any other
tabulated setting is carried there first, so letters are always those of the published setting, never those of a
symmetry finder's own choice of origin or axes. A cell in no tabulated setting is carried to the standard one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.arrays import frozen_array
from nitrivac.errors import BuildError
from nitrivac.symmetry.space_group import operations_from_gemmi
from nitrivac.symmetry.standard_setting import standard_setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["WyckoffPosition", "conventional_cells", "find_wyckoff_position", "wyckoff_positions"]

_TERM = re.compile(r"([+-]?)(\d+(?:/\d+)?)?([xyz]?)")
_SHIFTS = np.array(list(product(range(-2, 3), repeat=3)), dtype=float)

# Origin choice 1 seen from the origin of choice 2, where the change of basis in gemmi's table is another one that
# gives the same group but other letters. International Tables A, heading of each group: 201, 134, 137, 138, 141.
_ORIGIN_1 = {
    "P 2 2 3 -1n": (-1 / 4, -1 / 4, -1 / 4),
    "P 4n 2 -1n": (-1 / 4, 1 / 4, -1 / 4),
    "P 4n 2n -1n": (-1 / 4, 1 / 4, -1 / 4),
    "P 4n 2ab -1n": (-1 / 4, 1 / 4, -1 / 4),
    "I 4bw 2bw -1bw": (0.0, 1 / 4, -1 / 8),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WyckoffPosition:
    """A Wyckoff position of a space group in the reference setting.

    Attributes:
        letter: `a` ... `z`, `A` for the 27th position of Pmmm.
        multiplicity: points per conventional cell.
        site_symmetry: oriented site-symmetry symbol, e.g. `3m.`.
        representative: first coordinate triplet, e.g. `1/3,2/3,z`.
        directions: linear part of the triplet, shape (3, 3), columns belong to x, y, z.
        origin: constant part of the triplet, shape (3,).
    """

    letter: str
    multiplicity: int
    site_symmetry: str
    representative: str
    directions: NDArray[np.float64] = field(repr=False)
    origin: NDArray[np.float64] = field(repr=False)

    @property
    def symbol(self) -> str:
        """Multiplicity and letter, e.g. `4f`."""
        return f"{self.multiplicity}{self.letter}"

    @property
    def free_coordinates(self) -> int:
        """Number of coordinates that symmetry leaves free, 0 to 3."""
        return int(np.linalg.matrix_rank(self.directions))


@lru_cache(maxsize=1)
def _table() -> dict[int, tuple[WyckoffPosition, ...]]:
    text = files("nitrivac.symmetry").joinpath("wyckoff_positions.txt").read_text(encoding="ascii")
    table: dict[int, list[WyckoffPosition]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        number, letter, multiplicity, site_symmetry, representative = line.split()
        directions, origin = _affine(representative)
        table.setdefault(int(number), []).append(
            WyckoffPosition(
                letter=letter,
                multiplicity=int(multiplicity),
                site_symmetry=site_symmetry,
                representative=representative,
                directions=directions,
                origin=origin,
            )
        )
    return {number: tuple(positions) for number, positions in table.items()}


def _affine(triplet: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    directions, origin = np.zeros((3, 3)), np.zeros(3)
    for row, part in enumerate(triplet.split(",")):
        for sign, number, axis in _TERM.findall(part):
            if not number and not axis:
                continue
            value = float(Fraction(number or 1)) * (-1 if sign == "-" else 1)
            if axis:
                directions[row, "xyz".index(axis)] += value
            else:
                origin[row] += value
    return frozen_array(directions, float), frozen_array(origin, float)


def wyckoff_positions(number: int) -> tuple[WyckoffPosition, ...]:
    """The Wyckoff positions of a space group in the reference setting, `a` first.

    Args:
        number: International Tables number, 1 to 230.
    """
    return _table()[number]


def _to_reference(group: SpaceGroup) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Linear part and shift of the change to the reference setting."""
    return _from_tabulated(group.hall) if group.is_tabulated else _from_untabulated(group)


@lru_cache(maxsize=64)
def _from_tabulated(hall: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    group = next(group for group in gemmi.spacegroup_table() if group.hall == hall)
    change = group.basisop.inverse()
    return np.array(change.rot) / change.DEN, np.array(_ORIGIN_1.get(hall, np.array(change.tran) / change.DEN))


@lru_cache(maxsize=64)
def _from_untabulated(group: SpaceGroup) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    standard = standard_setting(group.rotations, group.translations)
    if standard is None or standard.number != group.number:
        raise BuildError(f"Wyckoff letters of {group.symbol}: its operations lead to no standard setting")
    return standard.linear, standard.shift


@lru_cache(maxsize=64)
def _reference_operations(number: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rotations, translations = operations_from_gemmi(gemmi.get_spacegroup_reference_setting(number).operations())
    return rotations.astype(float), translations


def conventional_cells(group: SpaceGroup) -> float:
    """How many conventional cells the group's cell holds: 1 in a tabulated setting, 1/3 on rhombohedral axes."""
    return _cells_of_tabulated(group.hall) if group.is_tabulated else _determinant(_to_reference(group)[0])


@lru_cache(maxsize=64)
def _cells_of_tabulated(hall: str) -> float:
    return _determinant(_from_tabulated(hall)[0])


def _determinant(linear: NDArray[np.float64]) -> float:
    return float(abs(np.linalg.det(linear)))


def find_wyckoff_position(
    group: SpaceGroup, frac_coords: ArrayLike, lattice: ArrayLike, *, tolerance: float = 1e-3, sites: int | None = None
) -> WyckoffPosition:
    """The most special Wyckoff position that a point is on.

    Args:
        group: a group; in no tabulated setting, position and multiplicity are those of the standard setting.
        frac_coords: the point, fractions of the cell, shape (3,).
        lattice: lattice vectors as rows, angstrom, shape (3, 3).
        tolerance: how far the point may be from the exact position, angstrom.
        sites: number of sites of its orbit in the cell, where a symmetry search has counted them; the nearest position
            with as many is taken, however far.

    Raises:
        BuildError: no standard setting has the group's operations, or it has no position of so many sites.
    """
    cells = conventional_cells(group) if group.is_tabulated else 1.0  # on rhombohedral axes 6c of R-3m:H is called 2c
    here: Sequence[WyckoffPosition] = _table()[group.number]
    if cells != 1.0:
        here = [replace(one, multiplicity=round(one.multiplicity * cells)) for one in here]
    if sites is not None:
        wanted = sites * cells / conventional_cells(group)
        here = [one for one in here if abs(one.multiplicity - wanted) < 0.1]
        if not here:
            raise BuildError(f"no Wyckoff position of {group.symbol} has {sites} sites in this cell")
        if len(here) == 1:
            return here[0]
    linear, shift = _to_reference(group)
    rotations, translations = _reference_operations(group.number)
    point = linear @ np.asarray(frac_coords, dtype=float) + shift
    basis = np.asarray(lattice, dtype=float).T @ np.linalg.inv(linear)  # columns: reference cell vectors
    images = np.mod(rotations @ point + translations, 1.0)
    images = np.unique(np.round(images, 9), axis=0)
    if sites is not None:
        return min(here, key=lambda one: round(_distance_to(one, images, basis), 6))
    for position in sorted(here, key=lambda position: position.multiplicity):
        if _distance_to(position, images, basis) <= tolerance:
            return position
    raise BuildError(
        f"no Wyckoff position of {group.symbol} holds {np.asarray(frac_coords).tolist()}"
    )  # the general one always does


@lru_cache(maxsize=256)
def _across(directions: bytes, basis: bytes) -> NDArray[np.float64]:
    """What makes of fractions of the cell the part, in angstrom, that is at right angles to the free directions."""
    cell = np.frombuffer(basis).reshape(3, 3)
    along = cell @ np.frombuffer(directions).reshape(3, -1)
    return frozen_array((np.eye(3) - along @ np.linalg.pinv(along)) @ cell, float)


def _distance_to(position: WyckoffPosition, images: NDArray[np.float64], basis: NDArray[np.float64]) -> float:
    """Smallest distance in angstrom of any of the points from the position's first triplet."""
    across = _across(position.directions.tobytes(), basis.tobytes())
    offsets = (images[:, None, :] + _SHIFTS[None, :, :] - position.origin).reshape(-1, 3)
    return float(np.linalg.norm(offsets @ across.T, axis=1).min())
