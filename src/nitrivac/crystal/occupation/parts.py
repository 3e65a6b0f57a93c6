"""What an occupation names beside its sites: atoms on none of them, and what displaced atoms leave open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nitrivac.documents.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Ambiguity", "Interstitial"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interstitial(Record):
    """An atom on no site.

    Attributes:
        atom: its number in the source, from 0.
        element: element symbol.
        position: fractional coordinates in the cell of the atoms, shape (3,).
        nearest: the nearest sites, by number in the supercell, and how far they are, angstrom.

    >>> from nitrivac import Occupation, load
    >>> crystal = load("alpha-Li3N")
    >>> structure = crystal.structure.make_supercell(3, in_place=False)
    >>> found = Occupation.of(crystal, structure.append("Li", [0.1667, 0, 0.1667]))
    >>> [one.element for one in found.interstitials]
    ['Li']
    """

    atom: int
    element: str
    position: NDArray[np.float64]
    nearest: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ambiguity(Record):
    """Something that displaced atoms leave open.

    Attributes:
        words: what it is.
        atoms: the atoms it concerns, by number in the source, from 0; none where it concerns all.
        sites: the sites it concerns, by number in the supercell.
    """

    words: str
    atoms: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()
