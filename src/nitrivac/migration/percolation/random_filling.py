"""Random fillings of a network: at which occupancy the filled sites span the crystal, with the statistical error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.crystal.split_sites import split_pairs
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError
from nitrivac.migration.percolation.box import cells_of, neighbours_in_box, random_draw, repeated
from nitrivac.migration.percolation.spanned import up_to
from nitrivac.migration.percolation.thresholds import Links, PeriodicComponents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.network import HopNetwork

__all__ = [
    "RandomFilling",
    "RandomOccupation",
    "filling_hops",
    "fillings_of",
    "random_filling",
    "random_occupation",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomFilling(Document):
    """What random fillings of a finite periodic box span.

    Attributes:
        n_sites: sites in the box.
        runs: number of fillings.
        most_filled: mean share of the sites that is filled when no other can be; below 1 where sites exclude each other.
        first_spanning: share of the sites that were filled when a run first spanned 1, 2, 3 dimensions, infinite where it
            never did, shape (runs, 3).
        largest: mean share of the box's sites in the largest component after each site filled, shape (n_sites,).
        largest_error: its standard error, infinite for one run, shape (n_sites,).

    >>> from nitrivac import find_hops, load
    >>> from nitrivac.migration import fillings_of
    >>> crystal = load("alpha-Li3N")
    >>> filling, _ = fillings_of(crystal, find_hops(crystal), ["h1"], box=(4, 4, 4), runs=2)
    >>> filling.n_sites
    192
    """

    n_sites: int
    runs: int
    first_spanning: NDArray[np.float64] = field(repr=False)
    largest: NDArray[np.float64] = field(repr=False)
    largest_error: NDArray[np.float64] = field(repr=False)
    most_filled: float = 1.0

    def threshold(self, dimension: int) -> tuple[float, float]:
        """Mean occupancy at which that many dimensions are first spanned, and its standard error; infinite where never.

        An estimate for this box: it nears the infinite network's as the box grows.
        """
        values = self.first_spanning[:, dimension - 1]
        if not np.isfinite(values).all():
            return float("inf"), float("inf")
        return float(values.mean()), float(values.std(ddof=1) / np.sqrt(self.runs)) if self.runs > 1 else float("inf")

    columns: ClassVar[Columns[RandomFilling]] = Columns(
        (
            Column("sites", lambda filling: filling.n_sites),
            Column("runs", lambda filling: filling.runs),
            Column("most_filled", lambda filling: filling.most_filled, digits=6),
            Column("threshold_occupancy", lambda filling: [filling.threshold(n)[0] for n in (1, 2, 3)], digits=6),
            Column("threshold_error", lambda filling: [filling.threshold(n)[1] for n in (1, 2, 3)], digits=6),
        )
    )

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
        wanted: share that the occupancies ask for; more than was filled where sites exclude each other so that no filling in
            random order has room for all.
        spanning: share of the runs that span at least 1, 2, 3 dimensions, each with its binomial standard error.
        largest: mean share of the box's sites in the largest component, with its standard error.

    >>> from nitrivac import find_hops, load
    >>> from nitrivac.migration import fillings_of
    >>> crystal = load("Li9N2Cl3")
    >>> _, occupied = fillings_of(crystal, find_hops(crystal), box=(3, 3, 3), runs=2)
    >>> occupied.n_sites, round(occupied.filled, 3)
    (216, 0.873)
    """

    n_sites: int
    runs: int
    filled: float
    spanning: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    largest: tuple[float, float]
    wanted: float | None = None

    columns: ClassVar[Columns[RandomOccupation]] = Columns(
        (
            Column("filled", lambda occupation: occupation.filled, digits=6),
            Column("wanted", lambda occupation: occupation.wanted, digits=6),
            Column("spanning_share", lambda occupation: [share for share, _ in occupation.spanning], digits=6),
            Column("spanning_error", lambda occupation: [error for _, error in occupation.spanning], digits=6),
            Column("largest_component", lambda occupation: occupation.largest[0], digits=6),
            Column("largest_component_error", lambda occupation: occupation.largest[1], digits=6),
        )
    )


def random_filling(
    links: Links,
    n_sites: int,
    *,
    box: ArrayLike = (8, 8, 8),
    runs: int = 100,
    seed: int = 0,
    exclusive: Links | None = None,
) -> RandomFilling:
    """Fill the sites of a box in random order and see when the filled ones span it, several times over.

    Each run adds one site after another (M. E. J. Newman, R. M. Ziff, Phys. Rev. E 64 (2001) 016706), so that one run
    serves all occupancies; spanning is the rank of the closed walks round the periodic box. A site beside a filled one that
    excludes it stays empty.

    Args:
        links: hops of one cell, each in both directions.
        n_sites: sites of one cell.
        box: number of cells along each axis.
        runs: number of fillings.
        seed: of the random generator.
        exclusive: pairs of sites of which only one is filled, each in both directions.

    Raises:
        SpecificationError: box or runs are no positive numbers.
    """
    from nitrivac.migration.percolation._components import fill_sites

    cells = cells_of(box, runs)
    total = n_sites * cells[0] * cells[1] * cells[2]
    starts, neighbours, images = neighbours_in_box(links, n_sites, cells)
    partner_starts, partners, _ = neighbours_in_box(exclusive, n_sites, cells)
    rng = np.random.default_rng(seed)
    reached = np.zeros((runs, 3), dtype=np.int64)
    sums, squares = np.zeros(total), np.zeros(total)
    largest, filled = np.zeros(total, dtype=np.int64), 0
    for run in range(runs):
        order = rng.permutation(total)
        filled += fill_sites(order, starts, neighbours, images, partner_starts, partners, reached[run], largest)
        sums += largest
        squares += largest.astype(float) ** 2
    mean = sums / runs
    spread = np.sqrt(np.maximum(squares / runs - mean**2, 0.0) / (runs - 1)) if runs > 1 else np.full(total, np.inf)
    return RandomFilling(
        n_sites=total,
        runs=runs,
        most_filled=filled / (runs * total),
        first_spanning=np.where(reached > 0, reached / total, np.inf),
        largest=mean / total,
        largest_error=spread / total,
    )


def random_occupation(
    links: Links,
    occupancies: ArrayLike,
    *,
    box: ArrayLike = (8, 8, 8),
    runs: int = 100,
    seed: int = 0,
    exclusive: Links | None = None,
    kinds: ArrayLike | None = None,
) -> RandomOccupation:
    """Fill each site of a box with the probability of its own occupancy, several times, and see what is spanned.

    Where sites exclude each other those of each kind are filled in random order, as many as their occupancy asks for,
    unless one that excludes them is filled.

    Args:
        links: hops of one cell.
        occupancies: of the sites of one cell, 0 to 1, shape (n,).
        box: number of cells along each axis.
        runs: number of fillings.
        seed: of the random generator.
        exclusive: pairs of sites of which only one is filled, each in both directions.
        kinds: number of the orbit of each site, which has one occupancy; by default sites of one occupancy are of one kind.

    Raises:
        SpecificationError: box or runs are no positive numbers, or an occupancy is not between 0 and 1.
    """
    shares = np.asarray(occupancies, dtype=float)
    if shares.min(initial=0) < 0 or shares.max(initial=0) > 1 + 1e-9:
        raise SpecificationError("occupancies of 0 to 1 are accepted")
    cells = cells_of(box, runs)
    wide = repeated(links, len(shares), cells)
    repeats = cells[0] * cells[1] * cells[2]
    total = len(shares) * repeats
    partners = neighbours_in_box(exclusive, len(shares), cells)
    draw = random_draw(shares, shares if kinds is None else np.asarray(kinds), partners, repeats)
    rng = np.random.default_rng(seed)
    dimensions, largest, filled = np.zeros(runs, dtype=np.int64), np.zeros(runs), np.zeros(runs)
    for run in range(runs):
        full = draw(rng)
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
        wanted=float(shares.mean()) if len(shares) else 0.0,
        spanning=(one, two, three),
        largest=(float(largest.mean()), error),
    )


def filling_hops(network: HopNetwork) -> tuple[str, ...]:
    """The hops that join filled sites unless others are named: the elementary ones that are needed to span most dimensions.

    Those no longer than the distance at which hops and split pairs span as many dimensions as they do; where split pairs
    alone do that, no longer than the distance at which the hops do without them.
    """
    spanned = network.spanned
    ends = [up_to(one, network.max_distance) for one in ((spanned.together, spanned.hops_alone) if spanned else ())]
    for thresholds in ends:
        longest = max((one.value for one in thresholds if one.value is not None), default=network.max_distance)
        names = tuple(one.id for one in network.hops if one.elementary and one.distance <= longest + 1e-6)
        if names:
            return names
    return tuple(one.id for one in network.hops if one.elementary)


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

    Of two halves of a split site only one is ever filled.

    Args:
        crystal: the one the network was found in.
        network: its hops.
        hops: names of the hops that join sites, by default see `filling_hops`.
        box: number of cells along each axis.
        runs: number of fillings.
        seed: of the random generators.

    Raises:
        SpecificationError: a hop of that name does not exist.

    >>> from nitrivac import find_hops, load
    >>> from nitrivac.migration import fillings_of
    >>> crystal = load("alpha-Li3N")
    >>> filling, _ = fillings_of(crystal, find_hops(crystal), ["h1"], box=(4, 4, 4), runs=2)
    >>> filling.runs
    2
    """
    wanted = {network.hop(name).id for name in (filling_hops(network) if hops is None else hops)}
    joins = np.array([one.id in wanted and not one.exclusive for one in network.hops], dtype=bool)[network.hop_of_link]
    split = split_pairs(crystal)
    both = np.isin(split.centres, network.sites) & np.isin(split.neighbours, network.sites)
    exclusive = Links(
        first=np.searchsorted(network.sites, split.centres[both]),
        second=np.searchsorted(network.sites, split.neighbours[both]),
        images=split.images[both],
    )
    owners = crystal.orbit_of_site[network.sites]
    occupancies = [crystal.orbits[owner].occupancy_of(network.species) for owner in owners.tolist()]
    links = network.links[joins]
    return (
        random_filling(links, len(owners), box=box, runs=runs, seed=seed, exclusive=exclusive),
        random_occupation(links, occupancies, box=box, runs=runs, seed=seed, exclusive=exclusive, kinds=owners),
    )
