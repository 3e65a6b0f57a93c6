"""Boxes of many cells of a network, closed round, and random fillings of their sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.errors import SpecificationError
from nitrivac.migration.percolation.thresholds import Links

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

__all__ = ["cells_of", "neighbours_in_box", "random_draw", "repeated"]


def repeated(links: Links, n_sites: int, box: tuple[int, int, int]) -> Links:
    """The links of a network in a box of cells, cell c of site i being number `i + n_sites * c`."""
    size = np.array(box, dtype=np.int64)
    cells = np.array(np.meshgrid(*(np.arange(n) for n in box), indexing="ij")).reshape(3, -1).T
    numbers = np.arange(len(cells))
    reached = cells[:, None, :] + links.images[None, :, :]
    images, inside = np.divmod(reached, size)
    target = (inside[..., 0] * size[1] + inside[..., 1]) * size[2] + inside[..., 2]
    return Links(
        first=(links.first[None, :] + n_sites * numbers[:, None]).ravel(),
        second=(links.second[None, :] + n_sites * target).ravel(),
        images=np.ascontiguousarray(images.reshape(-1, 3)),
    )


def cells_of(box: ArrayLike, runs: int) -> tuple[int, int, int]:
    """Numbers of cells along each axis, checked together with the number of runs.

    Raises:
        SpecificationError: they are no positive numbers.
    """
    a, b, c = (int(number) for number in np.asarray(box).tolist())
    if min(a, b, c) < 1 or runs < 1:
        raise SpecificationError("a box of one cell or more along each axis and one run or more are accepted")
    return a, b, c


def neighbours_in_box(
    links: Links | None, n_sites: int, cells: tuple[int, int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of the sites of a box: where the neighbours of each start, all neighbours one after the other, and their cells."""
    total = n_sites * cells[0] * cells[1] * cells[2]
    wide = repeated(Links.of([]) if links is None else links, n_sites, cells)
    order = np.argsort(wide.first, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(wide.first, minlength=total))]).astype(np.int64)
    return starts, wide.second[order], np.ascontiguousarray(wide.images[order])


def random_draw(
    shares: NDArray[np.float64],
    kinds: NDArray[Any],
    exclusive: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    repeats: int,
) -> Callable[[np.random.Generator], NDArray[np.bool_]]:
    """What draws the filled sites of a box at the occupancies of its sites."""
    from nitrivac.migration.percolation._components import fill_to_quotas

    probability = np.tile(shares, repeats)
    starts, partners, _ = exclusive
    if not len(partners):
        return lambda rng: rng.random(len(probability)) < probability
    _, first, number = np.unique(kinds, return_index=True, return_inverse=True)
    numbers = np.tile(number.ravel(), repeats).astype(np.int64)
    quotas = np.rint(shares[first] * np.bincount(numbers)).astype(np.int64)

    def draw(rng: np.random.Generator) -> NDArray[np.bool_]:
        full = np.zeros(len(probability), dtype=np.bool_)
        fill_to_quotas(rng.permutation(len(probability)), numbers, quotas.copy(), starts, partners, full)
        return full

    return draw
