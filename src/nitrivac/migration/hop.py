"""One hop: what is known of a symmetry-distinct jump."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Hop", "rounded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One symmetry-distinct jump, both directions together.

    Attributes:
        id: `h1`, `h2`, ... in order of distance, then of address.
        start: address of one end.
        end: address of the other.
        distance: angstrom.
        multiplicity: undirected pairs per cell of the source.
        per_site: hops of this kind from one site of each end's orbit, by address.
        elementary: whether no third mobile site lies in the sphere that has the hop as its diameter (Gabriel).
        exclusive: whether the ends are too near to be filled together, so that this is no hop but one split site.
        shared: what the coordination polyhedra of the ends share: `corner`, `edge`, `face` or `nothing`.
        shared_anions: elements of the shared anions, e.g. `("N", "Cl")`.
        clearance: along the straight line, distance in angstrom to the nearest centre of each element and, as `mobile`, to
            the nearest other mobile site.
        bottleneck: elements and distances of the ions of the window at the narrowest point of the straight line.
        bottleneck_radius: radius in angstrom of the largest sphere that passes along the straight line between the immobile
            ions, their Shannon radii taken off; negative where the line passes through an ion. None without immobile ions.
        bottleneck_at: where on the line the narrowest point is, 0 to 1.
        window_area: area in square angstrom of the polygon of the window's ions, None for fewer than three.
        widest_length: length in angstrom of the widest path: the one that keeps farthest from the centres of the immobile
            ions, or the straight line where that leaves more room (it can, between ions of different size).
        widest_clearance: its smallest distance in angstrom to a centre of an immobile ion.
        widest_radius: radius in angstrom of the largest sphere that passes along it, each ion's Shannon radius taken off;
            None where too few ions surround the hop.
        reversed_by: symmetry elements through the middle that swap the ends (`-1`, `2`, `m`, ...), empty without
            any; with one, half a band of images is enough.
        sites: indices of the ends of the representative pair in the crystal.
        image: cell of its second end.
    """

    id: str
    start: str
    end: str
    distance: float
    multiplicity: int
    per_site: dict[str, int]
    elementary: bool
    exclusive: bool
    shared: str
    shared_anions: tuple[str, ...]
    clearance: dict[str, float]
    bottleneck: tuple[tuple[str, float], ...]
    bottleneck_radius: float | None
    bottleneck_at: float | None
    window_area: float | None
    widest_length: float | None
    widest_clearance: float | None
    widest_radius: float | None
    reversed_by: tuple[str, ...]
    sites: tuple[int, int]
    image: tuple[int, int, int]

    @property
    def pair(self) -> str:
        """Both ends, e.g. `Li@2b - Li@4f`."""
        return f"{self.start} - {self.end}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "id": self.id,
            "from": self.start,
            "to": self.end,
            "distance_A": rounded(self.distance),
            "multiplicity": self.multiplicity,
            "per_site": self.per_site,
            "elementary": self.elementary,
            "exclusive": self.exclusive,
            "reversed_by": list(self.reversed_by),
            "shared": self.shared,
            "shared_anions": list(self.shared_anions),
            "clearance_A": {name: rounded(value) for name, value in self.clearance.items()},
            "bottleneck_radius_A": rounded(self.bottleneck_radius),
            "bottleneck_at": rounded(self.bottleneck_at),
            "window": [{"element": element, "distance_A": rounded(distance)} for element, distance in self.bottleneck],
            "window_area_A2": rounded(self.window_area),
            "widest_path": {
                "length_A": rounded(self.widest_length),
                "clearance_A": rounded(self.widest_clearance),
                "bottleneck_radius_A": rounded(self.widest_radius),
            },
        }


def rounded(value: float | None) -> float | None:
    """A number as it is printed, to four digits; None stays None."""
    return None if value is None else round(value, 4) + 0.0
