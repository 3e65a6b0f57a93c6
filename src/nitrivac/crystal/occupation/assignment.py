"""Atoms on sites: the assignment of least total displacement, each atom to a site of its own element where one is near."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

from nitrivac.crystal.split_sites import are_split
from nitrivac.documents.record import Record
from nitrivac.neighbours import NeighbourPairs, neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["Assignment", "Reach", "assign"]

SHORTEST_REACH_A = 0.75  # an atom this near to a site is on it, however near the next one is
_HALF_WAY = 0.5  # of the way to the next site: where atoms are displaced little, those beyond are on none
_WIDEST = 0.75  # of the way to the next site of its element: beyond an atom is on none, however displaced the others are
_TIMES_MEDIAN = 3.4  # of displacements, normal and of equal width in each direction, one in 300,000 is larger
_SPACING_A = 6.0  # sites without another one this near are as far from it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assignment(Record):
    """Which atom is on which site.

    Attributes:
        site: of each atom, -1 where it is on none, shape (a,).
        displacement: of each atom from its site, cartesian, angstrom, zero where it is on none, shape (a, 3).
        own: whether the atom is on a site that the parent gives to its element, shape (a,).
        reach: how far from each site an atom of its element may be and still be on it, angstrom, shape (n,).
        near: atoms with the sites near them, as pairs of atom and site.
        suited: which of these sites the parent gives to the element of the atom, shape (k,).
    """

    site: NDArray[np.int64] = field(repr=False)
    displacement: NDArray[np.float64] = field(repr=False)
    own: NDArray[np.bool_] = field(repr=False)
    reach: NDArray[np.float64] = field(repr=False)
    near: NeighbourPairs = field(repr=False)
    suited: NDArray[np.bool_] = field(repr=False)

    @property
    def odd(self) -> int:
        """Number of atoms on no site or on one of another element."""
        return int((~self.own).sum())

    @property
    def spread(self) -> float:
        """Root mean square displacement of the atoms on sites of their own, angstrom."""
        lengths = (self.displacement[self.own] ** 2).sum(axis=1)
        return float(np.sqrt(lengths.mean())) if len(lengths) else 0.0

    @property
    def cost(self) -> float:
        """Mean squared displacement, an atom on no site of its own counting as 1 angstrom away: the less, the better."""
        return float(((self.displacement[self.own] ** 2).sum() + self.odd) / max(1, len(self.own)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reach(Record):
    """How far from each site of a crystal an atom of its element may be and still be on it.

    Attributes:
        narrow: half of the way to the next site, angstrom, shape (n,).
        widest: three quarters of the way to the next site of the same element, where atoms are displaced that far.
    """

    narrow: NDArray[np.float64] = field(repr=False)
    widest: NDArray[np.float64] = field(repr=False)

    @classmethod
    def of(cls, crystal: Crystal) -> Reach:
        """The reach of the sites of a crystal; of halves of one split site none hinders the other."""
        near = neighbour_pairs(crystal.lattice, crystal.frac_coords, _SPACING_A)
        apart = ~are_split(crystal, near.centres, near.neighbours, near.distances)
        alike = np.array(
            [[not set(one.elements).isdisjoint(other.elements) for other in crystal.orbits] for one in crystal.orbits]
        )
        owner = crystal.orbit_of_site
        same = apart & alike[owner[near.centres], owner[near.neighbours]]
        to_any, to_same = (_nearest(near, chosen, crystal.n_sites) for chosen in (apart, same))
        narrow = np.maximum(_HALF_WAY * to_any, SHORTEST_REACH_A)
        return cls(narrow=narrow, widest=np.maximum(_WIDEST * to_same, narrow))

    def on(self, sites: NDArray[np.int64]) -> Reach:
        """The reach of these sites, e.g. those of a supercell by the parent's."""
        return Reach(narrow=self.narrow[sites], widest=self.widest[sites])


def _nearest(near: NeighbourPairs, chosen: NDArray[np.bool_], n_sites: int) -> NDArray[np.float64]:
    spacing = np.full(n_sites, _SPACING_A)
    np.minimum.at(spacing, near.centres[chosen], near.distances[chosen])
    return spacing


def assign(
    lattice: NDArray[np.float64],
    places: NDArray[np.float64],
    atoms: NDArray[np.float64],
    *,
    suits: NDArray[np.bool_],
    kinds: NDArray[np.int64],
    owners: NDArray[np.int64],
    limits: Reach,
) -> Assignment:
    """The atoms on the sites, so that the sum of their squared displacements is least.

    Squares, and not lengths: of two atoms in a row that have moved towards a vacancy each has moved one step, and none two.
    An atom on no site counts as displaced by the reach of a site: half of the way to the next one, more where the median of
    the displacements says that atoms go further. Atoms left over then take sites of other elements, within half of the way.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        places: fractional coordinates of the sites, shape (n, 3).
        atoms: of the atoms, shape (a, 3).
        suits: whether an orbit takes atoms of an element, shape (elements, orbits).
        kinds: element of each atom, a row of `suits`, shape (a,).
        owners: orbit of each site, a column of `suits`, shape (n,).
        limits: how far from each site its atom may be.
    """
    widest, narrow = limits.widest, limits.narrow
    near = neighbour_pairs(lattice, atoms, float(widest.max()), targets=places)
    own = suits[kinds[near.centres], owners[near.neighbours]]
    site = _solved(near, own & (near.distances <= widest[near.neighbours]), widest, len(atoms))
    lengths = _lengths(near, site)
    usual = float(np.median(lengths[site >= 0])) if (site >= 0).any() else 0.0
    reach = np.clip(_TIMES_MEDIAN * usual, narrow, widest)
    if (lengths[site >= 0] > reach[site[site >= 0]]).any():
        site = _solved(near, own & (near.distances <= reach[near.neighbours]), reach, len(atoms))
    taken = np.zeros(len(places), dtype=bool)
    taken[site[site >= 0]] = True
    left = (site[near.centres] < 0) & ~taken[near.neighbours] & ~own & (near.distances <= narrow[near.neighbours])
    foreign = _solved(near, left, narrow, len(atoms))
    together = np.where(site >= 0, site, foreign)
    chosen = np.flatnonzero(together[near.centres] == near.neighbours)
    chosen = chosen[np.unique(near.centres[chosen], return_index=True)[1]]  # sorted by distance: the nearest image
    displacement = np.zeros((len(atoms), 3))
    away = atoms[near.centres[chosen]] - places[near.neighbours[chosen]] - near.images[chosen]
    displacement[near.centres[chosen]] = away @ lattice
    return Assignment(site=together, displacement=displacement, own=site >= 0, reach=reach, near=near, suited=own)


def _lengths(near: NeighbourPairs, site: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far each atom is from its site, 0 where it has none."""
    lengths = np.zeros(len(site))
    chosen = np.flatnonzero(site[near.centres] == near.neighbours)[::-1]  # the nearest image last
    lengths[near.centres[chosen]] = near.distances[chosen]
    return lengths


def _solved(near: NeighbourPairs, allowed: NDArray[np.bool_], reach: NDArray[np.float64], n_atoms: int) -> NDArray[np.int64]:
    """The site of each atom, -1 for none, with the least sum of squares among the allowed pairs, shape (a,)."""
    site = np.full(n_atoms, -1, dtype=np.int64)
    pairs = np.flatnonzero(allowed)
    if not len(pairs):
        return site
    atom, place = near.centres[pairs], near.neighbours[pairs]
    gain = near.distances[pairs] ** 2 - reach[place] ** 2  # below what an atom on no site costs
    order = np.lexsort((place, gain, atom))
    best = order[np.unique(atom[order], return_index=True)[1]]
    site[atom[best]] = place[best]
    wanted = np.bincount(place[best], minlength=len(reach))
    if wanted.max() <= 1:
        return site  # each atom has its own best site, which no other assignment betters
    size = n_atoms + len(reach)
    _, component = connected_components(
        coo_array((np.ones(len(pairs), dtype=bool), (atom, n_atoms + place)), shape=(size, size)), directed=False
    )
    crowded = np.isin(component[atom], component[n_atoms + np.flatnonzero(wanted > 1)])
    atom, place, gain = atom[crowded], place[crowded], gain[crowded]
    rows, row = np.unique(atom, return_inverse=True)
    columns, column = np.unique(place, return_inverse=True)
    least: dict[tuple[int, int], float] = {}
    for key, value in zip(zip(row.tolist(), column.tolist(), strict=True), gain.tolist(), strict=True):
        least[key] = min(value, least.get(key, np.inf))  # of several images of a site the nearest
    ends = np.array(list(least), dtype=np.int64)
    lowest = min(least.values()) - 1.0  # the matcher wants positive numbers; each row has one, so that all gain the same
    weights = np.concatenate([np.array(list(least.values())) - lowest, np.full(len(rows), -lowest)])
    first = np.concatenate([ends[:, 0], np.arange(len(rows))])
    second = np.concatenate([ends[:, 1], len(columns) + np.arange(len(rows))])
    graph = coo_array((weights, (first, second)), shape=(len(rows), len(columns) + len(rows))).tocsr()
    matched_rows, matched = min_weight_full_bipartite_matching(graph)
    on_site = matched < len(columns)
    site[rows] = -1
    site[rows[matched_rows[on_site]]] = columns[matched[on_site]]
    return site
