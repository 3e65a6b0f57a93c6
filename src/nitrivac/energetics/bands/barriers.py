"""Barriers of hops by climbing-image nudged elastic bands, half a band where symmetry swaps its ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_keys
from nitrivac.energetics.bands.attempt_frequency import with_attempt_frequencies
from nitrivac.energetics.bands.band import BandOptions, relaxed_band
from nitrivac.energetics.bands.barrier import Barrier
from nitrivac.energetics.bands.chosen_hops import hops_within_reach, tried_hops
from nitrivac.energetics.potential import CalculatorName  # noqa: TC001 - documents read the hints
from nitrivac.energetics.trust import PotentialTrust  # noqa: TC001 - documents read the hints
from nitrivac.errors import NitrivacError
from nitrivac.io.writers import refuse_disorder
from nitrivac.migration.paths.path import vacancy_path
from nitrivac.migration.paths.profile import profile_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.bands.band import Band
    from nitrivac.energetics.potential import Potential
    from nitrivac.migration.hop import Hop
    from nitrivac.migration.host import Host
    from nitrivac.migration.network import HopNetwork
    from nitrivac.migration.paths.record import MigrationPath

__all__ = ["Barriers", "hop_barrier", "migration_barriers"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Barriers(Document):
    """Barriers of a crystal's hops by one potential.

    Attributes:
        source: what the crystal is.
        species: the mobile element.
        calculator: what gave energies and forces.
        barriers: one for each hop that was tried.
        caution: what everything made of it must say, see `Provenance`.
        trust: how the potential sees the crystal, None where that was not asked.
    """

    source: str
    species: str
    calculator: CalculatorName
    barriers: tuple[Barrier, ...]
    caution: str | None = None
    trust: PotentialTrust | None = None

    def __repr__(self) -> str:
        found = sum(one.failure is None for one in self.barriers)
        return f"<Barriers of {self.species} in {self.source}: {found} of {len(self.barriers)} hops>"

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            **origin_keys(self.source, self.caution),
            "species": self.species,
            "calculator": self.calculator.plain(),
            "barriers": [Barrier.columns.plain(one) for one in self.barriers],
            "trust": None if self.trust is None else self.trust.plain(),
        }

    def csv(self) -> str:
        """A row for each hop."""
        return Barrier.columns.csv(self.barriers, caution=self.caution)


def migration_barriers(
    crystal: Crystal,
    potential: Potential,
    *,
    hops: Sequence[str] | None = None,
    network: HopNetwork | None = None,
    species: str | None = None,
    host: Host | None = None,
    options: BandOptions | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Barriers:
    """Barriers of hops into a vacancy: ends at rest, then a band with a climbing image and the improved tangent.

    The band is ASE's (G. Henkelman, H. Jonsson, J. Chem. Phys. 113 (2000) 9978; G. Henkelman, B. P. Uberuaga, H. Jonsson,
    ibid. 9901). Where symmetry swaps the ends of a hop, half of the images are calculated and the others are their mirror
    images. A band with a minimum between two saddles is split there. A hop that fails, fails alone, with its reason.

    Args:
        crystal: ordered, as it is or at rest on the potential's surface.
        potential: see `load_potential`.
        hops: names of hops; by default all elementary ones to 4 angstrom, so that energy chooses and not length. With
            `"percolating"` of these only the ones that it takes to span the crystal, see `percolating_hops`.
        network: the crystal's hops, by default those of `find_hops` to 4 angstrom at least.
        species: the mobile element, by default the charge carrier.
        host: the configuration whose sites the crystal is, for jumps into the vacancies it has.
        options: of the bands.
        progress: told after each hop how many are done, and of how many.

    Raises:
        SpecificationError: there is no such hop.
        UnsupportedError: a site is partly occupied or mixed.

    >>> from nitrivac import crystal_from_structure
    >>> from nitrivac.energetics import BandOptions, load_potential, migration_barriers
    >>> from pymatgen.core import Lattice, Structure
    >>> copper = crystal_from_structure(Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.59), ["Cu"], [[0, 0, 0]]))
    >>> emt = load_potential("ase.calculators.emt:EMT")
    >>> found = migration_barriers(copper, emt, species="Cu", hops=["h1"], options=BandOptions(supercell=2, images=1))
    >>> round(found.barriers[0].forward, 1)
    0.8
    """
    refuse_disorder(crystal, "a barrier")
    network = network or hops_within_reach(crystal, species=species, host=host)
    chosen = tried_hops(network, hops)
    found = []
    for number, hop in enumerate(chosen, start=1):
        found.append(hop_barrier(crystal, network, hop, potential, options or BandOptions(), host=host))
        if progress is not None:
            progress(number, len(chosen))
    return Barriers(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        species=network.species,
        calculator=potential.calculator,
        barriers=tuple(found),
    )


def hop_barrier(
    crystal: Crystal,
    network: HopNetwork,
    hop: Hop,
    potential: Potential,
    options: BandOptions,
    *,
    host: Host | None = None,
) -> Barrier:
    """The barrier of one hop, or why there is none.

    Args:
        crystal: ordered.
        network: its hops.
        hop: one of them.
        potential: what gives energies and forces.
        options: of the band.
        host: the configuration whose sites the crystal is.
    """
    width = (hop.widest or hop.straight).radius
    known: dict[str, Any] = {"hop": hop.id, "name": hop.name, "distance": hop.distance, "bottleneck": width}
    try:
        path = vacancy_path(
            crystal, network, hop.id, supercell=options.supercell, images=options.images, method="linear", host=host
        )
        band = relaxed_band(path, potential, options)
    except NitrivacError as error:
        return Barrier(**known, failure=str(error), error=type(error).__name__)
    found = Barrier(
        **known,
        energies=band.energies,
        converged=band.converged,
        force=band.force,
        half=band.half,
        rests=band.rests,
        atoms=len(path.symbols),
        evaluations=band.evaluations,
        remarks=band.remarks,
        images=band.positions,
        symbols=path.symbols,
        lattice=path.lattice,
        moving=path.moving,
        **_way(crystal, path, band),
    )
    return with_attempt_frequencies(found, potential) if options.attempt else found


def _way(crystal: Crystal, path: MigrationPath, band: Band) -> dict[str, Any]:
    """How far the ion has come at each image, and what surrounds it at the saddle."""
    points = profile_of(
        crystal, path.species, band.positions, path.symbols, lattice=path.lattice, moving=path.moving, radii={}
    )
    highest = int(band.energies.argmax())
    place = band.positions[highest, path.moving] @ np.linalg.inv(crystal.lattice) % 1.0
    return {
        "travelled": np.array([point.travelled for point in points]),
        "saddle_place": (float(place[0]), float(place[1]), float(place[2])),
        "saddle_coordination": points[highest].coordination,
        "saddle_radius": points[highest].clearance,
    }
