"""A pattern as a diffractometer records it: every reflection a peak with a width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.diffraction.pattern import PowderPattern

__all__ = ["INSTRUMENT_WIDTH", "SCHERRER", "Profile", "pattern_profile"]

INSTRUMENT_WIDTH = 0.1
"""Full width at half maximum of a peak of large crystals, degrees of two theta: a usual laboratory diffractometer."""

SCHERRER = 0.9
"""Shape factor for the full width at half maximum (A. L. Patterson, Phys. Rev. 56, 978 (1939))."""

_FWHM_OF_SIGMA = 2 * np.sqrt(2 * np.log(2))
_STEPS_PER_WIDTH = 8
_FINEST = 0.001  # degrees
_REACH = 30  # half widths of a peak that are drawn: 0.1 % of a Lorentz peak's height is left there
_IN_ONE_GO = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile(Document):
    """Intensity against angle.

    Attributes:
        two_theta: degrees, rising, shape (n,).
        intensity: the highest point is 100 where calculated, counts where measured, shape (n,).
    """

    two_theta: NDArray[np.float64]
    intensity: NDArray[np.float64]

    def xy(self) -> str:
        """Two columns, as other programs read them."""
        return "".join(f"{x:.4f} {y:.6f}\n" for x, y in zip(self.two_theta, self.intensity, strict=True))


def pattern_profile(pattern: PowderPattern, *, size: float | None = None, width: float = INSTRUMENT_WIDTH) -> Profile:
    """The profile of a pattern: Voigt peaks, Gaussian by the instrument and Lorentzian by the size of the crystals.

    Args:
        pattern: its radiation's lines are all drawn.
        size: mean diameter of the crystals in nm (Scherrer), None for large ones.
        width: full width at half maximum of the instrument, degrees of two theta.

    Raises:
        SpecificationError: size or width are no widths of peaks.

    >>> from nitrivac import load, powder_pattern
    >>> from nitrivac.diffraction import pattern_profile
    >>> pattern_profile(powder_pattern(load("alpha-Li3N")), size=20).intensity.max().round(6).item()
    100.0
    """
    if not 0.001 <= width <= 20:
        raise SpecificationError(f"a width of {width:g} degrees: peaks are 0.001 to 20 degrees wide")
    if size is not None and not 0.1 <= size <= 1e6:
        raise SpecificationError(f"a size of {size:g} nm: crystals are 0.1 to 1,000,000 nm large")
    low, high = pattern.two_theta_range
    step = max(_FINEST, width / _STEPS_PER_WIDTH)
    grid = np.linspace(low, high, max(2, round((high - low) / step) + 1))
    total = np.zeros(len(grid))
    for wavelength, share in pattern.radiation.lines:
        sine = wavelength / (2 * pattern.d)
        seen = sine < 1
        centres = 2 * np.degrees(np.arcsin(sine[seen]))
        total += share * _peaks(grid, centres, pattern.intensity[seen], size, width, wavelength)
    return Profile(two_theta=grid, intensity=100 * total / max(float(total.max()), np.finfo(float).tiny))


def _peaks(
    grid: NDArray[np.float64],
    centres: NDArray[np.float64],
    areas: NDArray[np.float64],
    size: float | None,
    width: float,
    wavelength: float,
) -> NDArray[np.float64]:
    """Voigt peaks of these areas added up on an even grid."""
    from scipy.special import voigt_profile

    lorentz = np.zeros(len(centres))
    if size is not None:
        lorentz = np.degrees(SCHERRER * wavelength / (10 * size * np.cos(np.radians(centres) / 2)))
    step = grid[1] - grid[0]
    reach = min(len(grid), int(np.ceil(_REACH * (width + lorentz.max(initial=0.0)) / 2 / step)))
    offsets = np.arange(-reach, reach + 1)
    total = np.zeros(len(grid))
    rows = max(1, _IN_ONE_GO // len(offsets))
    for start in range(0, len(centres), rows):
        part = slice(start, start + rows)
        nearest = np.round((centres[part] - grid[0]) / step).astype(int)
        places = nearest[:, None] + offsets
        distances = grid[0] + places * step - centres[part, None]
        heights = areas[part, None] * voigt_profile(distances, width / _FWHM_OF_SIGMA, lorentz[part, None] / 2)
        inside = (places >= 0) & (places < len(grid))
        total += np.bincount(places[inside], weights=heights[inside], minlength=len(grid))
    return total
