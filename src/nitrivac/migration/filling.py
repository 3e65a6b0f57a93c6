"""Random fillings of a network: at which occupancy the filled sites span the crystal, with the statistical error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError
from nitrivac.migration.percolation import Links, PeriodicComponents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.network import HopNetwork

__all__ = ["RandomFilling", "RandomOccupation", "fillings_of", "random_filling", "random_occupation", "repeated"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomFilling(Document):
    """What random fillings of a finite periodic box span.

    Attributes:
        n_sites: sites in the box.
        runs: number of fillings.
        first_spanning: share of the sites that were filled when a run first spanned 1, 2, 3 dimensions, infinite where it
            never did, shape (runs, 3).
        largest: mean share of the box's sites in the largest component after each site filled, shape (n_sites,).
        largest_error: its standard error, infinite for one run, shape (n_sites,).
    """

    n_sites: int
    runs: int
    first_spanning: NDArray[np.float64] = field(repr=False)
    largest: NDArray[np.float64] = field(repr=False)
    largest_error: NDArray[np.float64] = field(repr=False)

    def threshold(self, dimension: int) -> tuple[float, float]:
        """Mean occupancy at which that many dimensions are first spanned, and its standard error; infinite where never.

        An estimate for this box: it nears the infinite network's as the box grows.
        """
        values = self.first_spanning[:, dimension - 1]
        if not np.isfinite(values).all():
            return float("inf"), float("inf")
        return float(values.mean()), float(values.std(ddof=1) / np.sqrt(self.runs)) if self.runs > 1 else float("inf")

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON; a threshold is null where some run never spanned."""
        thresholds = [self.threshold(dimension) for dimension in (1, 2, 3)]
        return {
            "sites": self.n_sites,
            "runs": self.runs,
            "threshold_occupancy": [None if np.isinf(mean) else round(mean, 6) for mean, _ in thresholds],
            "threshold_error": [None if np.isinf(error) else round(error, 6) for _, error in thresholds],
        }

    def spanning_probability(self, occupancy: float, dimension: int) -> tuple[float, float]:
        """Share of the runs that span at an occupancy, and its binomial standard error."""
        share = float((self.first_spanning[:, dimension - 1] <= occupancy).mean())
        return share, float(np.sqrt(share * (1 - share) / self.runs))

    def largest_component(self, occupancy: float) -> tuple[float, float]:
        """Mean share of the box's sites in the largest component at an occupancy, 0 to 1, and its standard error."""
        filled = int(np.clip(np.floor(occupancy * self.n_sites + 1e-9), 0, self.n_sites))
        return (float(self.largest[filled - 1]), float(self.largest_error[filled - 1])) if filled else (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomOccupation(Document):
    """What random fillings at given occupancies of the sites span.

    Attributes:
        n_sites: sites in the box.
        runs: number of fillings.
        filled: mean share of the sites that was filled.
        spanning: share of the runs that span at least 1, 2, 3 dimensions, each with its binomial standard error.
        largest: mean share of the box's sites in the largest component, with its standard error.
    """

    n_sites: int
    runs: int
    filled: float
    spanning: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    largest: tuple[float, float]

    def printed(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "filled": round(self.filled, 6),
            "spanning_share": [round(share, 6) for share, _ in self.spanning],
            "spanning_error": [round(error, 6) for _, error in self.spanning],
            "largest_component": round(self.largest[0], 6),
            "largest_component_error": None if np.isinf(self.largest[1]) else round(self.largest[1], 6),
        }


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
    sums, squares = np.zeros(total), np.zeros(total)
    largest = np.zeros(total, dtype=np.int64)
    for run in range(runs):
        fill_sites(rng.permutation(total), starts, neighbours, images, reached[run], largest)
        sums += largest
        squares += largest.astype(float) ** 2
    mean = sums / runs
    spread = np.sqrt(np.maximum(squares / runs - mean**2, 0.0) / (runs - 1)) if runs > 1 else np.full(total, np.inf)
    return RandomFilling(
        n_sites=total,
        runs=runs,
        first_spanning=np.where(reached > 0, reached / total, np.inf),
        largest=mean / total,
        largest_error=spread / total,
    )


def random_occupation(
    links: Links, occupancies: ArrayLike, *, box: ArrayLike = (8, 8, 8), runs: int = 100, seed: int = 0
) -> RandomOccupation:
    """Fill each site of a box with the probability of its own occupancy, several times, and see what is spanned.

    Args:
        links: hops of one cell.
        occupancies: of the sites of one cell, 0 to 1, shape (n,).
        box: number of cells along each axis.
        runs: number of fillings.
        seed: of the random generator.

    Raises:
        SpecificationError: box or runs are no positive numbers, or an occupancy is not between 0 and 1.
    """
    shares = np.asarray(occupancies, dtype=float)
    a, b, c = (int(number) for number in np.asarray(box).tolist())
    if min(a, b, c) < 1 or runs < 1 or shares.min(initial=0) < 0 or shares.max(initial=0) > 1 + 1e-9:
        raise SpecificationError("a box of one cell or more, one run or more and occupancies of 0 to 1 are accepted")
    wide = repeated(links, len(shares), (a, b, c))
    total = len(shares) * a * b * c
    probability = np.tile(shares, a * b * c)
    rng = np.random.default_rng(seed)
    dimensions, largest, filled = np.zeros(runs, dtype=np.int64), np.zeros(runs), np.zeros(runs)
    for run in range(runs):
        full = rng.random(total) < probability
        components = PeriodicComponents(total)
        components.join(wide[full[wide.first] & full[wide.second]])
        dimensions[run] = components.dimensions().max(initial=0)
        filled[run] = full.mean()
        largest[run] = np.bincount(components.roots()[full], minlength=1).max(initial=0) / total if full.any() else 0.0
    spans = [float((dimensions >= one).mean()) for one in (1, 2, 3)]
    one, two, three = ((share, float(np.sqrt(share * (1 - share) / runs))) for share in spans)
    error = float(largest.std(ddof=1) / np.sqrt(runs)) if runs > 1 else float("inf")
    return RandomOccupation(
        n_sites=total,
        runs=runs,
        filled=float(filled.mean()),
        spanning=(one, two, three),
        largest=(float(largest.mean()), error),
    )


def fillings_of(
    crystal: Crystal,
    network: HopNetwork,
    hops: Sequence[str] | None = None,
    *,
    box: tuple[int, int, int] = (8, 8, 8),
    runs: int = 100,
    seed: int = 0,
) -> tuple[RandomFilling, RandomOccupation]:
    """Random fillings of the mobile sites of a crystal, at all occupancies alike and at its own.

    Sites too near to be filled together count as joined: a filling may fill both, and they are one place.

    Args:
        crystal: the one the network was found in.
        network: its hops.
        hops: names of the hops that join sites, by default all.
        box: number of cells along each axis.
        runs: number of fillings.
        seed: of the random generators.

    Raises:
        SpecificationError: a hop of that name does not exist.
    """
    wanted = {one.id for one in network.hops} if hops is None else {network.hop(name).id for name in hops} | {"-"}
    used = np.array([one.id in wanted for one in network.hops], dtype=bool)[network.hop_of_link]
    links = network.links[used]
    owners = crystal.orbit_of_site[network.sites].tolist()
    occupancies = [crystal.orbits[owner].occupancy_of(network.species) for owner in owners]
    return (
        random_filling(links, len(owners), box=box, runs=runs, seed=seed),
        random_occupation(links, occupancies, box=box, runs=runs, seed=seed),
    )
