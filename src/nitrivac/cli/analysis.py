"""The main job."""

from __future__ import annotations

from pathlib import Path

from nitrivac.cli.common import (
    ForceOption,
    OutputOption,
    SourceArgument,
    SpecificationArgument,
    app,
    console,
    remember_remarks,
)


@app.command()
def analyze(
    source: SourceArgument,
    specification: SpecificationArgument = None,
    output: OutputOption = Path("out"),
    force: ForceOption = False,
) -> None:
    """Do it all for one structure: symmetry, vacancies, a supercell, hops and polyhedra, with files in a folder."""
    from nitrivac.analysis import analyze as run
    from nitrivac.report.analysis import analysis_report

    result = run(source, specification or (), output=output, overwrite=force)
    remember_remarks(result.parent)
    console().print(analysis_report(result))
