"""spglib and moyo behind one face: an answer or None, never a warning."""

from __future__ import annotations

import logging
import os
import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

import moyopy
import numpy as np
import spglib

from nitrivac.symmetry.space_group import SpaceGroup

if TYPE_CHECKING:
    from numpy.typing import NDArray

# spglib writes remarks on failed attempts to standard error from C unless told not to.
os.environ.setdefault("SPGLIB_WARNING", "OFF")
# moyo logs them, which Python prints where nobody listens.
logging.getLogger("moyo").addHandler(logging.NullHandler())

__all__ = [
    "Cell",
    "CellArrays",
    "group_of_operations",
    "moyo_dataset",
    "reduced_lattice",
    "schoenflies_symbols",
    "spglib_dataset",
    "spglib_type",
]

Cell = tuple[list[list[float]], list[list[float]], list[int]]
"""Lattice rows in angstrom, fractional coordinates, and one integer per site for what sits there."""
CellArrays = tuple["NDArray[np.float64]", "NDArray[np.float64]", "NDArray[np.int64]"]
"""The same as arrays."""


def spglib_dataset(cell: Cell | CellArrays, symprec: float) -> spglib.SpglibDataset | None:
    """Spglib's answer at a tolerance in angstrom, None where it finds none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # about its change from None to exceptions
        try:
            return spglib.get_symmetry_dataset(cell, symprec=symprec)  # type: ignore[arg-type] # it takes arrays as well
        except spglib.SpglibError:
            return None


def spglib_type(
    rotations: NDArray[np.int64], translations: NDArray[np.float64], lattice: NDArray[np.float64]
) -> spglib.SpaceGroupType | None:
    """The space-group type of a set of operations, None where they make none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return spglib.get_spacegroup_type_from_symmetry(rotations, translations, lattice=lattice.tolist())
        except spglib.SpglibError:
            return None


def reduced_lattice(lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Delaunay-reduced vectors of a lattice, rows in angstrom; the given ones where spglib finds none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            found = spglib.delaunay_reduce(lattice)
        except spglib.SpglibError:
            return lattice
    return lattice if found is None else np.array(found, dtype=float)


def type_of_hall_number(hall_number: int) -> spglib.SpaceGroupType | None:
    """The space-group type of one of the 530 settings, None for other numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return spglib.get_spacegroup_type(hall_number)


@lru_cache(maxsize=1)
def schoenflies_symbols() -> dict[str, int]:
    """The number of each Schoenflies symbol, written without marks and in small letters: `d6h4` is 194."""
    kinds = [type_of_hall_number(hall) for hall in range(1, 531)]
    return {re.sub(r"[\W_]", "", kind.schoenflies).casefold(): kind.number for kind in kinds if kind is not None}


def group_of_operations(
    rotations: NDArray[np.int64], translations: NDArray[np.float64], lattice: NDArray[np.float64]
) -> SpaceGroup | None:
    """The record of a group whose cell need be in no tabulated setting, None where the operations make no group."""
    kind = spglib_type(rotations, translations, lattice)
    if kind is None:
        return None
    return SpaceGroup(
        number=kind.number,
        symbol=kind.international_short,
        setting="",
        hall=kind.hall_symbol,
        rotations=rotations,
        translations=translations,
    )


def moyo_dataset(cell: Cell, symprec: float) -> moyopy.MoyoDataset | None:
    """Moyo's answer at a tolerance in angstrom, None where it finds none.

    moyo lowers a tolerance that leads nowhere; the one it used is the answer's `symprec`.
    """
    lattice, positions, kinds = cell
    try:
        return moyopy.MoyoDataset(moyopy.Cell(lattice, positions, kinds), symprec=symprec)
    except (ValueError, RuntimeError):
        return None
