"""What chemists call frameworks: the names of the silicates, as far as size, dimension and rings decide them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.supercells.permutations import site_permutations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.polyhedra.frameworks.periodic_components import Link

__all__ = ["chain_period", "extended_name", "group_name", "pure_translations"]

_DIMENSIONS = ("isolated", "chain", "layer", "network")
_GERMAN = {2: "zweier", 3: "dreier", 4: "vierer", 5: "fünfer", 6: "sechser", 7: "siebener", 8: "achter"}
_CYCLIC = {1: "mono", 2: "bi", 3: "tri", 4: "tetra", 5: "penta", 6: "hexa"}


def _linked_pairs(links: Sequence[Link]) -> int:
    """Pairs of centres with a common ligand, each once however many they have in common."""
    return len({(first, second, image) for first, second, image, _ in links})


def extended_name(dimension: int, links: Sequence[Link], q: dict[int, float], rings: dict[int, float], period: int) -> str:
    """The silicate-style name of what extends, for polyhedra that share nothing but corners."""
    if _linked_pairs(links) < len(links):
        return _DIMENSIONS[dimension]
    if dimension == 1 and set(q) == {2}:
        return f"{_GERMAN.get(period, f'{period}-periodic')} chain"
    if dimension == 2 and len(rings) == 1:
        (ring,) = rings
        return f"layer of {_GERMAN.get(ring, f'{ring}-membered')} rings"
    return _DIMENSIONS[dimension]


def group_name(members: Sequence[int], links: Sequence[Link], q: dict[int, float], rings: dict[int, float]) -> str:
    """The name of a finite group, as far as its size, Q and rings decide it."""
    size = len(members)
    cycles = _linked_pairs(links) - size + 1
    if size == 4 and q == {3: 1.0} and rings.get(3) == 4:
        return "adamantane-like cage"
    if set(q) == {2} and size in rings:
        return f"{_GERMAN.get(size, f'{size}-membered')} ring"
    if size > 2 and cycles > 0:
        return f"{_CYCLIC.get(cycles, f'{cycles}-')}cyclic group of {size}"
    return {1: "isolated", 2: "dimer"}.get(size, f"group of {size}")


def chain_period(members: Sequence[int], links: list[Link], repeats: NDArray[np.int64]) -> int:
    """Centres in one period of a chain, whatever the cell: its members divided by how often it repeats itself in them."""
    total = np.abs(np.sum([link[2] for link in links], axis=0)) if links else np.ones(3, dtype=int)
    closes = int(np.gcd.reduce(total)) or 1
    inside = set(members)
    own = sum(int(row[members[0]]) in inside for row in repeats)
    times = closes * own
    return len(members) // times if len(members) % times == 0 else len(members)


def pure_translations(crystal: Crystal) -> NDArray[np.int64]:
    """Where each lattice translation within the cell, the zero one included, sends each site, shape (k, n)."""
    group = crystal.space_group
    unmoved = (group.rotations == np.eye(3, dtype=np.int64)).all(axis=(1, 2))
    return site_permutations(
        crystal.frac_coords, group.rotations[unmoved], group.translations[unmoved], crystal.lattice, tolerance=0.05
    )
