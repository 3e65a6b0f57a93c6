"""Images between two ends: straight, or relaxed on the image dependent pair potential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from nitrivac.errors import SpecificationError, UnsupportedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RESTED_DIGITS", "Method", "images_between", "refuse_images"]

Method = Literal["linear", "idpp"]

RESTED_DIGITS = 2  # at rest by then: a quarter of the force moves atoms by some thousandths of an angstrom more
_IDPP_FORCE = 2e-3  # the potential is shallow: a neighbour 0.1 angstrom off feels some hundredths
_IDPP_STEPS = 1000
_IDPP_ATOMS = 1_000


def refuse_images(images: int, method: str) -> None:
    """Raise SpecificationError for a number of images, or a method, that there is not."""
    if not 1 <= images <= 99:
        raise SpecificationError(f"{images} images: 1 to 99 between the ends are accepted")
    if method not in ("linear", "idpp"):
        raise SpecificationError(f"no method {method!r}; there are linear and idpp")


def images_between(
    first: NDArray[np.float64],
    last: NDArray[np.float64],
    *,
    images: int,
    method: Method,
    symbols: tuple[str, ...],
    lattice: NDArray[np.float64],
    source: str,
) -> tuple[NDArray[np.float64], bool]:
    """Both ends and the images between them, and whether the pair potential came to rest; straight ones always have.

    Args:
        first: places of the atoms in the first end, cartesian, angstrom, shape (n, 3).
        last: in the second, unwrapped.
        images: how many between them.
        method: `linear`, or `idpp`, the image dependent pair potential.
        symbols: element of each atom.
        lattice: rows, angstrom, shape (3, 3).
        source: what to call it in messages.

    Raises:
        UnsupportedError: there are too many atoms for the pair potential.
    """
    positions = first + np.linspace(0, 1, images + 2)[:, None, None] * (last - first)
    if method == "linear":
        return positions, True
    if len(symbols) > _IDPP_ATOMS:
        raise UnsupportedError(
            f"{source}: the pair potential takes all pairs of {len(symbols)} atoms in every image, at "
            f"most {_IDPP_ATOMS} atoms; take --method linear or a smaller --supercell"
        )
    return _idpp(positions, symbols, lattice)


def _idpp(
    positions: NDArray[np.float64], symbols: tuple[str, ...], lattice: NDArray[np.float64]
) -> tuple[NDArray[np.float64], bool]:
    """The images relaxed on the image dependent pair potential by ASE, ends fixed, and whether they came to rest."""
    from ase import Atoms
    from ase.mep.neb import IDPP, NEB
    from ase.optimize import MDMin

    images = [Atoms(symbols=list(symbols), positions=points, cell=lattice, pbc=True) for points in positions]
    first, last = (image.get_all_distances(mic=True) for image in (images[0], images[-1]))
    for image, share in zip(images, np.linspace(0, 1, len(images)), strict=True):
        image.calc = IDPP(first + share * (last - first), mic=True)
    with MDMin(NEB(images, method="improvedtangent"), logfile=None) as optimizer:
        converged = bool(optimizer.run(fmax=_IDPP_FORCE, steps=_IDPP_STEPS))
    return np.array([image.get_positions() for image in images]), converged
