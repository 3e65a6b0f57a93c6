"""Many structures: screen and screen-merge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nitrivac.analyses import ANALYSES
from nitrivac.cli.common import (
    CHECK_FAILED,
    ForceOption,
    JsonOption,
    SpeciesOption,
    app,
    complaint,
    console,
    engine_of,
    message,
    print_json,
    shard_of,
)
from nitrivac.cli.running import (  # typer reads the hints
    ResumeOption,  # noqa: TC001
    RetryOption,  # noqa: TC001
    SchedulerOption,  # noqa: TC001
    WorkersOption,  # noqa: TC001
)

TableOption = Annotated[Path, typer.Option("--output", "-o", help="The table: .parquet, .csv or .jsonl.", metavar="TABLE")]


def _columns(wanted: bool) -> None:
    if not wanted:
        return
    from nitrivac.report.terminal.fitted import FittedTable
    from nitrivac.screening.columns import COLUMNS

    table = FittedTable()
    for heading in ("part", "column", "holds"):
        table.add_column(heading, overflow="fold")
    before = ""
    for column in COLUMNS:
        table.add_row(column.part if column.part != before else "", column.name, column.description)
        before = column.part
    console().print(table)
    raise typer.Exit


@app.command()
def screen(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE...", help="Files, folders, globs, catalogue ids, all; - reads a list."),
    ],
    output: TableOption,
    only: Annotated[
        str | None,
        typer.Option(
            help=f"Parts to compute, of {', '.join(part.name for part in ANALYSES)}; default all.", metavar="PARTS"
        ),
    ] = None,
    species: SpeciesOption = None,
    workers: WorkersOption = None,
    time_limit: Annotated[
        float, typer.Option(help="Seconds for one structure; 0 for no limit.", metavar="S", min=0)
    ] = 600.0,
    memory_limit: Annotated[
        float | None,
        typer.Option(help="Memory for one structure; default a fair share of the machine; 0 for none.", metavar="GB", min=0),
    ] = None,
    resume: ResumeOption = True,
    retry: RetryOption = False,
    candidates: Annotated[
        bool, typer.Option("--candidates", help="With all: the candidates of unresolved compounds too.")
    ] = False,
    shard: Annotated[str, typer.Option(help="Only part K of N, for job arrays; see screen-merge.", metavar="K/N")] = "1/1",
    scheduler: SchedulerOption = None,
    columns: Annotated[  # noqa: ARG001 - its callback does it all
        bool, typer.Option("--columns", callback=_columns, is_eager=True, help="Explain the columns of the table.")
    ] = False,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Analyse many structures into one table, a row for each; what fails is a row too.

    TABLE.journal beside the table keeps what is done: the same command goes on after any interruption. Exit code 1 when no
    structure has a result.
    """
    from nitrivac.report.terminal.progress import throughput_bar
    from nitrivac.screening.columns import chosen_parts
    from nitrivac.screening.row import ScreenOptions
    from nitrivac.screening.run import screen as run
    from nitrivac.screening.summary import ScreenMode

    options = ScreenOptions(parts=chosen_parts(only), species=species)
    engine = engine_of(workers, scheduler, seconds=time_limit or None, memory=memory_limit)
    with throughput_bar("screening") as tell:
        summary = run(
            sources,
            output,
            engine=engine,
            options=options,
            mode=ScreenMode(shard=shard_of(shard), resume=resume, retry=retry, overwrite=force, candidates=candidates),
            progress=lambda now: tell(now.done, now.total, now.computed, now.failed),
        )
    if as_json:
        print_json(summary.plain())
    else:
        message(summary.text)
    if summary.failed_altogether:
        for line in summary.failure_lines:
            complaint(line)
        raise typer.Exit(CHECK_FAILED)


@app.command("screen-merge")
def screen_merge(
    parts: Annotated[list[Path], typer.Argument(metavar="PART...", help="Tables of all shards of one screening.")],
    output: TableOption,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Join the tables that shards of a screening wrote, and check that no structure is missing."""
    from nitrivac.screening.merge import merge_tables

    rows = merge_tables(parts, output, overwrite=force)
    if as_json:
        print_json({"output": str(output), "rows": rows, "parts": [str(part) for part in parts]})
    else:
        message(f"{output}: {rows:,} rows of {len(parts)} tables")
