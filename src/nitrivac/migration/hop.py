"""One hop: what is known of a symmetry-distinct jump."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from nitrivac.columns import Column, Columns, fixed
from nitrivac.documents.document import Document
from nitrivac.uncertain_number import number_with_uncertainty, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SAME_A", "Hop", "Passage", "columns_of"]

SAME_A = 5e-5
"""Distances that differ by less are printed alike, angstrom."""


def _shared_text(hop: Hop) -> str:
    """What the polyhedra share, with the elements of the anions where there is room."""
    text = f"{hop.shared} {'-'.join(hop.shared_anions)}".rstrip()
    return text if len(text) < 16 else hop.shared


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passage(Document):
    """How much room one way between the ends of a hop leaves.

    Attributes:
        length: angstrom.
        clearance: smallest distance in angstrom from the way to the centres of each immobile element and, as `mobile`, of
            other mobile sites.
        radius: radius in angstrom of the largest sphere that passes along the way between the immobile ions, their ionic
            radii taken off; negative where the way passes through an ion. None without immobile ions and where one has no
            radius (`HopNetwork.no_bottleneck` says why).
        at: distance along the path to the narrowest point, as a share of the whole, 0 to 1.
        window: elements and distances from the narrowest point of the ions round it.
        window_area: area in square angstrom of the polygon of the window's ions, None for fewer than three.

    >>> from nitrivac import find_hops
    >>> passage = find_hops("beta-Li3N").hop("h1").straight
    >>> [element for element, _ in passage.window]
    ['N', 'N', 'N']
    """

    length: float
    clearance: dict[str, float]
    radius: float | None = None
    at: float | None = None
    window: tuple[tuple[str, float], ...] = ()
    window_area: float | None = None

    def window_rows(self) -> list[dict[str, Any]]:
        """The window as plain data."""
        return [{"element": element, "distance_A": rounded(distance)} for element, distance in self.window]

    def clearance_to_ions(self) -> float | None:
        """Smallest distance in angstrom to the centre of any immobile ion, None without one."""
        return min((value for name, value in self.clearance.items() if name != "mobile"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hop(Document):
    """One symmetry-distinct jump, both directions together.

    Attributes:
        id: `h1`, `h2`, ... in order of distance, then of address.
        name: both ends, e.g. `Li@2b-Li@4f`, with the distance's place where there are several: `Li@4f-Li@4f:2`.
        start: address of one end.
        end: address of the other.
        distance: angstrom.
        multiplicity: undirected pairs per cell of the source.
        per_site: hops of this kind from one site of each end's orbit, by address.
        elementary: whether no third mobile site lies in the sphere that has the hop as its diameter (Gabriel).
        exclusive: whether the ends are too near to be filled together, so that this is no hop but one split site.
        shared: what the coordination polyhedra of the ends share: `corner`, `edge`, `face` or `nothing`.
        shared_anions: elements of the shared anions, e.g. `("N", "Cl")`; cations where the mobile ion is an anion.
        shared_sites: addresses of the same anions' orbits, in the same order.
        straight: the straight line between the ends.
        widest: the way along which the largest sphere passes between the immobile ions, their ionic radii taken off; the
            straight line where none is wider, None where too few ions surround the hop.
        reversed_by: symmetry elements through the middle that swap the ends (`-1`, `2`, `m`, ...), empty without
            any; with one, half a band of images is enough.
        sites: indices of the ends of the representative pair in the crystal.
        image: cell of its second end.
        distance_su: standard uncertainty of the distance in angstrom, None where the source states too little.
        ideal_distance: between the sites where the parent of a host has them, angstrom; None where the crystal is no host.

    >>> from nitrivac import find_hops, load
    >>> hop = find_hops(load("beta-Li3N")).hop("h1")
    >>> hop.start, hop.end, hop.shared
    ('Li@4f', 'Li@4f', 'face')
    """

    id: str
    name: str
    start: str
    end: str
    distance: float
    multiplicity: int
    per_site: dict[str, int]
    elementary: bool
    exclusive: bool
    shared: str
    shared_anions: tuple[str, ...]
    shared_sites: tuple[str, ...]
    straight: Passage
    widest: Passage | None
    reversed_by: tuple[str, ...]
    sites: tuple[int, int]
    image: tuple[int, int, int]
    distance_su: float | None = None
    ideal_distance: float | None = None

    @property
    def pair(self) -> str:
        """Both ends, e.g. `Li@2b - Li@4f`."""
        return f"{self.start} - {self.end}"

    @property
    def remark(self) -> str:
        """`split` for the two halves of a split site, `indirect` for a hop that is not elementary, else nothing."""
        return "split" if self.exclusive else "" if self.elementary else "indirect"

    @property
    def distance_text(self) -> str:
        """The distance in angstrom as it is printed, `2.1807` or `2.180(5)`."""
        return number_with_uncertainty(self.distance, self.distance_su, 4)

    @property
    def is_displaced(self) -> bool:
        """Whether the parent of a host has the ends at another distance."""
        return self.ideal_distance is not None and abs(self.ideal_distance - self.distance) > SAME_A

    columns: ClassVar[Columns[Hop]] = Columns(
        (
            Column("id", lambda hop: hop.id, heading="hop", left=True, csv=False),
            Column("hop", lambda hop: hop.id, json=False),
            Column("name", lambda hop: hop.name),
            Column("from", lambda hop: hop.start),
            Column("to", lambda hop: hop.end),
            Column("between", lambda hop: hop.pair, heading="between", left=True, json=False, csv=False),
            Column("distance_A", lambda hop: hop.distance, uncertainty=lambda hop: hop.distance_su, heading="d (Å)"),
            Column("ideal_distance_A", lambda hop: hop.ideal_distance, heading="ideal"),
            Column("multiplicity", lambda hop: hop.multiplicity, heading="n"),
            Column("per_site", lambda hop: hop.per_site, csv=False),
            Column("elementary", lambda hop: hop.elementary),
            Column("exclusive", lambda hop: hop.exclusive),
            Column("reversed_by", lambda hop: hop.reversed_by),
            Column("shared", lambda hop: hop.shared, heading="shared", text=_shared_text, left=True),
            Column("shared_anions", lambda hop: hop.shared_anions, flat=lambda hop: "-".join(hop.shared_anions)),
            Column("shared_sites", lambda hop: hop.shared_sites, csv=False),
            Column("clearance_A", lambda hop: hop.straight.clearance, csv=False),
            Column("centre_distance_A", lambda hop: hop.straight.clearance, csv=False),
            Column(
                "bottleneck_radius_A",
                lambda hop: hop.straight.radius,
                heading="bottleneck",
                text=lambda hop: fixed(hop.straight.radius, 3),
            ),
            Column("bottleneck_at", lambda hop: hop.straight.at, csv=False),
            Column(
                "window",
                lambda hop: hop.straight.window_rows(),
                flat=lambda hop: "-".join(element for element, _ in hop.straight.window),
            ),
            Column("window_area_A2", lambda hop: hop.straight.window_area),
            Column("widest_path", lambda hop: _widest_dict(hop.widest), csv=False),
            Column("widest_path_length_A", lambda hop: hop.widest and hop.widest.length, json=False),
            Column(
                "widest_path_bottleneck_radius_A",
                lambda hop: hop.widest and hop.widest.radius,
                heading="widest",
                text=lambda hop: fixed(hop.widest.radius if hop.widest else None, 3),
                json=False,
            ),
            Column("remark", lambda hop: hop.remark, heading="", left=True, json=False, csv=False),
        ),
        shown="id between distance_A multiplicity bottleneck_radius_A widest_path_bottleneck_radius_A shared remark",
        least="widest_path_bottleneck_radius_A shared remark bottleneck_radius_A",
    )


def columns_of(hops: Sequence[Hop]) -> Columns[Hop]:
    """The columns of hops, with the distances between ideal sites in tables where they are others."""
    if not any(hop.is_displaced for hop in hops):
        return Hop.columns
    return replace(Hop.columns, shown=Hop.columns.shown.replace("distance_A", "distance_A ideal_distance_A"))


def _widest_dict(way: Passage | None) -> dict[str, Any]:
    if way is None:
        return {
            "length_A": None,
            "clearance_A": {},
            "bottleneck_radius_A": None,
            "bottleneck_at": None,
            "window": [],
            "window_area_A2": None,
        }
    return {
        "length_A": rounded(way.length),
        "clearance_A": {name: rounded(value) for name, value in way.clearance.items()},
        "bottleneck_radius_A": rounded(way.radius),
        "bottleneck_at": rounded(way.at),
        "window": way.window_rows(),
        "window_area_A2": rounded(way.window_area),
    }
