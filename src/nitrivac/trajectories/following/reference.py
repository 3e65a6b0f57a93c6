"""The ideal sites that the atoms of a run belong to: supercell, origin, and which atoms hold it still."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.chemistry.carrier import mobile_species
from nitrivac.crystal.from_structure import crystal_without_symmetry
from nitrivac.crystal.model import Crystal
from nitrivac.crystal.occupation import Occupation
from nitrivac.crystal.supercells.supercell import Supercell  # noqa: TC001 - records read the hints
from nitrivac.documents.record import Record
from nitrivac.errors import NitrivacError, SpecificationError, UnsupportedError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.trajectories.frames import Chunk

__all__ = ["Reference", "find_reference"]

_DOPED = 0.1  # share of the atoms that may be of elements that the crystal does not have
_EXCESS = 0.1  # mobile atoms beyond the sites, relative to these: interstitials
_SAME_SITE_A = 0.5  # an immobile site that a translation moves by no more falls on another one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference(Record):
    """Ideal sites in the cell of a run.

    Attributes:
        crystal: the crystal whose sites they are.
        cell: its supercell.
        species: the mobile element.
        lattice: mean cell of the first frames, rows are lattice vectors, angstrom, shape (3, 3).
        mobile: atoms of the mobile element, shape (a,).
        immobile: the other atoms, shape (b,).
        homes: ideal place of each immobile atom, fractions of the supercell, beside that in the first frame, shape (b, 3).
        sites: sites of the supercell that the mobile element can occupy, without those that others hold, shape (s,).
        strain: largest relative change of length of the crystal's cell.
        dopants: elements that the crystal does not have, each with the address of its sites (`Mg on Li@4f`).
        antisites: likewise immobile elements of the crystal on sites of others.
        held: sites of the mobile element that immobile atoms hold.
    """

    crystal: Crystal
    cell: Supercell = field(repr=False)
    species: str
    lattice: NDArray[np.float64]
    mobile: NDArray[np.int64] = field(repr=False)
    immobile: NDArray[np.int64] = field(repr=False)
    homes: NDArray[np.float64] = field(repr=False)
    sites: NDArray[np.int64] = field(repr=False)
    strain: float
    dopants: tuple[str, ...] = ()
    antisites: tuple[str, ...] = ()
    held: int = 0

    @property
    def places(self) -> NDArray[np.float64]:
        """The mobile sites in fractions of the supercell, shape (s, 3)."""
        return self.cell.frac_coords[self.sites]


def find_reference(crystal: Crystal, elements: Sequence[str], first: Chunk, species: str | None, source: str) -> Reference:
    """The sites of a run, from the mean places of its immobile atoms in the first frames.

    Of the translations that map the immobile sites to each other the one is taken that brings the mobile atoms nearest to
    their sites, and of equal ones the nearest to the crystal as given.

    Args:
        crystal: the crystal that the run is of.
        elements: symbol of each atom.
        first: the first frames.
        species: the mobile element, by default the charge carrier.
        source: what to call the run in messages.

    Raises:
        SpecificationError: the run has no atom of the species.
        UnsupportedError: its atoms or its cell are not those of the crystal.
    """
    species = mobile_species(crystal, species)
    symbols = np.array(elements)
    name = crystal.provenance.source
    if species not in crystal.elements:
        raise SpecificationError(f"{name} has no {species}; the mobile element is one of {', '.join(crystal.elements)}")
    if not (symbols == species).any():
        raise SpecificationError(f"{source}: has no atom of {species}, only {', '.join(dict.fromkeys(elements))}")
    foreign = [element for element in elements if element not in crystal.elements]
    if len(foreign) > _DOPED * len(elements):
        others = ", ".join(sorted(set(foreign)))
        raise UnsupportedError(f"{source}: holds {others}, {name} holds {', '.join(crystal.elements)} only")
    mobile, immobile = np.flatnonzero(symbols == species), np.flatnonzero(symbols != species)
    if not len(immobile):
        raise UnsupportedError(
            f"{source}: holds nothing but {species}; without immobile atoms there is nothing to hold on to"
        )
    lattice = first.lattices.mean(axis=0)
    steps = first.frac - first.frac[0]
    means = first.frac[0] + (steps - np.round(steps)).mean(axis=0)
    found, homes = _homes(crystal, symbols, means, lattice, species, source)
    cell = found.supercell
    owner = np.array([species in orbit.elements for orbit in crystal.orbits])[crystal.orbit_of_site[cell.parent_site]]
    sites = np.flatnonzero(owner)
    shift = (means[immobile] - homes).mean(axis=0)
    homes += _best_translation(crystal, cell, means[mobile] - shift, sites, lattice)
    if len(mobile) > (1 + _EXCESS) * len(sites):
        raise UnsupportedError(
            f"{source}: has {len(mobile)} {species} in {cell.cells} cells of {name}, which have {len(sites)} sites for it"
        )
    held = _held(cell, homes, sites)
    return Reference(
        crystal=crystal, cell=cell, species=species, lattice=lattice, mobile=mobile, immobile=immobile, homes=homes,
        sites=np.setdiff1d(sites, held), held=len(held), strain=float(np.abs(np.linalg.eigvalsh(found.strain)).max()),
        dopants=_named(found, found.dopants), antisites=_named(found, found.antisites),
    )  # fmt: skip


def _held(cell: Supercell, homes: NDArray[np.float64], sites: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sites of the mobile element on which an immobile atom is, a dopant or antisite."""
    near = neighbour_pairs(cell.lattice, homes, _SAME_SITE_A, targets=cell.frac_coords[sites])
    return np.unique(sites[near.neighbours])


def _named(found: Occupation, sites: NDArray[np.int64]) -> tuple[str, ...]:
    """The foreign atoms on some sites in words, each kind once."""
    return tuple(dict.fromkeys(f"{found.elements[site]} on {found.address(site)}" for site in sites.tolist()))


def _homes(
    crystal: Crystal,
    symbols: NDArray[np.str_],
    means: NDArray[np.float64],
    lattice: NDArray[np.float64],
    species: str,
    source: str,
) -> tuple[Occupation, NDArray[np.float64]]:
    """The atoms on the sites, and the ideal place of each immobile one."""
    name = crystal.provenance.source
    still = np.flatnonzero(symbols != species)
    try:
        number = still
        found = _occupation(crystal, symbols[number], means[number], lattice, species=species, source=source)
    except NitrivacError as error:  # mixed sites may hold so odd a share that only all atoms tell the number of cells
        number = np.arange(len(symbols))
        try:
            found = _occupation(crystal, symbols, means, lattice, species=species, source=source)
        except NitrivacError:
            reason = str(error).removeprefix(f"{source} on {name}: ").removeprefix(f"{source}: ")
            raise UnsupportedError(f"{source}: is no run of a supercell of {name}: {reason}") from error
    between = np.intersect1d(number[[one.atom for one in found.interstitials]], still)
    if len(between):
        raise UnsupportedError(
            f"{source}: immobile atoms must lie on sites of {name}; atom {between[0] + 1} ({symbols[between[0]]}) is on none"
        )
    filled = np.flatnonzero(found.atoms >= 0)
    site = np.full(len(symbols), -1, dtype=np.int64)
    site[number[found.atoms[filled]]] = filled
    homes = found.supercell.frac_coords[site[still]]
    return found, homes + np.round(means[still] - found.placed.frac_coords[site[still]])


def _occupation(
    crystal: Crystal,
    symbols: NDArray[np.str_],
    means: NDArray[np.float64],
    lattice: NDArray[np.float64],
    *,
    species: str,
    source: str,
) -> Occupation:
    """Atoms on the sites of the crystal."""
    atoms = crystal_without_symmetry(lattice, means, symbols.tolist(), source=source)
    return Occupation.of(crystal, atoms, mobile=species, source=source)


def _best_translation(
    crystal: Crystal,
    cell: Supercell,
    lithium: NDArray[np.float64],
    sites: NDArray[np.int64],
    lattice: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The translation of immobile sites to each other, in fractions of the supercell, that fits the mobile atoms best."""
    places = cell.frac_coords[sites]
    best, least = np.zeros(3), np.inf
    for shift in _translations(crystal, cell, sites):
        near = neighbour_pairs(lattice, lithium + shift, 2.5, targets=places)
        nearest = np.full(len(lithium), 2.5)
        np.minimum.at(nearest, near.centres, near.distances)
        badness = float((nearest**2).mean())
        if badness < least - 1e-3:
            best, least = shift, badness
    return best


def _translations(crystal: Crystal, cell: Supercell, sites: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """Translations of the crystal's cell that map its immobile sites to like ones, none first, then the shortest."""
    still = np.setdiff1d(np.arange(crystal.n_sites), cell.parent_site[sites])
    owner, points = crystal.orbit_of_site, crystal.frac_coords
    kinds = [tuple(sorted(crystal.orbits[index].elements)) for index in owner[still].tolist()]
    rare = min(set(kinds), key=kinds.count)
    members = [site for site, kind in zip(still.tolist(), kinds, strict=True) if kind == rare]
    found = []
    for site in members:
        shift = points[site] - points[members[0]]
        shift -= np.round(shift)
        near = neighbour_pairs(crystal.lattice, points[still] + shift, _SAME_SITE_A, targets=points[still])
        alike = [kinds[a] == kinds[b] for a, b in zip(near.centres.tolist(), near.neighbours.tolist(), strict=True)]
        if len(set(near.centres[alike].tolist())) == len(still):
            found.append(shift @ np.linalg.inv(cell.matrix.astype(float)))
    return sorted(found, key=lambda shift: round(float(np.linalg.norm(shift @ cell.lattice)), 6))
