"""Images between two ends: straight, or relaxed on the image dependent pair potential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration.paths.image_dependent_pair_potential import relaxed_images

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RESTED_DIGITS", "Method", "images_between", "refuse_images"]

Method = Literal["linear", "idpp"]

RESTED_DIGITS = 2  # at rest by then: a quarter of the force moves atoms by some thousandths of an angstrom more
_IDPP_FORCE = 1e-3  # the potential is shallow: a neighbour 0.1 angstrom off feels some hundredths
_IDPP_STEPS = 400
IDPP_ATOMS = 25_000


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
    lattice: NDArray[np.float64],
    source: str,
) -> tuple[NDArray[np.float64], bool]:
    """Both ends and the images between them, and whether the pair potential came to rest; straight ones always have.

    Args:
        first: places of the atoms in the first end, cartesian, angstrom, shape (n, 3).
        last: in the second, unwrapped.
        images: how many between them.
        method: `linear`, or `idpp`, the image dependent pair potential.
        lattice: rows, angstrom, shape (3, 3).
        source: what to call it in messages.

    Raises:
        UnsupportedError: there are too many atoms for the pair potential.
    """
    positions = first + np.linspace(0, 1, images + 2)[:, None, None] * (last - first)
    if method == "linear":
        return positions, True
    if len(first) > IDPP_ATOMS:
        raise UnsupportedError(
            f"{source}: {len(first)} atoms are more than the {IDPP_ATOMS} that are relaxed on the pair potential; take "
            "--method linear or a smaller --supercell"
        )
    return relaxed_images(positions, lattice, force=_IDPP_FORCE, steps=_IDPP_STEPS)
