"""The ends of a band brought to rest, and whether they are still the ends of the hop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.energetics.relaxation import at_rest, largest_force
from nitrivac.errors import NoMinimumError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nitrivac.migration.paths.record import MigrationPath
    from nitrivac.migration.paths.swap import Swap

__all__ = ["END_FORCE", "Ends", "rested_ends"]

END_FORCE = 0.02
"""Largest force that is left on an end, eV/angstrom; ends are brought further to rest than bands."""

_ONE_PLACE_A = 0.3  # no atom differs by more between two ends that are one arrangement
_FILLED_A = 1.0  # an atom nearer than this to the place of the vacancy has filled it
_FAR_A = 0.5  # an ion farther from its site than this is said to be
_LEFT = 0.4  # an ion that moves farther than this share of the hop has left its site


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ends:
    """Both ends at rest.

    Attributes:
        first: places of the atoms, cartesian, angstrom, shape (n, 3).
        last: likewise, where the ion has jumped.
        force: largest force left, eV/angstrom.
        remarks: ions that rest far off their sites, and ends that did not come to rest.
    """

    first: NDArray[np.float64]
    last: NDArray[np.float64]
    force: float
    remarks: tuple[str, ...]


def rested_ends(path: MigrationPath, image: Callable[[NDArray[np.float64]], Any], swap: Swap | None, steps: int) -> Ends:
    """Relax the ends of a path, the second as the mirror image of the first where symmetry swaps them.

    Args:
        path: whose ends they are.
        image: makes ASE Atoms of places.
        swap: what swaps the ends.
        steps: of the optimiser at most.

    Raises:
        NoMinimumError: an end is no minimum, since the ion leaves it or another one fills the vacancy; or both come to rest
            as one arrangement.
    """
    one = _rested(path, image, 0, steps)
    other = (swap(one[0]), one[1]) if swap is not None else _rested(path, image, -1, steps)
    first, last = one[0], other[0]
    apart = float(np.linalg.norm(last - first, axis=1).max())
    if apart < _ONE_PLACE_A:
        raise NoMinimumError(
            f"both ends come to rest as one arrangement, no atom more than {apart:.2f} angstrom off: no minimum lies at the "
            "sites of this hop"
        )
    remarks = []
    for name, (positions, force), ideal in zip(("first", "second"), (one, other), path.positions[[0, -1]], strict=True):
        far = float(np.linalg.norm((positions - ideal)[path.moving]))
        if far > _FAR_A:
            remarks.append(f"the ion rests {far:.2f} angstrom off its {name} site")
        if force > END_FORCE:
            remarks.append(f"the {name} end is not at rest: {force:.3f} eV/angstrom are left")
    return Ends(first=first, last=last, force=max(one[1], other[1]), remarks=tuple(remarks))


def _rested(
    path: MigrationPath, image: Callable[[NDArray[np.float64]], Any], end: int, steps: int
) -> tuple[NDArray[np.float64], float]:
    """One end at rest, and the largest force left."""
    ideal, vacancy = path.positions[end], path.positions[-1 - end][path.moving]
    atoms = image(ideal)
    at_rest(atoms, END_FORCE, steps)
    positions: NDArray[np.float64] = atoms.positions.copy()
    length = float(np.linalg.norm(vacancy - ideal[path.moving]))
    site = path.addresses_of_ends[end]
    far = float(np.linalg.norm((positions - ideal)[path.moving]))
    if far > _LEFT * length:
        raise NoMinimumError(
            f"the ion moves {far:.2f} of the {length:.2f} angstrom of the hop when the end at {site} is brought to rest: "
            "that site is no minimum"
        )
    offsets = (np.delete(positions, path.moving, axis=0) - vacancy) @ np.linalg.inv(path.lattice)
    near = np.linalg.norm((offsets - np.round(offsets)) @ path.lattice, axis=1)
    if near.min(initial=np.inf) < min(_FILLED_A, 0.5 * length):
        symbol = np.delete(np.array(path.symbols), path.moving)[int(near.argmin())]
        raise NoMinimumError(
            f"with the ion at {site} another atom of {symbol} moves to {near.min():.2f} angstrom from the vacancy when the "
            "end is brought to rest: the vacancy is another one"
        )
    return positions, largest_force(atoms)
