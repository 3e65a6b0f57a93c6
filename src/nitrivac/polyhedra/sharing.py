"""Corners, edges and faces that polyhedra share, ligands told apart by atom and image."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from nitrivac.polyhedra.coordination import ligand_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.coordination import Ligand, Shell

__all__ = ["Sharing", "find_sharing"]

_PLANE_A = 0.05  # ligands this near to a facet's plane belong to that facet
_EXCLUSIVE_A = 1.0  # centres of partly occupied sites nearer than this are alternatives, not neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """What polyhedra of one orbit share with those of another, counted per polyhedron of the first.

    Each neighbour is counted once, at its highest: in a face before an edge before a corner.

    Attributes:
        start: address of the first orbit.
        end: address of the second.
        corner: neighbours met in just a corner.
        edge: neighbours met in an edge.
        face: neighbours met in a face.
        shortest: smallest distance in angstrom between such centres.
    """

    start: str
    end: str
    corner: int
    edge: int
    face: int
    shortest: float


def find_sharing(crystal: Crystal, shells: dict[int, Shell]) -> tuple[Sharing, ...]:
    """The sharing table of all pairs of cation orbits.

    Polyhedra with one ligand in common share a corner, with two an edge, with three or more a face if these lie on one
    facet of both hulls. Partly occupied centres that are too near to be filled together are left out.

    Args:
        crystal: ordered or average.
        shells: see `nitrivac.polyhedra.coordination.coordination_shells`.
    """
    around: dict[int, list[tuple[int, NDArray[np.int64]]]] = defaultdict(list)
    for site, shell in shells.items():
        for ligand in shell.ligands:
            around[ligand[0]].append((site, np.array(ligand[1:])))
    rows = []
    for orbit in crystal.orbits:
        site = int(orbit.indices[0])
        if site not in shells:
            continue
        common = _common_ligands(shells[site], around)
        tallies: dict[int, Counter[str]] = defaultdict(Counter)
        nearest: dict[int, float] = {}
        for (other, *image), ligands in common.items():
            target = int(crystal.orbit_of_site[other])
            offset = crystal.frac_coords[other] + np.array(image) - crystal.frac_coords[site]
            distance = float(np.linalg.norm(offset @ crystal.lattice))
            both = orbit.total_occupancy + crystal.orbits[target].total_occupancy
            if distance < _EXCLUSIVE_A and both <= 1 + 1e-6:
                continue
            tallies[target][_kind(crystal, shells, site, other, tuple(image), ligands)] += 1
            nearest[target] = min(nearest.get(target, np.inf), distance)
        rows += [
            Sharing(
                start=crystal.address(orbit),
                end=crystal.address(crystal.orbits[target]),
                corner=tally["corner"],
                edge=tally["edge"],
                face=tally["face"],
                shortest=nearest[target],
            )
            for target, tally in sorted(tallies.items())
        ]
    return tuple(rows)


def _common_ligands(
    shell: Shell, around: dict[int, list[tuple[int, NDArray[np.int64]]]]
) -> dict[tuple[int, ...], list[Ligand]]:
    """Ligands in common with every other polyhedron, by the other's site and cell; its own images included."""
    common: dict[tuple[int, ...], list[Ligand]] = defaultdict(list)
    for ligand in shell.ligands:
        for other, cell in around[ligand[0]]:
            image = np.array(ligand[1:]) - cell
            if other == shell.site and not image.any():
                continue
            common[other, int(image[0]), int(image[1]), int(image[2])].append(ligand)
    return common


def _kind(
    crystal: Crystal,
    shells: dict[int, Shell],
    site: int,
    other: int,
    image: tuple[int, ...],
    ligands: list[Ligand],
) -> str:
    if len(ligands) == 1:
        return "corner"
    if len(ligands) == 2:
        return "edge"
    moved = [(one[0], one[1] - image[0], one[2] - image[1], one[3] - image[2]) for one in ligands]
    whole = (_on_one_facet(crystal, shells[site], ligands), _on_one_facet(crystal, shells[other], moved))
    return "face" if all(whole) else "edge"


def _on_one_facet(crystal: Crystal, shell: Shell, ligands: list[Ligand]) -> bool:
    """Whether ligands lie on one facet of the hull of a shell; a flat shell is all facet."""
    points = ligand_points(crystal, shell.ligands)
    chosen = [shell.ligands.index(ligand) for ligand in ligands]
    if np.linalg.matrix_rank(points - points.mean(axis=0), tol=1e-2) < 3:
        return True
    try:
        hull = ConvexHull(points)
    except QhullError:
        return False
    heights = np.abs(hull.equations[:, :3] @ points[chosen].T + hull.equations[:, 3:])
    return bool((heights.max(axis=1) < _PLANE_A).any())
