"""Where ions are about their sites, and how long they stay in no core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.supercells.permutations import crystal_permutations
from nitrivac.trajectories.rows import LongStay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.orbit import Orbit
    from nitrivac.trajectories.following.reference import Reference
    from nitrivac.trajectories.following.sites import SiteTable

__all__ = ["Dwelling"]

_WIDEST = 0.5  # of the distance to the nearest site, within which a displacement is one from this site
_APART_A = 0.7  # long stays nearer to each other than this are in one place


class Dwelling:
    """Displacements from the sites, and long stays in no core, kept up chunk by chunk.

    Args:
        table: the sites.
        ions: the atoms followed.
        share: radius of the cores, as a share of the distance to the nearest site.
        patience: frames in no core after which an ion is listed.
    """

    def __init__(self, table: SiteTable, ions: NDArray[np.int64], share: float, patience: int) -> None:
        self.table, self._ions, self._patience = table, ions, patience
        self._radii, self._widest = table.radii(share), table.radii(_WIDEST)
        self._site_of, self._image_of = np.full(len(ions), -1, dtype=np.int64), np.zeros((len(ions), 3), dtype=np.int64)
        self.counts, self.sums = np.zeros((len(table), 3), dtype=np.int64), np.zeros((len(table), 9))
        self._waits, self._wait_sums = np.zeros(len(ions), dtype=np.int64), np.zeros((len(ions), 3))
        self._spells: list[NDArray[np.int64]] = []
        self._ways: list[NDArray[np.float64]] = []
        self._frames = 0

    def feed(self, frac: NDArray[np.float64], events: NDArray[np.int64], images: NDArray[np.int64]) -> None:
        """Take in some frames with the events that were found in them; see `Follower.feed`."""
        from nitrivac.trajectories.following._cores import dwell

        room = len(frac) * len(self._ions) // self._patience + len(self._ions)
        spells, ways = np.empty((room, 4), dtype=np.int64), np.empty((room, 3))
        count = dwell(
            frac, self._ions, self._frames, self.table.places, self.table.lattice, self._radii, self._widest, self._site_of,
            self._image_of, events, images, len(events), self.counts, self.sums, self._patience, self._waits,
            self._wait_sums, spells, ways,
        )  # fmt: skip
        self._spells.append(spells[:count].copy())
        self._ways.append(ways[:count].copy())
        self._frames += len(frac)

    def long_stays(self, reference: Reference, dt: float) -> tuple[LongStay, ...]:
        """Places where ions stayed for long in no core, most time first, those within 0.7 angstrom taken together.

        Args:
            reference: the sites of the run.
            dt: time between frames, ps.
        """
        still = np.flatnonzero(self._waits >= self._patience)
        sites = np.concatenate([*(one[:, 1] for one in self._spells), self._site_of[still]])
        frames = np.concatenate([*(one[:, 2] for one in self._spells), self._waits[still]])
        ways = np.concatenate([*self._ways, self._wait_sums[still] / self._waits[still][:, None]])
        starts = np.where(sites[:, None] >= 0, self.table.places[sites], 0.0)
        places = starts + ways @ np.linalg.inv(self.table.lattice)
        away = np.array([self._is_in_no_core(place) for place in places], dtype=bool)
        frames, folded = frames[away], places[away] @ reference.cell.matrix
        found: list[LongStay] = []
        left = np.argsort(-frames, kind="stable")
        cell = np.linalg.inv(reference.cell.matrix.astype(float)) @ reference.lattice
        while len(left):
            apart = folded[left] - folded[left[0]]
            together = np.linalg.norm((apart - np.round(apart)) @ cell, axis=1) < _APART_A
            members = left[together]
            place = np.mod(folded[members[0]], 1.0)
            site, distance = self.table.nearest_site(place @ np.linalg.inv(reference.cell.matrix.astype(float)))
            found.append(
                LongStay(
                    place=place,
                    nearest=self.table.addresses[self.table.orbits[site]],
                    distance=distance,
                    stays=len(members),
                    time=float(frames[members].sum()) * dt,
                )
            )
            left = left[~together]
        return tuple(sorted(found, key=lambda one: -one.time))

    def _is_in_no_core(self, place: NDArray[np.float64]) -> bool:
        site, distance = self.table.nearest_site(place)
        return distance > float(self._radii[site])

    def ellipsoid(self, reference: Reference, orbit: Orbit) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """Mean displacement and mean product of displacements at an orbit's first site, and the share of time in the core.

        What was found at each site of the orbit is turned by the operations of the group that lead to the first.

        Args:
            reference: the sites of the run.
            orbit: one of the crystal.

        Returns:
            Vector in angstrom, shape (3,), tensor in angstrom squared about the mean place, shape (3, 3), and the share.
        """
        crystal = reference.crystal
        parents = reference.cell.parent_site[reference.sites]
        base = int(orbit.indices[0])
        permutations = crystal_permutations(crystal)
        basis = crystal.lattice.T
        turns = basis @ crystal.space_group.rotations @ np.linalg.inv(basis)
        weight, mean, product = 0.0, np.zeros(3), np.zeros((3, 3))
        near = in_core = whole = 0
        for site in orbit.indices.tolist():
            rows = parents == site
            number, sums = self.counts[rows].sum(axis=0), self.sums[rows].sum(axis=0)
            near, in_core, whole = near + int(number[0]), in_core + int(number[1]), whole + int(number[2])
            xx, yy, zz, yz, xz, xy = sums[3:]
            own = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
            leading = turns[permutations[:, site] == base]
            weight += float(number[0]) * len(leading)
            mean += (leading @ sums[:3]).sum(axis=0)
            product += (leading @ own @ leading.transpose(0, 2, 1)).sum(axis=0)
        if not near:
            return np.zeros(3), np.zeros((3, 3)), 0.0
        mean, product = mean / weight, product / weight
        return mean, product - np.outer(mean, mean), in_core / whole
