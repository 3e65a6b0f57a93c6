"""Ways through a configuration space: all labelled configurations in order, or annealing towards low energy."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["anneal", "labelled_configurations"]

_STARTS = 4
_STEPS_PER_SITE = 200
_HOT_EV, _COLD_EV = 2.0, 0.02


def labelled_configurations(numbers: Sequence[Sequence[int]]) -> Iterator[NDArray[np.uint8]]:
    """Every placing of occupants on told-apart sites, in lexicographic order, one sublattice after the other.

    Args:
        numbers: for each sublattice, how many sites each occupant takes.
    """
    streams = [list(_arrangements(one)) for one in numbers]
    for parts in product(*streams):
        yield np.concatenate([np.array(part, dtype=np.uint8) for part in parts])


def _arrangements(numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Arrangements of a multiset in lexicographic order (Knuth, The Art of Computer Programming 4A, algorithm L)."""
    row = [code for code, number in enumerate(numbers) for _ in range(number)]
    while True:
        yield tuple(row)
        j = len(row) - 2
        while j >= 0 and row[j] >= row[j + 1]:
            j -= 1
        if j < 0:
            return
        k = len(row) - 1
        while row[j] >= row[k]:
            k -= 1
        row[j], row[k] = row[k], row[j]
        row[j + 1 :] = row[:j:-1]


def anneal(space: ConfigurationSpace, *, seed: int) -> list[tuple[float, NDArray[np.uint8]]]:
    """Low configurations by simulated annealing: occupants of one sublattice change places, the temperature falls.

    Args:
        space: the configuration space.
        seed: of `numpy.random.default_rng`.

    Returns:
        The states that were the best of their start when found, lowest energy first; energies in eV.
    """
    rng = np.random.default_rng(seed)
    matrix = space.ewald
    found: dict[bytes, tuple[float, NDArray[np.uint8]]] = {}
    steps = _STEPS_PER_SITE * len(space.active_sites)
    temperatures = np.geomspace(_HOT_EV, _COLD_EV, steps)
    for start in space.sample(_STARTS, seed=int(rng.integers(2**31))):
        codes = start.codes.copy()
        charges = space.charges(codes)[0]
        potential = matrix @ charges
        energy = float(charges @ potential)
        lowest = energy
        for temperature in temperatures:
            i, j = _pair(space, codes, rng)
            a, b = space.active_sites[i], space.active_sites[j]
            step = charges[b] - charges[a]
            change = 2 * step * (potential[a] - potential[b]) + step**2 * (matrix[a, a] + matrix[b, b] - 2 * matrix[a, b])
            if change > 0 and rng.random() >= np.exp(-change / temperature):
                continue
            codes[i], codes[j] = codes[j], codes[i]
            charges[a] += step
            charges[b] -= step
            potential += step * (matrix[:, a] - matrix[:, b])
            energy += float(change)
            if energy < lowest + 1e-9:
                lowest = energy
                found.setdefault(codes.tobytes(), (energy, codes.copy()))
    exact = [
        (float(charges @ matrix @ charges), codes) for _, codes in found.values() for charges in (space.charges(codes)[0],)
    ]
    return sorted(exact, key=lambda item: (round(item[0], 9), item[1].tobytes()))


def _pair(space: ConfigurationSpace, codes: NDArray[np.uint8], rng: np.random.Generator) -> tuple[int, int]:
    """Two active sites of one sublattice with different occupants."""
    mixed = [number for number, one in enumerate(space.numbers) if sum(count > 0 for count in one) > 1]
    sizes = np.cumsum([0, *(len(sites) for sites in space.sublattices)])
    number = mixed[int(rng.integers(len(mixed)))]
    low, high = int(sizes[number]), int(sizes[number + 1])
    i = int(rng.integers(low, high))
    others = np.flatnonzero(codes[low:high] != codes[i]) + low
    return i, int(others[rng.integers(len(others))])
