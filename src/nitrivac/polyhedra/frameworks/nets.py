"""Coordination sequences of periodic nets, and the symbols of those that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nitrivac.polyhedra.frameworks.periodic_components import Vector

__all__ = ["SEQUENCE_LENGTH", "coordination_sequence", "net_symbol"]

SEQUENCE_LENGTH = 6

# RCSR symbols (M. O'Keeffe et al., Acc. Chem. Res. 41 (2008) 1782) of nets whose nodes are all alike. A sequence of six
# shells does not prove a net: the symbol is that of the known net with the same sequence.
_SYMBOLS: dict[tuple[int, ...], str] = {
    (4, 12, 24, 42, 64, 92): "dia",
    (4, 12, 27, 49, 77, 109): "gsi",
    (7, 22, 49, 84, 131, 188): "osf",
    (4, 6, 12, 18, 36, 48): "dia-a",
    (6, 18, 38, 66, 102, 146): "pcu",
    (12, 42, 92, 162, 252, 362): "fcu",
    (3, 6, 9, 12, 15, 18): "hcb",
    (4, 8, 12, 16, 20, 24): "sql",
    (6, 12, 18, 24, 30, 36): "hxl",
    (4, 8, 14, 18, 22, 28): "kgm",
}


def coordination_sequence(
    start: int, around: dict[int, list[tuple[int, Vector]]], length: int = SEQUENCE_LENGTH
) -> tuple[int, ...]:
    """Number of nodes that are 1, 2, 3, ... links away from a node in the infinite net.

    Args:
        start: site of the node.
        around: neighbours of each site with their cells.
        length: number of shells.
    """
    origin = (start, 0, 0, 0)
    before, shell = {origin}, {origin}
    counts = []
    for _ in range(length):
        found = {
            (other, a + x, b + y, c + z)
            for site, a, b, c in shell
            for other, (x, y, z) in around.get(site, [])
        }  # fmt: skip
        # A node two shells back or in this shell has been counted; nothing farther back is a neighbour.
        found -= before
        found -= shell
        counts.append(len(found))
        before, shell = shell, found
    return tuple(counts)


def net_symbol(sequences: Iterable[tuple[int, ...]]) -> str | None:
    """The symbol of the known net whose every node has this coordination sequence, None where there is none."""
    different = set(sequences)
    return _SYMBOLS.get(different.pop()) if len(different) == 1 else None
