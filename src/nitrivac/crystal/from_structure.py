"""Crystals from and to pymatgen Structures and plain data."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.from_sites import crystal_from_sites
from nitrivac.crystal.model import Crystal
from nitrivac.crystal.occupancies import nominal_shares
from nitrivac.crystal.orbit import Occupant, Orbit, Provenance
from nitrivac.crystal.sites import right_handed
from nitrivac.elements import ELEMENTS
from nitrivac.errors import BuildError
from nitrivac.size_limits import SEARCHED_SITES, refuse_impossible_cell
from nitrivac.symmetry.space_group import parse_space_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pymatgen.core.sites import PeriodicSite
    from pymatgen.core.structure import IStructure

__all__ = [
    "crystal_from_structure",
    "crystal_without_symmetry",
]


def crystal_from_structure(
    structure: IStructure,
    *,
    source: str = "structure",
    symprec: float = 0.01,
    labels: Sequence[str] | None = None,
    provenance: Provenance | None = None,
    remarks: Sequence[str] = (),
) -> Crystal:
    """The crystal of a pymatgen Structure, its symmetry found by spglib in the cell as given.

    Args:
        structure: ordered or with partial and mixed occupancies.
        source: what to call it in messages and output.
        symprec: distance tolerance of the symmetry search, angstrom.
        labels: one label per site, used for an orbit where its first site's label is unique; by default the structure's own.
        provenance: where it comes from; by default `source` and how the symmetry was found.
        remarks: what the source holds that the structure does not.

    A left-handed cell is turned into the right-handed one of the opposite vectors: the atoms stay where they are, and
    what is written by lengths and angles is no mirror image. Partly filled sites at one position become one site.

    Raises:
        BuildError: no symmetry can be found (atoms too close together for `symprec`), or occupancies are impossible.

    >>> from pymatgen.core import Lattice, Structure
    >>> from nitrivac import crystal_from_structure
    >>> salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.13), ["Li", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    >>> crystal_from_structure(salt, source="LiCl").space_group.symbol
    'Fm-3m'
    """
    crystal = crystal_from_sites(
        np.array(structure.lattice.matrix),
        np.array(structure.frac_coords).reshape(-1, 3),
        [_occupants(site, source) for site in structure],
        labels or _labels_of(structure),
        origin=provenance or Provenance(source=source, remarks=tuple(remarks)),
        symprec=symprec,
    )
    return crystal if provenance is None or crystal.n_sites > SEARCHED_SITES else replace(crystal, provenance=provenance)


def _labels_of(structure: IStructure) -> list[str] | None:
    """The labels of a structure's sites, None where a site has none but the name of its species."""
    labels = [str(site.properties.get("label") or site.label) for site in structure]
    unnamed = any(label == site.species_string for label, site in zip(labels, structure, strict=True))
    return None if unnamed else labels


def crystal_without_symmetry(
    lattice: NDArray[np.float64], frac_coords: NDArray[np.float64], elements: Sequence[str], *, source: str
) -> Crystal:
    """An ordered crystal in P1, every atom an orbit of its own: for snapshots of what is not crystalline.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        frac_coords: shape (n, 3).
        elements: element symbol of each atom.
        source: what to call it in messages and output.
    """
    lattice, frac_coords = right_handed(lattice, frac_coords)
    refuse_impossible_cell(lattice, frac_coords, source)
    serial: Counter[str] = Counter()
    orbits = []
    for index, element in enumerate(elements):
        serial[element] += 1
        orbits.append(Orbit.of_configuration(f"{element}{serial[element]}", element, None, np.array([index])))
    return Crystal(
        lattice=lattice,
        frac_coords=frac_coords,
        orbits=tuple(orbits),
        space_group=parse_space_group("P1"),
        provenance=Provenance(source=source),
    )


def _occupants(site: PeriodicSite, source: str) -> tuple[Occupant, ...]:
    species = list(site.species.items())
    if any(not amount > 0 for _, amount in species) or not species:
        raise BuildError(f"{source}: site {site.label} has an occupancy that is not above 0")
    names = [_element_name(one) for one, _ in species]
    if unknown := [name for name in names if name not in ELEMENTS]:
        raise BuildError(f"{source}: site {site.label} holds {unknown[0]}, a dummy species and no element")
    amounts = nominal_shares([float(amount) for _, amount in species])
    if sum(amounts) > 1.0 + 1e-6:
        raise BuildError(f"{source}: the occupancies of site {site.label} add up to more than 1")
    return tuple(
        Occupant(element=name, occupancy=amount, oxidation=getattr(one, "oxi_state", None))
        for name, amount, (one, _) in zip(names, amounts, species, strict=True)
    )


def _element_name(species: Any) -> str:
    """The element as the structure names it; `symbol` would make hydrogen of deuterium."""
    element = getattr(species, "element", species)
    return str(getattr(element, "name", None) or species.symbol)
