"""What an ion meets on its way: nearest neighbours, coordination, bond-valence sum and clearance along a path."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

from nitrivac.report.figures.drawing.colours import element_colours
from nitrivac.report.figures.drawing.pointing import pointed
from nitrivac.report.figures.drawing.style import BLACK, GREY, figure_of, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nitrivac.migration.paths.record import MigrationPath

__all__ = ["profile_figure", "profile_title"]

_WAY = "distance along the path (Å)"
_TITLE = 56  # characters that fit above it in one column
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")


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
        figure, axes = figure_of(0.75 + 1.15 * len(panels), rows=len(panels))
        for ax, panel in zip(axes, panels, strict=True):
            for number, (name, values) in enumerate(panel.curves.items()):
                (curve,) = ax.plot(
                    x,
                    [float("nan") if value is None else value for value in values],
                    color=colours.get(name, BLACK),
                    marker=_MARKERS[number % 7],
                    markersize=3,
                    label=f"to {name}",
                    drawstyle="steps-mid" if panel.whole else "default",
                )
                what = f"to {name}" if name else panel.label
                found = zip(x, values, strict=True)
                pointed(curve, *(f"{what}: {value:.4g}\nat {way:.3f} Å" for way, value in found if value is not None))
            if panel.mark is not None:
                ax.axhline(panel.mark, color=GREY, linewidth=0.6, linestyle=(0, (4, 3)))
            if panel.whole:
                most = max(value for values in panel.curves.values() for value in values if value is not None)
                ax.set_ylim(0, most + 1)
            ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=panel.whole, prune="both"))
            ax.set_ylabel(panel.label)
        axes[0].legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(panels[0].curves), handlelength=1.2)
        figure.suptitle(fill(profile_title(path), _TITLE), fontsize=7)
        axes[-1].set_xlabel(_WAY)
        figure.align_ylabels()
    return figure
