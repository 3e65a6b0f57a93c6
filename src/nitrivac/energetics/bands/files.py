"""The files of bands: extended XYZ with an image a frame, and what `barriers.json` holds, read back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.energetics.bands.barrier import Barrier
from nitrivac.energetics.bands.barriers import Barriers
from nitrivac.energetics.potential import CalculatorName
from nitrivac.errors import ReadError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["band_texts", "read_barriers"]


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


def read_barriers(path: Path) -> Barriers:
    """The energies along the hops of one crystal, from the `barriers.json` that `nitrivac barriers` wrote.

    Raises:
        ReadError: it cannot be read, or is no such file.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        named = {one.name for one in fields(CalculatorName)}
        calculator = {key: value for key, value in document["calculator"].items() if key in named}
        return Barriers(
            source=document["source"],
            species=document["species"],
            caution=document.get("caution"),
            calculator=CalculatorName(**calculator),
            barriers=tuple(map(_barrier, document["barriers"])),
        )
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{path}: is no file that nitrivac barriers wrote for one source (barriers.json)") from error


def _barrier(row: dict[str, Any]) -> Barrier:
    energies = np.array(row["energies_eV"], dtype=float)
    return Barrier(
        hop=row["hop"],
        name=row["name"],
        distance=float(row["distance_A"]),
        bottleneck=row["bottleneck_radius_A"],
        energies=energies,
        travelled=np.array(row.get("travelled_A", ()), dtype=float),
        converged=bool(row["converged"]),
        failure=None if len(energies) else row["note"],
        remarks=(row["note"],) if len(energies) and row["note"] else (),
    )
