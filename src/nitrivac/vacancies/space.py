"""The configuration space of a planned supercell: counted, listed, sampled, ranked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal._arrays import frozen_array
from nitrivac.errors import UnsupportedError
from nitrivac.vacancies.counting import count_distinct, count_labelled
from nitrivac.vacancies.counts import oxidation_states
from nitrivac.vacancies.energy import energies, ewald_matrix
from nitrivac.vacancies.search import anneal, labelled_configurations
from nitrivac.vacancies.specification import VACANCY
from nitrivac.vacancies.supercell import Supercell, make_supercell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.vacancies.plan import Plan

__all__ = ["Configuration", "ConfigurationSpace"]

_EXHAUSTIVE = 300_000  # labelled configurations up to which all are looked at
_CHUNK = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Configuration:
    """One placing of the occupants.

    Attributes:
        codes: index of the occupant of each active site in its sublattice's list, shape (a,).
        degeneracy: how many labelled configurations it stands for.
        stabiliser: the operations of the supercell's group that leave it unchanged, shape (s,).
        energy: electrostatic energy in eV, None where it was not asked for.
        certificate: `exact`, `annealed` or `sampled`: how it was chosen.
        seed: seed of the random generator, None where none was used.
    """

    codes: NDArray[np.uint8] = field(repr=False)
    degeneracy: int
    stabiliser: NDArray[np.int64] = field(repr=False)
    energy: float | None = None
    certificate: str = "exact"
    seed: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class ConfigurationSpace:
    """All placings of whole numbers of occupants on the sites of a supercell.

    Several orbits are coupled: one group, the parent's operations that keep the superlattice with all its lattice
    translations, acts on all of them at once.

    Attributes:
        crystal: the average structure or its parent; its group must be that of the average structure.
        plan: supercell and numbers.
    """

    crystal: Crystal
    plan: Plan

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
        return frozen_array(position[self.supercell.permutations[:, self.active_sites]], np.int64)

    @cached_property
    def _bounds(self) -> NDArray[np.int64]:
        """Where each sublattice begins and ends among the active sites."""
        return np.cumsum([0, *(len(sites) for sites in self.sublattices)])

    def total(self) -> int:
        """Number of labelled configurations, exact."""
        return count_labelled(self.numbers)

    def count(self) -> int:
        """Number of symmetry-distinct configurations, exact, without making one."""
        if not self.sublattices:
            return 1
        bounds = self._bounds
        on_sublattices = [self.permutations[:, low:high] - low for low, high in pairwise(bounds)]
        return count_distinct(on_sublattices, self.numbers)

    def images(self, codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """All images of a configuration under the group, shape (m, a)."""
        moved = np.empty(self.permutations.shape, dtype=np.uint8)
        np.put_along_axis(moved, self.permutations, np.broadcast_to(codes, moved.shape), axis=1)
        return moved

    def configuration(
        self,
        codes: NDArray[np.uint8],
        *,
        energy: float | None = None,
        certificate: str = "exact",
        seed: int | None = None,
    ) -> Configuration:
        """The record of a placing, with its degeneracy and stabiliser."""
        stabiliser = np.flatnonzero((self.images(codes) == codes).all(axis=1))
        return Configuration(
            codes=frozen_array(codes, np.uint8),
            degeneracy=self.supercell.order // len(stabiliser),
            stabiliser=frozen_array(stabiliser, np.int64),
            energy=energy,
            certificate=certificate,
            seed=seed,
        )

    def canonical(self, codes: NDArray[np.uint8]) -> bytes:
        """The lexicographically smallest image, the same for all images of a configuration."""
        images = np.unique(self.images(codes), axis=0)
        return bytes(images[0].tobytes())

    def enumerate(self) -> Iterator[Configuration]:
        """Every symmetry-distinct configuration once, in lexicographic order; degeneracies add up to `total()`.

        Raises:
            UnsupportedError: the space is too large to go through one labelled configuration after the other.
        """
        if self.total() > _EXHAUSTIVE:
            raise UnsupportedError(
                f"{self.total()} labelled configurations ({self.count()} distinct) are more than the {_EXHAUSTIVE} that "
                "this version goes through; sample them, or take a smaller supercell"
            )
        for codes in labelled_configurations(self.numbers):
            if codes.tobytes() == self.canonical(codes):
                yield self.configuration(codes)

    def sample(self, n: int, *, seed: int = 0) -> list[Configuration]:
        """Configurations drawn uniformly from all labelled ones, so distinct ones in proportion to their degeneracy.

        Args:
            n: how many, drawn with replacement.
            seed: of `numpy.random.default_rng`.
        """
        rng = np.random.default_rng(seed)
        drawn = []
        for _ in range(n):
            parts = [rng.permutation(np.repeat(np.arange(len(one), dtype=np.uint8), one)) for one in self.numbers]
            drawn.append(self.configuration(np.concatenate(parts), certificate="sampled", seed=seed))
        return drawn

    @cached_property
    def ewald(self) -> NDArray[np.float64]:
        """Ewald matrix of the supercell's sites, see `nitrivac.vacancies.energy`."""
        return ewald_matrix(self.supercell)

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
        bounds = self._bounds
        for number, one in enumerate(self.plan.counts):
            per_code = np.array([self._charge_of(one.label, name) for name in self.occupants[number]])
            charges[:, self.sublattices[number]] = per_code[rows[:, bounds[number] : bounds[number + 1]]]
        return charges

    def _charge_of(self, label: str, name: str) -> float:
        if name == VACANCY:
            return 0.0
        state = oxidation_states(self.crystal, label).get(name)
        if state is None:
            raise UnsupportedError(
                f"{self.crystal.provenance.source}: the oxidation state of {name} on {label} is unknown, so there is no "
                "electrostatic energy; give oxidation states in the source, or sample instead"
            )
        return float(state)

    def lowest(self, n: int, *, seed: int = 0) -> list[Configuration]:
        """The distinct configurations of lowest electrostatic energy, lowest first.

        A space of up to 300,000 labelled configurations is searched to the end (certificate `exact`); a larger one by
        simulated annealing from several starts (`annealed`), which may miss the lowest.

        Args:
            n: how many at most.
            seed: of the annealing.
        """
        if self.total() <= _EXHAUSTIVE:
            certificate, candidates = "exact", self._all_by_energy(4 * n)
        else:
            certificate, candidates = "annealed", anneal(self, seed=seed)
        best: dict[bytes, tuple[float, NDArray[np.uint8]]] = {}
        for energy, codes in candidates:
            best.setdefault(self.canonical(codes), (energy, codes))
            if len(best) == n:
                break
        used = seed if certificate == "annealed" else None
        return [
            self.configuration(codes, energy=energy, certificate=certificate, seed=used) for energy, codes in best.values()
        ]

    def _all_by_energy(self, distinct: int) -> list[tuple[float, NDArray[np.uint8]]]:
        """All labelled configurations low enough to hold the lowest distinct ones, by energy."""
        stream = labelled_configurations(self.numbers)
        found_codes, found_energies = [], []
        while chunk := list(islice(stream, _CHUNK)):
            codes = np.array(chunk)
            found_codes.append(codes)
            found_energies.append(energies(self.ewald, self.charges(codes)))
        codes, values = np.concatenate(found_codes), np.concatenate(found_energies)
        order = np.argsort(values, kind="stable")[: distinct * self.supercell.order]
        return [(float(values[index]), codes[index]) for index in order]
