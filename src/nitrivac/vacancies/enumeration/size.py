"""How many configurations a space has, exactly, or by an estimate with its error."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, floor, log

from nitrivac.documents.document import Document

__all__ = ["SpaceSize", "rounded_exponential", "size_text"]

_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceSize(Document):
    """Numbers of configurations.

    Attributes:
        total: labelled configurations.
        distinct: symmetry-distinct ones.
        error: standard error of their natural logarithms; None where they are exact.
    """

    total: int
    distinct: int
    error: float | None = None


def size_text(number: int, error: float | None) -> str:
    """A number of configurations with its error, in words where it is an estimate."""
    if error is None:
        return f"{number:,}"
    return f"about {number:.2e} (estimated, within a factor of {exp(error):.2g})"


def rounded_exponential(logarithm: float) -> int:
    """The whole number of a natural logarithm, to three figures."""
    power = logarithm / log(10.0)
    whole = max(floor(power) - _DIGITS + 1, 0)
    figures = round(float(10.0 ** (power - whole)))
    return figures * int(10**whole)
