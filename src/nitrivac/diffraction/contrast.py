"""What diffraction can see of vacancies: X-rays and neutrons side by side, and both together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar

from nitrivac.chemistry.carrier import charge_carrier
from nitrivac.columns import Column, Columns
from nitrivac.diffraction.pattern import TWO_THETA
from nitrivac.diffraction.radiation import PROBES, Radiation, parse_radiation
from nitrivac.diffraction.refinement import (
    Counting,
    Distinction,
    OccupancyEstimate,
    distinguishing_peaks,
    estimate_occupancies,
)
from nitrivac.diffraction.sensitivity import OccupancySensitivity, occupancy_sensitivity
from nitrivac.documents.document import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = ["OccupancyContrast", "occupancy_contrast", "sites_of_interest"]

MOST_PAIRS = 3
"""Pairs of sites that are told apart: of a framework with dozens of sites nobody reads more; name sites for others."""


_COUNTING: Columns[Counting] = Columns(
    (
        Column("counts", lambda one: one.counts, digits=None),
        Column("background", lambda one: one.background, digits=None),
        Column("resolution_deg", lambda one: one.resolution, digits=None),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OccupancyContrast(Document):
    """What the vacancies of some sites do to powder patterns, and how well patterns determine them.

    Attributes:
        sensitivities: by X-rays and by neutrons of one wavelength, so that their reflections are the same.
        distinctions: for each pair of sites with an element in common and each radiation, the peaks that tell them apart.
        estimates: the least uncertainties when the sites are refined together: by X-rays, by neutrons, by both; without and
            with a B of every site.
        counting: the statistics that the last two assume.

    >>> from nitrivac import load, occupancy_contrast
    >>> contrast = occupancy_contrast(load("beta-Li3N"))
    >>> [(one.probe, one.first, one.second) for one in contrast.distinctions]
    [('x-ray', 'Li@2b', 'Li@4f'), ('neutron', 'Li@2b', 'Li@4f')]
    """

    sensitivities: tuple[OccupancySensitivity, ...]
    distinctions: tuple[Distinction, ...]
    estimates: tuple[OccupancyEstimate, ...]
    counting: Counting

    columns: ClassVar[Columns[OccupancyContrast]] = Columns(
        (
            Column("specification", lambda one: one.sensitivities[0].pattern.specification),
            Column("sites", lambda one: one.sensitivities[0].sites),
            Column("patterns", lambda one: one.sensitivities),
            Column("distinctions", lambda one: list(map(one.plain_distinction, one.distinctions)), digits=None),
            Column("counting", lambda one: _COUNTING.plain(one.counting)),
            Column("refinement", lambda one: one.estimates),
        )
    )

    @property
    def source(self) -> str:
        """What the crystal was made from."""
        return self.sensitivities[0].pattern.source

    @property
    def caution(self) -> str | None:
        """What everything made of the crystal must say."""
        return self.sensitivities[0].pattern.caution

    def plain_distinction(self, one: Distinction) -> dict[str, Any]:
        """A pair of sites and the peaks that tell them apart, as JSON has them."""
        hkl = self.sensitivities[0].pattern.hkl
        peaks = [
            {"hkl": hkl[row].tolist(), "share": round(share, 6), "change_per_atom": round(change, 6)}
            for row, share, change in zip(one.rows, one.share, one.change, strict=True)
        ]
        return {"probe": one.probe, "from": one.first, "to": one.second, "peaks": peaks}


def sites_of_interest(crystal: Crystal) -> tuple[Orbit, ...]:
    """The orbits whose vacancies are asked after: those of every element that leaves a site partly vacant.

    In a crystal without vacancies they are those of the charge carrier, and without one all.
    """
    leaving = {element for orbit in _with_vacancies(crystal) for element in orbit.elements}
    wanted = leaving or ({carrier} if (carrier := charge_carrier(crystal)) else set())
    return tuple(orbit for orbit in crystal.orbits if wanted & set(orbit.elements)) or crystal.orbits


def occupancy_contrast(
    crystal: Crystal,
    radiation: Radiation | str = "Cu",
    *,
    orbits: Sequence[Orbit] = (),
    two_theta: tuple[float, float] = TWO_THETA,
    b_otherwise: float = 0.0,
    dispersion: bool = False,
    counting: Counting | None = None,
    specification: tuple[str, ...] = (),
) -> OccupancyContrast:
    """What X-rays and neutrons see of the vacancies of some sites.

    Sites given are refined together. Where none are, those with vacancies are, the others being held, as a refinement does
    that takes their occupancy as known; and each pair of sites of one element is refined by itself.

    Args:
        crystal: the average structure.
        radiation: its wavelength is that of both; see `parse_radiation`.
        orbits: the sites; default see `sites_of_interest`.
        two_theta: first and last angle, degrees.
        b_otherwise: B in square angstrom of sites whose source states no displacement.
        dispersion: count f' and f'' of X-rays.
        counting: statistics; default those of `Counting`.
        specification: the vacancies that made the crystal, for output.

    Raises:
        SpecificationError, UnsupportedError: see `powder_pattern`.

    >>> from nitrivac import load, occupancy_contrast
    >>> contrast = occupancy_contrast(load("beta-Li3N"))
    >>> contrast.sensitivities[0].sites
    ('Li@2b', 'Li@4f')
    """
    statistics = counting or Counting()
    beam = parse_radiation(radiation) if isinstance(radiation, str) else radiation
    chosen = tuple(orbits) or sites_of_interest(crystal)
    sensitivities = tuple(
        occupancy_sensitivity(
            crystal,
            beam.of_probe(probe),
            chosen,
            two_theta=two_theta,
            b_otherwise=b_otherwise,
            dispersion=dispersion,
            specification=specification,
        )
        for probe in PROBES
    )
    pairs = [
        (crystal.address(one), crystal.address(two))
        for one, two in combinations(chosen, 2)
        if set(one.elements) & set(two.elements)
    ]
    vacant = _with_vacancies(crystal)
    together = tuple(crystal.address(orbit) for orbit in chosen if orbits or not vacant or orbit in vacant)
    return OccupancyContrast(
        sensitivities=sensitivities,
        distinctions=tuple(
            distinguishing_peaks(one, statistics, *pair) for pair in pairs[:MOST_PAIRS] for one in sensitivities
        ),
        estimates=tuple(
            estimate_occupancies(patterns, statistics, sites=names, with_displacements=with_displacements)
            for names in dict.fromkeys((together, *pairs[:MOST_PAIRS]))
            for with_displacements in (False, True)
            for patterns in (*((one,) for one in sensitivities), sensitivities)
        ),
        counting=statistics,
    )


def _with_vacancies(crystal: Crystal) -> tuple[Orbit, ...]:
    return tuple(orbit for orbit in crystal.orbits if orbit.vacancy > 1e-8)
