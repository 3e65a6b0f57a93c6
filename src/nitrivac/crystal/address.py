"""Sites addressed as in a paper: `Li@4f`, `Li@f`, `4f` or a label such as `Li2`."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from nitrivac.errors import AddressError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = ["addresses", "find_orbit"]

_WYCKOFF = re.compile(r"(\d*)([a-zA])")  # Pmmm has 27 positions: the last is written A (alpha)
_MOST_LISTED = 40  # sites named in a message


def addresses(orbits: Sequence[Orbit]) -> tuple[str, ...]:
    """The address of each orbit of a crystal: `Li@4f` where that is unique, `Cl/N@4a` for a mixed site, else its label."""
    takers = Counter((orbit.wyckoff, element) for orbit in orbits for element in set(orbit.elements))
    return tuple(
        f"{'/'.join(dict.fromkeys(orbit.elements))}@{orbit.wyckoff}"
        if orbit.letter and all(takers[orbit.wyckoff, element] == 1 for element in orbit.elements)
        else orbit.label
        for orbit in orbits
    )


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
        choices = (f"{orbit.label} ({'/'.join(dict.fromkeys(orbit.elements))}@{orbit.wyckoff})" for orbit in found)
        raise AddressError(
            f"{text!r} is ambiguous in {crystal.provenance.source}: use a label, one of {_listed(choices, len(found))}"
        )
    known = (
        orbit.label if name == orbit.label else f"{name} ({orbit.label})"
        for orbit, name in zip(crystal.orbits, addresses(crystal.orbits), strict=True)
    )
    raise AddressError(f"no site {text!r} in {crystal.provenance.source}; there are {_listed(known, len(crystal.orbits))}")


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


def _listed(names: Iterable[str], total: int) -> str:
    more = f" and {total - _MOST_LISTED} more" if total > _MOST_LISTED else ""
    return ", ".join(islice(names, _MOST_LISTED)) + more
