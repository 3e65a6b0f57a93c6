"""The space group of an arrangement of sites at any tolerance, in cells of any size.

Small cells are handed to spglib and moyo as they are. In larger ones sites are told apart by their surroundings first, and
the lattice translations are taken out of the largest: neither changes the group, and the time of the search, which grows
with the sites times those that might be images of one of them, becomes short.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.symmetry.primitive_cell import SiteCell, without_translations
from nitrivac.symmetry.site_classes import neighbour_distances, reach_of, site_classes
from nitrivac.symmetry.spglib_moyo import moyo_dataset, spglib_dataset

if TYPE_CHECKING:
    import moyopy
    import spglib
    from numpy.typing import NDArray

    from nitrivac.symmetry.spglib_moyo import Cell

__all__ = ["MOST_TRIALS", "SPGLIB_SITES", "SearchedCell", "SymmetrySearch"]

SPGLIB_SITES = 5_000
"""In larger primitive cells moyo finds the group: spglib takes time with the square of the sites."""

MOST_TRIALS = 10_000_000
"""Sites of the rarest class times sites of a large cell, up to which a search is begun."""

_FEW = 200  # sites that are not worth telling apart
_EXACT_A = 1e-6  # translations that hold to this hold at every tolerance that is asked for


class SymmetrySearch:
    """Symmetry searches in one cell.

    Attributes:
        cell: the cell as given.
    """

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self._numbers: dict[float, int | None] = {}

    def number(self, symprec: float) -> int | None:
        """The group number at a tolerance in angstrom, None where none is found."""
        if symprec not in self._numbers:
            self._numbers[symprec] = self.at(symprec).number(symprec)
        return self._numbers[symprec]

    def at(self, symprec: float) -> SearchedCell:
        """The cell to search at a tolerance in angstrom: as given, or where that is large without its translations."""
        if len(self.cell[1]) <= SPGLIB_SITES:
            return self._given
        smaller = without_translations(self._exact.sites, symprec)
        return self._exact if smaller is self._exact.sites else SearchedCell(sites=smaller)

    @cached_property
    def _given(self) -> SearchedCell:
        lattice, points, kinds = (np.array(part) for part in self.cell)
        return SearchedCell(sites=SiteCell(lattice=lattice, points=points, kinds=kinds, owner=np.arange(len(kinds))))

    @cached_property
    def _exact(self) -> SearchedCell:
        """The cell without the translations that hold at every tolerance."""
        return SearchedCell(sites=without_translations(self._given.sites, _EXACT_A))


@dataclass(frozen=True, kw_only=True, eq=False)
class SearchedCell:
    """A cell as it is searched.

    Attributes:
        sites: lattice, coordinates and kinds, and which site stands for each of the cell as given.
    """

    sites: SiteCell
    _of_spglib: dict[float, spglib.SpglibDataset | None] = field(default_factory=dict, init=False, repr=False)
    _of_moyo: dict[float, moyopy.MoyoDataset | None] = field(default_factory=dict, init=False, repr=False)

    @property
    def is_large(self) -> bool:
        """Whether moyo finds the group and spglib gives the second opinion, not the other way round."""
        return len(self.sites.points) > SPGLIB_SITES

    def ends_soon(self, symprec: float) -> bool:
        """Whether a search at a tolerance in angstrom comes to an end: few sites might be images of each other."""
        return not self.is_large or int(np.bincount(self.classes(symprec)).min()) * len(self.sites.points) <= MOST_TRIALS

    def number(self, symprec: float) -> int | None:
        """The group number at a tolerance in angstrom, None where none is found or the search would not end."""
        if self.is_large:
            found = self.moyo(symprec) if self.ends_soon(symprec) else None
            return None if found is None or found.symprec < symprec else int(found.number)
        dataset = self.spglib(symprec)
        return None if dataset is None else int(dataset.number)

    def spglib(self, symprec: float) -> spglib.SpglibDataset | None:
        """What spglib finds at a tolerance in angstrom."""
        if symprec not in self._of_spglib:
            cell = (self.sites.lattice, self.sites.points, self.classes(symprec))
            self._of_spglib[symprec] = spglib_dataset(cell, symprec)
        return self._of_spglib[symprec]

    def moyo(self, symprec: float) -> moyopy.MoyoDataset | None:
        """What moyo finds; its standard cell has the numbers of `classes`."""
        if symprec not in self._of_moyo:
            lattice, points = self.sites.lattice.tolist(), self.sites.points.tolist()
            self._of_moyo[symprec] = moyo_dataset((lattice, points, self.classes(symprec).tolist()), symprec)
        return self._of_moyo[symprec]

    def operations(self, symprec: float) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
        """Rotations (m, 3, 3) and translations (m, 3) found in this cell, None where no group is."""
        if self.is_large:
            found = self.moyo(symprec)
            return None if found is None else (np.array(found.operations.rotations), np.array(found.operations.translations))
        dataset = self.spglib(symprec)
        return None if dataset is None else (np.array(dataset.rotations), np.array(dataset.translations))

    def classes(self, symprec: float) -> NDArray[np.int64]:
        """The kinds of the sites, those of large cells told apart by their surroundings."""
        if len(self.sites.points) <= _FEW:
            return np.array(np.unique(self.sites.kinds, return_inverse=True)[1], dtype=np.int64)
        # Each end of a distance moves by the tolerance, and so does each vector of the cell.
        strained = self._reach * float(np.linalg.norm(np.linalg.inv(self.sites.lattice), axis=0).sum())
        return site_classes(self.sites.kinds, self._distances, symprec * (2 + 2 * strained))

    @cached_property
    def _reach(self) -> float:
        return reach_of(self.sites.lattice, len(self.sites.points))

    @cached_property
    def _distances(self) -> NDArray[np.float64]:
        return neighbour_distances(self.sites.lattice, self.sites.points, self.sites.kinds, self._reach)
