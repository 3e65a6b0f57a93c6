"""Corners, edges and faces that polyhedra share, ligands told apart by atom and image."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.crystal.split_sites import are_split
from nitrivac.documents.document import Document

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.coordination import Roles, Shells

__all__ = ["ElementSharing", "SharedPairs", "Sharing", "shared_pairs", "sharing_by_element", "sharing_by_orbit"]

CORNER, EDGE, FACE = 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SharedPairs:
    """All pairs of polyhedra that have ligands in common, each in both directions; images of one centre included.

    Attributes:
        first: row of the first centre in its shells, ascending, shape (k,).
        second: row of the second, shape (k,).
        images: cell of the second, shape (k, 3).
        kinds: 1 corner, 2 edge, 3 face, shape (k,).
        distances: between the centres, angstrom, shape (k,).
        begin: the common ligands of pair i are `places[begin[i]:begin[i + 1]]`, shape (k + 1,).
        places: places of the common ligands in the shell of the first.
    """

    first: NDArray[np.int64] = field(repr=False)
    second: NDArray[np.int64] = field(repr=False)
    images: NDArray[np.int64] = field(repr=False)
    kinds: NDArray[np.int64] = field(repr=False)
    distances: NDArray[np.float64] = field(repr=False)
    begin: NDArray[np.int64] = field(repr=False)
    places: NDArray[np.int64] = field(repr=False)


def _end_text(pair: Sharing) -> str:
    return pair.end if pair.filling > 1 - 1e-6 else f"{pair.end} ({pair.filling:.3f} filled)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sharing(Document):
    """What polyhedra of one orbit share with those of another, counted per polyhedron of the first.

    Each neighbour is counted once, at its highest: in a face before an edge before a corner.

    Attributes:
        start: address of the first orbit.
        end: address of the second.
        corner: neighbours met in just a corner.
        edge: neighbours met in an edge.
        face: neighbours met in a face.
        corners: ligands of one polyhedron that are such corners; a corner can be shared with several.
        edges: its edges that are shared.
        faces: its faces that are shared.
        per_cell: pairs of polyhedra that meet so in the cell of the source, each once: corner, edge, face.
        filling: share of the sites of the second orbit that is filled; with random vacancies the mean number of
            neighbours is the count times this.
        shortest: smallest distance in angstrom between such centres.

    >>> from nitrivac import analyze_polyhedra
    >>> one = analyze_polyhedra("beta-Li3N").sharing[0]
    >>> one.start, one.end, one.per_cell
    ('Li@2b', 'Li@2b', (6, 0, 0))
    """

    start: str
    end: str
    corner: int
    edge: int
    face: int
    corners: int
    edges: int
    faces: int
    per_cell: tuple[int, int, int]
    filling: float
    shortest: float

    columns: ClassVar[Columns[Sharing]] = Columns(
        (
            Column("from", lambda pair: pair.start, heading="from", left=True),
            Column("to", lambda pair: pair.end, heading="to", text=_end_text),
            Column("corner", lambda pair: pair.corner, heading="corner"),
            Column("edge", lambda pair: pair.edge, heading="edge"),
            Column("face", lambda pair: pair.face, heading="face"),
            Column("shared_corners", lambda pair: pair.corners),
            Column("shared_edges", lambda pair: pair.edges),
            Column("shared_faces", lambda pair: pair.faces),
            Column(
                "per_cell",
                lambda pair: pair.per_cell,
                heading="per cell",
                text=lambda pair: "+".join(map(str, pair.per_cell)),
            ),
            Column("filling", lambda pair: pair.filling, digits=6),
            Column("shortest_A", lambda pair: pair.shortest, heading="centres (Å)"),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ElementSharing(Document):
    """The same by element: means over all polyhedra of an element, whatever the number of orbits.

    Attributes:
        start: element of the first centres, `Li/Si` for mixed sites.
        end: of the second.
        corner: mean number of neighbours met in just a corner.
        edge: in an edge.
        face: in a face.
        per_cell: pairs of polyhedra that meet so in the cell, each once: corner, edge, face.
        shortest: smallest distance in angstrom between such centres.

    >>> from nitrivac import analyze_polyhedra
    >>> [(one.start, one.end) for one in analyze_polyhedra("LiPN2").sharing_by_element]
    [('Li', 'Li'), ('Li', 'P'), ('P', 'Li'), ('P', 'P')]
    """

    start: str
    end: str
    corner: float
    edge: float
    face: float
    per_cell: tuple[int, int, int]
    shortest: float

    columns: ClassVar[Columns[ElementSharing]] = Columns(
        (
            Column("from", lambda pair: pair.start, heading="from", left=True),
            Column("to", lambda pair: pair.end, heading="to"),
            Column("corner", lambda pair: pair.corner, digits=6, heading="corner", text=lambda pair: f"{pair.corner:.4g}"),
            Column("edge", lambda pair: pair.edge, digits=6, heading="edge", text=lambda pair: f"{pair.edge:.4g}"),
            Column("face", lambda pair: pair.face, digits=6, heading="face", text=lambda pair: f"{pair.face:.4g}"),
            Column("per_cell", lambda pair: pair.per_cell),
            Column("shortest_A", lambda pair: pair.shortest, heading="centres (Å)"),
        )
    )


def shared_pairs(crystal: Crystal, shells: Shells) -> SharedPairs:
    """All pairs of polyhedra with common ligands, and whether they share a corner, an edge or a face.

    An edge must be an edge of both convex hulls, and a face lie on one facet of both; two ligands across an octahedron are
    two corners. Centres of partly occupied sites that are too near to be filled together are alternatives and left out.
    Time and memory grow linearly with the number of polyhedra.

    Args:
        crystal: ordered or average.
        shells: see `nitrivac.polyhedra.coordination.coordination_shells`.
    """
    from nitrivac.polyhedra._sharing import common_ligands, kinds_of_sharing

    centres = shells.centre_of_bond
    order = np.argsort(shells.ligands, kind="stable")
    starts = np.searchsorted(shells.ligands[order], np.arange(crystal.n_sites + 1))
    places = np.arange(len(centres)) - shells.starts[centres]
    none, no_image = np.zeros(0, dtype=np.int64), np.zeros((0, 3), dtype=np.int64)
    total = common_ligands(order, starts, centres, shells.images, places, none, none, no_image, none, none)
    first, second, place, other = (np.empty(total, dtype=np.int64) for _ in range(4))
    image = np.empty((total, 3), dtype=np.int64)
    if total:
        common_ligands(order, starts, centres, shells.images, places, first, second, image, place, other)
    low = image.min(axis=0, initial=0)
    span = image.max(axis=0, initial=0) - low + 1
    cells = ((image - low) @ np.array([span[1] * span[2], span[2], 1])).astype(np.int64)
    code = (first * len(shells.sites) + second) * int(span.prod()) + cells
    order = np.argsort(code, kind="stable")
    code, first, second, place, other, image = (column[order] for column in (code, first, second, place, other, image))
    heads = np.flatnonzero(np.diff(code, prepend=-1))
    begin = np.concatenate([heads, [total]])
    pair_first, pair_second, pair_image = first[heads], second[heads], image[heads]
    kinds = np.zeros(len(heads), dtype=np.int64)
    vectors = shells.vectors(crystal)
    kinds_of_sharing(vectors, shells.starts, pair_first, pair_second, begin, place, other, kinds)
    points = crystal.frac_coords[shells.sites]
    distances = np.linalg.norm((points[pair_second] + pair_image - points[pair_first]) @ crystal.lattice, axis=1)
    apart = ~are_split(crystal, shells.sites[pair_first], shells.sites[pair_second], distances)
    sizes = np.diff(begin)
    return SharedPairs(
        first=pair_first[apart],
        second=pair_second[apart],
        images=pair_image[apart],
        kinds=kinds[apart],
        distances=distances[apart],
        begin=np.concatenate([[0], np.cumsum(sizes[apart])]),
        places=place[np.repeat(apart, sizes)],
    )


def sharing_by_orbit(crystal: Crystal, shells: Shells, pairs: SharedPairs) -> tuple[Sharing, ...]:
    """The sharing table of all pairs of orbits.

    Args:
        crystal: ordered or average.
        shells: the shells.
        pairs: see `shared_pairs`.
    """
    rows = []
    begin = np.searchsorted(pairs.first, np.arange(len(shells.sites) + 1))
    addresses = [crystal.address(orbit) for orbit in crystal.orbits]
    owner = crystal.orbit_of_site[shells.sites]
    for number, orbit in enumerate(crystal.orbits):
        row = shells.row(int(orbit.indices[0]))
        if row < 0:
            continue
        mine = slice(begin[row], begin[row + 1])
        targets = owner[pairs.second[mine]]
        for target in np.unique(targets).tolist():
            chosen = np.arange(mine.start, mine.stop)[targets == target]
            counts = np.bincount(pairs.kinds[chosen], minlength=4)[1:].tolist()
            used = _used(pairs, chosen)
            share = len(orbit.indices) / (2 if target == number else 1)
            rows.append(
                Sharing(
                    start=addresses[number],
                    end=addresses[target],
                    corner=counts[0],
                    edge=counts[1],
                    face=counts[2],
                    corners=used[CORNER],
                    edges=used[EDGE],
                    faces=used[FACE],
                    per_cell=(round(counts[0] * share), round(counts[1] * share), round(counts[2] * share)),
                    filling=crystal.orbits[target].total_occupancy,
                    shortest=float(pairs.distances[chosen].min()),
                )
            )
    return tuple(rows)


def _used(pairs: SharedPairs, chosen: NDArray[np.int64]) -> dict[int, int]:
    """How many distinct corners, edges and faces of one polyhedron are shared."""
    met: dict[int, set[tuple[int, ...]]] = defaultdict(set)
    for pair in chosen.tolist():
        ligands = sorted(pairs.places[pairs.begin[pair] : pairs.begin[pair + 1]].tolist())
        kind = int(pairs.kinds[pair])
        met[kind] |= set(combinations(ligands, 1)) if kind == CORNER else {tuple(ligands)}
    return {kind: len(met[kind]) for kind in (CORNER, EDGE, FACE)}


def sharing_by_element(roles: Roles, shells: Shells, pairs: SharedPairs) -> tuple[ElementSharing, ...]:
    """The sharing table of all pairs of elements, on arrays: made for cells of any size.

    Args:
        roles: which elements sit where.
        shells: the shells.
        pairs: see `shared_pairs`.
    """
    kind = roles.kind_of_site[shells.sites]
    first, second = kind[pairs.first], kind[pairs.second]
    n = len(roles.kinds)
    code = (first * n + second) * 4 + pairs.kinds
    counts = np.bincount(code, minlength=n * n * 4).reshape(n, n, 4)
    shortest = np.full(n * n, np.inf)
    np.minimum.at(shortest, first * n + second, pairs.distances)
    polyhedra = np.bincount(kind, minlength=n)
    rows = []
    for one in range(n):
        for two in range(n):
            corner, edge, face = counts[one, two, 1:].tolist()
            if corner + edge + face == 0:
                continue
            half = 2 if one == two else 1
            rows.append(
                ElementSharing(
                    start="/".join(roles.kinds[one]),
                    end="/".join(roles.kinds[two]),
                    corner=corner / polyhedra[one],
                    edge=edge / polyhedra[one],
                    face=face / polyhedra[one],
                    per_cell=(corner // half, edge // half, face // half),
                    shortest=float(shortest[one * n + two]),
                )
            )
    return tuple(rows)
