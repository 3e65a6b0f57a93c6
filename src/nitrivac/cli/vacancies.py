"""Vacancies: plan, count, and make configurations."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nitrivac.cli.common import (
    ForceOption,
    JsonOption,
    SourceArgument,
    SpecificationArgument,
    app,
    console,
    engine_of,
    load_source,
    print_json,
    shard_of,
)
from nitrivac.cli.planning import (
    AllowChargeOption,
    ExclusionOption,
    MaxAtomsOption,
    MinImageOption,
    NearestOption,
    PlanOption,
    PlansOption,
    PrimitiveOption,
    SeedOption,
    SupercellOption,
    ToleranceOption,
    show_plans,
    with_forced_cell,
)
from nitrivac.cli.reranking import rerank_and_show
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nitrivac.energetics import RerankingOptions
    from nitrivac.engines.tasks import Engine
    from nitrivac.vacancies.run import Choice, Mode


_TIME_LIMIT_S = 60.0


class ConfigurationFormat(StrEnum):
    """File formats for configurations: a file each, or one for all (extxyz, ase)."""

    cif = "cif"
    poscar = "poscar"
    vasp = "vasp"
    extxyz = "extxyz"
    ase = "ase"
    json = "json"


@app.command()
def vacancies(
    source: SourceArgument,
    specification: SpecificationArgument = None,
    count: Annotated[bool, typer.Option("--count", help="Only plan and count; write nothing.")] = False,
    sample: Annotated[int | None, typer.Option(help="Draw N at random, uniformly over labelled ones.", metavar="N")] = None,
    distinct: Annotated[bool, typer.Option("--distinct", help="Sample uniformly over distinct ones instead.")] = False,
    lowest: Annotated[int | None, typer.Option(help="Make the N of lowest electrostatic energy.", metavar="N")] = None,
    quasirandom: Annotated[
        int | None, typer.Option(help="Make the N nearest to the random alloy's pair correlations.", metavar="N")
    ] = None,
    symmetric: Annotated[int | None, typer.Option(help="Make the N of highest symmetry.", metavar="N")] = None,
    every: Annotated[bool, typer.Option("--enumerate", help="Make every distinct one.")] = False,
    superperiodic: Annotated[
        bool, typer.Option("--superperiodic/--no-superperiodic", help="Enumerate those that repeat within the cell too.")
    ] = True,
    shard: Annotated[str, typer.Option(help="Enumerate part K of N only.", metavar="K/N")] = "1/1",
    supercell: SupercellOption = None,
    primitive: PrimitiveOption = False,
    min_image: MinImageOption = 10.0,
    max_atoms: MaxAtomsOption = None,
    exclusion: ExclusionOption = None,
    radius: Annotated[float | None, typer.Option(help="Reach of --quasirandom.", metavar="A")] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            help="Seconds that --lowest may take to look at all; where they will not do, it anneals (default: 60).",
            metavar="S",
            min=0,
        ),
    ] = None,
    tolerance: ToleranceOption = None,
    nearest: NearestOption = False,
    plans: PlansOption = None,
    plan: PlanOption = 1,
    allow_charge: AllowChargeOption = False,
    seed: SeedOption = 0,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the files.", metavar="DIR")] = None,
    file_format: Annotated[
        ConfigurationFormat, typer.Option("--format", help="File format; vasp and poscar are the same.")
    ] = ConfigurationFormat.cif,
    workers: Annotated[
        int | None, typer.Option(help="Processes for --enumerate and --lowest, in shards.", metavar="N", min=1)
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="The same on the Dask cluster with this scheduler.", metavar="ADDRESS")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    calculator: Annotated[
        str | None,
        typer.Option(
            help="Rank by a potential (see barriers): those of --lowest (default 10) and --sample (default 5), relaxed.",
            metavar="NAME",
        ),
    ] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Plan a vacancy-rich supercell, count its configurations, and make some of them.

    Without a choice the one of lowest electrostatic energy is made.
    """
    from nitrivac.report.terminal.progress import progress_bar
    from nitrivac.report.terminal.vacancies import vacancies_report
    from nitrivac.vacancies.planning.search import Planning
    from nitrivac.vacancies.run import Choice, Output, run_vacancies

    numbers: dict[Mode, int | None] = {
        "sample": sample, "lowest": lowest, "quasirandom": quasirandom, "symmetric": symmetric
    }  # fmt: skip
    ranking = None
    if calculator is not None:
        other = count or every or distinct or resume or plans is not None or workers is not None or scheduler is not None
        ranking = _ranking(numbers, seed, time_limit, other=other)
    mode, number = _mode(numbers if ranking is None else {}, count=count, every=every)
    for option, given, wanted in (
        ("--distinct", distinct, "sample"),
        ("--radius", radius is not None, "quasirandom"),
        ("--time-limit", time_limit is not None, "lowest"),
        ("--shard", shard != "1/1", "enumerate"),
        ("--no-superperiodic", not superperiodic, "enumerate"),
    ):
        if given and mode != wanted:
            raise SpecificationError(f"{option} goes with --{wanted} only")
    if plans is not None and (mode, number) != ("lowest", 1):
        raise SpecificationError("--plans lists cells and makes nothing: leave the choice of configurations out")
    if resume and output is None:
        raise SpecificationError("--resume needs the folder of the run: -o DIR")
    choice = Choice(
        mode=mode,
        number=number,
        seed=seed,
        distinct=distinct,
        shard=shard_of(shard),
        superperiodic=superperiodic,
        radius=radius,
        time_limit=(_TIME_LIMIT_S if time_limit is None else time_limit) if mode == "lowest" else None,
    )
    crystal, items, proof = load_source(source), specification or (), None
    rules = Planning(
        min_image=min_image,
        max_atoms=max_atoms,
        allow_charge=allow_charge,
        tolerance=tolerance,
        nearest=nearest,
        exclusion=exclusion,
    )
    planning = with_forced_cell(rules, crystal, supercell, primitive=primitive)
    if ranking is not None and calculator is not None:
        rerank_and_show(
            crystal, items, calculator,
            options=ranking, planning=planning, rank=plan, output=output, file_format=file_format.value, force=force,
            as_json=as_json,
        )  # fmt: skip
        return
    engine = _engine(workers, scheduler, choice)
    written = Output(folder=output, file_format=file_format.value, overwrite=force, resume=resume) if output else None
    if plans is not None:
        show_plans(crystal, items, plans, planning, as_json=as_json)
        return
    with progress_bar("configurations" if engine is None else "shards") as progress:
        if engine is None:
            result = run_vacancies(
                crystal, items, choice=choice, planning=planning, rank=plan, output=written, progress=progress
            )
        else:
            from nitrivac.vacancies.space_survey import vacancies_on_engine

            result, proof = vacancies_on_engine(
                crystal,
                items,
                choice=choice,
                engine=engine,
                output=written,
                planning=planning,
                rank=plan,
                progress=progress,
            )
    if as_json:
        print_json(result.plain() | ({"survey": proof.plain()} if proof is not None else {}))
        return
    console().print(vacancies_report(result))
    if proof is not None:
        console().print(proof.text)


def _ranking(numbers: Mapping[Mode, int | None], seed: int, time_limit: float | None, *, other: bool) -> RerankingOptions:
    """How many electrostatic and random configurations are ranked by a potential."""
    from nitrivac.energetics import RerankingOptions

    if other or numbers["quasirandom"] is not None or numbers["symmetric"] is not None:
        raise SpecificationError(
            "--calculator ranks --lowest electrostatic and --sample random configurations, and no others"
        )
    lowest, sample = numbers["lowest"], numbers["sample"]
    return RerankingOptions(
        lowest=10 if lowest is None else lowest,
        sample=5 if sample is None else sample,
        seed=seed,
        time_limit=_TIME_LIMIT_S if time_limit is None else time_limit,
    )


def _engine(workers: int | None, scheduler: str | None, choice: Choice) -> Engine | None:
    """Where shards are gone through, None where this process does it all."""
    if workers is None and scheduler is None:
        return None
    if choice.mode not in ("enumerate", "lowest") or choice.shard != (1, 1) or not choice.superperiodic:
        raise SpecificationError("--workers and --scheduler go with --enumerate and --lowest of whole spaces only")
    return engine_of(workers, scheduler, seconds=None, memory=0)


def _mode(numbers: Mapping[Mode, int | None], *, count: bool, every: bool) -> tuple[Mode, int]:
    chosen: list[tuple[Mode, int]] = [(mode, number) for mode, number in numbers.items() if number is not None]
    chosen += [("count", 0)] if count else []
    chosen += [("enumerate", 0)] if every else []
    if len(chosen) > 1:
        names = " and ".join(f"--{mode}" for mode, _ in chosen)
        raise SpecificationError(f"{names} cannot be asked for together; choose one")
    mode, number = chosen[0] if chosen else ("lowest", 1)
    if mode in numbers and number < 1:
        raise SpecificationError(f"--{mode} {number}: a number of configurations is 1 or more")
    return mode, number
