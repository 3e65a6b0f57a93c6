"""Which hops are worth a band: elementary ones to 4 angstrom, or of these the ones that span the crystal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.migration.network import find_hops
from nitrivac.migration.percolation.thresholds import spanning_thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.migration.hop import Hop
    from nitrivac.migration.host import Host
    from nitrivac.migration.network import HopNetwork

__all__ = ["LONGEST_A", "PERCOLATING", "hops_within_reach", "percolating_hops", "tried_hops"]

LONGEST_A = 4.0
"""Elementary hops up to this are tried by default, so that energy chooses between them and not length."""

PERCOLATING = "percolating"
"""In place of names: the hops that it takes to span the crystal."""

_SLACK_A = 1e-3


def hops_within_reach(crystal: Crystal, *, species: str | None = None, host: Host | None = None) -> HopNetwork:
    """The hops of a crystal to 4 angstrom at least.

    Args:
        crystal: ordered.
        species: the mobile element, by default the charge carrier.
        host: the configuration whose sites the crystal is.
    """
    network = find_hops(crystal, species=species, host=host)
    if network.max_distance >= LONGEST_A:
        return network
    return find_hops(crystal, species=species, max_distance=LONGEST_A, host=host)


def tried_hops(network: HopNetwork, hops: Sequence[str] | None = None) -> tuple[Hop, ...]:
    """The hops that get a band.

    Args:
        network: all hops.
        hops: names; by default all elementary ones to 4 angstrom, with `PERCOLATING` of these only the ones that it takes to
            span the crystal, see `percolating_hops`.

    Raises:
        SpecificationError: there is no hop of a name.
    """
    if hops is not None and hops != PERCOLATING:
        return tuple(network.hop(name) for name in hops)
    tried = tuple(hop for hop in network.hops if hop.elementary and not hop.exclusive and hop.distance <= LONGEST_A)
    return tried if hops is None else percolating_hops(network, tried)


def percolating_hops(network: HopNetwork, hops: Sequence[Hop]) -> tuple[Hop, ...]:
    """Of some hops those that it takes to span as many dimensions as all of them do, by way of all sites or of like ones.

    Hops are taken up to the longest one without which fewer dimensions are spanned: of all hops, and of those between sites
    of one orbit alone, since the way by other sites may cost more than a longer one that avoids them. Split pairs are
    joined.

    Args:
        network: all hops.
        hops: some of them.
    """
    allowed = {hop.id for hop in hops} | {hop.id for hop in network.hops if hop.exclusive}
    within = np.array([hop.id in allowed for hop in network.hops], dtype=bool)
    reach = {"": _reach(network, within)}
    for address in sorted(set(network.addresses)):
        like = np.array([{hop.start, hop.end} == {address} for hop in network.hops], dtype=bool)
        reach[address] = _reach(network, within & like)
    return tuple(
        hop for hop in hops if hop.distance <= max(reach[""], reach[hop.start] if hop.start == hop.end else 0.0) + _SLACK_A
    )


def _reach(network: HopNetwork, chosen: NDArray[np.bool_]) -> float:
    """The longest hop that chosen ones need to span as many dimensions as they can, angstrom; 0 where they span none."""
    if not chosen.any():
        return 0.0
    used = chosen[network.hop_of_link]
    distances = np.array([hop.distance for hop in network.hops])[network.hop_of_link]
    thresholds = spanning_thresholds(len(network.sites), network.links[used], distances[used])
    return max((one.value for one in thresholds if one.value is not None), default=0.0)
