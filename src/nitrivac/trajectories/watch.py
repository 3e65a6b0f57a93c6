"""All that is kept up while the frames of a run pass by once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.supercells.supercell_matrix import whole_matrix
from nitrivac.errors import ReadError
from nitrivac.trajectories.density import DensityGrid
from nitrivac.trajectories.following.dwelling import Dwelling
from nitrivac.trajectories.following.follower import Follower, Rule
from nitrivac.trajectories.following.sites import SiteTable, site_table
from nitrivac.trajectories.transport.displacements import Displacements

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.migration.network import HopNetwork
    from nitrivac.trajectories.following.reference import Reference
    from nitrivac.trajectories.frames import Chunk

__all__ = ["PLATEAU", "Watch"]

PLATEAU = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
"""Radii of cores, as shares of the distance to the nearest site, for which rates are shown beside each other."""
_WINDOW_PS = 0.25
_LONGEST_STEP = 0.45  # of the cell's thickness, beyond which another image may have been meant
_LONG_STEPS = 1e-4  # share of the steps of mobile ions that may be as long
_FEW_LONG_STEPS = 3
_PATIENCE_PS = 1.0  # in no core for so long, and for `_PATIENCE_FRAMES` at least, an ion is listed
_PATIENCE_FRAMES = 10
_STRAYED_A = 1.0  # mean displacement of an immobile atom in a chunk by which it has left its site


@dataclass(slots=True, kw_only=True)
class Watch:
    """All that is kept up while frames pass by."""

    reference: Reference
    table: SiteTable
    time_step: float
    source: str
    share: float
    main: Follower
    plateau: dict[float, Follower]
    halved: Follower
    windowed: Follower | None
    dwelling: Dwelling
    displacements: Displacements
    grid: DensityGrid
    last: NDArray[np.float64] | None = None
    frames: int = 0
    long_steps: int = 0
    strayed: int | None = None

    @classmethod
    def of(cls, reference: Reference, network: HopNetwork, *, time_step: float, core_share: float, source: str) -> Watch:
        """What one pass needs for a run."""
        table, ions = site_table(reference, network), reference.mobile
        window = round(_WINDOW_PS * 1e3 / time_step)
        patience = max(_PATIENCE_FRAMES, round(_PATIENCE_PS * 1e3 / time_step))
        main = Follower(table, ions, Rule(share=core_share))
        return cls(
            reference=reference,
            table=table,
            time_step=time_step,
            source=source,
            share=core_share,
            main=main,
            plateau={share: main if share == core_share else Follower(table, ions, Rule(share=share)) for share in PLATEAU},
            halved=Follower(table, ions, Rule(share=core_share, stride=2)),
            windowed=Follower(table, ions, Rule(share=None, window=window)) if window >= 2 else None,
            dwelling=Dwelling(table, ions, core_share, patience),
            displacements=Displacements(ions, reference.lattice),
            grid=DensityGrid(
                reference.crystal,
                whole_matrix(reference.cell.matrix),
                ions,
                species=reference.species,
                lattice=reference.lattice,
            ),
        )

    def look_at(self, chunk: Chunk) -> None:
        """Take in some frames.

        Raises:
            ReadError: an atom moves farther between two frames than can be told.
        """
        frac = chunk.frac
        self._unwrap(frac)
        self.frames += len(frac)
        events, images = self.main.feed(frac)
        self.dwelling.feed(frac, events, images)
        for follower in (*self.plateau.values(), self.halved, *([self.windowed] if self.windowed else [])):
            if follower is not self.main:
                follower.feed(frac)
        self.displacements.feed(frac)
        self.grid.feed(frac)

    def _unwrap(self, frac: NDArray[np.float64]) -> None:
        """Undo wrapping and drift in place."""
        from nitrivac.trajectories.following._cores import hold_still, unwrap

        reference = self.reference
        if self.last is None:
            self.last = frac[0].copy()
        thickness = 1 / np.linalg.norm(np.linalg.inv(reference.lattice), axis=0)
        longest, at, long_steps = unwrap(frac, self.last, thickness, _LONGEST_STEP * thickness.min())
        self.long_steps += long_steps
        steps = (self.frames + len(frac)) * len(reference.mobile)
        if self.long_steps > max(_FEW_LONG_STEPS, _LONG_STEPS * steps):
            shorter = self.time_step * (0.25 * thickness.min() / longest) ** 2
            raise ReadError(
                f"{self.source}: {self.long_steps} times an atom moves too far between two frames to tell which way, "
                f"{longest:.2f} angstrom between frames {self.frames + at} and {self.frames + at + 1}; frames no more than "
                f"{shorter:.2g} fs apart would do (they are {self.time_step:g} fs apart)"
            )
        away = np.zeros((len(reference.immobile), 3))
        hold_still(frac, reference.immobile, reference.homes, away)
        lengths = np.linalg.norm(away / len(frac) @ reference.lattice, axis=1)
        if self.strayed is None and lengths.max() > _STRAYED_A:
            self.strayed = int(reference.immobile[lengths.argmax()])
