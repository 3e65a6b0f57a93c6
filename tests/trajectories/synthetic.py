"""Trajectories with known rates: ions that jump into vacancies by kinetic Monte Carlo, with vibrations put on.

Written for the tests alone and on purpose unlike the program's own: site by site on the links of the network, in plain
Python, so that what the analysis finds is held against something made otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Run:
    """A run and what is true of it.

    Attributes:
        lattice: angstrom, shape (3, 3).
        symbols: of the atoms, immobile ones first.
        places: cartesian, shape (f, n, 3).
        ideal: the mobile ions without vibrations, wrapping and drift, shape (f, a, 3).
        moves: time, hop and direction of each jump.
        occupancy: share of the sites filled, by address.
    """

    lattice: np.ndarray
    symbols: list[str]
    places: np.ndarray
    ideal: np.ndarray
    moves: list[tuple[float, str, int]]
    occupancy: dict[str, float]

    def jumps(self, hop: str, direction: int | None = None) -> int:
        return sum(1 for _, name, way in self.moves if name == hop and direction in (None, way))


@dataclass
class Walk:
    """Ions on the sites of a supercell, and their jumps as rows of (start, end, way, rate, hop, direction)."""

    places: np.ndarray
    addresses: list[str]
    into: list[list[tuple[int, np.ndarray, float, str, int]]]
    ion_at: np.ndarray
    empty: list[int]
    home: np.ndarray
    moves: list[tuple[float, str, int]] = field(default_factory=list)

    @classmethod
    def of(cls, crystal, network, cells, vacancies, rates, rng) -> Walk:
        grid = [(a, b, c) for a in range(cells[0]) for b in range(cells[1]) for c in range(cells[2])]
        nodes = [(node, cell) for node in range(len(network.sites)) for cell in grid]
        at = {one: number for number, one in enumerate(nodes)}
        places = np.array([crystal.frac_coords[network.sites[node]] + cell for node, cell in nodes]) @ crystal.lattice
        links = network.links
        rows = zip(
            links.first.tolist(), links.second.tolist(), links.images.tolist(), network.hop_of_link.tolist(),
            network.vectors, strict=True,
        )  # fmt: skip
        into = [[] for _ in nodes]
        for first, second, image, number, way in rows:
            hop = network.hops[number]
            direction = 0 if network.addresses[first] == hop.start else 1
            rate = rates.get(hop.id, (0.0, 0.0))[direction]
            for cell in grid:
                end = at[second, tuple((cell[k] + image[k]) % cells[k] for k in range(3))]
                if rate > 0 and end != at[first, cell]:
                    into[end].append((at[first, cell], way, rate, hop.id, direction))
        empty = rng.permutation(len(nodes))[:vacancies].tolist()
        ion_at = np.full(len(nodes), -1)
        filled = np.setdiff1d(np.arange(len(nodes)), empty)
        ion_at[filled] = np.arange(len(filled))
        return cls(places, [network.addresses[node] for node, _ in nodes], into, ion_at, empty, places[filled])

    def choices(self):
        """Every jump that can happen now, and the sum of the rates."""
        rows = [(vacant, *one) for vacant in self.empty for one in self.into[vacant] if self.ion_at[one[0]] >= 0]
        return rows, sum(one[3] for one in rows)

    def jump(self, rows, total, rng, time) -> None:
        marks = np.cumsum([one[3] for one in rows])
        vacant, start, way, _, hop, direction = rows[min(int(np.searchsorted(marks, rng.random() * total)), len(rows) - 1)]
        ion = self.ion_at[start]
        self.home = self.home.copy()
        self.home[ion] += way
        self.ion_at[start], self.ion_at[vacant] = -1, ion
        self.empty[self.empty.index(vacant)] = start
        if time > 0:
            self.moves.append((time, hop, direction))


def make_run(
    crystal,
    network,
    *,
    cells: tuple[int, int, int],
    vacancies: int,
    rates: dict[str, tuple[float, float]],
    length: float,
    dt: float,
    vibration: float = 0.15,
    seed: int = 0,
    warm_up: float = 20.0,
    **disturbed,
) -> Run:
    """A run of some length in ps.

    Args:
        crystal: the crystal.
        network: its hops.
        cells: supercell.
        vacancies: vacant sites.
        rates: of each hop from its start to its end and back, 1/ps.
        length: ps.
        dt: ps between frames.
        vibration: standard deviation of each component, angstrom.
        seed: of the random numbers.
        warm_up: ps before the first frame.
        disturbed: see `_disturbed`.
    """
    rng = np.random.default_rng(seed)
    walk = Walk.of(crystal, network, cells, vacancies, rates, rng)
    frames = round(length / dt)
    ideal = np.empty((frames, len(walk.home), 3))
    excursions: list[tuple[int, int, np.ndarray]] = []
    spent = dict.fromkeys(walk.addresses, 0.0)
    time, done = -warm_up, 0
    while done < frames:
        rows, total = walk.choices()
        wait = rng.exponential(1 / total)
        if (until := min(time + wait, frames * dt)) > 0:
            for site in walk.empty:
                spent[walk.addresses[site]] += until - max(time, 0.0)
        upto = min(frames, max(done, int(np.ceil((time + wait) / dt))))
        ideal[done:upto] = walk.home
        done, time = upto, time + wait
        if done < frames:
            if time > 0:  # half of the attempts fail: an ion goes two fifths of the way, and is back in the next frame
                _, near, road, *_ = rows[rng.integers(len(rows))]
                excursions.append((done, int(walk.ion_at[near]), 0.4 * road))
            walk.jump(rows, total, rng, time)
    lattice = np.array(cells)[:, None] * crystal.lattice
    shape = (frames, len(walk.places) - vacancies, 3)
    moved = ideal + rng.normal(0.0, vibration, shape)
    for frame, ion, road in excursions:
        moved[frame, ion] += road
    still = np.setdiff1d(np.arange(crystal.n_sites), network.sites)
    grid = np.array(np.meshgrid(*map(np.arange, cells), indexing="ij")).reshape(3, -1).T
    fixed = (crystal.frac_coords[still][:, None] + grid).reshape(-1, 3) @ crystal.lattice
    owners = [crystal.orbits[crystal.orbit_of_site[site]] for site in still for _ in grid]
    symbols = [one.elements[0 if rng.random() < one.occupancy_of(one.elements[0]) else -1] for one in owners]
    places = np.concatenate([fixed + rng.normal(0.0, vibration, (frames, *fixed.shape)), moved], axis=1)
    return Run(
        lattice=lattice,
        symbols=symbols + [network.species] * len(walk.home),
        places=_disturbed(places, lattice, crystal.lattice, dt, **disturbed),
        ideal=ideal,
        moves=walk.moves,
        occupancy={one: 1 - spent[one] / (frames * dt) / walk.addresses.count(one) for one in spent},
    )


def _disturbed(places, lattice, cell, dt, *, drift=0.002, wrap=True, shift=(0.0, 0.0, 0.0)):
    """Positions with a drift in angstrom per ps along each axis, another origin in fractions of the cell, and wrapped."""
    places = places + np.arange(len(places))[:, None, None] * dt * drift + np.array(shift) @ cell
    return np.mod(places @ np.linalg.inv(lattice), 1.0) @ lattice if wrap else places


def write_xyz(run: Run, path: Path) -> Path:
    """The run as extended XYZ."""
    cell = " ".join(f"{one:.8f}" for one in run.lattice.ravel())
    head = f'{len(run.symbols)}\nLattice="{cell}" Properties=species:S:1:pos:R:3 pbc="T T T"\n'
    row = "".join(f"{symbol} %.4f %.4f %.4f\n" for symbol in run.symbols)
    path.write_text("".join(head + row % tuple(frame.ravel()) for frame in run.places), encoding="utf-8")
    return path
