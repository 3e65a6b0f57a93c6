from .analyze import analyze_trajectory
from .density import Density
from .frames import Trajectory
from .result import HopRate, LongStay, SiteUse, TrajectoryAnalysis, Transport
from .temperatures import ArrheniusLine

__all__ = [
    "ArrheniusLine",
    "Density",
    "HopRate",
    "LongStay",
    "SiteUse",
    "Trajectory",
    "TrajectoryAnalysis",
    "Transport",
    "analyze_trajectory",
]
