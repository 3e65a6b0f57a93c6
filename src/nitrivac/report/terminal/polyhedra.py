"""Coordination, sharing and frameworks on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from nitrivac.polyhedra import Framework, PolyhedraReport, SnapshotStatistics

__all__ = [
    "element_sharing_table",
    "framework_lines",
    "frameworks_table",
    "polyhedra_remark",
    "polyhedra_report",
    "polyhedra_table",
    "sharing_table",
    "snapshots_report",
]

_LIMIT = 30


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=True, justify="left" if number == 0 else "right")
    return table


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def polyhedra_table(report: PolyhedraReport, limit: int = _LIMIT) -> Table:
    """One row for each orbit."""
    table = _table("site", "CN", "ECoN", "d (Å)", "next", "V (Å³)", "BVS", "shape", "CSM", "")
    for one in report.polyhedra[:limit]:
        ends = [one.distance_text(index, 3) for index in (0, -1)] if one.distances else ["-"]
        table.add_row(
            one.site,
            one.coordination_text,
            f"{one.effective:.2f}",
            ("-\n" if one.distances_su else "-").join(dict.fromkeys(ends)),  # in two lines where they are long
            _number(one.dropped, 3),
            _number(one.volume, 2) if one.volume is not None or not one.distances else "flat",
            _number(one.bond_valence_sum, 2),
            _short(one.shape) if one.shape else "-" if one.distances else "no ligands",
            _number(one.shape_measure, 1),
            "?" if one.is_ambiguous else "av." if one.average else "",
        )
    return table


_SHORT = {
    "bipyramid": "bipyr.",
    "axially vacant": "vacant",
    "trigonal": "trig.",
    "hexagonal": "hex.",
    "pentacapped": "5-capped",
}


def _short(shape: str) -> str:
    """A shape in fewer letters, for narrow tables."""
    if len(shape) > 16:
        for long, brief in _SHORT.items():
            shape = shape.replace(long, brief)
    return shape


def sharing_table(report: PolyhedraReport, limit: int = _LIMIT) -> Table:
    """How many polyhedra each one meets in a corner, an edge, a face."""
    table = _table("from", "to", "corner", "edge", "face", "per cell", "centres (Å)")
    for one in report.sharing[:limit]:
        to = one.end if one.filling > 1 - 1e-6 else f"{one.end} ({one.filling:.3f} filled)"
        cell = "+".join(str(number) for number in one.per_cell)
        table.add_row(one.start, to, str(one.corner), str(one.edge), str(one.face), cell, f"{one.shortest:.4f}")
    return table


def element_sharing_table(report: PolyhedraReport) -> Table:
    """The same by element, as means."""
    table = _table("from", "to", "corner", "edge", "face", "centres (Å)")
    for one in report.sharing_by_element:
        numbers = (f"{value:.4g}" for value in (one.corner, one.edge, one.face))
        table.add_row(one.start, one.end, *numbers, f"{one.shortest:.4f}")
    return table


def _shares(numbers: dict[int, float], prefix: str) -> str:
    if len(numbers) == 1:
        return f"{prefix}{next(iter(numbers))}"
    return ", ".join(f"{prefix}{number} {100 * share:.0f}%" for number, share in numbers.items())


def frameworks_table(frameworks: Sequence[Framework]) -> Table:
    """Kappa with the coordination number, Q and the dimension beside it, since kappa alone is no class."""
    table = _table("centre", "unit", "name", "κ", "CN", "Q", "dim.", "rings per centre")
    for column in table.columns:
        column.no_wrap, column.overflow = False, "fold"
    for one in frameworks:
        along = f" {', '.join(one.directions)}" if one.directions else ""
        rings = ", ".join(f"{size}: {number:.3g}" for size, number in one.rings.items())
        table.add_row(
            one.centre,
            one.formula,
            one.name if one.net is None else f"{one.name} {one.net}",
            str(one.kappa),
            _shares(one.coordination, ""),
            _shares(one.q, "Q"),
            f"{one.dimension}{along}",
            rings or ("-" if one.ring_limit else "not searched"),
        )
    return table


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
        parts += [Text("Coordination", style="bold"), polyhedra_table(report), _more(len(report.polyhedra))]
    else:
        parts += [Text("Coordination by element; there are too many sites to list", style="bold"), _summary_table(report)]
    if opinion is not None:
        parts.append(Text(f"{_opinion(report, opinion)}\n"))
    meeting = [f"at {one.centre} meet {_meets(one.meets)}" for one in report.summary if one.meets]
    if meeting:
        parts.append(Text(f"Polyhedra that meet: {'; '.join(meeting)}.\n"))
    if report.sharing:
        parts += [Text("Polyhedra met by each, in just a corner, an edge, a face", style="bold")]
        parts += [sharing_table(report), _more(len(report.sharing))]
    elif report.sharing_by_element:
        parts += [Text("Polyhedra met by each, on average", style="bold"), element_sharing_table(report), Text("")]
    if report.frameworks:
        parts += [
            Text("Frameworks", style="bold"),
            frameworks_table(report.frameworks),
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


def _summary_table(report: PolyhedraReport) -> Table:
    table = _table("centre", "polyhedra", "CN", "mean d (Å)")
    for one in report.summary:
        shares = ", ".join(f"{number}: {share:.1%}" for number, share in one.coordination.items())
        table.add_row(one.centre, f"{one.polyhedra:,}", shares, _number(one.mean_distance, 4))
    return table


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
