"""Every symmetry-distinct placing once, streamed in batches: the layers of a space, its search, its shards."""

from __future__ import annotations

import contextlib
import queue
import threading
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nitrivac.vacancies.enumeration._search_state import Problem, State

__all__ = ["Batch", "Layer", "Placing", "Task", "generate", "generate_on_threads", "plan_layers"]

_BATCH = 65_536
_STEPS = 1_000_000  # after which a batch is given, full or not, so that whoever reads can stop
_PARTS_PER_SHARD = 32  # beginnings dealt out to each shard, so that shards are of like size


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One occupant of one sublattice, placed as a set of sites.

    Attributes:
        sublattice: index of the sublattice.
        code: index of the occupant in the sublattice's list.
        number: how many sites it takes.
        filled: whether it is an atom.
    """

    sublattice: int
    code: int
    number: int
    filled: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placing:
    """What is placed where.

    Attributes:
        bounds: where each sublattice begins and ends among the active sites, shape (s + 1,).
        layers: see `plan_layers`.
        rest: for each sublattice, the occupant of the sites that no layer takes.
        conflicts: pairs of active sites that may not both be filled, shape (a, a), or (0, 0).
    """

    bounds: NDArray[np.int64]
    layers: tuple[Layer, ...]
    rest: tuple[int, ...]
    conflicts: NDArray[np.bool_] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task(Placing):
    """What is to be generated.

    Attributes:
        permutations: the group on all active sites, shape (m, a); sublattice after sublattice.
        translations: which operations are translations, shape (m,).
    """

    permutations: NDArray[np.int64] = field(repr=False)
    translations: NDArray[np.bool_] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Some distinct placings, as bits.

    Attributes:
        task: what they are placings of.
        sets: sites of each layer, 64 to a word, shape (b, l, w).
        stabiliser_orders: how many operations leave each placing alone, shape (b,).
    """

    task: Task
    sets: NDArray[np.uint64] = field(repr=False)
    stabiliser_orders: NDArray[np.int64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.stabiliser_orders)

    @property
    def degeneracies(self) -> NDArray[np.int64]:
        """How many labelled configurations each placing stands for, shape (b,)."""
        return len(self.task.permutations) // self.stabiliser_orders

    def take(self, rows: NDArray[np.int64]) -> Batch:
        """The batch of some of its placings."""
        return replace(self, sets=self.sets[rows], stabiliser_orders=self.stabiliser_orders[rows])

    def codes(self) -> NDArray[np.uint8]:
        """Index of the occupant of each active site in its sublattice's list, shape (b, a)."""
        bounds = self.task.bounds
        codes = np.repeat(np.array(self.task.rest, dtype=np.uint8), np.diff(bounds))[None, :].repeat(len(self), axis=0)
        octets = np.ascontiguousarray(self.sets).astype("<u8", copy=False).view(np.uint8)
        for index, layer in enumerate(self.task.layers):
            low, high = bounds[layer.sublattice], bounds[layer.sublattice + 1]
            taken = np.unpackbits(octets[:, index], axis=1, bitorder="little", count=high - low).astype(bool)
            codes[:, low:high][taken] = layer.code
        return codes


def plan_layers(
    numbers: Sequence[Sequence[int]], filled: Sequence[Sequence[bool]], *, exclusive: bool
) -> tuple[tuple[Layer, ...], tuple[int, ...]]:
    """The order in which occupants are placed.

    In each sublattice the commonest occupant takes what is left (vacancy, where filled sites exclude each other, so that a
    conflict shows as soon as it is made). Sublattices come in order of how many ways there are to add the last site: once
    the first have used up the symmetry, each step at the end gives many placings at once.

    Args:
        numbers: for each sublattice, how many sites each occupant takes.
        filled: whether each occupant is an atom.
        exclusive: whether some sites exclude each other.

    Returns:
        The layers, and for each sublattice the occupant that takes the rest.
    """
    rest = []
    groups: list[tuple[float, int, list[Layer]]] = []
    for sublattice, (counts, atoms) in enumerate(zip(numbers, filled, strict=True)):
        left = max(range(len(counts)), key=lambda code: (exclusive and not atoms[code], counts[code], -code))
        rest.append(left)
        branching, free, layers = 0.0, sum(counts), []
        for code in sorted(range(len(counts)), key=lambda code: (counts[code], code)):
            if code != left and counts[code]:
                branching = (free - counts[code] + 1) / counts[code]
                free -= counts[code]
                layers.append(Layer(sublattice=sublattice, code=code, number=counts[code], filled=atoms[code]))
        groups.append((branching, sublattice, layers))
    return tuple(layer for *_, layers in sorted(groups, key=lambda one: one[:2]) for layer in layers), tuple(rest)


def generate(
    task: Task, *, shard: tuple[int, int] = (1, 1), superperiodic: bool = True, batch_size: int = _BATCH
) -> Iterator[Batch]:
    """Every distinct placing once, in one fixed order, in memory that does not grow.

    Args:
        task: what is placed where.
        shard: (k, n): the k-th of n parts, counted from 1; the parts together give each placing once.
        superperiodic: whether placings that repeat within the cell are among them.
        batch_size: placings at a time, at most.
    """
    from nitrivac.vacancies.enumeration._generate import advance, enter

    layers = len(task.layers)
    if not layers:
        if shard[0] == 1:
            yield _only_placing(task)
        return
    problem, state = _prepare(task)
    words = state.sets.shape[1]
    sets = np.empty((batch_size, layers, words), dtype=np.uint64)
    orders = np.empty(batch_size, dtype=np.int64)
    for top in _beginnings(problem, state, shard):
        enter(top, problem, state)
        level = top
        while level >= top:
            level, written = advance(level, top, problem, state, superperiodic, _STEPS, sets, orders)
            yield Batch(task=task, sets=sets[:written].copy(), stabiliser_orders=orders[:written].copy())


def generate_on_threads(
    task: Task, *, threads: int, superperiodic: bool = True, batch_size: int = _BATCH
) -> Iterator[Batch]:
    """The same placings as `generate`, one shard to a thread, a batch of each in turn; the order depends on their number.

    Args:
        task: what is placed where.
        threads: how many.
        superperiodic: see `generate`.
        batch_size: see `generate`.
    """
    stop = threading.Event()
    queues: list[queue.Queue[Batch | BaseException | None]] = [queue.Queue(maxsize=2) for _ in range(threads)]

    def hand_over(number: int, item: Batch | BaseException | None) -> None:
        while not stop.is_set():
            with contextlib.suppress(queue.Full):
                queues[number].put(item, timeout=0.1)
                return

    def produce(number: int) -> None:
        try:
            shard = (number + 1, threads)
            for batch in generate(task, shard=shard, superperiodic=superperiodic, batch_size=batch_size):
                hand_over(number, batch)
                if stop.is_set():
                    return
            hand_over(number, None)
        except BaseException as error:  # noqa: BLE001 - raised again where the batches are read
            hand_over(number, error)

    workers = [threading.Thread(target=produce, args=(number,), daemon=True) for number in range(threads)]
    try:
        for worker in workers:
            worker.start()
        live = list(queues)
        while live:
            for one in tuple(live):
                item = one.get()
                if isinstance(item, BaseException):
                    raise item
                if item is None:
                    live.remove(one)
                else:
                    yield item
    finally:
        stop.set()
        for worker in workers:
            worker.join()


def _only_placing(task: Task) -> Batch:
    order = np.array([len(task.permutations)])
    return Batch(task=task, sets=np.empty((1, 0, 1), dtype=np.uint64), stabiliser_orders=order)


def _beginnings(problem: Problem, state: State, shard: tuple[int, int]) -> Iterator[int]:
    """Set the state to one beginning after the other that belongs to a shard, and give the level that follows it."""
    k, n = shard
    levels = len(problem.layer_of)
    if n == 1:
        yield 0
        return
    depth = 1
    while depth < levels - 1 and sum(1 for _ in _walk(problem, state, depth)) < _PARTS_PER_SHARD * n:
        depth += 1
    if levels == 1:
        depth = 0
    for number, _ in enumerate(_walk(problem, state, depth)):
        if number % n == k - 1:
            yield depth


def _walk(problem: Problem, state: State, depth: int) -> Iterator[None]:
    """All kept beginnings of a number of sites, the state set to each in turn."""
    from nitrivac.vacancies.enumeration._generate import choose, enter, next_candidate, take_back

    if depth == 0:
        yield
        return
    level = 0
    enter(0, problem, state)
    while level >= 0:
        take_back(level, problem, state)
        x = next_candidate(level, state)
        if x < 0:
            level -= 1
            continue
        if not choose(level, x, problem, state):
            continue
        if level == depth - 1:
            yield
        else:
            level += 1
            enter(level, problem, state)


def _prepare(task: Task) -> tuple[Problem, State]:
    from nitrivac.vacancies.enumeration._search_state import Problem, State

    sizes = np.diff(task.bounds)
    order, width = len(task.permutations), int(sizes.max())
    forward = np.zeros((len(sizes), order, width), dtype=np.int32)
    for sublattice, (low, high) in enumerate(zip(task.bounds, task.bounds[1:], strict=False)):
        forward[sublattice, :, : high - low] = task.permutations[:, low:high] - low
    backward = np.zeros_like(forward)
    for sublattice, size in enumerate(sizes):
        columns = np.broadcast_to(np.arange(size, dtype=np.int32), (order, size))
        np.put_along_axis(backward[sublattice], forward[sublattice, :, :size].astype(np.int64), columns, axis=1)
    numbers = [layer.number for layer in task.layers]
    layers, levels, words = len(numbers), sum(numbers), -(-width // 64)
    problem = Problem(
        forward=forward,
        backward=backward,
        identity=int(np.flatnonzero((task.permutations == np.arange(task.permutations.shape[1])).all(axis=1))[0]),
        translation=task.translations.astype(np.int64),
        sizes=sizes.astype(np.int64),
        offsets=task.bounds[:-1].astype(np.int64),
        near=_near(task, words),
        cliques=_cliques(task, width),
        layer_of=np.repeat(np.arange(layers), numbers),
        first_level=np.cumsum([0, *numbers]),
        sublattice_of=np.array([layer.sublattice for layer in task.layers]),
        filled=np.array([layer.filled for layer in task.layers]),
    )
    others = np.flatnonzero(np.arange(order) != problem.identity)
    alone = np.empty((levels + 1, order), dtype=np.int32)  # what is never reached takes no memory
    alone[0, : order - 1] = others
    orders = np.zeros(levels + 1, dtype=np.int64)
    orders[0] = order - 1
    return problem, State(
        chosen=np.full(levels, -1, dtype=np.int64),
        sets=np.zeros((layers, words), dtype=np.uint64),
        inside=np.zeros((layers, width), dtype=np.uint8),
        alone=alone,
        orders=orders,
        waiting=np.empty((levels * order, 4), dtype=np.int32),
        heads=np.full((layers, width), -1, dtype=np.int64),
        tops=np.zeros(levels + 1, dtype=np.int64),
        barred=np.zeros((levels + 1, words), dtype=np.uint64),
        unused=np.zeros(words, dtype=np.uint64),
        marks=np.zeros(width, dtype=np.int64),
        todo=np.zeros((levels, words), dtype=np.uint64),
    )


def _near(task: Task, words: int) -> NDArray[np.uint64]:
    """Sites of each sublattice that exclude each of all sites, as bits, shape (a, s, w)."""
    near = np.zeros((len(task.conflicts), len(task.rest), 8 * words), dtype=np.uint8)
    if len(task.conflicts):
        for sublattice, (low, high) in enumerate(pairwise(task.bounds.tolist())):
            octets = np.packbits(task.conflicts[:, low:high], axis=1, bitorder="little")
            near[:, sublattice, : octets.shape[1]] = octets
    return near.view("<u8").astype(np.uint64, copy=False)


def _cliques(task: Task, width: int) -> NDArray[np.int64]:
    """Sites of each sublattice dealt out to sets that all exclude each other, as found one after the other, shape (s, n)."""
    found = np.tile(np.arange(width), (len(task.rest), 1))
    if len(task.conflicts):
        for row, (low, high) in zip(found, pairwise(task.bounds.tolist()), strict=True):
            near = task.conflicts[low:high, low:high]
            free = np.ones(high - low, dtype=bool)
            for site in range(high - low):
                if free[site]:
                    members = [site]
                    for other in np.flatnonzero(near[site] & free).tolist():
                        if near[other, members].all():
                            members.append(other)
                    free[members] = False
                    row[members] = site
    return found
