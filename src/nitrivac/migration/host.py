"""A vacancy configuration as the host of hops: its filled and vacant sites, told apart by its own symmetry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from nitrivac.crystal._arrays import wrapped
from nitrivac.crystal.finders import group_of_operations
from nitrivac.crystal.model import Crystal, Orbit, Provenance
from nitrivac.crystal.neighbours import NeighbourPairs, neighbour_pairs
from nitrivac.crystal.space_group import parse_space_group
from nitrivac.crystal.split_sites import SPLIT_SITE_A, are_split
from nitrivac.crystal.supercell import Supercell, make_supercell
from nitrivac.crystal.write import refuse_disorder
from nitrivac.documents.document import Document
from nitrivac.documents.record import Record
from nitrivac.errors import UnsupportedError
from nitrivac.migration.carrier import mobile_species
from nitrivac.migration.hop import rounded
from nitrivac.migration.pairs import element_names
from nitrivac.migration.percolation import Links, Threshold, spanning_thresholds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.hop import Hop

__all__ = ["Host", "HostPercolation", "host_percolation", "make_host"]

_MATCH_A = 0.1  # an atom farther than this from its site has been relaxed, and the site's symmetry is no longer its own
_WHOLE = 0.02  # of a cell edge: how far a host's lattice may be from a whole multiple of the parent's


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Host(Record):
    """A configuration of whole atoms and vacancies on the sites of a parent.

    Attributes:
        parent: the crystal whose sites are filled or vacant.
        crystal: all filled sites and the vacant ones of the mobile species, each vacant one listed as filled; orbits are
            those of the operations that keep the configuration. Labels are the parent's with a number, `V-` for vacant.
        vacant: indices of the vacant sites, shape (k,).
        cell: all sites of the supercell and the parent's operations on them.
        listed: the site of the supercell that each site of `crystal` is, shape (n,).
        occupants: element on each site of the supercell, empty where none is.
    """

    parent: Crystal
    crystal: Crystal
    vacant: NDArray[np.int64] = field(repr=False)
    cell: Supercell = field(repr=False)
    listed: NDArray[np.int64] = field(repr=False)
    occupants: NDArray[np.str_] = field(repr=False)

    def are_split(
        self, first: NDArray[np.int64], second: NDArray[np.int64], distances: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Which pairs of its sites are halves of one split site of the parent, by the rule for average structures."""
        site = self.cell.parent_site[self.listed]
        return are_split(self.parent, site[first], site[second], distances)

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
        others = self.occupants.copy()
        others[ends] = "?"
        cell, vector = self.cell, self.crystal.frac_coords[hop.sites[1]] + hop.image - self.crystal.frac_coords[hop.sites[0]]
        keeps = (others[cell.permutations] == others).all(axis=1)
        swaps = (cell.permutations[:, ends] == ends[::-1]).all(axis=1)
        turns = np.abs(cell.rotations @ vector + vector).max(axis=1) < 1e-3
        return tuple(sorted(set(element_names(cell.rotations[keeps & swaps & turns]))))


def make_host(parent: Crystal, atoms: Crystal, *, species: str | None = None) -> Host:
    """The sites of a configuration, filled and vacant, from its parent and its atoms.

    Args:
        parent: the crystal whose sites are filled or vacant.
        atoms: an ordered, unrelaxed supercell of it with the same origin, in any orientation (a CIF forgets it).
        species: the mobile element, whose vacant sites are wanted; by default the charge carrier of the parent.

    Raises:
        UnsupportedError: the atoms are disordered, their cell is no supercell of the parent's, an atom sits on no site of
            the parent or two on one, both halves of a split site are filled, or no site of the mobile species is vacant.
    """
    refuse_disorder(atoms, "a host")
    species = mobile_species(parent, species)
    source = f"{atoms.provenance.source} as a host on {parent.provenance.source}"
    matrices = _supercell_matrices(parent, atoms)
    if not matrices:
        raise UnsupportedError(f"{source}: its lattice vectors are no whole sums of the parent's")
    problem = ""
    for matrix in matrices:
        cell = make_supercell(parent, matrix)
        found = _occupants(cell, parent, atoms, source)
        if isinstance(found, str):
            problem = problem or found
            continue
        mobile = np.array([species in orbit.elements for orbit in parent.orbits])[parent.orbit_of_site[cell.parent_site]]
        vacant = (found == "") & mobile
        if not vacant.any():
            raise UnsupportedError(f"{source}: no site of {species} is vacant; without a host a path makes its own vacancy")
        host = _host_of(cell, parent, found, vacant, species, source)
        _refuse_filled_halves(host, source)
        return host
    raise UnsupportedError(problem)


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


def _supercell_matrices(parent: Crystal, atoms: Crystal) -> list[NDArray[np.int64]]:
    """Whole-number matrices that make the lattice of the atoms from the parent's, up to a rotation in space.

    The one without a rotation comes first; rotated ones are found by the lengths of the vectors and the angles between.
    """
    ratio = atoms.lattice @ np.linalg.inv(parent.lattice)
    direct = np.round(ratio).astype(np.int64)
    if np.abs(ratio - direct).max() <= _WHOLE:
        return [direct] if round(float(np.linalg.det(direct))) >= 1 else []
    metric, wanted = parent.lattice @ parent.lattice.T, atoms.lattice @ atoms.lattice.T
    lengths = np.sqrt(np.diag(wanted))
    reach = np.ceil(lengths.max() * np.linalg.norm(np.linalg.inv(parent.lattice), axis=0) + 1e-6).astype(int)
    grid = np.array(np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij")).reshape(3, -1).T
    norms = np.sqrt(np.einsum("ki,ij,kj->k", grid, metric, grid))
    off = _WHOLE * np.linalg.norm(parent.lattice, axis=1).min()
    rows = [grid[np.abs(norms - length) < off] for length in lengths]
    found = []
    for a in rows[0]:
        for b in rows[1]:
            if abs(a @ metric @ b - wanted[0, 1]) > off * lengths.max():
                continue
            for c in rows[2]:
                gaps = (abs(a @ metric @ c - wanted[0, 2]), abs(b @ metric @ c - wanted[1, 2]))
                matrix = np.array([a, b, c])
                if max(gaps) <= off * lengths.max() and np.linalg.det(matrix) > 0.5:
                    found.append(matrix)
    return found


def _occupants(cell: Supercell, parent: Crystal, atoms: Crystal, source: str) -> NDArray[np.str_] | str:
    """Element on each site of the supercell, empty where none is; or what is wrong with the atoms."""
    tree = cKDTree(wrapped(cell.frac_coords), boxsize=1.0)
    _, nearest = tree.query(wrapped(atoms.frac_coords))
    offsets = atoms.frac_coords - cell.frac_coords[nearest]
    distances = np.linalg.norm((offsets - np.round(offsets)) @ atoms.lattice, axis=1)
    elements = np.array([orbit.elements[0] for orbit in atoms.orbits])[atoms.orbit_of_site]
    names = np.full(len(cell.frac_coords), "", dtype="U3")
    for index, site in enumerate(nearest.tolist()):
        allowed = parent.orbits[int(parent.orbit_of_site[cell.parent_site[site]])].elements
        if distances[index] > _MATCH_A or elements[index] not in allowed or names[site]:
            return (
                f"{source}: atom {index + 1} ({elements[index]}) is {distances[index]:.3f} angstrom from the nearest site, "
                f"which takes {', '.join(allowed)}{' and is taken' if names[site] else ''}; a host is an unrelaxed "
                f"configuration, each atom within {_MATCH_A} angstrom of a site of its own"
            )
        names[site] = elements[index]
    return names


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
    cell: Supercell, parent: Crystal, names: NDArray[np.str_], vacant: NDArray[np.bool_], species: str, source: str
) -> Host:
    """The host's crystal, its orbits those of the operations that keep the configuration."""
    kept = (names[cell.permutations] == names).all(axis=1)
    rotations, translations = cell.rotations[kept], cell.translations[kept]
    group = group_of_operations(rotations, translations, cell.lattice) or parse_space_group("P1")
    listed = np.flatnonzero((names != "") | vacant)
    permutations = cell.permutations[kept]
    rows = np.tile(np.arange(len(names)), len(permutations))
    graph = coo_array((np.ones(len(rows), dtype=bool), (rows, permutations.ravel())), shape=(len(names),) * 2)
    _, orbit_of_site = connected_components(graph, directed=False)
    orbits: list[Orbit] = []
    serial: dict[str, int] = {}
    for number in dict.fromkeys(orbit_of_site[listed].tolist()):
        members = np.flatnonzero(orbit_of_site[listed] == number)
        site = int(listed[members[0]])
        old = parent.orbits[int(parent.orbit_of_site[cell.parent_site[site]])]
        stem = f"V-{old.label}" if vacant[site] else old.label
        serial[stem] = serial.get(stem, 0) + 1
        element = species if vacant[site] else str(names[site])
        oxidation = next((one.oxidation for one in old.occupants if one.element == element), None)
        orbits.append(Orbit.of_configuration(f"{stem}-{serial[stem]}", element, oxidation, members))
    crystal = Crystal(
        lattice=cell.lattice,
        frac_coords=cell.frac_coords[listed],
        orbits=tuple(orbits),
        space_group=replace(group, rotations=rotations, translations=translations),
        provenance=Provenance(source=source, caution=parent.provenance.caution),
    )
    return Host(
        parent=parent, crystal=crystal, vacant=np.flatnonzero(vacant[listed]), cell=cell, listed=listed, occupants=names
    )
