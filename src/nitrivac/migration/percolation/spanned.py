"""The distances at which a network spans the crystal: with its split pairs, by them alone, and without them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.migration.percolation.thresholds import Links, Threshold, spanning_thresholds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SpannedDistances", "spanned_distances", "up_to"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpannedDistances(Document):
    """When a network first spans 1, 2 and 3 dimensions, by the length of its links.

    A pair of split sites is a link as long as the pair: an ion moves from one half of the site to the other.

    Attributes:
        together: hops and split pairs.
        split_alone: split pairs alone; empty where there are none.
        hops_alone: hops alone; empty where there are no split pairs.
    """

    together: tuple[Threshold, ...]
    split_alone: tuple[Threshold, ...] = ()
    hops_alone: tuple[Threshold, ...] = ()

    def rows(self) -> list[dict[str, Any]]:
        """What split pairs alone and what hops alone span, one row for each number of dimensions."""
        return [_ALONE.plain(row) for row in zip(self.split_alone, self.hops_alone, strict=True)]


Dimension = tuple[Threshold, Threshold | None, Threshold | None]
"""When a number of dimensions is spanned by length, by radius, and by length wherever a list of hops ends."""

DIMENSIONS: Columns[Dimension] = Columns(
    (
        Column("dimension", lambda row: row[0].dimension),
        Column("distance_A", lambda row: row[0].value),
        Column("bottleneck_radius_A", lambda row: row[1] and row[1].value),
        Column("directions", lambda row: row[0].directions),
        Column("beyond_list_A", lambda row: row[2].value if row[2] and row[0].value is None else None, csv=False),
    )
)

_ALONE: Columns[tuple[Threshold, Threshold]] = Columns(  # split pairs alone, hops alone
    (
        Column("dimension", lambda row: row[0].dimension),
        Column("split_pairs_alone_A", lambda row: row[0].value),
        Column("split_pairs_directions", lambda row: row[0].directions),
        Column("without_split_pairs_A", lambda row: row[1].value),
        Column("without_split_pairs_directions", lambda row: row[1].directions),
    )
)


def spanned_distances(
    n_sites: int, links: Links, distances: NDArray[np.float64], split: NDArray[np.bool_]
) -> SpannedDistances:
    """When links up to a distance first span 1, 2 and 3 dimensions.

    Args:
        n_sites: number of sites.
        links: hops and split pairs.
        distances: of each link, angstrom, shape (k,).
        split: which links are split pairs, shape (k,).
    """
    together = spanning_thresholds(n_sites, links, distances)
    if not split.any():
        return SpannedDistances(together=together)
    return SpannedDistances(
        together=together,
        split_alone=spanning_thresholds(n_sites, links[split], distances[split]),
        hops_alone=spanning_thresholds(n_sites, links[~split], distances[~split]),
    )


def up_to(thresholds: tuple[Threshold, ...], distance: float) -> tuple[Threshold, ...]:
    """Thresholds, those beyond a distance without a value."""
    return tuple(
        one if one.value is not None and one.value <= distance + 1e-6 else Threshold(dimension=one.dimension, value=None)
        for one in thresholds
    )
