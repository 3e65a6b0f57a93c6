"""Energies by any ASE calculator: relaxed crystals, vacancies, barriers."""

from __future__ import annotations

import json
from enum import StrEnum
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
    print_json,
)

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.potential import Potential

CalculatorOption = Annotated[
    str, typer.Option("--calculator", help="sevennet, chgnet, mace:FILE, nep:FILE or any module:factory.", metavar="NAME")
]
FolderOption = Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the files.", metavar="DIR")]
RelaxOption = Annotated[bool, typer.Option("--relax", help="Relax cell and atoms with the calculator first.")]


class CellMode(StrEnum):
    """What may change with the atoms."""

    fixed = "fixed"
    symmetric = "symmetric"
    free = "free"


@app.command()
def relax(
    source: SourceArgument,
    calculator: CalculatorOption,
    cell: Annotated[
        CellMode, typer.Option(help="Atoms only, or with the cell, in its space group or free.")
    ] = CellMode.symmetric,
    force: Annotated[float, typer.Option("--fmax", help="Largest force left, eV/angstrom.", metavar="F")] = 0.01,
    steps: Annotated[int, typer.Option(help="Steps at most.", metavar="N")] = 500,
    output: FolderOption = None,
    overwrite: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Relax a crystal with an interatomic potential, and say how far that moves it."""
    from nitrivac.energetics import load_potential
    from nitrivac.energetics import relax as relaxed
    from nitrivac.io.writers import crystal_text
    from nitrivac.report.terminal.energetics import relaxation_report

    crystal = load_source(source)
    found = relaxed(crystal, load_potential(calculator), cell=cell.value, force=force, steps=steps)
    if output is not None:
        made = {"relaxed_by": str(found.calculator)}
        _write(
            output,
            {"relaxed.cif": crystal_text(found.crystal, "cif", extra=made), "relaxation.json": _json(found.plain())},
            overwrite,
        )
    if as_json:
        print_json(found.plain())
    else:
        console().print(relaxation_report(found))


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
    steps: Annotated[int, typer.Option(help="Steps at most.", metavar="N")] = 500,
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
    crystal = _at_rest(measured, potential, relax_first)
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


@app.command()
def barriers(
    source: SourceArgument,
    calculator: CalculatorOption,
    hops: Annotated[
        str | None, typer.Option(help="Names, e.g. h1,h2; default elementary ones to 4 angstrom.", metavar="H")
    ] = None,
    species: SpeciesOption = None,
    supercell: Annotated[str | None, typer.Option(help="3x3x2 or nine whole numbers; default 10 angstrom.")] = None,
    images: Annotated[int, typer.Option(help="Images between the ends.", metavar="N")] = 5,
    relax_first: RelaxOption = False,
    force: Annotated[float, typer.Option("--fmax", help="Largest force across the band, eV/angstrom.", metavar="F")] = 0.05,
    steps: Annotated[int, typer.Option(help="Steps at most in each stage.", metavar="N")] = 300,
    output: FolderOption = None,
    overwrite: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Barriers of hops into a vacancy by climbing-image nudged elastic bands."""
    from dataclasses import replace

    from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
    from nitrivac.energetics import BandOptions, load_potential, migration_barriers, potential_trust
    from nitrivac.energetics.band_files import band_texts
    from nitrivac.report.terminal.energetics import barriers_report
    from nitrivac.report.terminal.progress import progress_bar

    potential = load_potential(calculator)
    measured = load_source(source)
    trust = potential_trust(measured, potential)
    crystal = _at_rest(measured, potential, relax_first)
    with progress_bar("hops") as progress:
        found = migration_barriers(
            crystal,
            potential,
            hops=[name.strip() for name in hops.split(",")] if hops else None,
            species=species,
            options=BandOptions(
                supercell=parse_matrix(supercell) if supercell else None, images=images, force=force, steps=steps
            ),
            progress=progress,
        )
    found = replace(found, trust=trust)
    if output is not None:
        texts = {"barriers.json": _json(found.plain()), "barriers.csv": found.csv(), **band_texts(found)}
        _write(output, texts, overwrite)
    if as_json:
        print_json(found.plain())
    else:
        console().print(barriers_report(found))


def _at_rest(crystal: Crystal, potential: Potential, wanted: bool) -> Crystal:
    """The crystal, relaxed first where that was asked for."""
    from nitrivac.energetics import relax as relaxed

    return relaxed(crystal, potential).crystal if wanted else crystal


def _json(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _write(folder: Path, texts: dict[str, str], overwrite: bool) -> None:
    from nitrivac.files import prepare_folder, write_texts

    prepare_folder(folder)
    write_texts({folder / name: text for name, text in texts.items()}, overwrite=overwrite)
    message(f"{folder}: {', '.join(texts)}")
