"""One band: images at rest between two ends, in as many legs as there are hops on the way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.energetics.bands.ends import END_FORCE, rested_ends
from nitrivac.energetics.forces import Shared
from nitrivac.energetics.relaxation import at_rest
from nitrivac.errors import SpecificationError
from nitrivac.migration.paths.images import images_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ase import Atoms
    from numpy.typing import ArrayLike, NDArray

    from nitrivac.energetics.potential import Potential
    from nitrivac.migration.paths.record import MigrationPath
    from nitrivac.migration.paths.swap import Swap

__all__ = ["Band", "BandOptions", "relaxed_band"]

_DEPTH_EV = 0.01  # a minimum less deep than this is none
_APART_A = 0.3  # arrangements in which no atom differs by more are one
_BEFORE_CLIMBING = 4.0  # the image climbs once forces are so many times what is asked for
_SPRING = 0.5  # eV/angstrom^2


@dataclass(frozen=True, slots=True, kw_only=True)
class BandOptions:
    """How bands are made and when they are at rest.

    Attributes:
        supercell: matrix or three numbers; by default every lattice vector has 10 angstrom at least.
        images: between the ends; one more where symmetry swaps these, so that an odd number has one half way.
        force: at rest when no force across the band is larger, eV/angstrom.
        steps: of the optimiser at most, in each of the three stages (ends, band, climbing image).
        halves: whether symmetry may spare half of the images.
        attempt: whether attempt frequencies of the moving ion are wanted too, see `with_attempt_frequencies`.

    Raises:
        SpecificationError: no image, no step, or a force that is not above 0.
    """

    supercell: ArrayLike | None = None
    images: int = 5
    force: float = 0.05
    steps: int = 300
    halves: bool = True
    attempt: bool = False

    def __post_init__(self) -> None:
        if self.images < 1 or self.steps < 1 or not self.force > 0:
            given = f"{self.images} images, {self.steps} steps, {self.force:g} eV/angstrom"
            raise SpecificationError(f"{given}: 1 or more, 1 or more, and above 0 are accepted")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """Images at rest between two ends at rest.

    Attributes:
        energies: less that of the first image, eV, shape (images,).
        positions: cartesian, angstrom, shape (images, atoms, 3).
        force: largest force across the band, eV/angstrom.
        converged: whether the band and its ends came to rest.
        half: whether half of it is the mirror image of the other.
        rests: images at rest between the ends, at which the band is split.
        evaluations: how often the calculator was asked.
        remarks: minima on the way and ends that moved far.
    """

    energies: NDArray[np.float64]
    positions: NDArray[np.float64]
    force: float
    converged: bool
    half: bool
    rests: tuple[int, ...]
    evaluations: int
    remarks: tuple[str, ...]


def relaxed_band(path: MigrationPath, potential: Potential, options: BandOptions) -> Band:
    """Bring a path's ends to rest, interpolate anew, and relax the band with a climbing image.

    A band with a minimum between two saddles is split there, and each hop has a climbing image of its own.

    Args:
        path: of one ion into a vacancy.
        potential: what gives energies and forces.
        options: when it is at rest, and whether symmetry may spare half of it.

    Raises:
        EnergyError: the calculator fails, an end is no minimum, or the atoms fly apart.
    """
    cell = _Cell(path, potential)
    swap = path.swap if options.halves else None
    ends = rested_ends(path, cell.image, swap, options.steps)
    legs = _legs(cell, [ends.first, ends.last], swap, options)
    stops = _stops(cell, legs[0], swap, options.steps)
    if len(stops) > 2:
        legs = _legs(cell, stops, swap, options)
    energies = np.concatenate([legs[0].energies, *(leg.energies[1:] for leg in legs[1:])])
    lengths = [len(leg.energies) - 1 for leg in legs]
    rests = tuple(np.cumsum(lengths)[:-1].tolist())
    force = max(leg.force for leg in legs)
    return Band(
        energies=energies - energies[0],
        positions=np.concatenate([legs[0].positions, *(leg.positions[1:] for leg in legs[1:])]),
        force=force,
        converged=force <= options.force and ends.force <= END_FORCE,
        half=swap is not None,
        rests=rests,
        evaluations=cell.evaluations,
        remarks=(*_remarks(energies, rests), *ends.remarks),
    )


class _Cell:
    """The atoms of a path, all images of which ask one calculator."""

    def __init__(self, path: MigrationPath, potential: Potential) -> None:
        self.lattice, self.source = path.lattice, path.source
        self._atoms = path.atoms()[0]
        self._base = potential.make()
        self._where = f"{path.source} {path.hop.id if path.hop else ''}".strip()
        self._calculators: list[Shared] = []

    def image(self, positions: NDArray[np.float64]) -> Atoms:
        """ASE Atoms at places, cartesian, angstrom, shape (n, 3)."""
        atoms = self._atoms.copy()
        atoms.positions = positions
        atoms.calc = Shared(self._base, self._where)
        self._calculators.append(atoms.calc)
        return atoms

    @property
    def evaluations(self) -> int:
        """How often the calculator was asked."""
        return sum(one.evaluations for one in self._calculators)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Leg:
    """The images from one place of rest to the next, ends included."""

    energies: NDArray[np.float64]
    positions: NDArray[np.float64]
    force: float

    def mirrored(self, swap: Swap) -> _Leg:
        """Its mirror image, walked in the same direction."""
        positions = np.array([swap(image) for image in self.positions[::-1]])
        return _Leg(energies=self.energies[::-1], positions=positions, force=self.force)


def _legs(cell: _Cell, stops: Sequence[NDArray[np.float64]], swap: Swap | None, options: BandOptions) -> list[_Leg]:
    """The legs between successive places of rest, those of the second half as mirror images of those of the first."""
    legs: list[_Leg] = []
    last = len(stops) - 2
    for number, (start, end) in enumerate(pairwise(stops)):
        if swap is not None and last - number < number:
            legs.append(legs[last - number].mirrored(swap))
        else:
            legs.append(_nudged(cell, start, end, swap if 2 * number == last else None, options))
    return legs


def _nudged(
    cell: _Cell, start: NDArray[np.float64], end: NDArray[np.float64], swap: Swap | None, options: BandOptions
) -> _Leg:
    """A band between two places of rest, its highest image climbing, half of it mirrored where its ends are swapped."""
    from ase.mep import NEB

    from nitrivac.energetics.bands.half_band import HalfBand

    between = options.images if swap is None else options.images | 1  # one of them half way
    places, _ = images_between(start, end, images=between, method="idpp", lattice=cell.lattice, source=cell.source)
    images = [cell.image(positions) for positions in places]
    given = {"climb": False, "method": "improvedtangent", "k": _SPRING}
    band = NEB(images, **given) if swap is None else HalfBand(images, swap, **given)
    at_rest(band, _BEFORE_CLIMBING * options.force, options.steps)
    band.climb = True
    at_rest(band, options.force, options.steps)
    return _Leg(
        energies=np.array([image.get_potential_energy() for image in images]),
        positions=np.array([image.positions for image in images]),
        force=float(np.linalg.norm(band.get_forces(), axis=1).max()),
    )


def _stops(cell: _Cell, leg: _Leg, swap: Swap | None, steps: int) -> list[NDArray[np.float64]]:
    """The ends of a leg, and between them the minima on the way, each between two saddles, brought to rest.

    Where the ends are swapped, the minima of the second half are the mirror images of those of the first.
    """
    last = len(leg.energies) - 1
    found: list[NDArray[np.float64]] = [leg.positions[0]]
    middle: list[NDArray[np.float64]] = []
    for number in _minima(leg.energies):
        if swap is not None and 2 * number > last:
            break
        atoms = cell.image(leg.positions[number])
        at_rest(atoms, END_FORCE, steps)
        place: NDArray[np.float64] = atoms.positions.copy()
        if swap is not None and 2 * number == last:
            place = swap.symmetric(place)
        known = [*found, leg.positions[-1]]
        if min(float(np.linalg.norm(place - other, axis=1).max()) for other in known) < _APART_A:
            continue
        (middle if swap is not None and 2 * number == last else found).append(place)
    mirrored = [swap(place) for place in found[:0:-1]] if swap is not None else []
    return [*found, *middle, *mirrored, leg.positions[-1]]


def _minima(energies: NDArray[np.float64]) -> list[int]:
    """Images between the ends that lie in a minimum with a saddle, higher than the ends of its side, on either side."""
    found = []
    bounds = [0]
    for number in range(1, len(energies) - 1):
        if not energies[number] < min(energies[number - 1], energies[number + 1]):
            continue
        before, after = energies[bounds[-1] : number + 1], energies[number:]
        if all(side.max() - max(side[0], side[-1]) > _DEPTH_EV for side in (before, after)):
            found.append(number)
            bounds.append(number)
    return found


def _remarks(energies: NDArray[np.float64], rests: tuple[int, ...]) -> tuple[str, ...]:
    """What must be known of the energies along a band."""
    found: list[str] = []
    last = len(energies) - 1
    if rests:
        found.append(f"{len(rests) + 1} hops: the ion rests between them, at image {', '.join(map(str, rests))} of {last}")
    if int(energies.argmax()) in (0, last):
        found.append("an end is the highest image: no saddle lies between the ends")
    lowest = int(energies.argmin())
    if min(energies[0], energies[-1]) - energies[lowest] > _DEPTH_EV:
        found.append(f"the lowest image is no end but image {lowest} of {last}")
    return tuple(found)
