"""Molecular dynamics on the sites of a crystal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nitrivac.cli.common import (
    ForceOption,
    JsonOption,
    SourceArgument,
    SpeciesOption,
    app,
    console,
    load_source,
    message,
    numbers,
    print_json,
    remember_remark,
)
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.trajectories.density import Density
    from nitrivac.trajectories.result import TrajectoryAnalysis


@app.command()
def trajectory(
    source: SourceArgument,
    files: Annotated[
        list[Path], typer.Argument(help="Extended XYZ, XDATCAR, vasprun.xml, LAMMPS dump, .traj.", metavar="FILE...")
    ],
    time_step: Annotated[
        str, typer.Option(help="Time between two frames of the file; one for each run where they differ.", metavar="FS")
    ],
    species: SpeciesOption = None,
    skip: Annotated[float, typer.Option(help="Left out at the beginning of each run.", metavar="PS")] = 0.0,
    temperature: Annotated[
        str | None,
        typer.Option(help="For the conductivity; several, as 600,800: each FILE is a run of its own.", metavar="K"),
    ] = None,
    core: Annotated[
        float, typer.Option(help="Radius of a core over the distance to the nearest site.", metavar="SHARE")
    ] = 0.3,
    types: Annotated[
        str | None, typer.Option(help="Elements of the types of a LAMMPS dump, as Li,N.", metavar="X,Y")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the files.", metavar="DIR")] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Occupancies, jumps, rates, diffusion and density from molecular dynamics."""
    from nitrivac.report.terminal.progress import progress_bar
    from nitrivac.report.terminal.trajectories import arrhenius_table, trajectory_report
    from nitrivac.trajectories.analyze import analyze_trajectory
    from nitrivac.trajectories.frames import Trajectory
    from nitrivac.trajectories.temperatures import arrhenius_lines

    crystal = load_source(source)
    kelvins = _numbers(temperature, "--temperature") if temperature is not None else [None]
    runs = [files] if len(kelvins) == 1 else [[file] for file in files]
    if len(runs) != len(kelvins):
        raise SpecificationError(
            f"--temperature {temperature}: {len(kelvins)} temperatures need as many files, not {len(files)}"
        )
    steps = _numbers(time_step, "--time-step")
    if len(steps) not in (1, len(runs)):
        raise SpecificationError(
            f"--time-step {time_step}: one number, or one for each of the {len(runs)} runs, is accepted"
        )
    elements = tuple(one.strip() for one in types.split(",")) if types is not None else ()
    done: list[tuple[TrajectoryAnalysis, Density]] = []
    for number, (run, kelvin) in enumerate(zip(runs, kelvins, strict=True)):
        with progress_bar("frames") as tell:
            found = analyze_trajectory(
                crystal,
                Trajectory(files=run, types=elements),
                time_step=steps[number % len(steps)],
                species=species,
                skip=skip,
                temperature=kelvin,
                core_share=core,
                progress=tell,
            )
        for remark in found[0].remarks:
            remember_remark(remark if len(runs) == 1 else f"{kelvin:g} K: {remark}")
        done.append(found)
    lines = arrhenius_lines([one for one, _ in done]) if len(done) > 1 else ()
    if output is not None:
        _write(crystal, done, output, force=force)
    if as_json:
        documents = [one.plain() for one, _ in done]
        together = {"runs": documents, "arrhenius": [line.plain() for line in lines]}
        print_json(documents[0] if len(documents) == 1 else {"source": documents[0]["source"]} | together)
        return
    screen = console()
    for one, _ in done:
        screen.print(trajectory_report(one))
        screen.print("")
    if lines:
        screen.print(arrhenius_table(lines))


def _write(crystal: Crystal, done: list[tuple[TrajectoryAnalysis, Density]], output: Path, *, force: bool) -> None:
    """The files of each run, in a folder named by its temperature where there are several."""
    from nitrivac.files import prepare_folder, write_files
    from nitrivac.trajectories.files import trajectory_texts

    contents: dict[Path, bytes] = {}
    for run, density in done:
        folder = prepare_folder(output if len(done) == 1 else output / f"{run.temperature:g}K")
        contents |= {path: text.encode() for path, text in trajectory_texts(run, density, crystal, folder).items()}
        contents |= _figures(crystal, run, density, folder)
    write_files(contents, overwrite=force)
    message(f"{len(contents)} files in {output}")


def _figures(crystal: Crystal, run: TrajectoryAnalysis, density: Density, folder: Path) -> dict[Path, bytes]:
    """The figures of a run; none where the libraries that draw are not installed, which is said."""
    from nitrivac.errors import MissingExtraError
    from nitrivac.optional_libraries import require

    try:
        require("a figure of a run", "matplotlib")
    except MissingExtraError as error:
        remember_remark(f"no figures are drawn: {error}")
        return {}
    from nitrivac.report.figures.drawing.turnable import scene_html
    from nitrivac.report.figures.dynamics import density_scene, msd_figure
    from nitrivac.report.figures.export import figure_bytes, figure_page

    title = f"Density of {run.species} in {run.source}"
    page = figure_page(scene_html(density_scene(density, crystal), words=title, caution=run.caution, fill=True), title)
    return {
        folder / "density.html": page.encode(),
        folder / "msd.svg": figure_bytes(msd_figure(run), "svg", caution=run.caution),
    }


def _numbers(text: str, option: str) -> list[float]:
    """Numbers from `600` or `600,800`."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise SpecificationError(f"{option} {text}: a number is accepted, or several as 600,800") from None


@app.command()
def sampling(
    source: SourceArgument,
    supercell: Annotated[str, typer.Option(help="To be simulated: 3x3x2 or nine whole numbers.")],
    vacancies: Annotated[int, typer.Option(help="Vacant sites of the mobile species in it.", metavar="N")],
    rate: Annotated[list[str] | None, typer.Option(help="Rate of a hop, e.g. h2=0.3; repeat.", metavar="HOP=PER_PS")] = None,
    barrier: Annotated[list[str] | None, typer.Option(help="Or its barrier, e.g. h2=0.3.", metavar="HOP=EV")] = None,
    temperature: Annotated[
        str, typer.Option(help="With barriers: one or several, as 600,800.", metavar="K")
    ] = "600,800,1000",
    attempt: Annotated[float, typer.Option(help="With barriers: attempt frequency, 1/s.", metavar="HZ")] = 1e13,
    error: Annotated[float, typer.Option(help="Wanted relative standard error.", metavar="SHARE")] = 0.1,
    species: SpeciesOption = None,
    as_json: JsonOption = False,
) -> None:
    """How long to simulate and how often to write a frame, for rates and diffusion of a wanted error."""
    from nitrivac.crystal.supercells.supercell import make_supercell
    from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
    from nitrivac.migration import find_hops
    from nitrivac.migration.diffusion.tensor import hop_rates
    from nitrivac.report.terminal.trajectories import sampling_report
    from nitrivac.trajectories.sampling import run_length

    if (rate is None) == (barrier is None):
        raise SpecificationError("give --rate for hops, or --barrier, one of the two")
    crystal = load_source(source)
    network = find_hops(crystal, species=species, widest_paths=False)
    cell = make_supercell(crystal, parse_matrix(supercell))
    kelvins: list[float | None] = [None]
    speeds = [numbers(rate, "--rate")]
    if barrier is not None:
        given = numbers(barrier, "--barrier")
        kelvins = [*_numbers(temperature, "--temperature")]
        speeds = [
            {hop: one * 1e-12 for hop, one in hop_rates(given, temperature=kelvin or 0.0, attempt_frequency=attempt).items()}
            for kelvin in kelvins
        ]
    found = [
        run_length(crystal, network, cell, {hop: (one, one) for hop, one in each.items()}, vacancies=vacancies, error=error)
        for each in speeds
    ]
    if as_json:
        rows = [{"temperature_K": kelvin, **one.plain()} for kelvin, one in zip(kelvins, found, strict=True)]
        print_json({"source": network.source, "matrix": cell.matrix.tolist(), "vacancies": vacancies, "runs": rows})
        return
    console().print(sampling_report(found, kelvins))
