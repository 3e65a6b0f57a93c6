"""The measured conductivities of a record in an Arrhenius plot."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.errors import UnsupportedError
from nitrivac.report.figures.drawing.style import AXIS_LINE, PALETTE, figure_of, plotly_layout, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nitrivac.catalog import Material, Measurement

__all__ = ["CONDUCTIVITY_NOTE", "ArrheniusSeries", "arrhenius_series", "conductivity_figure", "conductivity_plotly"]

CONDUCTIVITY_NOTE = (
    "Points: conductivities as printed, open where the source gives a bound (arrow), a range or an approximate value. "
    "Lines: through the point with the activation energy printed beside it, as σT = A exp(-Ea/kT), 40 K to each side; they "
    "are not measured."
)
BOLTZMANN_EV_K = 8.617333262e-5
_REACH_K = 40.0
_HEIGHT_PX = 330
_LABEL = 46  # characters that fit beside a marker in one column
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_SYMBOLS = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "x")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArrheniusSeries:
    """One measurement with a conductivity at a temperature.

    Attributes:
        name: sample, direction and reference.
        temperature: K.
        conductivity: S/cm.
        activation_energy: eV, None where it is not given.
        qualifier: `<`, `>`, or any other word printed before the value; empty for a plain one.
        line: temperatures in K and conductivities in S/cm of the line through the point, shape (k, 2); empty without an
            activation energy.
    """

    name: str
    temperature: float
    conductivity: float
    activation_energy: float | None
    qualifier: str
    line: NDArray[np.float64]

    @property
    def is_open(self) -> bool:
        """Whether the value is approximate, a bound or one end of a range."""
        return bool(self.qualifier)


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
            line=_line(one.temperature_K, one.sigma_S_cm, one.activation_energy_eV),
        )
        for one in material.measurements
        if one.sigma_S_cm is not None and one.temperature_K is not None and one.sigma_S_cm > 0
    )
    if not series:
        raise UnsupportedError(f"{material.id} has no measured conductivity with a temperature, so there is nothing to plot")
    return series


def _name(one: Measurement) -> str:
    words = [one.phase or one.material or "", one.direction or ""]
    reference = f"ref. {one.reference}" if one.reference else ""
    return ", ".join(part for part in (*words, reference) if part)


def _line(temperature: float, conductivity: float, energy: float | None) -> NDArray[np.float64]:
    """σT = A exp(-Ea/kT) through the point."""
    if energy is None:
        return np.empty((0, 2))
    around = np.linspace(temperature - _REACH_K, temperature + _REACH_K, 21)
    steps = np.exp(-energy / BOLTZMANN_EV_K * (1 / around - 1 / temperature))
    return np.stack([around, conductivity * temperature / around * steps], axis=1)


def conductivity_figure(material: Material) -> Figure:
    """Conductivity against inverse temperature; see `CONDUCTIVITY_NOTE` for points and lines.

    Args:
        material: a catalogue record.

    Returns:
        A matplotlib figure, one column wide.

    Raises:
        UnsupportedError: nothing was measured.
    """
    series = arrhenius_series(material)
    labels = [fill(_label(one), _LABEL) for one in series]
    with styled():
        figure, (axes,) = figure_of(2.9 + 0.14 * sum(label.count("\n") + 1 for label in labels))
        for number, (one, label) in enumerate(zip(series, labels, strict=True)):
            _draw(axes, one, label, PALETTE[number % len(PALETTE)], _MARKERS[number % len(_MARKERS)])
        axes.set_yscale("log")
        axes.update_datalim(
            [(1000 / (one.temperature + step), one.conductivity) for one in series for step in (-_REACH_K, _REACH_K)]
        )
        axes.autoscale_view()
        axes.set_xlabel("1000/T (1/K)")
        axes.set_ylabel("ionic conductivity σ (S/cm)")
        _celsius(axes)
        figure.legend(loc="outside lower left", ncols=1, handlelength=1.8)
    return figure


def _label(one: ArrheniusSeries) -> str:
    return one.name if one.activation_energy is None else f"{one.name}; Ea {one.activation_energy:g} eV"


def _draw(axes: Axes, one: ArrheniusSeries, label: str, colour: str, marker: str) -> None:
    if len(one.line):
        axes.plot(1000 / one.line[:, 0], one.line[:, 1], color=colour, linewidth=0.9, linestyle=(0, (4, 2)))
    axes.plot(
        [1000 / one.temperature],
        [one.conductivity],
        linestyle="",
        marker=marker,
        color=colour,
        markersize=5,
        markerfacecolor="white" if one.is_open else colour,
        label=label,
    )
    arrow = {"<": -14, ">": 14}.get(one.qualifier)
    if arrow is not None:
        axes.annotate(
            "",
            (1000 / one.temperature, one.conductivity),
            xytext=(0, arrow),
            textcoords="offset points",
            arrowprops={"arrowstyle": "<-", "color": colour, "linewidth": 0.8},
        )


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


def conductivity_plotly(material: Material) -> Any:
    """The same to point at.

    Args:
        material: a catalogue record.

    Returns:
        A plotly figure.

    Raises:
        UnsupportedError: nothing was measured.
    """
    from plotly import graph_objects as go

    series = arrhenius_series(material)
    labels = [fill(_label(one), _LABEL).replace("\n", "<br>") for one in series]
    below = 78 + 20 * sum(label.count("<br>") + 1 for label in labels)
    margin = {"l": 75, "r": 15, "t": 15, "b": below}
    legend = {"yanchor": "top", "y": -70 / _HEIGHT_PX, "x": 0}
    figure = go.Figure(layout=plotly_layout(height=_HEIGHT_PX + 15 + below, margin=margin, legend=legend))
    for number, (one, label) in enumerate(zip(series, labels, strict=True)):
        colour = PALETTE[number % len(PALETTE)]
        symbol = _SYMBOLS[number % len(_SYMBOLS)]
        value = f"{one.qualifier} {one.conductivity:.3g} S/cm".strip()
        if len(one.line):
            figure.add_trace(
                go.Scatter(
                    x=np.round(1000 / one.line[:, 0], 5),
                    y=one.line[:, 1],
                    mode="lines",
                    hoverinfo="skip",
                    showlegend=False,
                    line={"color": colour, "dash": "dash", "width": 1.5},
                    legendgroup=str(number),
                )
            )
        figure.add_trace(
            go.Scatter(
                x=[1000 / one.temperature],
                y=[one.conductivity],
                mode="markers",
                name=label,
                marker={"color": colour, "size": 10, "symbol": f"{symbol}-open" if one.is_open else symbol},
                legendgroup=str(number),
                hovertemplate=f"{_label(one)}<br>{value} at {one.temperature:g} K<extra></extra>",
            )
        )
    figure.update_xaxes(title="1000/T (1/K)", **AXIS_LINE)
    figure.update_yaxes(
        title={"text": "ionic conductivity σ (S/cm)", "standoff": 12},
        type="log",
        exponentformat="power",
        dtick=1,
        **AXIS_LINE,
    )
    return figure
