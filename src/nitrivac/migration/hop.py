"""One hop: what is known of a symmetry-distinct jump."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nitrivac.documents.document import Document
from nitrivac.uncertain_number import number_with_uncertainty, rounded_uncertainty

__all__ = ["Hop", "Passage", "rounded"]


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
        at: share of the way travelled at the narrowest point, 0 to 1.
        window: elements and distances from the narrowest point of the ions round it.
        window_area: area in square angstrom of the polygon of the window's ions, None for fewer than three.
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
    def distance_text(self) -> str:
        """The distance in angstrom as it is printed, `2.1807` or `2.180(5)`."""
        return number_with_uncertainty(self.distance, self.distance_su, 4)

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "id": self.id,
            "name": self.name,
            "from": self.start,
            "to": self.end,
            "distance_A": rounded(self.distance),
            "distance_A_su": rounded_uncertainty(self.distance_su),
            "ideal_distance_A": rounded(self.ideal_distance),
            "multiplicity": self.multiplicity,
            "per_site": self.per_site,
            "elementary": self.elementary,
            "exclusive": self.exclusive,
            "reversed_by": list(self.reversed_by),
            "shared": self.shared,
            "shared_anions": list(self.shared_anions),
            "shared_sites": list(self.shared_sites),
            "clearance_A": {name: rounded(value) for name, value in self.straight.clearance.items()},
            "centre_distance_A": {name: rounded(value) for name, value in self.straight.clearance.items()},
            "bottleneck_radius_A": rounded(self.straight.radius),
            "bottleneck_at": rounded(self.straight.at),
            "window": self.straight.window_rows(),
            "window_area_A2": rounded(self.straight.window_area),
            "widest_path": _widest_dict(self.widest),
        }


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


def rounded(value: float | None, digits: int = 4) -> float | None:
    """A number as it is printed, to four digits behind the point unless told otherwise; None stays None."""
    return None if value is None else round(value, digits) + 0.0
