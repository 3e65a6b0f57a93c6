"""The box that opens a report: what one wants to know of a structure, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.analyses.polyhedra import main_framework
from nitrivac.migration import HopNetwork
from nitrivac.report.terminal.catalog import GRADES
from nitrivac.uncertain_number import number_with_uncertainty

if TYPE_CHECKING:
    from nitrivac.analysis import Analysis
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.migration import Hop
    from nitrivac.migration.hop_shells import HopSummary
    from nitrivac.polyhedra import PolyhedraReport

__all__ = ["answers"]

_VACANT = 1e-8
_SAME_A = 1e-4


def answers(analysis: Analysis) -> list[tuple[str, str, str]]:
    """What is asked first, the answer, and where on the page more is said of it.

    Args:
        analysis: what the main job found.
    """
    found, check = analysis.average, analysis.verification
    of = "" if found.formula == analysis.parent.formula else f" ({analysis.parent.formula} with vacancies)"
    group = "none found" if check.found.number is None else f"{check.found.symbol} (number {check.found.number})"
    grade = analysis.parent.provenance.grade
    vacancies = [_vacancy(analysis, orbit) for orbit in found.orbits if orbit.vacancy > _VACANT]
    mixed = [f"{found.address(orbit)} {_occupants(orbit)}" for orbit in found.orbits if len(orbit.occupants) > 1]
    rows = [
        ("composition", f"{found.formula}{of}", "structure-section"),
        ("density", "" if check.density is None else f"{check.density:.3f} g/cm³", "symmetry"),
        ("space group", f"{group}; {'; '.join(check.problems) or check.verdict}", "symmetry"),
        ("vacancies", ", ".join(vacancies) or "none: every site is filled", "vacancies"),
        ("mixed sites", ", ".join(mixed), "structure-section"),
        *_hops(analysis),
        ("framework", _framework(analysis.polyhedra), "polyhedra"),
        ("grade of the data", f"{grade}: {GRADES[grade]}" if grade else "none: a structure file, taken as it is", "origin"),
    ]
    return [(question, answer.replace(" Å", "\u00a0Å"), place) for question, answer, place in rows if answer]


def _vacancy(analysis: Analysis, orbit: Orbit) -> str:
    """`Li@4f 8.1(2) %`, with the uncertainty where one was stated."""
    target = analysis.vacancies.specification.of(orbit) if analysis.vacancies is not None else None
    stated = None if target is None or target.vacancy is None else target.vacancy.uncertainty
    uncertainty = 100 * stated if stated else None
    share = number_with_uncertainty(100 * orbit.vacancy, uncertainty, 2) if uncertainty else f"{100 * orbit.vacancy:.4g}"
    return f"{analysis.average.address(orbit)} {share} %"


def _occupants(orbit: Orbit) -> str:
    return " + ".join(f"{100 * one.occupancy:.4g} % {one.element}" for one in orbit.occupants)


def _hops(analysis: Analysis) -> list[tuple[str, str, str]]:
    """The shortest hop, and those at which the crystal is first spanned in more dimensions."""
    network = analysis.hops
    if network is None:
        return [("hops", analysis.no_hops or "none", "network")]
    jumps = network.hops if isinstance(network, HopNetwork) else ()
    hops = [hop for hop in jumps if not hop.exclusive]
    rows = []
    if hops:
        radius = hops[0].straight.radius
        words = "" if radius is None else f"; bottleneck radius {_signed(radius)}"
        rows.append(("shortest hop", f"{_hop(hops[0])}{words}", "network"))
    highest = {one.value: one for one in network.by_distance if one.value is not None}  # of one value the most dimensions
    for value, one in highest.items():
        spanning = next((hop for hop in jumps if abs(hop.distance - value) < _SAME_A), None)
        where = f" along {', '.join(one.directions)}" if one.directions not in ((), ("all",)) else ""
        length = f"{value:.4f} Å" if spanning is None else _hop(spanning)
        more = f"{where}{_without_split(network, one.dimension)}{_radius(network, one.dimension)}"
        rows.append((f"percolates in {one.dimension}D", f"{length}{more}", "network"))
    return rows if highest else [*rows, ("percolation", f"none with hops up to {network.max_distance:.3f} Å", "network")]


def _hop(hop: Hop) -> str:
    name = "split pair" if hop.exclusive else hop.id
    return f"{name} {hop.pair}, {number_with_uncertainty(hop.distance, hop.distance_su, 4)} Å"


def _without_split(network: HopNetwork | HopSummary, dimension: int) -> str:
    """From which distance the hops span so many dimensions without the split pairs, where there are any."""
    if network.spanned is None or not network.spanned.split_alone:
        return ""
    alone = next((one.value for one in network.spanned.hops_alone if one.dimension == dimension), None)
    return f" with split pairs, {'not' if alone is None else f'at {alone:.4f} Å'} without"


def _radius(network: HopNetwork | HopSummary, dimension: int) -> str:
    """The bottleneck radius of the widest way through in so many dimensions."""
    thresholds = network.by_radius if isinstance(network, HopNetwork) else ()
    radius = next((one.value for one in thresholds if one.dimension == dimension), None)
    return "" if radius is None else f"; bottleneck radius of the widest way {_signed(radius)}"


def _signed(radius: float) -> str:
    return f"{radius:.3f} Å".replace("-", "\N{MINUS SIGN}")


def _framework(report: PolyhedraReport) -> str:
    """The main framework in one line, else what there is instead."""
    found = main_framework(report)
    if found is not None:
        cells = {column.name: column.cell(found) for column in found.columns.columns if column.heading}
        average = ", an average" if found.average else ""
        extends = f"{cells['dimension']}D" if found.dimension else ""
        words = (found.name, extends, f"κ = {found.kappa}", cells["q"])
        return f"{found.formula}: {', '.join(part for part in words if part not in ('', '-'))}{average}"
    molecules = ", ".join(f"{one.per_cell} {one.formula} per cell ({one.name})" for one in report.molecules)
    return molecules or "; ".join(report.refused) or "none"
