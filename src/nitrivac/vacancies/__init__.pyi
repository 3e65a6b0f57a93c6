from .average import average_crystal
from .planning.plan import Plan, plan_supercells
from .planning.site_counts import SiteCount
from .result import MadeConfiguration, VacancyResult
from .space import Configuration, ConfigurationSpace
from .space_survey import Survey, survey, vacancies_on_engine
from .specification import VacancySpecification, parse_specification

__all__ = [
    "Configuration",
    "ConfigurationSpace",
    "MadeConfiguration",
    "Plan",
    "SiteCount",
    "Survey",
    "VacancyResult",
    "VacancySpecification",
    "average_crystal",
    "parse_specification",
    "plan_supercells",
    "survey",
    "vacancies_on_engine",
]
