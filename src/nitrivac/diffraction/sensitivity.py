"""How each reflection changes with the vacancies of each site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.diffraction.pattern import TWO_THETA, PowderPattern, lorentz_polarisation, powder_pattern
from nitrivac.diffraction.radiation import Radiation, parse_radiation
from nitrivac.diffraction.reflection_rows import REFLECTIONS
from nitrivac.diffraction.reflections import Reflections
from nitrivac.diffraction.structure_factors import Scattering
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError
from nitrivac.files import csv_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = ["OccupancySensitivity", "occupancy_sensitivity", "sensitivity_csv"]


_KEYS = ("hkl", "d_A", "two_theta_deg", "intensity")
_CSV = ("h", "k", "l", "d_A", "two_theta_deg", "intensity")


def _changed(one: OccupancySensitivity) -> list[dict[str, Any]]:
    """The reflections, each with its changes."""
    rows = map(REFLECTIONS.plain, one.pattern.reflections)
    return [
        {key: row[key] for key in _KEYS} | {"change_per_percent": change}
        for row, change in zip(rows, one.changes, strict=True)
    ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OccupancySensitivity(Document):
    """What vacancies do to a pattern, to first order.

    Attributes:
        pattern: the reflections at the occupancies of the crystal.
        sites: addresses of the sites whose vacancies vary.
        positions: positions of each site per cell.
        change: by how much the intensity of a reflection changes with each per cent of the site's positions that is emptied,
            on the scale on which the strongest reflection of the pattern is 100, shape (n, sites).
        displacement_change: the same with each square angstrom of a site's B, all orbits in order, shape (n, orbits).

    >>> from nitrivac import load, occupancy_contrast
    >>> sensitivity = occupancy_contrast(load("beta-Li3N")).sensitivities[0]
    >>> sensitivity.sites, sensitivity.change.ndim
    (('Li@2b', 'Li@4f'), 2)
    """

    pattern: PowderPattern
    sites: tuple[str, ...]
    positions: tuple[int, ...]
    change: NDArray[np.float64]
    displacement_change: NDArray[np.float64]

    columns: ClassVar[Columns[OccupancySensitivity]] = Columns(
        (
            Column("radiation", lambda one: one.pattern.radiation.name),
            Column("probe", lambda one: one.pattern.radiation.probe),
            Column("wavelength_A", lambda one: one.pattern.radiation.wavelength, digits=7),
            Column("reflections", _changed, digits=None),
        )
    )

    @property
    def changes(self) -> list[dict[str, float]]:
        """Change of each reflection with a per cent of each site, by address."""
        return [dict(zip(self.sites, row, strict=True)) for row in np.round(self.change, 8).tolist()]


def sensitivity_csv(sensitivities: Sequence[OccupancySensitivity]) -> str:
    """The changes of all reflections as one table, a row for each reflection, radiation and site."""
    rows = (
        {"radiation": one.pattern.radiation.name}
        | {key: row[key] for key in _CSV}
        | {"site": site, "change_per_percent": change}
        for one in sensitivities
        for row, changes in zip(map(REFLECTIONS.row, one.pattern.reflections), one.changes, strict=True)
        for site, change in changes.items()
    )
    caution = sensitivities[0].pattern.caution if sensitivities else None
    return csv_text(rows, ("radiation", *_CSV, "site", "change_per_percent"), caution=caution)


def occupancy_sensitivity(
    crystal: Crystal,
    radiation: Radiation | str,
    orbits: Sequence[Orbit],
    *,
    two_theta: tuple[float, float] = TWO_THETA,
    b_otherwise: float = 0.0,
    dispersion: bool = False,
    specification: tuple[str, ...] = (),
) -> OccupancySensitivity:
    """The change of every reflection with the vacancies of sites.

    A vacancy takes the occupants of a site in their own proportion. With v the vacant share, F changes by -F_site / (1 - v)
    for each unit of v, F_site being what the site adds to F, and ``|F|**2`` by twice the real part of conj(F) times that.

    Args:
        crystal: the average structure at whose occupancies the changes are taken.
        radiation: see `parse_radiation`.
        orbits: the sites.
        two_theta: first and last angle, degrees.
        b_otherwise: B in square angstrom of sites whose source states no displacement.
        dispersion: count f' and f'' of X-rays.
        specification: the vacancies that made the crystal, for output.

    Raises:
        SpecificationError: no site is given, or see `powder_pattern`.
        UnsupportedError: see `powder_pattern`.
    """
    if not orbits:
        raise SpecificationError("which sites? give at least one")
    beam = parse_radiation(radiation) if isinstance(radiation, str) else radiation
    options: dict[str, Any] = {"b_otherwise": b_otherwise, "dispersion": dispersion}
    pattern = powder_pattern(crystal, beam, two_theta=two_theta, specification=specification, **options)
    reflections = Reflections(hkl=pattern.hkl, d=pattern.d, multiplicity=pattern.multiplicity)
    scattering = Scattering(crystal, reflections, beam, **options)
    of_site = scattering.of_orbits(crystal.orbits)
    total = [parts.sum(axis=1)[:, None] for parts in of_site]
    # Twice the real part of conj(F) F_site, the mean of hkl and -h-k-l.
    overlap = sum((whole.conj() * parts).real for whole, parts in zip(total, of_site, strict=True))
    weight = pattern.multiplicity * lorentz_polarisation(pattern.two_theta, beam)
    strongest = float((weight * pattern.f_squared).max())
    relative = 100 * (weight / strongest)[:, None] * overlap
    chosen = [crystal.orbits.index(orbit) for orbit in orbits]
    filled = np.array([orbit.total_occupancy for orbit in orbits])
    return OccupancySensitivity(
        pattern=pattern,
        sites=tuple(crystal.address(orbit) for orbit in orbits),
        positions=tuple(len(orbit.indices) for orbit in orbits),
        change=-0.01 * relative[:, chosen] / filled,
        displacement_change=-relative * reflections.s_squared[:, None],
    )
