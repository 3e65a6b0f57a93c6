"""The main job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nitrivac.cli.common import (
    ForceOption,
    OutputOption,
    SourceArgument,
    SpeciesOption,
    SpecificationArgument,
    app,
    console,
    message,
    remember_words,
)
from nitrivac.errors import MissingExtraError

if TYPE_CHECKING:
    from nitrivac.analysis import Analysis


@app.command()
def analyze(
    source: SourceArgument,
    specification: SpecificationArgument = None,
    species: SpeciesOption = None,
    output: OutputOption = Path("out"),
    force: ForceOption = False,
) -> None:
    """Do it all for one structure: symmetry, vacancies, a supercell, hops, polyhedra, and a report to look at."""
    from nitrivac.analysis import analyze as run
    from nitrivac.io.sources import record_of
    from nitrivac.report.page.page import REPORT_FILE, report_page, require_report
    from nitrivac.report.page.repeat import Repeat
    from nitrivac.report.terminal.analysis import analysis_report

    items = specification or ()
    repeat = Repeat(source=source, specification=tuple(items), species=species, folder=output)

    def page(result: Analysis) -> dict[str, str]:
        return {REPORT_FILE: report_page(result, record_of(source), repeat)}

    missing = None
    try:
        require_report()
    except MissingExtraError as error:
        missing = error
    result = run(source, items, species=species, output=output, overwrite=force, more=None if missing else page)
    remember_words(result.parent)
    console().print(analysis_report(result))
    if missing:
        message(f"nitrivac: {missing}")
