"""How well a refinement could know occupancies: the least uncertainty that counting statistics allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from nitrivac.columns import Column, Columns
from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.diffraction.sensitivity import OccupancySensitivity

__all__ = ["Counting", "Distinction", "OccupancyEstimate", "distinguishing_peaks", "estimate_occupancies"]

_UNDETERMINED = 1e-6
"""Share of a parameter's effect that must remain when all others are refined, else it is not determined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How long was counted, and how sharp the peaks were.

    Attributes:
        counts: in the strongest peak.
        background: counts below each peak, as a share of those of the strongest.
        resolution: reflections nearer than this are one peak, degrees of two theta.

    >>> from nitrivac.diffraction import Counting
    >>> Counting(counts=1e5).counts
    100000.0
    """

    counts: float = 100_000.0
    background: float = 0.01
    resolution: float = 0.1

    def __post_init__(self) -> None:
        if not 1 <= self.counts <= 1e15:
            raise SpecificationError(f"{self.counts:g} counts in the strongest peak: 1 to 1e15 are possible")
        if not 0 <= self.background <= 1000:
            raise SpecificationError(f"a background of {self.background:g} times the strongest peak: 0 to 1000 is possible")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OccupancyEstimate(Document):
    """The least standard uncertainties of vacancies refined together (the bound of Cramer and Rao).

    Attributes:
        probes: the patterns refined together, `x-ray` and `neutron`.
        sites: addresses.
        with_displacements: whether a B of every site was refined as well; the scale of each pattern always is.
        su_percent: standard uncertainty of each site's vacancies in per cent of its positions; None where the pattern does
            not determine it.
        correlation: of the vacancies of each two sites, a row for each; None where one is not determined.

    >>> from nitrivac import load, occupancy_contrast
    >>> occupancy_contrast(load("beta-Li3N")).estimates[0].sites
    ('Li@2b', 'Li@4f')
    """

    probes: tuple[str, ...]
    sites: tuple[str, ...]
    with_displacements: bool
    su_percent: tuple[float | None, ...]
    correlation: tuple[tuple[float | None, ...], ...]

    columns: ClassVar[Columns[OccupancyEstimate]] = Columns(
        (
            Column("probes", lambda one: one.probes),
            Column("displacements_refined", lambda one: one.with_displacements),
            Column("su_percent", lambda one: dict(zip(one.sites, one.su_percent, strict=True)), digits=None),
            Column("correlation", lambda one: one.correlation),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distinction(Document):
    """The peaks by which a pattern tells vacancies of one site from those of another.

    Attributes:
        probe: `x-ray` or `neutron`.
        first: address of a site.
        second: address of another.
        rows: of the pattern, the strongest reflection of each peak, most telling first.
        share: of what is known about the difference, how much each of these peaks says, 0 to 1.
        change: of the peak with each atom per cell that moves from the first site to the second, the strongest reflection
            being 100.

    >>> from nitrivac import load, occupancy_contrast
    >>> one = occupancy_contrast(load("beta-Li3N")).distinctions[0]
    >>> one.probe, one.first, one.second
    ('x-ray', 'Li@2b', 'Li@4f')
    """

    probe: str
    first: str
    second: str
    rows: tuple[int, ...]
    share: tuple[float, ...]
    change: tuple[float, ...]


def estimate_occupancies(
    sensitivities: Sequence[OccupancySensitivity],
    counting: Counting,
    *,
    sites: Sequence[str] | None = None,
    with_displacements: bool = True,
) -> OccupancyEstimate:
    """The least uncertainties of vacancies that one pattern allows, or several refined together.

    Fisher's information of peaks that are counted, each with the variance of its counts and of the background below it, the
    scale factors (and each site's B) being refined as well. Wrong models, texture and systematic errors come on top.

    Args:
        sensitivities: of one crystal, a pattern each.
        counting: statistics, the same for each pattern.
        sites: addresses refined together; default all of the sensitivities.
        with_displacements: refine a B of every site too.
    """
    names = tuple(sites) if sites is not None else sensitivities[0].sites
    columns = [sensitivities[0].sites.index(name) for name in names]
    wanted, others = _stacked(sensitivities, counting, columns, with_displacements=with_displacements)
    rest = _without(wanted, others)
    determined = np.linalg.norm(rest, axis=0) > _UNDETERMINED * np.linalg.norm(wanted, axis=0)
    uncertainties, correlation = _bounds(rest, determined)
    return OccupancyEstimate(
        probes=tuple(one.pattern.radiation.probe for one in sensitivities),
        sites=names,
        with_displacements=with_displacements,
        su_percent=uncertainties,
        correlation=correlation,
    )


def distinguishing_peaks(
    sensitivity: OccupancySensitivity, counting: Counting, first: str, second: str, *, most: int = 5
) -> Distinction:
    """The peaks that change most, for their counting error, when an atom moves from one site to another.

    What the scale factor and each site's B could take up is taken off before the shares are found.

    Args:
        sensitivity: of a pattern.
        counting: its statistics.
        first: address of the site that loses an atom per cell.
        second: address of the site that gains it.
        most: peaks that are returned.
    """
    peaks = _peaks(sensitivity, counting.resolution)
    index = [sensitivity.sites.index(name) for name in (first, second)]
    percent = [100 / sensitivity.positions[one] for one in index]  # one atom per cell, in per cent of the site
    moved = sensitivity.change[:, index[0]] * percent[0] - sensitivity.change[:, index[1]] * percent[1]
    wanted, others = _weighted(sensitivity, counting, peaks, moved[:, None], with_displacements=True)
    information = _without(wanted, others)[:, 0] ** 2
    share = information / max(float(information.sum()), np.finfo(float).tiny)
    best = [int(one) for one in np.argsort(-share, kind="stable")[:most] if share[one] > 0]
    total = np.bincount(peaks, weights=moved)
    return Distinction(
        probe=sensitivity.pattern.radiation.probe,
        first=first,
        second=second,
        rows=tuple(_strongest(sensitivity, peaks, one) for one in best),
        share=tuple(float(share[one]) for one in best),
        change=tuple(float(total[one]) for one in best),
    )


def _peaks(sensitivity: OccupancySensitivity, resolution: float) -> NDArray[np.int64]:
    """Number of the peak that each reflection is part of: those within the resolution of the first are one."""
    peaks = np.empty(len(sensitivity.pattern.two_theta), dtype=np.int64)
    number, start = -1, -np.inf
    for row, angle in enumerate(sensitivity.pattern.two_theta.tolist()):
        if angle - start > resolution:
            number, start = number + 1, angle
        peaks[row] = number
    return peaks


def _strongest(sensitivity: OccupancySensitivity, peaks: NDArray[np.int64], peak: int) -> int:
    rows = np.flatnonzero(peaks == peak)
    return int(rows[sensitivity.pattern.intensity[rows].argmax()])


def _weighted(
    sensitivity: OccupancySensitivity,
    counting: Counting,
    peaks: NDArray[np.int64],
    wanted: NDArray[np.float64],
    *,
    with_displacements: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Derivatives of each peak's counts over their standard deviation: by what is wanted, and by scale and B."""
    intensity = sensitivity.pattern.intensity
    others = intensity[:, None]
    if with_displacements:
        others = np.hstack([others, sensitivity.displacement_change])
    in_peaks = [np.stack([np.bincount(peaks, weights=one) for one in block.T], axis=1) for block in (wanted, others)]
    heights = in_peaks[1][:, 0]
    per_unit = counting.counts / heights.max()
    deviation = np.sqrt(per_unit * heights + counting.background * counting.counts)
    counted = deviation > 0
    first, second = (per_unit * block[counted] / deviation[counted, None] for block in in_peaks)
    return first, second


def _stacked(
    sensitivities: Sequence[OccupancySensitivity], counting: Counting, columns: list[int], *, with_displacements: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weighted derivatives of all patterns one below the other; B's are common to them, scales are not."""
    blocks = [
        _weighted(
            one, counting, _peaks(one, counting.resolution), one.change[:, columns], with_displacements=with_displacements
        )
        for one in sensitivities
    ]
    scales = [
        np.hstack([other[:, :1] if place == index else np.zeros((len(other), 1)) for place in range(len(blocks))])
        for index, (_, other) in enumerate(blocks)
    ]
    common = np.vstack([other[:, 1:] for _, other in blocks])
    return np.vstack([wanted for wanted, _ in blocks]), np.hstack([np.vstack(scales), common])


def _without(wanted: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """What of some columns no combination of others can imitate."""
    norms = np.linalg.norm(others, axis=0)
    scaled = others[:, norms > 0] / norms[norms > 0]
    left, singular, _ = np.linalg.svd(scaled, full_matrices=False)
    basis = left[:, singular > 1e-10 * singular.max(initial=0.0)]
    once = wanted - basis @ (basis.T @ wanted)
    return np.asarray(once - basis @ (basis.T @ once))


def _bounds(
    rest: NDArray[np.float64], determined: NDArray[np.bool_]
) -> tuple[tuple[float | None, ...], tuple[tuple[float | None, ...], ...]]:
    """Standard uncertainties and correlations from derivatives that nothing else imitates; none where they are dependent."""
    number = rest.shape[1]
    kept = rest[:, determined]
    scale = np.linalg.norm(kept, axis=0)
    normal = (kept / scale).T @ (kept / scale)
    if not len(scale) or np.linalg.eigvalsh(normal)[0] < _UNDETERMINED**2 * len(scale):
        return (None,) * number, ((None,) * number,) * number
    covariance = np.linalg.inv(normal) / np.outer(scale, scale)
    su = np.sqrt(np.diag(covariance))
    correlation = (covariance / np.outer(su, su)).tolist()
    place = {int(site): row for row, site in enumerate(np.flatnonzero(determined))}
    return (
        tuple(float(su[place[site]]) if site in place else None for site in range(number)),
        tuple(
            tuple(correlation[place[one]][place[two]] if {one, two} <= place.keys() else None for two in range(number))
            for one in range(number)
        ),
    )
