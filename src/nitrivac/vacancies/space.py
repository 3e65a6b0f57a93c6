"""The configuration space of a planned supercell: counted, listed, sampled, ranked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.arrays import frozen_array
from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.crystal.supercells.colourings import Colourings, colourings
from nitrivac.crystal.supercells.supercell import Supercell, make_supercell
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.vacancies.choosing.electrostatic import lowest_energies, most_symmetric
from nitrivac.vacancies.choosing.ewald import EwaldSum, ewald_sum
from nitrivac.vacancies.choosing.point_charges import occupant_charges, site_charges
from nitrivac.vacancies.choosing.short_range_order import nearest_to_random
from nitrivac.vacancies.configuration import Configuration
from nitrivac.vacancies.enumeration.burnside import count_labelled
from nitrivac.vacancies.enumeration.cycle_types import OperationClass, operation_classes
from nitrivac.vacancies.enumeration.fillings import Fillings
from nitrivac.vacancies.enumeration.generation import Batch, Placing, Task, generate, generate_on_threads, plan_layers
from nitrivac.vacancies.enumeration.sampling import random_configurations
from nitrivac.vacancies.enumeration.size import count_distinct_in, fixed_by_classes, size_of
from nitrivac.vacancies.exclusion.any_filling import require_any
from nitrivac.vacancies.exclusion.conflicts import conflicting_sites
from nitrivac.vacancies.exclusion.markov_chain import MarkovChains

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.enumeration.size import SpaceSize
    from nitrivac.vacancies.planning.plan import Plan

__all__ = ["ConfigurationSpace"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ConfigurationSpace:
    """All placings of whole numbers of occupants on the sites of a supercell.

    Several orbits are coupled: one group, the parent's operations that keep the superlattice with all its lattice
    translations, acts on all of them at once.

    Attributes:
        crystal: the average structure or its parent; its group must be that of the average structure.
        plan: supercell and numbers.
        exclusion: sites of like charge nearer than this, angstrom, are not both filled. By default split pairs are not
            (`nitrivac.crystal.split_sites`); a given distance holds for all planned sites, and 0 excludes none.

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> crystal = load("alpha-Li3N")
    >>> specification = parse_specification(crystal, ["Li@2c=2/8"])
    >>> plan = plan_supercells(crystal, specification, supercell=(2, 2, 1), allow_charge=True)[0]
    >>> space = ConfigurationSpace(crystal=crystal, plan=plan)
    >>> space.total(), space.count()
    (28, 3)
    """

    crystal: Crystal = field(kw_only=False)
    plan: Plan = field(kw_only=False)
    exclusion: float | None = None

    def __repr__(self) -> str:
        sites = sum(len(sites) for sites in self.sublattices)
        return f"<ConfigurationSpace of {self.crystal.provenance.source}: {sites} sites to fill in {self.plan.cells} cells>"

    @cached_property
    def supercell(self) -> Supercell:
        """The supercell with its group."""
        return make_supercell(self.crystal, self.plan.matrix)

    @cached_property
    def sublattices(self) -> tuple[NDArray[np.int64], ...]:
        """Sites of each planned orbit in the supercell."""
        owner = self.crystal.orbit_of_site[self.supercell.parent_site]
        index = {orbit.label: number for number, orbit in enumerate(self.crystal.orbits)}
        return tuple(np.flatnonzero(owner == index[one.label]) for one in self.plan.counts)

    @cached_property
    def occupants(self) -> tuple[tuple[str, ...], ...]:
        """Occupants of each planned orbit, vacancy among them."""
        return tuple(tuple(one.counts) for one in self.plan.counts)

    @cached_property
    def numbers(self) -> tuple[tuple[int, ...], ...]:
        """How many sites each of those occupants takes."""
        return tuple(tuple(one.counts.values()) for one in self.plan.counts)

    @cached_property
    def active_sites(self) -> NDArray[np.int64]:
        """All sites of planned orbits, one sublattice after the other, shape (a,)."""
        return np.concatenate(self.sublattices) if self.sublattices else np.empty(0, dtype=np.int64)

    @cached_property
    def permutations(self) -> NDArray[np.int64]:
        """The group on the active sites, shape (m, a): operation k sends active site i to `permutations[k, i]`."""
        try:
            moved = self.supercell.permutations
        except UnsupportedError as error:
            raise UnsupportedError(
                f"{self.crystal.provenance.source}: configurations cannot be listed, only counted and drawn: {error}"
            ) from error
        return frozen_array(self._position[moved[:, self.active_sites]], np.int64)

    def permutation(self, operation: int) -> NDArray[np.int64]:
        """Where one operation sends each active site, shape (a,)."""
        images: NDArray[np.int64] = self._position[self.supercell.action.images(np.array([operation]), self.active_sites)[0]]
        return images

    @cached_property
    def _position(self) -> NDArray[np.int64]:
        """Number of each site of the supercell among the active ones, -1 where it is none."""
        position = np.full(len(self.supercell.frac_coords), -1, dtype=np.int64)
        position[self.active_sites] = np.arange(len(self.active_sites))
        return position

    @cached_property
    def classes(self) -> tuple[OperationClass, ...]:
        """Classes of operations that permute the active sites alike, each with one member."""
        return operation_classes(self.supercell.action, self.sublattices)

    @cached_property
    def colourings(self) -> Colourings:
        """The group on occupants of the planned sites: what leaves them alone, and which are images of one another."""
        return colourings(self.supercell.action, self.active_sites)

    def colours(self, codes: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Codes with those of different sublattices told apart, shape (a,)."""
        first = np.cumsum([0, *(len(names) for names in self.occupants)])[:-1]
        colours: NDArray[np.int64] = codes + np.repeat(first, np.diff(self.bounds))
        return colours

    @cached_property
    def bounds(self) -> NDArray[np.int64]:
        """Where each sublattice begins and ends among the active sites."""
        return np.cumsum([0, *(len(sites) for sites in self.sublattices)])

    @cached_property
    def conflicts(self) -> NDArray[np.bool_]:
        """Pairs of active sites that may not both be filled, shape (a, a), or (0, 0) where there are none."""
        return conflicting_sites(self)

    @cached_property
    def placing(self) -> Placing:
        """What the samplers work on."""
        filled = [[name != VACANCY for name in names] for names in self.occupants]
        layers, rest = plan_layers(self.numbers, filled, exclusive=len(self.conflicts) > 0)
        return Placing(bounds=self.bounds, layers=layers, rest=rest, conflicts=self.conflicts)

    @cached_property
    def task(self) -> Task:
        """What the generator works on."""
        placing = self.placing
        return Task(
            permutations=self.permutations,
            bounds=placing.bounds,
            translations=(self.supercell.rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2)),
            layers=placing.layers,
            rest=placing.rest,
            conflicts=placing.conflicts,
        )

    @cached_property
    def all_labelled(self) -> Fillings:
        """All labelled configurations: what the identity leaves alone."""
        return Fillings(self.placing, np.arange(len(self.active_sites)))

    @cached_property
    def fixed_by(self) -> tuple[int, ...]:
        """How many labelled configurations an operation of each class leaves alone; Burnside's lemma sums these."""
        return fixed_by_classes(self)

    @cached_property
    def chains(self) -> MarkovChains:
        """Markov chains on the allowed fillings, for spaces whose sites exclude each other in too wide a network."""
        return MarkovChains(self.placing)

    @cached_property
    def size(self) -> SpaceSize:
        """How many configurations there are, exactly where they can be counted, else by an estimate with its error.

        Raises:
            UnsupportedError: no filling was found.
        """
        return size_of(self)

    def total(self) -> int:
        """Number of labelled configurations, exact.

        Raises:
            TooEntangledError: they cannot be counted; `size` estimates.
        """
        return self.all_labelled.ways if len(self.conflicts) else count_labelled(self.numbers)

    def count(self, *, superperiodic: bool = True) -> int:
        """Number of symmetry-distinct configurations, exact, without making one.

        Args:
            superperiodic: whether those that repeat within the supercell count.

        Raises:
            UnsupportedError: leaving superperiodic ones out where sites exclude each other.
            TooEntangledError: they cannot be counted; `size` estimates.
        """
        return count_distinct_in(self, superperiodic=superperiodic)

    def configuration(
        self,
        codes: NDArray[np.uint8],
        *,
        energy: float | None = None,
        certificate: str = "exact",
        seed: int | None = None,
        mismatch: float | None = None,
    ) -> Configuration:
        """The record of a placing, with its degeneracy and stabiliser."""
        stabiliser = self.colourings.stabiliser(self.colours(codes))
        return Configuration(
            codes=frozen_array(codes, np.uint8),
            degeneracy=self.supercell.order // len(stabiliser),
            stabiliser=frozen_array(stabiliser, np.int64),
            energy=energy,
            certificate=certificate,
            seed=seed,
            mismatch=mismatch,
        )

    def canonical(self, codes: NDArray[np.uint8]) -> bytes:
        """The codes of one image, the same for all images of a configuration."""
        return bytes(self.colourings.canonical(self.colours(codes)).astype(">i8").tobytes())

    def batches(
        self, *, shard: tuple[int, int] = (1, 1), superperiodic: bool = True, batch_size: int = 65_536, threads: int = 1
    ) -> Iterator[Batch]:
        """Every symmetry-distinct configuration once as bits, many at a time: the fast way through a large space.

        Args:
            shard: (k, n): the k-th of n parts, counted from 1; the parts together give each configuration once.
            superperiodic: whether those that repeat within the supercell are among them.
            batch_size: configurations at a time.
            threads: how many work at once, for the whole only; the order depends on it.

        Raises:
            SpecificationError: a shard on several threads.
        """
        if threads > 1:
            if shard != (1, 1):
                raise SpecificationError("a shard is generated on one thread; take more shards instead")
            return generate_on_threads(self.task, threads=threads, superperiodic=superperiodic, batch_size=batch_size)
        return generate(self.task, shard=shard, superperiodic=superperiodic, batch_size=batch_size)

    def enumerate(self, *, shard: tuple[int, int] = (1, 1), superperiodic: bool = True) -> Iterator[Configuration]:
        """Every symmetry-distinct configuration once, in one fixed order; degeneracies add up to `total()`.

        Args:
            shard: see `batches`.
            superperiodic: see `batches`.
        """
        for batch in self.batches(shard=shard, superperiodic=superperiodic, batch_size=1024):
            for codes in batch.codes():
                yield self.configuration(codes)

    def sample(self, n: int, *, seed: int = 0, distinct: bool = False) -> list[Configuration]:
        """Configurations drawn at random, with replacement.

        Args:
            n: how many.
            seed: of `numpy.random.default_rng`.
            distinct: uniformly over symmetry-distinct ones (J. D. Dixon and H. S. Wilf, J. Algorithms 4 (1983) 205); by
                default uniformly over labelled ones, so distinct ones in proportion to their degeneracy.

        Where sites exclude each other in too wide a network for the fillings to be counted, labelled ones are drawn by
        Markov chains, and their certificate says so.

        Raises:
            UnsupportedError: there is none, since too many sites exclude each other.
            TooEntangledError: distinct ones are asked for and cannot be counted.
        """
        require_any(self)
        return random_configurations(self, n, seed=seed, distinct=distinct)

    def symmetric(self, n: int) -> list[Configuration]:
        """The configurations of largest stabiliser, the most symmetric first.

        Args:
            n: how many at most.

        Raises:
            UnsupportedError: the space is too large to go through.
        """
        return most_symmetric(self, n)

    def lowest(
        self,
        n: int,
        *,
        seed: int = 0,
        time_limit: float | None = None,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> list[Configuration]:
        """The distinct configurations of lowest electrostatic energy, lowest first.

        All distinct configurations are looked at (certificate `exact`) as long as their rate promises an end in time;
        else the search is one by simulated annealing from several starts (`annealed`), which may miss the lowest.

        Args:
            n: how many at most.
            seed: of the annealing.
            time_limit: seconds that looking at all may take; 0 anneals at once. Without one all of up to 5 million are
                looked at, so that the result is the same on any machine.
            progress: told how many have been looked at, and of how many.

        Raises:
            UnsupportedError: an oxidation state is unknown.
        """
        return lowest_energies(self, n, seed=seed, time_limit=time_limit, progress=progress)

    def quasirandom(self, n: int, *, seed: int = 0, radius: float | None = None) -> list[Configuration]:
        """Configurations whose pair correlations are nearest to those of the random alloy, nearest first.

        Args:
            n: how many at most.
            seed: of the search.
            radius: pairs up to this distance are matched, angstrom; by default half the shortest lattice vector.
        """
        return nearest_to_random(self, n, seed=seed, radius=radius)

    @cached_property
    def ewald(self) -> EwaldSum:
        """The electrostatic interactions of the supercell's sites."""
        return ewald_sum(self.supercell)

    @cached_property
    def occupant_charges(self) -> tuple[NDArray[np.float64], ...]:
        """Charge of each occupant of each planned orbit; see `charges`."""
        return occupant_charges(self)

    def charges(self, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Charges of all sites of the supercell for rows of codes, shape (k, n).

        Raises:
            UnsupportedError: an oxidation state is unknown.
        """
        return site_charges(self, codes)
