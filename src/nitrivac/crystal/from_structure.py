"""Crystals from and to pymatgen Structures and plain data."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.model import Crystal
from nitrivac.crystal.occupancies import nominal_shares
from nitrivac.crystal.orbit import Occupant, Orbit, Provenance
from nitrivac.crystal.overlaps import checked_overlaps
from nitrivac.crystal.sites import right_handed, sites_together
from nitrivac.elements import ELEMENTS
from nitrivac.errors import BuildError
from nitrivac.size_limits import SEARCHED_SITES, refuse_impossible_cell
from nitrivac.symmetry.normaliser import earliest_positions
from nitrivac.symmetry.space_group import SpaceGroup, find_setting, parse_space_group
from nitrivac.symmetry.spglib_moyo import spglib_dataset
from nitrivac.symmetry.wyckoff import find_wyckoff_position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pymatgen.core.sites import PeriodicSite
    from pymatgen.core.structure import IStructure
    from spglib import SpglibDataset

__all__ = [
    "crystal_from_structure",
    "crystal_without_symmetry",
    "site_kinds",
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
    if len(structure) == 0:
        raise BuildError(f"{source}: there are no atoms")
    lattice, frac_coords = right_handed(np.array(structure.lattice.matrix), np.array(structure.frac_coords))
    refuse_impossible_cell(lattice, frac_coords, source)
    occupants = [_occupants(site, source) for site in structure]
    kept, occupants = sites_together(lattice, frac_coords, occupants)
    labels = labels or _labels_of(structure)
    frac_coords, labels = frac_coords[kept], [labels[index] for index in kept] if labels else None
    origin = provenance or Provenance(source=source, remarks=tuple(remarks))
    if len(frac_coords) > SEARCHED_SITES:
        return _unsearched(lattice, frac_coords, occupants, labels, origin)
    cell = (lattice.tolist(), frac_coords.tolist(), site_kinds(occupants))
    dataset = spglib_dataset(cell, symprec)
    if dataset is None:
        raise BuildError(
            f"{source}: spglib finds no symmetry at {symprec:g} angstrom; are two atoms closer together than that?"
        )
    group, tabulated = _group_of(dataset, 2 * symprec / float(np.linalg.norm(lattice, axis=1).min()))
    named = None if tabulated else earliest_positions(cell, symprec)
    taken = orbit_labels(dataset.crystallographic_orbits, occupants, labels)
    orbits = []
    for representative in dict.fromkeys(int(index) for index in dataset.crystallographic_orbits):
        indices = np.flatnonzero(dataset.crystallographic_orbits == representative)
        if tabulated:
            found = find_wyckoff_position(group, frac_coords[representative], lattice, sites=len(indices))
            position = (found.letter, found.multiplicity, found.site_symmetry)
        elif named is not None:
            known = named[representative]
            position = (known.letter, known.multiplicity, known.site_symmetry)
        else:
            cells = abs(np.linalg.det(np.array(dataset.std_lattice)) / np.linalg.det(lattice))
            letter, symmetry = dataset.wyckoffs[representative], dataset.site_symmetry_symbols[representative]
            position = (letter, round(len(indices) * cells), symmetry)
        orbits.append(
            Orbit(
                label=taken[representative],
                occupants=occupants[representative],
                letter=position[0],
                multiplicity=position[1],
                site_symmetry=position[2],
                indices=indices,
            )
        )
    crystal = Crystal(
        lattice=lattice,
        frac_coords=frac_coords,
        orbits=tuple(orbits),
        space_group=group,
        provenance=provenance
        or replace(origin, note=f"symmetry found by spglib at {symprec:g} angstrom", symmetry_stated=False),
    )
    return checked_overlaps(crystal)


def _labels_of(structure: IStructure) -> list[str] | None:
    """The labels of a structure's sites, None where a site has none but the name of its species."""
    labels = [str(site.properties.get("label") or site.label) for site in structure]
    unnamed = any(label == site.species_string for label, site in zip(labels, structure, strict=True))
    return None if unnamed else labels


def _unsearched(
    lattice: NDArray[np.float64],
    frac_coords: NDArray[np.float64],
    occupants: Sequence[tuple[Occupant, ...]],
    labels: Sequence[str] | None,
    provenance: Provenance,
) -> Crystal:
    """A crystal in P1, every site an orbit of its own: the symmetry of so many sites is not looked for."""
    named = orbit_labels(np.arange(len(occupants), dtype=np.int32), occupants, labels)
    crystal = Crystal(
        lattice=lattice,
        frac_coords=frac_coords,
        orbits=tuple(
            Orbit(
                label=named[index],
                occupants=one,
                letter="a",
                multiplicity=1,
                site_symmetry="1",
                indices=np.array([index]),
            )
            for index, one in enumerate(occupants)
        ),
        space_group=parse_space_group("P1"),
        provenance=replace(
            provenance,
            note=f"symmetry not looked for in {len(occupants)} sites, more than {SEARCHED_SITES}: every site stands alone",
            symmetry_stated=False,
        ),
    )
    return checked_overlaps(crystal)


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


def site_kinds(occupants: Sequence[tuple[Occupant, ...]]) -> list[int]:
    """One integer per site, equal where species, oxidation states and occupancies (to 1e-5) are."""
    keys = [
        tuple(sorted((one.element, one.oxidation or 0.0, round(one.occupancy, 5)) for one in site)) for site in occupants
    ]
    numbers: dict[Any, int] = {}
    return [numbers.setdefault(key, len(numbers) + 1) for key in keys]


def _group_of(dataset: SpglibDataset, tolerance: float) -> tuple[SpaceGroup, bool]:
    """The group in the cell as given, and whether that cell is in a tabulated setting."""
    rotations = np.array(dataset.rotations, dtype=np.int64)
    translations = np.array(dataset.translations, dtype=float)
    tabulated = find_setting(rotations, translations, tolerance=max(1e-3, tolerance))
    if tabulated is not None and tabulated.number == dataset.number and tabulated.order == len(rotations):
        return tabulated, True
    group = SpaceGroup(
        number=dataset.number,
        symbol=dataset.international,
        setting="",
        hall=dataset.hall,
        rotations=rotations,
        translations=translations,
    )
    return group, False


def orbit_labels(
    orbit_ids: NDArray[np.int32], occupants: Sequence[tuple[Occupant, ...]], labels: Sequence[str] | None
) -> dict[int, str]:
    """A unique label for each orbit: the source's where it gives unique ones, else element and running number."""
    representatives = list(dict.fromkeys(int(index) for index in orbit_ids))
    if labels is not None:
        given = {index: labels[index] for index in representatives}
        if len(set(given.values())) == len(given) and all(given.values()):
            return given
    counts: Counter[str] = Counter()
    result = {}
    for index in representatives:
        element = occupants[index][0].element if len(occupants[index]) == 1 else "M"
        counts[element] += 1
        result[index] = f"{element}{counts[element]}"
    return result
