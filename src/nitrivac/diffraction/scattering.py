"""How strongly atoms scatter: form factors of X-rays, coherent lengths of neutrons, both as gemmi tabulates them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.diffraction.radiation import HC_EV_A
from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.diffraction.radiation import Radiation

__all__ = ["scattering_amplitude"]


def scattering_amplitude(
    element: str, s_squared: NDArray[np.float64], radiation: Radiation, *, dispersion: bool = False
) -> NDArray[np.complex128]:
    """Scattering amplitude of an atom at rest, electrons (X-rays) or fm (neutrons), shape (n,).

    Form factors are those of neutral atoms (International Tables for Crystallography C, 1992, table 6.1.1.4), coherent
    lengths those of natural isotope mixtures, real parts (V. F. Sears, Neutron News 3(3), 26, 1992).

    Args:
        element: element symbol; `D` is deuterium.
        s_squared: (sin theta / lambda)**2 in 1/angstrom**2, shape (n,).
        radiation: X-rays or neutrons.
        dispersion: add f' + i f'' of X-rays, calculated after D. T. Cromer and D. Liberman, Acta Cryst. A37, 267 (1981).

    Raises:
        UnsupportedError: nobody tabulates this element.
    """
    known = gemmi.Element(element)
    if radiation.probe == "neutron":
        length = known.neutron92.calculate_sf(0.0)
        if length == 0:
            raise UnsupportedError(f"there is no neutron scattering length of {element} in the tables")
        return np.full(len(s_squared), length, dtype=complex)
    coefficients = known.it92
    if coefficients is None:
        raise UnsupportedError(f"there is no X-ray form factor of {element} in the tables, which end with Cf")
    amplitudes, exponents = np.array(coefficients.a), np.array(coefficients.b)
    form = np.exp(-np.outer(s_squared, exponents)) @ amplitudes + coefficients.c
    if not dispersion:
        return np.asarray(form, dtype=complex)
    real, imaginary = gemmi.cromer_liberman(z=known.atomic_number, energy=HC_EV_A / radiation.wavelength)
    return np.asarray(form + complex(real, imaginary))
