"""Options that say what a planned supercell must be, for every command that plans one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from nitrivac.cli.common import console, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.io.sources import Source
    from nitrivac.vacancies.planning.search import Planning

SupercellOption = Annotated[
    str | None, typer.Option(help="Force a supercell: 3x3x2, or nine numbers, which may be fractions such as -1/2.")
]
PrimitiveOption = Annotated[
    bool, typer.Option("--primitive", help="Force the primitive cell, or a --supercell in terms of it.")
]
MinImageOption = Annotated[float, typer.Option(help="Smallest distance between images of a defect.", metavar="A")]
MaxAtomsOption = Annotated[
    int | None,
    typer.Option(help="Largest number of atoms (default: 400, or up to 1000 where no cell of 400 will do).", metavar="N"),
]
ExclusionOption = Annotated[
    float | None,
    typer.Option(
        help="Sites of like charge nearer than this are not both filled (default: 1.9 for split pairs).", metavar="A"
    ),
]
ToleranceOption = Annotated[
    float | None,
    typer.Option(
        help="How far off each target may be, of itself; 0 for the exact cell (default: two standard uncertainties, "
        "or 0.1 where none is stated).",
        min=0,
    ),
]
NearestOption = Annotated[
    bool, typer.Option("--nearest", help="Where none is within the tolerance, take the nearest neutral cell.")
]
AllowChargeOption = Annotated[bool, typer.Option("--allow-charge", help="Allow a charged supercell.")]
PlansOption = Annotated[int | None, typer.Option(help="List the N best cells, and make nothing.", metavar="N", min=1)]
PlanOption = Annotated[int, typer.Option(help="Take the K-th of the cells that --plans lists.", metavar="K", min=1)]
SeedOption = Annotated[int, typer.Option(help="Seed of the random generator.", min=0)]


def with_forced_cell(planning: Planning, source: Source, supercell: str | None, *, primitive: bool) -> Planning:
    """The planning with the supercell that is forced, in terms of the source's cell; as it is where none is.

    Args:
        planning: the other options.
        source: whose primitive cell is meant.
        supercell: `3x3x2` or nine numbers.
        primitive: whether it is in terms of the primitive cell, or that cell itself.
    """
    from nitrivac.crystal.supercells.primitive import primitive_vectors
    from nitrivac.crystal.supercells.supercell_matrix import as_matrix, parse_matrix
    from nitrivac.io.sources import load

    if supercell is None and not primitive:
        return planning
    given = parse_matrix(supercell) if supercell is not None else None
    if not primitive:
        return replace(planning, supercell=given)
    vectors = primitive_vectors(load(source))
    return replace(planning, supercell=as_matrix(vectors if given is None else given @ vectors))


def show_plans(crystal: Crystal, items: Sequence[str], number: int, planning: Planning, *, as_json: bool) -> None:
    """Print the best cells, as a table or as JSON.

    Args:
        crystal: the source.
        items: the vacancies.
        number: how many cells at most.
        planning: what they must be.
        as_json: whether as JSON.
    """
    from nitrivac.report.terminal.vacancies import ranked_plans_report
    from nitrivac.vacancies.planned import rank_plans

    ranked = rank_plans(crystal, items, number, planning=planning)
    if as_json:
        print_json(ranked.plain())
    else:
        console().print(ranked_plans_report(ranked))
