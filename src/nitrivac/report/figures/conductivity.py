"""The measured conductivities of a record in an Arrhenius plot, whose lines have the activation energy as slope."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.catalog.references import short_reference
from nitrivac.errors import UnsupportedError
from nitrivac.report.figures.drawing.pointing import pointed
from nitrivac.report.figures.drawing.style import GREY, PALETTE, figure_of, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from numpy.typing import NDArray

    from nitrivac.catalog import Material, Measurement

__all__ = ["CONDUCTIVITY_NOTE", "ArrheniusSeries", "arrhenius_series", "conductivity_figure"]

CONDUCTIVITY_NOTE = (
    "Points: conductivities as printed, open where the source gives a bound (arrow), a range or an approximate value, or "
    "extrapolated it from higher temperatures. Dashed lines: extrapolated through the point with the activation energy "
    "printed beside it, σT = A exp(-Ea/kT), 40 K to each side; they are not measured. A misprint of the source is left out."
)
BOLTZMANN_EV_K = 8.617333262e-5
_REACH_K = 40.0
_LABEL = 52  # characters that fit beside a marker in one column
_DASHES = (0, (4, 2))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArrheniusSeries:
    """One measurement with a conductivity at a temperature.

    Attributes:
        name: sample, direction and reference.
        temperature: K.
        conductivity: S/cm.
        activation_energy: eV, None where it is not given.
        qualifier: `<`, `>`, or any other word printed before the value; empty for a plain one.
        extrapolated: whether the source extrapolated the conductivity itself.
        line: temperatures in K and conductivities in S/cm of the line through the point, shape (k, 2); empty without an
            activation energy.
    """

    name: str
    temperature: float
    conductivity: float
    activation_energy: float | None
    qualifier: str
    extrapolated: bool
    line: NDArray[np.float64]

    @property
    def is_open(self) -> bool:
        """Whether the value is approximate, a bound, one end of a range or extrapolated."""
        return bool(self.qualifier) or self.extrapolated

    @property
    def label(self) -> str:
        """The name with what the line rests on."""
        energy = "" if self.activation_energy is None else f"; $E_a$\u00a0{self.activation_energy:g}\u00a0eV"
        return f"{self.name}{energy}{'; σ extrapolated by the source' if self.extrapolated else ''}"

    @property
    def words(self) -> str:
        """The value in words."""
        value = f"{self.qualifier} {self.conductivity:.3g} S/cm at {self.temperature:g} K".strip()
        return f"{self.label.replace('$E_a$', 'Ea')}\n{value}"


def arrhenius_series(material: Material) -> tuple[ArrheniusSeries, ...]:
    """The measurements of a record that have a place in an Arrhenius plot.

    Args:
        material: a catalogue record.

    Raises:
        UnsupportedError: no measurement has both a conductivity and a temperature.
    """
    series = tuple(
        ArrheniusSeries(
            name=_name(one),
            temperature=one.temperature_K,
            conductivity=one.sigma_S_cm,
            activation_energy=one.activation_energy_eV,
            qualifier=one.sigma_qualifier or "",
            extrapolated=one.is_extrapolated,
            line=_line(one.temperature_K, one.sigma_S_cm, one.activation_energy_eV),
        )
        for one in material.measurements
        if one.sigma_S_cm is not None
        and one.temperature_K is not None
        and one.sigma_S_cm > 0
        and "misprint" not in (one.sigma_qualifier or "")
    )
    if not series:
        raise UnsupportedError(f"{material.id} has no measured conductivity with a temperature, so there is nothing to plot")
    return series


def _name(one: Measurement) -> str:
    words = [one.phase or one.material or "", one.direction or ""]
    reference = short_reference(one.reference).replace(" ", "\u00a0") if one.reference else ""
    return ", ".join(part for part in (*words, reference) if part)


def _line(temperature: float, conductivity: float, energy: float | None) -> NDArray[np.float64]:
    """σT = A exp(-Ea/kT) through the point."""
    if energy is None:
        return np.empty((0, 2))
    around = np.linspace(temperature - _REACH_K, temperature + _REACH_K, 21)
    steps = np.exp(-energy / BOLTZMANN_EV_K * (1 / around - 1 / temperature))
    return np.stack([around, conductivity * temperature / around * steps], axis=1)


def conductivity_figure(material: Material) -> Figure:
    """The logarithm of σT against inverse temperature, so that lines are straight, else that of σ where no line is drawn.

    See `CONDUCTIVITY_NOTE` for points and lines; degrees Celsius stand on the upper edge.

    Args:
        material: a catalogue record.

    Returns:
        A matplotlib figure, one column wide.

    Raises:
        UnsupportedError: nothing was measured.
    """
    from matplotlib.lines import Line2D

    series = arrhenius_series(material)
    labels = [fill(one.label, _LABEL) for one in series]
    with_lines = any(len(one.line) for one in series)
    notes = [
        Line2D(
            [],
            [],
            color=GREY,
            linestyle=_DASHES,
            linewidth=0.9,
            label=f"extrapolated with the $E_a$ beside, ±{_REACH_K:g} K",
        )
    ]
    with styled():
        figure, (axes,) = figure_of(3.0 + 0.15 * (with_lines + sum(label.count("\n") + 1 for label in labels)))
        points = [
            _draw(axes, one, label, number, with_lines=with_lines)
            for number, (one, label) in enumerate(zip(series, labels, strict=True))
        ]
        axes.update_datalim(
            [
                (1000 / (one.temperature + step), _height(one.temperature, one.conductivity, with_lines=with_lines))
                for one in series
                for step in (-_REACH_K, _REACH_K)
            ]
        )
        axes.margins(0.08)
        axes.autoscale_view()
        axes.set_xlabel("1000/T (1/K)")
        axes.set_ylabel("log$_{10}$ (σT / S K cm$^{-1}$)" if with_lines else "log$_{10}$ (σ / S cm$^{-1}$)")
        _celsius(axes)
        figure.legend(handles=[*points, *notes[:with_lines]], loc="outside lower left", ncols=1, handlelength=1.8)
    return figure


def _height(temperature: float, conductivity: float, *, with_lines: bool) -> float:
    """Where a conductivity stands on the axis."""
    return log10(conductivity * temperature if with_lines else conductivity)


def _draw(axes: Axes, one: ArrheniusSeries, label: str, number: int, *, with_lines: bool) -> Line2D:
    colour = PALETTE[number % len(PALETTE)]
    if len(one.line):
        heights = [_height(*point, with_lines=with_lines) for point in one.line.tolist()]
        axes.plot(1000 / one.line[:, 0], heights, color=colour, linewidth=0.9, linestyle=_DASHES)
    place = (1000 / one.temperature, _height(one.temperature, one.conductivity, with_lines=with_lines))
    (point,) = axes.plot(
        *([value] for value in place),
        linestyle="",
        marker=_MARKERS[number % len(_MARKERS)],
        color=colour,
        markersize=5,
        markerfacecolor="white" if one.is_open else colour,
        label=label,
    )
    pointed(point, one.words)
    arrow = {"<": -14, ">": 14}.get(one.qualifier)
    if arrow is not None:
        style = {"arrowstyle": "<-", "color": colour, "linewidth": 0.8}
        axes.annotate("", place, xytext=(0, arrow), textcoords="offset points", arrowprops=style)
    return point


def _celsius(axes: Axes) -> None:
    """Temperatures in degrees Celsius on the upper edge."""
    low, high = axes.get_xlim()
    warm, cold = 1000 / low - 273.15, 1000 / high - 273.15
    step = next(step for step in (10, 20, 25, 50, 100, 200, 500) if (warm - cold) / step <= 6)
    degrees = np.arange(np.ceil(cold / step) * step, warm + 1e-9, step) + 0.0
    upper = axes.secondary_xaxis("top")
    upper.set_xticks(1000 / (degrees + 273.15), [f"{value:.0f}" for value in degrees])
    upper.set_xlabel("T (°C)")
    axes.spines["top"].set_visible(True)
