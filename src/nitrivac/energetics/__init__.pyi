from .band import BandOptions
from .barrier import Barrier
from .barriers import Barriers, migration_barriers
from .bulk_element import bulk_element
from .potential import CalculatorName, Potential, load_potential
from .relaxation import Relaxation, RelaxedOrbit, relax
from .trust import PotentialTrust, potential_trust
from .vacancy_energies import vacancy_energies
from .vacancy_record import SizeEffect, VacancyEnergies, VacancyEnergy

__all__ = [
    "BandOptions",
    "Barrier",
    "Barriers",
    "CalculatorName",
    "Potential",
    "PotentialTrust",
    "Relaxation",
    "RelaxedOrbit",
    "SizeEffect",
    "VacancyEnergies",
    "VacancyEnergy",
    "bulk_element",
    "load_potential",
    "migration_barriers",
    "potential_trust",
    "relax",
    "vacancy_energies",
]
