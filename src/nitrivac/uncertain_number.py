"""Numbers with their standard uncertainty as crystallographers write them: `2.180(5)`."""

from __future__ import annotations

import math
import re

__all__ = ["number_with_uncertainty", "parsed_uncertainty", "rounded", "rounded_uncertainty", "same_digits"]

_WRITTEN = re.compile(r"[+-]?\d*\.?(\d*)(?:[eE]([+-]?\d+))?\((\d+)\)")
_LARGEST = 19  # uncertainties are given with 2 to 19 units in the last place, as the journals of the IUCr ask
_MOST_DIGITS = 8


def parsed_uncertainty(text: str) -> float:
    """The standard uncertainty of a number as CIF writes it, 0 where it has none.

    Args:
        text: such as `0.0834(2)`, `12(1)` or `0.25`.
    """
    match = _WRITTEN.fullmatch(text.strip())
    return int(match[3]) * 10.0 ** (int(match[2] or 0) - len(match[1])) if match else 0.0


def number_with_uncertainty(value: float, uncertainty: float | None, digits: int) -> str:
    """A number with its uncertainty in units of the last place, or with so many digits behind the point where it has none.

    Args:
        value: the number.
        uncertainty: one standard uncertainty in the same unit; None or 0 where there is none.
        digits: behind the point, without uncertainty.
    """
    if not uncertainty or not math.isfinite(uncertainty):
        return f"{value:.{digits}f}"
    places = max(0, 1 - math.floor(math.log10(uncertainty)))
    if places > 0 and round(uncertainty * 10**places) > _LARGEST:
        places -= 1
    return f"{value:.{places}f}({max(1, round(uncertainty * 10**places))})"


def rounded(value: float | None, digits: int = 4) -> float | None:
    """A number as files have it, to so many digits behind the point, no minus before 0; None for what is no number."""
    return None if value is None or not math.isfinite(value) else round(float(value), digits) + 0.0


def rounded_uncertainty(uncertainty: float | None) -> float | None:
    """An uncertainty as JSON has it, to two digits that count; None stays None."""
    return None if uncertainty is None else float(f"{uncertainty:.2g}")


def same_digits(value: float, uncertainty: float, digits: int) -> str:
    """A number with uncertainty in the fewest digits that give both back, as a file stated them, or else in so many."""
    for places in range(_MOST_DIGITS):
        size = uncertainty * 10**places
        if abs(size - round(size)) < 1e-6 * size and abs(value - round(value, places)) < 1e-9:
            return f"{value:.{places}f}({round(size)})"
    return f"{value:.{digits}f}({max(1, round(uncertainty * 10**digits))})"
