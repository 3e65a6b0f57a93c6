"""Allowed fillings drawn by Markov chains, and how many there are, where they cannot be counted.

Sites exchange occupants, conflicts cost a price, and copies of the cell at rising prices exchange their states (parallel
tempering: C. J. Geyer, in Computing Science and Statistics (1991) 156): states without a conflict come out equally likely,
however crowded they are. At no price all placings are equally likely, and these are counted; the share of those without a
conflict follows from the numbers of conflicts seen at all prices (A. M. Ferrenberg and R. H. Swendsen, Phys. Rev. Lett. 63
(1989) 1195). Two chains start apart, and go on until they agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, logsumexp

from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nitrivac.vacancies.enumeration.generation import Placing

__all__ = ["Estimate", "MarkovChains", "NoFillingFoundError"]

_WARM_SWEEPS = 100  # at each price of the first descent
_STEP = 0.7  # from one price to the next, times the spread of conflicts
_LARGEST_STEP = 1.0
_HIGHEST_PRICE = 12.0  # at which a conflict is rarer than one in a hundred thousand
_ENOUGH = 0.25  # share of states without a conflict at which prices need not rise further
_PATIENCE = 2000
_BLOCKS = 6
_SWEEPS = 50  # of each block at first; doubled until both chains agree
_DOUBLINGS = 3
_AGREE = 3.0  # standard errors by which two chains may differ
_BETWEEN_DRAWS = 10


class NoFillingFoundError(UnsupportedError):
    """No filling without a conflict was met; there may be none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number of fillings, estimated.

    Attributes:
        logarithm: natural logarithm of the number.
        error: its standard error, which is the relative one of the number itself.
        agree: whether the chains from two starts agree.
    """

    logarithm: float
    error: float
    agree: bool


class MarkovChains:
    """Two Markov chains on the placings of a task.

    Args:
        task: what is placed where; some sites exclude each other.
        seed: of the random generators.
        patience: sweeps at all prices after which a filling without a conflict is given up.
    """

    def __init__(self, task: Placing, seed: int = 0, patience: int = _PATIENCE) -> None:
        self._task = task
        self._patience = patience
        self._generators = [np.random.default_rng([seed, start]) for start in range(2)]
        self._rules = _Rules.of(task)

    @cached_property
    def filling(self) -> NDArray[np.uint8]:
        """One allowed filling: occupant index of each active site, shape (a,).

        Raises:
            NoFillingFoundError: none was met.
        """
        codes: NDArray[np.uint8] = self._descents[0].codes[-1]
        return codes

    @cached_property
    def estimate(self) -> Estimate:
        """How many allowed fillings there are.

        Raises:
            NoFillingFoundError: none was met.
        """
        states, sweeps, agree, doubled = self._descents, _SWEEPS, False, 0
        while not agree and doubled <= _DOUBLINGS:
            seen = [
                np.array([self._sweep(copies, rng, sweeps) for _ in range(_BLOCKS + 1)])[1:]
                for copies, rng in zip(states, self._generators, strict=True)
            ]
            prices = states[0].prices
            logs = np.array([_log_share(one.sum(axis=0), prices) for one in seen])
            errors = np.array([np.std([_log_share(block, prices) for block in one], ddof=1) for one in seen]) / _BLOCKS**0.5
            agree = bool(abs(logs[0] - logs[1]) <= _AGREE * np.hypot(*errors) + 1e-9)
            sweeps, doubled = 2 * sweeps, doubled + 1
        error = max(float(np.hypot(*errors)), float(abs(logs[0] - logs[1]))) / 2
        logarithm = _log_share(sum(one.sum(axis=0) for one in seen), prices) + self._rules.log_placings
        return Estimate(logarithm=logarithm, error=error, agree=agree)

    def draws(self, seed: int) -> Iterator[NDArray[np.uint8]]:
        """Allowed fillings without end, from both chains by turns, each some sweeps behind the one before.

        Args:
            seed: of the random generator; the same seed gives the same fillings.

        Raises:
            NoFillingFoundError: none was met.
        """
        self.estimate  # noqa: B018 - once it is known, the chains have mixed
        states = [copies.copied() for copies in self._descents]
        rng = np.random.default_rng(seed)
        while True:
            for copies in states:
                self._sweep(copies, rng, _BETWEEN_DRAWS)
                while copies.conflicts[-1]:
                    self._sweep(copies, rng, 1)
                codes = copies.codes[-1].copy()
                for low, high in self._rules.free:
                    codes[low:high] = rng.permutation(codes[low:high])
                yield codes

    @cached_property
    def _descents(self) -> tuple[_Copies, _Copies]:
        """The states of both chains at all prices; the prices are those of the first."""
        first = self._descended(self._generators[0], None)
        return first, self._descended(self._generators[1], first.prices)

    def _descended(self, rng: np.random.Generator, prices: NDArray[np.float64] | None) -> _Copies:
        """Raise the price from 0 until states have no conflict, each step by a part of one over the spread of conflicts."""
        codes = self._rules.random_codes(rng)
        on = self._rules.filled[np.arange(len(codes)), codes]
        conflicts = int(self._task.conflicts[np.ix_(on, on)].sum()) // 2
        state = _Copies(prices=np.zeros(1), codes=codes[None, :], conflicts=np.array([conflicts]))
        path = [state.copied()]
        while prices is None or len(path) <= len(prices):
            share = self._sweep(state, rng, _WARM_SWEEPS)[0] / _WARM_SWEEPS
            path[-1] = state.copied()
            price = state.prices[0]
            if prices is None and (share[0] >= _ENOUGH or price >= _HIGHEST_PRICE):
                break
            if prices is None:
                levels = np.arange(len(share))
                spread = float(np.sqrt(max(share @ levels**2 - (share @ levels) ** 2, 0.0)))
                price += min(_STEP / max(spread, 1e-9), _LARGEST_STEP)
            elif len(path) == len(prices):
                break
            else:
                price = prices[len(path)]
            state.prices[0] = price
            path.append(state.copied())
        copies = _Copies(
            prices=np.concatenate([one.prices for one in path]),
            codes=np.concatenate([one.codes for one in path]),
            conflicts=np.concatenate([one.conflicts for one in path]),
        )
        for _ in range(self._patience):
            if not copies.conflicts[-1]:
                return copies
            self._sweep(copies, rng, 1)
        raise NoFillingFoundError(
            f"no way was found to fill {sum(layer.number for layer in self._task.layers)} sites of a network that exclude "
            "each other"
        )

    def _sweep(self, copies: _Copies, rng: np.random.Generator, sweeps: int) -> NDArray[np.int64]:
        """Go on with a chain: how often each number of conflicts was seen at each price, shape (p, c)."""
        from nitrivac.vacancies.exclusion._tempering import temper

        seen = np.zeros((len(copies.prices), self._rules.most_conflicts + 1), dtype=np.int64)
        temper(rng, sweeps, copies.codes, copies.conflicts, copies.prices, *self._rules.arrays, seen)
        return seen


@dataclass(frozen=True, slots=True, eq=False)
class _Copies:
    """Copies of the cell at rising prices of a conflict, shape (p,); they change as a chain goes on."""

    prices: NDArray[np.float64]
    codes: NDArray[np.uint8]
    conflicts: NDArray[np.int64]

    def copied(self) -> _Copies:
        """The same state, to go on apart."""
        return _Copies(prices=self.prices.copy(), codes=self.codes.copy(), conflicts=self.conflicts.copy())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rules:
    """What is exchanged with what.

    Attributes:
        arrays: as `temper` takes them: entangled sublattices, bounds, filled, near, start.
        codes: occupants in order, one sublattice after the other.
        bounds: first and last site of each sublattice.
        free: first and last site of each sublattice without conflicts.
        log_placings: logarithm of the number of placings, conflicts or not.
        most_conflicts: pairs of sites that exclude each other.
    """

    arrays: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]
    codes: NDArray[np.uint8]
    bounds: tuple[tuple[int, int], ...]
    free: tuple[tuple[int, int], ...]
    log_placings: float
    most_conflicts: int

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Whether an occupant of a site is an atom, shape (a, c)."""
        return self.arrays[2]

    def random_codes(self, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Any placing, conflicts or not."""
        return np.concatenate([rng.permutation(self.codes[low:high]) for low, high in self.bounds])

    @classmethod
    def of(cls, task: Placing) -> _Rules:
        """The rules of a task; in sublattices with conflicts the rest is vacant."""
        sizes = np.diff(task.bounds)
        sublattice_of = np.repeat(np.arange(len(sizes)), sizes)
        first, second = np.nonzero(task.conflicts)
        entangled = np.unique(sublattice_of[first]).tolist()
        atoms = np.zeros((len(sizes), 1 + max([*task.rest, *(layer.code for layer in task.layers)])), dtype=bool)
        codes = np.repeat(np.array(task.rest, dtype=np.uint8), sizes)
        placings, moving = 0.0, []
        bounds = tuple(pairwise(task.bounds.tolist()))
        for one, (low, high) in enumerate(bounds):
            layers = [layer for layer in task.layers if layer.sublattice == one]
            atoms[one, [layer.code for layer in layers]] = [layer.filled for layer in layers]
            numbers = [layer.number for layer in layers]
            rest = high - low - sum(numbers)
            placings += float(gammaln(high - low + 1) - gammaln(np.array([*numbers, rest]) + 1).sum())
            codes[low : high - rest] = np.repeat([layer.code for layer in layers], numbers)
            if one in entangled and layers and (rest or len(layers) > 1):
                moving.append(one)
        return cls(
            arrays=(
                np.array(moving, dtype=np.int64),
                task.bounds.astype(np.int64),
                atoms[sublattice_of],
                second.astype(np.int64),
                np.searchsorted(first, np.arange(len(sublattice_of) + 1)),
            ),
            codes=codes,
            bounds=bounds,
            free=tuple(pair for one, pair in enumerate(bounds) if one not in entangled),
            log_placings=placings,
            most_conflicts=len(first) // 2,
        )


def _log_share(seen: NDArray[np.int64], prices: NDArray[np.float64]) -> float:
    """Logarithm of the share of placings without a conflict, from how often each number was seen at each price."""
    counted = seen.sum(axis=0).astype(float)
    counted[0] = max(counted[0], 0.5)  # none seen: fewer than one
    levels = np.flatnonzero(counted)
    logs = np.log(counted[levels])
    visits = np.log(seen.sum(axis=1))
    weights = np.zeros(len(prices))  # logarithm of the share of all placings weighed by each price
    for _ in range(10_000):
        density = logs - logsumexp((visits - weights)[:, None] - np.outer(prices, levels), axis=0)
        density -= logsumexp(density)
        new = logsumexp(density[None, :] - np.outer(prices, levels), axis=1)
        if np.abs(new - weights).max() < 1e-8:
            break
        weights = new
    return float(density[0])
