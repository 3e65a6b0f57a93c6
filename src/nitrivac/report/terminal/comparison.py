"""Structure against property on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.comparison.descriptors import NUMBERS
from nitrivac.comparison.measurement import RULE
from nitrivac.report.terminal.fitted import FittedTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType
    from rich.table import Table

    from nitrivac.comparison import Comparison, Correlation
    from nitrivac.comparison.result import LeftOut

__all__ = ["comparison_report"]

_TITLES = {"log10_sigma": "Rank correlation with log10 σ", "activation_energy": "Rank correlation with Ea"}


def comparison_report(comparison: Comparison) -> RenderableType:
    """Measurements, lithium ways, polyhedra and correlations, each as a table, and how far to believe them."""
    if not comparison.compounds:
        return Group(Text("No compound has both a structure and a measured conductivity."), _left_out(comparison.left_out))
    parts: list[RenderableType] = [
        _title("Measured"),
        _measured(comparison),
        Text(f"* extrapolated. {RULE}"),
        _title("Ways of lithium"),
        _ways(comparison),
        Text(
            "hop: shortest distance between sites; 1D, 3D: the longest hop needed to span so many dimensions; r: radius of "
            "the largest sphere that gets through on straight hops; dim: dimensions spanned by hops up to 10 % longer than "
            "1D; vac.: vacant share of the lithium sites; gr.: grade of the structure. Distances in Å."
        ),
        _title("Polyhedra and frameworks"),
        _polyhedra(comparison),
        Text(
            "corner, edge, face: lithium polyhedra met so by one of lithium, partly occupied ones weighted; κ: n(T)/n(X) of "
            "frameworks of tetrahedra; CN and Q of the covalent centres, and in how many dimensions they extend."
        ),
    ]
    if comparison.tested:
        for target, title in _TITLES.items():
            parts += [_title(title), _correlations(one for one in comparison.correlations if one.target == target)]
        parts.append(Text("ρ: Spearman, with the 95 % percentile interval of a bootstrap; τ: Kendall; p: by permutation."))
    parts.append(Text())
    parts += [Text(f"- {caveat}") for caveat in comparison.caveats()]
    parts.append(_left_out(comparison.left_out))
    return Group(*parts)


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _table(*headings: str) -> Table:
    table = FittedTable()
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=True, justify="left" if number == 0 else "right")
    return table


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _measured(comparison: Comparison) -> Table:
    table = _table("compound", "gr.", "σ (S/cm)", "T (K)", "Ea (eV)")
    table.add_column("sample")
    for one in comparison.compounds:
        measured = one.measured
        sign = measured.qualifier if measured.qualifier in ("~", "<", ">") else ""
        table.add_row(
            one.id,
            one.grade or "-",
            f"{sign}{measured.sigma:.2e}{'*' if measured.extrapolated else ' '}",
            "-" if measured.temperature is None else f"{measured.temperature:.0f}",
            _number(measured.activation_energy, 3),
            _preparation(measured.direction, measured.method),
        )
    return table


def _preparation(direction: str | None, method: str | None) -> str:
    """The last words of the preparation, and the direction of a single crystal."""
    last = (method or "").rpartition(": ")[2].replace("mechanical milling", "milling")
    return ", ".join(part for part in (direction if direction != "polycrystalline" else "", last) if part) or "-"


def _ways(comparison: Comparison) -> Table:
    table = _table("compound", "hop", "1D", "3D", "r 1D", "r 3D", "dim", "vac.")
    for one in comparison.compounds:
        geometry = one.geometry
        table.add_row(
            one.id,
            _number(geometry.shortest_hop, 3),
            _number(geometry.percolating_1d, 3),
            _number(geometry.percolating_3d, 3),
            _number(geometry.bottleneck_1d, 3),
            _number(geometry.bottleneck_3d, 3),
            str(geometry.dimension),
            f"{geometry.vacancy_fraction:.1%}" if geometry.vacancy_fraction else "0",
        )
    return table


def _polyhedra(comparison: Comparison) -> Table:
    table = _table("compound", "corner", "edge", "face", "Li/nm³", "κ")
    table.add_column("CN Q dim.", no_wrap=True)
    for one in comparison.compounds:
        geometry = one.geometry
        q = "/".join((geometry.q or "").split()[::2])
        words = "mixed sites" if geometry.mixed else f"{geometry.coordination} {q} {geometry.extension}D"
        table.add_row(
            one.id,
            _number(geometry.corners, 1),
            _number(geometry.edges, 1),
            _number(geometry.faces, 1),
            _number(geometry.lithium_density, 0),
            "-" if geometry.kappa is None else str(geometry.kappa),
            "-" if geometry.framework is None else words,
        )
    return table


def _correlations(correlations: Iterable[Correlation]) -> Table:
    table = _table("descriptor", "n", "ρ", "95 %", "p", "p Holm", "τ")
    for one in correlations:
        interval = one.spearman_interval
        table.add_row(
            NUMBERS[one.descriptor],
            str(one.n),
            _number(one.spearman, 2),
            "-" if interval is None else f"{interval[0]:5.2f} to {interval[1]:5.2f}",
            _p(one.spearman_p),
            _p(one.spearman_p_holm),
            _number(one.kendall, 2),
        )
    return table


def _p(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}" if value < 0.01 else f"{value:.2f}"


def _left_out(left_out: tuple[LeftOut, ...]) -> Text:
    known = [one.id for one in left_out if one.has_conductivity]
    others = len(left_out) - len(known)
    words = []
    if known:
        words.append(f"{len(known)} with a conductivity but no structure to go with it ({', '.join(known)})")
    if others:
        words.append(f"{others} without a measured conductivity")
    return Text(f"\nLeft out: {' and '.join(words)}." if words else "")
