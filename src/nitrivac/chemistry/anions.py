"""Which nonmetals of a crystal are anions, orbit by orbit, from what they are bound to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["Nonmetal", "anion_states", "covalent_radius", "electronegativity", "most_electronegative"]

# Electrons short of a noble gas; As, Sb and Bi count as nonmetals since they are anions where nothing takes their electrons.
_SHORT_OF = {
    "F": 1, "Cl": 1, "Br": 1, "I": 1, "H": 1, "O": 2, "S": 2, "Se": 2, "Te": 2, "N": 3, "P": 3, "As": 3, "Sb": 3, "Bi": 3,
    "C": 4,
}  # fmt: skip
_BOUND = 1.2  # two nonmetals nearer than this times the sum of their covalent radii are bound
_BOUND_HYDROGEN = 1.5  # times the sum; hydrogen bonds are longer
_LIKE = 1.15  # two atoms of one element
_CLASH = 0.6  # nearer than this is no bond but two parts of a disorder
# Bonds to the like that hold more than one pair of electrons: longest bond and the state of an atom in it.
_MULTIPLE = {"N": (1.32, -1 / 3), "C": (1.30, -1.0), "O": (1.38, -0.5)}  # azide, acetylide, superoxide


@dataclass(frozen=True, slots=True, kw_only=True)
class Nonmetal:
    """A nonmetal on an orbit.

    Attributes:
        state: its oxidation state as an anion; None where it is no anion: bound to a more electronegative one, or
            carbon bound to hydrogen.
        like_bonds: bonds to atoms of the same element; a carbon bound to hydrogen has one more.
    """

    state: float | None
    like_bonds: int


def anion_states(crystal: Crystal) -> tuple[dict[str, Nonmetal], ...]:
    """For each orbit, each nonmetal on it with its state as an anion.

    A nonmetal is an anion unless it is bound to one that is more electronegative (Pauling). Its state is 8 - N, less one
    electron for each bond to an atom of the same element (Zintl, Klemm, Busmann), which makes S -1 in a disulfide.

    Args:
        crystal: ordered or average.
    """
    owner = crystal.orbit_of_site
    carriers = [number for number, orbit in enumerate(crystal.orbits) if set(map(_known, orbit.elements)) & _SHORT_OF.keys()]
    if not carriers:
        return tuple({} for _ in crystal.orbits)
    sites = np.flatnonzero(np.isin(owner, carriers))
    first = np.array([crystal.orbits[number].indices[0] for number in carriers])
    present = {_known(element) for number in carriers for element in crystal.orbits[number].elements} & _SHORT_OF.keys()
    reach = 2 * _BOUND_HYDROGEN * max(covalent_radius(element) for element in present)
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords[first], reach, targets=crystal.frac_coords[sites])
    states: list[dict[str, Nonmetal]] = [{} for _ in crystal.orbits]
    bounds = np.searchsorted(pairs.centres, np.arange(len(carriers) + 1))
    for row, number in enumerate(carriers):
        near = slice(bounds[row], bounds[row + 1])
        around = _around(crystal, number, owner[sites[pairs.neighbours[near]]], pairs.distances[near])
        for element in crystal.orbits[number].elements:
            if _known(element) in _SHORT_OF:
                states[number][element] = _judged(_known(element), around)
    if any(here["C"].state is None for here in states if "C" in here):  # one carbon of a molecule is as another
        states = [{name: _sought(one) if name == "C" else one for name, one in here.items()} for here in states]
    return tuple(states)


def _sought(one: Nonmetal) -> Nonmetal:
    return Nonmetal(state=None, like_bonds=one.like_bonds)


def most_electronegative(states: Sequence[Mapping[str, Nonmetal]]) -> tuple[dict[str, Nonmetal], ...]:
    """The same with one anion alone, the most electronegative element, and no state for the others."""
    first = max({element for one in states for element in one}, key=electronegativity)
    return tuple({name: one if name == first else _sought(one) for name, one in here.items()} for here in states)


def _around(
    crystal: Crystal, number: int, owners: NDArray[np.int64], distances: NDArray[np.float64]
) -> list[tuple[str, float]]:
    """Nonmetals round an orbit with their distances; those that are never there together with it are left out."""
    here = crystal.orbits[number]
    found = []
    for owner, distance in zip(owners.tolist(), distances.tolist(), strict=True):
        orbit = crystal.orbits[owner]
        apart = orbit.total_occupancy + here.total_occupancy <= 1 + 1e-3
        if distance > 1e-3 and not (apart and distance < 1.0):
            element = max(orbit.occupants, key=lambda one: one.occupancy).element
            found += [(_known(element), distance)] if _known(element) in _SHORT_OF else []
    return found


def _judged(element: str, around: Sequence[tuple[str, float]]) -> Nonmetal:
    """The state of a nonmetal with these neighbours."""
    like = [distance for other, distance in around if other == element and _is_bond(element, element, distance)]
    takers = [
        other
        for other, distance in around
        if electronegativity(other) > electronegativity(element) and _is_bond(element, other, distance)
    ]
    organic = element == "C" and any(other == "H" and _is_bond("C", "H", distance) for other, distance in around)
    if takers or organic:
        return Nonmetal(state=None, like_bonds=len(like) + organic)
    limit, state = _MULTIPLE.get(element, (0.0, 0.0))
    if like and min(like) < limit:
        return Nonmetal(state=state, like_bonds=len(like))
    left = len(like) - _SHORT_OF[element]
    return Nonmetal(state=float(left) if left < 0 else None, like_bonds=len(like))


def _is_bond(one: str, other: str, distance: float) -> bool:
    reach = _LIKE if one == other else _BOUND_HYDROGEN if "H" in (one, other) else _BOUND
    sum_of_radii = covalent_radius(one) + covalent_radius(other)
    return _CLASH * sum_of_radii < distance < reach * sum_of_radii


def _known(element: str) -> str:
    """Deuterium and tritium as hydrogen."""
    return "H" if element in ("D", "T") else element


@lru_cache(maxsize=128)
def electronegativity(element: str) -> float:
    """Pauling's electronegativity, 0 where there is none."""
    from pymatgen.core.periodic_table import Element

    return float(Element(_known(element)).data.get("X") or 0.0)


@lru_cache(maxsize=128)
def covalent_radius(element: str) -> float:
    """Covalent radius in angstrom (B. Cordero et al., Dalton Trans. (2008) 2832, as tabulated in ASE)."""
    from ase.data import atomic_numbers, covalent_radii

    return float(covalent_radii[atomic_numbers[_known(element)]])
