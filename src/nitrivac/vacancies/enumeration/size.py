"""How many configurations a space has, exactly, or by an estimate with its error."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import exp, floor, log
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import UnsupportedError
from nitrivac.vacancies.enumeration.burnside import conjugacy_classes, count_aperiodic, fixed_by_each, orbits_of
from nitrivac.vacancies.enumeration.fillings import Fillings
from nitrivac.vacancies.exclusion.elimination import TooEntangledError

if TYPE_CHECKING:
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["SpaceSize", "count_distinct_in", "fixed_by_operations", "size_of", "size_text"]

_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceSize:
    """Numbers of configurations.

    Attributes:
        total: labelled configurations.
        distinct: symmetry-distinct ones.
        error: standard error of their natural logarithms; None where they are exact.
    """

    total: int
    distinct: int
    error: float | None = None


def size_of(space: ConfigurationSpace) -> SpaceSize:
    """See `ConfigurationSpace.size`."""
    try:
        return SpaceSize(total=space.total(), distinct=space.count())
    except TooEntangledError:
        estimate = space.chains.estimate
        # Operations other than the identity leave next to none of so many alone.
        distinct = estimate.logarithm - log(space.supercell.order)
        return SpaceSize(
            total=_rounded_exponential(estimate.logarithm),
            distinct=max(1, _rounded_exponential(distinct)),
            error=estimate.error,
        )


def fixed_by_operations(space: ConfigurationSpace) -> tuple[int, ...]:
    """See `ConfigurationSpace.fixed_by`."""
    if len(space.conflicts):
        class_of = conjugacy_classes(space.permutations)
        known = {one: Fillings(space.task, space.permutations[one]).ways for one in np.unique(class_of).tolist()}
        return tuple(known[one] for one in class_of.tolist())
    return fixed_by_each([space.permutations[:, low:high] - low for low, high in pairwise(space.bounds)], space.numbers)


def count_distinct_in(space: ConfigurationSpace, *, superperiodic: bool) -> int:
    """See `ConfigurationSpace.count`."""
    if not space.sublattices:
        return 1
    if superperiodic:
        return orbits_of(space.fixed_by)
    if len(space.conflicts):
        raise UnsupportedError(
            "configurations that do not repeat within the cell are not counted where sites exclude each other; "
            "enumerate them, or set the exclusion distance to 0"
        )
    return count_aperiodic(space.permutations, space.permutations[space.task.translations], space.bounds, space.numbers)


def size_text(number: int, error: float | None) -> str:
    """A number of configurations with its error, in words where it is an estimate."""
    if error is None:
        return f"{number:,}"
    return f"about {number:.2e} (estimated, within a factor of {exp(error):.2g})"


def _rounded_exponential(logarithm: float) -> int:
    """The whole number of a natural logarithm, to three figures."""
    power = logarithm / log(10.0)
    whole = max(floor(power) - _DIGITS + 1, 0)
    figures = round(float(10.0 ** (power - whole)))
    return figures * int(10**whole)
