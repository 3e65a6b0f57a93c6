"""What some of the hops span by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nitrivac.documents.document import Document
from nitrivac.migration.percolation.thresholds import Threshold  # noqa: TC001 - documents read the hints
from nitrivac.uncertain_number import rounded

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
    """

    hops: tuple[str, ...]
    thresholds: tuple[Threshold, ...]
    by_radius: tuple[Threshold, ...]
    dimension: int
    share: float

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "hops": list(self.hops),
            "dimension": self.dimension,
            "share": rounded(self.share),
            "distance_A": [rounded(one.value) for one in self.thresholds],
            "bottleneck_radius_A": [rounded(one.value) for one in self.by_radius],
        }
