"""The files that `nitrivac compare -o` leaves."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING

from nitrivac.comparison.columns import CORRELATIONS, LEFT_OUT, VALUES
from nitrivac.files import csv_text, prepare_folder, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from nitrivac.comparison import Comparison

__all__ = ["DRAWS", "write_comparison"]

DRAWS = find_spec("matplotlib") is not None
FIGURE_FORMATS = ("png", "svg")


def write_comparison(comparison: Comparison, folder: str | Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write the tables, the document and, where matplotlib is installed, a figure for each descriptor.

    Args:
        comparison: what to write.
        folder: made if need be; `compounds.csv`, `measurements.csv`, `correlations.csv` and `left_out.csv` where they have
            rows, `comparison.json` (which `Comparison.from_dict` reads back), and `comparison-01-NAME.png` and `.svg` and so
            on, first that of the descriptor that goes best with what was measured.
        overwrite: whether existing files may be replaced.

    Returns:
        The files.

    Raises:
        OutputError: a file exists or cannot be written; nothing is written then.
    """
    tables = {
        "compounds.csv": comparison.rows(),
        "measurements.csv": list(map(VALUES.row, comparison.values)),
        "correlations.csv": list(map(CORRELATIONS.row, comparison.correlations)),
        "left_out.csv": list(map(LEFT_OUT.row, comparison.left_out)),
    }
    contents = {name: csv_text(rows, _columns(rows)).encode("utf-8") for name, rows in tables.items() if rows}
    document = json.dumps(comparison.as_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    contents["comparison.json"] = document.encode("utf-8")
    if DRAWS and comparison.compounds:
        from nitrivac.report.figures.comparison import comparison_figure, descriptors_in_order
        from nitrivac.report.figures.export import figure_bytes

        undecided = ", ".join(compound.id for compound in comparison.compounds if compound.caution is not None)
        caution = f"candidates, computed, not decided, not to be cited as structures: {undecided}" if undecided else None
        for number, name in enumerate(descriptors_in_order(comparison), start=1):
            figure = comparison_figure(comparison, name)
            for kind in FIGURE_FORMATS:
                contents[f"comparison-{number:02}-{name}.{kind}"] = figure_bytes(figure, kind, caution=caution)
    target = prepare_folder(folder)
    return write_files({target / name: content for name, content in contents.items()}, overwrite=overwrite)


def _columns(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """The keys of all rows: a candidate has one more."""
    return list(dict.fromkeys(key for row in rows for key in row))
