"""Short-range order: Warren-Cowley parameters, and the configurations nearest to the random alloy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.supercells.supercell import shortest_vector
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.neighbours import neighbour_pairs
from nitrivac.vacancies.enumeration.sampling import random_fillings
from nitrivac.vacancies.exclusion.any_filling import require_any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["PairShell", "WarrenCowley", "nearest_to_random", "pair_shells", "warren_cowley"]

MOST_PAIRS = 10_000_000
"""Pairs of planned sites within the radius that are looked at."""

_SAME_DISTANCE_A = 0.01
_STARTS = 6
_STEPS_PER_SITE = 500
_CONFLICT = 1e-2  # price of a conflict, in units of the squared mismatch: at first it is paid, at the end it is not


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairShell:
    """Pairs of planned sites at one distance.

    Attributes:
        sublattices: of the first and the second site; the first is never behind the second.
        distance: angstrom.
        first, second: active sites, shape (p,); within a sublattice each pair is there in both directions.
    """

    sublattices: tuple[int, int]
    distance: float
    first: NDArray[np.int64] = field(repr=False)
    second: NDArray[np.int64] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarrenCowley:
    """The Warren-Cowley parameter of one pair of occupants in one shell.

    Attributes:
        sites: addresses of the two orbits.
        distance: angstrom.
        occupants: a on the first, b on the second.
        pairs: pairs of sites in the shell.
        alpha: 1 - P(b | a) / x(b): 0 where b is as likely beside a as anywhere, negative where more likely.

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> from nitrivac.vacancies import warren_cowley
    >>> crystal = load("alpha-Li3N")
    >>> plan = plan_supercells(crystal, parse_specification(crystal, "Li@2c=2/8"), supercell=(2, 2, 1), allow_charge=True)[0]
    >>> space = ConfigurationSpace(crystal, plan)
    >>> first = warren_cowley(space, space.sample(1, seed=0)[0], radius=4.0)[0]
    >>> first.sites, round(first.distance, 3)
    (('Li@2c', 'Li@2c'), 2.106)
    """

    sites: tuple[str, str]
    distance: float
    occupants: tuple[str, str]
    pairs: int
    alpha: float


def pair_shells(space: ConfigurationSpace, radius: float) -> tuple[PairShell, ...]:
    """Shells of pairs of planned sites up to a distance, nearest first.

    Args:
        space: the configuration space.
        radius: largest distance, angstrom.

    Raises:
        UnsupportedError: there are more than `MOST_PAIRS` within it.
    """
    cell, active = space.supercell, space.active_sites
    pairs_within = len(active) ** 2 * (4 / 3 * np.pi * radius**3) / abs(float(np.linalg.det(cell.lattice)))
    if pairs_within > MOST_PAIRS:
        raise UnsupportedError(
            f"{space.crystal.provenance.source}: about {pairs_within:.2g} pairs of the {len(active)} chosen sites are "
            f"within {radius:.3g} angstrom, more than the {MOST_PAIRS} that are matched; give a smaller --radius"
        )
    sublattice_of = np.repeat(np.arange(len(space.sublattices)), np.diff(space.bounds))
    pairs = neighbour_pairs(cell.lattice, cell.frac_coords[active], radius)
    shells = []
    for a in range(len(space.sublattices)):
        for b in range(a, len(space.sublattices)):
            chosen = np.flatnonzero((sublattice_of[pairs.centres] == a) & (sublattice_of[pairs.neighbours] == b))
            chosen = chosen[np.argsort(pairs.distances[chosen], kind="stable")]
            distances = pairs.distances[chosen]
            for part in np.split(chosen, np.flatnonzero(np.diff(distances) > _SAME_DISTANCE_A) + 1):
                if len(part):
                    shell = PairShell(
                        sublattices=(a, b),
                        distance=float(pairs.distances[part].mean()),
                        first=pairs.centres[part],
                        second=pairs.neighbours[part],
                    )
                    shells.append(shell)
    return tuple(sorted(shells, key=lambda shell: (round(shell.distance, 4), shell.sublattices)))


def warren_cowley(
    space: ConfigurationSpace, configuration: Configuration, *, radius: float | None = None
) -> tuple[WarrenCowley, ...]:
    """Short-range order of a configuration (J. M. Cowley, Phys. Rev. 77 (1950) 669).

    Args:
        space: the configuration space.
        configuration: one of its configurations.
        radius: pairs up to this distance, angstrom; by default half the shortest lattice vector.

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> from nitrivac.vacancies import warren_cowley
    >>> crystal = load("alpha-Li3N")
    >>> plan = plan_supercells(crystal, parse_specification(crystal, "Li@2c=2/8"), supercell=(2, 2, 1), allow_charge=True)[0]
    >>> space = ConfigurationSpace(crystal, plan)
    >>> len(warren_cowley(space, space.sample(1, seed=0)[0], radius=4.0)) > 0
    True
    """
    rows = []
    codes = configuration.codes
    for shell in pair_shells(space, _radius(space, radius)):
        a_sub, b_sub = shell.sublattices
        for a, a_name in enumerate(space.occupants[a_sub]):
            beside = codes[shell.second[codes[shell.first] == a]]
            for b, b_name in enumerate(space.occupants[b_sub]):
                share = space.numbers[b_sub][b] / sum(space.numbers[b_sub])
                if not len(beside) or not share:
                    continue
                rows.append(
                    WarrenCowley(
                        sites=(space.plan.counts[a_sub].address, space.plan.counts[b_sub].address),
                        distance=shell.distance,
                        occupants=(a_name, b_name),
                        pairs=len(shell.first),
                        alpha=1.0 - float((beside == b).mean()) / share,
                    )
                )
    return tuple(rows)


def nearest_to_random(space: ConfigurationSpace, n: int, *, seed: int, radius: float | None = None) -> list[Configuration]:
    """See `ConfigurationSpace.quasirandom`.

    The mismatch is the root mean square, over shells and pairs of occupants, of the difference between the share of
    such pairs and that in the random alloy.

    Raises:
        SpecificationError: no pair of planned sites is within the radius.

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> from nitrivac.vacancies import nearest_to_random
    >>> crystal = load("alpha-Li3N")
    >>> plan = plan_supercells(crystal, parse_specification(crystal, "Li@2c=2/8"), supercell=(2, 2, 1), allow_charge=True)[0]
    >>> len(nearest_to_random(ConfigurationSpace(crystal, plan), 2, seed=0, radius=4.0))
    2
    """
    from nitrivac.vacancies.choosing._correlations import anneal_correlations
    from nitrivac.vacancies.choosing._exchange import exchanges_of

    require_any(space)
    reach = _radius(space, radius)
    shells = pair_shells(space, reach)
    if not shells:
        raise SpecificationError(f"no two of the chosen sites are within {reach:g} angstrom; give a larger --radius")
    width = max(len(names) for names in space.occupants)
    target = np.zeros((len(shells), width, width))
    kinds = np.zeros((len(shells), width, width), dtype=bool)
    for index, shell in enumerate(shells):
        x, y = (np.array(space.numbers[number]) / sum(space.numbers[number]) for number in shell.sublattices)
        target[index, : len(x), : len(y)] = np.outer(x, y)
        kinds[index, : len(x), : len(y)] = True
    first = np.concatenate([shell.first for shell in shells])
    second = np.concatenate([shell.second for shell in shells])
    number = np.repeat(np.arange(len(shells)), [len(shell.first) for shell in shells])
    within = np.array([shell.sublattices[0] == shell.sublattices[1] for shell in shells])
    start, other, shell_of, way = _neighbour_table(first, second, number, within, len(space.active_sites))
    rng = np.random.default_rng(seed)
    exchanges = exchanges_of(space)
    pairs = np.bincount(number).astype(float)
    temperatures = np.geomspace(1e-2, 1e-7, _STEPS_PER_SITE * len(space.active_sites))
    _, fillings = random_fillings(space, rng, seed)
    best: dict[bytes, tuple[float, NDArray[np.uint8]]] = {}
    for _ in range(max(_STARTS, 2 * n)):
        codes = next(fillings).copy()
        counts = np.zeros(target.shape)
        np.add.at(counts, (number, codes[first], codes[second]), 1.0)
        error = anneal_correlations(
            rng, codes, counts, target, pairs, start, other, shell_of, way, exchanges, _CONFLICT, temperatures
        )
        best.setdefault(space.canonical(codes), (float(np.sqrt(max(error, 0.0) / kinds.sum())), codes))
    ranked = sorted(best.items(), key=lambda item: (round(item[1][0], 9), item[0]))[:n]
    return [
        space.configuration(codes, certificate="annealed", seed=seed, mismatch=mismatch) for _, (mismatch, codes) in ranked
    ]


def _neighbour_table(
    first: NDArray[np.int64], second: NDArray[np.int64], shell: NDArray[np.int64], within: NDArray[np.bool_], sites: int
) -> tuple[NDArray[np.int64], ...]:
    """For each site where its pairs begin, and of each pair the other site, the shell, and the way it is counted.

    The way is 0 within a sublattice (counted in both directions), 1 where the site is the first, 2 where it is the second.
    """
    cross = ~within[shell]
    centre = np.concatenate([first, second[cross]])
    other = np.concatenate([second, first[cross]])
    number = np.concatenate([shell, shell[cross]])
    way = np.concatenate([np.where(cross, 1, 0), np.full(int(cross.sum()), 2)])
    order = np.argsort(centre, kind="stable")
    start = np.searchsorted(centre[order], np.arange(sites + 1))
    return start, other[order], number[order], way[order]


def _radius(space: ConfigurationSpace, radius: float | None) -> float:
    return shortest_vector(space.supercell.lattice) / 2 if radius is None else radius
