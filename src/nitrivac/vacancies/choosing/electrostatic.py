"""The configurations of lowest electrostatic energy, and those of highest symmetry."""

from __future__ import annotations

import contextlib
import heapq
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import UnsupportedError
from nitrivac.vacancies.enumeration.large_numbers import number_text
from nitrivac.vacancies.enumeration.sampling import random_fillings
from nitrivac.vacancies.exclusion.any_filling import require_any
from nitrivac.vacancies.exclusion.elimination import TooEntangledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from nitrivac.vacancies.configuration import Configuration
    from nitrivac.vacancies.enumeration.generation import Batch
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["by_energy", "lowest_energies", "lowest_of", "most_symmetric"]

_ALL_LOOKED_AT = 5_000_000  # distinct configurations up to which all are looked at where no time is set
MOST_SYMMETRIC = 100_000_000  # distinct configurations up to which all are looked at for their symmetry
_FASTEST = 100_000_000  # configurations a second: their energies are looked at faster in no cell
_WARM_S = 1.0  # of going through configurations, after which their rate tells how long all will take
_CONFLICT_EV = 2.0  # price of a conflict: at the hot end it is paid, at the cold end it is not
_STARTS = 8
_STEPS_PER_SITE = 2_000
_MOST_UPDATES = 200_000_000_000  # steps times sites of one annealing: each exchange taken changes the potential everywhere
_HOT_EV, _COLD_EV = 2.0, 0.01
_SAME_EV = 1e-6  # energies nearer than this may be of one configuration


def lowest_energies(
    space: ConfigurationSpace,
    n: int,
    *,
    seed: int,
    time_limit: float | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> list[Configuration]:
    """See `ConfigurationSpace.lowest`."""
    require_any(space)
    with contextlib.suppress(TooEntangledError, _TooLongError):
        count = space.count()
        seconds = time_limit if time_limit is not None else inf if count <= _ALL_LOOKED_AT else 0.0
        if count > _FASTEST * seconds or not space.supercell.has_table:
            raise _TooLongError
        batches = _in_time(space.batches(), count, seconds, progress)
        return by_energy(space, lowest_of(space, n, batches), n)
    return by_energy(space, _annealed(space, n, seed), n, certificate="annealed", seed=seed)


class _TooLongError(Exception):
    """All configurations would take longer than is allowed."""


def _in_time(
    batches: Iterable[Batch], count: int, time_limit: float, progress: Callable[[int, int | None], None] | None
) -> Iterator[Batch]:
    """Batches as long as their rate promises that all will come in time; the first, which may be compiled, apart.

    Raises:
        _TooLongError: they will not.
    """
    begun = first = None
    seen = 0
    for batch in batches:
        yield batch
        seen += len(batch)
        now = perf_counter()
        if begun is None or first is None:
            begun, first = now, seen
            continue
        if progress is not None:
            progress(seen, count)
        rate = (seen - first) / (now - begun)
        if now - begun > time_limit or (rate and now - begun > _WARM_S and (count - first) / rate > time_limit):
            raise _TooLongError


def by_energy(
    space: ConfigurationSpace,
    found: Iterable[NDArray[np.uint8]],
    n: int,
    *,
    certificate: str = "exact",
    seed: int | None = None,
) -> list[Configuration]:
    """The n lowest of some placings, each distinct one once, with their energies.

    Args:
        space: the configuration space.
        found: codes of placings, each of shape (a,).
        n: how many at most.
        certificate: how they were found.
        seed: of the random generator, None where none was used.
    """
    best: dict[bytes, tuple[float, NDArray[np.uint8]]] = {}
    for codes in found:
        charges = space.charges(codes)[0]
        best.setdefault(space.canonical(codes), (float(space.ewald.energies(charges)[0]), codes))
    ranked = sorted(best.items(), key=lambda item: (round(item[1][0], 6), item[0]))[:n]
    return [space.configuration(codes, energy=energy, certificate=certificate, seed=seed) for _, (energy, codes) in ranked]


def lowest_of(space: ConfigurationSpace, n: int, batches: Iterable[Batch]) -> list[NDArray[np.uint8]]:
    """Codes of the n placings of lowest electrostatic energy in batches of them, lowest first."""
    from nitrivac.vacancies.choosing._energies import batch_energies

    start, single, pair = _node_energies(space)
    energies = np.empty(0)
    codes = np.empty((0, len(space.active_sites)), dtype=np.uint8)
    for batch in batches:
        values = np.empty(len(batch))
        batch_energies(batch.sets, start, single, pair, values)
        if len(energies) == n:
            promising = np.flatnonzero(values < energies[-1] + _SAME_EV)
        else:
            promising = np.argsort(values, kind="stable")[:n]
        if not len(promising):
            continue
        promising = promising[np.argsort(values[promising], kind="stable")[:n]]
        energies = np.concatenate([energies, values[promising]])
        codes = np.concatenate([codes, batch.take(promising).codes()])
        order = np.argsort(energies, kind="stable")[:n]
        energies, codes = energies[order], codes[order]
    return list(codes)


def _node_energies(space: ConfigurationSpace) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Energy of each site taken by each layer, alone and in pairs, relative to all sites holding their rest.

    With charges q = q0 + d, where d differs from 0 on taken sites only, q M q = q0 M q0 + 2 d M q0 + d M d.
    """
    task = space.task
    rest = np.repeat(np.array(task.rest, dtype=np.uint8), np.diff(space.bounds))
    field = space.ewald.potential(space.charges(rest)[0])
    nodes: list[NDArray[np.int64]] = []
    steps: list[NDArray[np.float64]] = []
    start: list[int] = []
    for layer in task.layers:
        charge = space.occupant_charges[layer.sublattice]
        sites = space.sublattices[layer.sublattice]
        start.append(sum(len(one) for one in nodes))
        nodes.append(sites)
        steps.append(np.full(len(sites), charge[layer.code] - charge[task.rest[layer.sublattice]]))
    if not nodes:
        return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros((0, 0))
    site, step = np.concatenate(nodes), np.concatenate(steps)
    pair = step[:, None] * space.ewald.block(site, site) * step[None, :]
    return np.array(start), 2 * step * field[site] + np.diag(pair), np.ascontiguousarray(pair)


def _annealed(space: ConfigurationSpace, n: int, seed: int) -> list[NDArray[np.uint8]]:
    """Low configurations met by simulated annealing from several random starts."""
    from nitrivac.vacancies.choosing._energies import Interactions, anneal
    from nitrivac.vacancies.choosing._exchange import exchanges_of

    active, ewald = space.active_sites, space.ewald
    wanted = _STEPS_PER_SITE * len(active)
    starts = min(_STARTS, max(1, _MOST_UPDATES // (wanted * len(active))))
    steps = min(wanted, _MOST_UPDATES // len(active))
    temperatures = np.geomspace(_HOT_EV, _COLD_EV, steps)
    exchanges = exchanges_of(space)
    sites = Interactions(
        table=np.array(ewald.table),
        periods=np.array(ewald.action.cells.periods),
        kinds=ewald.action.kind_of_site[active],
        cells=ewald.action.cell_of_site[active],
    )
    rng = np.random.default_rng(seed)
    keep = 4 * n + 16
    _, fillings = random_fillings(space, rng, seed)
    found: list[NDArray[np.uint8]] = []
    for _ in range(starts):
        codes = next(fillings).copy()
        begin = codes.copy()
        best = np.zeros((keep, len(codes)), dtype=np.uint8)
        charges = space.charges(codes)[0]
        energies = anneal(
            rng,
            codes,
            exchanges,
            _CONFLICT_EV,
            sites,
            charges[active],
            ewald.potential(charges)[active],
            float(ewald.energies(charges)[0]),
            temperatures,
            best,
        )
        lowest = np.argsort(energies, kind="stable")
        found += [begin, *best[lowest[np.isfinite(energies[lowest])]]]
    return found


def most_symmetric(space: ConfigurationSpace, n: int) -> list[Configuration]:
    """See `ConfigurationSpace.symmetric`."""
    require_any(space)
    if space.count() > MOST_SYMMETRIC:
        raise UnsupportedError(
            f"{number_text(space.count())} distinct configurations are too many to look through for the most symmetric ones "
            f"(at most {MOST_SYMMETRIC}); take a smaller supercell, or sample"
        )
    heap: list[tuple[int, int, bytes]] = []
    serial = 0
    for batch in space.batches():
        orders = batch.stabiliser_orders
        least = heap[0][0] if len(heap) == n else 0
        promising = np.flatnonzero(orders > least)
        promising = promising[np.argsort(-orders[promising], kind="stable")[:n]]
        codes = batch.take(promising).codes()
        for order, row in zip(orders[promising].tolist(), codes, strict=True):
            serial += 1
            item = (order, -serial, row.tobytes())
            if len(heap) < n:
                heapq.heappush(heap, item)
            else:
                heapq.heappushpop(heap, item)
    return [space.configuration(np.frombuffer(row, dtype=np.uint8)) for *_, row in sorted(heap, reverse=True)]
