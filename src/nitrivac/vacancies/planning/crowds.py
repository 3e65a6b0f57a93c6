"""Crowds of sites of which at most one is filled, and what they leave to each orbit.

Sites that all exclude each other hold one atom at most. Averaged over all images of a crowd under the operations of the
crystal, the shares of its orbits add up to no more than one: a condition on whole numbers that needs no configuration.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.split_sites import EQUAL_A, exclusive_orbits
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nitrivac.crystal.model import Crystal

__all__ = ["Crowd", "Crowds", "crowds_of"]

_EQUAL_A = 1e-3  # distances in a file that differ by less are one

Place = tuple[int, int, int, int]
"""A site and the cell that it is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A largest set of sites that all exclude each other.

    Attributes:
        members: how many sites of each orbit it has, by label.
        text: these with their addresses.
    """

    members: Mapping[str, int]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowds:
    """The crowds of a crystal.

    Attributes:
        crowds: one of each kind.
        apart: whether no site is in two of them; then numbers that obey all conditions can always be placed.
        distances: between sites that exclude each other, each once, the longest first, angstrom.
    """

    crowds: tuple[Crowd, ...] = field(default=())
    apart: bool = True
    distances: tuple[float, ...] = ()

    def fullest(self, crystal: Crystal) -> tuple[Crowd, float] | None:
        """The crowd whose occupancies add up to most, and to what; None where there are no crowds."""
        occupancies = {orbit.label: orbit.total_occupancy for orbit in crystal.orbits}
        sums = [sum(occupancies[label] * number for label, number in one.members.items()) for one in self.crowds]
        return max(zip(self.crowds, sums, strict=True), key=lambda pair: pair[1], default=None)


def crowds_of(crystal: Crystal, planned: set[str], exclusion: float | None, *, together_from: float | None = None) -> Crowds:
    """The crowds among the planned sites of a crystal.

    Args:
        crystal: the crystal with the occupancies asked for.
        planned: labels of the orbits that are planned and may have vacancies.
        exclusion: see `ConfigurationSpace`.
        together_from: see `Plan`.
    """
    below = exclusive_orbits(crystal, exclusion, together_from=together_from)
    among = np.array([orbit.label in planned for orbit in crystal.orbits], dtype=bool)
    below = np.where(among[:, None] & among[None, :], below, 0.0)
    if not below.any():
        return Crowds()
    owner = crystal.orbit_of_site
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords, float(below.max()))
    near = pairs.distances < below[owner[pairs.centres], owner[pairs.neighbours]] - EQUAL_A
    links: dict[int, set[Place]] = {}
    for centre, neighbour, image in zip(
        pairs.centres[near].tolist(), pairs.neighbours[near].tolist(), pairs.images[near].tolist(), strict=True
    ):
        links.setdefault(centre, set()).add((neighbour, *image))
    found: dict[tuple[tuple[str, int], ...], Crowd] = {}
    apart = True
    for orbit in crystal.orbits:
        site = int(orbit.indices[0])
        if site not in links:
            continue
        cliques = list(_cliques((site, 0, 0, 0), links))
        apart &= len(cliques) == 1
        for clique in cliques:
            members: dict[str, int] = {}
            for place in clique:
                label = crystal.orbits[int(owner[place[0]])].label
                members[label] = members.get(label, 0) + 1
            text = " and ".join(
                f"{number} {crystal.address(one)}" for one in crystal.orbits if (number := members.get(one.label, 0))
            )
            found[tuple(sorted(members.items()))] = Crowd(members=members, text=text)
    steps = np.unique(pairs.distances[near])[::-1]
    different = np.diff(steps, append=-np.inf) < -_EQUAL_A  # the least of equal ones stands for them
    return Crowds(crowds=tuple(found.values()), apart=apart, distances=tuple(steps[different].tolist()))


def _cliques(start: Place, links: Mapping[int, set[Place]]) -> Iterator[frozenset[Place]]:
    """All largest sets of places that hold a place and exclude each other (C. Bron and J. Kerbosch, CACM 16 (1973) 575)."""

    def near(place: Place) -> set[Place]:
        site, *cell = place
        return {(one, x + cell[0], y + cell[1], z + cell[2]) for one, x, y, z in links.get(site, set())}

    def grown(taken: frozenset[Place], possible: set[Place], done: set[Place]) -> Iterator[frozenset[Place]]:
        if not possible and not done:
            yield taken
            return
        pivot = max(possible | done, key=lambda place: len(possible & near(place)))
        for place in sorted(possible - near(pivot)):
            around = near(place)
            yield from grown(taken | {place}, possible & around, done & around)
            possible, done = possible - {place}, done | {place}

    yield from grown(frozenset([start]), near(start), set())
