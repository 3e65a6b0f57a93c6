"""Random configurations, and how many there are: exactly where they can be counted, else by Markov chains."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, count, islice
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.vacancies.enumeration.fillings import Fillings, random_below
from nitrivac.vacancies.exclusion.elimination import TooEntangledError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["DistinctSampler", "random_configurations", "random_fillings"]


def random_configurations(space: ConfigurationSpace, n: int, *, seed: int, distinct: bool) -> list[Configuration]:
    """See `ConfigurationSpace.sample`."""
    rng = np.random.default_rng(seed)
    if distinct:
        sampler = DistinctSampler(space)
        return [space.configuration(sampler.draw(rng), certificate="sampled", seed=seed) for _ in range(n)]
    certificate, fillings = random_fillings(space, rng, seed)
    return [space.configuration(codes, certificate=certificate, seed=seed) for codes in islice(fillings, n)]


def random_fillings(
    space: ConfigurationSpace, rng: np.random.Generator, seed: int
) -> tuple[str, Iterator[NDArray[np.uint8]]]:
    """Labelled configurations without end, all equally likely, and the word for how they are drawn.

    Args:
        space: the configuration space.
        rng: the random generator; it is asked only when a filling is.
        seed: of the generator of Markov chains, where these draw.
    """
    try:
        exact = space.all_labelled
    except TooEntangledError:
        chains = space.chains
        certificate = "sampled by Markov chain" + ("" if chains.estimate.agree else ", two starts apart")
        # Any image of a filling is as likely as the filling itself.
        return certificate, (_moved(space, codes, rng) for codes in chains.draws(seed))
    return "sampled", (exact.draw(rng) for _ in count())


def _moved(space: ConfigurationSpace, codes: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A random image of a configuration under the group."""
    moved = np.empty_like(codes)
    moved[space.permutation(int(rng.integers(space.supercell.order)))] = codes
    return moved


class DistinctSampler:
    """Draws distinct configurations, all equally likely, without listing them.

    A class of conjugate operations is drawn in proportion to the configurations that its members leave alone, then one of
    those that one member does: each orbit comes out with the same probability (J. D. Dixon and H. S. Wilf, J. Algorithms 4
    (1983) 205).

    Args:
        space: the configuration space.
    """

    def __init__(self, space: ConfigurationSpace) -> None:
        self._space = space
        self._upper = list(accumulate(ways * one.size for ways, one in zip(space.fixed_by, space.classes, strict=True)))
        self._fillings: dict[int, Fillings] = {}

    def draw(self, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Occupant index of each active site of one member of the orbit drawn, shape (a,)."""
        number = bisect_right(self._upper, random_below(rng, self._upper[-1]))
        if number not in self._fillings:
            permutation = self._space.permutation(self._space.classes[number].operation)
            self._fillings[number] = Fillings(self._space.placing, permutation)
        return self._fillings[number].draw(rng)
