"""Structures of the corpus written again by other programs, to be read back as what they were."""

from __future__ import annotations

import tempfile
import warnings
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.elsewhere import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from pymatgen.core.structure import Structure

    from nitrivac.crystal.model import Crystal

SYMPREC_A = 0.01
_RADIUS_A = 4.0
_SLACK_A = 2e-3


def chosen_files(number: int) -> list[Path]:
    """So many files of the corpus, evenly spread."""
    every = [path for name in ("mp", "obelix") for path in sorted((SHARED / "corpus" / name).glob("*.cif"))]
    return [every[index] for index in np.unique(np.linspace(0, len(every) - 1, min(number, len(every))).round().astype(int))]


def faults_of(path: Path) -> list[str]:
    """What each program's file of a structure is read back as, where that is not the structure; empty if all is well."""
    from nitrivac import load
    from nitrivac.errors import NitrivacError

    warnings.simplefilter("ignore")
    crystal = load(path)
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for name, write in _WRITERS.items():
            try:
                target = write(crystal, path, Path(folder))
            except Exception:  # noqa: BLE001 - what the other program cannot write is no file
                continue
            if target is None:
                continue
            try:
                found = load(target)
            except NitrivacError as error:
                faults.append(f"{name}: refused: {str(error).replace(folder, '')}")
                continue
            except Exception as error:  # noqa: BLE001 - what must never be
                faults.append(f"{name}: {type(error).__name__}: {error}")
                continue
            if different := _difference(crystal, found, _MOVED_A.get(name, 0.0)):
                faults.append(f"{name}: {different}")
    return [f"{path.relative_to(SHARED).as_posix()}: {fault}" for fault in faults]


def _plain(crystal: Crystal, _: Path, folder: Path) -> Path:
    return _pymatgen_cif(crystal.structure, folder, None)


def _searched(crystal: Crystal, _: Path, folder: Path) -> Path:
    return _pymatgen_cif(crystal.structure, folder, SYMPREC_A)


def _supercell(crystal: Crystal, _: Path, folder: Path) -> Path | None:
    if crystal.n_sites > 150:
        return None
    return _pymatgen_cif(crystal.structure.make_supercell([[1, 1, 0], [0, 2, 0], [0, 0, 1]], in_place=False), folder, None)


def _pymatgen_cif(structure: Structure, folder: Path, symprec: float | None) -> Path:
    from pymatgen.io.cif import CifWriter

    target = folder / "pymatgen.cif"
    CifWriter(structure.remove_site_property("label") or structure, symprec=symprec).write_file(target)
    return target


def _poscar(crystal: Crystal, _: Path, folder: Path) -> Path | None:
    if not crystal.is_ordered:
        return None
    target = folder / "POSCAR"
    crystal.structure.to(str(target), fmt="poscar")
    return target


def _ase(crystal: Crystal, _: Path, folder: Path) -> Path | None:
    from ase.io import write
    from pymatgen.io.ase import AseAtomsAdaptor

    if not crystal.is_ordered:
        return None
    target = folder / "ase.cif"
    write(target, AseAtomsAdaptor.get_atoms(crystal.structure.remove_oxidation_states(), msonable=False), format="cif")
    return target


def _gemmi(_: Crystal, path: Path, folder: Path) -> Path | None:
    import gemmi

    small = gemmi.read_small_structure(str(path))
    if small.spacegroup is None:
        return None
    document = gemmi.cif.Document()
    block = document.add_copied_block(small.make_cif_block())
    loop = block.init_loop("_space_group_symop_", ["operation_xyz"])  # else the choice of the origin would be lost
    for operation in small.spacegroup.operations():
        loop.add_row([gemmi.cif.quote(operation.triplet())])
    target = folder / "gemmi.cif"
    document.write_file(str(target))
    return target


def _standardised(crystal: Crystal, _: Path, folder: Path) -> Path | None:
    return _spglib(crystal, folder, primitive=False)


def _primitive(crystal: Crystal, _: Path, folder: Path) -> Path | None:
    return _spglib(crystal, folder, primitive=True)


def _spglib(crystal: Crystal, folder: Path, *, primitive: bool) -> Path:
    import spglib
    from pymatgen.core.structure import Structure

    structure = crystal.structure
    kinds: dict[Any, int] = {}
    numbers = [kinds.setdefault(site.species, len(kinds) + 1) for site in structure]
    cell = (structure.lattice.matrix, structure.frac_coords, numbers)
    lattice, points, found = spglib.standardize_cell(cell, to_primitive=primitive, no_idealize=True, symprec=SYMPREC_A)
    species = list(kinds)
    return _pymatgen_cif(Structure(lattice, [species[number - 1] for number in found], points), folder, None)


_WRITERS: dict[str, Callable[[Crystal, Path, Path], Path | None]] = {
    "pymatgen": _plain,
    "pymatgen with symprec": _searched,
    "pymatgen supercell": _supercell,
    "pymatgen POSCAR": _poscar,
    "ASE": _ase,
    "gemmi": _gemmi,
    "spglib standardised": _standardised,
    "spglib primitive": _primitive,
}

_MOVED_A = {"pymatgen with symprec": SYMPREC_A}  # it puts atoms where the symmetry it finds has them


def _difference(crystal: Crystal, found: Crystal, moved: float) -> str:
    """In what a crystal read back differs: group, contents or distances; each atom was moved by so many angstrom at most."""
    groups = {crystal.space_group.number, _group(crystal, SYMPREC_A), _group(crystal, SYMPREC_A + moved)}
    if found.space_group.number not in groups:
        return f"group {found.space_group.number}, not {' or '.join(map(str, sorted(groups)))}"
    cells = Fraction(found.volume / crystal.volume).limit_denominator(12)
    if abs(found.volume - crystal.volume * cells) > 1e-3 * found.volume:
        return f"volume {found.volume:.3f} A3, not a multiple of {crystal.volume:.3f}"
    for element in sorted(set(crystal.contents) | set(found.contents)):
        wanted, there = crystal.contents.get(element, 0.0) * float(cells), found.contents.get(element, 0.0)
        if abs(wanted - there) > max(5e-3, 2e-3 * wanted):
            return f"{there:.4f} {element}, not {wanted:.4f}"
    ours, theirs = _distances(crystal), _distances(found)
    for pair in sorted(set(ours) | set(theirs)):
        if different := _unlike(ours.get(pair, []), theirs.get(pair, []), cells, _SLACK_A + 2 * moved):
            return f"distances {pair}: {different}"
    return ""


def _group(crystal: Crystal, symprec: float) -> int:
    """Number of the group that spglib finds at a tolerance in angstrom."""
    from nitrivac.symmetry.spglib_moyo import spglib_dataset
    from nitrivac.verification.plateau import average_cell

    dataset = spglib_dataset(average_cell(crystal), symprec)
    return 0 if dataset is None else int(dataset.number)


def _distances(crystal: Crystal) -> dict[str, list[float]]:
    """All distances of each pair of kinds of site, sorted, angstrom; a kind is what sits there."""
    from nitrivac.neighbours import neighbour_pairs

    kinds = ["/".join(sorted(f"{one.element}{one.occupancy:.2f}" for one in orbit.occupants)) for orbit in crystal.orbits]
    owner = crystal.orbit_of_site
    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords, _RADIUS_A)
    found: dict[str, list[float]] = {}
    order = np.argsort(pairs.distances)
    for first, second, distance in zip(
        owner[pairs.centres[order]].tolist(),
        owner[pairs.neighbours[order]].tolist(),
        pairs.distances[order].tolist(),
        strict=True,
    ):
        found.setdefault("-".join(sorted((kinds[first], kinds[second]))), []).append(distance)
    return found


def _unlike(ours: list[float], theirs: list[float], cells: Fraction, slack: float) -> str:
    """Where two sorted lists of distances part, one of a cell so many times the other's."""
    wanted, there = np.repeat(ours, cells.numerator), np.repeat(theirs, cells.denominator)
    common = min(len(wanted), len(there))
    rest = np.concatenate((wanted[common:], there[common:]))
    if (rest < _RADIUS_A - 2 * slack).any():
        return f"{len(theirs)}, not {len(ours) * cells}"
    apart = np.abs(wanted[:common] - there[:common]).max(initial=0.0)
    return f"{apart:.4f} angstrom apart" if apart > slack else ""


def print_rewritten(number: int, pool: Executor) -> None:
    """Print how many structures other programs' files are read back right of, and each fault."""
    paths = chosen_files(number)
    faults = [fault for found in pool.map(faults_of, paths, chunksize=4) for fault in found]
    kinds = Counter(fault.split(": ")[1] for fault in faults)
    print(f"rewritten by other programs: {len(paths)} structures, {len(faults)} files not read back as they were")
    for name in _WRITERS:
        print(f"  {name}: {kinds[name]}")
    for fault in faults:
        print(f"  {fault}")
