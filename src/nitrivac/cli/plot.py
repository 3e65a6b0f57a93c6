"""Figures."""

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
    SpecificationArgument,
    app,
    given_options,
    message,
    numbers,
    print_json,
)
from nitrivac.cli.migration import MaxDistanceOption, RadiusOption  # noqa: TC001 - typer reads the hints
from nitrivac.cli.paths import PathMethod
from nitrivac.cli.planning import (
    AllowChargeOption,
    ExclusionOption,
    MaxAtomsOption,
    MinImageOption,
    NearestOption,
    PlanOption,
    PrimitiveOption,
    SeedOption,
    SupercellOption,
    ToleranceOption,
    with_forced_cell,
)
from nitrivac.errors import SpecificationError
from nitrivac.report.figures.registry import FIGURES, Figure, figure_named

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

FigureKind = StrEnum("FigureKind", [figure.name for figure in FIGURES])  # type: ignore[misc]  # typer lists its members


@app.command()
def plot(
    context: typer.Context,
    kind: Annotated[FigureKind, typer.Argument(help=f"What to draw: {', '.join(FigureKind)}.", metavar="KIND")],
    source: SourceArgument,
    specification: SpecificationArgument = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File: .png, .svg, .pdf, or .html to turn and point at.", metavar="FILE")
    ] = ...,  # type: ignore[assignment]  # typer's mark of a required option
    centres: Annotated[
        str | None, typer.Option(help="structure: elements whose polyhedra are shown, e.g. P,Si.", metavar="ELEMENTS")
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            help="structure: draw these sites only, e.g. P,N or Li@4f; default all, above 100 sites the framework and what "
            "moves.",
            metavar="SITES",
        ),
    ] = None,
    view: Annotated[
        str | None, typer.Option(help="structure, hops: look along a, b, c or a direction, e.g. [110].", metavar="AXIS")
    ] = None,
    hop: Annotated[
        str | None, typer.Option(help="profile: name of the hop; default the shortest elementary one.", metavar="HOP")
    ] = None,
    images: Annotated[int | None, typer.Option(help="profile: images between the ends; default 23.", metavar="N")] = None,
    method: Annotated[PathMethod, typer.Option(help="profile: straight, or relaxed.")] = PathMethod.linear,
    host: Annotated[str | None, typer.Option(help="profile: vacancy configuration of SOURCE.", metavar="FILE")] = None,
    barriers: Annotated[
        list[Path] | None,
        typer.Option(help="barriers: barriers.json of nitrivac barriers; repeat for other potentials.", metavar="FILE"),
    ] = None,
    supercell: SupercellOption = None,
    primitive: PrimitiveOption = False,
    min_image: MinImageOption = 10.0,
    max_atoms: MaxAtomsOption = None,
    exclusion: ExclusionOption = None,
    tolerance: ToleranceOption = None,
    nearest: NearestOption = False,
    allow_charge: AllowChargeOption = False,
    plan: PlanOption = 1,
    seed: SeedOption = 0,
    species: SpeciesOption = None,
    max_distance: MaxDistanceOption = None,
    radii: RadiusOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Draw the structure, hops, their percolation, a path, barriers, configurations or the measured conductivities."""
    own = {"SPEC"} if specification and host is None else set()  # beside a host it is that of the host's own run
    _refuse_strangers(figure_named(kind.value), given_options(context) - {"--output", "--force", "--json"} | own)
    from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
    from nitrivac.files import prepare_folder, write_files
    from nitrivac.migration.paths.shortest import PROFILE_IMAGES
    from nitrivac.report.figures.plot import Drawing, draw
    from nitrivac.vacancies.planning.search import Planning

    planning = Planning(
        min_image=min_image,
        max_atoms=max_atoms,
        allow_charge=allow_charge,
        tolerance=tolerance,
        nearest=nearest,
        exclusion=exclusion,
    )
    drawing = Drawing(
        source=source,
        specification=specification or (),
        centres=_parts(centres),
        only=_parts(only),
        view=view,
        species=species,
        max_distance=max_distance,
        hop=hop,
        images=PROFILE_IMAGES if images is None else images,
        method=method.value,
        host=host,
        supercell=parse_matrix(supercell) if supercell is not None else None,
        planning=with_forced_cell(planning, source, supercell, primitive=primitive),
        plan=plan,
        radii=numbers(radii, "--ion-radius"),
        seed=seed,
        barrier_files=barriers or (),
    )
    content = draw(kind.value, drawing, output)
    prepare_folder(output.parent)
    write_files({output: content}, overwrite=force)
    if as_json:
        print_json({"figure": kind.value, "source": source, "file": str(output)})
    else:
        message(f"{kind} of {source} in {output}")


def _parts(text: str | None) -> list[str] | None:
    """The parts between commas, None where nothing was given."""
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def _refuse_strangers(figure: Figure, given: AbstractSet[str]) -> None:
    """Refuse options that were given and go with other figures only."""
    for option in sorted(given - set(figure.options)):
        kinds = [other.name for other in FIGURES if option in other.options]
        raise SpecificationError(f"{option} goes with plot {' or '.join(kinds)} only")
