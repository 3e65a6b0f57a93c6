"""Barriers of hops by climbing-image nudged elastic bands, half a band where symmetry swaps its ends."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - documents read the hints
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - documents read the hints

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.documents.origin import origin_keys
from nitrivac.energetics.band import BandOptions, relaxed_band
from nitrivac.energetics.potential import CalculatorName  # noqa: TC001 - documents read the hints
from nitrivac.errors import NitrivacError
from nitrivac.io.writers import refuse_disorder
from nitrivac.migration.network import HopNetwork, find_hops
from nitrivac.migration.paths.path import vacancy_path
from nitrivac.uncertain_number import rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.potential import Potential
    from nitrivac.migration.hop import Hop

__all__ = ["Barrier", "Barriers", "migration_barriers"]

LONGEST_A = 4.0
"""Elementary hops up to this are tried by default, so that energy chooses between them and not length."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Barrier(Document):
    """The energy along one hop.

    Attributes:
        hop: `h1`, `h2`, ...
        name: both ends, as `nitrivac hops` names them.
        distance: of the ideal sites, angstrom.
        bottleneck: bottleneck radius of the widest path, or of the straight one, angstrom; None where it has none.
        energies: of the images less that of the first, eV, shape (images,); empty where there is no band.
        converged: whether no force across the band is larger than asked for.
        force: largest force across the band that is left, eV/angstrom.
        half: whether symmetry swaps the ends and half the band was calculated.
        atoms: in the supercell.
        evaluations: how often the calculator was asked.
        failure: why there is no band, None where there is one.
        remarks: what must be known of the band.
        images: cartesian, unwrapped, angstrom, shape (images, atoms, 3).
        symbols: element of each atom.
        lattice: of the supercell, rows, angstrom, shape (3, 3).
    """

    hop: str
    name: str
    distance: float
    bottleneck: float | None
    energies: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    converged: bool = False
    force: float | None = None
    half: bool = False
    atoms: int = 0
    evaluations: int = 0
    failure: str | None = None
    remarks: tuple[str, ...] = ()
    images: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0, 3)), repr=False)
    symbols: tuple[str, ...] = field(default=(), repr=False)
    lattice: NDArray[np.float64] | None = field(default=None, repr=False)

    columns: ClassVar[Columns[Barrier]]

    @property
    def forward(self) -> float | None:
        """Highest energy of the band less that of its start, eV."""
        return float(self.energies.max() - self.energies[0]) if len(self.energies) else None

    @property
    def backward(self) -> float | None:
        """Highest energy of the band less that of its end, eV."""
        return float(self.energies.max() - self.energies[-1]) if len(self.energies) else None

    @property
    def saddle(self) -> float | None:
        """Share of the band travelled at its highest image, 0 to 1."""
        return float(self.energies.argmax() / (len(self.energies) - 1)) if len(self.energies) else None


Barrier.columns = Columns(
    (
        Column("hop", lambda one: one.hop, heading="hop", left=True),
        Column("name", lambda one: one.name, heading="between", left=True),
        Column("distance_A", lambda one: one.distance, heading="Å"),
        Column("bottleneck_radius_A", lambda one: one.bottleneck, digits=3, heading="bottleneck (Å)"),
        Column("forward_eV", lambda one: one.forward, digits=2, heading="barrier (eV)"),
        Column("backward_eV", lambda one: one.backward, digits=2, heading="back (eV)"),
        Column("saddle", lambda one: one.saddle, digits=2, heading="saddle at"),
        Column("converged", lambda one: one.converged),
        Column("force_eV_A", lambda one: one.force),
        Column("half_band", lambda one: one.half),
        Column("atoms", lambda one: one.atoms),
        Column("images", lambda one: len(one.energies)),
        Column("evaluations", lambda one: one.evaluations),
        Column("energies_eV", lambda one: [rounded(energy) for energy in one.energies.tolist()]),
        Column("note", lambda one: "; ".join((*([one.failure] if one.failure else []), *one.remarks)) or None),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Barriers(Document):
    """Barriers of a crystal's hops by one potential.

    Attributes:
        source: what the crystal is.
        species: the mobile element.
        calculator: what gave energies and forces.
        barriers: one for each hop that was tried.
        caution: what everything made of it must say, see `Provenance`.
    """

    source: str
    species: str
    calculator: CalculatorName
    barriers: tuple[Barrier, ...]
    caution: str | None = None

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
    options: BandOptions | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Barriers:
    """Barriers of hops into a vacancy: ends at rest, then a band with a climbing image and the improved tangent.

    The band is ASE's (G. Henkelman, H. Jonsson, J. Chem. Phys. 113 (2000) 9978; G. Henkelman, B. P. Uberuaga, H. Jonsson,
    ibid. 9901). Where symmetry swaps the ends of a hop, half of the images are calculated and the others are their mirror
    images. A hop that fails, fails alone, with its reason.

    Args:
        crystal: ordered, as it is or at rest on the potential's surface.
        potential: see `load_potential`.
        hops: names of hops; by default all elementary ones to 4 angstrom, so that energy chooses and not length.
        network: the crystal's hops, by default those of `find_hops` to 4 angstrom at least.
        species: the mobile element, by default the charge carrier.
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
    network = network or _network(crystal, species)
    chosen = [network.hop(name) for name in hops] if hops is not None else list(_tried(network.hops))
    found = []
    for number, hop in enumerate(chosen, start=1):
        found.append(_barrier(crystal, network, hop, potential, options or BandOptions()))
        if progress is not None:
            progress(number, len(chosen))
    return Barriers(
        source=crystal.provenance.source,
        caution=crystal.provenance.caution,
        species=network.species,
        calculator=potential.calculator,
        barriers=tuple(found),
    )


def _network(crystal: Crystal, species: str | None) -> HopNetwork:
    network = find_hops(crystal, species=species)
    if network.max_distance >= LONGEST_A:
        return network
    return find_hops(crystal, species=species, max_distance=LONGEST_A)


def _tried(hops: Iterable[Hop]) -> Iterable[Hop]:
    return (hop for hop in hops if hop.elementary and not hop.exclusive and hop.distance <= LONGEST_A)


def _barrier(crystal: Crystal, network: HopNetwork, hop: Hop, potential: Potential, options: BandOptions) -> Barrier:
    width = (hop.widest or hop.straight).radius
    known: dict[str, Any] = {"hop": hop.id, "name": hop.name, "distance": hop.distance, "bottleneck": width}
    try:
        path = vacancy_path(crystal, network, hop.id, supercell=options.supercell, images=options.images, method="linear")
        band = relaxed_band(crystal, path, potential, options)
    except NitrivacError as error:
        return Barrier(**known, failure=str(error))
    return Barrier(
        **known,
        energies=band.energies,
        converged=band.force <= options.force,
        force=band.force,
        half=band.half,
        atoms=len(path.symbols),
        evaluations=band.evaluations,
        remarks=band.remarks,
        images=band.positions,
        symbols=path.symbols,
        lattice=path.lattice,
    )
