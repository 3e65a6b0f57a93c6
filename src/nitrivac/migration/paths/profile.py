"""What an ion meets along a path: nearest atoms, coordination, bond-valence sum and room, image by image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.chemistry.bond_valence import BOND_VALENCE_SOURCES, bond_valence_parameters, bond_valences
from nitrivac.chemistry.radii import bond_cutoff, is_anion, ligands_of, radius_in
from nitrivac.columns import Column, Columns, fixed
from nitrivac.documents.document import Document
from nitrivac.errors import UnsupportedError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["EXACT_DIGITS", "ProfilePoint", "parameter_sources", "profile_columns", "profile_of"]

EXACT_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProfilePoint(Document):
    """The surroundings of the moving ion in one image.

    Attributes:
        fraction: distance along the path as a share of its length, 0 to 1.
        travelled: distance along the path from the first image, angstrom.
        nearest: distance in angstrom to the nearest atom of each element.
        coordination: ions of opposite charge within their ligand cutoffs.
        bond_valence_sum: over the bonds to ions of opposite charge, valence units; None without oxidation states.
        clearance: free radius: that of the largest sphere round the ion's place that touches no immobile ion, angstrom; None
            without immobile ions or where one has no ionic radius.

    >>> from nitrivac import find_hops, load, vacancy_path
    >>> crystal = load("alpha-Li3N")
    >>> path = vacancy_path(crystal, find_hops(crystal), "h1", images=3, method="linear", supercell=(3, 3, 2))
    >>> [point.coordination for point in path.profile]
    [3, 3, 2, 3, 3]
    """

    fraction: float
    travelled: float
    nearest: dict[str, float]
    coordination: int
    bond_valence_sum: float | None
    clearance: float | None


def profile_columns(digits: int, elements: Sequence[str]) -> Columns[tuple[int, ProfilePoint]]:
    """The columns of the points of a profile, each with the number of its image.

    Args:
        digits: behind the point of distances, as many as have come to rest.
        elements: those that are nearest somewhere, a column each for people.
    """
    coarse = min(digits, 3)
    return Columns(
        (
            Column("image", lambda row: f"{row[0]:02d}", heading="image", json=False),
            Column("fraction", lambda row: row[1].fraction, digits=digits),
            Column("travelled_A", lambda row: row[1].travelled, digits=digits, heading="along (Å)"),
            Column("nearest", lambda row: row[1].nearest, digits=digits, csv=False),
            *(_nearest(element, digits) for element in elements),
            Column("coordination", lambda row: row[1].coordination, heading="CN"),
            Column(
                "bond_valence_sum",
                lambda row: row[1].bond_valence_sum,
                digits=digits,
                heading="BVS",
                text=lambda row: fixed(row[1].bond_valence_sum, coarse),
            ),
            Column(
                "free_radius_A",
                lambda row: row[1].clearance,
                digits=digits,
                heading="free radius (Å)",
                text=lambda row: fixed(row[1].clearance, coarse),
            ),
        )
    )


def _nearest(element: str, digits: int) -> Column[tuple[int, ProfilePoint]]:
    """The distance to the nearest atom of an element."""
    return Column(
        f"nearest_{element}_A",
        lambda row: row[1].nearest.get(element),
        digits=digits,
        heading=f"to {element} (Å)",
        json=False,
    )


def profile_of(
    crystal: Crystal,
    species: str,
    positions: NDArray[np.float64],
    symbols: tuple[str, ...],
    *,
    lattice: NDArray[np.float64],
    moving: int,
    radii: Mapping[str, float],
) -> tuple[ProfilePoint, ...]:
    """Surroundings of the moving atom in every image.

    Args:
        crystal: the crystal of the path.
        species: the moving element.
        positions: cartesian, angstrom, shape (images, atoms, 3).
        symbols: element of each atom.
        lattice: rows, angstrom.
        moving: index of the moving atom.
        radii: ionic radii in angstrom by element that replace Shannon's.
    """
    names = np.array(symbols)
    cutoffs = {element: bond_cutoff(crystal, species, element) for element in ligands_of(crystal, species)}
    immobile = [element for element in crystal.elements if element != species]
    sizes = {element: radii.get(element, radius_in(crystal, element)) for element in immobile}
    sized = all(size is not None for size in sizes.values())
    way = positions[:, moving]
    travelled = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1))])
    to_fractions = np.linalg.inv(lattice)
    points = []
    for image, place in zip(positions, travelled, strict=True):
        others = np.delete(np.arange(len(symbols)), moving)
        near = neighbour_pairs(lattice, image[moving][None, :] @ to_fractions, 8.0, targets=image[others] @ to_fractions)
        around = names[others][near.neighbours]
        distances = {element: near.distances[around == element] for element in crystal.elements}
        nearest = {element: float(found.min()) for element, found in distances.items() if len(found)}
        rooms = [nearest[element] - float(sizes[element] or 0.0) for element in immobile if sized and element in nearest]
        points.append(
            ProfilePoint(
                fraction=float(place / travelled[-1]) if travelled[-1] else 0.0,
                travelled=float(place),
                nearest=nearest,
                coordination=sum(int((distances[element] <= cutoff).sum()) for element, cutoff in cutoffs.items()),
                bond_valence_sum=_valence(crystal, species, {element: distances[element] for element in cutoffs}),
                clearance=min(rooms, default=None),
            )
        )
    return tuple(points)


def _pairs_with(crystal: Crystal, species: str) -> dict[str, tuple[str, str, float | None]]:
    """Cation, anion and state of the cation of the moving ion's bonds, by the element of the other end."""
    states = crystal.oxidation.means
    return {
        element: (element, species, states[element]) if is_anion(crystal, species) else (species, element, states[species])
        for element in ligands_of(crystal, species)
    }


def _valence(crystal: Crystal, species: str, distances: Mapping[str, NDArray[np.float64]]) -> float | None:
    """Bond-valence sum of an ion with ligands at these distances; None where a pair has no parameters."""
    try:
        return (
            sum(
                float(bond_valences(cation, anion, distances[element], state=state).sum())
                for element, (cation, anion, state) in _pairs_with(crystal, species).items()
            )
            if distances
            else None
        )
    except UnsupportedError:
        return None


def parameter_sources(crystal: Crystal, species: str) -> str:
    """Where the bond-valence parameters of the moving ion come from, pair by pair."""
    words = []
    for cation, anion, state in _pairs_with(crystal, species).values():
        try:
            words.append(f"{cation}-{anion}: {BOND_VALENCE_SOURCES[bond_valence_parameters(cation, anion, state).source]}")
        except UnsupportedError as error:
            words.append(str(error))
    return "; ".join(words)
