"""Random fillings of a network: at which occupancy the filled sites span the crystal, with the statistical error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import SpecificationError
from nitrivac.migration.percolation import Links

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["RandomFilling", "random_filling", "repeated"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomFilling:
    """What random fillings of a finite periodic box span.

    Attributes:
        n_sites: sites in the box.
        runs: number of fillings.
        first_spanning: share of the sites that were filled when a run first spanned 1, 2, 3 dimensions, infinite where it
            never did, shape (runs, 3).
        largest: mean share of the box's sites in the largest component after each site filled, shape (n_sites,).
    """

    n_sites: int
    runs: int
    first_spanning: NDArray[np.float64] = field(repr=False)
    largest: NDArray[np.float64] = field(repr=False)

    def threshold(self, dimension: int) -> tuple[float, float]:
        """Mean occupancy at which that many dimensions are first spanned, and its standard error; infinite where never.

        An estimate for this box: it nears the infinite network's as the box grows.
        """
        values = self.first_spanning[:, dimension - 1]
        if not np.isfinite(values).all():
            return float("inf"), float("inf")
        return float(values.mean()), float(values.std(ddof=1) / np.sqrt(self.runs)) if self.runs > 1 else float("inf")

    def spanning_probability(self, occupancy: float, dimension: int) -> tuple[float, float]:
        """Share of the runs that span at an occupancy, and its binomial standard error."""
        share = float((self.first_spanning[:, dimension - 1] <= occupancy).mean())
        return share, float(np.sqrt(share * (1 - share) / self.runs))

    def largest_component(self, occupancy: float) -> float:
        """Mean share of the box's sites in the largest component at an occupancy, 0 to 1."""
        filled = int(np.clip(np.floor(occupancy * self.n_sites + 1e-9), 0, self.n_sites))
        return float(self.largest[filled - 1]) if filled else 0.0


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


def random_filling(
    links: Links, n_sites: int, *, box: ArrayLike = (8, 8, 8), runs: int = 100, seed: int = 0
) -> RandomFilling:
    """Fill the sites of a box in random order and see when the filled ones span it, several times over.

    Each run adds one site after another (M. E. J. Newman, R. M. Ziff, Phys. Rev. E 64 (2001) 016706), so that one run
    serves all occupancies; spanning is the rank of the closed walks round the periodic box.

    Args:
        links: hops of one cell, each in both directions.
        n_sites: sites of one cell.
        box: number of cells along each axis.
        runs: number of fillings.
        seed: of the random generator.

    Raises:
        SpecificationError: box or runs are no positive numbers.
    """
    from nitrivac.migration._components import fill_sites

    a, b, c = (int(number) for number in np.asarray(box).tolist())
    if min(a, b, c) < 1 or runs < 1:
        raise SpecificationError("a box of one cell or more along each axis and one run or more are accepted")
    wide = repeated(links, n_sites, (a, b, c))
    total = n_sites * a * b * c
    order = np.argsort(wide.first, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(wide.first, minlength=total))])
    neighbours, images = wide.second[order], np.ascontiguousarray(wide.images[order])
    rng = np.random.default_rng(seed)
    reached = np.zeros((runs, 3), dtype=np.int64)
    sums = np.zeros(total)
    largest = np.zeros(total, dtype=np.int64)
    for run in range(runs):
        fill_sites(rng.permutation(total), starts, neighbours, images, reached[run], largest)
        sums += largest
    return RandomFilling(
        n_sites=total,
        runs=runs,
        first_spanning=np.where(reached > 0, reached / total, np.inf),
        largest=sums / runs / total,
    )
