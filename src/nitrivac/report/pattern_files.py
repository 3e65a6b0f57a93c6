"""Powder patterns as the content of files: tables, profiles and pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nitrivac.diffraction.pattern import reflections_csv
from nitrivac.errors import SpecificationError
from nitrivac.optional_libraries import require
from nitrivac.report.figures.plot import FIGURE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nitrivac.diffraction import Diffractogram

__all__ = ["PATTERN_FORMATS", "check_names", "pattern_file"]

PATTERN_FORMATS = (".csv", ".json", ".xy", *FIGURE_FORMATS)


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
            require("a picture of a pattern", "matplotlib")
    if len(set(paths)) < len(paths):
        raise SpecificationError("a file is named twice after -o")


def pattern_file(drawn: Diffractogram, path: Path, *, caution: str | None = None) -> bytes:
    """Patterns as the content of a file, whose name says its kind; see `check_names`.

    Args:
        drawn: the patterns.
        path: the file.
        caution: what must be said of a source, see `Provenance`.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return reflections_csv(drawn.patterns).encode()
    if suffix == ".json":
        documents = [one.plain() for one in drawn.patterns]
        whole = documents[0] if len(documents) == 1 else documents
        return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()
    if suffix == ".xy":
        return drawn.profiles[0].xy().encode()
    from nitrivac.report.figures.export import figure_bytes, figure_fragment, figure_page
    from nitrivac.report.figures.pattern import pattern_figure

    title = f"pattern of {drawn.names}"
    if suffix == ".html":
        return figure_page(figure_fragment(pattern_figure(drawn), "pattern", title, caution=caution), title).encode()
    return figure_bytes(pattern_figure(drawn), suffix[1:], caution=caution)
