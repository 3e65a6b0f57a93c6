"""Which configurations are made: all, some at random, or the best of some kind, of one space or of several."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

import numpy as np

from nitrivac.vacancies.enumeration.fillings import random_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["Choice", "Mode", "chosen_of"]

Mode = Literal["count", "sample", "lowest", "quasirandom", "symmetric", "enumerate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which configurations are made.

    Attributes:
        mode: `count` makes none, `sample` draws, `lowest` takes those of lowest electrostatic energy, `quasirandom` those
            nearest to the random alloy, `symmetric` those of largest stabiliser, `enumerate` all.
        number: how many (not for `count` and `enumerate`).
        seed: of the random generator.
        distinct: whether sampling is uniform over distinct instead of labelled configurations.
        shard: (k, n): which of n parts of an enumeration, counted from 1.
        superperiodic: whether an enumeration has configurations that repeat within the supercell.
        time_limit: seconds that looking at all for the lowest may take, see `ConfigurationSpace.lowest`.
        radius: pairs up to this distance are matched, angstrom; None for half the shortest lattice vector.

    >>> from nitrivac import load
    >>> from nitrivac.vacancies import Choice, Planning, run_vacancies
    >>> planning = Planning(supercell=(2, 2, 1), allow_charge=True)
    >>> choice = Choice(mode="sample", number=2, seed=1)
    >>> len(run_vacancies(load("alpha-Li3N"), ["Li@2c=2/8"], choice=choice, planning=planning).made)
    2
    """

    mode: Mode = "lowest"
    number: int = 1
    seed: int = 0
    distinct: bool = False
    shard: tuple[int, int] = (1, 1)
    superperiodic: bool = True
    radius: float | None = None
    time_limit: float | None = None


def chosen_of(
    spaces: tuple[ConfigurationSpace, ...],
    choice: Choice,
    lowest: Callable[[ConfigurationSpace, int], Iterable[Configuration]] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Iterator[tuple[ConfigurationSpace, Configuration]]:
    """The configurations of a choice, each with its space; several spaces together are one.

    Args:
        spaces: at least one; no configuration is in two of them.
        choice: which; no `count`.
        lowest: finds the n of lowest energy in place of `ConfigurationSpace.lowest`.
        progress: told how many configurations a search for the lowest has looked at, and of how many.
    """
    if choice.mode == "enumerate":
        for space in spaces:
            for one in space.enumerate(shard=choice.shard, superperiodic=choice.superperiodic):
                yield space, one
        return
    if choice.mode == "sample":
        yield from _sampled(spaces, choice)
        return
    found = [(space, one) for space in spaces for one in _best(space, choice, lowest, progress)]
    if len(spaces) > 1:
        found.sort(key=lambda item: _rank(item[1], choice))
    yield from found[: choice.number]


def _best(
    space: ConfigurationSpace,
    choice: Choice,
    lowest: Callable[[ConfigurationSpace, int], Iterable[Configuration]] | None,
    progress: Callable[[int, int | None], None] | None,
) -> Iterable[Configuration]:
    match choice.mode:
        case "lowest" if lowest is not None:
            return lowest(space, choice.number)
        case "lowest":
            return space.lowest(choice.number, seed=choice.seed, time_limit=choice.time_limit, progress=progress)
        case "quasirandom":
            return space.quasirandom(choice.number, seed=choice.seed, radius=choice.radius)
        case _:
            return space.symmetric(choice.number)


def _rank(one: Configuration, choice: Choice) -> float:
    """What is smallest in the best configuration."""
    if choice.mode == "symmetric":
        return -float(len(one.stabiliser))
    value = one.energy if choice.mode == "lowest" else one.mismatch
    return float("inf") if value is None else round(value, 9)


def _sampled(spaces: tuple[ConfigurationSpace, ...], choice: Choice) -> Iterator[tuple[ConfigurationSpace, Configuration]]:
    """Draws from all spaces together, each in proportion to its size."""
    picks = [0] * choice.number
    if len(spaces) > 1:
        rng = np.random.default_rng(choice.seed)
        upper = list(accumulate(space.size.distinct if choice.distinct else space.size.total for space in spaces))
        picks = [bisect_right(upper, random_below(rng, upper[-1])) for _ in range(choice.number)]
    drawn = {
        number: iter(spaces[number].sample(times, seed=choice.seed, distinct=choice.distinct))
        for number, times in Counter(picks).items()
    }
    for number in picks:
        yield spaces[number], next(drawn[number])
