from .contrast import OccupancyContrast, occupancy_contrast, sites_of_interest
from .diffractogram import Diffractogram, make_diffractogram
from .measured import read_measured
from .pattern import PowderPattern, powder_pattern, reflections_csv
from .profile import Profile, pattern_profile
from .radiation import Radiation, parse_radiation
from .refinement import (
    Counting,
    Distinction,
    OccupancyEstimate,
    distinguishing_peaks,
    estimate_occupancies,
)
from .reflections import Reflections, are_absent, reflections_between
from .sensitivity import OccupancySensitivity, occupancy_sensitivity, sensitivity_csv

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
    "are_absent",
    "distinguishing_peaks",
    "estimate_occupancies",
    "make_diffractogram",
    "occupancy_contrast",
    "occupancy_sensitivity",
    "parse_radiation",
    "pattern_profile",
    "powder_pattern",
    "read_measured",
    "reflections_between",
    "reflections_csv",
    "sensitivity_csv",
    "sites_of_interest",
]
