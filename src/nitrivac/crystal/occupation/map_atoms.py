"""The occupation that a structure is of its parent: its atoms laid on sites, and what is left of them named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.chemistry.carrier import charge_carrier
from nitrivac.crystal.model import Crystal
from nitrivac.crystal.occupation.ambiguity import OpenQuestions
from nitrivac.crystal.occupation.fit import Fit, PlacedAtoms, fit_atoms, refit
from nitrivac.crystal.occupation.occupants import VACANCY
from nitrivac.crystal.occupation.parts import Ambiguity, Interstitial
from nitrivac.crystal.sites import right_handed
from nitrivac.crystal.supercells.supercell import Supercell  # noqa: TC001 - records read the hints
from nitrivac.documents.record import Record
from nitrivac.errors import UnsupportedError
from nitrivac.neighbours import neighbour_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LaidAtoms", "lay_atoms", "placed_atoms"]

_AROUND_A = 4.0  # where sites near an atom on none are looked for
_AS_NEAR = 1.1  # times the distance to the nearest site: those no farther are named, too
_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaidAtoms(Record):
    """Atoms on the sites of a supercell; the attributes are those of `Occupation`."""

    supercell: Supercell
    occupants: NDArray[np.str_]
    lattice: NDArray[np.float64]
    translation: NDArray[np.float64]
    positions: NDArray[np.float64]
    atoms: NDArray[np.int64]
    interstitials: tuple[Interstitial, ...]
    ambiguities: tuple[Ambiguity, ...]
    source: str


def lay_atoms(
    parent: Crystal,
    structure: Any,
    *,
    mobile: str | None,
    known: tuple[Supercell, NDArray[np.float64]] | None,
    source: str | None,
) -> LaidAtoms:
    """The atoms of a structure on the sites of its parent; see `Occupation.of`.

    Args:
        parent: the crystal whose sites they are.
        structure: a Crystal, a pymatgen Structure or ASE Atoms.
        mobile: the element whose atoms do not count for the translation; by default the charge carrier.
        known: the supercell and about where its origin lies, where these need not be looked for.
        source: what to call the atoms; by default what the structure says.

    Raises:
        UnsupportedError: as `Occupation.of` says.
    """
    name = source or (structure.provenance.source if isinstance(structure, Crystal) else "structure")
    words = f"{name} on {parent.provenance.source}"
    atoms = placed_atoms(structure, name)
    mobile = mobile or charge_carrier(parent)
    if known is None:
        fit = fit_atoms(parent, atoms, mobile=mobile, source=words)
    else:
        fit = refit(parent, atoms, *known, mobile=mobile, source=words)
    return _laid(parent, atoms, fit, name)


def placed_atoms(structure: Any, source: str) -> PlacedAtoms:
    """The atoms of a Crystal, a pymatgen Structure or ASE Atoms, in their order.

    Raises:
        UnsupportedError: a site is partly filled or mixed.
    """
    if isinstance(structure, Crystal):
        _refuse_disorder(structure.is_ordered, source)
        elements = [orbit.elements[0] for orbit in structure.orbits]
        names = [elements[number] for number in structure.orbit_of_site.tolist()]
        return PlacedAtoms(lattice=structure.lattice, frac_coords=structure.frac_coords, elements=np.array(names))
    if hasattr(structure, "get_scaled_positions"):
        lattice, points = np.array(structure.cell), structure.get_scaled_positions(wrap=False)
        names = structure.get_chemical_symbols()
    else:
        _refuse_disorder(structure.is_ordered, source)
        lattice, points = structure.lattice.matrix, structure.frac_coords
        names = [getattr(one.specie, "element", one.specie).symbol for one in structure]
    lattice, points = right_handed(np.array(lattice, dtype=float), np.array(points, dtype=float))
    return PlacedAtoms(lattice=lattice, frac_coords=points, elements=np.array(names))


def _refuse_disorder(is_ordered: bool, source: str) -> None:
    if not is_ordered:
        raise UnsupportedError(
            f"{source}: has partly filled or mixed sites; whole atoms are needed to say which site is filled"
        )


def _laid(parent: Crystal, atoms: PlacedAtoms, fit: Fit, source: str) -> LaidAtoms:
    found, cell = fit.assignment, fit.cell
    n_sites = len(cell.frac_coords)
    occupants, positions = np.full(n_sites, VACANCY, dtype="U8"), cell.frac_coords + fit.translation
    numbers = np.full(n_sites, -1, dtype=np.int64)
    on_site = np.flatnonzero(found.site >= 0)
    occupants[found.site[on_site]] = atoms.elements[on_site]
    positions[found.site[on_site]] = atoms.frac_coords[on_site]
    numbers[found.site[on_site]] = on_site
    owners = parent.orbit_of_site[cell.parent_site]
    names = [parent.address(orbit) for orbit in parent.orbits]
    questions = OpenQuestions(found=found, elements=atoms.elements, names=[names[owner] for owner in owners.tolist()])
    return LaidAtoms(
        supercell=cell,
        occupants=occupants,
        lattice=atoms.lattice,
        translation=fit.translation,
        positions=positions,
        atoms=numbers,
        interstitials=_interstitials(atoms, fit),
        ambiguities=(*(Ambiguity(words=words) for words in fit.equals), *questions.all()),
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
