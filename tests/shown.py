"""What a page shows and what the program prints: the same but for the last digit of decimal numbers.

The last digit of a rounded number depends on the processor; words, whole numbers and the number of digits do not.
"""

from __future__ import annotations

import re
from decimal import Decimal

# A decimal number: sign, digits, the uncertainty of the last ones, exponent.
_NUMBER = re.compile(r"(?<![\w.])(-?\d+\.\d+)(?:\((\d+)\))?(?:e([+-]?\d+))?(?![\w.]*\.\d)")


def agrees(printed: str, shown: str) -> bool:
    """Whether two texts differ in nothing but one unit in the last place of decimal numbers."""
    return _NUMBER.sub(_pattern, printed) == _NUMBER.sub(_pattern, shown) and all(
        map(_near, _NUMBER.finditer(printed), _NUMBER.finditer(shown))
    )


def assert_shown(printed: str, shown: str, what: str = "") -> None:
    """Fail, with both texts, where the program prints anything else than what is shown."""
    if not agrees(printed, shown):
        assert printed == shown, what


def _pattern(number: re.Match[str]) -> str:
    """The number without its value: how many digits are behind the point, whether it has uncertainty and exponent."""
    behind = len(number[1].partition(".")[2])
    return f"<{behind}{'()' if number[2] else ''}{number[3] or ''}>"


def _near(one: re.Match[str], other: re.Match[str]) -> bool:
    unit = Decimal(1).scaleb(-len(one[1].partition(".")[2]))
    same = abs(Decimal(one[1]) - Decimal(other[1])) <= unit
    return same and abs(int(one[2] or 0) - int(other[2] or 0)) <= 1
