"""Structures on the sites of their parents."""

from __future__ import annotations

from typing import Annotated

import typer

from nitrivac.cli.common import (
    JsonOption,
    SourceArgument,
    SpeciesOption,
    app,
    console,
    load_source,
    print_json,
    remember_remark,
)


@app.command(name="map")
def map_structure(
    source: SourceArgument,
    file: Annotated[str, typer.Argument(help="Structure of whole atoms: a relaxed supercell of SOURCE.", metavar="FILE")],
    species: SpeciesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lay the atoms of a relaxed structure on the sites of its parent: vacancies, interstitials, displacements, strain."""
    from nitrivac.crystal.occupation import Occupation
    from nitrivac.io.stated_run import other_source
    from nitrivac.report.terminal.occupation import occupation_report

    parent = load_source(source)
    found = Occupation.of(parent, load_source(file), mobile=species).summary()
    if (problem := other_source(file, parent.provenance.source)) is not None:
        remember_remark(problem)
    if as_json:
        print_json(found.plain())
        return
    console().print(occupation_report(found))
