from .bands.attempt_frequency import vineyard_frequency, with_attempt_frequencies
from .bands.band import BandOptions
from .bands.barrier import Barrier
from .bands.barriers import Barriers, migration_barriers
from .bands.run import BarrierJob, BarrierRun, run_barriers
from .defects.bulk_element import bulk_element
from .defects.record import SizeEffect, VacancyEnergies, VacancyEnergy
from .defects.reranking import RerankingOptions, rerank
from .defects.reranking_record import RelaxedConfiguration, Reranking
from .defects.vacancy_energies import vacancy_energies
from .potential import CalculatorName, Potential, load_potential
from .relax_run import RelaxJob, RelaxRun, run_relaxations
from .relaxation import Relaxation, RelaxedOrbit, relax
from .run import Subject
from .trust import PotentialTrust, potential_trust

__all__ = [
    "BandOptions",
    "Barrier",
    "BarrierJob",
    "BarrierRun",
    "Barriers",
    "CalculatorName",
    "Potential",
    "PotentialTrust",
    "RelaxJob",
    "RelaxRun",
    "Relaxation",
    "RelaxedConfiguration",
    "RelaxedOrbit",
    "Reranking",
    "RerankingOptions",
    "SizeEffect",
    "Subject",
    "VacancyEnergies",
    "VacancyEnergy",
    "bulk_element",
    "load_potential",
    "migration_barriers",
    "potential_trust",
    "relax",
    "rerank",
    "run_barriers",
    "run_relaxations",
    "vacancy_energies",
    "vineyard_frequency",
    "with_attempt_frequencies",
]
