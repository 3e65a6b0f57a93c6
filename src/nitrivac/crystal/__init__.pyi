from .from_structure import crystal_from_structure
from .model import Crystal
from .occupation.record import Occupation
from .occupation.summary import ForeignAtom, FrenkelPair, OccupationSummary, OrbitDisplacement, StrayAtom, VacantSite
from .orbit import Occupant, Orbit, Provenance
from .supercells.supercell import Supercell, make_supercell

__all__ = [
    "Crystal",
    "ForeignAtom",
    "FrenkelPair",
    "Occupant",
    "Occupation",
    "OccupationSummary",
    "Orbit",
    "OrbitDisplacement",
    "Provenance",
    "StrayAtom",
    "Supercell",
    "VacantSite",
    "crystal_from_structure",
    "make_supercell",
]
