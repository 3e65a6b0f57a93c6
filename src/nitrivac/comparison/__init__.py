"""Structure against property: what the geometry of each compound is, what was measured, and how the two go together."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nitrivac.comparison.correlation import Correlation
    from nitrivac.comparison.descriptors import Descriptors
    from nitrivac.comparison.measurement import choose_measurement
    from nitrivac.comparison.result import Comparison, Compound
    from nitrivac.comparison.run import compare

_HOME = {
    "Comparison": "result",
    "Compound": "result",
    "Correlation": "correlation",
    "Descriptors": "descriptors",
    "choose_measurement": "measurement",
    "compare": "run",
}

__all__ = ["Comparison", "Compound", "Correlation", "Descriptors", "choose_measurement", "compare"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nitrivac.comparison.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
