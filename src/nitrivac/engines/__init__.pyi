from .dask_engine import DaskEngine
from .engine import LocalEngine
from .tasks import Limits

__all__ = [
    "DaskEngine",
    "Limits",
    "LocalEngine",
]
