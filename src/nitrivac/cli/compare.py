"""Structure against property."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nitrivac.cli.common import ForceOption, JsonOption, app, console, message, print_json


@app.command()
def compare(
    family: Annotated[str | None, typer.Option(help="Only this family, e.g. nitridophosphate.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for tables, figure and data.", metavar="DIR")
    ] = None,
    candidates: Annotated[
        bool, typer.Option("--candidates", help="The candidates of unresolved compounds too, which nobody decided on.")
    ] = False,
    barriers: Annotated[
        list[Path] | None,
        typer.Option(help="barriers.json of nitrivac barriers, of one or many compounds; repeat.", metavar="FILE"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of bootstrap and permutations.", min=0)] = 0,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Set hops, bottlenecks, polyhedra and vacancies beside the measured conductivities, with rank correlations."""
    from nitrivac.comparison import compare as run
    from nitrivac.migration.diffusion.stated_barriers import read_barrier_files
    from nitrivac.report.page.comparison_files import DRAWS, write_comparison
    from nitrivac.report.terminal.comparison import comparison_report
    from nitrivac.report.terminal.progress import progress_bar

    files = {source: one for path in barriers or () for source, one in read_barrier_files(path).items()}
    with progress_bar("compounds") as progress:
        result = run(family, candidates=candidates, seed=seed, barriers=files, progress=progress)
    if output is not None:
        for path in write_comparison(result, output, overwrite=force):
            message(f"wrote {path}")
        if not DRAWS:
            message('no figure: matplotlib is not installed; pip install "nitrivac[report]"')
    if as_json:
        print_json(result.plain())
    else:
        console().print(comparison_report(result))
