"""LAMMPS data files: the element of each atom type, from its mass and the name beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nitrivac.errors import ReadError
from nitrivac.io.cif.species import charged_element

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["elements_of_types", "looks_like_lammps_data"]

_NEAR_U = 0.1  # between Co and Ni lie 0.24 u; lithium-7 is 0.08 u heavier than natural lithium
_MASS = re.compile(r"\s*(\d{1,6})\s+(\d+\.?\d*(?:[eE][-+]?\d{1,2})?)\s*(?:#\s*(\S+).*)?")


def looks_like_lammps_data(start: str) -> bool:
    """Whether a text that starts so is a LAMMPS data file: a number of atoms and a box."""
    return bool(re.search(r"^\s*\d+\s+atoms\b", start, re.MULTILINE) and re.search(r"\bxlo\s+xhi\b", start))


def elements_of_types(lines: Sequence[str], source: str) -> dict[int, str]:
    """The element of each atom type, by the section `Masses`; a name beside the mass (`6.94 # Li`) must fit it.

    Raises:
        ReadError: there are no masses, or a mass is that of no element or of several.
    """
    heading = next((number for number, line in enumerate(lines) if re.fullmatch(r"\s*Masses\s*(#.*)?", line)), None)
    if heading is None:
        raise ReadError(f"{source}: has no section Masses, so that the elements of its atom types are unknown; add it")
    found: dict[int, str] = {}
    for line in lines[heading + 1 :]:
        if not line.strip():
            if found:
                break
            continue
        match = _MASS.fullmatch(line)
        if match is None and found and line.strip()[0].isalpha():
            break
        if match is None:
            raise ReadError(f"{source}: {line.strip()!r:.40} in the section Masses is no atom type and mass")
        found[int(match[1])] = _element(float(match[2]), match[3], f"{source}: atom type {match[1]}")
    return found


def _element(mass: float, name: str | None, where: str) -> str:
    masses = _masses()
    named = charged_element(re.sub(r"\d+$", "", name)) if name else None
    if named is not None and abs(masses.get(named[0], 0.0) - mass) <= max(_NEAR_U, 0.01 * mass):
        return named[0]
    near = [element for element, one in masses.items() if abs(one - mass) <= _NEAR_U]
    if len(near) != 1:
        what = f"{', '.join(near)} alike" if near else "no element"
        raise ReadError(f"{where}: a mass of {mass:g} is that of {what}; name it, as in `{mass:g} # Li`")
    return near[0]


def _masses() -> dict[str, float]:
    """Standard atomic weights that name an element by themselves, isotopes of hydrogen besides."""
    from ase.data import atomic_masses, chemical_symbols

    from nitrivac.io.optimade_write import ISOTOPE_MASSES

    return {
        symbol: float(atomic_masses[number]) for number, symbol in enumerate(chemical_symbols) if number
    } | ISOTOPE_MASSES
