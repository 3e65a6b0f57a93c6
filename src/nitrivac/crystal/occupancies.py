"""Occupancies as printed: fractions cut short that make a full site, and how far a sum may be above one."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FULL_WITHIN", "nominal_shares"]

FULL_WITHIN = 2e-3
"""How far the occupancies of a position may add up to more than one: the error of three printed digits."""
_DENOMINATORS = {2: (3, 6), 3: (3, 6, 7, 9, 12)}  # by the digits printed: two tell few fractions apart
_MOST_OCCUPANTS = 12


def nominal_shares(occupancies: Sequence[float]) -> tuple[float, ...]:
    """The occupancies of one position, as the simple fractions they were cut from where those fill it.

    Three times 0.333 are three thirds, and 0.666 beside 0.333 two thirds and one: printed digits leave no thousandth of
    a vacancy. Where fractions do not add up to exactly one the values stay as they are, as does a value that stands alone.

    Args:
        occupancies: as the source states them; at least two digits are needed to know a fraction by.
    """
    if not 1 < len(occupancies) <= _MOST_OCCUPANTS or abs(sum(occupancies) - 1) > 0.02 or sum(occupancies) == 1:
        return tuple(occupancies)
    meant = {value: _fractions(value) for value in set(occupancies)}  # equal values mean the same
    for chosen in product(*meant.values()):
        one = dict(zip(meant, chosen, strict=True))
        if sum(one[value] for value in occupancies) == 1:
            return tuple(float(one[value]) for value in occupancies)
    return tuple(occupancies)


def _fractions(value: float) -> list[Fraction]:
    """The value itself, and each fraction that is printed so when it is rounded or cut."""
    printed = Decimal(repr(float(value)))
    exponent = printed.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    exact = Fraction(printed)
    unit = Fraction(1, 10**digits)
    found = []
    for denominator in _DENOMINATORS.get(min(digits, 3), ()):
        numerator = round(value * denominator)
        fraction = Fraction(numerator, denominator)
        cut = Fraction(math.floor(fraction / unit)) * unit
        if fraction.denominator == denominator and (abs(fraction - exact) <= unit / 2 or cut == exact):
            found.append(fraction)
    return [*found, exact]
