"""The room along many ways at once: the narrowest point of each between ions, and the window it goes through."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.migration.bottlenecks.clearance import nearest_along, window_areas
from nitrivac.migration.hop import Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.migration.bottlenecks.clearance import Surroundings

__all__ = ["Ions", "measure_passages"]

_WINDOW_A = 0.3  # ions this much farther than the nearest still belong to the window
_SAME_A = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ions:
    """Immobile ions round some ways.

    Attributes:
        around: where they are, way by way.
        kinds: what sits on each, as a number of `names`, shape (k,).
        names: elements, `N/Cl` for a mixed site.
        radii: ionic radii in angstrom, shape (k,).
        sized: whether all have one.
    """

    around: Surroundings
    kinds: NDArray[np.int64] = field(repr=False)
    names: Sequence[str]
    radii: NDArray[np.float64] = field(repr=False)
    sized: bool

    def of(self, ways: slice) -> Ions:
        """Those round some of the ways."""
        around, some = self.around.of(ways), self.around.rows(ways)
        return Ions(around=around, kinds=self.kinds[some], names=self.names, radii=self.radii[some], sized=self.sized)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pieces:
    """The straight pieces of some ways, those without length left out.

    Attributes:
        way: number of the way, ascending, shape (p,).
        starts: cartesian, angstrom, shape (p, 3).
        vectors: to the other end, shape (p, 3).
        lengths: angstrom, shape (p,).
        travelled: length of the way before the piece, angstrom, shape (p,).
        totals: lengths of the ways, angstrom.
    """

    way: NDArray[np.int64]
    starts: NDArray[np.float64]
    vectors: NDArray[np.float64]
    lengths: NDArray[np.float64]
    travelled: NDArray[np.float64]
    totals: list[float]

    @classmethod
    def of(cls, ways: Sequence[NDArray[np.float64]]) -> _Pieces:
        """The pieces of ways, each given by its corners."""
        starts, vectors = np.concatenate([one[:-1] for one in ways]), np.concatenate([np.diff(one, axis=0) for one in ways])
        lengths = np.linalg.norm(vectors, axis=1)
        way = np.repeat(np.arange(len(ways)), [len(one) - 1 for one in ways])
        first = np.searchsorted(way, np.arange(len(ways) + 1))
        totals = [float(lengths[begin:end].sum()) for begin, end in pairwise(first.tolist())]
        gone = np.concatenate([[0.0], np.cumsum(lengths)])[:-1]
        kept = np.flatnonzero(lengths > _SAME_A)
        return cls(
            way=way[kept],
            starts=starts[kept],
            vectors=vectors[kept],
            lengths=lengths[kept],
            travelled=(gone - gone[first[way]])[kept],
            totals=totals,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Meetings:
    """Every point near a way against every piece of it, way by way, within one piece by piece.

    Attributes:
        way: number of the way, shape (m,).
        piece: number of the piece, shape (m,).
        point: row of the point, shape (m,).
        distances: of the point from the piece, angstrom, shape (m,).
        fractions: where along the piece it is nearest, 0 to 1, shape (m,).
    """

    way: NDArray[np.int64]
    piece: NDArray[np.int64]
    point: NDArray[np.int64]
    distances: NDArray[np.float64]
    fractions: NDArray[np.float64]

    @classmethod
    def of(cls, pieces: _Pieces, points: NDArray[np.float64], bounds: NDArray[np.int64]) -> _Meetings:
        """All of them; the points of way i are rows `bounds[i]` to `bounds[i + 1]`."""
        counts = np.diff(bounds)[pieces.way]
        piece = np.repeat(np.arange(len(counts)), counts)
        ends = np.cumsum(counts)
        point = np.arange(len(piece)) + (bounds[pieces.way] - (ends - counts))[piece]
        start = pieces.starts[piece]
        distances, fractions = nearest_along(start, start + pieces.vectors[piece], points[point])
        return cls(way=pieces.way[piece], piece=piece, point=point, distances=distances, fractions=fractions)


def measure_passages(ways: Sequence[NDArray[np.float64]], mobile: Surroundings, ions: Ions) -> list[Passage]:
    """The room along ways of straight pieces, between ions and other mobile sites.

    Args:
        ways: corners of each, cartesian, angstrom, shape (k, 3).
        mobile: mobile sites round each but its ends.
        ions: immobile ions round each.
    """
    pieces = _Pieces.of(ways)
    clearances: list[dict[str, float]] = [{} for _ in ways]
    met = _Meetings.of(pieces, mobile.points, mobile.bounds)
    _note_nearest(clearances, met, np.zeros(len(mobile.points), dtype=np.int64), ["mobile"])
    met = _Meetings.of(pieces, ions.around.points, ions.around.bounds)
    _note_nearest(clearances, met, ions.kinds, ions.names)
    plain = [Passage(length=length, clearance=one) for length, one in zip(pieces.totals, clearances, strict=True)]
    return _with_windows(plain, pieces, met, ions) if ions.sized and len(met.way) else plain


def _note_nearest(
    clearances: list[dict[str, float]], met: _Meetings, kinds: NDArray[np.int64], names: Sequence[str]
) -> None:
    """Note the smallest distance of each way from the points of each kind, in the order in which the points come."""
    code = met.way * len(names) + kinds[met.point]
    kind, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    least = np.full(len(kind), np.inf)
    np.minimum.at(least, inverse, met.distances)
    for place in np.argsort(first).tolist():
        way, name = divmod(int(kind[place]), len(names))
        clearances[way][names[name]] = float(least[place])


def _with_windows(plain: list[Passage], pieces: _Pieces, met: _Meetings, ions: Ions) -> list[Passage]:
    """The passages with the radius of the narrowest point of each, the ions round it and the area between them."""
    room = met.distances - ions.radii[met.point]
    totals = np.array(pieces.totals)
    shares = (pieces.travelled[met.piece] + met.fractions * pieces.lengths[met.piece]) / totals[met.way]
    order = np.lexsort((np.abs(shares - 0.5), np.round(room, 6), met.way))
    ways, begin = np.unique(met.way[order], return_index=True)
    narrowest = order[begin]
    piece = met.piece[narrowest]
    points = pieces.starts[piece] + met.fractions[narrowest, None] * pieces.vectors[piece]
    place = np.repeat(np.arange(len(ways)), np.diff(ions.around.bounds)[ways])  # a way that is left out has no ions
    around = np.linalg.norm(ions.around.points - points[place], axis=1)
    window = np.flatnonzero(around - ions.radii <= room[narrowest][place] + _WINDOW_A)
    window = window[np.lexsort((around[window], place[window]))]
    within = np.searchsorted(place[window], np.arange(len(ways) + 1))
    areas = window_areas(ions.around.points[window], within, pieces.vectors[piece])
    found = list(plain)
    for number, way in enumerate(ways.tolist()):
        some = window[within[number] : within[number + 1]]
        found[way] = Passage(
            length=plain[way].length,
            clearance=plain[way].clearance,
            radius=float(room[narrowest[number]]),
            at=float(shares[narrowest[number]]),
            window=tuple(
                (ions.names[kind], distance)
                for kind, distance in zip(ions.kinds[some].tolist(), around[some].tolist(), strict=True)
            ),
            window_area=areas[number],
        )
    return found
