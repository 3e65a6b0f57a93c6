"""A vacancy configuration as the host of hops: its filled and vacant sites, told apart by its own symmetry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.chemistry.carrier import mobile_species
from nitrivac.columns import Column, Columns
from nitrivac.crystal.model import Crystal  # noqa: TC001 - records read the hints
from nitrivac.crystal.occupation.as_crystal import crystal_of
from nitrivac.crystal.occupation.kept import moves_alike
from nitrivac.crystal.occupation.lattices import STRAINED
from nitrivac.crystal.occupation.origins import shortest_image
from nitrivac.crystal.occupation.record import Occupation
from nitrivac.crystal.orbit import Provenance
from nitrivac.crystal.split_sites import SPLIT_SITE_A, are_split
from nitrivac.crystal.supercells.colourings import colourings
from nitrivac.documents.document import Document
from nitrivac.documents.record import Record
from nitrivac.errors import UnsupportedError
from nitrivac.io.writers import refuse_disorder
from nitrivac.migration.pairs import element_names
from nitrivac.migration.percolation.thresholds import Links, Threshold, spanning_thresholds
from nitrivac.neighbours import NeighbourPairs, neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.hop import Hop

__all__ = ["Host", "HostPercolation", "host_percolation", "make_host"]

_MOVED_A = 0.01  # displacements beyond rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Host(Record):
    """A configuration of whole atoms and vacancies on the sites of a parent.

    Attributes:
        occupation: which atom is on which site, and how far off it.
        crystal: all filled sites and the vacant ones of the mobile species, each vacant one listed as filled; orbits are
            those of the operations that keep the configuration. Labels are the parent's with a number, `V-` for vacant.
        vacant: indices of the vacant sites, shape (k,).
        listed: the site of the supercell that each site of `crystal` is, -1 for an atom on none, shape (n,).
        order: place in the file of the atom on each site of `crystal`, -1 where it is vacant, shape (n,).
        free: which coordinates of each atom may move, in the order of the file, shape (atoms, 3); None where all may.
    """

    occupation: Occupation = field(repr=False)
    crystal: Crystal
    vacant: NDArray[np.int64] = field(repr=False)
    listed: NDArray[np.int64] = field(repr=False)
    order: NDArray[np.int64] = field(repr=False)
    free: NDArray[np.bool_] | None = field(default=None, repr=False)

    def are_split(
        self, first: NDArray[np.int64], second: NDArray[np.int64], distances: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Which pairs of its sites are halves of one split site of the parent, as far apart as the parent has them."""
        answer: NDArray[np.bool_] = (self.listed[first] >= 0) & (self.listed[second] >= 0) & (distances < SPLIT_SITE_A)
        cell, one, other = self.occupation.supercell, self.listed[first[answer]], self.listed[second[answer]]
        vectors = shortest_image(cell.frac_coords[other] - cell.frac_coords[one], cell.lattice) @ cell.lattice
        ideal = np.linalg.norm(vectors, axis=1)
        answer[answer] = are_split(self.occupation.parent, cell.parent_site[one], cell.parent_site[other], ideal)
        return answer

    def blockers(self) -> NDArray[np.int64]:
        """How many filled sites are halves of one split site with each site, so that it may not be filled beside them."""
        near, split = self.split_neighbours()
        filled = ~np.isin(near.neighbours, self.vacant)
        return np.bincount(near.centres[split & filled], minlength=self.crystal.n_sites)

    def split_neighbours(self) -> tuple[NeighbourPairs, NDArray[np.bool_]]:
        """Pairs of sites near enough to be halves of one split site, and which of them are."""
        near = neighbour_pairs(self.crystal.lattice, self.crystal.frac_coords, SPLIT_SITE_A)
        return near, self.are_split(near.centres, near.neighbours, near.distances)

    def may_jump(
        self, first: NDArray[np.int64], second: NDArray[np.int64], distances: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Which pairs are of a filled site and a vacant one that may be filled once the ion has left.

        Args:
            first: one site of each pair, shape (k,).
            second: the other, shape (k,).
            distances: how far apart they are, angstrom, shape (k,).
        """
        empty = np.isin(first, self.vacant)
        one_vacant = empty != np.isin(second, self.vacant)
        others = self.blockers()[np.where(empty, first, second)] - self.are_split(first, second, distances)
        answer: NDArray[np.bool_] = one_vacant & (others == 0)
        return answer

    def ideal_distance(self, hop: Hop) -> float | None:
        """How far apart the parent has the ends of a hop, angstrom; None where one of them is no site of it."""
        ends = self.listed[list(hop.sites)]
        if (ends < 0).any():
            return None
        return float(np.linalg.norm(self._ideal_vector(hop) @ self.occupation.supercell.lattice))

    def _ideal_vector(self, hop: Hop) -> NDArray[np.float64]:
        """From one site to the other where the parent has them, fractions of the cell."""
        ends, places = self.listed[list(hop.sites)], self.occupation.placed.frac_coords
        off = self.crystal.frac_coords[list(hop.sites)] - places[ends]  # whole cells, and what the ion is off its site
        vector: NDArray[np.float64] = places[ends[1]] - places[ends[0]] + hop.image + np.round(off[1]) - np.round(off[0])
        return vector

    def swapping(self, hop: Hop) -> tuple[str, ...]:
        """Symmetry elements that swap the ends of a hop and keep all other atoms and vacancies, as `Hop.reversed_by`.

        They are operations of the parent: one that swaps a filled and a vacant site does not keep the configuration.
        """
        if (self.listed < 0).any():
            return ()
        ends, cell = self.listed[list(hop.sites)], self.occupation.supercell
        others, displacements = self.occupation.occupants.copy(), self.occupation.displacements.copy()
        others[ends], displacements[ends] = "?", 0.0
        vector = self._ideal_vector(hop)
        chosen = colourings(cell.action).stabiliser(np.unique(others, return_inverse=True)[1])
        swaps = (cell.action.images(chosen, ends) == ends[::-1]).all(axis=1)
        turns = np.abs(cell.rotations[chosen] @ vector + vector).max(axis=1) < 1e-3
        chosen = chosen[swaps & turns]
        chosen = chosen[moves_alike(cell, self.occupation.lattice, chosen, displacements)]
        return tuple(sorted(set(element_names(cell.rotations[chosen]))))


def make_host(parent: Crystal, atoms: Crystal, *, species: str | None = None, free: NDArray[np.bool_] | None = None) -> Host:
    """The sites of a configuration, filled and vacant, from its parent and its atoms.

    The atoms keep their own places and cell; vacant sites are where the parent has them. What lies within which limits is
    said by `Occupation.of`.

    Args:
        parent: the crystal whose sites are filled or vacant.
        atoms: an ordered supercell of it, relaxed or not, with any origin and in any orientation (a CIF forgets it).
        species: the mobile element, whose vacant sites are wanted; by default the charge carrier of the parent.
        free: which coordinates of each atom may move, as selective dynamics has them, shape (atoms, 3).

    Raises:
        UnsupportedError: the atoms are disordered, their cell is no supercell of the parent's, too many atoms sit on no site
            of the parent, both halves of a split site are filled, or no site of the mobile species is vacant.
    """
    refuse_disorder(atoms, "a host")
    species = mobile_species(parent, species)
    source = f"{atoms.provenance.source} as a host on {parent.provenance.source}"
    occupation = Occupation.of(parent, atoms, mobile=species)
    mobile = np.array([species in orbit.elements for orbit in parent.orbits])[occupation.orbits]
    vacant = occupation.vacant[mobile[occupation.vacant]]
    if not len(vacant):
        raise UnsupportedError(f"{source}: no site of {species} is vacant; without a host a path makes its own vacancy")
    origin = Provenance(source=source, caution=parent.provenance.caution, remarks=_remarks(occupation))
    listed = np.sort(np.concatenate([np.flatnonzero(occupation.atoms >= 0), vacant]))
    between = np.array([one.atom for one in occupation.interstitials], dtype=np.int64)
    host = Host(
        occupation=occupation,
        crystal=crystal_of(occupation, vacant=vacant, element=species, provenance=origin),
        vacant=np.flatnonzero(occupation.atoms[listed] < 0),
        listed=np.concatenate([listed, np.full(len(between), -1)]),
        order=np.concatenate([occupation.atoms[listed], between]),
        free=free,
    )
    _refuse_filled_halves(host, source)
    return host


def _refuse_filled_halves(host: Host, source: str) -> None:
    """Raise UnsupportedError where two filled sites are halves of one split site."""
    crystal, near, split = host.crystal, *host.split_neighbours()
    both = np.flatnonzero(split & ~np.isin(near.centres, host.vacant) & ~np.isin(near.neighbours, host.vacant))
    if len(both):
        ends = (int(near.centres[both[0]]), int(near.neighbours[both[0]]))
        first, second = (crystal.orbits[int(crystal.orbit_of_site[site])].label for site in ends)
        raise UnsupportedError(
            f"{source}: {len(both) // 2} pairs of filled sites are halves of one split site and never filled together, "
            f"{first} and {second} {near.distances[both[0]]:.3f} angstrom apart among them"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HostPercolation(Document):
    """When the sites of one configuration span the crystal.

    Attributes:
        between: hops between a filled and a vacant site, those that can happen at once.
        filled: hops among filled sites alone.
        vacant: hops among vacant sites alone that may be filled.
    """

    between: tuple[Threshold, ...]
    filled: tuple[Threshold, ...]
    vacant: tuple[Threshold, ...]

    columns: ClassVar[Columns[HostPercolation]] = Columns(
        (
            Column("filled_vacant_A", lambda found: [threshold.value for threshold in found.between]),
            Column("filled_A", lambda found: [threshold.value for threshold in found.filled]),
            Column("vacant_A", lambda found: [threshold.value for threshold in found.vacant]),
        )
    )


def host_percolation(host: Host, species: str, max_distance: float) -> HostPercolation:
    """The distances at which the filled, the vacant, and both kinds of sites of a host first span 1, 2 and 3 dimensions.

    Args:
        host: the configuration.
        species: the mobile element.
        max_distance: longest hop, angstrom.
    """
    crystal = host.crystal
    nodes = np.sort(np.concatenate([orbit.indices for orbit in crystal.orbits if species in orbit.elements]))
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords[nodes], max_distance)
    links = Links(first=pairs.centres, second=pairs.neighbours, images=pairs.images)
    ends = nodes[pairs.centres], nodes[pairs.neighbours]
    empty, free = np.isin(nodes, host.vacant), host.blockers()[nodes] == 0
    first, second = empty[pairs.centres], empty[pairs.neighbours]
    both_free = free[pairs.centres] & free[pairs.neighbours]

    def thresholds(chosen: NDArray[np.bool_]) -> tuple[Threshold, ...]:
        return spanning_thresholds(len(nodes), links[chosen], pairs.distances[chosen])

    return HostPercolation(
        between=thresholds(host.may_jump(*ends, pairs.distances)),
        filled=thresholds(~first & ~second),
        vacant=thresholds(first & second & both_free),
    )


def _remarks(occupation: Occupation) -> tuple[str, ...]:
    """What is said of a configuration that is not exactly its parent's sites."""
    parent = occupation.parent
    largest, strain = np.linalg.norm(occupation.displacements, axis=1).max(), occupation.largest_strain
    remarks = []
    if largest > _MOVED_A or strain > STRAINED:
        remarks.append(
            f"relaxed: atoms up to {largest:.3f} angstrom from their sites, the cell strained by up to {strain:.2%}; they "
            "are kept as they are, and vacant sites lie where the parent has them"
        )
    remarks += [f"atom {one.atom + 1} ({one.element}) is on no site of the parent" for one in occupation.interstitials]
    for site in (*occupation.antisites.tolist(), *occupation.dopants.tolist()):
        home = parent.orbits[int(occupation.orbits[site])]
        remarks.append(
            f"atom {occupation.atoms[site] + 1} ({occupation.elements[site]}) is on a site of {'/'.join(home.elements)}, "
            f"{parent.address(home)}"
        )
    return (*remarks, *(one.words for one in occupation.ambiguities))
