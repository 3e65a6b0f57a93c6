from .as_crystal import configuration_crystal, occupant_names
from .average import average_crystal
from .choosing.short_range_order import WarrenCowley, nearest_to_random, warren_cowley
from .configuration import Configuration
from .planned import RankedPlan, RankedPlans, rank_plans
from .planning.plan import Plan
from .planning.search import plan_supercells
from .planning.shapes import spaces_of_all_shapes
from .planning.site_counts import SiteCount
from .result import MadeConfiguration, VacancyResult
from .run import Choice, Output, run_vacancies
from .space import ConfigurationSpace
from .space_survey import Survey, survey, vacancies_on_engine
from .specification import VacancySpecification, parse_specification

__all__ = [
    "Choice",
    "Configuration",
    "ConfigurationSpace",
    "MadeConfiguration",
    "Output",
    "Plan",
    "RankedPlan",
    "RankedPlans",
    "SiteCount",
    "Survey",
    "VacancyResult",
    "VacancySpecification",
    "WarrenCowley",
    "average_crystal",
    "configuration_crystal",
    "nearest_to_random",
    "occupant_names",
    "parse_specification",
    "plan_supercells",
    "rank_plans",
    "run_vacancies",
    "spaces_of_all_shapes",
    "survey",
    "vacancies_on_engine",
    "warren_cowley",
]
