"""Coordination shells: the ligands of every centre, by site and periodic image, in arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.chemistry.radii import bond_cutoff, is_anion
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["CARBON_BOND_A", "Roles", "Shells", "coordination_shells", "ligand_cutoffs", "roles_of"]

_LOOK_BEYOND_A = 1.5
CARBON_BOND_A = 1.7  # longer than any C-C bond, shorter than any contact between molecules


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shells:
    """The ligands of a set of centres; a ligand is an atom and an image, never an atom alone.

    Attributes:
        sites: site of each centre, ascending, shape (m,).
        starts: centre i has the ligands `starts[i]` to `starts[i + 1]`, nearest first, shape (m + 1,).
        ligands: site of each ligand, shape (k,).
        images: its cell seen from the centre's, shape (k, 3).
        distances: angstrom, shape (k,).
        beyond: distance in angstrom of the first candidate beyond the cutoff, infinite where none is near, shape (m,).
    """

    sites: NDArray[np.int64] = field(repr=False)
    starts: NDArray[np.int64] = field(repr=False)
    ligands: NDArray[np.int64] = field(repr=False)
    images: NDArray[np.int64] = field(repr=False)
    distances: NDArray[np.float64] = field(repr=False)
    beyond: NDArray[np.float64] = field(repr=False)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of ligands of each centre, shape (m,)."""
        return np.diff(self.starts)

    @property
    def centre_of_bond(self) -> NDArray[np.int64]:
        """Row of the centre of each bond, shape (k,)."""
        return np.repeat(np.arange(len(self.sites)), self.counts)

    def row(self, site: int) -> int:
        """The row of a site, -1 where it is no centre."""
        place = int(np.searchsorted(self.sites, site))
        return place if place < len(self.sites) and self.sites[place] == site else -1

    def bonds(self, row: int) -> slice:
        """The bonds of a centre, by its row."""
        return slice(int(self.starts[row]), int(self.starts[row + 1]))

    def vectors(self, crystal: Crystal) -> NDArray[np.float64]:
        """Cartesian vector of each bond from centre to ligand, angstrom, shape (k, 3)."""
        centres = self.sites[self.centre_of_bond]
        points = crystal.frac_coords
        vectors: NDArray[np.float64] = (points[self.ligands] + self.images - points[centres]) @ crystal.lattice
        return vectors

    def chosen(self, rows: NDArray[np.int64]) -> Shells:
        """The shells of some centres, by their rows in ascending order."""
        counts = self.counts[rows]
        bonds = np.concatenate([np.arange(*self.starts[[row, row + 1]]) for row in rows]) if len(rows) else np.zeros(0, int)
        return Shells(
            sites=self.sites[rows],
            starts=np.concatenate([[0], np.cumsum(counts)]),
            ligands=self.ligands[bonds],
            images=self.images[bonds],
            distances=self.distances[bonds],
            beyond=self.beyond[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roles:
    """Which elements are cations and which anions, and which sites hold them.

    Attributes:
        cations: elements, in the order of the crystal.
        anions: likewise.
        cation_sites: sites with a cation on them, ascending.
        anion_sites: sites with an anion on them, ascending.
        kinds: the sets of elements that share sites, each in the order of its first orbit.
        kind_of_site: index into `kinds`, shape (n,).
    """

    cations: tuple[str, ...]
    anions: tuple[str, ...]
    cation_sites: NDArray[np.int64] = field(repr=False)
    anion_sites: NDArray[np.int64] = field(repr=False)
    kinds: tuple[tuple[str, ...], ...]
    kind_of_site: NDArray[np.int64] = field(repr=False)


def roles_of(crystal: Crystal) -> Roles:
    """Cations and anions of a crystal, by `Crystal.oxidation`.

    Carbon that ends a molecular anion, as in cyanide, is a ligand and counts as an anion. Carbon bound to carbon is inside a
    molecular anion, no centre of a polyhedron: it is neither.

    Raises:
        UnsupportedError: there are no anions.
    """
    elements = crystal.elements
    role = {element: "anion" if is_anion(crystal, element) else "cation" for element in elements}
    if "C" in role:
        role["C"] = _role_of_carbon(crystal)
    cations, anions = (tuple(one for one in elements if role[one] == name) for name in ("cation", "anion"))
    if not anions:
        raise UnsupportedError(
            f"{crystal.provenance.source} has no anions, so there are no polyhedra: {crystal.oxidation.reason}"
        )
    numbers: dict[tuple[str, ...], int] = {}
    of_orbit = np.array([numbers.setdefault(orbit.elements, len(numbers)) for orbit in crystal.orbits])
    kinds = tuple(numbers)
    kind_of_site = of_orbit[crystal.orbit_of_site]
    holds_anion = np.array([bool(set(kind) & set(anions)) for kind in kinds])[kind_of_site]
    holds_cation = np.array([bool(set(kind) & set(cations)) for kind in kinds])[kind_of_site]
    return Roles(
        cations=cations,
        anions=anions,
        cation_sites=np.flatnonzero(holds_cation),
        anion_sites=np.flatnonzero(holds_anion),
        kinds=kinds,
        kind_of_site=kind_of_site,
    )


def _role_of_carbon(crystal: Crystal) -> str:
    """`anion` where every carbon ends a molecule, `molecule` where carbon is bound to carbon, else `cation`."""
    points = crystal.frac_coords
    carbon = np.concatenate([orbit.indices for orbit in crystal.orbits if "C" in orbit.elements])
    bonds = np.bincount(neighbour_pairs(crystal.lattice, points[carbon], CARBON_BOND_A).centres, minlength=len(carbon))
    to_carbon = bool(bonds.any())
    if "N" in crystal.elements:
        nitrogen = np.concatenate([orbit.indices for orbit in crystal.orbits if "N" in orbit.elements])
        cutoff = bond_cutoff(crystal, "C", "N")
        pairs = neighbour_pairs(crystal.lattice, points[carbon], cutoff, targets=points[nitrogen])
        bonds += np.bincount(pairs.centres, minlength=len(carbon))
    if (bonds == 1).all():
        return "anion"
    return "molecule" if to_carbon else "cation"


def ligand_cutoffs(crystal: Crystal, roles: Roles, given: Mapping[str, float] | None = None) -> dict[tuple[str, str], float]:
    """The distance in angstrom up to which an anion is a ligand of a cation, by their elements.

    Args:
        crystal: the crystal.
        roles: its cations and anions.
        given: distances that replace the table's, by pair as in `Li-N`.

    Raises:
        SpecificationError: a given pair is no cation and anion of the crystal, or a distance is not between 0 and 6.
    """
    cutoffs = {(cation, anion): bond_cutoff(crystal, cation, anion) for cation in roles.cations for anion in roles.anions}
    for name, distance in (given or {}).items():
        pair = tuple(part.strip() for part in name.split("-"))
        if pair not in cutoffs:
            raise SpecificationError(
                f"cutoff {name!r}: there is no such cation and anion in {crystal.provenance.source}; there are "
                f"{', '.join('-'.join(one) for one in cutoffs)}"
            )
        if not 0 < distance <= 6:
            raise SpecificationError(f"cutoff {name} of {distance:g} angstrom is not between 0 and 6")
        cutoffs[pair[0], pair[1]] = distance
    return cutoffs


def coordination_shells(
    crystal: Crystal,
    roles: Roles,
    cutoffs: Mapping[tuple[str, str], float],
    *,
    anions: bool = False,
    centres: NDArray[np.int64] | None = None,
) -> Shells:
    """The ligands of every cation site, or of every anion site, or of some of them.

    Args:
        crystal: ordered or average; every position that is filled at times counts.
        roles: see `roles_of`.
        cutoffs: see `ligand_cutoffs`.
        anions: whether anions are the centres and cations the ligands.
        centres: some of these sites, ascending, shape (m,); by default all.
    """
    every, others = (roles.anion_sites, roles.cation_sites) if anions else (roles.cation_sites, roles.anion_sites)
    centres = every if centres is None else centres
    limits = np.zeros((len(roles.kinds), len(roles.kinds)))
    for one, first in enumerate(roles.kinds):
        for two, second in enumerate(roles.kinds):
            limits[one, two] = max(
                (cutoffs.get((a, b) if not anions else (b, a), 0.0) for a in first for b in second), default=0.0
            )
    reach = max(cutoffs.values()) + _LOOK_BEYOND_A
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords[centres], reach, targets=crystal.frac_coords[others])
    ligands = others[pairs.neighbours]
    limit = limits[roles.kind_of_site[centres[pairs.centres]], roles.kind_of_site[ligands]]
    kept = pairs.distances <= limit
    beyond = np.full(len(centres), np.inf)
    np.minimum.at(beyond, pairs.centres[~kept], pairs.distances[~kept])
    counts = np.bincount(pairs.centres[kept], minlength=len(centres))
    return Shells(
        sites=centres,
        starts=np.concatenate([[0], np.cumsum(counts)]),
        ligands=ligands[kept],
        images=pairs.images[kept],
        distances=pairs.distances[kept],
        beyond=beyond,
    )


def elements_on(crystal: Crystal, sites: Iterable[int]) -> list[str]:
    """The element on each site, `(Li/Si)` for a mixed one."""
    names = []
    for site in sites:
        elements = crystal.orbits[int(crystal.orbit_of_site[site])].elements
        names.append(elements[0] if len(elements) == 1 else f"({'/'.join(elements)})")
    return names
