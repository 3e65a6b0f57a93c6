"""Crystals as pymatgen Structures and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nitrivac.documents.codec import encode
from nitrivac.documents.envelope import envelope

if TYPE_CHECKING:
    from pymatgen.core.periodic_table import Element, Species
    from pymatgen.core.structure import Structure

    from nitrivac.crystal.model import Crystal

__all__ = ["to_dict", "to_structure"]


def to_structure(crystal: Crystal) -> Structure:
    """A pymatgen Structure of the crystal, partial occupancies kept.

    Site properties: `label`, `wyckoff` (`4f`), `address` (`Li@4f`). Sites stand in the crystal's order.
    """
    from pymatgen.core.lattice import Lattice
    from pymatgen.core.periodic_table import Element, Species
    from pymatgen.core.structure import Structure

    per_orbit = []
    for orbit in crystal.orbits:
        composition: dict[Species | Element, float] = {}
        for occupant in orbit.occupants:
            species = (
                Element(occupant.element) if occupant.oxidation is None else Species(occupant.element, occupant.oxidation)
            )
            composition[species] = composition.get(species, 0.0) + occupant.occupancy
        per_orbit.append(composition)
    addresses = [crystal.address(orbit) for orbit in crystal.orbits]
    owner = crystal.orbit_of_site
    return Structure(
        Lattice(crystal.lattice),
        [per_orbit[index] for index in owner],
        crystal.frac_coords,
        site_properties={
            "label": [crystal.orbits[index].label for index in owner],
            "wyckoff": [crystal.orbits[index].wyckoff for index in owner],
            "address": [addresses[index] for index in owner],
        },
    )


def to_dict(crystal: Crystal) -> dict[str, Any]:
    """The document of a crystal: its fields as plain data, ready for JSON."""
    fields: dict[str, Any] = encode(crystal)
    return envelope("nitrivac.crystal", "Crystal") | fields
