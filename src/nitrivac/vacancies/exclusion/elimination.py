"""In which order the sites of a conflict graph are summed over, so that no sum depends on many sites at once."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["WIDEST", "TooEntangledError", "elimination_order", "too_entangled"]

WIDEST = 24
"""Vertices that a sum may depend on: it has two to that power rows."""


class TooEntangledError(UnsupportedError):
    """Sites exclude each other in a network too wide to sum over."""


def too_entangled(sites: int) -> TooEntangledError:
    """The error that says how many sites it were."""
    return TooEntangledError(
        f"{sites} sites exclude each other in a network too wide for its fillings to be counted or told apart; take a "
        "smaller supercell, or draw labelled ones (--sample)"
    )


def elimination_order(neighbours: Sequence[frozenset[int]]) -> list[tuple[int, tuple[int, ...]]]:
    """The vertices of a graph, each with those behind it that its sum depends on: a tree decomposition.

    At each step the vertex goes whose remaining neighbours lack the fewest edges among themselves (minimum fill: D. J.
    Rose, in Graph Theory and Computing (1972) 183); of several, the one with the fewest neighbours, then the first.

    Args:
        neighbours: of each vertex.

    Raises:
        TooEntangledError: a sum would depend on more than `WIDEST` vertices.
    """
    near = [set(one) for one in neighbours]
    scores = [_score(near, vertex) for vertex in range(len(near))]
    heap = [(*score, vertex) for vertex, score in enumerate(scores)]
    heapq.heapify(heap)
    gone = [False] * len(near)
    order = []
    while heap:
        *score, vertex = heapq.heappop(heap)
        if gone[vertex] or tuple(score) != scores[vertex]:
            continue
        gone[vertex] = True
        tied = near[vertex]
        if len(tied) > WIDEST:
            raise too_entangled(len(near))
        order.append((vertex, tuple(sorted(tied))))
        for one in tied:
            near[one] |= tied
            near[one] -= {one, vertex}
        for one in tied.union(*(near[other] for other in tied)):
            score_now = _score(near, one)
            if score_now != scores[one]:
                scores[one] = score_now
                heapq.heappush(heap, (*score_now, one))
    return order


def _score(near: Sequence[set[int]], vertex: int) -> tuple[int, int]:
    """How many edges the neighbours of a vertex lack among themselves, and how many neighbours there are."""
    tied = near[vertex]
    joined = sum(len(near[one] & tied) for one in tied)
    return len(tied) * (len(tied) - 1) - joined, len(tied)
