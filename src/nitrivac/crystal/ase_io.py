"""ASE Atoms from and to crystals, never filling a vacancy on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nitrivac.crystal.convert import crystal_from_structure, crystal_without_symmetry
from nitrivac.crystal.write import refuse_disorder
from nitrivac.documents.origin import origin_keys
from nitrivac.errors import BuildError, NitrivacError, ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ase import Atoms

    from nitrivac.crystal.model import Crystal

__all__ = ["ASE_FORMATS", "crystal_from_atoms", "read_frames", "to_atoms"]


# Formats that are text and that ASE parses as data alone; its pickled trajectories, for one, could run code.
ASE_FORMATS = frozenset(
    "abinit-in aims castep-castep castep-cell cif cube dftb espresso-in espresso-out exciting extxyz gen gromacs "
    "lammps-data magres mustem proteindatabank res rmc6f struct siesta-xv turbomole v-sim vasp vasp-out vasp-xdatcar "
    "vasp-xml xsd xsf xtd xyz".split()
)


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
    cell = np.array(atoms.cell)
    species = _species(atoms, source)
    structure = Structure(Lattice(cell), species, atoms.get_scaled_positions(wrap=False))
    labels = [str(label) for label in atoms.arrays["label"]] if "label" in atoms.arrays else None
    return crystal_from_structure(structure, source=source, symprec=symprec, labels=labels)


def _refuse_what_is_no_crystal(atoms: Atoms, source: str) -> None:
    if len(atoms) == 0:
        raise BuildError(f"{source}: there are no atoms")
    cell = np.array(atoms.cell)
    if not (np.isfinite(cell).all() and np.isfinite(atoms.positions).all()):
        raise BuildError(f"{source}: the cell or a position is not a finite number")
    if not np.all(atoms.pbc) or not abs(cell).max() < 1e5 or abs(np.linalg.det(cell)) < 1e-3:
        raise BuildError(f"{source}: is not periodic in three directions; a crystal has a cell of ordinary size")


def _species(atoms: Atoms, source: str) -> list[dict[Any, float]]:
    """What sits on each atom's site: the atom, or what `info["occupancy"]` says of its `spacegroup_kinds`."""
    symbols = atoms.get_chemical_symbols()
    if "X" in symbols:
        raise BuildError(f"{source}: atom {symbols.index('X') + 1} is a dummy (X), no element")
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


def _whole_atoms(atoms: Atoms, symbols: list[str]) -> list[dict[Any, float]]:
    """Full sites, with the oxidation states of the array `oxidation` where there is one."""
    from pymatgen.core.periodic_table import Species

    states = atoms.arrays.get("oxidation")
    if states is None:
        return [{symbol: 1.0} for symbol in symbols]
    return [
        {symbol if np.isnan(state) else Species(symbol, float(state)): 1.0}
        for symbol, state in zip(symbols, np.asarray(states, dtype=float), strict=True)
    ]


def to_atoms(crystal: Crystal) -> Atoms:
    """ASE Atoms of an ordered crystal, with arrays `label` and `address`, and `oxidation` where known (else NaN).

    Raises:
        UnsupportedError: a site is partly occupied or mixed; ASE would fill it without a word.
    """
    from ase import Atoms

    refuse_disorder(crystal, "ASE")
    owner = crystal.orbit_of_site
    atoms = Atoms(
        symbols=[crystal.orbits[index].elements[0] for index in owner],
        scaled_positions=crystal.frac_coords,
        cell=crystal.lattice,
        pbc=True,
    )
    atoms.set_array("label", np.array([crystal.orbits[index].label for index in owner]))
    atoms.set_array("address", np.array([crystal.address(crystal.orbits[index]) for index in owner]))
    states = [orbit.occupants[0].oxidation for orbit in crystal.orbits]
    if any(state is not None for state in states):
        known = np.array([np.nan if state is None else state for state in states], dtype=float)
        atoms.set_array("oxidation", known[owner])
    atoms.info |= origin_keys(crystal.provenance.source, crystal.provenance.caution)
    return atoms


def _refuse_other_formats(file_format: str, path: Path) -> None:
    if file_format not in ASE_FORMATS:
        raise ReadError(f"{path}: {file_format} files are not read as frames; extended XYZ is the usual format")


def read_frames(path: Path) -> Iterator[Crystal]:
    """Every frame of a file, one after another, as crystals without symmetry: those of amorphous snapshots have none.

    Raises:
        ReadError: there is no such file, or ASE cannot read it.
        BuildError: a frame is no crystal.
    """
    from ase.io import iread
    from ase.io.formats import filetype

    if not path.is_file():
        raise ReadError(f"{path}: there is no such file")
    try:
        file_format = filetype(str(path))
        _refuse_other_formats(file_format, path)
        for number, atoms in enumerate(iread(str(path), index=":", format=file_format)):
            source = f"{path} frame {number + 1}"
            _refuse_what_is_no_crystal(atoms, source)
            yield crystal_without_symmetry(
                np.array(atoms.cell), atoms.get_scaled_positions(), atoms.get_chemical_symbols(), source=source
            )
    except NitrivacError:
        raise
    except Exception as error:  # ASE's readers raise whatever they meet
        raise ReadError(f"{path}: cannot be read as frames ({type(error).__name__}: {error})") from error
