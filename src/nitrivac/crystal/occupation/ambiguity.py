"""What displaced atoms leave open: an atom midway between two sites, two atoms that share one, one just beyond its reach."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupation.parts import Ambiguity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.occupation.assignment import Assignment

__all__ = ["OpenQuestions"]

_MIDWAY = 0.4  # of the way from the site of an atom to a vacant one: beyond, the other may be its site
_STEPS = 4  # atoms in a row that could all move on to the next site
_BEYOND = 1.3  # times the reach of a site: an atom on no site that is no farther from a vacant one may be on it


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenQuestions:
    """The atoms of an assignment that could as well be on other sites.

    Attributes:
        found: the assignment.
        elements: of the atoms, shape (a,).
        names: of the sites, shape (n,).
    """

    found: Assignment
    elements: NDArray[np.str_]
    names: Sequence[str]

    def all(self) -> tuple[Ambiguity, ...]:
        """All of them."""
        lost = np.flatnonzero(self.found.site < 0).tolist()
        beside = [one for atom in lost for one in (*self._shared(atom), *self._beyond(atom))]
        return (*self._midway(), *beside)

    @cached_property
    def _atom(self) -> NDArray[np.int64]:
        return self.found.near.centres[self.found.suited]

    @cached_property
    def _site(self) -> NDArray[np.int64]:
        return self.found.near.neighbours[self.found.suited]

    @cached_property
    def _distance(self) -> NDArray[np.float64]:
        return self.found.near.distances[self.found.suited]

    @cached_property
    def _away(self) -> NDArray[np.float64]:
        """How far each atom is from its site, angstrom."""
        return np.asarray(np.linalg.norm(self.found.displacement, axis=1))

    @cached_property
    def _holder(self) -> NDArray[np.int64]:
        """The atom on each site, -1 for none."""
        holder = np.full(len(self.found.reach), -1, dtype=np.int64)
        on_site = np.flatnonzero(self.found.site >= 0)
        holder[self.found.site[on_site]] = on_site
        return holder

    def _named(self, atom: int) -> str:
        return f"atom {atom + 1} ({self.elements[atom]})"

    def _shared(self, atom: int) -> Iterator[Ambiguity]:
        """An atom on no site whose nearest site is held by another that is hardly nearer."""
        mine = np.flatnonzero(self._atom == atom)
        if not len(mine):
            return
        site, length = int(self._site[mine[0]]), float(self._distance[mine[0]])
        holder = int(self._holder[site])
        if holder >= 0 and self._away[holder] > _MIDWAY / (1 - _MIDWAY) * length:
            words = (
                f"{self._named(atom)} and {self._named(holder)} share {self.names[site]}, {length:.2f} and "
                f"{self._away[holder]:.2f} angstrom from it: either may be the one on no site"
            )
            yield Ambiguity(words=words, atoms=(atom, holder), sites=(site,))

    def _beyond(self, atom: int) -> Iterator[Ambiguity]:
        """An atom on no site that is not much too far from vacant ones."""
        mine = np.flatnonzero(self._atom == atom)
        reach = self.found.reach[self._site[mine]]
        free = mine[(self._holder[self._site[mine]] < 0) & (self._distance[mine] <= _BEYOND * reach)]
        if len(free):
            sites, limit = self._site[free].tolist(), float(self.found.reach[self._site[free[0]]])
            ways = [f"{length:.2f} angstrom from a vacant {self.names[site]}"
                    for site, length in zip(sites, self._distance[free].tolist(), strict=True)]  # fmt: skip
            words = f"{self._named(atom)} is {' and '.join(ways)}; within {limit:.2f} it would be on it"
            yield Ambiguity(words=words, atoms=(atom,), sites=tuple(sites))

    def _midway(self) -> Iterator[Ambiguity]:
        """Rows of atoms that could each move on by one site, the first to a vacant one, for hardly more displacement.

        Moving on costs the difference of the squared displacements, as `assign` counts them. An atom at a share x of the
        way between two sites a distance d apart pays `d**2 * (1 - 2 * x)`; all of a row together pay no more than one of
        them at `_MIDWAY`.
        """
        could = self.found.own[self._atom] & (self.found.site[self._atom] != self._site)
        cost = self._distance**2 - self._away[self._atom] ** 2
        allowed = (1 - 2 * _MIDWAY) * (self._distance + self._away[self._atom]) ** 2
        close = np.flatnonzero(could & (cost <= allowed))
        origin = self.found.site[self._atom]
        by_target: dict[int, list[int]] = {}
        for pair in close.tolist():
            by_target.setdefault(int(self._site[pair]), []).append(pair)
        for start in [site for site in by_target if self._holder[site] < 0]:
            rows = [[pair] for pair in by_target[start]]
            for _ in range(_STEPS):
                good = [row for row in rows if cost[row].sum() <= allowed[row].min()]
                if good:
                    yield self._row(min(good, key=lambda row: float(cost[row].sum())), start)
                    break
                rows = [
                    [*row, pair]
                    for row in rows
                    for pair in by_target.get(int(origin[row[-1]]), [])
                    if int(origin[pair]) not in {start, *origin[row].tolist()}
                ]

    def _row(self, pairs: list[int], start: int) -> Ambiguity:
        atoms = tuple(self._atom[pairs].tolist())
        first = atoms[0]
        site, last = int(self.found.site[first]), int(self.found.site[atoms[-1]])
        others = f", and {len(atoms) - 1} in a row behind it could follow" if len(atoms) > 1 else ""
        words = (
            f"{self._named(first)} is {self._away[first]:.2f} angstrom from {self.names[site]} and "
            f"{self._distance[pairs[0]]:.2f} from a vacant {self.names[start]}: it may be on either{others}"
        )
        return Ambiguity(words=words, atoms=atoms, sites=(last, start))
