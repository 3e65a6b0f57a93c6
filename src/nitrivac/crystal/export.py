"""Crystals as pymatgen Structures and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymatgen.core.periodic_table import Element, Species
    from pymatgen.core.structure import Structure

    from nitrivac.crystal.model import Crystal

__all__ = ["SCHEMA_VERSION", "to_dict", "to_structure"]

SCHEMA_VERSION = 1


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
    """Plain data of a crystal, ready for JSON."""
    group, origin = crystal.space_group, crystal.provenance
    return {
        "@module": "nitrivac.crystal",
        "@class": "Crystal",
        "schema_version": SCHEMA_VERSION,
        "provenance": asdict(origin),
        "z": crystal.z,
        "lattice": crystal.lattice.tolist(),
        "space_group": {
            "number": group.number,
            "symbol": group.symbol,
            "setting": group.setting,
            "hall": group.hall,
            "rotations": group.rotations.tolist(),
            "translations": group.translations.tolist(),
        },
        "frac_coords": crystal.frac_coords.tolist(),
        "orbits": [
            {
                "label": orbit.label,
                "letter": orbit.letter,
                "multiplicity": orbit.multiplicity,
                "site_symmetry": orbit.site_symmetry,
                "indices": orbit.indices.tolist(),
                "occupants": [
                    {"element": one.element, "occupancy": one.occupancy, "oxidation": one.oxidation}
                    for one in orbit.occupants
                ],
            }
            for orbit in crystal.orbits
        ],
    }
