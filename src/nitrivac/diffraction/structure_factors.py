"""Structure factors of average structures, and how they change with the occupancy and the motion of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.diffraction.scattering import scattering_amplitude
from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit
    from nitrivac.diffraction.radiation import Radiation
    from nitrivac.diffraction.reflections import Reflections

__all__ = ["Scattering", "debye_waller_b"]

MOST_TERMS = 1_000_000_000
"""Reflections times sites that are added up: half a minute's work."""

_IN_ONE_GO = 2_000_000  # complex numbers in a temporary array


def debye_waller_b(orbit: Orbit, otherwise: float = 0.0) -> float:
    """B = 8 pi**2 U of an orbit in square angstrom, `otherwise` where the source states no displacement."""
    return otherwise if orbit.displacement is None else 8 * np.pi**2 * orbit.displacement


class Scattering:
    """A crystal as it scatters one radiation: sums of phases by site, times what sits on them.

    F(h) is the sum over orbits of f(h) S(h), with f the mean amplitude of a site, exp(-B s**2) included, and S the sum of
    exp(2 pi i h x) over its positions. With dispersion F(h) and F(-h) differ in magnitude, and a powder has their mean.

    Args:
        crystal: its occupancies are the shares of each species on each site.
        reflections: where F is wanted.
        radiation: X-rays or neutrons.
        b_otherwise: B in square angstrom of sites whose source states none.
        dispersion: see `scattering_amplitude`.
    """

    def __init__(
        self,
        crystal: Crystal,
        reflections: Reflections,
        radiation: Radiation,
        *,
        b_otherwise: float = 0.0,
        dispersion: bool = False,
    ) -> None:
        self.crystal = crystal
        self.reflections = reflections
        self._b_otherwise = b_otherwise
        s_squared = reflections.s_squared
        self._amplitude = {
            element: scattering_amplitude(element, s_squared, radiation, dispersion=dispersion)
            for element in crystal.elements
        }
        if len(s_squared) * crystal.n_sites > MOST_TERMS:
            raise UnsupportedError(
                f"{crystal.provenance.source}: {len(s_squared):,} reflections of {crystal.n_sites:,} sites are too many; "
                "take a smaller range of angles or the average structure"
            )

    def site_amplitude(self, orbit: Orbit) -> NDArray[np.complex128]:
        """Mean amplitude f of one site of an orbit, shape (n,)."""
        total = sum(one.occupancy * self._amplitude[one.element] for one in orbit.occupants)
        motion = np.exp(-debye_waller_b(orbit, self._b_otherwise) * self.reflections.s_squared)
        return np.asarray(total * motion)

    def of_orbits(self, orbits: Sequence[Orbit]) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
        """What each orbit adds to F(h) and to F(-h), shape (n, k) each."""
        sums = self._phase_sums([orbit.indices for orbit in orbits])
        amplitudes = np.stack([self.site_amplitude(orbit) for orbit in orbits], axis=1)
        return amplitudes * sums, amplitudes * sums.conj()

    def structure_factors(self) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
        """F(h) and F(-h) of the crystal, shape (n,) each; orbits that hold the same are added up together."""
        alike: dict[tuple[object, ...], list[Orbit]] = {}
        for orbit in self.crystal.orbits:
            key = (orbit.displacement, *((one.element, one.occupancy) for one in orbit.occupants))
            alike.setdefault(key, []).append(orbit)
        sums = self._phase_sums([np.concatenate([orbit.indices for orbit in orbits]) for orbits in alike.values()])
        amplitudes = np.stack([self.site_amplitude(orbits[0]) for orbits in alike.values()], axis=1)
        return (amplitudes * sums).sum(axis=1), (amplitudes * sums.conj()).sum(axis=1)

    def _phase_sums(self, members: Sequence[NDArray[np.int64]]) -> NDArray[np.complex128]:
        """Sums of exp(2 pi i h x) over sets of sites, shape (n, k)."""
        hkl = self.reflections.hkl
        sums = np.empty((len(hkl), len(members)), dtype=complex)
        for column, indices in enumerate(members):
            coordinates = self.crystal.frac_coords[indices].T
            step = max(1, _IN_ONE_GO // len(indices))
            for start in range(0, len(hkl), step):
                turns = 2 * np.pi * (hkl[start : start + step] @ coordinates)
                sums[start : start + step, column] = np.cos(turns).sum(axis=1) + 1j * np.sin(turns).sum(axis=1)
        return sums
