"""From which distance hops span a crystal, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.migration.hop_shells import HopSummary
    from nitrivac.migration.network import HopNetwork
    from nitrivac.migration.percolation.thresholds import Threshold

__all__ = ["percolation_words"]

_DIMENSIONS = {1: "one dimension", 2: "two", 3: "three"}


def percolation_words(network: HopNetwork | HopSummary) -> str:
    """From which distance the hops span the crystal, and what split pairs have to do with it."""
    farther = [threshold.value for threshold in network.spanned.together] if network.spanned else [None] * 3
    parts = []
    for threshold, beyond in zip(network.by_distance, farther, strict=True):
        if threshold.value is not None:
            parts.append(_spanned(threshold, _DIMENSIONS[threshold.dimension]))
        else:
            where = f" (at {beyond:.4f} Å)" if beyond is not None else ""
            parts.append(f"{_DIMENSIONS[threshold.dimension]} not within {network.max_distance:.3f} Å{where}")
    lines = [f"The hops span {'; '.join(parts)}."]
    if network.spanned and network.spanned.split_alone:
        alone, without = (
            _spanned_in_short(thresholds) or "nothing"
            for thresholds in (network.spanned.split_alone, network.spanned.hops_alone)
        )
        lines.append(f"Split pairs are counted in: by themselves they span {alone}; without them the hops span {without}.")
    return " ".join(lines)


def _spanned_in_short(thresholds: Sequence[Threshold]) -> str:
    """The highest number of dimensions spanned at each value."""
    highest = {threshold.value: threshold for threshold in thresholds if threshold.value is not None}
    return ", ".join(_spanned(threshold, f"{threshold.dimension}D") for threshold in highest.values())


def _spanned(threshold: Threshold, words: str) -> str:
    along = "" if threshold.directions in (("all",), ()) else f" {', '.join(threshold.directions)}"
    return f"{words} at {threshold.value:.4f} Å{along}"
