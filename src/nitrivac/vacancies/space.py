"""The configuration space of a planned supercell: counted, listed, sampled, ranked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.arrays import frozen_array
from nitrivac.crystal.colourings import Colourings, colourings
from nitrivac.crystal.occupation.occupants import VACANCY, oxidation_state
from nitrivac.crystal.supercell import Supercell, make_supercell
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.vacancies.choosing.electrostatic import lowest_energies, most_symmetric
from nitrivac.vacancies.choosing.ewald import ewald_matrix
from nitrivac.vacancies.choosing.short_range_order import nearest_to_random
from nitrivac.vacancies.enumeration.burnside import count_aperiodic, count_labelled, fixed_by_each, orbits_of
from nitrivac.vacancies.enumeration.exclusion import conflicting_sites
from nitrivac.vacancies.enumeration.fillings import DistinctSampler, Fillings
from nitrivac.vacancies.enumeration.generation import Batch, Task, generate, generate_on_threads, plan_layers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.planning.plan import Plan

__all__ = ["Configuration", "ConfigurationSpace"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Configuration(Document):
    """One placing of the occupants.

    Attributes:
        codes: index of the occupant of each active site in its sublattice's list, shape (a,).
        degeneracy: how many labelled configurations it stands for.
        stabiliser: the operations of the supercell's group that leave it unchanged, shape (s,).
        energy: electrostatic energy in eV, None where it was not asked for.
        certificate: `exact`, `annealed` or `sampled`: how it was chosen.
        seed: seed of the random generator, None where none was used.
        mismatch: distance from the random alloy's pair correlations, None where it was not asked for; see
            `nitrivac.vacancies.choosing.short_range_order`.

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> crystal = load("alpha-Li3N")
    >>> specification = parse_specification(crystal, ["Li@2c=2/8"])
    >>> plan = plan_supercells(crystal, specification, supercell=(2, 2, 1), allow_charge=True)[0]
    >>> sorted(one.degeneracy for one in ConfigurationSpace(crystal=crystal, plan=plan).enumerate())
    [4, 12, 12]
    """

    codes: NDArray[np.uint8] = field(repr=False)
    degeneracy: int
    stabiliser: NDArray[np.int64] = field(repr=False)
    energy: float | None = None
    certificate: str = "exact"
    seed: int | None = None
    mismatch: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class ConfigurationSpace:
    """All placings of whole numbers of occupants on the sites of a supercell.

    Several orbits are coupled: one group, the parent's operations that keep the superlattice with all its lattice
    translations, acts on all of them at once.

    Attributes:
        crystal: the average structure or its parent; its group must be that of the average structure.
        plan: supercell and numbers.
        exclusion: sites of like charge nearer than this, angstrom, are not both filled. By default
            1.9 angstrom between sites whose occupancies add up to no more than 1, the mark of split sites; a given
            distance holds for all planned sites, and 0 excludes none.

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> crystal = load("alpha-Li3N")
    >>> specification = parse_specification(crystal, ["Li@2c=2/8"])
    >>> plan = plan_supercells(crystal, specification, supercell=(2, 2, 1), allow_charge=True)[0]
    >>> space = ConfigurationSpace(crystal=crystal, plan=plan)
    >>> space.total(), space.count()
    (28, 3)
    """

    crystal: Crystal
    plan: Plan
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
        position = np.full(len(self.supercell.frac_coords), -1, dtype=np.int64)
        position[self.active_sites] = np.arange(len(self.active_sites))
        try:
            moved = self.supercell.permutations
        except UnsupportedError as error:
            raise UnsupportedError(
                f"{self.crystal.provenance.source}: configurations cannot be told apart: {error}"
            ) from error
        return frozen_array(position[moved[:, self.active_sites]], np.int64)

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
    def task(self) -> Task:
        """What the generator and the samplers work on."""
        filled = [[name != VACANCY for name in names] for names in self.occupants]
        layers, rest = plan_layers(self.numbers, filled, exclusive=len(self.conflicts) > 0)
        return Task(
            permutations=self.permutations,
            bounds=self.bounds,
            translations=(self.supercell.rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2)),
            layers=layers,
            rest=rest,
            conflicts=self.conflicts,
        )

    @cached_property
    def all_labelled(self) -> Fillings:
        """All labelled configurations: what the identity leaves alone."""
        return Fillings(self.task, np.arange(len(self.active_sites)))

    @cached_property
    def fixed_by(self) -> tuple[int, ...]:
        """How many labelled configurations each operation leaves alone; Burnside's lemma sums these."""
        if len(self.conflicts):
            known: dict[bytes, int] = {}
            for row in self.permutations:
                if row.tobytes() not in known:
                    known[row.tobytes()] = Fillings(self.task, row).ways
            return tuple(known[row.tobytes()] for row in self.permutations)
        return fixed_by_each([self.permutations[:, low:high] - low for low, high in pairwise(self.bounds)], self.numbers)

    def total(self) -> int:
        """Number of labelled configurations, exact."""
        return self.all_labelled.ways if len(self.conflicts) else count_labelled(self.numbers)

    def count(self, *, superperiodic: bool = True) -> int:
        """Number of symmetry-distinct configurations, exact, without making one.

        Args:
            superperiodic: whether those that repeat within the supercell count.

        Raises:
            UnsupportedError: leaving superperiodic ones out where sites exclude each other.
        """
        if not self.sublattices:
            return 1
        if superperiodic:
            return orbits_of(self.fixed_by)
        if len(self.conflicts):
            raise UnsupportedError(
                "configurations that do not repeat within the cell are not counted where sites exclude each other; "
                "enumerate them, or set the exclusion distance to 0"
            )
        return count_aperiodic(self.permutations, self.permutations[self.task.translations], self.bounds, self.numbers)

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

        Raises:
            UnsupportedError: there is none, since too many sites exclude each other.
        """
        self.require_any()
        rng = np.random.default_rng(seed)
        draw = DistinctSampler(self).draw if distinct else self.all_labelled.draw
        return [self.configuration(draw(rng), certificate="sampled", seed=seed) for _ in range(n)]

    def require_any(self) -> None:
        """Raise UnsupportedError where sites exclude each other so much that nothing fits."""
        if not self.total():
            raise UnsupportedError(
                f"{self.crystal.provenance.source}: so many sites cannot be filled while near ones exclude each other; "
                "lower the exclusion distance (--exclusion), or the occupancies"
            )

    def symmetric(self, n: int) -> list[Configuration]:
        """The configurations of largest stabiliser, the most symmetric first.

        Args:
            n: how many at most.

        Raises:
            UnsupportedError: the space is too large to go through.
        """
        return most_symmetric(self, n)

    def lowest(self, n: int, *, seed: int = 0) -> list[Configuration]:
        """The distinct configurations of lowest electrostatic energy, lowest first.

        A space of up to 5 million distinct configurations is searched to the end (certificate `exact`); a larger one by
        simulated annealing from several starts (`annealed`), which may miss the lowest.

        Args:
            n: how many at most.
            seed: of the annealing.

        Raises:
            UnsupportedError: an oxidation state is unknown.
        """
        return lowest_energies(self, n, seed=seed)

    def quasirandom(self, n: int, *, seed: int = 0, radius: float | None = None) -> list[Configuration]:
        """Configurations whose pair correlations are nearest to those of the random alloy, nearest first.

        Args:
            n: how many at most.
            seed: of the search.
            radius: pairs up to this distance are matched, angstrom; by default half the shortest lattice vector.
        """
        return nearest_to_random(self, n, seed=seed, radius=radius)

    @cached_property
    def ewald(self) -> NDArray[np.float64]:
        """Ewald matrix of the supercell's sites, see `nitrivac.vacancies.choosing.ewald`."""
        return ewald_matrix(self.supercell)

    @cached_property
    def occupant_charges(self) -> tuple[NDArray[np.float64], ...]:
        """Charge of each occupant of each planned orbit.

        Raises:
            UnsupportedError: an oxidation state is unknown.
        """
        return tuple(
            np.array([self._charge_of(one.label, name) for name in names])
            for one, names in zip(self.plan.counts, self.occupants, strict=True)
        )

    def charges(self, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Charges of all sites of the supercell for rows of codes, shape (k, n).

        Raises:
            UnsupportedError: an oxidation state is unknown.
        """
        rows = np.atleast_2d(codes)
        fixed = np.zeros(len(self.supercell.frac_coords))
        owner = self.crystal.orbit_of_site[self.supercell.parent_site]
        planned = {one.label for one in self.plan.counts}
        for index, orbit in enumerate(self.crystal.orbits):
            if orbit.label not in planned:
                fixed[owner == index] = self._charge_of(orbit.label, orbit.elements[0])
        charges = np.repeat(fixed[None, :], len(rows), axis=0)
        for number, (low, high) in enumerate(pairwise(self.bounds)):
            charges[:, self.sublattices[number]] = self.occupant_charges[number][rows[:, low:high]]
        return charges

    def _charge_of(self, label: str, name: str) -> float:
        if name == VACANCY:
            return 0.0
        state = oxidation_state(self.crystal, label, name)
        if state is None:
            raise UnsupportedError(
                f"{self.crystal.provenance.source}: the oxidation state of {name} on {label} is unknown, so there is no "
                "electrostatic energy; give oxidation states in the source, or sample instead"
            )
        return float(state)
