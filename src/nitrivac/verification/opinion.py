"""What one program says of the symmetry of a cell, the same of spglib and of moyo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.symmetry.spglib_moyo import type_of_hall_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.symmetry.search import SearchedCell

__all__ = ["SECOND_SITES", "Opinion", "opinion_of", "programs"]

SECOND_SITES = 20_000
"""spglib's second opinion is asked for in primitive cells of up to so many sites."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opinion:
    """The answer of a program.

    Attributes:
        program: `spglib` or `moyo`.
        number: of the group.
        symbol: Hermann-Mauguin symbol.
        hall: Hall symbol of the standard setting.
        symprec: tolerance in angstrom that was really used.
        orbits: number of the orbit of each site of the cell that was searched, shape (n,).
        letters: Wyckoff letter of each site in the standard setting.
        cells: standard cells in the cell that was searched.
        answer: all that the program says.
    """

    program: str
    number: int
    symbol: str
    hall: str
    symprec: float
    orbits: NDArray[np.int64] = field(repr=False)
    letters: tuple[str, ...] = field(repr=False)
    cells: float
    answer: Any = field(repr=False)


def programs(searched: SearchedCell) -> tuple[str, str | None]:
    """Whose answer counts, and who is asked for a second opinion, None where that would take too long.

    spglib's answer counts in cells that it searches in a short time, moyo's in larger ones.
    """
    if not searched.is_large:
        return "spglib", "moyo"
    return "moyo", "spglib" if len(searched.sites.points) <= SECOND_SITES else None


def opinion_of(program: str, searched: SearchedCell, symprec: float) -> Opinion | None:
    """What a program, `spglib` or `moyo`, finds at a tolerance in angstrom, None where it finds no group."""
    return _of_spglib(searched, symprec) if program == "spglib" else _of_moyo(searched, symprec)


def _of_spglib(searched: SearchedCell, symprec: float) -> Opinion | None:
    found = searched.spglib(symprec)
    if found is None:
        return None
    return Opinion(
        program="spglib",
        number=int(found.number),
        symbol=found.international,
        hall=found.hall,
        symprec=symprec,
        orbits=np.array(found.crystallographic_orbits),
        letters=tuple(found.wyckoffs),
        cells=_volume(searched.sites.lattice) / _volume(found.std_lattice),
        answer=found,
    )


def _of_moyo(searched: SearchedCell, symprec: float) -> Opinion | None:
    found = searched.moyo(symprec)
    if found is None:
        return None
    kind = type_of_hall_number(found.hall_number)
    if kind is None:
        return None
    return Opinion(
        program="moyo",
        number=int(found.number),
        symbol=kind.international_short,
        hall=kind.hall_symbol,
        symprec=float(found.symprec),
        orbits=np.array(found.orbits),
        letters=tuple(found.wyckoffs),
        cells=_volume(searched.sites.lattice) / _volume(found.std_cell.basis),
        answer=found,
    )


def _volume(lattice: Any) -> float:
    return abs(float(np.linalg.det(np.array(lattice))))
