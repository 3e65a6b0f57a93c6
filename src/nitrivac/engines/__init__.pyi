from .dask_engine import DaskEngine
from .engine import LocalEngine
from .journal import open_journal
from .tasks import Limits

__all__ = [
    "DaskEngine",
    "Limits",
    "LocalEngine",
    "open_journal",
]
