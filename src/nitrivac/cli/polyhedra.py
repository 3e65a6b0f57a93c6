"""Coordination polyhedra, how they are joined, and frameworks."""

from __future__ import annotations

from typing import Annotated

import typer

from nitrivac.cli.common import JsonOption, SourceArgument, app, console, print_json


@app.command()
def polyhedra(
    source: SourceArgument,
    centres: Annotated[str | None, typer.Option(help="Framework centres, e.g. P,Si.", metavar="ELEMENTS")] = None,
    as_json: JsonOption = False,
) -> None:
    """Describe coordination polyhedra, how they share corners, edges and faces, and the frameworks they make."""
    from nitrivac.crystal.sources import load
    from nitrivac.polyhedra import analyze_polyhedra
    from nitrivac.report.polyhedra import polyhedra_report

    chosen = tuple(part.strip() for part in centres.split(",") if part.strip()) if centres is not None else None
    result = analyze_polyhedra(load(source), centres=chosen)
    if as_json:
        print_json(result.as_dict())
    else:
        console().print(polyhedra_report(result))
