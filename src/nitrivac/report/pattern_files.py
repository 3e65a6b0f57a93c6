"""Powder patterns as the content of files: tables, profiles and pictures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nitrivac.diffraction import PowderPattern, Profile, pattern_profile, reflections_csv
from nitrivac.errors import SpecificationError
from nitrivac.optional_libraries import require
from nitrivac.report.figures.plot import FIGURE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["PATTERN_FORMATS", "PatternDrawing", "check_names", "pattern_file"]

PATTERN_FORMATS = (".csv", ".json", ".xy", *FIGURE_FORMATS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternDrawing:
    """What is written, and how profiles are drawn.

    Attributes:
        patterns: over each other.
        size: see `pattern_profile`.
        width: see `pattern_profile`.
        measured: drawn under them.
        caution: what must be said of a source, see `Provenance`.
    """

    patterns: tuple[PowderPattern, ...]
    size: float | None
    width: float
    measured: Profile | None = None
    caution: str | None = None

    def profiles(self) -> list[Profile]:
        """The profile of each pattern."""
        return [pattern_profile(one, size=self.size, width=self.width) for one in self.patterns]


def check_names(paths: Sequence[Path], *, patterns: int) -> None:
    """Refuse names of files that say no kind of file, before anything is calculated.

    Raises:
        SpecificationError: another suffix, a name given twice, or a profile of several patterns.
        MissingExtraError: a library that draws is missing.
    """
    for path in paths:
        suffix = path.suffix.lower()
        if suffix not in PATTERN_FORMATS:
            raise SpecificationError(f"{path}: the name of a pattern's file ends in {', '.join(PATTERN_FORMATS)}")
        if suffix == ".xy" and patterns > 1:
            raise SpecificationError(f"{path}: a profile is of one source; give one, or take .csv for all reflections")
        if suffix in FIGURE_FORMATS:
            require("a picture of a pattern", "plotly" if suffix == ".html" else "matplotlib")
    if len(set(paths)) < len(paths):
        raise SpecificationError("a file is named twice after -o")


def pattern_file(drawing: PatternDrawing, path: Path) -> bytes:
    """Patterns as the content of a file, whose name says its kind; see `check_names`."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return reflections_csv(drawing.patterns).encode()
    if suffix == ".json":
        documents = [one.printed() for one in drawing.patterns]
        whole = documents[0] if len(documents) == 1 else documents
        return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()
    profiles = drawing.profiles()
    if suffix == ".xy":
        return profiles[0].xy().encode()
    from nitrivac.report.figures.export import figure_bytes, plotly_page
    from nitrivac.report.figures.pattern import pattern_figure, pattern_plotly

    if suffix == ".html":
        figure = pattern_plotly(drawing.patterns, profiles, measured=drawing.measured)
        title = f"pattern of {', '.join(one.name for one in drawing.patterns)}"
        return plotly_page(figure, "pattern", title, caution=drawing.caution).encode()
    figure = pattern_figure(drawing.patterns, profiles, measured=drawing.measured)
    return figure_bytes(figure, suffix[1:], caution=drawing.caution)
