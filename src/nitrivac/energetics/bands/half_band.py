"""A band whose second half is the mirror image of the first, so that half of the images are calculated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from ase.mep import NEB

from nitrivac.energetics.forces import Mirrored

if TYPE_CHECKING:
    from ase import Atoms
    from numpy.typing import NDArray

    from nitrivac.migration.paths.swap import Swap

__all__ = ["HalfBand"]


class HalfBand(NEB):  # type: ignore[misc]  # ASE has no types
    """ASE's band of an odd number of images, those of the second half made from those of the first.

    Args:
        images: ASE Atoms with calculators, ends included; those of the second half are replaced in place and calculator.
        swap: what swaps the ends.
        options: of ASE's band.
    """

    def __init__(self, images: list[Atoms], swap: Swap, **options: Any) -> None:
        self._swap = swap
        self._middle = len(images) // 2
        images[self._middle].positions = swap.symmetric(images[self._middle].positions)
        for number in range(self._middle):
            partner, mirrored = images[number], images[-1 - number]
            mirrored.positions = swap(partner.positions)
            mirrored.calc = Mirrored(partner, swap)
        super().__init__(images, **options)

    def get_forces(self) -> NDArray[np.float64]:
        """Forces across the band, those of the second half as mirror images, so that it stays one: see ASE."""
        forces = np.array(super().get_forces()).reshape(self.nimages - 2, self.natoms, 3)
        middle = self._middle - 1
        for number in range(middle):
            forces[-1 - number] = self._swap.turned(forces[number])
        forces[middle] = 0.5 * (forces[middle] + self._swap.turned(forces[middle]))
        return forces.reshape(-1, 3)
