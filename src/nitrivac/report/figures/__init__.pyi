from .comparison import comparison_figure
from .conductivity import conductivity_figure
from .configurations import configurations_figure
from .drawing.turnable import scene_html, scene_script
from .export import figure_bytes
from .hops import hops_figure, hops_scene
from .pattern import pattern_figure
from .percolation import percolation_figure
from .profile import profile_figure
from .structure import structure_figure, structure_scene

__all__ = [
    "comparison_figure",
    "conductivity_figure",
    "configurations_figure",
    "figure_bytes",
    "hops_figure",
    "hops_scene",
    "pattern_figure",
    "percolation_figure",
    "profile_figure",
    "scene_html",
    "scene_script",
    "structure_figure",
    "structure_scene",
]
