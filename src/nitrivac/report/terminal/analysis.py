"""The main job's summary on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.migration.hop_shells import HopSummary
from nitrivac.report.terminal.migration import hop_summary_report, hops_table, percolation_text
from nitrivac.report.terminal.polyhedra import frameworks_table, polyhedra_table
from nitrivac.report.terminal.vacancies import vacancies_report
from nitrivac.report.terminal.verify import verification_report

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nitrivac.analysis import Analysis

__all__ = ["analysis_report"]

_LIMIT = 12


def analysis_report(analysis: Analysis) -> RenderableType:
    """Symmetry, vacancies, hops and polyhedra, each in short, and the files written."""
    origin = analysis.parent.provenance
    grade = f", grade {origin.grade}" if origin.grade else ""
    parts: list[RenderableType] = [Text(f"{origin.source}: {analysis.average.formula}{grade}", style="bold")]
    if origin.citation:
        parts.append(Text(origin.citation))
    parts += [_head("Symmetry of the average structure"), verification_report([analysis.verification])]
    if analysis.vacancies is not None:
        parts += [_head("Vacancies"), vacancies_report(analysis.vacancies)]
    elif analysis.no_supercell is not None:
        parts += [_head("Vacancies"), Text(analysis.no_supercell)]
    if isinstance(analysis.hops, HopSummary):
        parts += [_head(f"{analysis.hops.species} hops"), hop_summary_report(analysis.hops)]
    elif analysis.no_hops is not None:
        parts += [_head("Hops"), Text(analysis.no_hops)]
    elif analysis.hops is not None:
        parts += [_head(f"{analysis.hops.species} hops"), hops_table(analysis.hops, _LIMIT)]
        parts += [_more(len(analysis.hops.hops)), percolation_text(analysis.hops)]
    parts += [
        _head("Coordination polyhedra"),
        polyhedra_table(analysis.polyhedra, _LIMIT),
        _more(len(analysis.polyhedra.polyhedra)),
    ]
    if analysis.polyhedra.frameworks:
        parts += [_head("Frameworks"), frameworks_table(analysis.polyhedra.frameworks)]
    if analysis.files:
        folder = analysis.files[0].parent
        parts.append(Text(f"\nWritten to {folder}: {', '.join(path.name for path in analysis.files)}"))
    return Group(*parts)


def _head(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _more(rows: int) -> Text:
    return Text(f"{rows - _LIMIT} more, all in the files written.\n" if rows > _LIMIT else "")
