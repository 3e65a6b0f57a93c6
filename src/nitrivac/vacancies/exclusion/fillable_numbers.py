"""Which numbers of sites can be filled in a supercell whose sites exclude each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import connected_components

from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.vacancies.exclusion.allowed_fillings import AllowedFillings, ConflictGraph
from nitrivac.vacancies.exclusion.elimination import TooEntangledError
from nitrivac.vacancies.exclusion.markov_chain import MarkovChains, NoFillingFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["FillableNumbers"]

_AROUND = 3  # numbers on either side that are found together with those asked for
_MOST_SEARCHES = 12  # for a filling, in one supercell
_PATIENCE = 200  # sweeps of each


class FillableNumbers:
    """The numbers of filled sites that the sublattices of a supercell can hold.

    Args:
        space: any configuration space of the supercell, whatever its numbers.
    """

    def __init__(self, space: ConfigurationSpace) -> None:
        sizes = np.diff(space.bounds)
        sublattice_of = np.repeat(np.arange(len(sizes)), sizes)
        self._blocks = []
        self._searched: list[tuple[NDArray[np.int64], bool]] = []
        for sublattices in _entangled(space.conflicts, sublattice_of, len(sizes)):
            sites = np.flatnonzero(np.isin(sublattice_of, sublattices))
            near = space.conflicts[np.ix_(sites, sites)]
            graph = ConflictGraph(
                kinds=np.searchsorted(sublattices, sublattice_of[sites]),
                lengths=np.ones(len(sites), dtype=np.int64),
                barred=np.diag(near),
                neighbours=tuple(frozenset(np.flatnonzero(row).tolist()) for row in near),
            )
            self._blocks.append(_Block(sublattices=sublattices, sizes=sizes[sublattices], graph=graph))

    def holds(self, space: ConfigurationSpace) -> bool:
        """Whether the numbers of a configuration space of the supercell fit.

        A filling is looked for first, which is mostly found at once; where none is, fillings are counted. Where they cannot
        be, no says that none was found.
        """
        filled = np.array(
            [
                sum(number for name, number in zip(names, numbers, strict=True) if name != VACANCY)
                for names, numbers in zip(space.occupants, space.numbers, strict=True)
            ],
            dtype=np.int64,
        )
        known = [block.known(filled[block.sublattices]) for block in self._blocks]
        if None not in known:
            return all(known)
        if self._found(filled, space):
            return True
        try:
            return all(block.holds(filled[block.sublattices]) for block in self._blocks)
        except TooEntangledError:
            return False

    def _found(self, filled: NDArray[np.int64], space: ConfigurationSpace) -> bool:
        """Whether a filling is found; less of everything fits where more does."""
        for numbers, fits in self._searched:
            if (filled <= numbers).all() if fits else (filled >= numbers).all():
                return fits
        fits = len(self._searched) < _MOST_SEARCHES
        if fits:
            try:
                fits = len(MarkovChains(space.placing, patience=_PATIENCE).filling) > 0
            except NoFillingFoundError:
                fits = False
        self._searched.append((filled, fits))
        return fits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Block:
    """Sublattices that exclude each other, and boxes of numbers of which it is known which can be held.

    Attributes:
        sublattices: their indices, shape (d,).
        sizes: sites of each, shape (d,).
        graph: which sites exclude each other, of kinds in the order of the sublattices.
        boxes: smallest and largest numbers looked at, and those of them that some filling takes.
    """

    sublattices: NDArray[np.int64]
    sizes: NDArray[np.int64]
    graph: ConflictGraph
    boxes: list[tuple[NDArray[np.int64], NDArray[np.int64], frozenset[tuple[int, ...]]]] = field(default_factory=list)

    def known(self, filled: NDArray[np.int64]) -> bool | None:
        """Whether so many sites of each sublattice can be filled, as far as it was found out; None where it was not."""
        for least, most, possible in self.boxes:
            if (filled >= least).all() and (filled <= most).all():
                return tuple(filled.tolist()) in possible
        return None

    def holds(self, filled: NDArray[np.int64]) -> bool:
        """Whether so many sites of each sublattice can be filled.

        Raises:
            TooEntangledError: fillings cannot be counted.
        """
        known = self.known(filled)
        if known is not None:
            return known
        least, most = np.maximum(filled - _AROUND, 0), np.minimum(filled + _AROUND, self.sizes)
        possible = AllowedFillings(self.graph, most.tolist(), least.tolist()).possible
        self.boxes.append((least, most, possible))
        return tuple(filled.tolist()) in possible


def _entangled(conflicts: NDArray[np.bool_], sublattice_of: NDArray[np.int64], number: int) -> Sequence[NDArray[np.int64]]:
    """The sublattices of each set that exclude each other, ascending."""
    first, second = np.nonzero(conflicts)
    links = np.zeros((number, number), dtype=np.int8)
    links[sublattice_of[first], sublattice_of[second]] = 1
    _, block_of = connected_components(links, directed=False)
    return [np.flatnonzero(block_of == one) for one in np.unique(block_of[sublattice_of[first]])]
