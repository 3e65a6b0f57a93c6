"""What a comparison shows of compounds, measurements and correlations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nitrivac.columns import Column, Columns, fixed
from nitrivac.comparison.descriptors import BARRIERS, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from nitrivac.comparison.correlation import Correlation
    from nitrivac.comparison.descriptors import Descriptors
    from nitrivac.comparison.measurement import MeasuredValue
    from nitrivac.comparison.result import Compound, LeftOut

__all__ = ["COMPOUNDS", "CORRELATIONS", "LEFT_OUT", "POLYHEDRA", "VALUES", "WAYS", "WAYS_WITH_BARRIERS"]


def _geometry(
    name: str, value: Callable[[Descriptors], Any], heading: str | None = None, digits: int = 4
) -> Column[Compound]:
    """A descriptor of a compound, which people read with so many digits."""

    def text(compound: Compound) -> str:
        found = value(compound.geometry)
        return fixed(found, digits) if found is None or isinstance(found, float) else str(found)

    return Column(name, lambda compound: value(compound.geometry), heading=heading, text=text)


def _sigma(compound: Compound) -> str:
    measured = compound.measured
    sign = measured.qualifier if measured.qualifier in ("~", "<", ">") else ""
    return f"{sign}{measured.sigma:.2e}{'*' if measured.extrapolated else ' '}"


def _preparation(compound: Compound) -> str:
    """The last words of the preparation, and the direction of a single crystal."""
    direction, method = compound.measured.direction, compound.measured.method
    last = (method or "").rpartition(": ")[2].replace("mechanical milling", "milling")
    return ", ".join(part for part in (direction if direction != "polycrystalline" else "", last) if part) or "-"


def _vacant(compound: Compound) -> str:
    return f"{compound.geometry.vacancy_fraction:.1%}" if compound.geometry.vacancy_fraction else "0"


def _framework(compound: Compound) -> str:
    """Coordination, Q and dimension of the framework."""
    geometry = compound.geometry
    if geometry.framework is None:
        return "-"
    q = "/".join((geometry.q or "").split()[::2])
    return "mixed sites" if geometry.mixed else f"{geometry.coordination} {q} {geometry.extension}D"


_COLUMNS: tuple[Column[Compound], ...] = (
    Column("id", lambda compound: compound.id, heading="compound", left=True),
    Column("family", lambda compound: compound.family),
    Column("grade", lambda compound: compound.grade, heading="gr."),
    Column("sigma_S_cm", lambda compound: compound.measured.sigma, digits=None, heading="σ (S/cm)", text=_sigma),
    Column("sigma_qualifier", lambda compound: compound.measured.qualifier),
    Column(
        "temperature_K",
        lambda compound: compound.measured.temperature,
        digits=None,
        heading="T (K)",
        text=lambda compound: fixed(compound.measured.temperature, 0),
    ),
    Column("extrapolated", lambda compound: compound.measured.extrapolated),
    Column(
        "activation_energy_eV",
        lambda compound: compound.measured.activation_energy,
        digits=None,
        heading="Ea (eV)",
        text=lambda compound: fixed(compound.measured.activation_energy, 3),
    ),
    Column("direction", lambda compound: compound.measured.direction),
    Column("sample", lambda compound: compound.measured.sample),
    Column("method", lambda compound: compound.measured.method, heading="sample", text=_preparation, left=True, wrap=True),
    Column("reference", lambda compound: compound.measured.reference),
    Column("place", lambda compound: compound.measured.place),
    _geometry("shortest_hop_A", lambda geometry: geometry.shortest_hop, "hop", 3),
    _geometry("percolating_1d_A", lambda geometry: geometry.percolating_1d, "1D", 3),
    _geometry("percolating_3d_A", lambda geometry: geometry.percolating_3d, "3D", 3),
    _geometry("bottleneck_1d_A", lambda geometry: geometry.bottleneck_1d, "r 1D", 3),
    _geometry("bottleneck_3d_A", lambda geometry: geometry.bottleneck_3d, "r 3D", 3),
    _geometry("barrier_1d_eV", lambda geometry: geometry.barrier_1d, "E 1D", 2),
    _geometry("barrier_3d_eV", lambda geometry: geometry.barrier_3d, "E 3D", 2),
    _geometry("dimension", lambda geometry: geometry.dimension, "dim"),
    _geometry("corners", lambda geometry: geometry.corners, "corner", 1),
    _geometry("edges", lambda geometry: geometry.edges, "edge", 1),
    _geometry("faces", lambda geometry: geometry.faces, "face", 1),
    _geometry("lithium_per_nm3", lambda geometry: geometry.lithium_density, "Li/nm³", 0),
    _geometry("kappa", lambda geometry: geometry.kappa, "κ"),
    Column("framework", lambda compound: compound.geometry.framework, heading="CN Q dim.", text=_framework, left=True),
    _geometry("coordination", lambda geometry: geometry.coordination),
    _geometry("q", lambda geometry: geometry.q),
    _geometry("extension", lambda geometry: geometry.extension),
    Column("vacancy_fraction", lambda compound: compound.geometry.vacancy_fraction, heading="vac.", text=_vacant),
)

COMPOUNDS: Columns[Compound] = Columns(_COLUMNS, "id grade sigma_S_cm temperature_K activation_energy_eV method")
"""Compounds beside their measurements."""
WAYS: Columns[Compound] = Columns(
    _COLUMNS,
    "id shortest_hop_A percolating_1d_A percolating_3d_A bottleneck_1d_A bottleneck_3d_A dimension vacancy_fraction",
)
"""The same, with the ways of lithium for people."""
WAYS_WITH_BARRIERS: Columns[Compound] = Columns(
    _COLUMNS,
    "id percolating_1d_A percolating_3d_A bottleneck_1d_A bottleneck_3d_A barrier_1d_eV barrier_3d_eV activation_energy_eV",
)
"""The same, with barriers by a potential."""
POLYHEDRA: Columns[Compound] = Columns(_COLUMNS, "id corners edges faces lithium_per_nm3 kappa framework")
"""The same, with the polyhedra for people."""

VALUES: Columns[MeasuredValue] = Columns(
    (
        Column("id", lambda value: value.id),
        Column("sigma_S_cm", lambda value: value.sigma, digits=None),
        Column("sigma_qualifier", lambda value: value.qualifier),
        Column("temperature_K", lambda value: value.temperature, digits=None),
        Column("activation_energy_eV", lambda value: value.activation_energy, digits=None),
        Column("extrapolated", lambda value: value.extrapolated),
        Column("direction", lambda value: value.direction),
        Column("sample", lambda value: value.sample),
        Column("method", lambda value: value.method),
        Column("reference", lambda value: value.reference),
        Column("place", lambda value: value.place),
        Column("chosen", lambda value: value.chosen),
        Column("reason", lambda value: value.reason),
    )
)


def _p(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}" if value < 0.01 else f"{value:.2f}"


def _end(interval: tuple[float, float] | None, index: int) -> float | None:
    return None if interval is None else interval[index]


def _interval(correlation: Correlation) -> str:
    interval = correlation.spearman_interval
    return "-" if interval is None else f"{interval[0]:5.2f} to {interval[1]:5.2f}"


CORRELATIONS: Columns[Correlation] = Columns(
    (
        Column("property", lambda correlation: correlation.target),
        Column(
            "descriptor",
            lambda correlation: correlation.descriptor,
            heading="descriptor",
            text=lambda correlation: (NUMBERS | BARRIERS)[correlation.descriptor],
            left=True,
        ),
        Column("n", lambda correlation: correlation.n, heading="n"),
        Column(
            "spearman",
            lambda correlation: correlation.spearman,
            heading="ρ",
            text=lambda correlation: fixed(correlation.spearman, 2),
        ),
        Column("spearman_low", lambda correlation: _end(correlation.spearman_interval, 0), heading="95 %", text=_interval),
        Column("spearman_high", lambda correlation: _end(correlation.spearman_interval, 1)),
        Column(
            "spearman_p",
            lambda correlation: correlation.spearman_p,
            heading="p",
            text=lambda correlation: _p(correlation.spearman_p),
        ),
        Column(
            "kendall",
            lambda correlation: correlation.kendall,
            heading="τ",
            text=lambda correlation: fixed(correlation.kendall, 2),
        ),
        Column("kendall_low", lambda correlation: _end(correlation.kendall_interval, 0)),
        Column("kendall_high", lambda correlation: _end(correlation.kendall_interval, 1)),
        Column("kendall_p", lambda correlation: correlation.kendall_p),
        Column(
            "spearman_p_holm",
            lambda correlation: correlation.spearman_p_holm,
            heading="p Holm",
            text=lambda correlation: _p(correlation.spearman_p_holm),
        ),
    ),
    "descriptor n spearman spearman_low spearman_p spearman_p_holm kendall",
)

LEFT_OUT: Columns[LeftOut] = Columns(
    (
        Column("id", lambda compound: compound.id),
        Column("has_conductivity", lambda compound: compound.has_conductivity),
        Column("reason", lambda compound: compound.reason),
    )
)
