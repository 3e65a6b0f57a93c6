"""Who can sit on a site, by name: an element, an element in one of several oxidation states (`Fe2+`), or nobody."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = ["VACANCY", "charge_in_name", "element_of", "occupant_names_of", "oxidation_state", "type_symbol"]

VACANCY = "vacancy"
_NAME = re.compile(r"([A-Z][a-z]?)(?:(\d+(?:\.\d+)?)?([+-]))?")


def type_symbol(element: str, oxidation: float | None) -> str:
    """The element with its charge as CIF writes it, `N3-`; the element alone where the oxidation state is unknown."""
    if oxidation is None:
        return element
    return f"{element}{round(abs(oxidation), 4):g}{'-' if oxidation < 0 else '+'}"


def occupant_names_of(orbit: Orbit) -> tuple[str, ...]:
    """The names of an orbit's species, in the order of the source: with the charge where one element has several states."""
    times = Counter(orbit.elements)
    return tuple(
        one.element if times[one.element] == 1 else type_symbol(one.element, one.oxidation) for one in orbit.occupants
    )


def element_of(name: str) -> str:
    """The element of an occupant that is no vacancy; the name itself where it is no name of one."""
    match = _NAME.fullmatch(name)
    return match[1] if match else name


def charge_in_name(name: str) -> float | None:
    """The charge that a name states, such as 2 of `Fe2+`, None where it states none."""
    match = _NAME.fullmatch(name)
    return float(match[2] or "1") * (-1.0 if match[3] == "-" else 1.0) if match and match[3] else None


def oxidation_state(crystal: Crystal, label: str, name: str) -> float | None:
    """The oxidation state that the source states for an occupant of an orbit, for files; None where it states none.

    A charge in the name counts; an element new to the orbit takes the state it has elsewhere. What planning and energies go
    by is `nitrivac.vacancies.valence`.

    Args:
        crystal: the crystal.
        label: the orbit's label.
        name: the occupant, no vacancy.
    """
    if (charge := charge_in_name(name)) is not None:
        return charge
    orbit = next(orbit for orbit in crystal.orbits if orbit.label == label)
    for one in orbit.occupants:
        if one.element == name:
            return one.oxidation
    return crystal.stated_oxidation.get(name)
