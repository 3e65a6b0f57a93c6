"""Colours on the sites of a supercell: which operations leave them alone, and one image for all, without a table of images.

An operation sends the sites of the rarest colour to one another, so only those that send one of them to another are tried.
Where that leaves many, sites are told apart by the colours of their neighbours first, which no operation changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.supercells._colourings import Moves
    from nitrivac.crystal.supercells.site_action import SiteAction

__all__ = ["Colourings", "colourings"]

_TABLE = 100_000  # images that are all looked at: for so few the compiled parts are not worth their loading
_CHEAP = 2_000_000  # images of sites that may be looked at before sites are told apart by their neighbours
_NEIGHBOURS = 4  # of every site, at least
_ROUNDS = 24  # of telling apart


@dataclass(frozen=True, kw_only=True, eq=False)
class Colourings:
    """The group of a supercell as it acts on colours of some of its sites.

    Attributes:
        action: the group on all sites.
        kinds: kinds of the coloured sites, shape (b,).
        slots: of each coloured site, number of its kind times number of cells plus number of its cell, shape (a,).
    """

    action: SiteAction
    kinds: NDArray[np.int64] = field(repr=False)
    slots: NDArray[np.int64] = field(repr=False)

    @cached_property
    def moves(self) -> Moves:
        """The group for the compiled parts, with the coloured kinds of sites alone."""
        from nitrivac.crystal.supercells._colourings import Moves

        position = np.full(len(self.action.places), -1, dtype=np.int64)
        position[self.kinds] = np.arange(len(self.kinds))
        return Moves(
            periods=self.action.cells.periods.copy(),
            turns=self.action.turns.copy(),
            kind_images=position[self.action.kind_images[:, self.kinds]],
            steps=self.action.steps[:, self.kinds].copy(),
        )

    def stabiliser(self, colours: NDArray[np.int64]) -> NDArray[np.int64]:
        """The operations that send each site to one of its own colour, ascending.

        Args:
            colours: of each coloured site, shape (a,).
        """
        if not len(self.kinds):
            return np.arange(self.action.order)
        if self.action.order * len(self.slots) <= _TABLE:
            return np.flatnonzero((colours[self._images] == colours).all(axis=1))
        from nitrivac.crystal.supercells._colourings import stabiliser

        grid = self._grid(colours)
        fine, kinds, places = self._rarest(grid, _CHEAP)
        translations, cosets, shifts = stabiliser(self.moves, self.action.identity, grid, fine, kinds, places)
        numbers = self.action.cells.numbers(shifts[:, None, :] + translations[None, :, :])
        operations: NDArray[np.int64] = self.action.operation_at[cosets[:, None], numbers].astype(np.int64).ravel()
        return np.sort(operations)

    @cached_property
    def _images(self) -> NDArray[np.int64]:
        """The coloured site to which each operation sends each, shape (m, a)."""
        sites = self.action.site_at[self.kinds].ravel()[self.slots]
        place = np.full(self.action.site_at.size, -1, dtype=np.int64)
        place[sites] = np.arange(len(sites))
        return place[self.action.images(np.arange(self.action.order), sites)]

    def canonical(self, colours: NDArray[np.int64]) -> NDArray[np.int64]:
        """One image of the colours, the same for all that are images of one another, shape (a,).

        Args:
            colours: of each coloured site, shape (a,).
        """
        from nitrivac.crystal.supercells._colourings import first_image, one_of_each_orbit, stabiliser

        if not len(self.kinds):
            return colours
        grid = self._grid(colours)
        fine, kinds, places = self._rarest(grid, 0)
        translations, _, _ = stabiliser(self.moves, self.action.identity, grid, fine, kinds, places)
        if len(translations) > 1:  # sites that a translation carries into one another have the same images
            once = one_of_each_orbit(kinds, places, translations, self.moves.periods, len(self.kinds))
            kinds, places = kinds[once], places[once]
        image: NDArray[np.int64] = first_image(self.moves, grid, kinds, places).ravel()[self.slots]
        return image

    def _grid(self, colours: NDArray[np.int64]) -> NDArray[np.int64]:
        """The colours of each kind in each cell, shape (b, cells)."""
        grid = np.empty(len(self.slots), dtype=np.int64)
        grid[self.slots] = colours
        return grid.reshape(len(self.kinds), -1)

    def _rarest(self, grid: NDArray[np.int64], cheap: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Colours fine enough for a search, and kinds and cells of the sites of the rarest."""
        from nitrivac.crystal.supercells._colourings import refined

        fine = grid
        rarest, size, number = _rarest_colour(fine)
        work = len(self.moves.turns) * grid.size
        for _ in range(_ROUNDS):
            if size == 1 or size * work <= cheap:
                break
            finer = refined(fine.view(np.uint64), *self._neighbours, self.moves.periods).view(np.int64)
            rarest, size, more = _rarest_colour(finer)
            fine = finer
            if more == number:
                break
            number = more
        kinds, cells = np.nonzero(fine == rarest)
        return fine, kinds, self.action.cells.elements[cells]

    @cached_property
    def _neighbours(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Neighbours of each kind: where they begin, their kinds, and the cells they lie in; the group keeps them."""
        action, moves, cells = self.action, self.moves, self.action.cells
        points = action.places[self.kinds]
        radius = float(np.cbrt(abs(np.linalg.det(action.lattice)) / len(points)))
        while True:
            pairs = neighbour_pairs(action.lattice, points, radius)
            if np.bincount(pairs.centres, minlength=len(points)).min() >= _NEIGHBOURS:
                break
            radius *= 1.2
        # The images under every operation: a distance at the edge of the radius is there for all of its kind.
        steps = cells.coordinates(pairs.images)
        turned = np.einsum("kij,ej->kei", moves.turns, steps)
        turned += moves.steps[:, pairs.neighbours] - moves.steps[:, pairs.centres]
        rows = np.column_stack(
            [
                moves.kind_images[:, pairs.centres].ravel(),
                moves.kind_images[:, pairs.neighbours].ravel(),
                np.mod(turned, cells.periods).reshape(-1, 3),
            ]
        )
        rows = np.unique(rows, axis=0)
        start = np.searchsorted(rows[:, 0], np.arange(len(points) + 1))
        return start, rows[:, 1].copy(), rows[:, 2:].copy()


def colourings(action: SiteAction, sites: NDArray[np.int64] | None = None) -> Colourings:
    """The group of a supercell on colours of its sites.

    Args:
        action: the group on all sites.
        sites: those that are coloured, shape (a,), which the group keeps among themselves; by default all.
    """
    kind_of_site = action.kind_of_site if sites is None else action.kind_of_site[sites]
    cell_of_site = action.cell_of_site if sites is None else action.cell_of_site[sites]
    kinds, local = np.unique(kind_of_site, return_inverse=True)
    return Colourings(action=action, kinds=kinds, slots=local * len(action.cells) + action.cells.numbers(cell_of_site))


def _rarest_colour(colours: NDArray[np.int64]) -> tuple[int, int, int]:
    """The colour of fewest sites (the smallest of several), how many sites it has, and how many colours there are."""
    values, sizes = np.unique(colours, return_counts=True)
    rarest = int(np.argmin(sizes))
    return int(values[rarest]), int(sizes[rarest]), len(values)
