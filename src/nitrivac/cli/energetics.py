"""Energies by any ASE calculator: relaxed crystals and vacancies."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from nitrivac.cli.calculation import (
    CalculatorOption,
    FolderOption,
    RelaxOption,
    SourcesArgument,
    StepsOption,
    TimeLimitOption,
    at_rest,
    failed_of,
    json_text,
    kept_in,
    subjects_of,
    write_folder,
)
from nitrivac.cli.common import (
    CHECK_FAILED,
    ForceOption,
    JsonOption,
    SourceArgument,
    SpeciesOption,
    app,
    complaint,
    console,
    engine_of,
    load_source,
    print_json,
)
from nitrivac.cli.running import (  # typer reads the hints
    ResumeOption,  # noqa: TC001
    RetryOption,  # noqa: TC001
    SchedulerOption,  # noqa: TC001
    WorkersOption,  # noqa: TC001
)
from nitrivac.errors import EnergyError

if TYPE_CHECKING:
    from nitrivac.energetics.relax_run import RelaxRun


class CellMode(StrEnum):
    """What may change with the atoms."""

    fixed = "fixed"
    symmetric = "symmetric"
    free = "free"


@app.command()
def relax(
    sources: SourcesArgument,
    calculator: CalculatorOption,
    cell: Annotated[
        CellMode, typer.Option(help="Atoms only, or with the cell, in its space group or free.")
    ] = CellMode.symmetric,
    force: Annotated[float, typer.Option("--fmax", help="Largest force left, eV/angstrom.", metavar="F")] = 0.01,
    steps: StepsOption = 500,
    workers: WorkersOption = None,
    time_limit: TimeLimitOption = 0.0,
    scheduler: SchedulerOption = None,
    resume: ResumeOption = True,
    retry: RetryOption = False,
    output: FolderOption = None,
    overwrite: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Relax crystals with an interatomic potential, and say how far that moves them.

    One of several that fails is a row with its reason. DIR/relax.journal keeps what is done: the same command goes on after
    any interruption. Exit code 1 when no crystal has a result.
    """
    from nitrivac.energetics import load_potential
    from nitrivac.energetics.relax_run import RelaxJob, run_relaxations
    from nitrivac.report.terminal.energetics import relaxation_report
    from nitrivac.report.terminal.energy_runs import relaxations_report
    from nitrivac.report.terminal.progress import progress_bar

    potential = load_potential(calculator)
    engine = engine_of(workers, scheduler, seconds=time_limit or None, memory=0)
    subjects = subjects_of(sources)
    job = RelaxJob(cell=cell.value, force=force, steps=steps)
    alone = len(subjects) == 1
    files = ("relaxed.cif", "relaxation.json") if alone else ("relaxations.json", "relaxations.csv")
    with kept_in(output, "relax", resume=resume, overwrite=overwrite, files=files) as kept:
        with progress_bar("relaxing") as progress:
            run = run_relaxations(
                subjects,
                potential,
                job,
                engine=engine,
                journal=kept.journal,
                again=failed_of if retry else None,
                progress=progress,
            )
        if alone and run.refused:
            raise EnergyError(run.refused[0].message)
        write_folder(kept, _relaxed_texts(run, alone=alone))
    (only,) = run.relaxations.values() if alone else (None,)
    if as_json:
        print_json(run.plain() if only is None else only.plain())
    else:
        console().print(relaxations_report(run) if only is None else relaxation_report(only))
    if not run.relaxations:
        complaint("no crystal has a result")
        raise typer.Exit(CHECK_FAILED)


def _relaxed_texts(run: RelaxRun, *, alone: bool) -> dict[str, str]:
    """The files of relaxed crystals: structure and record of each, in a folder of its own where there are several."""
    from nitrivac.io.writers import crystal_text

    texts: dict[str, str] = {} if alone else {"relaxations.json": json_text(run.plain()), "relaxations.csv": run.csv()}
    for name, found in run.relaxations.items():
        folder = "" if alone else f"{name}/"
        texts[f"{folder}relaxed.cif"] = crystal_text(found.crystal, "cif", extra={"relaxed_by": str(found.calculator)})
        texts[f"{folder}relaxation.json"] = json_text(found.plain())
    return texts


@app.command()
def defects(
    source: SourceArgument,
    calculator: CalculatorOption,
    species: SpeciesOption = None,
    supercell: Annotated[
        list[str] | None,
        typer.Option(help="3x3x2 or nine whole numbers; repeat to see convergence. Default 7 and 10 angstrom."),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            help="Bulk element for formation energies: `bulk`, as ASE knows it, or a structure file.", metavar="FILE"
        ),
    ] = None,
    relax_first: RelaxOption = False,
    force: Annotated[float, typer.Option("--fmax", help="Largest force left, eV/angstrom.", metavar="F")] = 0.02,
    steps: StepsOption = 500,
    as_json: JsonOption = False,
) -> None:
    """Energies of single neutral vacancies on each site, relative to the lowest."""
    from dataclasses import replace

    from nitrivac.chemistry.carrier import mobile_species
    from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
    from nitrivac.energetics import bulk_element, load_potential, potential_trust, vacancy_energies
    from nitrivac.report.terminal.energetics import vacancy_energies_report
    from nitrivac.report.terminal.progress import progress_bar

    potential = load_potential(calculator)
    measured = load_source(source)
    species = mobile_species(measured, species)
    trust = potential_trust(measured, potential)
    crystal = at_rest(measured, potential, relax_first)
    with progress_bar("vacancies") as progress:
        found = vacancy_energies(
            crystal,
            potential,
            species=species,
            reference=bulk_element(species) if reference == "bulk" else load_source(reference) if reference else None,
            supercells=[parse_matrix(text) for text in supercell] if supercell else None,
            force=force,
            steps=steps,
            progress=progress,
        )
    found = replace(found, trust=trust)
    if as_json:
        print_json(found.plain())
    else:
        console().print(vacancy_energies_report(found))
