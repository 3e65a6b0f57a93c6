"""A hop network as a small page for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.documents.origin import origin_text
from nitrivac.tables import html_facts, html_table

if TYPE_CHECKING:
    from nitrivac.migration.network import HopNetwork
    from nitrivac.migration.percolation.thresholds import Threshold

__all__ = ["network_html"]


def _along(threshold: Threshold) -> str:
    return "" if threshold.directions in (("all",), ()) else f" along {', '.join(threshold.directions)}"


def network_html(network: HopNetwork) -> str:
    """The hops in order of distance, and when they span the crystal.

    Args:
        network: the hops of a crystal.
    """
    rows = [
        (
            one.id,
            one.pair,
            f"{one.distance:.4f}",
            one.multiplicity,
            "" if one.straight.radius is None else f"{one.straight.radius:.3f}",
            " ".join([one.shared, "-".join(one.shared_anions)]).strip(),
            "split" if one.exclusive else "" if one.elementary else "indirect",
        )
        for one in network.hops
    ]
    headings = ("hop", "between", "d (Å)", "per cell", "bottleneck radius (Å)", "shared", "")
    facts = [
        (
            f"{one.dimension}D at",
            "not within reach" if one.value is None else f"{one.value:.4f} Å{_along(one)}",
        )
        for one in network.by_distance
    ]
    title = f"{network.species} hops in {origin_text(network.source, network.caution)} up to {network.max_distance:.3f} Å"
    return html_table(headings, rows, caption=title, limit=50) + html_facts(facts)
