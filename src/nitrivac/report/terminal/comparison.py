"""Structure against property on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.comparison.columns import COMPOUNDS, CORRELATIONS, POLYHEDRA, WAYS, WAYS_WITH_BARRIERS
from nitrivac.comparison.descriptors import BARRIERS, NUMBERS
from nitrivac.comparison.measurement import RULE
from nitrivac.report.terminal.tables import table_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nitrivac.comparison import Comparison
    from nitrivac.comparison.result import LeftOut

__all__ = ["comparison_report"]

_TITLES = {"log10_sigma": "Rank correlation with log10 σ", "activation_energy": "Rank correlation with Ea"}


def comparison_report(comparison: Comparison) -> RenderableType:
    """Measurements, lithium ways, polyhedra and correlations, each as a table, and how far to believe them."""
    if not comparison.compounds:
        return Group(Text("No compound has both a structure and a measured conductivity."), _left_out(comparison.left_out))
    parts: list[RenderableType] = [
        _title("Measured"),
        table_of(COMPOUNDS, comparison.compounds),
        Text(f"* extrapolated. {RULE}"),
        _title("Ways of lithium"),
        table_of(WAYS, comparison.compounds),
        Text(
            "hop: shortest distance between sites; 1D, 3D: the longest hop needed to span so many dimensions; r: radius of "
            "the largest sphere that gets through on straight hops; dim: dimensions spanned by hops up to 10 % longer than "
            "1D; vac.: vacant share of the lithium sites; gr.: grade of the structure. Distances in Å."
        ),
        _title("Polyhedra and frameworks"),
        table_of(POLYHEDRA, comparison.compounds),
        Text(
            "corner, edge, face: lithium polyhedra met so by one of lithium, partly occupied ones weighted; κ: n(T)/n(X) of "
            "frameworks of tetrahedra; CN and Q of the covalent centres, and in how many dimensions they extend."
        ),
    ]
    if comparison.tested:
        for target, title in _TITLES.items():
            found = [correlation for correlation in comparison.correlations if correlation.target == target]
            parts += [_title(title), table_of(CORRELATIONS, found)]
        parts.append(Text("ρ: Spearman, with the 95 % percentile interval of a bootstrap; τ: Kendall; p: by permutation."))
    parts += _barriers(comparison)
    parts.append(Text())
    parts += [Text(f"- {caveat}") for caveat in comparison.caveats()]
    parts.append(_left_out(comparison.left_out))
    return Group(*parts)


def _barriers(comparison: Comparison) -> list[RenderableType]:
    """Barriers by a potential, and whether they go with the measured activation energies better than geometry does."""
    if comparison.barriers_by is None:
        return []
    known = [one for one in comparison.compounds if one.geometry.barrier_1d is not None]
    parts: list[RenderableType] = [
        _title("Barriers"),
        table_of(WAYS_WITH_BARRIERS, known),
        Text(
            f"E 1D, E 3D: how high the easiest way that spans so many dimensions is above the lowest vacancy, eV, by "
            f"{comparison.barriers_by}: an estimate, of few vacancies."
        ),
    ]
    if comparison.on_same:
        ranked = ", ".join(f"{(NUMBERS | BARRIERS)[one.descriptor]} {one.spearman:+.2f}" for one in comparison.on_same)
        parts.append(Text(f"Rank correlation with Ea over the same {comparison.on_same[0].n} compounds: {ranked}."))
    return parts


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _left_out(left_out: tuple[LeftOut, ...]) -> Text:
    known = [compound.id for compound in left_out if compound.has_conductivity]
    others = len(left_out) - len(known)
    words = []
    if known:
        words.append(f"{len(known)} with a conductivity but no structure to go with it ({', '.join(known)})")
    if others:
        words.append(f"{others} without a measured conductivity")
    return Text(f"\nLeft out: {' and '.join(words)}." if words else "")
