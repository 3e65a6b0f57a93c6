"""Coordinates as records state them."""

from __future__ import annotations

import re
from fractions import Fraction

from nitrivac.errors import RecordError

__all__ = ["Coordinate", "parse_coordinate"]

Coordinate = int | float | str

_FRACTION = re.compile(r"[+-]?\d{1,9}(?:/[1-9]\d{0,8})?")
_UNCERTAIN = re.compile(r"[+-]?\d{0,9}\.\d{1,15}\(\d{1,9}\)")
_LARGEST_COORDINATE = 1e9


def parse_coordinate(value: Coordinate) -> float:
    """A coordinate as typed: a number, or a text with a whole number or fraction (`1/3`) or `0.0834(2)`.

    A third typed short (0.333) is itself here; whether it means 1/3 its position in the space group says.

    Args:
        value: number or text.

    Returns:
        The coordinate as a float.

    Raises:
        RecordError: the text is none of these, or the number is not finite.
    """
    if isinstance(value, str):
        text = value.replace(" ", "")
        if _UNCERTAIN.fullmatch(text):
            return parse_coordinate(float(text.partition("(")[0]))
        if not _FRACTION.fullmatch(text):
            raise RecordError(f"coordinate {value!r:.40} is neither a number nor a fraction such as 1/3 nor like 0.0834(2)")
        return float(Fraction(text))
    if not abs(value) <= _LARGEST_COORDINATE:  # also refuses NaN
        raise RecordError(f"coordinate {value!s:.20} is not a finite number of ordinary size")
    return float(value)
