"""Energies along the bands of all hops, by one potential or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nitrivac.errors import UnsupportedError
from nitrivac.report.figures.drawing.pointing import pointed
from nitrivac.report.figures.drawing.style import GREY, PALETTE, figure_of, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from nitrivac.energetics import Barriers

__all__ = ["barriers_figure"]

_WAY, _ENERGY = "way of the ion (Å)", "energy (eV)"
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_RESTLESS = "not at rest"
_ROW_IN = 0.16  # height of a line of the legend, inches


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curve:
    """One band: its name, colour by hop, marker by potential, and images; hollow where it did not come to rest."""

    label: str
    colour: str
    potential: int
    x: list[float]
    y: list[float]
    at_rest: bool


def _curves(barriers: Sequence[Barriers]) -> list[_Curve]:
    """The bands that there are, hop by hop.

    Raises:
        UnsupportedError: there is none.
    """
    hops = list(dict.fromkeys(one.hop for found in barriers for one in found.barriers))
    curves = []
    for hop in hops:
        for number, found in enumerate(barriers):
            for one in found.barriers:
                if one.hop != hop or one.forward is None:
                    continue
                by = f", {found.calculator.name}" if len(barriers) > 1 else ""
                rest = "" if one.converged else f", {_RESTLESS}"
                way = one.travelled if len(one.travelled) else one.fractions * one.distance
                curves.append(
                    _Curve(
                        label=f"{one.hop} {one.name}: {one.forward:.2f} eV{by}{rest}",
                        colour=PALETTE[hops.index(hop) % len(PALETTE)],
                        potential=number,
                        x=way.tolist(),
                        y=one.energies.tolist(),
                        at_rest=one.converged,
                    )
                )
    if not curves:
        raise UnsupportedError("no hop has a band: there is nothing to be drawn")
    return curves


def barriers_figure(barriers: Sequence[Barriers]) -> Figure:
    """Energy against the way of the ion, a curve for each hop; straight between images, hollow where not at rest.

    Args:
        barriers: of one crystal, by one potential or several.

    Returns:
        A matplotlib figure, one column wide.
    """
    curves = _curves(barriers)
    with styled():
        figure, (axes,) = figure_of(2.5 + _ROW_IN * len(curves))
        for one in curves:
            (line,) = axes.plot(
                one.x,
                one.y,
                color=one.colour,
                marker=_MARKERS[one.potential % 7],
                markerfacecolor=one.colour if one.at_rest else "none",
                linestyle=("-", "--", ":", "-.")[one.potential % 4],
                label=one.label,
            )
            pointed(line, *(f"{one.label}\n{y:.3f} eV at {x:.2f} Å" for x, y in zip(one.x, one.y, strict=True)))
        axes.axhline(0.0, color=GREY, linewidth=0.6, linestyle=(0, (4, 3)))
        axes.set_xlabel(_WAY)
        axes.set_ylabel(_ENERGY)
        axes.set_xlim(left=0)
        figure.legend(loc="outside lower left", ncols=1)
    return figure
