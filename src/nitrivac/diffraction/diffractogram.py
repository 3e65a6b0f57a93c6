"""Patterns over each other, and a measured one under them: what is drawn together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nitrivac.diffraction.profile import INSTRUMENT_WIDTH, Profile, pattern_profile

if TYPE_CHECKING:
    from nitrivac.diffraction.pattern import PowderPattern

__all__ = ["Diffractogram", "make_diffractogram"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diffractogram:
    """Patterns with their profiles.

    Attributes:
        patterns: over each other.
        profiles: of each pattern.
        measured: under them, None where there is none.

    >>> from nitrivac import load, powder_pattern
    >>> from nitrivac.diffraction import make_diffractogram
    >>> diffractogram = make_diffractogram(powder_pattern(load("beta-Li3N")), size=50)
    >>> diffractogram.names, len(diffractogram.profiles)
    ('beta-Li3N', 1)
    """

    patterns: tuple[PowderPattern, ...]
    profiles: tuple[Profile, ...]
    measured: Profile | None = None

    @property
    def names(self) -> str:
        """What it is of."""
        return ", ".join(one.name for one in self.patterns)

    @property
    def radiation(self) -> str:
        """The radiation of all patterns, or of each."""
        return "; ".join(dict.fromkeys(one.radiation.label for one in self.patterns))


def make_diffractogram(
    *patterns: PowderPattern, size: float | None = None, width: float = INSTRUMENT_WIDTH, measured: Profile | None = None
) -> Diffractogram:
    """Patterns with their profiles, ready to be drawn.

    Args:
        patterns: one or more.
        size: see `pattern_profile`.
        width: see `pattern_profile`.
        measured: drawn under them.

    Raises:
        SpecificationError: see `pattern_profile`.

    >>> from nitrivac import load, powder_pattern
    >>> from nitrivac.diffraction import make_diffractogram
    >>> make_diffractogram(powder_pattern(load("alpha-Li3N")), powder_pattern(load("beta-Li3N"))).names
    'alpha-Li3N, beta-Li3N'
    """
    profiles = tuple(pattern_profile(one, size=size, width=width) for one in patterns)
    return Diffractogram(patterns=patterns, profiles=profiles, measured=measured)
