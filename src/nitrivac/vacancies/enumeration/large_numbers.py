"""Numbers of configurations as text, of any size: they may have more digits than Python writes, or anyone reads."""

from __future__ import annotations

from decimal import Decimal

__all__ = ["all_digits", "number_text", "power_text"]

_WRITTEN_OUT = 10**30  # larger numbers are printed as powers of ten


def all_digits(number: int) -> str:
    """All digits of a whole number, without the limit that Python sets to them."""
    return format(Decimal(number), "f")


def power_text(number: int, digits: int = 3) -> str:
    """A whole number as a power of ten, `1.23e+14299`.

    Args:
        number: the number.
        digits: how many stand before the power.
    """
    return format(Decimal(number), f".{digits - 1}e")


def number_text(number: int, separator: str = ",") -> str:
    """A whole number with separated thousands, or as a power of ten where it has more than 30 digits."""
    return f"{number:,}".replace(",", separator) if abs(number) < _WRITTEN_OUT else power_text(number, 7)
