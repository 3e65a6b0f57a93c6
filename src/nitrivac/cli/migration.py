"""Hops and diffusion."""

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
    numbers,
    print_json,
    remember_remark,
)
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.hop_shells import HopSummary
    from nitrivac.migration.host import Host
    from nitrivac.migration.network import HopNetwork


MaxDistanceOption = Annotated[
    float | None, typer.Option(help="Longest hop in angstrom; by default found from the structure.", metavar="A")
]
RadiusOption = Annotated[
    list[str] | None, typer.Option("--ion-radius", help="Ionic radius in place of Shannon's, e.g. N=1.46.", metavar="X=A")
]


HostOption = Annotated[
    str | None, typer.Option(help="Vacancy configuration of SOURCE, a file: hops into its vacancies.", metavar="FILE")
]


@app.command()
def hops(
    source: SourceArgument,
    species: SpeciesOption = None,
    max_distance: MaxDistanceOption = None,
    sensitivity: Annotated[
        float | None, typer.Option(help="Shift each free coordinate by this fraction and compare.", metavar="SHIFT")
    ] = None,
    only: Annotated[str | None, typer.Option(help="What these hops span alone, e.g. h1,h3.", metavar="HOPS")] = None,
    elementary: Annotated[bool, typer.Option("--elementary", help="What the elementary hops span alone.")] = False,
    by_anions: Annotated[
        bool, typer.Option("--by-anions", help="What hops of one kind span alone: across N-N, Cl-N, Cl-Cl, ...")
    ] = False,
    random: Annotated[
        int | None, typer.Option(help="Fill the sites at random N times: when do filled ones span?", metavar="N", min=1)
    ] = None,
    box: Annotated[str, typer.Option(help="Cells of the box for --random.", metavar="AxBxC")] = "8x8x8",
    seed: Annotated[int, typer.Option(help="Seed of --random.", min=0)] = 0,
    radii: RadiusOption = None,
    host: HostOption = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the hops to this CSV file too.", metavar="FILE")] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """List the symmetry-distinct hops of the mobile species and when they percolate."""
    from nitrivac.files import write_text
    from nitrivac.migration.hop_shells import HopSummary
    from nitrivac.migration.host import host_percolation
    from nitrivac.migration.percolation.percolation_by_anions import percolation_by_anions
    from nitrivac.migration.percolation.random_filling import filling_hops, fillings_of
    from nitrivac.migration.sensitivity import hop_sensitivity
    from nitrivac.report.terminal.migration import (
        filling_report,
        hops_report,
        host_text,
        kinds_report,
        sensitivity_report,
        subset_text,
    )

    if host is not None and (only is not None or elementary or by_anions or sensitivity is not None or random is not None):
        raise SpecificationError(
            "--host lists hops into its vacancies: --only, --elementary, --by-anions, --sensitivity and --random do not go "
            "with it"
        )
    parent = load_source(source)
    made = host_of(parent, host, species)
    crystal = made.crystal if made else parent
    given = numbers(radii, "--ion-radius")
    alone = only is None and not elementary and sensitivity is None and random is None
    network = _network(crystal, made, species=species, max_distance=max_distance, radii=given, may_summarise=alone)
    if isinstance(network, HopSummary):
        _show_summary(network, table, force=force, as_json=as_json)
        return
    names = [part.strip() for part in only.split(",") if part.strip()] if only is not None else None
    subset = network.percolation(names, elementary=elementary) if only is not None or elementary else None
    kinds = percolation_by_anions(network) if by_anions else ()
    shifted = hop_sensitivity(crystal, network, sensitivity) if sensitivity is not None else None
    chosen = subset.hops if subset else filling_hops(network)
    filled = fillings_of(crystal, network, chosen, box=_box(box), runs=random, seed=seed) if random else None
    spanned = host_percolation(made, network.species, network.max_distance) if made else None
    if table is not None:
        write_text(table, network.csv(), overwrite=force)
    if as_json:
        parts = {"subset": subset, "sensitivity": shifted, "host": spanned}
        document = network.plain() | {name: part.plain() for name, part in parts.items() if part is not None}
        if by_anions:
            document["by_anions"] = [kind.plain() for kind in kinds]
        print_json(document | ({"random": {"hops": chosen} | filled[0].plain() | filled[1].plain()} if filled else {}))
        return
    screen = console()
    screen.print(hops_report(network, percolation=made is None))
    if spanned is not None:
        screen.print("")
        screen.print(host_text(spanned, network.max_distance))
    if subset is not None:
        screen.print(subset_text(subset))
    if kinds:
        screen.print("")
        screen.print(kinds_report(kinds))
    if filled is not None:
        screen.print("")
        screen.print(filling_report(*filled, chosen))
    if shifted is not None:
        screen.print("")
        screen.print(sensitivity_report(shifted))


def _network(
    crystal: Crystal,
    host: Host | None,
    *,
    species: str | None,
    max_distance: float | None,
    radii: Mapping[str, float],
    may_summarise: bool,
) -> HopNetwork | HopSummary:
    """The hops, summarised where they are too many and nothing else is asked of them."""
    from nitrivac.migration import find_hops
    from nitrivac.migration.hop_shells import hops_or_summary

    if host is None and may_summarise:
        return hops_or_summary(crystal, species=species, max_distance=max_distance, radii=radii)
    return find_hops(crystal, species=species, max_distance=max_distance, radii=radii, host=host)


def _show_summary(summary: HopSummary, table: Path | None, *, force: bool, as_json: bool) -> None:
    """Hops that are too many to be described."""
    from nitrivac.files import write_text
    from nitrivac.report.terminal.migration import hop_summary_report

    if table is not None:
        write_text(table, summary.csv(), overwrite=force)
    if as_json:
        print_json(summary.plain())
    else:
        console().print(hop_summary_report(summary))


def host_of(parent: Crystal, host: str | None, species: str | None) -> Host | None:
    """The sites of a host on a crystal, where one is given; that it is of another source is said."""
    from nitrivac.io.read import free_coordinates
    from nitrivac.io.stated_run import other_source
    from nitrivac.migration.host import make_host

    if host is None:
        return None
    found = make_host(parent, load_source(host), species=species, free=free_coordinates(host))
    problem = other_source(host, parent.provenance.source)
    for remark in (*([problem] if problem is not None else []), *found.crystal.provenance.remarks):
        remember_remark(remark)
    return found


def _box(text: str) -> tuple[int, int, int]:
    """Numbers of cells from `8x8x8`."""
    parts = text.replace("×", "x").split("x")
    if len(parts) != 3 or not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        raise SpecificationError(f"--box {text!r} is not like 8x8x8")
    a, b, c = (int(part) for part in parts)
    return a, b, c
