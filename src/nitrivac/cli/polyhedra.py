"""Coordination polyhedra, how they are joined, and frameworks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nitrivac.cli.common import ForceOption, JsonOption, SourceArgument, app, console, load_source, numbers, print_json
from nitrivac.errors import SpecificationError

CutoffOption = Annotated[
    list[str] | None, typer.Option(help="Ligand cutoff in angstrom, e.g. Li-N=2.5; repeat.", metavar="PAIR=A")
]
_LIMIT = 60  # rows of a table of bonds


@app.command()
def polyhedra(
    source: SourceArgument,
    centres: Annotated[str | None, typer.Option(help="Framework centres, e.g. P,Si.", metavar="ELEMENTS")] = None,
    anions: Annotated[bool, typer.Option("--anions", help="Polyhedra around anions too.")] = False,
    cutoff: CutoffOption = None,
    frames: Annotated[
        bool, typer.Option("--frames", help="Average over all frames of the file (extxyz and what else ASE reads).")
    ] = False,
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Compare the coordination with CrystalNN (needs all of pymatgen).")
    ] = False,
    table: Annotated[
        Path | None, typer.Option("--csv", help="Write the polyhedra to this CSV file too.", metavar="FILE")
    ] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Describe coordination polyhedra, how they share corners, edges and faces, and the frameworks they make."""
    from nitrivac.files import write_text
    from nitrivac.io.ase_atoms import read_frames
    from nitrivac.polyhedra import analyze_polyhedra, snapshot_statistics
    from nitrivac.polyhedra.second_opinion import crystalnn_coordination
    from nitrivac.report.terminal.polyhedra import polyhedra_report, snapshots_report

    chosen = tuple(part.strip() for part in centres.split(",") if part.strip()) if centres is not None else None
    given = numbers(cutoff, "--cutoff")
    if frames:
        if anions or second_opinion or table is not None:
            raise SpecificationError("--frames makes averages: --anions, --second-opinion and --csv do not go with it")
        statistics = snapshot_statistics(read_frames(Path(source)), centres=chosen, cutoffs=given)
        if as_json:
            print_json(statistics.plain())
        else:
            console().print(snapshots_report(statistics))
        return
    crystal = load_source(source)
    result = analyze_polyhedra(crystal, centres=chosen, anions=anions, cutoffs=given)
    opinion = crystalnn_coordination(crystal) if second_opinion else None
    if table is not None:
        write_text(table, result.csv(), overwrite=force)
    if as_json:
        print_json(result.plain() | ({} if opinion is None else {"second_opinion": opinion}))
    else:
        console().print(polyhedra_report(result, opinion))


@app.command()
def bonds(
    source: SourceArgument,
    sites: Annotated[
        str | None,
        typer.Option(help="Centres: addresses, labels or elements, e.g. Li@4f,P1,N; default all cations.", metavar="SITES"),
    ] = None,
    cutoff: CutoffOption = None,
    table: Annotated[
        Path | None, typer.Option("--csv", help="Write lengths and angles to this CSV file too.", metavar="FILE")
    ] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """List bond lengths and angles, those alike by symmetry once, with their standard uncertainties where known."""
    from rich.console import Group

    from nitrivac.files import write_text
    from nitrivac.polyhedra import bond_geometry
    from nitrivac.report.terminal.tables import terminal_tables

    chosen = [part.strip() for part in sites.split(",") if part.strip()] if sites is not None else None
    found = bond_geometry(load_source(source), chosen, cutoffs=numbers(cutoff, "--cutoff"))
    if table is not None:
        write_text(table, found.csv(), overwrite=force)
    if as_json:
        print_json(found.plain())
    else:
        console().print(Group(*terminal_tables(found.tables(), _LIMIT, "--json lists all")))
