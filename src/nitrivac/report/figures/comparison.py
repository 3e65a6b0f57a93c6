"""Structure against property as a figure: every descriptor against conductivity and activation energy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.comparison.descriptors import NUMBERS
from nitrivac.report.figures.drawing.style import PALETTE, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nitrivac.comparison import Comparison, Correlation

__all__ = ["comparison_figure"]

# With the colours of the palette every family has a sign of its own.
_MARKERS = ("o", "s", "^", "D", "v")
_LABELS = {"log10_sigma": "log$_{10}$ σ (S cm$^{-1}$)", "activation_energy": "$E_a$ (eV)"}
_COLUMNS = 6


def comparison_figure(comparison: Comparison) -> Figure:
    """One panel for each descriptor and property, points marked by family, open where the conductivity is extrapolated."""
    from matplotlib.figure import Figure

    with styled():
        rows_each = -(-len(NUMBERS) // _COLUMNS)
        figure = Figure(figsize=(15.0, 2.75 * rows_each * len(_LABELS) + 1.1), layout="constrained")
        axes = figure.subplots(rows_each * len(_LABELS), _COLUMNS, squeeze=False, sharey="row")
        families = sorted({one.family for one in comparison.compounds})
        known = {(one.target, one.descriptor): one for one in comparison.correlations}
        for block, target in enumerate(_LABELS):
            for place in range(rows_each * _COLUMNS):
                axis = axes[block * rows_each + place // _COLUMNS][place % _COLUMNS]
                if place >= len(NUMBERS):
                    axis.set_axis_off()
                    continue
                name = list(NUMBERS)[place]
                _panel(axis, comparison, known[target, name], families)
                if place % _COLUMNS == 0:
                    axis.set_ylabel(_LABELS[target])
        _legend(figure, families)
    return figure


def _sign(families: list[str], family: str) -> tuple[str, str]:
    number = families.index(family)
    return PALETTE[number % len(PALETTE)], _MARKERS[number % len(_MARKERS)]


def _panel(axis: Axes, comparison: Comparison, one: Correlation, families: list[str]) -> None:
    for compound in comparison.compounds:
        x, y = compound.value(one.descriptor), compound.value(one.target)
        if x is None or y is None:
            continue
        colour, marker = _sign(families, compound.family)
        inside = "none" if compound.measured.extrapolated else colour
        axis.plot(x, y, marker=marker, color=colour, markerfacecolor=inside, markersize=6, linestyle="none")
    axis.set_xlabel(NUMBERS[one.descriptor])
    axis.tick_params(labelsize=8)
    axis.margins(0.08)
    if one.descriptor == "dimension":
        axis.set_xticks([1, 2, 3])
    if one.spearman is None or one.spearman_interval is None:
        axis.set_title(f"n = {one.n}", fontsize=9)
    else:
        low, high = one.spearman_interval
        axis.set_title(f"n = {one.n}, ρ = {one.spearman:.2f} [{low:.2f}, {high:.2f}]", fontsize=9)


def _legend(figure: Figure, families: list[str]) -> None:
    from matplotlib.lines import Line2D

    signs = []
    for family in families:
        colour, marker = _sign(families, family)
        signs.append(Line2D([], [], color=colour, marker=marker, linestyle="none", label=family))
    signs.append(
        Line2D([], [], color="#555555", marker="o", markerfacecolor="none", linestyle="none", label="open: σ extrapolated")
    )
    figure.legend(
        handles=signs,
        loc="outside lower center",
        ncols=_COLUMNS,
        frameon=False,
        title="ρ: Spearman with its 95 % bootstrap interval. Few, unlike samples; geometry is no barrier.",
    )
