"""A crystal as things to draw: atoms in and at the border of the cell, polyhedra with all their corners, the cell itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.chemistry.radii import radius_in
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.polyhedra.coordination import coordination_shells, ligand_cutoffs, roles_of
from nitrivac.polyhedra.frameworks.framework import COVALENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = [
    "Body",
    "Scene",
    "cell_edges",
    "crystal_scene",
    "drawn_radius",
    "hull_faces",
    "images_in_cell",
    "occupancy_text",
    "orbit_groups",
    "refuse_full",
    "shifts_into_cell",
]

_BORDER = 1e-3  # fractional: a site this near to a face of the cell is drawn on the opposite face too
_FLAT_A = 1e-3
_MOST_SITES = 1000  # a cell with more is no picture any more
_MOST_ORBITS = 24  # with more, what is alike shares a name in the legend


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """One coordination polyhedron to draw.

    Attributes:
        orbit: index of the centre's orbit.
        corners: cartesian, angstrom, shape (k, 3).
        faces: polygons as indices of corners in order.
    """

    orbit: int
    corners: NDArray[np.float64] = field(repr=False)
    faces: tuple[tuple[int, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """What of a crystal is drawn.

    Attributes:
        lattice: rows, angstrom, shape (3, 3).
        sites: site of each atom drawn, shape (n,).
        points: cartesian, angstrom, shape (n, 3).
        bodies: the polyhedra.
        main: indices of the orbits whose polyhedra are the framework, shown at once; others are shown on request.
    """

    lattice: NDArray[np.float64]
    sites: NDArray[np.int64] = field(repr=False)
    points: NDArray[np.float64] = field(repr=False)
    bodies: tuple[Body, ...] = field(repr=False)
    main: tuple[int, ...]


def crystal_scene(crystal: Crystal, centres: Sequence[str] | None = None) -> Scene:
    """The atoms of one cell, those on its border on both sides, and the polyhedra of its cations.

    Args:
        crystal: ordered or average.
        centres: elements whose polyhedra are shown at once; by default those of covalent frameworks, else all cations.

    Raises:
        SpecificationError: a centre is no cation of the crystal.
    """
    drawn = images_in_cell(crystal, np.arange(crystal.n_sites))
    bodies: list[Body] = []
    main: tuple[int, ...] = ()
    try:
        roles = roles_of(crystal)
    except UnsupportedError:  # no anions, no polyhedra
        return _scene(crystal, drawn, bodies, main)
    for centre in centres or ():
        if centre not in roles.cations:
            raise SpecificationError(
                f"no cation {centre!r} in {crystal.provenance.source}; there are {', '.join(roles.cations) or 'none'}"
            )
    wanted = set(centres or set(COVALENT) & set(roles.cations) or roles.cations)
    main = tuple(number for number, orbit in enumerate(crystal.orbits) if wanted & set(orbit.elements))
    shells = coordination_shells(crystal, roles, ligand_cutoffs(crystal, roles))
    points = crystal.frac_coords
    ligands: dict[tuple[int, tuple[int, ...]], None] = {}
    for site, image in drawn:
        row = shells.row(site)
        if row < 0:
            continue
        bonds = shells.bonds(row)
        around = list(zip(shells.ligands[bonds].tolist(), map(tuple, (shells.images[bonds] + image).tolist()), strict=True))
        corners = np.array([(points[one] + cell) @ crystal.lattice for one, cell in around]).reshape(-1, 3)
        faces = hull_faces(corners)
        orbit = int(crystal.orbit_of_site[site])
        if faces:
            bodies.append(Body(orbit=orbit, corners=corners, faces=faces))
            if orbit in main:
                ligands |= dict.fromkeys(around)
    return _scene(crystal, list(dict.fromkeys([*drawn, *ligands])), bodies, main)


def _scene(
    crystal: Crystal, drawn: Sequence[tuple[int, tuple[int, ...]]], bodies: Sequence[Body], main: tuple[int, ...]
) -> Scene:
    sites = np.array([site for site, _ in drawn], dtype=np.int64)
    images = np.array([image for _, image in drawn], dtype=float).reshape(-1, 3)
    points = (crystal.frac_coords[sites] + images) @ crystal.lattice
    return Scene(lattice=crystal.lattice, sites=sites, points=points, bodies=tuple(bodies), main=main)


def refuse_full(crystal: Crystal) -> None:
    """Raise UnsupportedError for a cell with too many sites to draw."""
    if crystal.n_sites > _MOST_SITES:
        raise UnsupportedError(
            f"{crystal.provenance.source}: a cell of {crystal.n_sites} sites is too full to draw (at most {_MOST_SITES})"
        )


def orbit_groups(crystal: Crystal) -> dict[str, list[int]]:
    """Indices of the orbits by what the legend calls them: each alone, or by their occupants where there are many."""
    groups: dict[str, list[int]] = {}
    for number, orbit in enumerate(crystal.orbits):
        words = occupancy_text(orbit)
        if len(crystal.orbits) <= _MOST_ORBITS:
            address = crystal.address(orbit)
            words = address if orbit.is_ordered else f"{address}: {words}"
        groups.setdefault(words, []).append(number)
    return groups


def images_in_cell(crystal: Crystal, sites: NDArray[np.int64]) -> list[tuple[int, tuple[int, ...]]]:
    """Each site with every lattice vector that puts it in the cell or on its border."""
    return [(site, image) for site in sites.tolist() for image in shifts_into_cell(crystal.frac_coords[site])]


def shifts_into_cell(point: NDArray[np.float64]) -> list[tuple[int, ...]]:
    """Every lattice vector that puts a point in the cell or on its border, the point being fractional, shape (3,)."""
    shifts = []
    for value in point.tolist():
        home = -math.floor(value + _BORDER)
        shifts.append((home, home + 1) if value + home < _BORDER else (home,))
    return list(product(*shifts))


def hull_faces(corners: NDArray[np.float64]) -> tuple[tuple[int, ...], ...]:
    """The faces of the convex hull of some points as polygons; a flat figure is one face, a line none.

    Args:
        corners: cartesian, shape (k, 3).
    """
    if len(corners) < 3:
        return ()
    centred = corners - corners.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred)
    if sizes[1] < _FLAT_A:
        return ()
    if len(corners) == 3 or sizes[2] < _FLAT_A:
        return (_around(centred, np.arange(len(corners)), axes[2]),)
    from scipy.spatial import ConvexHull

    hull = ConvexHull(corners)
    planes: dict[tuple[float, ...], list[int]] = {}
    for simplex, equation in zip(hull.simplices, hull.equations, strict=True):
        key = next((one for one in planes if np.abs(np.array(one) - equation).max() < 1e-4), tuple(equation.tolist()))
        planes.setdefault(key, []).extend(simplex.tolist())
    return tuple(
        _around(corners - corners[members].mean(axis=0), np.unique(members), np.array(equation[:3]))
        for equation, members in planes.items()
    )


def _around(points: NDArray[np.float64], members: NDArray[np.int64], normal: NDArray[np.float64]) -> tuple[int, ...]:
    """Members of a plane through the origin in order round it."""
    first = np.cross(normal, np.eye(3)[int(np.abs(normal).argmin())])
    second = np.cross(normal, first)
    angles = np.arctan2(points[members] @ second, points[members] @ first)
    return tuple(members[np.argsort(angles, kind="stable")].tolist())


def cell_edges(lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """The twelve edges of a cell, shape (12, 2, 3)."""
    ends = []
    for axis in range(3):
        others = [other for other in range(3) if other != axis]
        for shifts in product((0, 1), repeat=2):
            start = np.zeros(3)
            start[others] = shifts
            end = start.copy()
            end[axis] = 1
            ends.append([start @ lattice, end @ lattice])
    return np.array(ends)


def drawn_radius(crystal: Crystal, orbit: Orbit) -> float:
    """Radius in angstrom of the ball of an orbit: small, and larger for larger ions."""
    radii = [radius_in(crystal, element) for element in orbit.elements]
    return 0.22 + 0.16 * max(0.8 if radius is None else radius for radius in radii)


def occupancy_text(orbit: Orbit) -> str:
    """`Li 91.9 %, vacant 8.1 %`, or just the element where it fills the sites."""
    if orbit.is_ordered:
        return orbit.elements[0]
    shares = [(one.element, one.occupancy) for one in orbit.occupants] + [("vacant", orbit.vacancy)]
    return ", ".join(f"{name} {100 * share:.4g} %" for name, share in shares if share > 1e-6)
