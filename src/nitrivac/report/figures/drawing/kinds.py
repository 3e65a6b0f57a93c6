"""The balls of a crystal: a kind for each orbit, in colours and shades, and how the legend groups them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nitrivac.chemistry.radii import radius_in
from nitrivac.report.figures.drawing.colours import element_colours, site_shades
from nitrivac.report.figures.drawing.scene import Kind
from nitrivac.report.figures.drawing.style import VACANT

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = ["Kinds", "kinds_of", "occupancy_text"]

_EMPTY = 1e-6  # a share of a site below this is none
_MOST_LABELS = 8  # kinds of balls that labels can tell apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """The kinds of balls of a crystal, one for each orbit, and the colours of its elements."""

    kinds: tuple[Kind, ...]
    colours: dict[str, str]


def kinds_of(crystal: Crystal) -> Kinds:
    """The kinds of balls of a crystal.

    Args:
        crystal: ordered or average.
    """
    colours = element_colours(crystal.elements)
    sharing = {element: [orbit for orbit in crystal.orbits if element in orbit.elements] for element in crystal.elements}
    shades = site_shades(colours, {element: len(there) for element, there in sharing.items()})
    place = {(element, orbit.label): number for element, there in sharing.items() for number, orbit in enumerate(there)}
    apart = {element for element, there in sharing.items() if len(set(shades[element])) == len(there)}
    counts = Counter(map(_alike, crystal.orbits))
    kinds = []
    for orbit in crystal.orbits:
        parts = [(shades[one.element][place[one.element, orbit.label]], one.occupancy) for one in orbit.occupants]
        if orbit.vacancy > _EMPTY:
            parts.append((VACANT, orbit.vacancy))
        address, words = crystal.address(orbit), occupancy_text(orbit)
        name = address if orbit.is_ordered else f"{address}: {words}"
        told_apart = all(element in apart for element in orbit.elements)
        several = any(len(sharing[element]) > 1 for element in orbit.elements)
        labelled = told_apart and several and len(crystal.orbits) <= _MOST_LABELS
        kinds.append(
            Kind(
                name=name,
                group=name if told_apart else f"{_alike(orbit)} ({counts[_alike(orbit)]} distinct sites)",
                radius=_radius(crystal, orbit),
                parts=tuple(parts),
                label=address.rpartition("@")[2] if labelled else "",
            )
        )
    return Kinds(kinds=tuple(kinds), colours=colours)


def _alike(orbit: Orbit) -> str:
    """What the legend calls orbits that share their colours: `Li/vacant`."""
    return "/".join([*orbit.elements, *(["vacant"] if orbit.vacancy > _EMPTY else [])])


def _radius(crystal: Crystal, orbit: Orbit) -> float:
    """Radius in angstrom of the ball of an orbit: small, and larger for larger ions."""
    radii = [radius_in(crystal, element) for element in orbit.elements]
    return round(0.22 + 0.16 * max(0.8 if radius is None else radius for radius in radii), 3)


def occupancy_text(orbit: Orbit) -> str:
    """`Li 91.9 %, vacant 8.1 %`, or just the element where it fills the sites."""
    if orbit.is_ordered:
        return orbit.elements[0]
    shares = [(one.element, one.occupancy) for one in orbit.occupants] + [("vacant", orbit.vacancy)]
    return ", ".join(f"{name} {100 * share:.4g} %" for name, share in shares if share > _EMPTY)
