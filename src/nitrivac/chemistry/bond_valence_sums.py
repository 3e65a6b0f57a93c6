"""Bond-valence sums of every site of a crystal against its oxidation state, and the global instability index."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.chemistry.bond_valence import (
    BOND_VALENCE_SOURCES,
    BondValenceParameters,
    bond_valence_parameters,
)
from nitrivac.columns import Column, Columns
from nitrivac.errors import UnsupportedError
from nitrivac.neighbours import neighbour_pairs
from nitrivac.uncertain_number import rounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Occupant

__all__ = ["DEVIATES", "BondValenceCheck", "ValenceSum", "check_bond_valences"]

USUAL_INSTABILITY = 0.2  # valence units

DEVIATES = 0.3  # a sum off by more than this share of the charge says that a state or a position is wrong
_TOGETHER_A, _FULL = 1.0, 1 + 1e-3  # sites nearer than this, their occupancies no more than one, are never filled together


@dataclass(frozen=True, slots=True, kw_only=True)
class ValenceSum:
    """The bond-valence sum of one occupant of an orbit.

    Attributes:
        site: address of the orbit.
        element: symbol.
        charge: oxidation state.
        total: sum of the valences of its bonds to ions of opposite charge, each weighted with that ion's occupancy.
        amount: such atoms per cell.
    """

    site: str
    element: str
    charge: float
    total: float
    amount: float

    @property
    def deviates(self) -> bool:
        """Whether the sum is off by more than 0.3 of the charge."""
        return abs(self.total - abs(self.charge)) > DEVIATES * abs(self.charge)


_SUM: Columns[ValenceSum] = Columns(
    (
        Column("site", lambda found: found.site),
        Column("element", lambda found: found.element),
        Column("oxidation_state", lambda found: found.charge),
        Column("sum", lambda found: found.total),
        Column("deviates", lambda found: found.deviates),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BondValenceCheck:
    """All bond-valence sums of a crystal.

    Attributes:
        sums: of each occupant of each orbit, in the order of the crystal.
        instability: global instability index, the root of the mean square of sum less charge over all atoms, valence units
            (A. Salinas-Sanchez et al., J. Solid State Chem. 100 (1992) 201); None where a sum is missing.
        estimated: pairs such as `Li-P` whose parameters no table has.
        sources: keys of `nitrivac.chemistry.bond_valence.BOND_VALENCE_SOURCES` that were used.
        reason: why there are none, else None.
    """

    sums: tuple[ValenceSum, ...] = ()
    instability: float | None = None
    estimated: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reason: str | None = None

    def of_orbit(self, site: str) -> float | None:
        """The sum at an orbit of one element, None for a mixed one or where there is none."""
        here = [one.total for one in self.sums if one.site == site]
        return here[0] if len(here) == 1 else None

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "global_instability_index": rounded(self.instability),
            "sums": list(map(_SUM.plain, self.sums)),
            "estimated_pairs": list(self.estimated),
            "sources": {key: BOND_VALENCE_SOURCES[key] for key in self.sources},
            "reason": self.reason,
        }

    @property
    def concern(self) -> str | None:
        """What speaks against the chemistry, in words: cations that are off, else an index above 0.2 valence units.

        Stable structures rarely exceed 0.2 (I. D. Brown, The Chemical Bond in Inorganic Chemistry, Oxford 2002); averages
        over mixed sites do by their nature, and their index counts for nothing here.
        """
        if self.deviating:
            sites = [f"{one.site} ({one.total:.2f} for {one.charge:+g})" for one in self.deviating]
            more = f" and {len(sites) - 3} more" if len(sites) > 3 else ""
            return f"bond valences are off at {', '.join(sites[:3])}{more}"
        mixed = len({one.site for one in self.sums}) < len(self.sums)
        if self.instability is not None and self.instability > USUAL_INSTABILITY and not mixed:
            return f"the global instability index, {self.instability:.2f}, is above {USUAL_INSTABILITY:g}"
        return None

    @property
    def deviating(self) -> tuple[ValenceSum, ...]:
        """Cations whose sum is off by more than 0.3 of their charge."""
        return tuple(one for one in self.sums if one.charge > 0 and one.deviates)


def check_bond_valences(crystal: Crystal) -> BondValenceCheck:
    """The bond-valence sum of every occupant and the global instability index.

    Bonds are those of `nitrivac.chemistry.bond_valence`, from a cation to anions alone and the other way round.

    Args:
        crystal: ordered or average; sums are then means over what the neighbours may be.
    """
    if not crystal.oxidation.complete:
        return BondValenceCheck(reason=crystal.oxidation.reason)
    try:
        parameters = dict(_pairs(crystal))
    except UnsupportedError as error:
        return BondValenceCheck(reason=str(error))
    if not parameters:
        return BondValenceCheck(reason="no two ions of opposite charge")
    reach = max(one.reach for one in parameters.values())
    first = np.array([orbit.indices[0] for orbit in crystal.orbits], dtype=np.int64)
    near = neighbour_pairs(crystal.lattice, crystal.frac_coords[first], reach, targets=crystal.frac_coords)
    owners = crystal.orbit_of_site[near.neighbours]
    shares = np.array([orbit.total_occupancy for orbit in crystal.orbits])
    apart = (shares[owners] + shares[near.centres] <= _FULL) & (near.distances < _TOGETHER_A)
    kept = (near.distances > 1e-3) & ~apart
    totals, used = _totals(crystal, parameters, near.centres[kept], owners[kept], near.distances[kept])
    sums = [
        ValenceSum(
            site=crystal.address(crystal.orbits[number]),
            element=one.element,
            charge=_state(crystal, number, place),
            total=float(totals[number, place]),
            amount=one.occupancy * len(crystal.orbits[number].indices),
        )
        for number, place, one in _ions(crystal)
    ]
    squares = sum(one.amount * (one.total - abs(one.charge)) ** 2 for one in sums)
    return BondValenceCheck(
        sums=tuple(sums),
        instability=sqrt(squares / sum(one.amount for one in sums)),
        estimated=tuple(sorted({f"{pair[0]}-{pair[1]}" for pair in used if parameters[pair].is_estimate})),
        sources=tuple(sorted({parameters[pair].source for pair in used})),
    )


def _ions(crystal: Crystal) -> Iterator[tuple[int, int, Occupant]]:
    for number, orbit in enumerate(crystal.orbits):
        for place, one in enumerate(orbit.occupants):
            yield number, place, one


def _state(crystal: Crystal, number: int, place: int) -> float:
    return float(crystal.oxidation.values[number][place] or 0.0)


def _pairs(crystal: Crystal) -> Iterator[tuple[tuple[str, str, float], BondValenceParameters]]:
    """Every cation with its state and every anion."""
    ions = {(one.element, _state(crystal, number, place)) for number, place, one in _ions(crystal)}
    for cation, state in sorted(ions):
        for anion, other in sorted(ions):
            if state > 0 > other:
                yield (cation, anion, state), bond_valence_parameters(cation, anion, state)


def _totals(
    crystal: Crystal,
    parameters: Mapping[tuple[str, str, float], BondValenceParameters],
    centres: NDArray[np.int64],
    owners: NDArray[np.int64],
    distances: NDArray[np.float64],
) -> tuple[NDArray[np.float64], set[tuple[str, str, float]]]:
    """The bond-valence sum of each occupant of each orbit, and the pairs that make bonds.

    Args:
        crystal: the crystal.
        parameters: of each cation, anion and state of the cation.
        centres: the orbit of one end of each pair of sites, shape (k,).
        owners: that of the other end, shape (k,).
        distances: angstrom, shape (k,).

    Returns:
        Sums of shape (orbits, occupants of the most mixed orbit), and keys of `parameters`.
    """
    kinds: dict[tuple[str, float], int] = {}
    most = max(len(orbit.occupants) for orbit in crystal.orbits)
    kind_of = np.full((len(crystal.orbits), most), -1, dtype=np.int64)
    occupancy = np.zeros(kind_of.shape)
    for number, place, one in _ions(crystal):
        kind_of[number, place] = kinds.setdefault((one.element, _state(crystal, number, place)), len(kinds))
        occupancy[number, place] = one.occupancy
    totals, used = np.zeros(kind_of.shape), set()
    for place, other in np.ndindex(most, most):
        one_kind, other_kind = kind_of[centres, place], kind_of[owners, other]
        for pair, found in parameters.items():
            cation, anions = (
                kinds[pair[0], pair[2]],
                [kind for (name, state), kind in kinds.items() if name == pair[1] and state < 0],
            )
            bound = ((one_kind == cation) & np.isin(other_kind, anions)) | (
                np.isin(one_kind, anions) & (other_kind == cation)
            )
            bound &= distances <= found.reach
            if bound.any():
                used.add(pair)
                valences = np.exp((found.length - distances[bound]) / found.softness)
                weights = occupancy[owners[bound], other] * valences
                totals[:, place] += np.bincount(centres[bound], weights, minlength=len(totals))
    return totals, used
