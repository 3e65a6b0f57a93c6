from .contrast import OccupancyContrast, occupancy_contrast
from .diffractogram import Diffractogram, make_diffractogram
from .measured import read_measured
from .pattern import PowderPattern, powder_pattern
from .profile import Profile, pattern_profile
from .radiation import Radiation, parse_radiation
from .refinement import Counting, Distinction, OccupancyEstimate
from .reflections import Reflections
from .sensitivity import OccupancySensitivity

__all__ = [
    "Counting",
    "Diffractogram",
    "Distinction",
    "OccupancyContrast",
    "OccupancyEstimate",
    "OccupancySensitivity",
    "PowderPattern",
    "Profile",
    "Radiation",
    "Reflections",
    "make_diffractogram",
    "occupancy_contrast",
    "parse_radiation",
    "pattern_profile",
    "powder_pattern",
    "read_measured",
]
