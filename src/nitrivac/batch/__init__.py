"""The same analysis over many structures: screened on all cores or a cluster, with a journal that loses nothing."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nitrivac.batch.configurations import Survey, survey, vacancies_on_engine
    from nitrivac.batch.dask_engine import DaskEngine
    from nitrivac.batch.engine import LocalEngine
    from nitrivac.batch.merge import merge_tables
    from nitrivac.batch.row import ScreenOptions, structure_row
    from nitrivac.batch.screening import screen
    from nitrivac.batch.summary import ScreenMode, ScreenSummary
    from nitrivac.batch.tables import read_table
    from nitrivac.batch.tasks import Limits

_HOME = {
    "DaskEngine": "dask_engine",
    "Limits": "tasks",
    "LocalEngine": "engine",
    "ScreenMode": "summary",
    "ScreenOptions": "row",
    "ScreenSummary": "summary",
    "Survey": "configurations",
    "merge_tables": "merge",
    "read_table": "tables",
    "screen": "screening",
    "structure_row": "row",
    "survey": "configurations",
    "vacancies_on_engine": "configurations",
}

__all__ = [
    "DaskEngine",
    "Limits",
    "LocalEngine",
    "ScreenMode",
    "ScreenOptions",
    "ScreenSummary",
    "Survey",
    "merge_tables",
    "read_table",
    "screen",
    "structure_row",
    "survey",
    "vacancies_on_engine",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nitrivac.batch.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
