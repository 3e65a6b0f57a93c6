"""A vacancy configuration as the host of hops: its filled and vacant sites, told apart by its own symmetry."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nitrivac.crystal.model import Crystal
from nitrivac.crystal.orbit import Orbit, Provenance
from nitrivac.crystal.split_sites import SPLIT_SITE_A, are_split
from nitrivac.crystal.supercell import Supercell  # noqa: TC001 - records read the hints
from nitrivac.documents.document import Document
from nitrivac.documents.record import Record
from nitrivac.errors import UnsupportedError
from nitrivac.io.writers import refuse_disorder
from nitrivac.migration.carrier import mobile_species
from nitrivac.migration.hop import rounded
from nitrivac.migration.kept_operations import ALIKE, is_group, moves_alike
from nitrivac.migration.matching import FARTHEST_A, SiteMatch, match_sites
from nitrivac.migration.pairs import element_names
from nitrivac.migration.percolation.thresholds import Links, Threshold, spanning_thresholds
from nitrivac.neighbours import NeighbourPairs, neighbour_pairs
from nitrivac.symmetry.space_group import parse_space_group
from nitrivac.symmetry.spglib_moyo import group_of_operations

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.hop import Hop

__all__ = ["Host", "HostPercolation", "host_percolation", "make_host"]

_MOVED_A = 0.01  # displacements beyond rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Host(Record):
    """A configuration of whole atoms and vacancies on the sites of a parent.

    Attributes:
        parent: the crystal whose sites are filled or vacant.
        crystal: all filled sites and the vacant ones of the mobile species, each vacant one listed as filled; orbits are
            those of the operations that keep the configuration. Labels are the parent's with a number, `V-` for vacant.
        vacant: indices of the vacant sites, shape (k,).
        cell: all sites of the supercell and the parent's operations on them.
        listed: the site of the supercell that each site of `crystal` is, -1 for an atom on none, shape (n,).
        occupants: element on each site of the supercell, empty where none is.
        displacements: of the atom on each site of the supercell, cartesian, angstrom, shape (m, 3).
    """

    parent: Crystal
    crystal: Crystal
    vacant: NDArray[np.int64] = field(repr=False)
    cell: Supercell = field(repr=False)
    listed: NDArray[np.int64] = field(repr=False)
    occupants: NDArray[np.str_] = field(repr=False)
    displacements: NDArray[np.float64] = field(repr=False)

    def are_split(
        self, first: NDArray[np.int64], second: NDArray[np.int64], distances: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Which pairs of its sites are halves of one split site of the parent, by the rule for average structures."""
        site = self.cell.parent_site[self.listed]
        on_sites = (self.listed[first] >= 0) & (self.listed[second] >= 0)
        return on_sites & are_split(self.parent, site[first], site[second], distances)

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

    def swapping(self, hop: Hop) -> tuple[str, ...]:
        """Symmetry elements that swap the ends of a hop and keep all other atoms and vacancies, as `Hop.reversed_by`.

        They are operations of the parent: one that swaps a filled and a vacant site does not keep the configuration.
        """
        ends = self.listed[list(hop.sites)]
        if (self.listed < 0).any():
            return ()
        others, displacements = self.occupants.copy(), self.displacements.copy()
        others[ends], displacements[ends] = "?", 0.0
        cell, places = self.cell, self.cell.frac_coords
        steps = self.crystal.frac_coords[list(hop.sites)] - places[ends]  # whole cells, and what the ion is off its site
        vector = places[ends[1]] + hop.image - places[ends[0]] + np.round(steps[1]) - np.round(steps[0])
        keeps = (others[cell.permutations] == others).all(axis=1)
        swaps = (cell.permutations[:, ends] == ends[::-1]).all(axis=1)
        turns = np.abs(cell.rotations @ vector + vector).max(axis=1) < 1e-3
        chosen = np.flatnonzero(keeps & swaps & turns)
        alike = moves_alike(cell, displacements)[chosen] if len(chosen) else np.zeros(0, dtype=bool)
        return tuple(sorted(set(element_names(cell.rotations[chosen[alike]]))))


def make_host(parent: Crystal, atoms: Crystal, *, species: str | None = None) -> Host:
    """The sites of a configuration, filled and vacant, from its parent and its atoms.

    The atoms keep their own places and cell; vacant sites are where the parent has them. What lies within which limits is
    said by `nitrivac.migration.matching`.

    Args:
        parent: the crystal whose sites are filled or vacant.
        atoms: an ordered supercell of it, relaxed or not, with any origin and in any orientation (a CIF forgets it).
        species: the mobile element, whose vacant sites are wanted; by default the charge carrier of the parent.

    Raises:
        UnsupportedError: the atoms are disordered, their cell is no supercell of the parent's, too many atoms sit on no site
            of the parent, both halves of a split site are filled, or no site of the mobile species is vacant.
    """
    refuse_disorder(atoms, "a host")
    species = mobile_species(parent, species)
    source = f"{atoms.provenance.source} as a host on {parent.provenance.source}"
    match = match_sites(parent, atoms, species, source)
    elements = np.array([orbit.elements[0] for orbit in atoms.orbits])[atoms.orbit_of_site]
    on_site = match.site >= 0
    names = np.full(len(match.cell.frac_coords), "", dtype="U3")
    names[match.site[on_site]] = elements[on_site]
    mobile = np.array([species in orbit.elements for orbit in parent.orbits])[parent.orbit_of_site[match.cell.parent_site]]
    vacant = (names == "") & mobile
    if not vacant.any():
        raise UnsupportedError(f"{source}: no site of {species} is vacant; without a host a path makes its own vacancy")
    host = _host_of(parent, atoms, match, names, vacant, species=species, source=source)
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

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON: the distances for 1, 2 and 3 dimensions, null where there is none."""
        return {
            name: [rounded(one.value) for one in thresholds]
            for name, thresholds in (
                ("filled_vacant_A", self.between), ("filled_A", self.filled), ("vacant_A", self.vacant)
            )
        }  # fmt: skip


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


def _host_of(
    parent: Crystal,
    atoms: Crystal,
    match: SiteMatch,
    names: NDArray[np.str_],
    vacant: NDArray[np.bool_],
    *,
    species: str,
    source: str,
) -> Host:
    """The host's crystal, its orbits those of the operations that keep the configuration and every displacement."""
    cell, n_sites = match.cell, len(names)
    elements = np.array([orbit.elements[0] for orbit in atoms.orbits])[atoms.orbit_of_site]
    between = np.flatnonzero(match.site < 0)
    places, displacements = cell.frac_coords.copy(), np.zeros((n_sites, 3))
    filled = np.flatnonzero(match.site >= 0)
    places[match.site[filled]] = atoms.frac_coords[filled]
    displacements[match.site[filled]] = match.displacement[filled]
    kept = (names[cell.permutations] == names).all(axis=1) & moves_alike(cell, displacements)
    if len(between) or not is_group(cell.rotations[kept], cell.translations[kept]):
        kept &= (cell.permutations == np.arange(n_sites)).all(axis=1)
    rotations, translations = cell.rotations[kept], cell.translations[kept]
    group = group_of_operations(rotations, translations, cell.lattice) or parse_space_group("P1")
    listed = np.flatnonzero((names != "") | vacant)
    permutations = cell.permutations[kept]
    rows = np.tile(np.arange(n_sites), len(permutations))
    graph = coo_array((np.ones(len(rows), dtype=bool), (rows, permutations.ravel())), shape=(n_sites, n_sites))
    _, orbit_of_site = connected_components(graph, directed=False)
    orbits: list[Orbit] = []
    serial: Counter[str] = Counter()

    def add(stem: str, element: str, oxidation: float | None, members: NDArray[np.int64]) -> None:
        serial[stem] += 1
        orbits.append(Orbit.of_configuration(f"{stem}-{serial[stem]}", element, oxidation, members))

    for number in dict.fromkeys(orbit_of_site[listed].tolist()):
        members = np.flatnonzero(orbit_of_site[listed] == number)
        site = int(listed[members[0]])
        old = parent.orbits[int(parent.orbit_of_site[cell.parent_site[site]])]
        element = species if vacant[site] else str(names[site])
        oxidation = next((one.oxidation for one in old.occupants if one.element == element), None)
        stem = f"V-{old.label}" if vacant[site] else old.label if element in old.elements else f"{element}-on-{old.label}"
        add(stem, element, oxidation, members)
    for number, atom in enumerate(between.tolist()):
        add(f"I-{elements[atom]}", str(elements[atom]), None, np.array([len(listed) + number]))
    crystal = Crystal(
        lattice=cell.lattice,
        frac_coords=np.concatenate([places[listed], atoms.frac_coords[between]]),
        orbits=tuple(orbits),
        space_group=replace(group, rotations=rotations, translations=translations),
        provenance=Provenance(source=source, caution=parent.provenance.caution, remarks=_remarks(parent, elements, match)),
    )
    return Host(
        parent=parent,
        crystal=crystal,
        vacant=np.flatnonzero(vacant[listed]),
        cell=cell,
        listed=np.concatenate([listed, np.full(len(between), -1)]),
        occupants=names,
        displacements=displacements,
    )


def _remarks(parent: Crystal, elements: NDArray[np.str_], match: SiteMatch) -> tuple[str, ...]:
    """What is said of a configuration that is not exactly its parent's sites."""
    lengths = np.linalg.norm(match.displacement, axis=1)
    remarks = []
    if lengths.max() > _MOVED_A or match.strain > ALIKE:
        remarks.append(
            f"relaxed: atoms up to {lengths.max():.3f} angstrom from their sites, the cell strained by up to "
            f"{match.strain:.2%}; they are kept as they are, and vacant sites lie where the parent has them"
        )
    remarks += [
        f"atom {atom + 1} ({elements[atom]}) is on no site of the parent within {FARTHEST_A} angstrom"
        for atom in np.flatnonzero(match.site < 0).tolist()
    ]
    for atom in match.foreign.tolist():
        home = parent.orbits[int(parent.orbit_of_site[match.cell.parent_site[match.site[atom]]])]
        remarks.append(
            f"atom {atom + 1} ({elements[atom]}) is on a site of {'/'.join(home.elements)}, {parent.address(home)}"
        )
    return tuple(remarks)
