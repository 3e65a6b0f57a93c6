"""Structure against property: a figure for each descriptor, the one that goes best with the measurements first."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from nitrivac.comparison.descriptors import NUMBERS
from nitrivac.report.figures.drawing.names import name_points
from nitrivac.report.figures.drawing.pointing import pointed
from nitrivac.report.figures.drawing.style import PALETTE, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nitrivac.comparison import Comparison, Correlation

__all__ = ["comparison_figure", "descriptors_in_order"]

# With the colours of the palette every family has a sign of its own.
_MARKERS = ("o", "s", "^", "D", "v")
_LABELS = {"log10_sigma": "log$_{10}$ (σ / S cm$^{-1}$)", "activation_energy": "$E_a$ (eV)"}
_WIDTH_IN, _HEIGHT_IN, _ROW_IN = 6.8, 3.1, 0.16  # two columns of a journal
_NAME = 20  # characters of a line of a name
_SIGNS = 4  # in a row of the legend
_NOTE = "ρ: Spearman with its 95 % bootstrap interval. Few, unlike samples; geometry is no barrier."


def descriptors_in_order(comparison: Comparison) -> tuple[str, ...]:
    """The descriptors by the surer of their rank correlations with conductivity and activation energy: by p, then strength.

    Those that were not tested come last, in their usual order.

    Args:
        comparison: see `nitrivac.comparison.compare`.
    """
    best = dict.fromkeys(NUMBERS, (2.0, 0.0))
    for one in comparison.correlations:
        if one.spearman is not None and one.spearman_p is not None:
            best[one.descriptor] = min(best[one.descriptor], (one.spearman_p, -abs(one.spearman)))
    return tuple(sorted(NUMBERS, key=best.__getitem__))


def comparison_figure(comparison: Comparison, descriptor: str) -> Figure:
    """Conductivity and activation energy against one descriptor, marked by family, open where σ is extrapolated.

    Args:
        comparison: see `nitrivac.comparison.compare`.
        descriptor: one of `descriptors_in_order`.

    Returns:
        A matplotlib figure, two columns wide.
    """
    from matplotlib.figure import Figure

    known = {one.target: one for one in comparison.correlations if one.descriptor == descriptor}
    families = sorted({one.family for one in comparison.compounds})
    rows = -(-(len(families) + 1) // _SIGNS)
    with styled():
        figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN + _ROW_IN * (rows + 1)), layout="constrained")
        panels = dict(zip(_LABELS, figure.subplots(1, len(_LABELS)), strict=True))
        placed = {target: _panel(axes, comparison, known[target], families) for target, axes in panels.items()}
        _legend(figure, families)
        for target, axes in panels.items():
            name_points(axes, list(placed[target].values()), [fill(name, _NAME) for name in placed[target]])
    return figure


def _sign(families: list[str], family: str) -> tuple[str, str]:
    number = families.index(family)
    return PALETTE[number % len(PALETTE)], _MARKERS[number % len(_MARKERS)]


def _panel(axes: Axes, comparison: Comparison, one: Correlation, families: list[str]) -> dict[str, tuple[float, float]]:
    """One property against the descriptor; where the compounds stand."""
    placed: dict[str, tuple[float, float]] = {}
    for compound in comparison.compounds:
        x, y = compound.value(one.descriptor), compound.value(one.target)
        if x is None or y is None:
            continue
        colour, marker = _sign(families, compound.family)
        inside = "none" if compound.measured.extrapolated else colour
        (point,) = axes.plot(x, y, marker=marker, color=colour, markerfacecolor=inside, markersize=4.5, linestyle="none")
        pointed(point, f"{compound.id}\n{NUMBERS[one.descriptor]}: {x:.4g}\nσ {compound.measured.sigma:.3g} S/cm")
        placed[compound.id] = (x, y)
    axes.set_xlabel(NUMBERS[one.descriptor])
    axes.set_ylabel(_LABELS[one.target])
    axes.margins(0.1)
    if one.descriptor == "dimension":
        axes.set_xticks([1, 2, 3])
    if one.spearman is None or one.spearman_interval is None:
        axes.set_title(f"n = {one.n}")
    else:
        low, high = one.spearman_interval
        axes.set_title(f"n = {one.n}, ρ = {one.spearman:.2f} [{low:.2f}, {high:.2f}]".replace("-", "\N{MINUS SIGN}"))
    return placed


def _legend(figure: Figure, families: list[str]) -> None:
    from matplotlib.lines import Line2D

    signs = []
    for family in families:
        colour, marker = _sign(families, family)
        signs.append(Line2D([], [], color=colour, marker=marker, linestyle="none", label=family))
    words = "open: σ extrapolated"
    signs.append(Line2D([], [], color="#555555", marker="o", markerfacecolor="none", linestyle="none", label=words))
    figure.legend(handles=signs, loc="outside lower center", ncols=_SIGNS, title=_NOTE, title_fontsize=7)
