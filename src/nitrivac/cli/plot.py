"""Figures."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nitrivac.cli.common import (
    ForceOption,
    SourceArgument,
    SpeciesOption,
    SpecificationArgument,
    app,
    message,
    numbers,
)
from nitrivac.cli.migration import MaxDistanceOption, PathMethod, RadiusOption
from nitrivac.errors import SpecificationError


class Figure(StrEnum):
    """What can be drawn."""

    structure = "structure"
    hops = "hops"
    percolation = "percolation"
    profile = "profile"
    configurations = "configurations"
    conductivity = "conductivity"


_SPECIFIED = (Figure.structure, Figure.hops, Figure.percolation, Figure.configurations)
_NETWORKS = (Figure.hops, Figure.percolation, Figure.profile)


@app.command()
def plot(
    kind: Annotated[Figure, typer.Argument(help=f"What to draw: {', '.join(Figure)}.", metavar="KIND")],
    source: SourceArgument,
    specification: SpecificationArgument = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File: .png, .svg, .pdf, or .html to turn and point at.", metavar="FILE")
    ] = ...,  # type: ignore[assignment]  # typer's mark of a required option
    centres: Annotated[
        str | None, typer.Option(help="structure: elements whose polyhedra are shown, e.g. P,Si.", metavar="ELEMENTS")
    ] = None,
    hop: Annotated[
        str | None, typer.Option(help="profile: name of the hop; default the shortest elementary one.", metavar="HOP")
    ] = None,
    images: Annotated[int | None, typer.Option(help="profile: images between the ends; default 23.", metavar="N")] = None,
    method: Annotated[PathMethod, typer.Option(help="profile: straight, or relaxed.")] = PathMethod.linear,
    host: Annotated[str | None, typer.Option(help="profile: vacancy configuration of SOURCE.", metavar="FILE")] = None,
    supercell: Annotated[str | None, typer.Option(help="profile, configurations: 3x3x2 or nine whole numbers.")] = None,
    seed: Annotated[int, typer.Option(help="configurations: seed of the sample.", min=0)] = 0,
    species: SpeciesOption = None,
    max_distance: MaxDistanceOption = None,
    radii: RadiusOption = None,
    force: ForceOption = False,
) -> None:
    """Draw the structure, the hops, their percolation, a path, the configurations or the measured conductivities."""
    for option, given, kinds in (
        ("--centres", centres is not None, (Figure.structure,)),
        ("--hop", hop is not None, (Figure.profile,)),
        ("--images", images is not None, (Figure.profile,)),
        ("--method", method != PathMethod.linear, (Figure.profile,)),
        ("--host", host is not None, (Figure.profile,)),
        ("--supercell", supercell is not None, (Figure.profile, Figure.configurations)),
        ("--seed", seed != 0, (Figure.configurations,)),
        ("--species", species is not None, _NETWORKS),
        ("--max-distance", max_distance is not None, _NETWORKS),
        ("--ion-radius", bool(radii), _NETWORKS),
        ("SPEC", bool(specification), _SPECIFIED if host is None else (*_SPECIFIED, Figure.profile)),
    ):
        if given and kind not in kinds:
            raise SpecificationError(f"{option} goes with plot {' or '.join(kinds)} only")
    from nitrivac.crystal.supercell import parse_matrix
    from nitrivac.files import prepare_folder, write_files
    from nitrivac.report.figures.plot import PROFILE_IMAGES, Drawing, draw

    drawing = Drawing(
        source=source,
        specification=specification or (),
        centres=[part.strip() for part in centres.split(",") if part.strip()] if centres is not None else None,
        species=species,
        max_distance=max_distance,
        hop=hop,
        images=PROFILE_IMAGES if images is None else images,
        method=method.value,
        host=host,
        supercell=parse_matrix(supercell) if supercell is not None else None,
        radii=numbers(radii, "--ion-radius"),
        seed=seed,
    )
    content = draw(kind.value, drawing, output)
    prepare_folder(output.parent)
    write_files({output: content}, overwrite=force)
    message(f"{kind} of {source} in {output}")
