from .band import BandOptions
from .barrier import Barrier
from .barriers import Barriers, migration_barriers
from .potential import CalculatorName, Potential, load_potential
from .relaxation import Relaxation, RelaxedOrbit, relax
from .vacancy_energies import VacancyEnergies, VacancyEnergy, vacancy_energies

__all__ = [
    "BandOptions",
    "Barrier",
    "Barriers",
    "CalculatorName",
    "Potential",
    "Relaxation",
    "RelaxedOrbit",
    "VacancyEnergies",
    "VacancyEnergy",
    "load_potential",
    "migration_barriers",
    "relax",
    "vacancy_energies",
]
