"""One band: its ends brought to rest, its images between them, and what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.energetics.forces import Mirrored, Shared
from nitrivac.energetics.relaxation import at_rest
from nitrivac.energetics.swapping import Swap, find_swap
from nitrivac.errors import EnergyError, SpecificationError
from nitrivac.migration.paths.images import images_between

if TYPE_CHECKING:
    from ase import Atoms
    from numpy.typing import ArrayLike, NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.potential import Potential
    from nitrivac.migration.paths.record import MigrationPath

__all__ = ["Band", "BandOptions", "relaxed_band"]

_MINIMUM_EV = 0.01  # an interior minimum deeper than this below both sides is one
_END_FORCE = 0.02  # eV/angstrom; ends are brought further to rest than bands
_BEFORE_CLIMBING = 4.0  # the image climbs once forces are so many times what is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class BandOptions:
    """How bands are made and when they are at rest.

    Attributes:
        supercell: matrix or three numbers; by default every lattice vector has 10 angstrom at least.
        images: between the ends.
        force: at rest when no force across the band is larger, eV/angstrom.
        steps: of the optimiser at most, in each of the three stages (ends, band, climbing image).
        halves: whether symmetry may spare half of the images.

    Raises:
        SpecificationError: no image, no step, or a force that is not above 0.
    """

    supercell: ArrayLike | None = None
    images: int = 5
    force: float = 0.05
    steps: int = 300
    halves: bool = True

    def __post_init__(self) -> None:
        if self.images < 1 or self.steps < 1 or not self.force > 0:
            given = f"{self.images} images, {self.steps} steps, {self.force:g} eV/angstrom"
            raise SpecificationError(f"{given}: 1 or more, 1 or more, and above 0 are accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Images at rest between two ends at rest.

    Attributes:
        energies: less that of the first image, eV, shape (images,).
        positions: cartesian, angstrom, shape (images, atoms, 3).
        force: largest force across the band, eV/angstrom.
        half: whether half of it is the mirror image of the other.
        evaluations: how often the calculator was asked.
        remarks: interior minima and ends that moved far.
    """

    energies: NDArray[np.float64]
    positions: NDArray[np.float64]
    force: float
    half: bool
    evaluations: int
    remarks: tuple[str, ...]


def relaxed_band(crystal: Crystal, path: MigrationPath, potential: Potential, options: BandOptions) -> Band:
    """Bring a path's ends to rest, interpolate anew, and relax the band with a climbing image.

    Args:
        crystal: whose path it is.
        path: straight, in an ideal supercell.
        potential: what gives energies and forces.
        options: when it is at rest, and whether symmetry may spare half of it.

    Raises:
        EnergyError: the calculator fails, an end is no minimum, or the atoms fly apart.
    """
    from ase.mep import NEB

    where = f"{path.source} {path.hop.id if path.hop else ''}".strip()
    base = potential.make()
    swap = find_swap(crystal, path) if options.halves else None
    images = path.atoms()
    calculators: list[Shared] = []
    for image in images:
        image.calc = Shared(base, where)
        calculators.append(image.calc)
    _rest_ends(images, path, swap, options.steps)
    first, last = images[0].positions.copy(), images[-1].positions.copy()
    positions, _ = images_between(
        first, last, images=len(images) - 2, method="idpp", lattice=path.lattice, source=path.source
    )
    for image, points in zip(images, positions, strict=True):
        image.positions = points
    if swap is not None:
        _mirror(images, swap)
    band = NEB(images, climb=False, method="improvedtangent", k=0.5)
    at_rest(band, _BEFORE_CLIMBING * options.force, options.steps)
    band.climb = True
    at_rest(band, options.force, options.steps)
    energies = np.array([image.get_potential_energy() for image in images])
    return Band(
        energies=energies - energies[0],
        positions=np.array([image.positions for image in images]),
        force=float(np.linalg.norm(band.get_forces(), axis=1).max()),
        half=swap is not None,
        evaluations=sum(one.evaluations for one in calculators),
        remarks=_remarks(energies, path, first, last),
    )


def _rest_ends(images: list[Atoms], path: MigrationPath, swap: Swap | None, steps: int) -> None:
    """Relax the ends, the second as the mirror image of the first where symmetry swaps them.

    Raises:
        EnergyError: the ion leaves its site: there is no minimum.
    """
    for end in (0,) if swap is not None else (0, -1):
        ideal = images[end].positions[path.moving].copy()
        at_rest(images[end], _END_FORCE, steps)
        far = float(np.linalg.norm(images[end].positions[path.moving] - ideal))
        length = float(np.linalg.norm(path.positions[-1][path.moving] - path.positions[0][path.moving]))
        if far > 0.5 * length:
            site = path.addresses[path.moving]
            raise EnergyError(
                f"the ion moves {far:.2f} of the {length:.2f} angstrom of the hop when the end at {site} is brought to "
                "rest: that site is no minimum"
            )
    if swap is not None:
        images[-1].positions = swap(images[0].positions)


def _mirror(images: list[Atoms], swap: Swap) -> None:
    """Make the second half of the images the mirror image of the first, in place and in forces."""
    count = len(images)
    for number in range((count + 1) // 2, count - 1):
        partner = images[count - 1 - number]
        images[number].positions = swap(partner.positions)
        images[number].calc = Mirrored(partner, swap.rotation, swap.permutation)
    images[-1].calc = Mirrored(images[0], swap.rotation, swap.permutation)
    if count % 2:
        middle = images[count // 2]
        middle.positions = 0.5 * (middle.positions + swap(middle.positions))


def _remarks(
    energies: NDArray[np.float64], path: MigrationPath, first: NDArray[np.float64], last: NDArray[np.float64]
) -> tuple[str, ...]:
    found: list[str] = []
    if int(energies.argmax()) in (0, len(energies) - 1):
        found.append("an end is the highest image: no saddle lies between the ends")
    for number in range(1, len(energies) - 1):
        sides = min(energies[:number].max(), energies[number + 1 :].max())
        lowest_here = energies[number] < min(energies[number - 1], energies[number + 1])
        if lowest_here and sides - energies[number] > _MINIMUM_EV:
            found.append(f"a minimum at image {number} of {len(energies) - 1}: the band is two hops")
    ends: Any = zip(("first", "second"), (first, last), (path.positions[0], path.positions[-1]), strict=True)
    for name, now, ideal in ends:
        far = float(np.linalg.norm(now[path.moving] - ideal[path.moving]))
        if far > 0.5:
            found.append(f"the ion rests {far:.2f} angstrom off its {name} site")
    return tuple(found)
