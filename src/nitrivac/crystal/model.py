"""`Crystal`: lattice, sites grouped in orbits, and the space group that makes the orbits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from monty.json import MSONable

from nitrivac.catalog.elements import ELEMENTS
from nitrivac.crystal._arrays import frozen_array, wrapped
from nitrivac.crystal.address import addresses, find_orbit
from nitrivac.crystal.composition import density_g_cm3, unit_of_formula
from nitrivac.crystal.describe import to_html
from nitrivac.crystal.export import to_dict, to_structure
from nitrivac.crystal.space_group import SpaceGroup  # noqa: TC001 - documents read the hints
from nitrivac.crystal.uncertainty import Propagation, StandardUncertainties, propagation_of
from nitrivac.documents.record import Record
from nitrivac.errors import BuildError, printable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from pymatgen.core.structure import Structure

    from nitrivac.crystal.oxidation import OxidationStates

__all__ = ["Crystal", "Occupant", "Orbit", "Provenance"]

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
    """

    label: str
    occupants: tuple[Occupant, ...]
    letter: str
    multiplicity: int
    site_symmetry: str
    indices: NDArray[np.int64] = field(repr=False)

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


@dataclass(frozen=True, kw_only=True, eq=False)
class Crystal(Record, MSONable):
    """A crystal in the setting in which it was published or read.

    The symmetry is that of the average structure: sites are alike when their species and occupancies are. Sites that
    are empty in this crystal but were listed by the source are not sites.

    Attributes:
        lattice: lattice vectors as rows, angstrom, shape (3, 3).
        frac_coords: fractional coordinates in [0, 1), shape (n, 3); row i belongs to the orbit whose `indices` hold i.
        orbits: the orbits, in the order of the source.
        space_group: the group, with operations in the basis of this cell.
        provenance: where it comes from.
        z: formula units per cell as the source states, else None.
        uncertainties: standard uncertainties of cell and coordinates as the source states them, else None.
    """

    lattice: NDArray[np.float64]
    frac_coords: NDArray[np.float64] = field(repr=False)
    orbits: tuple[Orbit, ...]
    space_group: SpaceGroup
    provenance: Provenance
    z: float | None = None
    uncertainties: StandardUncertainties | None = None

    def __post_init__(self) -> None:
        lattice = frozen_array(self.lattice, np.float64)
        frac_coords = frozen_array(wrapped(self.frac_coords), np.float64)
        if lattice.shape != (3, 3) or not np.isfinite(lattice).all() or abs(np.linalg.det(lattice)) < 1e-6:
            raise BuildError(f"{self.provenance.source}: the lattice is no 3 x 3 matrix of vectors that span a volume")
        if frac_coords.ndim != 2 or frac_coords.shape[1] != 3 or not np.isfinite(frac_coords).all():
            raise BuildError(f"{self.provenance.source}: the coordinates are no rows of three finite numbers")
        members = np.concatenate([orbit.indices for orbit in self.orbits]) if self.orbits else np.empty(0, dtype=np.int64)
        if len(members) != len(frac_coords) or not np.array_equal(np.sort(members), np.arange(len(frac_coords))):
            raise BuildError(f"{self.provenance.source}: the orbits do not hold each of the {len(frac_coords)} sites once")
        object.__setattr__(self, "lattice", lattice)
        object.__setattr__(self, "frac_coords", frac_coords)

    # Data that follow from the fields; computed once, never changed.

    @cached_property
    def orbit_of_site(self) -> NDArray[np.int64]:
        """Index into `orbits` of each site, shape (n,)."""
        owner = np.empty(len(self.frac_coords), dtype=np.int64)
        for index, orbit in enumerate(self.orbits):
            owner[orbit.indices] = index
        return frozen_array(owner, np.int64)

    @property
    def n_sites(self) -> int:
        """Number of sites in the cell, occupied or not."""
        return len(self.frac_coords)

    @property
    def volume(self) -> float:
        """Volume of the cell in cubic angstrom."""
        return float(abs(np.linalg.det(self.lattice)))

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """All element symbols, in the order in which the orbits name them."""
        return tuple(dict.fromkeys(element for orbit in self.orbits for element in orbit.elements))

    @cached_property
    def stated_oxidation(self) -> dict[str, float]:
        """The oxidation state of each element that the source states one for; of several the first."""
        stated: dict[str, float] = {}
        for orbit in self.orbits:
            for one in orbit.occupants:
                if one.oxidation is not None:
                    stated.setdefault(one.element, one.oxidation)
        return stated

    @cached_property
    def oxidation(self) -> OxidationStates:
        """The oxidation state of every occupant with its origin: stated by the source, balanced or assumed."""
        from nitrivac.crystal.oxidation import find_oxidation_states

        return find_oxidation_states(self)

    @property
    def is_ordered(self) -> bool:
        """Whether every site is filled by one species."""
        return all(orbit.is_ordered for orbit in self.orbits)

    @property
    def contents(self) -> dict[str, float]:
        """Atoms of each element per cell."""
        contents: dict[str, float] = {}
        for orbit in self.orbits:
            for occupant in orbit.occupants:
                amount = occupant.occupancy * len(orbit.indices)
                contents[occupant.element] = contents.get(occupant.element, 0.0) + amount
        return contents

    @property
    def charge(self) -> float | None:
        """Sum of the oxidation states over the cell, or None where one is unknown."""
        charge = 0.0
        for orbit in self.orbits:
            for occupant in orbit.occupants:
                if occupant.oxidation is None:
                    return None
                charge += occupant.oxidation * occupant.occupancy * len(orbit.indices)
        return charge

    @property
    def formula(self) -> str:
        """Formula of one formula unit, vacancies shown: `Li3N` or `Li2.838N0.946`; reduced where no unit is stated."""
        return self._unit[0]

    @property
    def formula_units(self) -> float:
        """How many of `formula` the cell holds."""
        return self._unit[1]

    @cached_property
    def _unit(self) -> tuple[str, float]:
        return unit_of_formula(
            self.contents,
            [len(orbit.indices) for orbit in self.orbits],
            ordered=self.is_ordered,
            stated=self.provenance.formula,
            z=self.z,
        )

    @property
    def density(self) -> float:
        """Density in g/cm3."""
        return density_g_cm3(self.contents, self.volume)

    @cached_property
    def propagation(self) -> Propagation | None:
        """What the uncertainties of cell and coordinates mean for distances, None where the source states none."""
        return propagation_of(self)

    def distance_uncertainties(self, first: ArrayLike, second: ArrayLike, images: ArrayLike) -> list[float | None]:
        """Standard uncertainties of distances in angstrom, None where the source states too little.

        Args:
            first: site in the cell at the origin, shape (k,).
            second: the other site, shape (k,).
            images: its cell, shape (k, 3).
        """
        if self.propagation is None:
            return [None] * len(np.asarray(first))
        found = self.propagation.distances(first, second, images).tolist()
        return [None if np.isnan(one) else one for one in found]

    def address(self, orbit: Orbit) -> str:
        """The shortest unambiguous address of an orbit: `Li@4f`, or its label where that names several."""
        return self._addresses[orbit.label]

    @cached_property
    def _addresses(self) -> dict[str, str]:
        """Address of each orbit by its label."""
        return dict(zip((orbit.label for orbit in self.orbits), addresses(self.orbits), strict=True))

    def find(self, address: str) -> Orbit:
        """The orbit named by an address: `Li@4f`, `Li@f`, `4f` or a label.

        Raises:
            AddressError: unknown or ambiguous; the message lists what there is.
        """
        return find_orbit(self, address)

    @property
    def structure(self) -> Structure:
        """A new pymatgen Structure with site properties `label`, `wyckoff` and `address`."""
        return to_structure(self)

    def as_dict(self) -> dict[str, Any]:
        """The document of the crystal: plain data for JSON that `from_dict`, or monty's decoder, reads back."""
        return to_dict(self)

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> Crystal:
        """The crystal of a document; see `nitrivac.crystal.crystal_from_dict`.

        Raises:
            DocumentError: it is no crystal of a schema version this program knows, damaged, or was changed.
        """
        from nitrivac.crystal.convert import crystal_from_dict

        return crystal_from_dict(d)

    def _repr_html_(self) -> str:
        """The crystal in a notebook."""
        return to_html(self)
