from . import (
    catalog,
    chemistry,
    comparison,
    crystal,
    diffraction,
    energetics,
    engines,
    errors,
    io,
    migration,
    polyhedra,
    report,
    screening,
    symmetry,
    trajectories,
    vacancies,
    verification,
)
from ._version import __version__
from .analysis import Analysis, analyze
from .catalog import Material, get_material, materials
from .comparison import Comparison, compare
from .crystal import Crystal, Occupation, crystal_from_structure, make_supercell
from .diffraction import PowderPattern, occupancy_contrast, powder_pattern
from .errors import NitrivacError
from .io import load, write
from .migration import Hop, HopNetwork, MigrationPath, arrhenius, diffusion_tensor, find_hops, path_between, vacancy_path
from .polyhedra import BondGeometry, PolyhedraReport, analyze_polyhedra, bond_geometry
from .screening import screen
from .trajectories import analyze_trajectory
from .vacancies import (
    Configuration,
    ConfigurationSpace,
    Plan,
    VacancySpecification,
    average_crystal,
    parse_specification,
    plan_supercells,
)
from .verification import Verification, verify

__all__ = [
    "Analysis",
    "BondGeometry",
    "Comparison",
    "Configuration",
    "ConfigurationSpace",
    "Crystal",
    "Hop",
    "HopNetwork",
    "Material",
    "MigrationPath",
    "NitrivacError",
    "Occupation",
    "Plan",
    "PolyhedraReport",
    "PowderPattern",
    "VacancySpecification",
    "Verification",
    "__version__",
    "analyze",
    "analyze_polyhedra",
    "analyze_trajectory",
    "arrhenius",
    "average_crystal",
    "bond_geometry",
    "catalog",
    "chemistry",
    "compare",
    "comparison",
    "crystal",
    "crystal_from_structure",
    "diffraction",
    "diffusion_tensor",
    "energetics",
    "engines",
    "errors",
    "find_hops",
    "get_material",
    "io",
    "load",
    "make_supercell",
    "materials",
    "migration",
    "occupancy_contrast",
    "parse_specification",
    "path_between",
    "plan_supercells",
    "polyhedra",
    "powder_pattern",
    "report",
    "screen",
    "screening",
    "symmetry",
    "trajectories",
    "vacancies",
    "vacancy_path",
    "verification",
    "verify",
    "write",
]
