"""Hops of a cell with too many distinct ones to describe each: how long they are, and when they span the crystal.

A snapshot of a hundred thousand atoms has no symmetry, so each of its hops is distinct. Their lengths and what they span are
found in time that grows with the number of atoms; windows and widest paths of all would take hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.chemistry.carrier import mobile_species
from nitrivac.columns import Column, Columns, Table
from nitrivac.crystal.split_sites import SPLIT_SITE_A, are_split
from nitrivac.documents.document import Document
from nitrivac.migration.distinct import DESCRIBED_HOPS
from nitrivac.migration.hop_range import default_reach, mobile_sites, refuse_distance
from nitrivac.migration.network import find_hops
from nitrivac.migration.percolation.spanned import DIMENSIONS, SpannedDistances, spanned_distances
from nitrivac.migration.percolation.thresholds import Links, Threshold
from nitrivac.migration.percolation.words import percolation_words
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.network import HopNetwork

__all__ = ["HopShell", "HopSummary", "hops_or_summary", "summarise_hops"]

_BIN_A = 0.1
_SMALL = 200  # sites: below, hops are never too many at the distances of interest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HopShell(Document):
    """Hops of like length.

    Attributes:
        low: shortest they may be, angstrom.
        high: all are shorter than this, angstrom.
        pairs: undirected pairs of sites per cell.
        exclusive: whether they are pairs of a split site, no hops.
    """

    low: float
    high: float
    pairs: int
    exclusive: bool


_SHELLS: Columns[tuple[HopShell, int]] = Columns(  # a shell, and the number of sites
    (
        Column("distance_from_A", lambda row: row[0].low),
        Column("distance_to_A", lambda row: row[0].high),
        Column(
            "between",
            lambda row: f"{row[0].low:.1f}-{row[0].high:.1f}",
            heading="d (Å)",
            json=False,
            csv=False,
        ),
        Column("pairs", lambda row: row[0].pairs, heading="pairs", text=lambda row: f"{row[0].pairs:,}"),
        Column(
            "pairs_per_site",
            lambda row: 2 * row[0].pairs / row[1],
            heading="per site",
            text=lambda row: f"{2 * row[0].pairs / row[1]:.3f}",
        ),
        Column(
            "exclusive",
            lambda row: row[0].exclusive,
            heading="",
            text=lambda row: "split" if row[0].exclusive else "",
            left=True,
        ),
    )
)


def _contents(summary: HopSummary) -> dict[str, Any]:
    return {"sites": summary.sites, "distinct_at_least": summary.distinct, "shells": summary.rows()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HopSummary(Document):
    """The hops of a mobile species by length.

    Attributes:
        source: what the crystal is.
        species: the mobile element.
        max_distance: longest hop counted, angstrom.
        sites: number of mobile sites per cell.
        distinct: how many hops symmetry tells apart, at least.
        shells: by length.
        by_distance: thresholds of distance for 1, 2 and 3 dimensions, split pairs included.
        reach: what decided the longest hop, in words.
        spanned: those of split pairs alone and without them too.
        caution: what everything made of it must say, see `Provenance`.
    """

    source: str
    species: str
    max_distance: float
    sites: int
    distinct: int
    shells: tuple[HopShell, ...]
    by_distance: tuple[Threshold, ...]
    reach: str = ""
    spanned: SpannedDistances | None = None
    caution: str | None = None

    def _shells(self) -> list[tuple[HopShell, int]]:
        return [(shell, self.sites) for shell in self.shells]

    def rows(self) -> list[dict[str, Any]]:
        """One flat row for each shell, for pandas or CSV."""
        return list(map(_SHELLS.row, self._shells()))

    def csv(self) -> str:
        """The rows as CSV."""
        return _SHELLS.csv(self._shells(), caution=self.caution)

    columns: ClassVar[Columns[HopSummary]] = Columns(  # `hops` is there and empty, since none is described
        (
            Column("species", lambda summary: summary.species),
            Column("max_distance_A", lambda summary: summary.max_distance),
            Column("reach", lambda summary: summary.reach),
            Column("exclusive_below_A", lambda _: SPLIT_SITE_A, digits=None),
            Column("hops", lambda _: ()),
            Column("summary", _contents, digits=None),
            Column("percolation", lambda summary: [DIMENSIONS.plain((row, None, None)) for row in summary.by_distance]),
            Column("split_pairs", lambda summary: summary.spanned.rows() if summary.spanned else []),
        )
    )

    def tables(self) -> tuple[Table[tuple[HopShell, int]], ...]:
        """The hops by length, and what they span."""
        reach = f"{self.max_distance:.3f} Å" + (f" ({self.reach})" if self.reach else "")
        remark = (
            f"{self.species} hops between {self.sites:,} sites of {self.source} up to {reach}: {self.distinct:,} distinct "
            "ones or more, too many to describe each, so only their lengths are given; without windows, widest paths and "
            "the Gabriel criterion. split: two halves of one split site, never filled together."
        )
        title = f"{self.species} hops"
        return (Table(title=title, columns=_SHELLS, records=self._shells(), remarks=(remark, percolation_words(self))),)


def summarise_hops(crystal: Crystal, *, species: str | None = None, max_distance: float | None = None) -> HopSummary:
    """The lengths of all hops of a mobile species, and the distances at which they span the crystal.

    Args:
        crystal: ordered or average, of any size.
        species: the mobile element; by default the charge carrier, see `nitrivac.chemistry.carrier`.
        max_distance: see `find_hops`.

    Raises:
        UnsupportedError, SpecificationError: see `find_hops`.
    """
    species = mobile_species(crystal, species)
    nodes = mobile_sites(crystal, species)
    refuse_distance(max_distance)
    split_test = partial(are_split, crystal)
    default = default_reach(crystal, nodes, split_test) if max_distance is None else None
    reach = default.distance if default else float(max_distance or 0.0)
    near = neighbour_pairs(crystal.lattice, crystal.frac_coords[nodes], reach)
    split = split_test(nodes[near.centres], nodes[near.neighbours], near.distances)
    links = Links(first=near.centres, second=near.neighbours, images=near.images)
    shells = []
    for exclusive, chosen in ((True, split), (False, ~split)):
        bins, numbers = np.unique(np.floor(near.distances[chosen] / _BIN_A + 1e-6).astype(int), return_counts=True)
        shells += [
            HopShell(low=index * _BIN_A, high=(index + 1) * _BIN_A, pairs=number // 2, exclusive=exclusive)
            for index, number in zip(bins.tolist(), numbers.tolist(), strict=True)
        ]
    spanned = spanned_distances(len(nodes), links, near.distances, split)
    return HopSummary(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        species=species,
        max_distance=reach,
        sites=len(nodes),
        distinct=-(-len(links) // (2 * crystal.space_group.order)),
        shells=tuple(shells),
        by_distance=spanned.together,
        reach=default.rule if default else "",
        spanned=spanned,
    )


def hops_or_summary(
    crystal: Crystal,
    *,
    species: str | None = None,
    max_distance: float | None = None,
    radii: Mapping[str, float] | None = None,
) -> HopNetwork | HopSummary:
    """The network of hops, or their summary where more than `DESCRIBED_HOPS` distinct ones would have to be described.

    Args:
        crystal: ordered or average.
        species: the mobile element; by default the charge carrier, see `nitrivac.chemistry.carrier`.
        max_distance: see `find_hops`.
        radii: see `find_hops`.

    Raises:
        UnsupportedError, SpecificationError: see `find_hops`.
    """
    if crystal.n_sites > _SMALL:
        summary = summarise_hops(crystal, species=species, max_distance=max_distance)
        if summary.distinct > DESCRIBED_HOPS:
            return summary
    return find_hops(crystal, species=species, max_distance=max_distance, radii=radii)
