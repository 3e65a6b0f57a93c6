from .from_structure import crystal_from_structure
from .model import Crystal
from .occupation.record import Occupation
from .orbit import Occupant, Orbit, Provenance
from .supercell import Supercell, make_supercell

__all__ = [
    "Crystal",
    "Occupant",
    "Occupation",
    "Orbit",
    "Provenance",
    "Supercell",
    "crystal_from_structure",
    "make_supercell",
]
