"""Coordination, sharing and frameworks on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.polyhedra.analyze import CentreSummary
from nitrivac.polyhedra.frameworks.framework import Framework
from nitrivac.polyhedra.polyhedron import Polyhedron
from nitrivac.report.terminal.fitted import FittedTable
from nitrivac.report.terminal.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from nitrivac.polyhedra import PolyhedraReport, SnapshotStatistics

__all__ = [
    "framework_lines",
    "polyhedra_remark",
    "polyhedra_report",
    "snapshots_report",
]

_LIMIT = 30


def _table(*headings: str) -> Table:
    table = FittedTable()
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=True, justify="left" if number == 0 else "right")
    return table


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


_ROLES = {1: "apical", 2: "doubly bridging", 3: "triply bridging"}


def framework_lines(frameworks: Sequence[Framework]) -> list[str]:
    """What does not fit in the table: nets, anions, Q^n_m."""
    lines = []
    for one in frameworks:
        parts = []
        if one.dimension == 3 and one.nets > 1:
            parts.append(f"{one.nets} interpenetrating nets")
        for element, shares in one.roles.items():
            words = [f"{share:.0%} {_ROLES.get(number, f'{number}-fold bridging')}" for number, share in shares.items()]
            parts.append(f"{element} {', '.join(words)}")
        if one.q_mixed:
            mixed = ", ".join(f"Q{n}_{m} {share:.0%}" for (n, m), share in one.q_mixed.items())
            parts.append(f"{mixed} (n bridging ligands, m nitrogens)")
        elif len(one.roles) > 1 or "/" in next(iter(one.roles), ""):
            parts.append(f"{one.nitrogen:.3g} N per centre")
        if one.q_local is not None and one.q_local[0] < one.q_local[1]:
            fewest, most, mean = one.q_local
            parts.append(f"local cases Q{fewest} to Q{most}, {mean:.2f} on average at random")
        lines.append(f"{one.formula}: {'; '.join(parts)}.")
    return lines


def polyhedra_report(report: PolyhedraReport, opinion: Mapping[str, int] | None = None) -> RenderableType:
    """Coordination, sharing and frameworks with the cutoffs they rest on.

    Args:
        report: what was found.
        opinion: coordination numbers by CrystalNN, by address.
    """
    parts: list[RenderableType] = []
    if report.polyhedra:
        parts += [
            Text("Coordination", style="bold"),
            table_of(Polyhedron.columns, report.polyhedra, _LIMIT),
            _more(len(report.polyhedra)),
        ]
    else:
        parts += [
            Text("Coordination by element; there are too many sites to list", style="bold"),
            table_of(CentreSummary.columns, report.summary),
        ]
    if opinion is not None:
        parts.append(Text(f"{_opinion(report, opinion)}\n"))
    meeting = [f"at {one.centre} meet {_meets(one.meets)}" for one in report.summary if one.meets]
    if meeting:
        parts.append(Text(f"Polyhedra that meet: {'; '.join(meeting)}.\n"))
    if report.sharing or report.sharing_by_element:
        how = "in just a corner, an edge, a face" if report.sharing else "on average"
        found = report.sharing_table()
        parts += [
            Text(f"{found.title}, {how}", style="bold"),
            table_of(found.columns, found.records, _LIMIT),
            *(Text(remark) for remark in found.remarks),
            _more(len(found.records)),
        ]
    if report.frameworks:
        parts += [
            Text("Frameworks", style="bold"),
            table_of(Framework.columns, report.frameworks),
            *map(Text, framework_lines(report.frameworks)),
        ]
        if any(one.average for one in report.frameworks):
            parts.append(Text("Mixed or partly occupied sites take part: these are averages."))
        parts.append(Text("Rings are primitive rings of up to 12 centres.\n"))
    parts += [Text(f"No framework of {reason}\n") for reason in report.refused]
    for one in report.molecules:
        bonds = ", ".join(
            f"{pair} {low:.3f}" + (f"-{high:.3f}" if high > low else "") + " Å" for pair, (low, high) in one.bonds.items()
        )
        angle = f", angles {one.angles[0]:.1f}-{one.angles[1]:.1f}°" if one.angles else ""
        parts.append(Text(f"Molecular anion {one.formula} ({one.name}), {one.per_cell} per cell: {bonds}{angle}.\n"))
    parts.append(Text(polyhedra_remark(report)))
    return Group(*parts)


def polyhedra_remark(report: PolyhedraReport) -> str:
    """What the columns mean, and the cutoffs they rest on."""
    cutoffs = ", ".join(f"{pair} {value:g}" for pair, value in report.cutoffs.items())
    remarks = [f"Ligands of {report.source}: anions within (Å) {cutoffs}; next: the first beyond."]
    if report.polyhedra:
        remarks.append("CSM: continuous shape measure, 0 the shape itself; BVS: bond-valence sum.")
    if any(one.is_ambiguous for one in report.polyhedra):
        remarks.append("?: the next is less than 0.2 Å farther, so the shell is ambiguous.")
    if any(one.average for one in report.polyhedra):
        remarks.append(
            "av.: average over partly occupied or mixed sites; a CN such as 3.87/4 is the mean number of ligands and the "
            "number of their positions."
        )
    return " ".join(remarks)


def _opinion(report: PolyhedraReport, opinion: Mapping[str, int]) -> str:
    ours = {one.site: one.coordination for one in report.polyhedra}
    differ = [f"{number} at {site}" for site, number in opinion.items() if ours.get(site, number) != number]
    return f"CrystalNN finds {', '.join(differ)}; elsewhere the same." if differ else "CrystalNN finds the same numbers."


def _meets(numbers: dict[str, float]) -> str:
    return " + ".join(f"{number:.3g} {element}" for element, number in numbers.items())


def snapshots_report(statistics: SnapshotStatistics) -> RenderableType:
    """Means over frames with their spread."""
    table = _table("quantity", "value", "mean", "spread")
    before = ""
    for one in statistics.quantities:
        share = one.group != "kappa"
        mean = f"{one.mean:.2%}" if share else f"{one.mean:.4f}"
        spread = "-" if one.spread is None else f"{one.spread:.2%}" if share else f"{one.spread:.4f}"
        table.add_row(one.group if one.group != before else "", one.value, mean, spread)
        before = one.group
    cutoffs = ", ".join(f"{pair} {value:g}" for pair, value in statistics.cutoffs.items())
    remark = (
        f"{statistics.frames} frames of {statistics.source}; framework of {', '.join(statistics.centres)}; ligands within "
        f"(Å) {cutoffs}. Shares of the atoms, of the centres for Q, of the centres in units of a size; spread: standard "
        "deviation between frames. Qn_m: n bridging ligands, m nitrogens."
    )
    return Group(table, Text(""), Text(remark))


def _more(rows: int) -> Text:
    return Text(f"{rows - _LIMIT} more; --json lists all.\n" if rows > _LIMIT else "")
