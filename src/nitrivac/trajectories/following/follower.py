"""One way of telling when an ion has changed its site, kept up chunk by chunk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.documents.record import Record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.trajectories.following.sites import SiteTable

__all__ = ["Follower", "Itinerary", "Rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How the site of an ion is told.

    Attributes:
        share: radius of a core as a share of the distance to the nearest site; None for the nearest site instead.
        stride: every so many frames one is looked at.
        window: so many frames are averaged before.
    """

    share: float | None
    stride: int = 1
    window: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Itinerary(Record):
    """Where each ion was and when it went on.

    Attributes:
        frames: number of frames.
        first: the site of each ion until its first event, -1 for one that was never in a core, shape (a,).
        events: frame, ion, old site and new site of each jump, in order of time, shape (e, 4).
        images: cell of the new site less that of the old one, shape (e, 3).
    """

    frames: int
    first: NDArray[np.int64] = field(repr=False)
    events: NDArray[np.int64] = field(repr=False)
    images: NDArray[np.int64] = field(repr=False)


class Follower:
    """Ions followed by one rule.

    Args:
        table: the sites.
        ions: the atoms followed.
        rule: how their sites are told.
    """

    def __init__(self, table: SiteTable, ions: NDArray[np.int64], rule: Rule) -> None:
        self.table, self.ions, self.rule = table, ions, rule
        self.site_of = np.full(len(ions), -1, dtype=np.int64)
        self.image_of = np.zeros((len(ions), 3), dtype=np.int64)
        self._frames = self._looks = 0
        self._left = np.zeros((0, 0, 3))
        self._events: list[NDArray[np.int64]] = []
        self._images: list[NDArray[np.int64]] = []

    def feed(self, frac: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Follow the ions through some more frames.

        Args:
            frac: unwrapped positions without drift, in fractions of the supercell, shape (f, n, 3).

        Returns:
            The events of these frames, frames counted in looks, and their cells.
        """
        from nitrivac.trajectories.following._cores import follow, go_to_nearest

        looked = self._looked_at(frac)
        table, number = self.table, len(looked) * len(self.ions)
        events, images = np.empty((number, 4), dtype=np.int64), np.empty((number, 3), dtype=np.int64)
        rows = (table.starts, table.near, table.ways, table.lengths, table.images)
        state = (self.site_of, self.image_of, events, images)
        if self.rule.share is None:
            if not self._looks and len(looked):
                self._start_at_nearest(looked[0])
            count = go_to_nearest(looked, self.ions, self._looks, table.places, table.lattice, *rows, *state)
        else:
            radii = table.radii(self.rule.share)
            reach = np.full(len(table), table.reach - radii.max())
            count = follow(looked, self.ions, self._looks, table.places, table.lattice, radii, reach, *rows, *state)
        self._looks += len(looked)
        self._frames += len(frac)
        found, cells = events[:count].copy(), images[:count].copy()
        self._events.append(found)
        self._images.append(cells)
        return found, cells

    def _looked_at(self, frac: NDArray[np.float64]) -> NDArray[np.float64]:
        """The frames that the rule looks at, those left from before averaged with these."""
        if self.rule.window > 1:
            held = np.concatenate([self._left, frac]) if len(self._left) else frac
            blocks = len(held) // self.rule.window
            used = blocks * self.rule.window
            self._left = held[used:].copy()
            means: NDArray[np.float64] = held[:used].reshape(blocks, self.rule.window, *held.shape[1:]).mean(axis=1)
            return means
        return np.ascontiguousarray(frac[-self._frames % self.rule.stride :: self.rule.stride])

    def _start_at_nearest(self, frac: NDArray[np.float64]) -> None:
        for number, ion in enumerate(self.ions.tolist()):
            site, _ = self.table.nearest_site(frac[ion])
            self.site_of[number] = site
            ways = frac[ion] - self.table.places[site]
            around = np.array(np.meshgrid(*[[-1, 0, 1]] * 3)).reshape(3, -1).T + np.round(ways).astype(np.int64)
            self.image_of[number] = around[np.linalg.norm((ways - around) @ self.table.lattice, axis=1).argmin()]
        self._start = self.site_of.copy()

    def itinerary(self) -> Itinerary:
        """What was found so far; an ion is taken to have been on its first site from the beginning."""
        events = np.concatenate(self._events) if self._events else np.zeros((0, 4), dtype=np.int64)
        images = np.concatenate(self._images) if self._images else np.zeros((0, 3), dtype=np.int64)
        each = self.rule.stride * self.rule.window
        first = np.full(len(self.ions), -1, dtype=np.int64)
        if self.rule.share is None and self._looks:
            first = self._start
        began = events[:, 2] < 0
        first[events[began, 1]] = events[began, 3]
        events[:, 0] *= each
        return Itinerary(frames=self._frames, first=first, events=events[~began], images=images[~began])
