"""ASE Atoms from and to crystals, never filling a vacancy on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.from_structure import crystal_from_structure, crystal_without_symmetry
from nitrivac.crystal.occupancies import FULL_WITHIN
from nitrivac.documents.origin import origin_keys
from nitrivac.errors import BuildError, ReadError
from nitrivac.io.frames import iterate_frames
from nitrivac.io.optimade_write import ISOTOPE_MASSES
from nitrivac.io.writers import has_plain_species, refuse_disorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ase import Atoms
    from numpy.typing import NDArray

    from nitrivac.crystal.model import Crystal

__all__ = ["crystal_from_atoms", "read_frames", "to_atoms"]

# Names under which programs write how far each site is filled.
_OCCUPANCY_COLUMNS = ("occupancy", "occupancies", "occ", "occupation", "occupations", "site_occupancy")


def crystal_from_atoms(atoms: Atoms, *, source: str = "atoms", symprec: float = 0.01) -> Crystal:
    """The crystal of ASE Atoms; partial occupancies that ASE keeps in `info` are put back on the sites.

    Args:
        atoms: a structure periodic in three directions.
        source: what to call it in messages and output.
        symprec: tolerance in angstrom of the symmetry search.

    Raises:
        BuildError: no atoms, no cell, or not periodic.
    """
    from pymatgen.core.lattice import Lattice
    from pymatgen.core.structure import Structure

    _refuse_what_is_no_crystal(atoms, source)
    species = _species(atoms, source)
    filled = [index for index, one in enumerate(species) if one]
    empty = [str(index + 1) for index, one in enumerate(species) if not one]
    if not filled:
        raise BuildError(f"{source}: every site is empty")
    structure = Structure(
        Lattice(np.array(atoms.cell)), [species[index] for index in filled], atoms.get_scaled_positions(wrap=False)[filled]
    )
    labels = [str(atoms.arrays["label"][index]) for index in filled] if "label" in atoms.arrays else None
    remarks = (
        [f"{len(empty)} of the sites have occupancy 0 and are left out (the first is atom {empty[0]})"] if empty else []
    )
    return crystal_from_structure(structure, source=source, symprec=symprec, labels=labels, remarks=remarks)


def _refuse_what_is_no_crystal(atoms: Atoms, source: str) -> None:
    if len(atoms) == 0:
        raise BuildError(f"{source}: there are no atoms")
    cell = np.array(atoms.cell)
    if not (np.isfinite(cell).all() and np.isfinite(atoms.positions).all()):
        raise BuildError(f"{source}: the cell or a position is not a finite number")
    if not np.all(atoms.pbc) or not abs(cell).max() < 1e5 or abs(np.linalg.det(cell)) < 1e-3:
        raise BuildError(f"{source}: is not periodic in three directions; a crystal has a cell of ordinary size")


def _species(atoms: Atoms, source: str) -> list[dict[Any, float]]:
    """What sits on each atom's site, nothing where it is empty.

    Occupancies stand in an array of the atoms, or in `info["occupancy"]` by their `spacegroup_kinds`.
    """
    symbols = _symbols(atoms, source)
    shares = _occupancies(atoms, source)
    if shares is not None:
        whole = _whole_atoms(atoms, symbols)
        return [dict.fromkeys(one, share) if share > 0 else {} for one, share in zip(whole, shares.tolist(), strict=True)]
    occupancies: dict[Any, dict[str, float]] = atoms.info.get("occupancy") or {}
    if not occupancies:
        return _whole_atoms(atoms, symbols)
    kinds = atoms.arrays.get("spacegroup_kinds")
    if kinds is None:
        raise BuildError(f"{source}: has occupancies in info but no spacegroup_kinds that say which atom has which")
    by_kind = {str(kind): {str(el): float(amount) for el, amount in one.items()} for kind, one in occupancies.items()}
    found = [by_kind.get(str(kind), {symbol: 1.0}) for kind, symbol in zip(kinds, symbols, strict=True)]
    for number, (symbol, one) in enumerate(zip(symbols, found, strict=True), start=1):
        if symbol not in one:
            raise BuildError(f"{source}: atom {number} is {symbol}, but info says that its site holds {', '.join(one)}")
    return [dict(one) for one in found]


def _symbols(atoms: Atoms, source: str) -> list[str]:
    """The element of each atom; ASE knows the isotopes of hydrogen by their masses alone."""
    symbols = atoms.get_chemical_symbols()
    if "X" in symbols:
        raise BuildError(f"{source}: atom {symbols.index('X') + 1} is a dummy (X), no element")
    if "H" not in symbols:
        return list(symbols)
    isotopes = {round(mass): isotope for isotope, mass in ISOTOPE_MASSES.items()}
    return [
        isotopes.get(round(mass), symbol) if symbol == "H" else symbol
        for symbol, mass in zip(symbols, atoms.get_masses().tolist(), strict=True)
    ]


def _occupancies(atoms: Atoms, source: str) -> NDArray[np.float64] | None:
    """Occupancies that stand beside the atoms, None where there are none."""
    names = [name for name in atoms.arrays if name.casefold() in _OCCUPANCY_COLUMNS]
    if not names:
        return None
    try:
        shares = np.array(atoms.arrays[names[0]], dtype=float)
    except (TypeError, ValueError):
        shares = np.full(len(atoms), np.nan)
    if shares.shape != (len(atoms),) or not ((shares >= 0) & (shares <= 1 + FULL_WITHIN)).all():
        raise BuildError(f"{source}: the column {names[0]} does not hold one number from 0 to 1 for each atom")
    shares[shares > 1] = 1.0
    return shares


def _whole_atoms(atoms: Atoms, symbols: list[str]) -> list[dict[Any, float]]:
    """Full sites, with the oxidation states of the array `oxidation` where there is one."""
    from pymatgen.core.periodic_table import Element, Species

    states = atoms.arrays.get("oxidation")
    if states is None:
        return [{Element(symbol): 1.0} for symbol in symbols]
    return [
        {Element(symbol) if np.isnan(state) else Species(symbol, float(state)): 1.0}
        for symbol, state in zip(symbols, np.asarray(states, dtype=float), strict=True)
    ]


def to_atoms(crystal: Crystal) -> Atoms:
    """ASE Atoms of an ordered crystal, with arrays `label` and `address`, and `oxidation` where known (else NaN).

    Deuterium and tritium are hydrogen with a mass of its own. Where an element has several oxidation states they are the
    initial charges too.

    Raises:
        UnsupportedError: a site is partly occupied or mixed; ASE would fill it without a word.
    """
    from ase import Atoms

    refuse_disorder(crystal, "ASE")
    owner = crystal.orbit_of_site
    elements = [crystal.orbits[index].elements[0] for index in owner]
    atoms = Atoms(
        symbols=["H" if element in ISOTOPE_MASSES else element for element in elements],
        scaled_positions=crystal.frac_coords,
        cell=crystal.lattice,
        pbc=True,
    )
    if any(element in ISOTOPE_MASSES for element in elements):
        masses = atoms.get_masses()
        atoms.set_masses([ISOTOPE_MASSES.get(element, mass) for element, mass in zip(elements, masses, strict=True)])
    atoms.set_array("label", np.array([crystal.orbits[index].label for index in owner]))
    atoms.set_array("address", np.array([crystal.address(crystal.orbits[index]) for index in owner]))
    states = [orbit.occupants[0].oxidation for orbit in crystal.orbits]
    if any(state is not None for state in states):
        known = np.array([np.nan if state is None else state for state in states], dtype=float)
        atoms.set_array("oxidation", known[owner])
        if not has_plain_species(crystal) and not np.isnan(known).any():
            atoms.set_initial_charges(known[owner])  # ASE's own files keep these and no array of ours
    atoms.info |= origin_keys(crystal.provenance.source, crystal.provenance.caution)
    return atoms


def read_frames(path: Path) -> Iterator[Crystal]:
    """Every frame of a file, one after another, as crystals without symmetry: those of amorphous snapshots have none.

    Raises:
        ReadError: there is no such file, or it cannot be read.
        BuildError: a frame is no crystal, or has sites that are not filled.
    """
    if not path.is_file():
        raise ReadError(f"{path}: there is no such file")
    for number, atoms in enumerate(iterate_frames(path, str(path))):
        source = f"{path} frame {number + 1}"
        _refuse_what_is_no_crystal(atoms, source)
        shares = _occupancies(atoms, source)
        if shares is not None and shares.min() < 1:
            raise BuildError(f"{source}: has partly filled sites; a snapshot has whole atoms")
        yield crystal_without_symmetry(
            np.array(atoms.cell), atoms.get_scaled_positions(), _symbols(atoms, source), source=source
        )
