"""Trajectories with known rates: ions that jump into vacancies by kinetic Monte Carlo, with vibrations put on.

Written for the tests alone and on purpose unlike the program's own: site by site on the graph of hops, each jump an object of
Python, so that what the analysis finds is held against something made otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from nitrivac.crystal.model import Crystal


@dataclass
class Run:
    """A run and what is true of it.

    `places` are cartesian, shape (f, n, 3); `rates` in 1/ps by hop and direction, as they were put in; `moves` lists time, hop
    and direction of each jump; `filled` the site-times by address.
    """

    lattice: np.ndarray
    symbols: list[str]
    places: np.ndarray
    dt: float
    rates: dict[str, tuple[float, float]]
    moves: list[tuple[float, str, int]] = field(default_factory=list)
    occupancy: dict[str, float] = field(default_factory=dict)
    unwrapped: np.ndarray | None = None


def make_run(
    crystal: Crystal,
    network,
    *,
    cells: tuple[int, int, int],
    vacancies: int,
    rates: dict[str, tuple[float, float]],
    length: float,
    dt: float,
    vibration: float = 0.15,
    attempts: float = 0.5,
    drift: float = 0.002,
    seed: int = 0,
    wrap: bool = True,
    shift: tuple[float, float, float] = (0.0, 0.0, 0.0),
    warm_up: float = 20.0,
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
        attempts: share of the attempts that fail: the ion goes two fifths of the way and is back in the next frame.
        drift: of the whole crystal, angstrom per ps along each axis.
        seed: of the random numbers.
        wrap: whether positions are wrapped into the cell.
        shift: of the origin, fractions of the crystal's cell.
        warm_up: ps before the first frame.
    """
    rng = np.random.default_rng(seed)
    links = _links(network, cells)
    names = [hop.id for hop in network.hops]
    ends = {hop.id: (hop.start, hop.end) for hop in network.hops}
    grid = [(a, b, c) for a in range(cells[0]) for b in range(cells[1]) for c in range(cells[2])]
    nodes = [(node, cell) for node in range(len(network.sites)) for cell in grid]
    at = {one: number for number, one in enumerate(nodes)}
    inside = crystal.frac_coords[network.sites]
    frac = np.array([(inside[node] + cell) for node, cell in nodes])
    address = [network.addresses[node] for node, _ in nodes]

    def speed(hop: int, start: int) -> float:
        pair = rates.get(names[hop], (0.0, 0.0))
        first, second = ends[names[hop]]
        return pair[0] if first == second or address[start] == first else pair[1]

    out: list[list[tuple[int, tuple[int, int, int], int, np.ndarray, float]]] = []
    for number, (node, cell) in enumerate(nodes):
        rows = []
        for other, image, hop, way in links[node]:
            reached = tuple(cell[k] + image[k] for k in range(3))
            wrapped = tuple(reached[k] % cells[k] for k in range(3))
            rows.append((at[other, wrapped], way, hop, speed(hop, number)))
        out.append([(target, way, hop, k) for target, way, hop, k in rows if k > 0 and target != number])
    into: list[list[tuple[int, np.ndarray, int, float]]] = [[] for _ in nodes]
    for number, rows in enumerate(out):
        for target, way, hop, k in rows:
            into[target].append((number, way, hop, k))

    empty = rng.permutation(len(nodes))[:vacancies].tolist()
    ion_at = np.full(len(nodes), -1)
    filled = np.setdiff1d(np.arange(len(nodes)), empty)
    ion_at[filled] = np.arange(len(filled))
    home = frac[filled] @ crystal.lattice  # where each ion is, unwrapped
    frames = int(round(length / dt))
    ideal = np.empty((frames, len(filled), 3))
    run = Run(lattice=np.array(cells)[:, None] * crystal.lattice, symbols=[], places=ideal, dt=dt, rates=rates)
    excursions: list[tuple[int, int, np.ndarray]] = []
    time, done = -warm_up, 0
    spent = dict.fromkeys(address, 0.0)
    while done < frames:
        choices = [(vacant, *one) for vacant in empty for one in into[vacant] if ion_at[one[0]] >= 0]
        total = sum(one[-1] for one in choices)
        wait = rng.exponential(1 / total)
        until = min(time + wait, frames * dt)
        if until > 0:
            for site in empty:
                spent[address[site]] += until - max(time, 0.0)
        while done < frames and done * dt < time + wait:
            ideal[done] = home
            done += 1
        time += wait
        if done >= frames:
            break
        vacant, start, way, hop, _ = choices[
            min(int(np.searchsorted(np.cumsum([one[-1] for one in choices]), rng.random() * total)), len(choices) - 1)
        ]
        ion = ion_at[start]
        # As many attempts fail as the share says: each success is accompanied by failures elsewhere.
        if rng.random() < attempts / (1 - attempts) and time > 0:
            _, near, road, _, _ = choices[rng.integers(len(choices))]
            excursions.append((min(done, frames - 1), int(ion_at[near]), 0.4 * road))
        home = home.copy()
        home[ion] += way
        ion_at[start], ion_at[vacant] = -1, ion
        empty[empty.index(vacant)] = start
        if time > 0:
            direction = 0 if address[start] == ends[names[hop]][0] else 1
            run.moves.append((time, names[hop], direction))
    number_of = {one: address.count(one) for one in spent}
    run.occupancy = {one: 1 - spent[one] / (frames * dt) / number_of[one] for one in spent}
    run.unwrapped = ideal.copy()
    still = np.setdiff1d(np.arange(crystal.n_sites), network.sites)
    fixed = np.array([crystal.frac_coords[site] + cell for site in still for cell in grid]) @ crystal.lattice
    elements = [crystal.orbits[crystal.orbit_of_site[site]].elements[0] for site in still for _ in grid]
    places = np.concatenate([np.broadcast_to(fixed, (frames, *fixed.shape)), ideal], axis=1)
    places = places + rng.normal(0.0, vibration, places.shape)
    for frame, ion, road in excursions:
        places[frame, len(fixed) + ion] += road
    places += np.arange(frames)[:, None, None] * dt * drift + np.array(shift) @ crystal.lattice
    if wrap:
        places = np.mod(places @ np.linalg.inv(run.lattice), 1.0) @ run.lattice
    run.places = places
    run.symbols = elements + [network.species] * len(filled)
    return run


def _links(network, cells):
    """From each node: other node, cell, hop and way."""
    rows: list[list[tuple[int, tuple[int, int, int], int, np.ndarray]]] = [[] for _ in network.sites]
    for first, second, image, hop, way in zip(
        network.links.first.tolist(),
        network.links.second.tolist(),
        network.links.images.tolist(),
        network.hop_of_link.tolist(),
        network.vectors,
        strict=True,
    ):
        rows[first].append((second, tuple(image), hop, way))
    return rows


def write_xyz(run: Run, path: Path) -> Path:
    """The run as extended XYZ."""
    cell = " ".join(f"{one:.6f}" for one in run.lattice.ravel())
    head = f'{len(run.symbols)}\nLattice="{cell}" Properties=species:S:1:pos:R:3 pbc="T T T"\n'
    row = "".join(f"{symbol} %.4f %.4f %.4f\n" for symbol in run.symbols)
    path.write_text("".join(head + row % tuple(frame.ravel()) for frame in run.places), encoding="utf-8")
    return path
