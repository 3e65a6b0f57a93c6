"""Atoms of a configuration on the sites of its parent, though they may be relaxed, strained, shifted and turned."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.supercell import Supercell, make_supercell
from nitrivac.errors import UnsupportedError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["FARTHEST_A", "LARGEST_STRAIN", "SiteMatch", "match_sites"]

FARTHEST_A = 0.75  # an atom farther than this from every free site is on none: half of the shortest Li-Li distance is 0.98
LARGEST_STRAIN = 0.05  # change of length of a cell, relative, by more than which it is another one
_ODD = 0.1  # share of the atoms that may be on no site, or on one of another element
_SURE_A = 0.2  # with no larger displacements no other origin is tried
_DRIFT_STEPS = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteMatch:
    """Which atom is on which site.

    Attributes:
        cell: the sites of the supercell, moved by the drift, in the lattice of the atoms.
        site: of each atom, -1 where it is on none, shape (a,).
        displacement: of each atom from its site, cartesian, angstrom, zero where it is on none, shape (a, 3).
        foreign: atoms on a site that the parent does not give to their element, shape (f,).
        strain: largest relative change of length of the parent's cell.
        drift: by which the sites were moved as a whole, angstrom.
    """

    cell: Supercell
    site: NDArray[np.int64] = field(repr=False)
    displacement: NDArray[np.float64] = field(repr=False)
    foreign: NDArray[np.int64] = field(repr=False)
    strain: float
    drift: float

    @property
    def odd(self) -> int:
        """Number of atoms on no site or on one of another element."""
        return int((self.site < 0).sum()) + len(self.foreign)

    @property
    def spread(self) -> float:
        """Root mean square displacement, angstrom."""
        return float(np.sqrt((self.displacement**2).sum(axis=1).mean()))


def match_sites(parent: Crystal, atoms: Crystal, species: str, source: str) -> SiteMatch:
    """The sites of a parent's supercell that atoms are on.

    The cell may be strained and turned, the origin anywhere, and each atom up to `FARTHEST_A` from its site; drift is taken
    off by the mean over the immobile atoms. An atom on no site, or on one of another element, is kept as such, as long as no
    more than a tenth of the atoms are.

    Args:
        parent: the crystal whose sites they are.
        atoms: an ordered configuration.
        species: the mobile element, whose atoms do not count for the drift.
        source: what to call the configuration in messages.

    Raises:
        UnsupportedError: the cell is none of the parent's supercells, or too many atoms are on no site of their own.
    """
    elements = np.array([orbit.elements[0] for orbit in atoms.orbits])[atoms.orbit_of_site]
    best: SiteMatch | None = None
    for matrix in _supercell_matrices(parent, atoms):
        cell = replace(make_supercell(parent, matrix), lattice=atoms.lattice)
        strain = float(np.abs(_stretches(matrix @ parent.lattice, atoms.lattice) - 1).max())
        for shift in _shifts(parent, cell, atoms, elements):
            found = _matched(parent, cell, atoms, elements=elements, species=species, shift=shift, strain=strain)
            if best is None or (found.odd, found.spread) < (best.odd, best.spread):
                best = found
            if best.odd == 0 and best.spread < _SURE_A:
                return best
        if best is not None and best.odd <= max(1, _ODD * len(elements)):
            return best
    if best is None:
        raise UnsupportedError(
            f"{source}: its lattice vectors are no whole sums of the parent's within {LARGEST_STRAIN:.0%} of their lengths"
        )
    lost = [*np.flatnonzero(best.site < 0).tolist(), *best.foreign.tolist()]
    raise UnsupportedError(
        f"{source}: {best.odd} of {len(elements)} atoms are farther than {FARTHEST_A} angstrom from every site of their own "
        f"element, the first of them atom {min(lost) + 1} ({elements[min(lost)]}); a host is a configuration of its parent"
    )


def _stretches(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many times longer lengths are in the second lattice, along the principal directions of the strain."""
    return np.asarray(np.linalg.svd(np.linalg.inv(first) @ second, compute_uv=False), dtype=np.float64)


def _supercell_matrices(parent: Crystal, atoms: Crystal) -> list[NDArray[np.int64]]:
    """Whole-number matrices that make the lattice of the atoms from the parent's, up to strain and a rotation in space.

    One without a rotation is the only one; rotated ones are found by the lengths of the vectors and the angles between, the
    least strained first.
    """
    direct = np.round(atoms.lattice @ np.linalg.inv(parent.lattice)).astype(np.int64)
    if round(float(np.linalg.det(direct))) >= 1 and _is_close(direct @ parent.lattice, atoms.lattice):
        return [direct]
    metric, wanted = parent.lattice @ parent.lattice.T, atoms.lattice @ atoms.lattice.T
    lengths = np.sqrt(np.diag(wanted))
    shortest = np.linalg.norm(np.linalg.inv(parent.lattice), axis=0)
    reach = np.ceil((1 + LARGEST_STRAIN) * lengths.max() * shortest + 1e-6).astype(int)
    grid = np.array(np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij")).reshape(3, -1).T
    norms = np.sqrt(np.einsum("ki,ij,kj->k", grid, metric, grid))
    rows = [grid[np.abs(norms - length) < LARGEST_STRAIN * length] for length in lengths]
    off = 2 * LARGEST_STRAIN * np.outer(lengths, lengths)
    found = [
        np.array([a, b, c])
        for a in rows[0]
        for b in rows[1]
        if abs(a @ metric @ b - wanted[0, 1]) < off[0, 1]
        for c in rows[2]
        if abs(a @ metric @ c - wanted[0, 2]) < off[0, 2] and abs(b @ metric @ c - wanted[1, 2]) < off[1, 2]
    ]
    strains = [
        (float(np.abs(_stretches(matrix @ parent.lattice, atoms.lattice) - 1).max()), number)
        for number, matrix in enumerate(found)
        if np.linalg.det(matrix) > 0.5
    ]
    return [found[number] for strain, number in sorted(strains) if strain <= LARGEST_STRAIN]


def _is_close(first: NDArray[np.float64], second: NDArray[np.float64]) -> bool:
    """Whether one lattice is the other, strained and turned no more than a little."""
    return bool(np.abs(np.linalg.inv(first) @ second - np.eye(3)).max() <= LARGEST_STRAIN)


def _shifts(parent: Crystal, cell: Supercell, atoms: Crystal, elements: NDArray[np.str_]) -> Iterator[NDArray[np.float64]]:
    """Where the parent's origin may lie: where the file's is, and wherever one atom of the rarest element is on a site."""
    yield np.zeros(3)
    names, numbers = np.unique(elements, return_counts=True)
    for element in names[np.argsort(numbers, kind="stable")].tolist():
        homes = [orbit for orbit in parent.orbits if element in orbit.elements]
        if not homes:
            continue
        atom = atoms.frac_coords[int(np.flatnonzero(elements == element)[0])]
        for site in np.concatenate([orbit.indices for orbit in homes]).tolist():
            yield atom - cell.frac_coords[site * cell.cells]
        return


def _matched(
    parent: Crystal,
    cell: Supercell,
    atoms: Crystal,
    *,
    elements: NDArray[np.str_],
    species: str,
    shift: NDArray[np.float64],
    strain: float,
) -> SiteMatch:
    """The atoms on the sites moved by a shift, which is refined to leave no drift of the immobile atoms."""
    names, kinds = np.unique(elements, return_inverse=True)
    fits = np.array([[name in orbit.elements for orbit in parent.orbits] for name in names.tolist()])
    owner = parent.orbit_of_site[cell.parent_site]
    start = shift
    for _ in range(_DRIFT_STEPS):
        site, displacement = _assigned(cell.frac_coords + shift, atoms, owner, kinds, fits)
        steady = (site >= 0) & (elements != species)
        counted = steady if steady.any() else site >= 0
        drift = displacement[counted].mean(axis=0) if counted.any() else np.zeros(3)
        if np.linalg.norm(drift) < 1e-6:
            break
        shift = shift + drift @ np.linalg.inv(atoms.lattice)
    else:
        site, displacement = _assigned(cell.frac_coords + shift, atoms, owner, kinds, fits)
    return SiteMatch(
        cell=replace(
            cell,
            frac_coords=cell.frac_coords + shift,
            translations=cell.translations + shift - cell.rotations @ shift,
        ),
        site=site,
        displacement=displacement,
        foreign=np.flatnonzero((site >= 0) & ~fits[kinds, owner[site]]),
        strain=strain,
        drift=float(np.linalg.norm((shift - start) @ atoms.lattice)),
    )


def _assigned(
    places: NDArray[np.float64],
    atoms: Crystal,
    owner: NDArray[np.int64],
    kinds: NDArray[np.int64],
    fits: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The site of each atom, nearest pairs first and those of the right element before others, and its displacement."""
    near = neighbour_pairs(atoms.lattice, atoms.frac_coords, FARTHEST_A, targets=places)
    own = fits[kinds[near.centres], owner[near.neighbours]]
    site = np.full(atoms.n_sites, -1, dtype=np.int64)
    displacement = np.zeros((atoms.n_sites, 3))
    taken = np.zeros(len(places), dtype=bool)
    for pair in np.lexsort((near.distances, ~own)).tolist():
        atom, place = int(near.centres[pair]), int(near.neighbours[pair])
        if site[atom] < 0 and not taken[place]:
            site[atom], taken[place] = place, True
            away = atoms.frac_coords[atom] - places[place] - near.images[pair]
            displacement[atom] = away @ atoms.lattice
    return site, displacement
