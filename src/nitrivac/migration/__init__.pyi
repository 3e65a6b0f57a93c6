from .diffusion.tensor import ArrheniusRow, Diffusion, arrhenius, diffusion_tensor
from .hop import Hop, Passage
from .hop_shells import HopShell, HopSummary
from .host import HostPercolation
from .network import HopNetwork, find_hops
from .paths.path import MigrationPath, vacancy_path
from .paths.profile import ProfilePoint
from .percolation.percolation_by_anions import KindPercolation
from .percolation.percolation_of_hops import SubsetPercolation
from .percolation.random_filling import RandomFilling, RandomOccupation
from .percolation.spanned import SpannedDistances
from .percolation.thresholds import Threshold
from .sensitivity import Sensitivity

__all__ = [
    "ArrheniusRow",
    "Diffusion",
    "Hop",
    "HopNetwork",
    "HopShell",
    "HopSummary",
    "HostPercolation",
    "KindPercolation",
    "MigrationPath",
    "Passage",
    "ProfilePoint",
    "RandomFilling",
    "RandomOccupation",
    "Sensitivity",
    "SpannedDistances",
    "SubsetPercolation",
    "Threshold",
    "arrhenius",
    "diffusion_tensor",
    "find_hops",
    "vacancy_path",
]
