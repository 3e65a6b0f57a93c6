"""What worker processes do with a potential: one relaxation, or the barrier of one hop, each with the name of its record."""

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
from nitrivac.engines.journal import KEY_DIGITS, fingerprint

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.band import BandOptions
    from nitrivac.energetics.potential import CalculatorName, Potential
    from nitrivac.energetics.relaxation import Cell
    from nitrivac.migration.hop import Hop
    from nitrivac.migration.host import Host
    from nitrivac.migration.network import HopNetwork

__all__ = ["HopTask", "RelaxTask", "barrier_of_hop", "relaxation_of_crystal"]


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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


def _key(kind: str, calculator: CalculatorName, crystal: Crystal, options: list[str]) -> str:
    return fingerprint([kind, __version__, json.dumps(calculator.plain()), json.dumps(crystal.as_dict()), *options])[
        :KEY_DIGITS
    ]


@lru_cache(maxsize=4)
def _potential(name: str) -> Potential:
    return load_potential(name)


def relaxation_of_crystal(task: RelaxTask) -> dict[str, Any]:
    """The document of a `Relaxation`.

    Raises:
        NitrivacError: it is disordered, or the calculator fails.
    """
    potential = _potential(task.calculator.name)
    return relax(task.crystal, potential, cell=task.cell, force=task.force, steps=task.steps).as_dict()


def barrier_of_hop(task: HopTask) -> dict[str, Any]:
    """The document of a `Barrier`, which says why there is none where there is none."""
    potential = _potential(task.calculator.name)
    return hop_barrier(task.crystal, task.network, task.hop, potential, task.options, host=task.host).as_dict()
