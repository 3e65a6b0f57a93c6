"""What some of the hops span by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.migration.percolation.thresholds import Threshold  # noqa: TC001 - documents read the hints

__all__ = ["SubsetPercolation"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubsetPercolation(Document):
    """What some of the hops span by themselves.

    Attributes:
        hops: their names.
        thresholds: of distance for 1, 2 and 3 dimensions, None where these hops do not span so many.
        by_radius: of the straight-line bottleneck radius, likewise.
        dimension: highest number of dimensions spanned by all of them together.
        share: share of the mobile sites in components of that many dimensions, 0 to 1; 0 where nothing is spanned.

    >>> from nitrivac import find_hops
    >>> alone = find_hops("beta-Li3N").percolation(["h1", "h2"])
    >>> alone.dimension, round(alone.share, 3)
    (3, 0.667)
    """

    hops: tuple[str, ...]
    thresholds: tuple[Threshold, ...]
    by_radius: tuple[Threshold, ...]
    dimension: int
    share: float

    columns: ClassVar[Columns[SubsetPercolation]] = Columns(
        (
            Column("hops", lambda subset: subset.hops),
            Column("dimension", lambda subset: subset.dimension),
            Column("share", lambda subset: subset.share),
            Column("distance_A", lambda subset: [threshold.value for threshold in subset.thresholds]),
            Column("bottleneck_radius_A", lambda subset: [threshold.value for threshold in subset.by_radius]),
        )
    )
