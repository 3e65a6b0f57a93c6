"""Images of an ion on its way, of a hop or between two relaxed ends."""

from __future__ import annotations

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
    numbers,
    print_json,
    remember_remark,
)
from nitrivac.cli.migration import HostOption, MaxDistanceOption, RadiusOption, host_of
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.host import Host
    from nitrivac.migration.network import HopNetwork
    from nitrivac.migration.paths.record import MigrationPath


class PathFormat(StrEnum):
    """File formats for the images of a path."""

    poscar = "poscar"
    vasp = "vasp"
    extxyz = "extxyz"


class PathMethod(StrEnum):
    """How the images between the ends are found."""

    idpp = "idpp"
    linear = "linear"


@app.command()
def path(
    source: SourceArgument,
    hop: Annotated[str | None, typer.Option(help="Name of the hop, as nitrivac hops lists it.")] = None,
    start: Annotated[str | None, typer.Option(help="First end, a relaxed structure; with --end.", metavar="FILE")] = None,
    end: Annotated[str | None, typer.Option(help="Second end, atoms in any order.", metavar="FILE")] = None,
    images: Annotated[int, typer.Option(help="Images between the ends.", metavar="N")] = 7,
    supercell: Annotated[str | None, typer.Option(help="3x3x2 or nine whole numbers; default 10 angstrom.")] = None,
    method: Annotated[PathMethod, typer.Option(help="Straight, or relaxed on the pair potential.")] = PathMethod.idpp,
    species: SpeciesOption = None,
    max_distance: MaxDistanceOption = None,
    radii: RadiusOption = None,
    host: HostOption = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the files.", metavar="DIR")] = None,
    file_format: Annotated[
        PathFormat, typer.Option("--format", help="File format; vasp and poscar are the same.")
    ] = PathFormat.poscar,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make the images of an ion that jumps into a vacancy, or between two relaxed ends, for a nudged-elastic-band run."""
    from nitrivac.files import prepare_folder, write_texts
    from nitrivac.migration.paths.path_files import path_texts
    from nitrivac.report.terminal.migration import path_report

    parent = load_source(source)
    given = numbers(radii, "--ion-radius")
    if start is not None or end is not None:
        if start is None or end is None or hop is not None or host is not None or supercell is not None:
            raise SpecificationError("--start and --end go together, and without --hop, --host and --supercell")
        made = _path_between(parent, start, end, images=images, method=method, species=species, radii=given)
    elif hop is None:
        raise SpecificationError("--hop names the hop (see nitrivac hops), or --start and --end name the relaxed ends")
    else:
        network, configuration = _hops_of(parent, host, species=species, max_distance=max_distance, radii=given)
        made = _vacancy_path(
            parent, network, hop, supercell=supercell, images=images, method=method, radii=given, host=configuration
        )
    files: tuple[str, ...] = ()
    if output is not None:
        texts = path_texts(made, output, file_format.value)
        for folder in dict.fromkeys(file.parent for file in texts):
            prepare_folder(folder)
        files = tuple(str(file) for file in write_texts(texts, overwrite=force))
    if as_json:
        print_json(made.plain() | {"images": [file for file in files if not file.endswith("profile.json")]})
        return
    console().print(path_report(made))
    if files:
        message(f"{len(files)} files in {output}")


def _path_between(
    parent: Crystal,
    start: str,
    end: str,
    *,
    images: int,
    method: PathMethod,
    species: str | None,
    radii: Mapping[str, float],
) -> MigrationPath:
    """The path between two structure files; what must be said of them is said."""
    from nitrivac.io.read import free_coordinates
    from nitrivac.migration.paths.between import path_between

    made = path_between(
        parent,
        load_source(start),
        load_source(end),
        images=images,
        method=method.value,
        species=species,
        radii=radii,
        free=free_coordinates(start),
    )
    for remark in made.remarks:
        remember_remark(remark)
    return made


def _hops_of(
    parent: Crystal, host: str | None, *, species: str | None, max_distance: float | None, radii: Mapping[str, float]
) -> tuple[HopNetwork, Host | None]:
    """The hops of a crystal, or into the vacancies of a host on it, and this host."""
    from nitrivac.migration import find_hops

    found = host_of(parent, host, species)
    crystal = found.crystal if found else parent
    return find_hops(crystal, species=species, max_distance=max_distance, radii=radii, host=found), found


def _vacancy_path(
    parent: Crystal,
    network: HopNetwork,
    hop: str,
    *,
    supercell: str | None,
    images: int,
    method: PathMethod,
    radii: Mapping[str, float],
    host: Host | None,
) -> MigrationPath:
    """The path of one hop."""
    from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
    from nitrivac.migration.paths.path import vacancy_path

    return vacancy_path(
        host.crystal if host else parent,
        network,
        hop,
        supercell=parse_matrix(supercell) if supercell is not None else None,
        images=images,
        method=method.value,
        radii=radii,
        host=host,
    )
