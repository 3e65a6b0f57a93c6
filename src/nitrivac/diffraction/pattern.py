"""Powder patterns: the reflections of a crystal with their intensities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns, Table
from nitrivac.diffraction.radiation import Radiation, parse_radiation
from nitrivac.diffraction.reflection_rows import REFLECTIONS, Reflection
from nitrivac.diffraction.reflections import reflections_between
from nitrivac.diffraction.structure_factors import Scattering
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError
from nitrivac.files import csv_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = [
    "TWO_THETA",
    "WEAK",
    "PowderPattern",
    "checked_range",
    "lorentz_polarisation",
    "powder_pattern",
    "reflections_csv",
]

TWO_THETA = (0.0, 90.0)
"""Range of two theta in degrees where none is asked for."""
WEAK = 1.0
"""Intensity below which a reflection is in no table for people, the strongest being 100."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PowderPattern(Document):
    """The reflections of a powder in order of rising angle, one of each symmetry-equivalent family.

    Attributes:
        source: what the crystal was made from.
        specification: the vacancies asked for, as text.
        radiation: what is scattered.
        two_theta_range: first and last angle, degrees.
        hkl: Miller indices, shape (n, 3).
        d: lattice spacing in angstrom, shape (n,).
        two_theta: degrees, at the radiation's mean wavelength, shape (n,).
        multiplicity: members of the family, shape (n,).
        f_squared: ``|F|**2`` of the cell, electrons**2 (X-rays) or fm**2 (neutrons), shape (n,); with dispersion the mean of
            hkl and -h-k-l.
        intensity: multiplicity times ``|F|**2`` times the Lorentz and polarisation factors; the strongest is 100, shape
            (n,).
        caution: what everything made of the crystal must say, see `Provenance`.

    >>> from nitrivac import load, powder_pattern
    >>> pattern = powder_pattern(load("gamma-Li3N"), "neutron")
    >>> pattern.hkl[pattern.intensity.argmax()].tolist()
    [1, 1, 1]
    """

    source: str
    specification: tuple[str, ...] = ()
    radiation: Radiation
    two_theta_range: tuple[float, float] = TWO_THETA
    hkl: NDArray[np.int64]
    d: NDArray[np.float64]
    two_theta: NDArray[np.float64]
    multiplicity: NDArray[np.int64]
    f_squared: NDArray[np.float64]
    intensity: NDArray[np.float64]
    caution: str | None = None

    @property
    def name(self) -> str:
        """Source and specification, as the command line takes them."""
        return " ".join([self.source, *self.specification])

    columns: ClassVar[Columns[PowderPattern]] = Columns(
        (
            Column("specification", lambda pattern: pattern.specification),
            Column("radiation", lambda pattern: pattern.radiation.name),
            Column("probe", lambda pattern: pattern.radiation.probe),
            Column("wavelength_A", lambda pattern: pattern.radiation.wavelength, digits=7),
            Column("two_theta_range_deg", lambda pattern: pattern.two_theta_range, digits=None),
            Column("reflections", lambda pattern: list(map(REFLECTIONS.plain, pattern.reflections)), digits=None),
        )
    )

    @property
    def reflections(self) -> tuple[Reflection, ...]:
        """One for each family, in order."""
        values = (self.d, self.two_theta, self.multiplicity, self.f_squared, self.intensity)
        rows = zip(self.hkl.tolist(), *(one.tolist() for one in values), strict=True)
        return tuple(Reflection(tuple(hkl), *rest) for hkl, *rest in rows)

    def tables(self) -> tuple[Table[Reflection], ...]:
        """The reflections that are not very weak."""
        shown = tuple(one for one in self.reflections if one.intensity >= WEAK)
        low, high = self.two_theta_range
        weak = len(self.d) - len(shown)
        some = f"; {weak} weaker than {WEAK:g} are in the files and --json" if weak else ""
        unit = "electrons²" if self.radiation.probe == "x-ray" else "fm²"
        remark = f"{len(self.d)} reflections from {low:g} to {high:g}°{some}. n: multiplicity; |F|² in {unit}."
        return (Table(title=f"Reflections ({self.radiation.label})", columns=REFLECTIONS, records=shown, remarks=(remark,)),)


def reflections_csv(patterns: Sequence[PowderPattern]) -> str:
    """The reflections of patterns as one table, each row with what it is of."""
    cautions = dict.fromkeys(one.caution for one in patterns if one.caution is not None)
    rows = (
        {"pattern": pattern.name, "radiation": pattern.radiation.name} | REFLECTIONS.row(one)
        for pattern in patterns
        for one in pattern.reflections
    )
    return csv_text(rows, ("pattern", "radiation", *REFLECTIONS.names), caution=" ".join(cautions) or None)


def powder_pattern(
    crystal: Crystal,
    radiation: Radiation | str = "Cu",
    *,
    two_theta: tuple[float, float] = TWO_THETA,
    b_otherwise: float = 0.0,
    dispersion: bool = False,
    specification: tuple[str, ...] = (),
) -> PowderPattern:
    """The powder pattern of an average structure.

    Absorption, extinction, texture and thermal diffuse scattering are not considered.

    Args:
        crystal: its occupancies count as they are.
        radiation: see `parse_radiation`.
        two_theta: first and last angle, degrees.
        b_otherwise: B in square angstrom of sites whose source states no displacement.
        dispersion: count f' and f'' of X-rays.
        specification: the vacancies that made the crystal, for output.

    Raises:
        SpecificationError: no radiation, no range of angles, or no reflection in it.
        UnsupportedError: an element scatters by an unknown amount, or the cell has too many reflections.

    >>> from nitrivac import load, powder_pattern
    >>> powder_pattern(load("alpha-Li3N"), "Mo", two_theta=(5, 20)).hkl.tolist()
    [[0, 0, 1], [1, 0, 0], [1, 0, 1]]
    """
    beam = parse_radiation(radiation) if isinstance(radiation, str) else radiation
    low, high = checked_range(two_theta)
    to_d = [beam.wavelength / (2 * np.sin(np.radians(angle) / 2)) if angle else np.inf for angle in (high, low)]
    reflections = reflections_between(crystal, *to_d)
    source = crystal.provenance.source
    if len(reflections.d) == 0:
        raise SpecificationError(f"{source} has no reflection between {low:g} and {high:g} degrees for {beam.label}")
    scattering = Scattering(crystal, reflections, beam, b_otherwise=b_otherwise, dispersion=dispersion)
    plus, minus = scattering.structure_factors()
    f_squared = (np.abs(plus) ** 2 + np.abs(minus) ** 2) / 2
    angles = 2 * np.degrees(np.arcsin(np.minimum(1.0, beam.wavelength / (2 * reflections.d))))
    intensity = reflections.multiplicity * f_squared * lorentz_polarisation(angles, beam)
    return PowderPattern(
        source=source,
        specification=specification,
        radiation=beam,
        two_theta_range=(low, high),
        hkl=reflections.hkl,
        d=reflections.d,
        two_theta=angles,
        multiplicity=reflections.multiplicity,
        f_squared=f_squared,
        intensity=100 * intensity / max(float(intensity.max()), np.finfo(float).tiny),
        caution=crystal.provenance.caution,
    )


def lorentz_polarisation(two_theta: NDArray[np.float64], radiation: Radiation) -> NDArray[np.float64]:
    """Lorentz factor of a powder, for X-rays times that of an unpolarised beam without monochromator, shape (n,).

    1 / (sin(theta)**2 cos(theta)), and (1 + cos(2 theta)**2) (International Tables for Crystallography C, chapter 6.2).

    Args:
        two_theta: degrees, shape (n,).
        radiation: X-rays or neutrons.
    """
    theta = np.radians(two_theta) / 2
    lorentz = 1.0 / (np.sin(theta) ** 2 * np.cos(theta))
    return np.asarray(lorentz * (1 + np.cos(2 * theta) ** 2) if radiation.probe == "x-ray" else lorentz)


def checked_range(two_theta: tuple[float, float]) -> tuple[float, float]:
    """First and last angle in degrees.

    Raises:
        SpecificationError: they are no range below 180 degrees.
    """
    low, high = two_theta
    if not 0 <= low < high < 180:
        raise SpecificationError(f"two theta from {low:g} to {high:g} degrees: a range from 0 to below 180 is needed")
    return float(low), float(high)
