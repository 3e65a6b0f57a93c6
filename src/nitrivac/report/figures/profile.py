"""What an ion meets on its way: nearest neighbours, coordination, bond-valence sum and clearance along a path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nitrivac.report.figures.drawing.colours import element_colours
from nitrivac.report.figures.drawing.style import AXIS_LINE, BLACK, GREY, figure_of, plotly_layout, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nitrivac.migration.paths.record import MigrationPath

__all__ = ["profile_figure", "profile_plotly", "profile_title"]

_WAY = "distance along the path (Å)"
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_SYMBOLS = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "x")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """One quantity along the way: its axis label and a curve for each name; `whole` where it is counted."""

    label: str
    curves: dict[str, list[float | None]]
    whole: bool = False
    mark: float | None = None


def _panels(path: MigrationPath) -> list[_Panel]:
    points = path.profile
    elements = sorted(dict.fromkeys(name for point in points for name in point.nearest))
    panels = [
        _Panel(label="nearest (Å)", curves={name: [point.nearest.get(name) for point in points] for name in elements}),
        _Panel(label="coordination", curves={"": [float(point.coordination) for point in points]}, whole=True),
        _Panel(label="BVS (v.u.)", curves={"": [point.bond_valence_sum for point in points]}, mark=1.0),
    ]
    if any(point.clearance is not None for point in points):
        panels.append(_Panel(label="free radius (Å)", curves={"": [point.clearance for point in points]}))
    return panels


def profile_title(path: MigrationPath) -> str:
    """`h1 of alpha-Li3N: Li@2c to Li@2c, 2.106 Å, straight`."""
    way = "straight" if path.method == "linear" else "pair potential (IDPP)"
    return f"{path.name} of {path.source}: {' to '.join(path.addresses_of_ends)}, {path.distance:.3f} Å, {way}"


def profile_figure(path: MigrationPath) -> Figure:
    """Four panels over the distance along the path.

    Distances are to the nearest atom of each element, coordination counts anions within their cutoffs, the bond-valence sum
    (BVS) is 1 for an ion that is bound as its charge asks, and the free radius is the distance to the nearest immobile ion
    less its radius. None of them is an energy.

    Args:
        path: a vacancy path, see `nitrivac.migration.paths.path.vacancy_path`.

    Returns:
        A matplotlib figure, one column wide.
    """
    from matplotlib.ticker import MaxNLocator

    panels = _panels(path)
    colours = element_colours(sorted(panels[0].curves))
    x = [point.travelled for point in path.profile]
    with styled():
        figure, axes = figure_of(0.55 + 1.15 * len(panels), rows=len(panels))
        for ax, panel in zip(axes, panels, strict=True):
            for number, (name, values) in enumerate(panel.curves.items()):
                numbers = [float("nan") if value is None else value for value in values]
                ax.plot(
                    x,
                    numbers,
                    color=colours.get(name, BLACK),
                    marker=_MARKERS[number % 7],
                    markersize=3,
                    label=name,
                    drawstyle="steps-mid" if panel.whole else "default",
                )
            if panel.mark is not None:
                ax.axhline(panel.mark, color=GREY, linewidth=0.6, linestyle=(0, (4, 3)))
            if panel.whole:
                most = max(value for values in panel.curves.values() for value in values if value is not None)
                ax.set_ylim(0, most + 1)
                ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
            ax.set_ylabel(panel.label)
        axes[0].legend(loc="best", ncols=2, handlelength=1.2)
        axes[0].set_title(profile_title(path), fontsize=7)
        axes[-1].set_xlabel(_WAY)
        figure.align_ylabels()
    return figure


def profile_plotly(path: MigrationPath) -> Any:
    """The same to point at.

    Args:
        path: a vacancy path, see `nitrivac.migration.paths.path.vacancy_path`.

    Returns:
        A plotly figure.
    """
    from plotly import graph_objects as go
    from plotly.subplots import make_subplots

    panels = _panels(path)
    colours = element_colours(sorted(panels[0].curves))
    x = [point.travelled for point in path.profile]
    figure = make_subplots(rows=len(panels), cols=1, shared_xaxes=True, vertical_spacing=0.05)
    for row, panel in enumerate(panels, start=1):
        for number, (name, values) in enumerate(panel.curves.items()):
            figure.add_trace(
                go.Scatter(
                    x=x,
                    y=values,
                    mode="lines+markers",
                    name=f"to {name}" if name else panel.label,
                    showlegend=bool(name),
                    line={"color": colours.get(name, BLACK), "shape": "hvh" if panel.whole else "linear"},
                    marker={"symbol": _SYMBOLS[number % 7], "size": 6},
                    hovertemplate=f"{f'to {name}' if name else panel.label}: %{{y:.4g}} at %{{x:.3f}} Å<extra></extra>",
                ),
                row=row,
                col=1,
            )
        if panel.mark is not None:
            figure.add_hline(y=panel.mark, line={"color": GREY, "width": 1, "dash": "dash"}, row=row, col=1)
        figure.update_yaxes(title=panel.label, row=row, col=1, rangemode="tozero" if panel.whole else "normal", **AXIS_LINE)
        figure.update_xaxes(row=row, col=1, **AXIS_LINE)
    figure.update_xaxes(title=_WAY, row=len(panels), col=1)
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    figure.update_layout(
        **plotly_layout(height=170 * len(panels) + 80, legend=legend, margin={"l": 60, "r": 15, "t": 40, "b": 50})
    )
    return figure
