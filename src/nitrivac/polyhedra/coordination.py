"""Coordination polyhedra: each cation's anions, by site and periodic image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from nitrivac.crystal.neighbours import neighbour_pairs
from nitrivac.crystal.radii import bond_cutoff, is_anion
from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["CLEAR_MARGIN_A", "Ligand", "Polyhedron", "Shell", "coordination_polyhedra", "coordination_shells"]

CLEAR_MARGIN_A = 0.2  # a gap between last ligand kept and first dropped below this makes a shell ambiguous
_LOOK_BEYOND_A = 1.5
_FLAT_A3 = 1e-3

Ligand = tuple[int, int, int, int]
"""Site index and the three numbers of its cell: a ligand is an atom and an image, never an atom alone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shell:
    """The ligands of one site of the cell.

    Attributes:
        site: index of the centre.
        ligands: atom and image of each ligand, nearest first.
        distances: angstrom, shape (k,).
    """

    site: int
    ligands: tuple[Ligand, ...]
    distances: NDArray[np.float64] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polyhedron:
    """The coordination polyhedron of one orbit.

    Attributes:
        site: address of the orbit.
        centre: element of the centre, `Li/Si` for a mixed site.
        ligands: address of each ligand's orbit, nearest first.
        distances: angstrom, in the same order.
        volume: of the convex hull of the ligands in cubic angstrom, None where they span none.
        kept: distance of the last ligand, None without ligands.
        dropped: distance of the first anion beyond the cutoff, None where none is near.
        average: whether a site or ligand is partly occupied or mixed, so that this is an average over local cases.
    """

    site: str
    centre: str
    ligands: tuple[str, ...]
    distances: tuple[float, ...]
    volume: float | None
    kept: float | None
    dropped: float | None
    average: bool

    @property
    def coordination(self) -> int:
        """Number of ligand positions."""
        return len(self.ligands)

    @property
    def margin(self) -> float | None:
        """Gap in angstrom between the last ligand kept and the first dropped."""
        return None if self.kept is None or self.dropped is None else self.dropped - self.kept

    @property
    def is_ambiguous(self) -> bool:
        """Whether the shell has no clear end."""
        return self.margin is not None and self.margin < CLEAR_MARGIN_A


def _anion_sites(crystal: Crystal) -> NDArray[np.int64]:
    chosen = [orbit.indices for orbit in crystal.orbits if any(is_anion(crystal, element) for element in orbit.elements)]
    if not chosen:
        raise UnsupportedError(
            f"{crystal.provenance.source} has no anions among {', '.join(crystal.elements)}, so there are no polyhedra"
        )
    return np.sort(np.concatenate(chosen))


def cation_elements(crystal: Crystal) -> tuple[str, ...]:
    """Elements that are no anions in this crystal, in its order."""
    return tuple(element for element in crystal.elements if not is_anion(crystal, element))


def coordination_shells(crystal: Crystal) -> tuple[dict[int, Shell], dict[int, float]]:
    """The ligands of every cation site, and the distance of the first anion dropped.

    Returns:
        Shells by site, and by site the distance in angstrom of the first anion beyond the cutoff, where one is near.
    """
    anions = _anion_sites(crystal)
    owner = crystal.orbit_of_site
    cations = [
        (index, orbit)
        for index, orbit in enumerate(crystal.orbits)
        if any(not is_anion(crystal, element) for element in orbit.elements)
    ]
    cutoffs = {
        (index, int(other)): max(
            bond_cutoff(crystal, cation, anion)
            for cation in orbit.elements
            if not is_anion(crystal, cation)
            for anion in crystal.orbits[int(other)].elements
            if is_anion(crystal, anion)
        )
        for index, orbit in cations
        for other in np.unique(owner[anions])
    }
    centres = np.concatenate([orbit.indices for _, orbit in cations])
    reach = max(cutoffs.values()) + _LOOK_BEYOND_A
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords[centres], reach, targets=crystal.frac_coords[anions])
    first, second = centres[pairs.centres], anions[pairs.neighbours]
    limits = np.array([cutoffs[int(owner[i]), int(owner[j])] for i, j in zip(first, second, strict=True)])
    kept = pairs.distances <= limits
    shells: dict[int, Shell] = {}
    dropped: dict[int, float] = {}
    for site in centres:
        mine = np.flatnonzero(first == site)
        inside, outside = mine[kept[mine]], mine[~kept[mine]]
        shells[int(site)] = Shell(
            site=int(site),
            ligands=tuple(
                (int(atom), int(x), int(y), int(z))
                for atom, (x, y, z) in zip(second[inside], pairs.images[inside], strict=True)
            ),
            distances=pairs.distances[inside],
        )
        if len(outside):
            dropped[int(site)] = float(pairs.distances[outside].min())
    return shells, dropped


def ligand_points(crystal: Crystal, ligands: tuple[Ligand, ...]) -> NDArray[np.float64]:
    """Cartesian coordinates of ligands, angstrom, shape (k, 3)."""
    rows = np.array(ligands, dtype=np.int64).reshape(-1, 4)
    points: NDArray[np.float64] = (crystal.frac_coords[rows[:, 0]] + rows[:, 1:]) @ crystal.lattice
    return points


def hull_volume(points: NDArray[np.float64]) -> float | None:
    """Volume in cubic angstrom of the convex hull of points, None where they lie in a plane."""
    if len(points) < 4 or np.linalg.matrix_rank(points - points.mean(axis=0), tol=1e-2) < 3:
        return None
    try:
        volume = float(ConvexHull(points).volume)
    except QhullError:
        return None
    return volume if volume > _FLAT_A3 else None


def coordination_polyhedra(crystal: Crystal, shells: dict[int, Shell], dropped: dict[int, float]) -> tuple[Polyhedron, ...]:
    """The coordination polyhedron of every cation orbit.

    Args:
        crystal: ordered or average.
        shells: see `coordination_shells`.
        dropped: likewise.
    """
    polyhedra = []
    for orbit in crystal.orbits:
        site = int(orbit.indices[0])
        if site not in shells:
            continue
        shell = shells[site]
        ligand_orbits = [crystal.orbits[int(crystal.orbit_of_site[ligand[0]])] for ligand in shell.ligands]
        polyhedra.append(
            Polyhedron(
                site=crystal.address(orbit),
                centre="/".join(orbit.elements),
                ligands=tuple(crystal.address(one) for one in ligand_orbits),
                distances=tuple(float(value) for value in shell.distances),
                volume=hull_volume(ligand_points(crystal, shell.ligands)),
                kept=float(shell.distances[-1]) if len(shell.distances) else None,
                dropped=dropped.get(site),
                average=not (orbit.is_ordered and all(one.is_ordered for one in ligand_orbits)),
            )
        )
    return tuple(polyhedra)
