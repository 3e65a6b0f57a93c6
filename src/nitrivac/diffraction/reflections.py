"""Which reflections a powder has: indices up to an angle, one of each Laue class, without those a group extinguishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.documents.record import Record
from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["Reflections", "are_absent", "reflections_between"]

MOST_INDICES = 20_000_000
"""Lattice points that are looked at; beyond, a pattern has no lines that could be told apart."""

_IN_ONE_GO = 4_000_000  # numbers in a temporary array
_WHOLE = 1e-3  # of a turn; translations are exact


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reflections(Record):
    """Symmetry-distinct reflections in order of falling d.

    Attributes:
        hkl: Miller indices in the crystal's own cell, one of each family, shape (n, 3).
        d: lattice spacing in angstrom, shape (n,).
        multiplicity: members of each family by the Laue class, hkl and -h-k-l both counted, shape (n,).
    """

    hkl: NDArray[np.int64]
    d: NDArray[np.float64]
    multiplicity: NDArray[np.int64]

    @property
    def s_squared(self) -> NDArray[np.float64]:
        """(sin theta / lambda)**2 in 1/angstrom**2, shape (n,)."""
        return np.asarray(0.25 / self.d**2)


def reflections_between(crystal: Crystal, d_min: float, d_max: float = np.inf) -> Reflections:
    """The reflections of a crystal with d in a range, systematic absences left out.

    Args:
        crystal: any; its operations decide on equivalence and absence.
        d_min: least spacing in angstrom.
        d_max: largest spacing in angstrom.

    Raises:
        UnsupportedError: the cell is so large that there are tens of millions.
    """
    indices = _half_sphere(crystal.lattice, d_min, d_max, crystal.provenance.source)
    families, multiplicity = _families(indices, crystal.space_group)
    kept = ~are_absent(families, crystal.space_group)
    families, multiplicity = families[kept], multiplicity[kept]
    d = 1.0 / _lengths(families, crystal.lattice)
    order = np.lexsort((-families[:, 2], -families[:, 1], -families[:, 0], -np.round(d, 9)))
    return Reflections(hkl=families[order], d=d[order], multiplicity=multiplicity[order])


def are_absent(hkl: NDArray[np.int64], group: SpaceGroup) -> NDArray[np.bool_]:
    """Which reflections a space group extinguishes, centring included, shape (n,).

    An operation (W, w) with h W = h multiplies F(h) by exp(2 pi i h w), so that F(h) is zero unless h w is whole
    (International Tables for Crystallography A, chapter 1.6).

    Args:
        hkl: indices in the group's cell, shape (n, 3).
        group: the group.
    """
    absent = np.zeros(len(hkl), dtype=bool)
    translations = _intrinsic_translations(group)
    for rows in _pieces(len(hkl), 3 * group.order):
        fixed = (_images(hkl[rows], group.rotations) == hkl[rows][:, None, :]).all(axis=2)
        turns = hkl[rows] @ translations.T
        absent[rows] = (fixed & (np.abs(turns - np.round(turns)) > _WHOLE)).any(axis=1)
    return absent


def _intrinsic_translations(group: SpaceGroup) -> NDArray[np.float64]:
    """The screw, glide or centring part of each operation, exact where the group was found in a crystal, shape (m, 3).

    With k the order of W it is the mean of w, W w, ..., W**(k - 1) w, which for h W = h has the same product with h as w;
    k times it is a translation of the lattice. Of n centring translations in the cell each is a multiple of 1/n.
    """
    identity = np.eye(3, dtype=np.int64)
    centring = int((group.rotations == identity).all(axis=(1, 2)).sum())
    parts = np.empty((group.order, 3))
    for number, (rotation, translation) in enumerate(zip(group.rotations, group.translations, strict=True)):
        power, order, total = rotation, 1, translation.astype(float)
        while (power != identity).any():
            total = total + power @ translation
            power, order = power @ rotation, order + 1
        step = 1.0 / (order * centring)
        exact = np.round(total / order / step) * step
        near = np.abs(total / order - exact).max() < step / 4  # else a translation is known too badly to be made exact
        parts[number] = exact if near else total / order
    return parts


def _half_sphere(lattice: NDArray[np.float64], d_min: float, d_max: float, source: str) -> NDArray[np.int64]:
    """One of each pair hkl, -h-k-l with d in the range, shape (n, 3)."""
    most = np.floor(np.linalg.norm(lattice, axis=1) / d_min + 1e-9).astype(int)
    if (most[0] + 1) * (2 * most[1] + 1) * (2 * most[2] + 1) > MOST_INDICES:
        raise UnsupportedError(
            f"{source}: its cell of {abs(np.linalg.det(lattice)):.0f} cubic angstrom has too many reflections with d above "
            f"{d_min:.3g} angstrom; take a smaller angle, a longer wavelength, or the average structure"
        )
    plane = np.stack(np.meshgrid(*(np.arange(-one, one + 1) for one in most[1:]), indexing="ij"), axis=-1).reshape(-1, 2)
    found = []
    for h in range(most[0] + 1):
        layer = np.column_stack([np.full(len(plane), h), plane])
        if h == 0:
            layer = layer[(plane[:, 0] > 0) | ((plane[:, 0] == 0) & (plane[:, 1] > 0))]
        length = _lengths(layer, lattice)
        found.append(layer[(length <= 1.0 / d_min) & (length > 0) & (length * d_max >= 1.0)])
    return np.concatenate(found)


def _families(hkl: NDArray[np.int64], group: SpaceGroup) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct families among indices: the member written first, and how many members there are."""
    rotations = np.unique(np.concatenate([group.rotations, -group.rotations]), axis=0)
    reach = 2 * int(np.abs(hkl).max(initial=0)) * int(np.abs(rotations).sum(axis=1).max()) + 1
    members: list[NDArray[np.int64]] = []
    numbers: list[NDArray[np.int64]] = []
    for rows in _pieces(len(hkl), 3 * len(rotations)):
        keys = np.sort(_keys(_images(hkl[rows], rotations), reach), axis=1)
        members.append(keys[:, -1])
        numbers.append(1 + np.count_nonzero(np.diff(keys, axis=1), axis=1))
    if not members:
        return np.empty((0, 3), dtype=np.int64), np.empty(0, dtype=np.int64)
    keys, first = np.unique(np.concatenate(members), return_index=True)
    return _indices(keys, reach), np.concatenate(numbers)[first]


def _keys(hkl: NDArray[np.int64], reach: int) -> NDArray[np.int64]:
    """A number for each triple, larger the fewer and smaller its negative indices, then by h, k and l."""
    half = reach // 2
    digits = hkl + half
    key = np.minimum(digits.min(axis=-1), half)
    for axis in range(3):
        key = key * reach + digits[..., axis]
    return np.asarray(key)


def _indices(keys: NDArray[np.int64], reach: int) -> NDArray[np.int64]:
    """The triples of numbers made by `_keys`."""
    return np.stack([keys // reach**2 % reach, keys // reach % reach, keys % reach], axis=-1) - reach // 2


def _images(hkl: NDArray[np.int64], rotations: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows h W of each rotation, shape (n, m, 3)."""
    return np.asarray(np.einsum("ni,mij->nmj", hkl, rotations))


def _lengths(hkl: NDArray[np.int64], lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lengths of reciprocal vectors in 1/angstrom, shape (n,)."""
    return np.asarray(np.linalg.norm(hkl @ np.linalg.inv(lattice).T, axis=1))


def _pieces(rows: int, each: int) -> Iterator[slice]:
    """Slices of rows whose temporary arrays, of `each` numbers a row, stay small."""
    step = max(1, _IN_ONE_GO // each)
    for start in range(0, rows, step):
        yield slice(start, start + step)
