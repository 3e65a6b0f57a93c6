"""What worker processes do with a potential: a task each, with the name of its record and its result as plain data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac._version import __version__
from nitrivac.energetics.barriers import hop_barrier
from nitrivac.energetics.potential import load_potential
from nitrivac.energetics.relaxation import relax
from nitrivac.energetics.trust import potential_trust
from nitrivac.engines.journal import KEY_DIGITS, fingerprint
from nitrivac.engines.tasks import Failure
from nitrivac.errors import NitrivacError

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.band import BandOptions
    from nitrivac.energetics.potential import CalculatorName, Potential
    from nitrivac.energetics.relaxation import Cell
    from nitrivac.engines.resumed import Done
    from nitrivac.migration.hop import Hop
    from nitrivac.migration.host import Host
    from nitrivac.migration.network import HopNetwork

__all__ = ["HopTask", "RelaxTask", "TrustTask", "failure_of", "result_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RelaxTask:
    """One crystal to be relaxed.

    Attributes:
        crystal: of whole atoms.
        calculator: which potential, see `load_potential`.
        cell: what may change with the atoms.
        force: largest force left, eV/angstrom.
        steps: of the optimiser at most.
    """

    crystal: Crystal
    calculator: CalculatorName
    cell: Cell
    force: float
    steps: int

    @cached_property
    def key(self) -> str:
        """All that the result depends on."""
        return _key("relax", self.calculator, self.crystal, [self.cell, repr(self.force), str(self.steps)])

    def result(self) -> dict[str, Any]:
        """The document of a `Relaxation`.

        Raises:
            NitrivacError: the crystal is disordered, or the calculator fails.
        """
        potential = _potential(self.calculator.name)
        return relax(self.crystal, potential, cell=self.cell, force=self.force, steps=self.steps).as_dict()


@dataclass(frozen=True, kw_only=True, eq=False)
class TrustTask:
    """One crystal that shows what a potential is trusted with.

    Attributes:
        crystal: of whole atoms, as measured.
        calculator: which potential, see `load_potential`.
    """

    crystal: Crystal
    calculator: CalculatorName

    @cached_property
    def key(self) -> str:
        """All that the result depends on."""
        return _key("trust", self.calculator, self.crystal, [])

    def result(self) -> dict[str, Any]:
        """The document of a `PotentialTrust`.

        Raises:
            NitrivacError: the potential does not know an element, or gives no energy.
        """
        return potential_trust(self.crystal, _potential(self.calculator.name)).as_dict()


@dataclass(frozen=True, kw_only=True, eq=False)
class HopTask:
    """One hop to be given a band.

    Attributes:
        crystal: ordered.
        network: its hops.
        hop: one of them.
        calculator: which potential, see `load_potential`.
        options: of the band.
        host: the configuration whose sites the crystal is.
    """

    crystal: Crystal
    network: HopNetwork
    hop: Hop
    calculator: CalculatorName
    options: BandOptions
    host: Host | None = None

    @cached_property
    def key(self) -> str:
        """All that the result depends on."""
        given = self.options
        supercell = None if given.supercell is None else np.asarray(given.supercell).tolist()
        vacant = None if self.host is None else self.host.vacant.tolist()
        options = [supercell, given.images, given.force, given.steps, given.halves, vacant, self.hop.sites, self.hop.image]
        return _key("barrier", self.calculator, self.crystal, [self.hop.id, *map(repr, options)])

    def result(self) -> dict[str, Any]:
        """The document of a `Barrier`, which says why there is none where there is none."""
        potential = _potential(self.calculator.name)
        return hop_barrier(self.crystal, self.network, self.hop, potential, self.options, host=self.host).as_dict()


def result_of(task: HopTask | RelaxTask | TrustTask) -> dict[str, Any]:
    """What a worker process does: the result of a task, or what it refuses, which the journal keeps as well."""
    try:
        return task.result()
    except NitrivacError as error:
        return {"refused": {"error": type(error).__name__, "message": str(error)}}


def failure_of(done: Done) -> Failure | None:
    """Why a task has no result, None where it has one."""
    if done.value is not None and "refused" in done.value:
        return Failure(**done.value["refused"])
    return done.failure


def _key(kind: str, calculator: CalculatorName, crystal: Crystal, options: list[str]) -> str:
    return fingerprint([kind, __version__, json.dumps(calculator.plain()), json.dumps(crystal.as_dict()), *options])[
        :KEY_DIGITS
    ]


@lru_cache(maxsize=4)
def _potential(name: str) -> Potential:
    return load_potential(name)
