from .bands.attempt_frequency import vineyard_frequency, with_attempt_frequencies
from .bands.band import BandOptions
from .bands.barrier import Barrier
from .bands.barriers import Barriers, migration_barriers
from .defects.bulk_element import bulk_element
from .defects.record import SizeEffect, VacancyEnergies, VacancyEnergy
from .defects.reranking import RerankingOptions, rerank
from .defects.reranking_record import RelaxedConfiguration, Reranking
from .defects.vacancy_energies import vacancy_energies
from .potential import CalculatorName, Potential, load_potential
from .relaxation import Relaxation, RelaxedOrbit, relax
from .trust import PotentialTrust, potential_trust

__all__ = [
    "BandOptions",
    "Barrier",
    "Barriers",
    "CalculatorName",
    "Potential",
    "PotentialTrust",
    "Relaxation",
    "RelaxedConfiguration",
    "RelaxedOrbit",
    "Reranking",
    "RerankingOptions",
    "SizeEffect",
    "VacancyEnergies",
    "VacancyEnergy",
    "bulk_element",
    "load_potential",
    "migration_barriers",
    "potential_trust",
    "relax",
    "rerank",
    "vacancy_energies",
    "vineyard_frequency",
    "with_attempt_frequencies",
]
