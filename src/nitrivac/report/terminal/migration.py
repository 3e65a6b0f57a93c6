"""Hops and percolation on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from nitrivac.crystal.supercells.supercell_matrix import matrix_text
from nitrivac.migration.hop import SAME_A, columns_of
from nitrivac.migration.percolation.percolation_by_anions import KindPercolation
from nitrivac.migration.percolation.words import percolation_words
from nitrivac.report.terminal.fitted import FittedTable
from nitrivac.report.terminal.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from nitrivac.migration import HopNetwork
    from nitrivac.migration.hop_shells import HopSummary
    from nitrivac.migration.host import HostPercolation
    from nitrivac.migration.paths.record import MigrationPath
    from nitrivac.migration.percolation.percolation_of_hops import SubsetPercolation
    from nitrivac.migration.percolation.random_filling import RandomFilling, RandomOccupation
    from nitrivac.migration.sensitivity import Sensitivity

__all__ = [
    "filling_report",
    "hop_summary_report",
    "hops_remark",
    "hops_report",
    "host_text",
    "kinds_report",
    "path_report",
    "sensitivity_report",
    "subset_text",
]

_LIMIT = 40
_SHORT = 0.01  # of the sites: fillings that fall so short are said to


def hops_report(network: HopNetwork, *, percolation: bool = True) -> RenderableType:
    """The table of hops with what its columns mean, and what they span unless they are only those into given vacancies."""
    more = len(network.hops) - _LIMIT
    remarks = [f"\n{more} more; --json lists all."] if more > 0 else []
    spans = [Text(""), Text(percolation_words(network))] if percolation else []
    return Group(
        table_of(columns_of(network.hops), network.hops, _LIMIT),
        *(Text(line) for line in (*remarks, f"\n{hops_remark(network)}")),
        *spans,
    )


def hops_remark(network: HopNetwork) -> str:
    """What the columns mean, and the cutoffs they rest on."""
    cutoffs = ", ".join(f"{anion} {cutoff:g}" for anion, cutoff in network.cutoffs.items())
    ideal = "ideal: d where the parent has the sites. " if any(hop.is_displaced for hop in network.hops) else ""
    return (
        f"{network.species} hops in {network.source} up to {_reach(network)}. {ideal}n: multiplicity, pairs "
        "per cell; bottleneck: bottleneck radius (Å) on the straight path, that of the largest sphere that passes between "
        "the immobile ions, Shannon radii taken off; widest: the same on the widest path. shared: by the polyhedra of the "
        f"ends (ligands within Å: {cutoffs or 'none'}). indirect: a third site lies nearer than the ends are apart "
        "(Gabriel). split: a split pair, two halves of one site, never filled together. A bottleneck is no barrier."
        f"{_grounds(network)}"
    )


def _reach(network: HopNetwork | HopSummary) -> str:
    """How far the hops reach, and what decided it."""
    return f"{network.max_distance:.3f} Å" + (f" ({network.reach})" if network.reach else "")


def _grounds(network: HopNetwork) -> str:
    """Oxidation states that are not the source's own, and why there are no bottlenecks."""
    states = f" Oxidation states: {network.oxidation}." if network.oxidation and "(stated)" not in network.oxidation else ""
    return states + (f" No bottlenecks: {network.no_bottleneck}." if network.no_bottleneck else "")


def hop_summary_report(summary: HopSummary) -> RenderableType:
    """Hops too many to be listed, by length, and what they span."""
    (table,) = summary.tables()
    return Group(table_of(table.columns, table.records), *(Text(f"\n{remark}") for remark in table.remarks))


def subset_text(subset: SubsetPercolation) -> Text:
    """What a subset of the hops spans by itself."""
    names = ", ".join(subset.hops) or "no hops"
    if subset.dimension == 0:
        return Text(f"Alone, {names} span nothing.")
    words = {1: "one dimension", 2: "two dimensions", 3: "three dimensions"}
    return Text(f"Alone, {names} span {words[subset.dimension]} and reach {subset.share:.1%} of the sites.")


def kinds_report(kinds: Sequence[KindPercolation]) -> RenderableType:
    """What hops across each kind of anions span, alone and two kinds together."""
    table = table_of(KindPercolation.columns, kinds)
    remark = "Kinds by the anions that the ends of a hop share. share: of all hops; reach: share of the sites in what spans."
    return Group(table, Text(""), Text(remark))


def host_text(percolation: HostPercolation, max_distance: float) -> Text:
    """What the filled and the vacant sites of a configuration span, in words."""
    lines = []
    for words, thresholds in (
        ("Hops between a filled and a vacant site", percolation.between),
        ("Filled sites alone", percolation.filled),
        ("Vacant sites alone", percolation.vacant),
    ):
        reached = [f"{one.dimension}D at {one.value:.4f} Å" for one in thresholds if one.value is not None]
        lines.append(f"{words} span {', '.join(reached) or f'nothing within {max_distance:.3f} Å'}.")
    return Text("\n".join(lines))


def filling_report(filling: RandomFilling, own: RandomOccupation, hops: Sequence[str]) -> RenderableType:
    """At which occupancy random fillings of the sites span the crystal."""
    table = FittedTable()
    for heading in ("dimensions", "first spanned at an occupancy of", "at the occupancies of the source"):
        table.add_column(heading, justify="right", no_wrap=True)
    for dimension in (1, 2, 3):
        mean, error = filling.threshold(dimension)
        share, spread = own.spanning[dimension - 1]
        first = f"{mean:.4f} ± {error:.4f}" if mean < 2 else "never in some runs"
        table.add_row(str(dimension), first, f"{share:.1%} ± {spread:.1%} of the runs")
    largest, error = own.largest
    remark = (
        f"{filling.runs} random fillings of {filling.n_sites:,} sites, joined by {', '.join(hops)}; ± is the standard error "
        f"of the mean for this box. At the source's occupancies {own.filled:.1%} are filled, and the largest component "
        f"holds {largest:.1%} ± {error:.1%} of all sites."
    )
    if filling.most_filled < 1:
        remark += f" Of a split pair only one half is ever filled: at {filling.most_filled:.1%} no further site can be."
    if own.wanted is not None and own.wanted - own.filled > _SHORT:
        remark += f" The occupancies ask for {own.wanted:.1%}, for which fillings in random order leave no room."
    return Group(Text("Random fillings", style="bold"), table, Text(remark))


def path_report(path: MigrationPath) -> RenderableType:
    """What the moving ion meets on its way."""
    found = path.profile_table()
    table = table_of(found.columns, found.records)
    shape = matrix_text(path.matrix)
    start, end = path.addresses_of_ends
    exact = path.hop.distance_text if path.hop and path.ends is None else f"{path.distance:.4f}"
    ideal = path.ideal_distance
    beside = f" ({ideal:.4f} between ideal sites)" if ideal is not None and abs(ideal - path.distance) > SAME_A else ""
    title = (
        f"{path.name} of {path.source}: {path.species} from {start} to {'' if path.ends else 'a vacancy on '}{end}, "
        f"{exact} Å{beside}; {shape} supercell, {len(path.symbols)} atoms, number {path.moving + 1} moves; {path.method}\n"
    )
    half = []
    if path.others:
        numbers = ", ".join(f"{number + 1} ({path.symbols[number]})" for number in path.others)
        half.append(Text(f"Other atoms change their sites with it: {numbers}."))
    if path.drift is not None:
        half.append(Text(f"A drift of {path.drift:.4f} Å is taken off the second end."))
    if path.free is not None:
        fixed = int((~path.free).all(axis=1).sum())
        half.append(Text(f"Selective dynamics as in the file: {fixed} of {len(path.symbols)} atoms may not move."))
    if path.reversed_by:
        half.append(Text(f"The ends are swapped by {', '.join(path.reversed_by)}: half the images are enough."))
    else:
        half.append(Text("No symmetry element swaps the ends: the whole band is needed."))
    if not path.converged:
        half.append(Text("The pair potential had not come to rest: look at the images before you use them."))
    remark = (
        "along: distance along the path; CN: ligands within their cutoffs; BVS: bond-valence sum; free radius: distance "
        f"to the nearest immobile ion less its radius. None of it is a barrier. {path.parameters}."
    )
    half.append(Text(f"INCAR: IMAGES = {path.images}; {path.images + 1:02d} is the second end."))
    return Group(Text(title), table, Text(""), *half, Text(remark))


def sensitivity_report(result: Sensitivity) -> RenderableType:
    """What the free coordinates decide."""
    table = FittedTable(least=("1D, 2D, 3D at (Å)",))
    table.add_column("coordinate", no_wrap=True)
    table.add_column("shift", justify="right", no_wrap=True)
    table.add_column("hop", no_wrap=True)
    table.add_column("d (Å)", justify="right", no_wrap=True)
    table.add_column("1D, 2D, 3D at (Å)", no_wrap=True)
    for shift in result.shifts:
        first = True
        for name, distance in shift.distances.items():
            if abs(distance - result.distances[name]) < 5e-5 and not first:
                continue
            limits = ", ".join("-" if value is None else f"{value:.4f}" for value in shift.thresholds)
            table.add_row(
                shift.coordinate if first else "", f"{shift.amount:+g}" if first else "", name, f"{distance:.4f}",
                limits if first else "",
            )  # fmt: skip
            first = False
    crossings = [
        Text(f"{one.first} and {one.second} are equally long at {one.coordinate} {one.amount:+.5f} ({one.distance:.4f} Å).")
        for one in result.crossings
    ]
    if not result.shifts:
        return Text("Symmetry fixes every coordinate: no distance depends on a free one.")
    return Group(table, Text(""), *(crossings or [Text("No two hops change places within these shifts.")]))
