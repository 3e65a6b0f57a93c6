"""Hops and percolation on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from nitrivac.migration import HopNetwork

__all__ = ["hops_report", "hops_table", "percolation_text"]

_LIMIT = 40


def hops_table(network: HopNetwork, limit: int = _LIMIT) -> Table:
    """The hops in order of distance."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("hop", no_wrap=True)
    table.add_column("between", no_wrap=True)
    for heading in ("d (Å)", "n", "gap", "widest"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("shared", no_wrap=True)
    table.add_column("", no_wrap=True)
    for hop in network.hops[:limit]:
        shared = hop.shared + (f" {'-'.join(hop.shared_anions)}" if hop.shared_anions else "")
        table.add_row(
            hop.id,
            f"{hop.start} - {hop.end}",
            f"{hop.distance:.4f}",
            str(hop.multiplicity),
            _gap(hop.bottleneck_radius),
            _gap(hop.widest_radius),
            shared if len(shared) < 16 else hop.shared,
            "split" if hop.exclusive else "" if hop.elementary else "indirect",
        )
    return table


def _gap(radius: float | None) -> str:
    return "-" if radius is None else f"{radius:.3f}"


def percolation_text(network: HopNetwork) -> Text:
    """From which distance the hops span the crystal, in words."""
    names = {1: "one dimension", 2: "two", 3: "three"}
    parts = []
    for one in network.by_distance:
        if one.value is None:
            parts.append(f"{names[one.dimension]} not within {network.max_distance:.3f} Å")
            continue
        along = "" if one.directions in (("all",), ()) else f" {', '.join(one.directions)}"
        parts.append(f"{names[one.dimension]} at {one.value:.4f} Å{along}")
    return Text(f"The hops span {'; '.join(parts)}.")


def hops_report(network: HopNetwork) -> RenderableType:
    """The table of hops with what its columns mean."""
    more = len(network.hops) - _LIMIT
    cutoffs = ", ".join(f"{anion} {cutoff:g}" for anion, cutoff in network.cutoffs.items())
    remark = (
        f"\n{network.species} hops in {network.source} up to {network.max_distance:.3f} Å. n: pairs per cell; gap: radius "
        "(Å) of the largest sphere that passes along the straight line between the immobile ions, Shannon radii taken off; "
        "widest: the same on the widest path. shared: by the polyhedra of the ends (ligands within Å: "
        f"{cutoffs or 'none'}). indirect: a third site lies nearer than the ends are apart (Gabriel). split: too near to be "
        "filled together, no hop. A gap is no barrier."
    )
    remarks = [f"\n{more} more; --json lists all."] if more > 0 else []
    return Group(hops_table(network), *(Text(line) for line in (*remarks, remark)), Text(""), percolation_text(network))
