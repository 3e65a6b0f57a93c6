"""The symmetry-distinct hops of a crystal: described one by one, in order of distance, named."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import UnsupportedError
from nitrivac.migration.bottlenecks.hop_geometry import HopContext, describe_hops
from nitrivac.migration.elementary import are_elementary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.hop import Hop
    from nitrivac.migration.pairs import SitePairs, SplitTest

__all__ = ["DESCRIBED_HOPS", "distinct_hops"]

DESCRIBED_HOPS = 3_000
"""So many distinct hops are described one by one, each with its window and widest path, at some hundredths of a second."""


def distinct_hops(
    context: HopContext, pairs: SitePairs, split_test: SplitTest, *, all_possible: bool = False
) -> tuple[tuple[Hop, ...], NDArray[np.int64]]:
    """The hops and split pairs of a crystal, one for each symmetry class of pairs, and the number of that of each pair.

    Hops are named `h1`, `h2`, ... and split pairs `s1`, `s2`, ... in order of distance, then of address.

    Args:
        context: the crystal and what is immobile in it.
        pairs: pairs of mobile sites.
        split_test: which pairs of sites are halves of a split site.
        all_possible: every pair is a jump that can happen, those between halves of a split site too, as from a filled half
            to a vacant one in a configuration.

    Raises:
        UnsupportedError: there are more than `DESCRIBED_HOPS`.
    """
    classes = _classes(pairs)
    if len(classes) > DESCRIBED_HOPS:
        raise UnsupportedError(
            f"{context.crystal.provenance.source}: {len(classes)} distinct hops up to {pairs.distances.max():.3f} angstrom "
            f"are more than the {DESCRIBED_HOPS} that are described one by one; a shorter --max-distance leaves fewer, and "
            "nitrivac hops summarises what is too many in cells of thousands of sites"
        )
    hops, rank = _named(_described(context, pairs, classes, split_test, all_possible=all_possible))
    hop_of_link = np.empty(len(pairs.first), dtype=np.int64)
    for number, members in zip(rank, classes, strict=True):
        hop_of_link[members] = number
    return hops, hop_of_link


def _described(
    context: HopContext, pairs: SitePairs, classes: list[NDArray[np.int64]], split_test: SplitTest, *, all_possible: bool
) -> list[Hop]:
    """Each class of pairs described; in a configuration every pair listed is a jump that can happen."""
    ones = np.array([members[0] for members in classes], dtype=np.int64)
    first, second, images = pairs.first[ones], pairs.second[ones], pairs.images[ones]
    split = np.zeros(len(ones), dtype=bool) if all_possible else split_test(first, second, pairs.distances[ones])
    elementary = ~split & are_elementary(context.crystal, context.nodes, first, second, images, split=split_test)
    return describe_hops(context, pairs, classes, exclusive=split.tolist(), elementary=elementary.tolist())


def _named(hops: list[Hop]) -> tuple[tuple[Hop, ...], list[int]]:
    """The hops in order of distance and address, numbered `h1`, ..., split pairs `s1`, ..., and the place of each."""
    order = sorted(
        range(len(hops)),
        key=lambda one: (
            round(hops[one].distance, 5), hops[one].start, hops[one].end, hops[one].sites, hops[one].image
        ),
    )  # fmt: skip
    alike = Counter(f"{one.start}-{one.end}" for one in hops)
    named, rank = [], [0] * len(hops)
    met: Counter[str] = Counter()
    serial: Counter[str] = Counter()
    for place, one in enumerate(order):
        kind = "s" if hops[one].exclusive else "h"
        serial[kind] += 1
        name = f"{hops[one].start}-{hops[one].end}"
        met[name] += 1
        suffix = f":{met[name]}" if alike[name] > 1 else ""
        named.append(replace(hops[one], id=f"{kind}{serial[kind]}", name=name + suffix))
        rank[one] = place
    return tuple(named), rank


def _classes(pairs: SitePairs) -> list[NDArray[np.int64]]:
    """Indices of the directed pairs of each symmetry class."""
    order = np.argsort(pairs.classes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(pairs.classes[order])) + 1) if len(order) else []
