from .analyze import analyze_trajectory
from .density import Density
from .frames import Trajectory
from .result import TrajectoryAnalysis
from .rows import HopRate, LongStay, SiteUse
from .sampling import RunLength, run_length
from .temperatures import ArrheniusLine, arrhenius_lines
from .transport.result import Transport

__all__ = [
    "ArrheniusLine",
    "Density",
    "HopRate",
    "LongStay",
    "RunLength",
    "SiteUse",
    "Trajectory",
    "TrajectoryAnalysis",
    "Transport",
    "analyze_trajectory",
    "arrhenius_lines",
    "run_length",
]
