"""The barrier of one hop as a task for a worker process."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.energetics.bands.barriers import hop_barrier
from nitrivac.energetics.tasks import potential_of, task_key

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.energetics.bands.band import BandOptions
    from nitrivac.energetics.potential import CalculatorName
    from nitrivac.migration.hop import Hop
    from nitrivac.migration.host import Host
    from nitrivac.migration.network import HopNetwork

__all__ = ["HopTask"]


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
        given = {one.name: getattr(self.options, one.name) for one in fields(self.options)}
        if given["supercell"] is not None:
            given["supercell"] = np.asarray(given["supercell"]).tolist()
        vacant = None if self.host is None else self.host.vacant.tolist()
        options = [given, vacant, self.hop.sites, self.hop.image]
        return task_key("barrier", self.calculator, self.crystal, [self.hop.id, *map(repr, options)])

    def result(self) -> dict[str, Any]:
        """The document of a `Barrier`, which says why there is none where there is none."""
        potential = potential_of(self.calculator.name)
        return hop_barrier(self.crystal, self.network, self.hop, potential, self.options, host=self.host).as_dict()
