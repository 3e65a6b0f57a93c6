"""How many configurations a space has, exactly, or by an estimate with its error."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log

from nitrivac.documents.document import Document

__all__ = ["SpaceSize", "rounded_exponential"]

_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceSize(Document):
    """Numbers of configurations.

    Attributes:
        total: labelled configurations.
        distinct: symmetry-distinct ones.
        error: standard error of both, as a share of them; None where they are exact.
    """

    total: int
    distinct: int
    error: float | None = None


def rounded_exponential(logarithm: float) -> int:
    """The whole number of a natural logarithm, to three figures."""
    power = logarithm / log(10.0)
    if power < _DIGITS:
        return round(10.0**power)
    whole = floor(power)
    return int(round(10.0 ** (power - whole + _DIGITS - 1)) * 10 ** (whole - _DIGITS + 1))
