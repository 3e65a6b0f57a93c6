"""The path of the shortest elementary hop in what the main job made, as an example of a path."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from nitrivac.errors import UnsupportedError
from nitrivac.migration import find_hops
from nitrivac.migration.host import make_host
from nitrivac.migration.paths.path import vacancy_path

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal
    from nitrivac.migration import HopNetwork
    from nitrivac.migration.paths.record import MigrationPath

__all__ = ["PROFILE_IMAGES", "ShortestPath", "shortest_hop", "shortest_path"]

PROFILE_IMAGES = 23  # between the ends: enough for a smooth curve
_VACANT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortestPath:
    """A path, and the vacancy it goes into.

    Attributes:
        path: the straight path of the shortest elementary hop.
        vacancy: the only one of the crystal, the only one of the supercell, or one that the supercell has.
    """

    path: MigrationPath
    vacancy: Literal["crystal", "supercell", "configuration"]


def shortest_hop(network: HopNetwork) -> str:
    """Name of the shortest elementary hop.

    Raises:
        UnsupportedError: there is none.
    """
    for hop in network.hops:
        if hop.elementary:
            return hop.id
    raise UnsupportedError(f"{network.source} has no elementary hop, so there is no path to draw")


def shortest_path(
    parent: Crystal, average: Crystal, supercell: Crystal | None, network: HopNetwork, *, names: tuple[str, str]
) -> ShortestPath:
    """The straight path of the shortest elementary hop.

    An ordered crystal, or a supercell that lacks no mobile ion, is given the vacancy; else it is one that the supercell has.

    Args:
        parent: the crystal of the source.
        average: the same with the specified occupancies.
        supercell: one of its configurations, None where there is none.
        network: the hops of the average structure.
        names: what the supercell is called as a host, and as a crystal of its own.

    Raises:
        UnsupportedError: there is no crystal of whole atoms, or no elementary hop.
    """
    species = network.species
    if parent.is_ordered:
        own = network if average is parent else find_hops(parent, species=species)
        return ShortestPath(path=_straight(parent, own), vacancy="crystal")
    if supercell is None:
        raise UnsupportedError("There is no supercell of whole atoms in which an ion could be moved.")
    if any(species in orbit.elements and orbit.vacancy > _VACANT for orbit in average.orbits):
        host = make_host(parent, _named(supercell, names[0]), species=species)
        own = find_hops(host.crystal, species=species, host=host)
        path = vacancy_path(host.crystal, own, shortest_hop(own), images=PROFILE_IMAGES, method="linear", host=host)
        return ShortestPath(path=path, vacancy="configuration")
    named = _named(supercell, names[1])
    return ShortestPath(path=_straight(named, find_hops(named, species=species)), vacancy="supercell")


def _straight(crystal: Crystal, network: HopNetwork) -> MigrationPath:
    return vacancy_path(crystal, network, shortest_hop(network), images=PROFILE_IMAGES, method="linear")


def _named(crystal: Crystal, name: str) -> Crystal:
    return replace(crystal, provenance=replace(crystal.provenance, source=name))
