"""Ionic radii and the distances up to which an anion counts as a neighbour; every number has its source."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal

__all__ = ["ANION_FORMERS", "RADII_SOURCE", "bond_cutoff", "ionic_radius", "is_anion", "oxidation_of"]

RADII_SOURCE = "R. D. Shannon, Acta Cryst. A32 (1976) 751, as tabulated in pymatgen; coordination IV, else the next listed"

# The usual charge of elements that form anions beside lithium; used only where the source states none.
ANION_FORMERS = {"N": -3, "P": -3, "O": -2, "S": -2, "Se": -2, "Te": -2, "F": -1, "Cl": -1, "Br": -1, "I": -1}

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


def radius_in(crystal: Crystal, element: str) -> float:
    """The ionic radius of an element in a crystal, angstrom, by its oxidation state there.

    Raises:
        UnsupportedError: Shannon's table has no such ion; the message names the crystal.
    """
    try:
        return ionic_radius(element, oxidation_of(crystal, element))
    except UnsupportedError as error:
        raise UnsupportedError(
            f"{crystal.provenance.source}: {error}; other oxidation states can be given in the file"
        ) from error


def oxidation_of(crystal: Crystal, element: str) -> float:
    """The oxidation state of an element in a crystal: the stated one, else the usual one.

    The usual one is that of the anion for elements that form anions, else the highest common one.
    """
    from pymatgen.core.periodic_table import Element

    if element in crystal.stated_oxidation:
        return crystal.stated_oxidation[element]
    if element in ANION_FORMERS and not (element == "P" and {"N", "O"} & set(crystal.elements)):
        return ANION_FORMERS[element]
    states = Element("H" if element in ("D", "T") else element).common_oxidation_states
    return float(max(states)) if states else 0.0


def is_anion(crystal: Crystal, element: str) -> bool:
    """Whether an element is an anion in a crystal, by its stated or usual oxidation state."""
    return oxidation_of(crystal, element) < 0


def bond_cutoff(crystal: Crystal, cation: str, anion: str) -> float:
    """The distance in angstrom up to which an anion counts as a neighbour of a cation.

    Args:
        crystal: where they are, for their oxidation states.
        cation: element symbol.
        anion: element symbol.
    """
    if (cation, anion) in _CUTOFFS:
        return _CUTOFFS[cation, anion]
    radii = [radius_in(crystal, element) for element in (cation, anion)]
    return round(_STRETCH * sum(radii), 2)
