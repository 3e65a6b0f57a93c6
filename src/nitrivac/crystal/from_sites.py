"""Crystals from lists of sites, their symmetry found in the cell as given."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.model import Crystal
from nitrivac.crystal.orbit import Occupant, Orbit, Provenance
from nitrivac.crystal.overlaps import checked_overlaps
from nitrivac.crystal.sites import right_handed, sites_together
from nitrivac.errors import BuildError
from nitrivac.size_limits import SEARCHED_SITES, refuse_impossible_cell
from nitrivac.symmetry.normaliser import earliest_positions
from nitrivac.symmetry.space_group import SpaceGroup, find_setting, parse_space_group
from nitrivac.symmetry.spglib_moyo import spglib_dataset
from nitrivac.symmetry.wyckoff import find_wyckoff_position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from spglib import SpglibDataset

__all__ = ["crystal_from_sites", "site_kinds"]


def crystal_from_sites(
    lattice: NDArray[np.float64],
    frac_coords: NDArray[np.float64],
    occupants: Sequence[tuple[Occupant, ...]],
    labels: Sequence[str] | None,
    *,
    origin: Provenance,
    symprec: float,
) -> Crystal:
    """The crystal of a list of sites, its symmetry found by spglib in the cell as given.

    A left-handed cell is turned into the right-handed one of the opposite vectors, and partly filled sites at one position
    become one site.

    Args:
        lattice: rows are lattice vectors, angstrom, shape (3, 3).
        frac_coords: shape (n, 3).
        occupants: species of each site.
        labels: one label per site, used for an orbit where its first site's label is unique; None where there are none.
        origin: where it comes from; how the symmetry was found is added.
        symprec: distance tolerance of the symmetry search, angstrom.

    Raises:
        BuildError: no symmetry can be found (atoms too close together for `symprec`), or cell or sites cannot be meant.
    """
    source = origin.source
    if not len(frac_coords):
        raise BuildError(f"{source}: there are no atoms")
    lattice, frac_coords = right_handed(lattice, frac_coords)
    refuse_impossible_cell(lattice, frac_coords, source)
    kept, occupants = sites_together(lattice, frac_coords, occupants)
    frac_coords, labels = frac_coords[kept], [labels[index] for index in kept] if labels else None
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
        provenance=replace(origin, note=f"symmetry found by spglib at {symprec:g} angstrom", symmetry_stated=False),
    )
    return checked_overlaps(crystal)


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
