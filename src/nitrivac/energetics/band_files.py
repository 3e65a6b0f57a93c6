"""Bands at rest as extended XYZ, an image a frame, with their energies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nitrivac.energetics.barriers import Barriers

__all__ = ["band_texts"]


def band_texts(found: Barriers) -> dict[str, str]:
    """File name to text: a file for each hop that has a band; energies in eV are less that of the first image."""
    texts = {}
    for one in found.barriers:
        if one.lattice is None or not len(one.energies):
            continue
        cell = " ".join(f"{value:.10f}" for value in one.lattice.ravel())
        frames = []
        for energy, positions in zip(one.energies.tolist(), one.images, strict=True):
            head = f'Lattice="{cell}" Properties=species:S:1:pos:R:3 pbc="T T T" energy={energy:.6f} hop={one.hop}'
            rows = (
                f"{symbol:<2} {x:16.10f} {y:16.10f} {z:16.10f}"
                for symbol, (x, y, z) in zip(one.symbols, positions, strict=True)
            )
            frames.append("\n".join([str(len(one.symbols)), head, *rows]))
        texts[f"{one.hop}.extxyz"] = "\n".join(frames) + "\n"
    return texts
