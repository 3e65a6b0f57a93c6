from .comparison import comparison_figure
from .conductivity import conductivity_figure, conductivity_plotly
from .configurations import configurations_figure, configurations_plotly
from .drawing.turnable import scene_html, scene_script
from .export import figure_bytes
from .hops import hops_figure, hops_scene
from .pattern import pattern_figure, pattern_plotly
from .percolation import percolation_figure, percolation_plotly
from .profile import profile_figure, profile_plotly
from .structure import structure_figure, structure_scene

__all__ = [
    "comparison_figure",
    "conductivity_figure",
    "conductivity_plotly",
    "configurations_figure",
    "configurations_plotly",
    "figure_bytes",
    "hops_figure",
    "hops_scene",
    "pattern_figure",
    "pattern_plotly",
    "percolation_figure",
    "percolation_plotly",
    "profile_figure",
    "profile_plotly",
    "scene_html",
    "scene_script",
    "structure_figure",
    "structure_scene",
]
