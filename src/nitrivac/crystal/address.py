"""Sites addressed as in a paper: `Li@4f`, `Li@f`, `4f` or a label such as `Li2`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nitrivac.errors import AddressError

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = ["address_of", "find_orbit"]

_WYCKOFF = re.compile(r"(\d*)([a-zA])")  # Pmmm has 27 positions: the last is written A (alpha)


def address_of(crystal: Crystal, orbit: Orbit) -> str:
    """The address of an orbit: `Li@4f` where that is unique, `Cl/N@4a` for a mixed site, else its label."""
    rivals = [
        other
        for other in crystal.orbits
        if other is not orbit and other.wyckoff == orbit.wyckoff and set(other.elements) & set(orbit.elements)
    ]
    if rivals or not orbit.letter:
        return orbit.label
    return f"{'/'.join(dict.fromkeys(orbit.elements))}@{orbit.wyckoff}"


def find_orbit(crystal: Crystal, address: str) -> Orbit:
    """The one orbit an address names.

    Args:
        crystal: the crystal.
        address: `Li@4f`, `Li@f`, `Cl/N@4a`, `4f`, or a label (labels win, since they are unique).

    Raises:
        AddressError: the address names no orbit or several; the message lists all there are.
    """
    text = address.strip()
    for orbit in crystal.orbits:
        if orbit.label == text:
            return orbit
    found = _matches(crystal, text)
    if len(found) == 1:
        return found[0]
    if found:
        choices = ", ".join(f"{orbit.label} ({'/'.join(dict.fromkeys(orbit.elements))}@{orbit.wyckoff})" for orbit in found)
        raise AddressError(f"{text!r} is ambiguous in {crystal.provenance.source}: use a label, one of {choices}")
    raise AddressError(f"no site {text!r} in {crystal.provenance.source}; there are {_all_addresses(crystal)}")


def _matches(crystal: Crystal, text: str) -> list[Orbit]:
    elements_text, at, position = text.rpartition("@")
    wyckoff = _WYCKOFF.fullmatch(position)
    if not wyckoff:
        return []
    multiplicity, letter = wyckoff.groups()
    wanted = {element.strip() for element in re.split(r"[/,]", elements_text)} if at else set()
    return [
        orbit
        for orbit in crystal.orbits
        if orbit.letter == letter
        and (not multiplicity or orbit.multiplicity == int(multiplicity))
        and wanted <= set(orbit.elements)
    ]


def _all_addresses(crystal: Crystal, limit: int = 40) -> str:
    names = [
        f"{address_of(crystal, orbit)} ({orbit.label})" if address_of(crystal, orbit) != orbit.label else orbit.label
        for orbit in crystal.orbits
    ]
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
