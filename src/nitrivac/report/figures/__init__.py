"""Figures of every result: matplotlib's for paper (`*_figure`), plotly's to turn and point at (`*_plotly`).

Both libraries come with the extra `report` and are imported when a figure is made.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nitrivac.report.figures.comparison import comparison_figure
    from nitrivac.report.figures.conductivity import conductivity_figure, conductivity_plotly
    from nitrivac.report.figures.configurations import configurations_figure, configurations_plotly
    from nitrivac.report.figures.export import figure_bytes
    from nitrivac.report.figures.hops import hops_figure, hops_plotly
    from nitrivac.report.figures.percolation import percolation_figure, percolation_plotly
    from nitrivac.report.figures.profile import profile_figure, profile_plotly
    from nitrivac.report.figures.structure import structure_figure, structure_plotly

_HOME = {"comparison_figure": "comparison", "figure_bytes": "export"} | {
    f"{kind}_{library}": kind
    for kind in ("conductivity", "configurations", "hops", "percolation", "profile", "structure")
    for library in ("figure", "plotly")
}

__all__ = [
    "comparison_figure",
    "conductivity_figure",
    "conductivity_plotly",
    "configurations_figure",
    "configurations_plotly",
    "figure_bytes",
    "hops_figure",
    "hops_plotly",
    "percolation_figure",
    "percolation_plotly",
    "profile_figure",
    "profile_plotly",
    "structure_figure",
    "structure_plotly",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nitrivac.report.figures.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
