"""The ideal sites that the atoms of a run belong to: supercell, origin, and which atoms hold it still."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.from_structure import crystal_without_symmetry
from nitrivac.crystal.supercell import Supercell, make_supercell
from nitrivac.documents.record import Record
from nitrivac.errors import NitrivacError, SpecificationError, UnsupportedError
from nitrivac.migration.carrier import mobile_species
from nitrivac.migration.matching import match_sites
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.trajectories.frames import Chunk

__all__ = ["Reference", "find_reference"]

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
        sites: sites of the supercell that the mobile element can occupy, shape (s,).
        strain: largest relative change of length of the crystal's cell.
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
    foreign = sorted(set(elements) - set(crystal.elements))
    if foreign:
        raise UnsupportedError(f"{source}: holds {', '.join(foreign)}, {name} holds {', '.join(crystal.elements)} only")
    mobile, immobile = np.flatnonzero(symbols == species), np.flatnonzero(symbols != species)
    if not len(immobile):
        raise UnsupportedError(
            f"{source}: holds nothing but {species}; without immobile atoms there is nothing to hold on to"
        )
    lattice = first.lattices.mean(axis=0)
    steps = first.frac - first.frac[0]
    means = first.frac[0] + (steps - np.round(steps)).mean(axis=0)
    matrix, homes, strain = _homes(crystal, symbols[immobile], means[immobile], lattice, species, source)
    cell = make_supercell(crystal, matrix)
    owner = np.array([species in orbit.elements for orbit in crystal.orbits])[crystal.orbit_of_site[cell.parent_site]]
    sites = np.flatnonzero(owner)
    shift = (means[immobile] - homes).mean(axis=0)
    offset = _best_translation(crystal, cell, means[mobile] - shift, sites, lattice)
    if len(mobile) > len(sites):
        raise UnsupportedError(
            f"{source}: has {len(mobile)} {species} in {cell.cells} cells of {name}, which have {len(sites)} sites for it"
        )
    return Reference(
        crystal=crystal, cell=cell, species=species, lattice=lattice, mobile=mobile, immobile=immobile,
        homes=homes + offset, sites=sites, strain=strain,
    )  # fmt: skip


def _homes(
    crystal: Crystal,
    symbols: NDArray[np.str_],
    means: NDArray[np.float64],
    lattice: NDArray[np.float64],
    species: str,
    source: str,
) -> tuple[NDArray[np.int64], NDArray[np.float64], float]:
    """Supercell matrix, the ideal place of each immobile atom, and the strain."""
    name = crystal.provenance.source
    try:
        atoms = crystal_without_symmetry(lattice, means, symbols.tolist(), source=source)
        match = match_sites(crystal, atoms, species, source)
    except NitrivacError as error:
        raise UnsupportedError(f"{source}: is no run of a supercell of {name}: {_reason(error)}") from error
    if (match.site < 0).any() or len(match.foreign):
        bad = int(np.flatnonzero(match.site < 0)[0]) if (match.site < 0).any() else int(match.foreign[0])
        raise UnsupportedError(
            f"{source}: immobile atoms must lie on sites of {name}; number {bad + 1} of them ({symbols[bad]}) lies on none "
            "of its own"
        )
    ideal = make_supercell(crystal, match.cell.matrix).frac_coords[match.site]
    moved = match.cell.frac_coords[match.site]
    return match.cell.matrix, ideal + np.round(means - moved), match.strain


def _reason(error: NitrivacError) -> str:
    """What an error says behind the name of the file."""
    return str(error).split(": ", 1)[-1].partition("; a host is")[0]


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
