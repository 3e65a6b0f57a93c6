"""Coordination, sharing and frameworks on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from nitrivac.polyhedra import Framework, PolyhedraReport

__all__ = ["frameworks_table", "polyhedra_report", "polyhedra_table", "sharing_table"]

_LIMIT = 30


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=True, justify="left" if number == 0 else "right")
    return table


def polyhedra_table(report: PolyhedraReport, limit: int = _LIMIT) -> Table:
    """One row for each cation orbit."""
    table = _table("site", "CN", "shortest (Å)", "longest", "next", "volume (Å³)", "")
    for one in report.polyhedra[:limit]:
        table.add_row(
            one.site,
            str(one.coordination),
            f"{one.distances[0]:.4f}" if one.distances else "-",
            f"{one.kept:.4f}" if one.kept is not None else "-",
            f"{one.dropped:.4f}" if one.dropped is not None else "-",
            f"{one.volume:.3f}" if one.volume is not None else "flat" if one.coordination else "-",
            "ambiguous" if one.is_ambiguous else "average" if one.average else "",
        )
    return table


def sharing_table(report: PolyhedraReport, limit: int = _LIMIT) -> Table:
    """How many polyhedra each one meets in a corner, an edge, a face."""
    table = _table("from", "to", "corner", "edge", "face", "centres (Å)")
    for one in report.sharing[:limit]:
        table.add_row(one.start, one.end, str(one.corner), str(one.edge), str(one.face), f"{one.shortest:.4f}")
    return table


def _shares(numbers: dict[int, float], prefix: str) -> str:
    if len(numbers) == 1:
        return f"{prefix}{next(iter(numbers))}"
    return ", ".join(f"{prefix}{number} {100 * share:.0f}%" for number, share in numbers.items())


def frameworks_table(frameworks: Sequence[Framework]) -> Table:
    """Kappa with the coordination number, Q and the dimension beside it, since kappa alone is no class."""
    table = _table("centre", "unit", "name", "κ", "CN", "Q", "dimension", "rings per centre")
    for one in frameworks:
        along = f" {', '.join(one.directions)}" if one.directions else ""
        rings = ", ".join(f"{size}: {number:.3g}" for size, number in one.rings.items())
        table.add_row(
            one.centre,
            one.formula,
            one.name,
            str(one.kappa),
            _shares(one.coordination, ""),
            _shares(one.q, "Q"),
            f"{one.dimension}{along}",
            rings or ("-" if one.ring_limit else "not searched"),
        )
    return table


def polyhedra_report(report: PolyhedraReport) -> RenderableType:
    """Coordination, sharing and frameworks with the cutoffs they rest on."""
    cutoffs = ", ".join(f"{pair} {value:g}" for pair, value in report.cutoffs.items())
    parts: list[RenderableType] = [Text("Coordination", style="bold"), polyhedra_table(report), _more(len(report.polyhedra))]
    if report.sharing:
        parts += [Text("Polyhedra met by each, in just a corner, an edge, a face", style="bold")]
        parts += [sharing_table(report), _more(len(report.sharing))]
    if report.frameworks:
        parts += [Text("Frameworks", style="bold"), frameworks_table(report.frameworks)]
        if any(one.average for one in report.frameworks):
            parts.append(Text("Mixed or partly occupied sites take part: these are averages."))
        parts.append(Text("Rings are primitive rings of up to 12 centres.\n"))
    parts.append(Text(f"Ligands of {report.source}: anions within (Å) {cutoffs}."))
    return Group(*parts)


def _more(rows: int) -> Text:
    return Text(f"{rows - _LIMIT} more; --json lists all.\n" if rows > _LIMIT else "")
