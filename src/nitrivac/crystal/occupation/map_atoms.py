"""The occupation that a structure is of its parent: its atoms laid on sites, and what is left of them named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.model import Crystal
from nitrivac.crystal.neighbours import neighbour_pairs
from nitrivac.crystal.occupation.ambiguity import ambiguities_of
from nitrivac.crystal.occupation.fit import Fit, PlacedAtoms, fit_atoms, refit
from nitrivac.crystal.occupation.record import Ambiguity, Interstitial, Occupation
from nitrivac.crystal.sites import right_handed
from nitrivac.errors import UnsupportedError
from nitrivac.migration.carrier import charge_carrier
from nitrivac.vacancies.occupants import VACANCY

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["occupation_of", "placed_atoms"]

_AROUND_A = 4.0  # where sites near an atom on none are looked for
_AS_NEAR = 1.1  # times the distance to the nearest site: those no farther are named, too
_NAMED = 6


def occupation_of(
    parent: Crystal, structure: Any, *, mobile: str | None, like: Occupation | None, source: str | None
) -> Occupation:
    """See `Occupation.of`."""
    name = source or (structure.provenance.source if isinstance(structure, Crystal) else "structure")
    words = f"{name} on {parent.provenance.source}"
    atoms = placed_atoms(structure, name)
    mobile = mobile or charge_carrier(parent)
    if like is None:
        fit = fit_atoms(parent, atoms, mobile=mobile, source=words)
    else:
        fit = refit(parent, atoms, like.supercell, like.translation, mobile=mobile, source=words)
    return _occupation(parent, atoms, fit, name)


def placed_atoms(structure: Any, source: str) -> PlacedAtoms:
    """The atoms of a Crystal, a pymatgen Structure or ASE Atoms, in their order.

    Raises:
        UnsupportedError: a site is partly filled or mixed.
    """
    if isinstance(structure, Crystal):
        if not structure.is_ordered:
            raise UnsupportedError(f"{source}: has partly filled or mixed sites; whole atoms are needed to say which site is filled")
        elements = [orbit.elements[0] for orbit in structure.orbits]
        names = [elements[number] for number in structure.orbit_of_site.tolist()]
        return PlacedAtoms(lattice=structure.lattice, frac_coords=structure.frac_coords, elements=np.array(names))
    if hasattr(structure, "get_scaled_positions"):
        lattice, points = np.array(structure.cell), structure.get_scaled_positions(wrap=False)
        names = structure.get_chemical_symbols()
    else:
        if not structure.is_ordered:
            raise UnsupportedError(f"{source}: has partly filled or mixed sites; whole atoms are needed to say which site is filled")
        lattice, points = structure.lattice.matrix, structure.frac_coords
        names = [getattr(one.specie, "element", one.specie).symbol for one in structure]
    lattice, points = right_handed(np.array(lattice, dtype=float), np.array(points, dtype=float))
    return PlacedAtoms(lattice=lattice, frac_coords=points, elements=np.array(names))


def _occupation(parent: Crystal, atoms: PlacedAtoms, fit: Fit, source: str) -> Occupation:
    found, cell = fit.assignment, fit.cell
    n_sites = len(cell.frac_coords)
    occupants, positions = np.full(n_sites, VACANCY, dtype="U8"), cell.frac_coords + fit.translation
    numbers = np.full(n_sites, -1, dtype=np.int64)
    on_site = np.flatnonzero(found.site >= 0)
    occupants[found.site[on_site]] = atoms.elements[on_site]
    positions[found.site[on_site]] = atoms.frac_coords[on_site]
    numbers[found.site[on_site]] = on_site
    owners = parent.orbit_of_site[cell.parent_site]
    addresses = [parent.address(orbit) for orbit in parent.orbits]

    def suits(atom: NDArray[np.int64], site: NDArray[np.int64]) -> NDArray[np.bool_]:
        names, kinds = np.unique(atoms.elements, return_inverse=True)
        table = np.array([[name in orbit.elements for orbit in parent.orbits] for name in names.tolist()])
        answer: NDArray[np.bool_] = table[kinds[atom], owners[site]]
        return answer

    open_questions = ambiguities_of(found, suits, atoms.elements, lambda site: addresses[int(owners[site])])
    return Occupation(
        parent=parent,
        supercell=cell,
        occupants=occupants,
        lattice=atoms.lattice,
        translation=fit.translation,
        positions=positions,
        atoms=numbers,
        interstitials=_interstitials(atoms, fit),
        ambiguities=(*(Ambiguity(words=words) for words in fit.equals), *open_questions),
        source=source,
    )


def _interstitials(atoms: PlacedAtoms, fit: Fit) -> tuple[Interstitial, ...]:
    """The atoms on no site, each with the sites that are nearest to it."""
    lost = np.flatnonzero(fit.assignment.site < 0)
    if not len(lost):
        return ()
    places = fit.cell.frac_coords + fit.translation
    near = neighbour_pairs(atoms.lattice, atoms.frac_coords[lost], _AROUND_A, targets=places)
    rows = []
    for number, atom in enumerate(lost.tolist()):
        around = np.flatnonzero(near.centres == number)
        chosen = around[near.distances[around] <= _AS_NEAR * near.distances[around].min(initial=np.inf)][:_NAMED]
        rows.append(
            Interstitial(
                atom=atom,
                element=str(atoms.elements[atom]),
                position=np.mod(atoms.frac_coords[atom], 1.0),
                nearest=tuple(zip(near.neighbours[chosen].tolist(), near.distances[chosen].tolist(), strict=True)),
            )
        )
    return tuple(rows)
