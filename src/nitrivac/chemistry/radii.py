"""Ionic radii and the distances up to which an anion counts as a neighbour; every number has its source."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from nitrivac.chemistry.bond_valence import bond_valence_parameters
from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nitrivac.crystal.model import Crystal

__all__ = ["RADII_SOURCE", "bond_cutoff", "ionic_radius", "is_anion", "ligands_of", "radius_in", "why_no_radius"]

RADII_SOURCE = "R. D. Shannon, Acta Cryst. A32 (1976) 751, as tabulated in pymatgen; coordination IV, else the next listed"

# Between the first and the second shell of these pairs in the compounds of the catalogue, angstrom; a test holds every
# record against them. Pairs that are not here follow `_STRETCH`.
_CUTOFFS = {
    ("Li", "N"): 2.66,
    ("Li", "C"): 2.42,  # the carbon end of cyanide
    ("P", "N"): 1.97,
    ("Si", "N"): 2.12,
    ("B", "N"): 1.94,
    ("C", "N"): 1.79,
    ("Al", "N"): 2.25,
    ("Zr", "N"): 2.65,
    ("V", "N"): 2.38,
    ("Nb", "N"): 2.46,
    ("Sc", "N"): 2.54,
}
_STRETCH = 1.3  # times the sum of the Shannon radii; Li-N gives 2.66 this way too
_COORDINATIONS = ("IV", "VI", "V", "III", "VIII", "II", "VII", "IX", "X", "XII", "XIV")


@lru_cache(maxsize=256)
def ionic_radius(element: str, oxidation: float) -> float:
    """Shannon's effective ionic radius in angstrom, for coordination IV where it is listed.

    An oxidation state that is not listed (carbon in a molecular anion) takes the nearest listed one of the same sign.

    Raises:
        UnsupportedError: Shannon's table has no such ion.
    """
    from pymatgen.core.periodic_table import Element

    listed = Element("H" if element in ("D", "T") else element).data.get("Shannon radii", {})
    states = [state for state in map(int, listed) if (state < 0) == (oxidation < 0)]
    nearest = min(states, key=lambda state: abs(state - oxidation), default=None)
    by_coordination = listed.get(str(nearest), {})
    for coordination in (*_COORDINATIONS, *by_coordination):
        entry = by_coordination.get(coordination) or by_coordination.get(f"{coordination}SQ")
        if entry:
            spin = entry.get("") or entry.get("High Spin") or next(iter(entry.values()))
            return float(spin["ionic_radius"])
    raise UnsupportedError(f"Shannon's table of ionic radii has no {element} of oxidation state {oxidation:+g}")


def radius_in(crystal: Crystal, element: str) -> float | None:
    """The ionic radius of an element in a crystal, angstrom, by its oxidation state there; None where there is none."""
    state = crystal.oxidation.means[element]
    try:
        return None if state is None else ionic_radius(element, state)
    except UnsupportedError:
        return None


def why_no_radius(crystal: Crystal, elements: Iterable[str]) -> str | None:
    """Why some of the elements have no ionic radius in a crystal, None where all have one."""
    missing = [element for element in elements if radius_in(crystal, element) is None]
    if not missing:
        return None
    if not crystal.oxidation.complete:
        return crystal.oxidation.reason
    ions = " and ".join(f"{element} {crystal.oxidation.means[element]:+.4g}" for element in missing)
    return f"Shannon's table has no ionic radius of {ions}; --ion-radius gives one"


def is_anion(crystal: Crystal, element: str) -> bool:
    """Whether an element is an anion in a crystal."""
    state = crystal.oxidation.means[element]
    return state is not None and state < 0


def ligands_of(crystal: Crystal, element: str) -> tuple[str, ...]:
    """The elements of opposite charge: anions round a cation, cations round an anion."""
    states = crystal.oxidation.means
    here = states[element] or 0.0
    return tuple(other for other in crystal.elements if here * (states[other] or 0.0) < 0)


def bond_cutoff(crystal: Crystal, one: str, other: str) -> float:
    """The distance in angstrom up to which two ions of opposite charge are neighbours.

    By the table of pairs, else 1.3 times the sum of the ionic radii, else, where one has no radius, the distance at which a
    bond has 0.04 of the cation's charge as its valence.

    Args:
        crystal: where they are, for their oxidation states.
        one: element symbol.
        other: element symbol.
    """
    found = _CUTOFFS.get((one, other)) or _CUTOFFS.get((other, one))
    if found:
        return found
    radii = [radius_in(crystal, element) for element in (one, other)]
    if radii[0] is not None and radii[1] is not None:
        return round(_STRETCH * (radii[0] + radii[1]), 2)
    cation, anion = (other, one) if is_anion(crystal, one) else (one, other)
    return round(bond_valence_parameters(cation, anion, crystal.oxidation.means[cation]).reach, 2)
