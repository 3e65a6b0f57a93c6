"""Hops told apart by the anions they pass between, and what each kind spans alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.migration.percolation.percolation_of_hops import SubsetPercolation  # noqa: TC001 - documents read the hints

if TYPE_CHECKING:
    from nitrivac.migration.network import HopNetwork

__all__ = ["KindPercolation", "kind_of_hop", "percolation_by_anions"]

_MOST_KINDS = 6  # with more kinds than this no pairs are made


def _span_text(kind: KindPercolation) -> str:
    return f"{kind.percolation.dimension}D" if kind.percolation.dimension else "nothing"


def _first_value(kind: KindPercolation) -> float | None:
    """The distance at which the most dimensions are spanned."""
    spanned = [threshold.value for threshold in kind.percolation.thresholds if threshold.value is not None]
    return spanned[-1] if spanned else None


def _reach_text(kind: KindPercolation) -> str:
    return f"{kind.percolation.share:.1%}" if kind.percolation.dimension else "-"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KindPercolation(Document):
    """What the hops of one kind, or of two together, span by themselves.

    Attributes:
        kinds: anions shared by the ends, e.g. `("N-N",)` or `("Cl-Cl", "Cl-N")`; `nothing` where none are.
        share_of_hops: their share of all hops, by number, 0 to 1.
        percolation: what they span.
    """

    kinds: tuple[str, ...]
    share_of_hops: float
    percolation: SubsetPercolation

    columns: ClassVar[Columns[KindPercolation]] = Columns(
        (
            Column(
                "kinds", lambda kind: kind.kinds, heading="hops across", text=lambda kind: " + ".join(kind.kinds), left=True
            ),
            Column(
                "share_of_hops",
                lambda kind: kind.share_of_hops,
                digits=6,
                heading="share",
                text=lambda kind: f"{kind.share_of_hops:.1%}",
            ),
            Column("hops", lambda kind: kind.percolation.hops),
            Column("dimension", lambda kind: kind.percolation.dimension, heading="span", text=_span_text),
            Column("share", lambda kind: kind.percolation.share),
            Column("distance_A", lambda kind: [threshold.value for threshold in kind.percolation.thresholds]),
            Column("bottleneck_radius_A", lambda kind: [threshold.value for threshold in kind.percolation.by_radius]),
            Column("from", _first_value, heading="from (Å)", json=False, csv=False),
            Column("reach", lambda kind: kind.percolation.share, heading="reach", text=_reach_text, json=False, csv=False),
        )
    )


def kind_of_hop(shared_anions: tuple[str, ...]) -> str:
    """The kind of a hop by the anions its ends share, in alphabetic order: `Cl-N`."""
    return "-".join(sorted(shared_anions)) or "nothing"


def percolation_by_anions(network: HopNetwork) -> tuple[KindPercolation, ...]:
    """What the hops of each kind span alone, and those of every two kinds together.

    Args:
        network: hops up to the distance that is to count; in an ordered configuration of a mixed-anion crystal the kinds are
            those of the atoms there, in an average structure those of mixed sites.
    """
    hops = [one for one in network.hops if not one.exclusive]
    total = sum(one.multiplicity for one in hops)
    by_kind: dict[str, list[str]] = {}
    number: dict[str, int] = {}
    for one in hops:
        kind = kind_of_hop(one.shared_anions)
        by_kind.setdefault(kind, []).append(one.id)
        number[kind] = number.get(kind, 0) + one.multiplicity
    kinds = sorted(by_kind)
    sets: list[tuple[str, ...]] = [(kind,) for kind in kinds]
    if 2 < len(kinds) <= _MOST_KINDS:
        sets += list(combinations(kinds, 2))
    return tuple(
        KindPercolation(
            kinds=chosen,
            share_of_hops=sum(number[kind] for kind in chosen) / total,
            percolation=network.percolation([name for kind in chosen for name in by_kind[kind]]),
        )
        for chosen in sets
    )
