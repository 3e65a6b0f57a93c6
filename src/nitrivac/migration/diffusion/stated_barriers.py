"""Barriers from the file that `nitrivac barriers` writes, as heights above one energy, and energies of the vacancy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from math import isnan, sqrt
from typing import TYPE_CHECKING, Any

from nitrivac.errors import ReadError, SpecificationError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from nitrivac.migration.hop import Hop
    from nitrivac.migration.network import HopNetwork

__all__ = ["BarrierFile", "StatedBarriers", "read_barrier_file", "read_barrier_files"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedBarriers:
    """What a file of barriers says of a network.

    Attributes:
        heights: of each hop's saddle above energy 0, eV.
        site_energies: of the vacancy on each site, eV; the lowest of each group that the hops join has 0.
        frequencies: attempt frequency of each hop that has one, 1/s: the geometric mean of both ways, with which the
            rates are in detailed balance with these energies.
    """

    heights: dict[str, float] = field(default_factory=dict)
    site_energies: dict[str, float] = field(default_factory=dict)
    frequencies: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierFile:
    """The rows of a file of barriers.

    Attributes:
        path: where it is.
        source: what the crystal is.
        calculator: name and version of the potential, None where the file has none.
        rows: of the hops that have a barrier.
    """

    path: Path
    source: str
    calculator: str | None
    rows: tuple[dict[str, Any], ...]

    @property
    def reach(self) -> float:
        """Length of its longest hop, angstrom; 0 where the file gives none."""
        return max((float(row.get("distance_A") or 0.0) for row in self.rows), default=0.0)

    def on(self, network: HopNetwork, replaced: Collection[str] = (), *, flat: bool = False) -> StatedBarriers:
        """What it says of a network.

        An ion that goes from the start of a hop to its end leaves the vacancy at the start: the first image has the vacancy
        at the end, and the forward barrier less the backward one is the energy of the vacancy at the start less that at
        the end.

        Args:
            network: the hops that its names mean.
            replaced: hops whose barriers are given otherwise, and not taken from the file.
            flat: whether a band without a saddle between its ends is taken, as high as its higher end.

        Raises:
            SpecificationError: it is of another compound, a name is no hop, no hop has a barrier, a band is not at rest or
                has no saddle between its ends, or the differences of energy along two ways contradict each other.
        """
        if self.source != network.source:
            raise SpecificationError(f"{self.path}: has the barriers of {self.source}, not of {network.source}")
        if not self.rows:
            raise SpecificationError(f"{self.path}: no hop in it has a barrier")
        rows = [row for row in self.rows if row["hop"] not in replaced]
        for row in rows:
            no_saddle = min(float(row["forward_eV"]), float(row["backward_eV"])) <= 0 and not flat
            if row.get("converged") is False or no_saddle:
                hop = row["hop"]
                raise SpecificationError(
                    f"{self.path}: the band of {hop} is not at rest or has no saddle between its ends, so that it has no "
                    f"barrier to be taken; give it as --barrier {hop}=EV"
                )
        if not rows:
            return StatedBarriers()
        hops = {str(row["hop"]): network.hop(str(row["hop"])) for row in rows}
        first = next(iter(hops.values())).start
        energies = {site: float("nan") for hop in hops.values() for site in (hop.start, hop.end)} | {first: 0.0}
        _settle(energies, [(hops[str(row["hop"])], float(row["forward_eV"]) - float(row["backward_eV"])) for row in rows])
        lowest = min(energies.values())
        energies = {site: energy - lowest for site, energy in energies.items()}
        return StatedBarriers(
            heights={str(row["hop"]): energies[hops[str(row["hop"])].end] + float(row["forward_eV"]) for row in rows},
            site_energies=energies,
            frequencies={str(row["hop"]): found for row in rows if (found := _frequency(row)) is not None},
        )


def read_barrier_file(path: Path) -> BarrierFile:
    """The rows of `barriers.json`.

    Raises:
        ReadError: it is no such file.
    """
    found = read_barrier_files(path)
    if len(found) != 1:
        raise ReadError(f"{path}: has the barriers of {len(found)} compounds; take the file of one, in its folder")
    return next(iter(found.values()))


def read_barrier_files(path: Path) -> dict[str, BarrierFile]:
    """The rows of each compound of `barriers.json`, of one or many, by source.

    Raises:
        ReadError: it is no such file.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        calculator = document.get("calculator")
        name = None if calculator is None else f"{calculator['name']} ({calculator['version']})"
        found = {}
        for one in document.get("compounds", [document]):
            rows = [row for row in one["barriers"] if row["forward_eV"] is not None and row["backward_eV"] is not None]
            found[str(one["source"])] = BarrierFile(path=path, source=one["source"], calculator=name, rows=tuple(rows))
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReadError(f"{path}: is no file that nitrivac barriers wrote (barriers.json)") from error
    return found


def _frequency(row: dict[str, Any]) -> float | None:
    forward, backward = row.get("attempt_forward_Hz"), row.get("attempt_backward_Hz")
    return None if not forward or not backward else sqrt(float(forward) * float(backward))


def _settle(energies: dict[str, float], waiting: list[tuple[Hop, float]]) -> None:
    """Give every site the vacancy energy that differences from known sites imply; a group of its own begins at 0.

    Args:
        energies: by site, NaN where not known yet; changed in place.
        waiting: hops, each with the energy of the vacancy at its start less that at its end, eV.
    """
    while waiting:
        left = []
        for hop, difference in waiting:
            start, end = hop.start, hop.end
            if isnan(energies[start]) and isnan(energies[end]):
                left.append((hop, difference))
            elif isnan(energies[start]):
                energies[start] = energies[end] + difference
            elif isnan(energies[end]):
                energies[end] = energies[start] - difference
            elif abs(energies[end] + difference - energies[start]) > 0.02:
                raise SpecificationError(f"the barriers contradict each other: {start} and {end} differ along two ways")
        if len(left) == len(waiting):
            energies[left[0][0].start] = 0.0
        waiting = left
