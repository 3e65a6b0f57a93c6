from .diffusion.arrhenius import ArrheniusRow, arrhenius
from .diffusion.tensor import Diffusion, diffusion_tensor
from .hop import Hop, Passage
from .hop_shells import HopShell, HopSummary
from .host import HostPercolation
from .network import HopNetwork, find_hops
from .paths.between import path_between
from .paths.path import vacancy_path
from .paths.path_files import path_texts
from .paths.profile import ProfilePoint
from .paths.record import MigrationPath
from .paths.swap import Swap
from .percolation.percolation_by_anions import KindPercolation
from .percolation.percolation_of_hops import SubsetPercolation
from .percolation.points import JumpKinds, jump_kinds, thresholds_of_points
from .percolation.random_filling import RandomFilling, RandomOccupation, fillings_of
from .percolation.spanned import SpannedDistances
from .percolation.thresholds import Threshold
from .sensitivity import Sensitivity, hop_sensitivity

__all__ = [
    "ArrheniusRow",
    "Diffusion",
    "Hop",
    "HopNetwork",
    "HopShell",
    "HopSummary",
    "HostPercolation",
    "JumpKinds",
    "KindPercolation",
    "MigrationPath",
    "Passage",
    "ProfilePoint",
    "RandomFilling",
    "RandomOccupation",
    "Sensitivity",
    "SpannedDistances",
    "SubsetPercolation",
    "Swap",
    "Threshold",
    "arrhenius",
    "diffusion_tensor",
    "fillings_of",
    "find_hops",
    "hop_sensitivity",
    "jump_kinds",
    "path_between",
    "path_texts",
    "thresholds_of_points",
    "vacancy_path",
]
