"""Attempt frequencies of hops from the curvature of the energy at rest and at the saddle, for the moving ion alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.energetics.forces import Shared
from nitrivac.errors import NitrivacError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nitrivac.energetics.bands.barrier import Barrier
    from nitrivac.energetics.potential import Potential

__all__ = ["vineyard_frequency", "with_attempt_frequencies"]

_STEP_A = 0.015
_EV_J = 1.602176634e-19  # exact, SI 2019
_U_KG = 1.66053906892e-27  # CODATA 2022
ALONE = "attempt frequencies are of the moving ion alone (Vineyard), all others held"


def vineyard_frequency(minimum: ArrayLike, saddle: ArrayLike, mass: float) -> float | None:
    """Rate prefactor of one ion: the product of its frequencies at rest over that of the real ones at the saddle.

    G. H. Vineyard, J. Phys. Chem. Solids 3 (1957) 121, of one ion in place of all.

    Args:
        minimum: second derivatives of the energy at rest, eV/angstrom squared, shape (3, 3).
        saddle: likewise at the saddle.
        mass: of the ion, atomic mass units.

    Returns:
        1/s, None where the former is no minimum or the latter no saddle of first order of that ion alone.

    >>> import numpy as np
    >>> from nitrivac.energetics import vineyard_frequency
    >>> f"{vineyard_frequency(2.0 * np.eye(3), np.diag([2.0, 2.0, -1.0]), 6.94):.2e}"
    '8.39e+12'
    """
    rest, top = (np.linalg.eigvalsh(0.5 * (np.array(one) + np.array(one).T)) for one in (minimum, saddle))
    if rest[0] <= 0 or not (top[0] < 0 < top[1]):
        return None
    # sqrt(k / m) / (2 pi); three at rest over two at the saddle leave one frequency.
    scale = np.sqrt(_EV_J / (1e-20 * _U_KG * mass)) / (2 * np.pi)
    return float(scale * np.sqrt(rest.prod() / top[1:].prod()))


def with_attempt_frequencies(one: Barrier, potential: Potential) -> Barrier:
    """A barrier with attempt frequencies both ways, by finite differences of the forces on the moving ion.

    A band that is not at rest, has no saddle between its ends or no moving ion has none; a remark says where the curvature
    is no saddle of the moving ion alone.

    Args:
        one: a barrier with its images.
        potential: the one that it was found with.

    >>> from nitrivac.energetics import Barrier, load_potential, with_attempt_frequencies
    >>> nothing = Barrier(hop="h1", name="Cu@4a-Cu@4a:1", distance=2.54, bottleneck=None, failure="no band")
    >>> with_attempt_frequencies(nothing, load_potential("ase.calculators.emt:EMT")).attempt is None
    True
    """
    top = int(one.energies.argmax()) if len(one.energies) else 0
    if not one.converged or one.moving < 0 or top in (0, len(one.energies) - 1):
        return one
    from ase.data import atomic_masses, atomic_numbers

    base = potential.make()
    mass = float(atomic_masses[atomic_numbers[one.symbols[one.moving]]])
    try:
        first, saddle, last = (_ion_hessian(one, image, base) for image in (0, top, -1))
    except NitrivacError as error:
        return replace(one, remarks=(*one.remarks, f"no attempt frequency: {error}"))
    both = vineyard_frequency(first, saddle, mass), vineyard_frequency(last, saddle, mass)
    if both[0] is None or both[1] is None:
        words = "no attempt frequency: the highest image is no saddle of the moving ion alone"
        return replace(one, remarks=(*one.remarks, words))
    return replace(one, attempt=(both[0], both[1]), remarks=(*one.remarks, ALONE))


def _ion_hessian(one: Barrier, image: int, base: Any) -> NDArray[np.float64]:
    """Second derivatives of the energy with the moving ion's place, by central differences, eV/angstrom squared."""
    from ase import Atoms

    atoms = Atoms(symbols=list(one.symbols), positions=one.images[image], cell=one.lattice, pbc=True)
    atoms.calc = Shared(base, f"{one.hop} image {image}")
    rows = []
    for axis in range(3):
        forces = []
        for step in (_STEP_A, -_STEP_A):
            atoms.positions = one.images[image]
            atoms.positions[one.moving, axis] += step
            forces.append(atoms.get_forces()[one.moving].copy())
        rows.append(-(forces[0] - forces[1]) / (2 * _STEP_A))
    return np.array(rows)
