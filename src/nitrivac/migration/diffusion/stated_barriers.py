"""Barriers from the file that `nitrivac barriers` writes, as heights above one energy."""

from __future__ import annotations

import json
from math import isnan
from typing import TYPE_CHECKING

from nitrivac.errors import ReadError, SpecificationError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from nitrivac.migration.hop import Hop
    from nitrivac.migration.network import HopNetwork

__all__ = ["barriers_and_site_energies"]


def barriers_and_site_energies(
    path: Path, network: HopNetwork, replaced: Collection[str] = ()
) -> tuple[dict[str, float], dict[str, float]]:
    """Height of each hop's saddle above energy 0, and energy of each site, both in eV.

    A hop between sites of different energy has two barriers; their difference is that of the sites. The lowest site of each
    group that the hops join has energy 0.

    Args:
        path: `barriers.json`.
        network: the hops that its names mean.
        replaced: hops whose barriers are given otherwise, and not taken from the file.

    Raises:
        ReadError: it is no such file.
        SpecificationError: it is of another compound, a name is no hop, no hop has a barrier, a band is not at rest or has
            no saddle between its ends, or the differences of energy along two ways contradict each other.
    """
    rows = [row for row in _rows(path, network) if row["hop"] not in replaced]
    for row in rows:
        if row.get("converged") is False or min(float(row["forward_eV"]), float(row["backward_eV"])) <= 0:
            raise SpecificationError(
                f"{path}: the band of {row['hop']} is not at rest or has no saddle between its ends, so that it has no "
                f"barrier to be taken; give it as --barrier {row['hop']}=EV"
            )
    if not rows:
        return {}, {}
    energies: dict[str, float] = {}
    for row in rows:
        hop = network.hop(str(row["hop"]))
        for site in (hop.start, hop.end):
            energies.setdefault(site, 0.0 if not energies else float("nan"))
    waiting = [(network.hop(str(row["hop"])), float(row["forward_eV"]) - float(row["backward_eV"])) for row in rows]
    _settle(energies, waiting)
    lowest = min(energies.values())
    energies = {site: energy - lowest for site, energy in energies.items()}
    heights = {str(row["hop"]): energies[network.hop(str(row["hop"])).start] + float(row["forward_eV"]) for row in rows}
    return heights, energies


def _rows(path: Path, network: HopNetwork) -> list[dict[str, float | str]]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = [row for row in document["barriers"] if row["forward_eV"] is not None and row["backward_eV"] is not None]
        source = document["source"]
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{path}: is no file that nitrivac barriers wrote (barriers.json)") from error
    if source != network.source:
        raise SpecificationError(f"{path}: has the barriers of {source}, not of {network.source}")
    if not rows:
        raise SpecificationError(f"{path}: no hop in it has a barrier")
    return rows


def _settle(energies: dict[str, float], waiting: list[tuple[Hop, float]]) -> None:
    """Give every site the energy that differences from known sites imply; a group of its own begins at 0."""
    while waiting:
        left = []
        for hop, difference in waiting:
            start, end = hop.start, hop.end
            if isnan(energies[start]) and isnan(energies[end]):
                left.append((hop, difference))
            elif isnan(energies[end]):
                energies[end] = energies[start] + difference
            elif isnan(energies[start]):
                energies[start] = energies[end] - difference
            elif abs(energies[start] + difference - energies[end]) > 0.02:
                raise SpecificationError(f"the barriers contradict each other: {start} and {end} differ along two ways")
        if len(left) == len(waiting):
            energies[left[0][0].start] = 0.0
        waiting = left
