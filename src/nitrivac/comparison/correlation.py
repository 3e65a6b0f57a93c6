"""Rank correlations of few points, with intervals and p-values that say how few they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.documents.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "MIN_POINTS",
    "PERMUTATIONS",
    "RESAMPLES",
    "Correlation",
    "holm",
    "kendall_rows",
    "rank_correlation",
    "spearman_rows",
]

MIN_POINTS = 8  # with fewer, intervals of a bootstrap are narrower than what is known
RESAMPLES = 4999
PERMUTATIONS = 9999
_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Correlation(Document):
    """How a property goes with a descriptor, by rank.

    Attributes:
        target: `log10_sigma` or `activation_energy`.
        descriptor: attribute of `Descriptors`.
        n: number of compounds that have both.
        spearman: Spearman's coefficient, None where there are fewer than eight points or one side is constant.
        spearman_interval: 95 % percentile interval of bootstrap resamples of the compounds.
        spearman_p: share of random pairings at least as correlated, both signs, the observed one counted in.
        kendall: Kendall's tau-b.
        kendall_interval: likewise.
        kendall_p: likewise.
        spearman_p_holm: Spearman's p-value after Holm's correction for all correlations tested together.

    >>> from nitrivac import compare
    >>> found = compare("nitridophosphate").correlations
    >>> (found[0].target, found[0].descriptor, found[0].n) if found else None
    ('log10_sigma', 'shortest_hop', 5)
    """

    target: str
    descriptor: str
    n: int
    spearman: float | None = None
    spearman_interval: tuple[float, float] | None = None
    spearman_p: float | None = None
    kendall: float | None = None
    kendall_interval: tuple[float, float] | None = None
    kendall_p: float | None = None
    spearman_p_holm: float | None = None


def rank_correlation(target: str, descriptor: str, x: ArrayLike, y: ArrayLike, *, seed: int = 0) -> Correlation:
    """Spearman's and Kendall's coefficients of pairs, with interval and p-value from resampling.

    Args:
        target: name of the property.
        descriptor: name of the descriptor.
        x: its values, shape (n,).
        y: the property's, shape (n,).
        seed: of the resampling.
    """
    first, second = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    number = len(first)
    if number < MIN_POINTS or np.ptp(first) == 0 or np.ptp(second) == 0:
        return Correlation(target=target, descriptor=descriptor, n=number)
    random = np.random.default_rng(seed)
    chosen = random.integers(0, number, size=(RESAMPLES, number))
    shuffled = random.permuted(np.tile(np.arange(number), (PERMUTATIONS, 1)), axis=1)
    rho, tau = (float(rows(first[None], second[None])[0]) for rows in (spearman_rows, kendall_rows))

    def resampled(rows: Callable[..., NDArray[np.float64]], observed: float) -> tuple[tuple[float, float], float]:
        low, high = np.nanquantile(rows(first[chosen], second[chosen]), [0.025, 0.975])
        by_chance = np.abs(rows(np.broadcast_to(first, shuffled.shape), second[shuffled]))
        p = (1 + int((by_chance >= abs(observed) - _SAME).sum())) / (1 + PERMUTATIONS)
        return (float(low), float(high)), p

    rho_interval, rho_p = resampled(spearman_rows, rho)
    tau_interval, tau_p = resampled(kendall_rows, tau)
    return Correlation(
        target=target,
        descriptor=descriptor,
        n=number,
        spearman=rho,
        spearman_interval=rho_interval,
        spearman_p=rho_p,
        kendall=tau,
        kendall_interval=tau_interval,
        kendall_p=tau_p,
    )


def spearman_rows(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Spearman's coefficient of each row of pairs, shape (k, n); NaN where one side is constant."""
    first, second = _ranks(x), _ranks(y)
    return _ratio((first * second).sum(axis=1), (first**2).sum(axis=1) * (second**2).sum(axis=1))


def kendall_rows(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kendall's tau-b of each row of pairs, shape (k, n); NaN where one side is constant."""
    left, right = np.triu_indices(x.shape[1], k=1)
    first, second = (_signs(values[:, left], values[:, right]).astype(np.float32) for values in (x, y))
    products = [(one * other).sum(axis=1, dtype=float) for one, other in ((first, second), (first, first), (second, second))]
    return _ratio(products[0], products[1] * products[2])


def _signs(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.int8]:
    """1 where the first is larger, -1 where the second is, 0 where they are equal."""
    return (one > other).astype(np.int8) - (one < other)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks in each row less their mean, equal values at the mean of their places."""
    above = np.zeros(values.shape)
    for column in range(values.shape[1]):
        above += _signs(values, values[:, column, None])
    return above / 2


def _ratio(product: NDArray[np.float64], squares: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.full(len(product), np.nan)
    np.divide(product, np.sqrt(squares), out=found, where=squares > 0)
    return found


def holm(correlations: Sequence[Correlation]) -> tuple[Correlation, ...]:
    """The correlations with Holm's correction of Spearman's p-values for all of them together."""
    tested = sorted((one.spearman_p, index) for index, one in enumerate(correlations) if one.spearman_p is not None)
    corrected: dict[int, float] = {}
    highest = 0.0
    for place, (p, index) in enumerate(tested):
        highest = max(highest, min(1.0, p * (len(tested) - place)))
        corrected[index] = highest
    return tuple(replace(one, spearman_p_holm=corrected.get(index)) for index, one in enumerate(correlations))
