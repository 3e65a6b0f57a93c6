"""`Occupation`: which atom, displaced by how much, is on which site of a crystal's supercell, and which sites are vacant."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from nitrivac.arrays import frozen_array
from nitrivac.crystal.model import Crystal  # noqa: TC001 - records read the hints
from nitrivac.crystal.occupation.as_crystal import crystal_of
from nitrivac.crystal.occupation.kept import kept_operations, occupation_group
from nitrivac.crystal.occupation.lattices import deformation, largest_strain
from nitrivac.crystal.occupation.map_atoms import lay_atoms
from nitrivac.crystal.occupation.occupants import VACANCY, element_of
from nitrivac.crystal.occupation.origins import shortest_image
from nitrivac.crystal.occupation.parts import Ambiguity, Interstitial  # noqa: TC001 - records read the hints
from nitrivac.crystal.occupation.summarise import summary_of
from nitrivac.crystal.supercells.supercell import Supercell  # noqa: TC001 - records read the hints
from nitrivac.documents.record import Record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.occupation.summary import OccupationSummary
    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["Occupation"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Occupation(Record):
    """Atoms on the sites of a crystal's supercell: whole atoms and vacancies, ideal or as a calculation left them.

    Attributes:
        parent: the crystal whose sites they are.
        supercell: the sites, where the parent has them, and the parent's operations on them.
        occupants: what is on each site, by name: an element, with its charge where it has several (`Fe2+`), or `vacancy`;
            shape (n,).
        lattice: the cell of the atoms, strained and turned as it may be, rows, angstrom, shape (3, 3).
        translation: by which the sites are moved as a whole, fractions of the supercell, shape (3,).
        positions: fractional coordinates of the atom on each site, as its source has them; of the site where none is;
            shape (n, 3).
        atoms: number in the source, from 0, of the atom on each site, -1 where there is none, shape (n,).
        interstitials: the atoms on no site.
        ambiguities: what displaced atoms leave open.
        source: what to call the atoms in messages and output.
        stabiliser: the operations that keep it, where they are known beforehand, shape (k,).

    >>> from nitrivac import Occupation, load
    >>> crystal = load("beta-Li3N")
    >>> structure = crystal.structure.make_supercell(2, in_place=False)
    >>> _ = structure.perturb(0.1).remove_sites([40])
    >>> found = Occupation.of(crystal, structure)
    >>> [found.address(site) for site in found.vacant.tolist()], len(found.interstitials)
    (['Li@4f'], 0)
    """

    parent: Crystal
    supercell: Supercell = field(repr=False)
    occupants: NDArray[np.str_] = field(repr=False)
    lattice: NDArray[np.float64]
    translation: NDArray[np.float64]
    positions: NDArray[np.float64] = field(repr=False)
    atoms: NDArray[np.int64] = field(repr=False)
    interstitials: tuple[Interstitial, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    source: str = "configuration"
    stabiliser: NDArray[np.int64] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        parent: Crystal,
        structure: Any,
        *,
        mobile: str | None = None,
        like: Occupation | None = None,
        source: str | None = None,
    ) -> Self:
        """The occupation of a structure: its supercell and origin found, strain, rotation and translation taken off.

        The lattice may be any supercell of the parent's in any orientation and by any vectors, strained by up to 10 %
        (`LARGEST_STRAIN`), the origin anywhere, atoms in any order and displaced by up to half of the way to the next site,
        or more where the others are too. Of equivalent origins it is the one nearest to the parent's own.

        Args:
            parent: the crystal whose sites they are.
            structure: whole atoms: a Crystal, a pymatgen Structure or ASE Atoms.
            mobile: the element whose atoms do not count for the translation; by default the charge carrier.
            like: an occupation of the same cell, whose supercell and origin are to be kept: another end of a path, the frame
                before.
            source: what to call the atoms in messages; by default what the structure says.

        Raises:
            UnsupportedError: there are partly filled sites, the lattice is none of the parent's, or too many atoms are on no
                site.
        """
        known = None if like is None else (like.supercell, like.translation)
        laid = lay_atoms(parent, structure, mobile=mobile, known=known, source=source)
        return cls(
            parent=parent,
            supercell=laid.supercell,
            occupants=laid.occupants,
            lattice=laid.lattice,
            translation=laid.translation,
            positions=laid.positions,
            atoms=laid.atoms,
            interstitials=laid.interstitials,
            ambiguities=laid.ambiguities,
            source=laid.source,
        )

    @classmethod
    def ideal(
        cls,
        parent: Crystal,
        supercell: Supercell,
        occupants: NDArray[np.str_],
        *,
        stabiliser: NDArray[np.int64] | None = None,
        source: str = "configuration",
    ) -> Self:
        """Occupants on the sites of a supercell, none of them displaced.

        Args:
            parent: the crystal whose sites they are.
            supercell: the sites.
            occupants: what is on each, `vacancy` for nothing, shape (n,).
            stabiliser: the operations of the supercell that keep them, where known.
            source: what to call it.
        """
        filled = occupants != VACANCY
        return cls(
            parent=parent,
            supercell=supercell,
            occupants=occupants,
            lattice=supercell.lattice,
            translation=np.zeros(3),
            positions=supercell.frac_coords,
            atoms=np.where(filled, np.cumsum(filled) - 1, -1),
            stabiliser=stabiliser,
            source=source,
        )

    @cached_property
    def placed(self) -> Supercell:
        """The supercell in the lattice of the atoms, moved by the translation: where the ideal sites are among them."""
        if np.array_equal(self.lattice, self.supercell.lattice) and not self.translation.any():
            return self.supercell
        return self.supercell.moved(self.lattice, self.translation)

    @cached_property
    def orbits(self) -> NDArray[np.int64]:
        """Orbit of the parent that each site belongs to, shape (n,)."""
        return frozen_array(self.parent.orbit_of_site[self.supercell.parent_site], np.int64)

    @cached_property
    def elements(self) -> NDArray[np.str_]:
        """Element on each site, empty where none is, shape (n,)."""
        return np.array(["" if name == VACANCY else element_of(name) for name in self.occupants.tolist()], dtype="U3")

    @cached_property
    def displacements(self) -> NDArray[np.float64]:
        """Of the atom on each site from it, cartesian in the cell of the atoms, angstrom, shape (n, 3)."""
        away = shortest_image(self.positions - self.placed.frac_coords, self.lattice)
        return frozen_array(away @ self.lattice, np.float64)

    @property
    def vacant(self) -> NDArray[np.int64]:
        """The sites with no atom, shape (v,)."""
        return np.flatnonzero(self.occupants == VACANCY)

    @property
    def antisites(self) -> NDArray[np.int64]:
        """Sites with an element that the parent has on others only."""
        return self._foreign(known=True)

    @property
    def dopants(self) -> NDArray[np.int64]:
        """Sites with an element that the parent does not have."""
        return self._foreign(known=False)

    def _foreign(self, *, known: bool) -> NDArray[np.int64]:
        orbits = self.parent.orbits
        return np.array(
            [
                site
                for site, (element, number) in enumerate(zip(self.elements.tolist(), self.orbits.tolist(), strict=True))
                if element and element not in orbits[number].elements and (element in self.parent.elements) == known
            ],
            dtype=np.int64,
        )

    @cached_property
    def strain(self) -> NDArray[np.float64]:
        """The strain along the axes of the parent, relative changes of length, symmetric, shape (3, 3)."""
        return frozen_array(deformation(self.supercell.lattice, self.lattice)[0], np.float64)

    @cached_property
    def rotation(self) -> NDArray[np.float64]:
        """The rotation from the parent's axes to those of the atoms, for row vectors, shape (3, 3)."""
        return frozen_array(deformation(self.supercell.lattice, self.lattice)[1], np.float64)

    @property
    def largest_strain(self) -> float:
        """The largest relative change of length along any direction."""
        return largest_strain(self.supercell.lattice, self.lattice)

    @cached_property
    def drift(self) -> NDArray[np.float64]:
        """The translation as a vector, cartesian in the cell of the atoms, angstrom, shape (3,)."""
        return frozen_array(self.translation @ self.lattice, np.float64)

    @cached_property
    def kept(self) -> NDArray[np.int64]:
        """The operations of the supercell that it obeys, displacements alike within 0.05 angstrom, shape (k,)."""
        return frozen_array(kept_operations(self) if self.stabiliser is None else self.stabiliser, np.int64)

    @cached_property
    def space_group(self) -> SpaceGroup:
        """The group of those operations, in the basis of its cell.

        Raises:
            BuildError: they make none.
        """
        return occupation_group(self)

    @cached_property
    def idealised(self) -> Occupation:
        """The same occupants with every atom on its site, in the parent's lattice; interstitials are left out."""
        return self.ideal(self.parent, self.supercell, self.occupants, source=f"{self.source}, idealised")

    @cached_property
    def crystal(self) -> Crystal:
        """The atoms as a crystal, where they are; orbits are those of the operations kept, in the order of the sites."""
        return crystal_of(self)

    def summary(self) -> OccupationSummary:
        """In short, as `nitrivac map` prints it: vacant sites, atoms on none, displacements by orbit, groups."""
        return summary_of(self)

    def address(self, site: int) -> str:
        """The address in the parent of a site of the supercell, `Li@4f`."""
        return self.parent.address(self.parent.orbits[int(self.orbits[site])])
