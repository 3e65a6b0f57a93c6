"""An occupation in short: what is not where the parent has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nitrivac.crystal.occupation.origins import shortest_image
from nitrivac.crystal.occupation.summary import (
    ForeignAtom,
    FrenkelPair,
    OccupationSummary,
    OrbitDisplacement,
    StrayAtom,
    VacantSite,
)
from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.occupation.record import Occupation
    from nitrivac.crystal.occupation.summary import Group
    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["summary_of"]


def summary_of(occupation: Occupation) -> OccupationSummary:
    """An occupation in short.

    Args:
        occupation: which atom is on which site.
    """
    parent, lengths = occupation.parent, np.linalg.norm(occupation.displacements, axis=1)
    places = np.mod(occupation.placed.frac_coords, 1.0)
    foreign = [(site, site in set(occupation.dopants.tolist())) for site in
               sorted([*occupation.antisites.tolist(), *occupation.dopants.tolist()])]  # fmt: skip
    cosine = (np.trace(occupation.rotation) - 1) / 2
    return OccupationSummary(
        source=parent.provenance.source,
        caution=parent.provenance.caution,
        file=occupation.source,
        matrix=occupation.supercell.matrix.astype(np.float64),
        strain=occupation.strain,
        largest_strain=occupation.largest_strain,
        angle=float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))),
        drift=occupation.drift,
        vacant=tuple(
            VacantSite(
                site=occupation.address(site),
                wyckoff=parent.orbits[int(occupation.orbits[site])].wyckoff,
                index=site,
                position=places[site],
            )
            for site in occupation.vacant.tolist()
        ),
        interstitials=tuple(
            StrayAtom(
                atom=one.atom + 1,
                element=one.element,
                position=one.position,
                nearest=tuple((occupation.address(site), distance) for site, distance in one.nearest),
            )
            for one in occupation.interstitials
        ),
        foreign=tuple(
            ForeignAtom(
                atom=int(occupation.atoms[site]) + 1,
                element=str(occupation.elements[site]),
                site=occupation.address(site),
                dopant=dopant,
                displacement=float(lengths[site]),
            )
            for site, dopant in foreign
        ),
        displacement=_by_orbit(occupation, lengths),
        ambiguous=tuple((one.words, tuple(atom + 1 for atom in one.atoms)) for one in occupation.ambiguities),
        relaxed_group=_group_of(occupation),
        ideal_group=_group_of(occupation.idealised),
        parent_group=(parent.space_group.number, parent.space_group.symbol),
        frenkel_pairs=_frenkel_pairs(occupation, places),
    )


def _frenkel_pairs(occupation: Occupation, places: NDArray[np.float64]) -> tuple[FrenkelPair, ...]:
    """Vacant sites and atoms of their elements on none, paired so that the distances add up to the least."""
    from scipy.optimize import linear_sum_assignment

    atoms, vacant = occupation.interstitials, occupation.vacant
    if not atoms or not len(vacant):
        return ()
    away = np.array([one.position for one in atoms])[:, None] - places[vacant]
    ways = shortest_image(away.reshape(-1, 3), occupation.lattice) @ occupation.lattice
    apart = np.linalg.norm(ways, axis=1).reshape(len(atoms), len(vacant))
    orbits = occupation.parent.orbits
    own = [[one.element in orbits[number].elements for number in occupation.orbits[vacant].tolist()] for one in atoms]
    far = 1.0 + apart.max() * apart.size
    pairs = zip(*linear_sum_assignment(np.where(own, apart, far)), strict=True)
    found = [
        FrenkelPair(
            element=atoms[row].element,
            site=occupation.address(int(vacant[column])),
            atom=atoms[row].atom + 1,
            distance=float(apart[row, column]),
        )
        for row, column in pairs
        if own[row][column]
    ]
    return tuple(sorted(found, key=lambda one: one.distance))


def _by_orbit(occupation: Occupation, lengths: NDArray[np.float64]) -> tuple[OrbitDisplacement, ...]:
    rows = []
    for number, orbit in enumerate(occupation.parent.orbits):
        sites = np.flatnonzero((occupation.orbits == number) & (occupation.atoms >= 0))
        if len(sites):
            farthest = int(sites[lengths[sites].argmax()])
            rows.append(
                OrbitDisplacement(
                    site=occupation.parent.address(orbit),
                    atoms=len(sites),
                    mean=float(lengths[sites].mean()),
                    largest=float(lengths[farthest]),
                    atom=int(occupation.atoms[farthest]) + 1,
                    element=str(occupation.elements[farthest]),
                )
            )
    return tuple(rows)


def _group_of(occupation: Occupation) -> Group | None:
    """Number and symbol of its group, None where there are too many operations and sites."""
    try:
        group: SpaceGroup = occupation.space_group
    except UnsupportedError:
        return None
    return group.number, group.symbol
