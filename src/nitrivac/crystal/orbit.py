"""`Occupant`, `Orbit`, `Provenance`: what sits on symmetry-equivalent sites, and where a crystal comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.arrays import frozen_array
from nitrivac.documents.record import Record
from nitrivac.elements import ELEMENTS
from nitrivac.errors import BuildError, printable

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["OCCUPANCY_TOLERANCE", "Occupant", "Orbit", "Provenance"]

OCCUPANCY_TOLERANCE = 1e-6
"""Occupancies are sums of rounded numbers: 1 is met to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupant:
    """One species on a site.

    Attributes:
        element: element symbol, e.g. `Li` (`D` and `T` are kept as such).
        occupancy: share of the site, above 0 and at most 1.
        oxidation: oxidation state, or None where the source gives none.
        uncertainty: standard uncertainty of the occupancy, None where the source states none.

    >>> from nitrivac import load
    >>> [(one.element, one.occupancy) for one in load("Li9N2Cl3").orbits[0].occupants]
    [('N', 0.4), ('Cl', 0.6)]
    """

    element: str
    occupancy: float
    oxidation: float | None = None
    uncertainty: float | None = None

    def __post_init__(self) -> None:
        if self.element not in ELEMENTS:
            raise BuildError(f"{self.element!r:.40} is no element; a symbol from H to Og, or D or T, is needed")
        if not 0 < self.occupancy <= 1 + OCCUPANCY_TOLERANCE:
            raise BuildError(f"{self.element}: an occupancy of {self.occupancy:.6g} is not above 0 and at most 1")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Orbit(Record):
    """Symmetry-equivalent sites: what sits there, and where.

    Attributes:
        label: label in the source (`Li2`), unique in the crystal.
        occupants: the species on the site; their occupancies sum to 1 or less, the rest is vacancy.
        letter: Wyckoff letter.
        multiplicity: Wyckoff multiplicity in the conventional cell (not the number of sites in this cell, which
            differs in primitive cells and supercells: that is `len(indices)`).
        site_symmetry: site-symmetry symbol, e.g. `3m.`.
        indices: rows of `Crystal.frac_coords` that belong to the orbit, shape (k,).
        displacement: mean-square displacement U, isotropic or the equivalent of a tensor, in square angstrom, None where the
            source states none.

    >>> from nitrivac import load
    >>> orbit = load("Li9N2Cl3").orbits[1]
    >>> orbit.label, orbit.wyckoff, orbit.elements, round(orbit.vacancy, 3)
    ('Li1', '8c', ('Li',), 0.1)
    """

    label: str
    occupants: tuple[Occupant, ...]
    letter: str
    multiplicity: int
    site_symmetry: str
    indices: NDArray[np.int64] = field(repr=False)
    displacement: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "indices", frozen_array(self.indices, np.int64))
        object.__setattr__(self, "label", printable(self.label))
        total = sum(one.occupancy for one in self.occupants)
        if not 0 < total <= 1 + OCCUPANCY_TOLERANCE:
            raise BuildError(f"{self.label}: the occupancies add up to {total:.6g}, which is not above 0 and at most 1")

    @classmethod
    def of_configuration(cls, label: str, element: str, oxidation: float | None, indices: NDArray[np.int64]) -> Orbit:
        """An orbit of one element in a configuration, whose own Wyckoff letter is not looked for."""
        occupants = (Occupant(element=element, occupancy=1.0, oxidation=oxidation),)
        return cls(label=label, occupants=occupants, letter="", multiplicity=len(indices), site_symmetry="", indices=indices)

    @property
    def wyckoff(self) -> str:
        """Multiplicity and letter, e.g. `4f`."""
        return f"{self.multiplicity}{self.letter}"

    @property
    def elements(self) -> tuple[str, ...]:
        """Element symbols of the occupants, in the order of the source."""
        return tuple(occupant.element for occupant in self.occupants)

    @property
    def total_occupancy(self) -> float:
        """Sum of the occupancies, between 0 and 1."""
        return min(1.0, sum(occupant.occupancy for occupant in self.occupants))

    @property
    def vacancy(self) -> float:
        """Share of the sites that is vacant, 0 to 1."""
        return max(0.0, 1.0 - sum(occupant.occupancy for occupant in self.occupants))

    @property
    def is_ordered(self) -> bool:
        """Whether one species fills every site."""
        return len(self.occupants) == 1 and self.vacancy < 1e-8

    def occupancy_of(self, element: str) -> float:
        """Occupancy by this element, 0.0 where it is absent."""
        return sum(occupant.occupancy for occupant in self.occupants if occupant.element == element)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a crystal comes from.

    Attributes:
        source: catalogue identifier, file path, or a word for an object given in memory.
        grade: provenance grade of a catalogue record (A, B, C, R), else None.
        citation: reference, else None.
        doi: digital object identifier, else None.
        formula: formula the source states, else None.
        pressure_GPa: pressure at which it was determined, None where unknown.
        charge_neutral: whether the sites of a record must balance; false where its notes explain why they do not.
        note: anything a reader must know, such as how the symmetry was found.
        symmetry_stated: whether the source states the space group; false where it was found, as in a list of atoms.
        caution: what everything made of the crystal must say, as that of a candidate; else None.
        remarks: what the source holds that the crystal does not, one sentence each.

    >>> from nitrivac import load
    >>> provenance = load("beta-Li3N").provenance
    >>> provenance.source, provenance.grade
    ('beta-Li3N', 'B')
    """

    source: str
    grade: str | None = None
    citation: str | None = None
    doi: str | None = None
    formula: str | None = None
    pressure_GPa: float | None = None
    charge_neutral: bool = True
    note: str | None = None
    caution: str | None = None
    remarks: tuple[str, ...] = ()
    symmetry_stated: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", printable(self.source))
        object.__setattr__(self, "remarks", tuple(self.remarks))
