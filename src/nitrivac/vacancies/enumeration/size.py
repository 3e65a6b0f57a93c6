"""How many configurations a space has, exactly, or by an estimate with its error."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, floor, log, prod
from typing import TYPE_CHECKING

from nitrivac.errors import UnsupportedError
from nitrivac.vacancies.enumeration.burnside import count_aperiodic, orbits_of
from nitrivac.vacancies.enumeration.cycle_fillings import cycle_fillings
from nitrivac.vacancies.enumeration.fillings import Fillings
from nitrivac.vacancies.enumeration.large_numbers import number_text, power_text
from nitrivac.vacancies.exclusion.elimination import TooEntangledError

if TYPE_CHECKING:
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["SpaceSize", "count_distinct_in", "fixed_by_classes", "size_of", "size_text"]

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


def fixed_by_classes(space: ConfigurationSpace) -> tuple[int, ...]:
    """See `ConfigurationSpace.fixed_by`."""
    if len(space.conflicts):
        return tuple(Fillings(space.placing, space.permutation(one.operation)).ways for one in space.classes)
    return tuple(
        prod(cycle_fillings(kind, numbers) for kind, numbers in zip(one.cycle_types, space.numbers, strict=True))
        for one in space.classes
    )


def count_distinct_in(space: ConfigurationSpace, *, superperiodic: bool) -> int:
    """See `ConfigurationSpace.count`."""
    if not space.sublattices:
        return 1
    if superperiodic:
        return orbits_of(space.fixed_by, [one.size for one in space.classes])
    if len(space.conflicts):
        raise UnsupportedError(
            "configurations that do not repeat within the cell are not counted where sites exclude each other; "
            "enumerate them, or set the exclusion distance to 0"
        )
    return count_aperiodic(space.permutations, space.permutations[space.task.translations], space.bounds, space.numbers)


def size_text(number: int, error: float | None) -> str:
    """A number of configurations with its error, in words where it is an estimate."""
    if error is None:
        return number_text(number)
    return f"about {power_text(number)} (estimated, within a factor of {exp(error):.2g})"


def _rounded_exponential(logarithm: float) -> int:
    """The whole number of a natural logarithm, to three figures."""
    power = logarithm / log(10.0)
    whole = max(floor(power) - _DIGITS + 1, 0)
    figures = round(float(10.0 ** (power - whole)))
    return figures * int(10**whole)
