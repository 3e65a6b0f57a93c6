"""Which element moves: the one that is named, or else the charge carrier that a crystal has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal

__all__ = ["CARRIERS", "charge_carrier", "mobile_species"]

CARRIERS = ("Li", "Na", "Ag", "K", "Mg", "Cu")
"""Elements taken for mobile by themselves; of several the first, since silver moves in KAg4I5. Calcium is none of them: what
moves in CaF2 is fluorine."""


def charge_carrier(crystal: Crystal) -> str | None:
    """The first of `CARRIERS` that a crystal has, None where it has none of them."""
    return next((element for element in CARRIERS if element in crystal.elements), None)


def mobile_species(crystal: Crystal, species: str | None) -> str:
    """The mobile element: the one asked for, by default the charge carrier.

    Raises:
        SpecificationError: none is asked for and there is no charge carrier.
    """
    found = species or charge_carrier(crystal)
    if found is None:
        raise SpecificationError(
            f"{crystal.provenance.source}: which element moves must be said (--species), one of "
            f"{', '.join(crystal.elements)}; only {', '.join(CARRIERS)} are taken for mobile by themselves"
        )
    return found
