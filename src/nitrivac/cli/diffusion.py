"""Diffusion and conductivity from barriers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nitrivac.cli.common import (
    JsonOption,
    SourceArgument,
    SpeciesOption,
    SpecificationArgument,
    app,
    console,
    load_source,
    numbers,
    print_json,
)
from nitrivac.cli.migration import MaxDistanceOption  # noqa: TC001 - typer reads the hints
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.diffusion.stated_barriers import BarrierFile
    from nitrivac.migration.network import HopNetwork


@app.command()
def diffusion(
    source: SourceArgument,
    specification: SpecificationArgument = None,
    barrier: Annotated[
        list[str] | None, typer.Option(help="Barrier above energy 0 in eV, e.g. h1=0.3 or s1=0.1; repeat.", metavar="HOP=EV")
    ] = None,
    barriers_file: Annotated[
        Path | None,
        typer.Option("--barriers", help="barriers.json of nitrivac barriers; --barrier replaces.", metavar="FILE"),
    ] = None,
    carriers: Annotated[
        float | None, typer.Option(help="Carriers per cm3, in place of SPEC; without either no conductivity.", metavar="N")
    ] = None,
    temperature: Annotated[
        list[str] | None, typer.Option(help="K, e.g. 300 or 300,350; repeat. Default 300, 400, 500.", metavar="K")
    ] = None,
    attempt: Annotated[
        float | None,
        typer.Option(
            help="Attempt frequency of all hops, 1/s. Default: of the file where it has them, else 1e13.", metavar="HZ"
        ),
    ] = None,
    energy: Annotated[
        list[str] | None, typer.Option(help="Energy of the carrier on a site in eV, Li@1b=0.1.", metavar="SITE=EV")
    ] = None,
    species: SpeciesOption = None,
    max_distance: MaxDistanceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Diffusion tensor and conductivity of independent carriers from barriers of the hops, beside what was measured."""
    from nitrivac.documents.origin import origin_keys
    from nitrivac.migration.diffusion.arrhenius import arrhenius, principal_activation_energies
    from nitrivac.migration.diffusion.stated_barriers import StatedBarriers, read_barrier_file
    from nitrivac.migration.diffusion.tensor import ATTEMPT_HZ, with_split_pairs
    from nitrivac.report.measured import measured_beside
    from nitrivac.report.terminal.diffusion import DiffusionAnswer, diffusion_report
    from nitrivac.vacancies.carriers import vacancies_per_cm3

    if carriers is not None and not 0 < carriers < 1e25:
        raise SpecificationError(f"--carriers {carriers:g}: a number above 0 per cm3 is accepted")
    if carriers is not None and specification:
        raise SpecificationError("SPEC says how many vacancies there are, and so does --carriers; choose one")
    crystal = load_source(source)
    file = read_barrier_file(barriers_file) if barriers_file is not None else None
    network = _network(crystal, file, species, max_distance)
    given = numbers(barrier, "--barrier")
    stated = StatedBarriers() if file is None else file.on(network, given)
    if not stated.heights | given:
        raise SpecificationError("no barrier: give --barrier h1=0.3, or --barriers with a file of nitrivac barriers")
    if specification:
        carriers = vacancies_per_cm3(crystal, specification, network.species)
    complete, assumed = with_split_pairs(network, stated.heights | given)
    frequencies = attempt if attempt is not None else stated.frequencies or ATTEMPT_HZ
    rows, activation = arrhenius(
        network,
        complete,
        temperatures=_temperatures(temperature),
        concentration=carriers,
        attempt_frequency=frequencies,
        site_energies=stated.site_energies | numbers(energy, "--energy"),
    )
    answer = DiffusionAnswer(
        network=network,
        rows=tuple(rows),
        activation_energy=activation,
        principal_energies=principal_activation_energies(rows),
        carriers=carriers,
        barriers=complete,
        without_barrier=assumed,
        frequencies=frequencies,
        calculator=None if file is None else file.calculator or str(file.path),
        measured=measured_beside(network.source),
    )
    if as_json:
        print_json({**origin_keys(network.source, network.caution), **answer.plain()})
    else:
        console().print(diffusion_report(answer))


def _network(crystal: Crystal, file: BarrierFile | None, species: str | None, max_distance: float | None) -> HopNetwork:
    """The hops, to the longest of a file at least, since one that is not there cannot carry."""
    from nitrivac.migration import find_hops

    network = find_hops(crystal, species=species, max_distance=max_distance)
    if file is None or max_distance is not None or file.reach <= network.max_distance:
        return network
    return find_hops(crystal, species=species, max_distance=file.reach + 0.01)


def _temperatures(texts: list[str] | None) -> list[float]:
    """Temperatures in K from `300` or `300,350`."""
    parts = [part.strip() for text in texts or ["300,400,500"] for part in text.split(",")]
    try:
        return [float(part) for part in parts]
    except ValueError:
        raise SpecificationError(f"--temperature {','.join(parts)}: numbers in K are accepted, e.g. 300,350") from None
