"""Barriers by a potential as descriptors: how high the easiest way through a crystal is, beside its geometry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.comparison.correlation import MIN_POINTS, spearman_rows
from nitrivac.comparison.descriptors import BARRIERS, NUMBERS
from nitrivac.errors import NitrivacError
from nitrivac.migration import find_hops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nitrivac.comparison.result import Compound
    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.diffusion.stated_barriers import BarrierFile

__all__ = ["OnSameCompounds", "on_same_compounds", "percolating_barriers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSameCompounds:
    """Rank correlation of a descriptor with the measured activation energies, over compounds that have a barrier.

    Attributes:
        descriptor: attribute of `Descriptors`.
        n: number of compounds.
        spearman: Spearman's coefficient.

    >>> from nitrivac.comparison import OnSameCompounds
    >>> OnSameCompounds(descriptor="barrier_1d", n=10, spearman=0.5).n
    10
    """

    descriptor: str
    n: int
    spearman: float


def percolating_barriers(crystal: Crystal, file: BarrierFile, species: str) -> tuple[float | None, float | None]:
    """How high the easiest way is that spans one dimension, and three, above the lowest vacancy, eV.

    Only bands at rest count; one without a saddle between its ends is as high as the higher end.

    Args:
        crystal: of whole atoms or an average structure.
        file: its barriers.
        species: the mobile element.

    Returns:
        None for what the hops with a barrier do not span, or where their energies contradict each other.
    """
    network = find_hops(crystal, species=species, widest_paths=False)
    if file.reach > network.max_distance:
        network = find_hops(crystal, species=species, max_distance=file.reach + 0.01, widest_paths=False)
    at_rest = replace(file, rows=tuple(row for row in file.rows if row.get("converged") is not False))
    try:
        heights = at_rest.on(network, flat=True).heights
    except NitrivacError:
        return None, None
    found: dict[int, float] = {}
    for height in sorted(set(heights.values())):
        spanned = network.percolation([name for name, other in heights.items() if other <= height]).dimension
        for dimension in range(1, spanned + 1):
            found.setdefault(dimension, height)
    return found.get(1), found.get(3)


def on_same_compounds(compounds: Sequence[Compound]) -> tuple[OnSameCompounds, ...]:
    """Every descriptor against the measured activation energies, each over the compounds that have both it and a barrier.

    Returns:
        Those known for all compounds with a barrier and an activation energy, strongest first; empty with fewer than eight.
    """
    both = [one for one in compounds if one.value("barrier_1d") is not None and one.value("activation_energy") is not None]
    if len(both) < MIN_POINTS:
        return ()
    measured = np.array([[one.value("activation_energy") for one in both]], dtype=float)
    found = []
    for name in (*BARRIERS, *NUMBERS):
        values = [one.value(name) for one in both]
        if any(value is None for value in values):
            continue
        spearman = float(spearman_rows(np.array([values], dtype=float), measured)[0])
        if np.isfinite(spearman):
            found.append(OnSameCompounds(descriptor=name, n=len(both), spearman=spearman))
    return tuple(sorted(found, key=lambda one: -abs(one.spearman)))
