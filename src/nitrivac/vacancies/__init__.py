"""From refined occupancies to whole atoms in a box: specification, average structure, plan, configurations."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nitrivac.vacancies.average import average_crystal
    from nitrivac.vacancies.planning.plan import Plan
    from nitrivac.vacancies.planning.search import plan_supercells
    from nitrivac.vacancies.space import Configuration, ConfigurationSpace
    from nitrivac.vacancies.specification import VacancySpecification, parse_specification

_HOME = {
    "Configuration": "space",
    "ConfigurationSpace": "space",
    "Plan": "planning.plan",
    "VacancySpecification": "specification",
    "average_crystal": "average",
    "parse_specification": "specification",
    "plan_supercells": "planning.search",
}

__all__ = [
    "Configuration",
    "ConfigurationSpace",
    "Plan",
    "VacancySpecification",
    "average_crystal",
    "parse_specification",
    "plan_supercells",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nitrivac.vacancies.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
