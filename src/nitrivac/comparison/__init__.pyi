from .barriers import OnSameCompounds
from .correlation import Correlation
from .descriptors import Descriptors
from .measurement import MeasuredValue, choose_measurement
from .result import Comparison, Compound, LeftOut
from .run import compare

__all__ = [
    "Comparison",
    "Compound",
    "Correlation",
    "Descriptors",
    "LeftOut",
    "MeasuredValue",
    "OnSameCompounds",
    "choose_measurement",
    "compare",
]
