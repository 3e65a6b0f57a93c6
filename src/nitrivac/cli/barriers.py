"""Barriers of hops by any ASE calculator."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from nitrivac.cli.calculation import (
    CalculatorOption,
    FolderOption,
    RelaxOption,
    SourcesArgument,
    StepsOption,
    TimeLimitOption,
    failed_of,
    json_text,
    kept_in,
    require_one,
    subjects_of,
    write_folder,
)
from nitrivac.cli.common import (
    CHECK_FAILED,
    ForceOption,
    JsonOption,
    SpeciesOption,
    app,
    complaint,
    console,
    engine_of,
    print_json,
)
from nitrivac.cli.migration import HostOption, host_of
from nitrivac.cli.running import (  # typer reads the hints
    ResumeOption,  # noqa: TC001
    RetryOption,  # noqa: TC001
    SchedulerOption,  # noqa: TC001
    WorkersOption,  # noqa: TC001
)
from nitrivac.errors import SpecificationError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.energetics.bands.run import BarrierRun
    from nitrivac.energetics.run import Subject


@app.command()
def barriers(
    sources: SourcesArgument,
    calculator: CalculatorOption,
    hops: Annotated[
        str | None, typer.Option(help="Names, e.g. h1,h2; default elementary ones to 4 angstrom.", metavar="H")
    ] = None,
    percolating: Annotated[
        bool, typer.Option("--percolating", help="Only the hops that it takes to span the crystal.")
    ] = False,
    species: SpeciesOption = None,
    host: HostOption = None,
    supercell: Annotated[str | None, typer.Option(help="3x3x2 or nine whole numbers; default 10 angstrom.")] = None,
    images: Annotated[int, typer.Option(help="Images between the ends.", metavar="N")] = 5,
    relax_first: RelaxOption = False,
    attempt: Annotated[
        bool, typer.Option("--attempt", help="Attempt frequencies too, of the moving ion alone (Vineyard).")
    ] = False,
    force: Annotated[float, typer.Option("--fmax", help="Largest force across the band, eV/angstrom.", metavar="F")] = 0.05,
    steps: StepsOption = 300,
    workers: WorkersOption = None,
    time_limit: TimeLimitOption = 0.0,
    scheduler: SchedulerOption = None,
    resume: ResumeOption = True,
    retry: RetryOption = False,
    output: FolderOption = None,
    overwrite: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Barriers of hops into a vacancy by climbing-image nudged elastic bands.

    A hop that fails is a row with its reason. DIR/barriers.journal keeps each hop that is done: the same command goes on
    after any interruption. Exit code 1 when no hop has a barrier.
    """
    from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
    from nitrivac.energetics import BandOptions, load_potential
    from nitrivac.energetics.bands.chosen_hops import PERCOLATING
    from nitrivac.energetics.bands.run import BarrierJob, run_barriers
    from nitrivac.report.terminal.energy_runs import barrier_run_report, barriers_report
    from nitrivac.report.terminal.progress import progress_bar

    if percolating and hops is not None:
        raise SpecificationError("--percolating chooses the hops itself: give it or --hops")
    if host is not None and (relax_first or supercell is not None):
        raise SpecificationError("--host has its own cell and atoms: --relax and --supercell do not go with it")
    potential = load_potential(calculator)
    engine = engine_of(workers, scheduler, seconds=time_limit or None, memory=0)
    subjects = _subjects(sources, host, species)
    alone = len(subjects) == 1
    if hops is not None:
        require_one(subjects, "--hops")
    job = BarrierJob(
        hops=PERCOLATING if percolating else [name.strip() for name in hops.split(",")] if hops else None,
        species=species,
        options=BandOptions(
            supercell=parse_matrix(supercell) if supercell else None,
            images=images,
            force=force,
            steps=steps,
            attempt=attempt,
        ),
        relax=relax_first,
    )
    with kept_in(
        output, "barriers", resume=resume, overwrite=overwrite, files=("barriers.json", "barriers.csv", "costs.csv")
    ) as kept:
        with progress_bar("hops") as progress:
            run = run_barriers(
                subjects,
                potential,
                job,
                engine=engine,
                journal=kept.journal,
                again=failed_of if retry else None,
                progress=progress,
            )
        if alone and run.refused:
            raise UnsupportedError(run.refused[0].message)
        write_folder(kept, _texts(run, alone=alone))
    if as_json:
        print_json(run.compounds[0].plain() if alone else run.plain())
    else:
        console().print(barriers_report(run.compounds[0]) if alone else barrier_run_report(run))
    if run.failed_altogether:
        complaint("no hop has a barrier")
        raise typer.Exit(CHECK_FAILED)


def _subjects(sources: Sequence[str], host: str | None, species: str | None) -> list[Subject]:
    """The crystals, or the filled and vacant sites of a configuration of the only one."""
    subjects = subjects_of(sources)
    if host is None:
        return subjects
    require_one(subjects, "--host")
    parent = subjects[0].crystal
    assert parent is not None
    made = host_of(parent, host, species)
    assert made is not None
    return [replace(subjects[0], crystal=made.crystal, host=made)]


def _texts(run: BarrierRun, *, alone: bool) -> dict[str, str]:
    """The files: barriers and bands of each crystal, in a folder of its own where there are several, and what each took."""
    from nitrivac.energetics.bands.files import band_texts
    from nitrivac.energetics.run import TaskCost

    texts = {} if alone else {"barriers.json": json_text(run.plain()), "barriers.csv": run.csv()}
    for name, found in zip(run.names, run.compounds, strict=True):
        folder = "" if alone else f"{name}/"
        texts |= {f"{folder}barriers.json": json_text(found.plain()), f"{folder}barriers.csv": found.csv()}
        texts |= {f"{folder}{file}": text for file, text in band_texts(found).items()}
    return texts | {"costs.csv": TaskCost.columns.csv(run.costs)}
