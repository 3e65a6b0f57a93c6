"""`Crystal`: lattice, sites grouped in orbits, and the space group that makes the orbits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from monty.json import MSONable

from nitrivac.arrays import frozen_array, wrapped
from nitrivac.crystal.address import addresses, find_orbit
from nitrivac.crystal.composition import density_g_cm3, unit_of_formula
from nitrivac.crystal.document import from_dict, to_dict, to_structure
from nitrivac.crystal.orbit import Orbit, Provenance  # noqa: TC001 - documents read the hints
from nitrivac.crystal.uncertainty import Propagation, StandardUncertainties, propagation_of
from nitrivac.documents.record import Record
from nitrivac.errors import BuildError
from nitrivac.symmetry.space_group import SpaceGroup  # noqa: TC001 - documents read the hints

if TYPE_CHECKING:
    from pathlib import Path

    from ase import Atoms
    from numpy.typing import ArrayLike, NDArray
    from pymatgen.core.composition import Composition
    from pymatgen.core.structure import Structure

    from nitrivac.chemistry.oxidation import OxidationStates

__all__ = ["Crystal"]


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

    >>> from nitrivac import load
    >>> crystal = load("beta-Li3N")
    >>> [crystal.address(orbit) for orbit in crystal.orbits]
    ['N@2c', 'Li@2b', 'Li@4f']
    >>> len(crystal), crystal.space_group.number
    (8, 194)
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
        from nitrivac.chemistry.oxidation import find_oxidation_states

        return find_oxidation_states(self)

    @cached_property
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

    def angle_uncertainties(self, centres: ArrayLike, ends: ArrayLike, images: ArrayLike) -> list[float | None]:
        """Standard uncertainties of angles in degrees, None where the source states too little; see `Propagation.angles`.

        Args:
            centres: site at the vertex, in the cell at the origin, shape (k,).
            ends: the two sites at the ends, shape (k, 2).
            images: their cells, shape (k, 2, 3).
        """
        if self.propagation is None:
            return [None] * len(np.asarray(centres))
        found = self.propagation.angles(centres, ends, images).tolist()
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

    def __len__(self) -> int:
        """Number of sites in the cell, occupied or not."""
        return self.n_sites

    def __repr__(self) -> str:
        return f"<Crystal {self.formula}, {self.space_group.symbol}, {self.n_sites} sites: {self.provenance.source}>"

    @property
    def composition(self) -> Composition:
        """Atoms of each element per cell, as pymatgen counts them.

        >>> from nitrivac import load
        >>> load("beta-Li3N").composition
        Composition('N2 Li6')
        """
        from pymatgen.core.composition import Composition

        return Composition(self.contents)

    @property
    def structure(self) -> Structure:
        """A new pymatgen Structure with site properties `label`, `wyckoff` and `address`."""
        return to_structure(self)

    def atoms(self) -> Atoms:
        """ASE Atoms of a crystal of whole atoms, with arrays `label` and `address`.

        Raises:
            UnsupportedError: a site is partly occupied or mixed.

        >>> from nitrivac import load
        >>> load("beta-Li3N").atoms().get_chemical_formula()
        'Li6N2'
        """
        from nitrivac.io.ase_atoms import to_atoms

        return to_atoms(self)

    def write(self, path: str | Path, file_format: str | None = None, *, overwrite: bool = False) -> Path:
        """Write the crystal to a file, whole or not at all; see `nitrivac.write`."""
        from nitrivac.io.writers import write

        return write(self, path, file_format, overwrite=overwrite)

    def as_dict(self) -> dict[str, Any]:
        """The document of the crystal: plain data for JSON that `from_dict`, or monty's decoder, reads back."""
        return to_dict(self)

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> Crystal:
        """The crystal of a document that `as_dict` made; what `made` says of its making is passed over.

        Raises:
            DocumentError: it is of a newer schema version, or its data are not those of a crystal.
        """
        return from_dict(cls, d)

    def _repr_html_(self) -> str:
        """The crystal in a notebook: its picture, what it is, and its sites."""
        from nitrivac.report.figures.notebook import crystal_html

        return crystal_html(self)
