"""The main job's summary on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from nitrivac.analysis import MAIN_PARTS
from nitrivac.report.terminal.tables import terminal_tables
from nitrivac.report.terminal.vacancies import vacancies_report
from nitrivac.report.terminal.verify import verification_report

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nitrivac.analyses import Part
    from nitrivac.analysis import Analysis

__all__ = ["analysis_report"]

_LIMIT = 12


def analysis_report(analysis: Analysis) -> RenderableType:
    """What each analysis found, in short, the configuration that was made, and the files written."""
    origin = analysis.parent.provenance
    grade = f", grade {origin.grade}" if origin.grade else ""
    parts: list[RenderableType] = [Text(f"{origin.source}: {analysis.average.formula}{grade}", style="bold")]
    if origin.citation:
        parts.append(Text(origin.citation))
    for part in MAIN_PARTS:
        parts += _section(analysis, part)
        if part.name == "symmetry":
            parts += _configuration(analysis)
    if analysis.files:
        folder = analysis.files[0].parent
        parts.append(Text(f"\nWritten to {folder}: {', '.join(path.name for path in analysis.files)}"))
    return Group(*parts)


def _section(analysis: Analysis, part: Part[Any]) -> list[RenderableType]:
    """What one analysis found, or why it found nothing."""
    result = analysis.result(part)
    if result is None:
        return [_head(part.title), Text(analysis.reason(part))]
    if part.name == "symmetry":  # a list of facts, and the verdict in colour
        return [_head(part.title), verification_report([result])]
    return [Text(""), *terminal_tables(result.tables(), _LIMIT, "all in the files written")]


def _configuration(analysis: Analysis) -> list[RenderableType]:
    """The configuration that was made of the average structure, or why there is none."""
    if analysis.vacancies is not None:
        return [_head("Vacancies"), vacancies_report(analysis.vacancies)]
    if analysis.no_supercell is not None:
        return [_head("Vacancies"), Text(analysis.no_supercell)]
    return []


def _head(text: str) -> Text:
    return Text(f"\n{text}", style="bold")
