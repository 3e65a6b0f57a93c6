"""Whether two sites are one: atoms on one spot, and split positions that hold somewhat more than one atom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import BuildError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from nitrivac.crystal.model import Crystal

__all__ = ["SAME_SPOT_A", "checked_overlaps"]

# Below this distance two atoms are one spot: no bond of any element pair is as short (H-H is 0.74 angstrom).
SAME_SPOT_A = 0.5
ONE_POSITION_A = 0.05  # sites nearer than this are one: no refinement tells them apart
CROWDED_ATOMS = 1.25  # refined occupancies of split positions add up to more than one atom by no more than this


def checked_overlaps(crystal: Crystal, *, closest: float = SAME_SPOT_A) -> Crystal:
    """The crystal, with a remark where two split positions are refined to hold somewhat more than one atom.

    Sites of partial occupancy may be as close as they like while their occupancies together do not exceed one.

    Raises:
        BuildError: two sites are at one position, or too close for the atoms on them to be two.
    """
    owner = crystal.orbit_of_site
    occupancy = np.array([orbit.total_occupancy for orbit in crystal.orbits])[owner]
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords, closest)
    together = occupancy[pairs.centres] + occupancy[pairs.neighbours]
    wrong = (pairs.distances < ONE_POSITION_A) | (together > 1.0 + 1e-3)
    crowded: dict[tuple[int, int], str] = {}
    for i, j, distance in zip(pairs.centres[wrong], pairs.neighbours[wrong], pairs.distances[wrong], strict=True):
        first, second = crystal.orbits[owner[i]], crystal.orbits[owner[j]]
        if distance < ONE_POSITION_A:
            raise BuildError(
                f"{crystal.provenance.source}: {first.label} and {second.label} are at one position; state them as one site "
                "with a composition"
            )
        both = f"{first.label} ({first.total_occupancy:.3g}) and {second.label} ({second.total_occupancy:.3g})"
        total = float(occupancy[i] + occupancy[j])
        if total > CROWDED_ATOMS or max(occupancy[i], occupancy[j]) > 1.0 - 1e-3:
            raise BuildError(
                f"{crystal.provenance.source}: two atoms on one spot: {both} are {distance:.3f} angstrom apart and together "
                "exceed one atom"
            )
        pair = (min(int(owner[i]), int(owner[j])), max(int(owner[i]), int(owner[j])))
        crowded.setdefault(pair, f"{both} are {distance:.3f} angstrom apart and hold {total:.3g} atoms together")
    if not crowded:
        return crystal
    remarks = (*crystal.provenance.remarks, *crowded.values())
    return replace(crystal, provenance=replace(crystal.provenance, remarks=remarks))
