"""Crystals as pymatgen Structures and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.overlaps import checked_overlaps
from nitrivac.crystal.supercells.permutations import crystal_permutations
from nitrivac.documents.codec import decode, encode
from nitrivac.documents.envelope import envelope, opened
from nitrivac.errors import BuildError, DocumentError
from nitrivac.size_limits import refuse_impossible_cell

if TYPE_CHECKING:
    from pymatgen.core.periodic_table import Element, Species
    from pymatgen.core.structure import Structure

    from nitrivac.crystal.model import Crystal

__all__ = ["from_dict", "to_dict", "to_structure"]

# A crystal found at a generous tolerance is off its symmetry by so much at most; relative.
_METRIC_TOLERANCE = 0.05


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


def from_dict(kind: type[Crystal], data: dict[str, Any]) -> Crystal:
    """The crystal of a document that `to_dict` made; what `made` says of its making is passed over.

    Raises:
        DocumentError: it is of a newer schema version, or its data are not those of a crystal.
    """
    content = opened(data, kind.__name__)
    content.pop("made", None)
    crystal: Crystal = decode(kind, content, kind.__name__)
    try:
        _refuse_what_is_no_crystal(crystal)
    except BuildError as error:
        raise DocumentError(f"the document describes no crystal: {error}") from error
    return crystal


def _refuse_what_is_no_crystal(crystal: Crystal) -> None:
    """Data may say anything: the operations must be those of the cell and send sites to sites, and no two sites be one."""
    source = crystal.provenance.source
    refuse_impossible_cell(crystal.lattice, crystal.frac_coords, source)
    metric = crystal.lattice @ crystal.lattice.T
    turned = np.swapaxes(crystal.space_group.rotations, 1, 2) @ metric @ crystal.space_group.rotations
    if np.abs(turned - metric).max() > _METRIC_TOLERANCE * np.abs(metric).max():
        raise BuildError(f"{source}: the cell does not have the symmetry of {crystal.space_group.symbol}")
    crystal_permutations(crystal)
    checked_overlaps(crystal)
