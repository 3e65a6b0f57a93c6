"""Crystals as files: CIF, POSCAR, extended XYZ, JSON and OPTIMADE."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nitrivac._version import __version__
from nitrivac.crystal.occupation.occupants import type_symbol
from nitrivac.documents.origin import origin_keys
from nitrivac.errors import UnsupportedError
from nitrivac.files import format_name, write_text
from nitrivac.io.cif.write import cif_text, number_text
from nitrivac.io.optimade_write import ISOTOPE_MASSES, atomic_mass, optimade_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Orbit

__all__ = [
    "SUFFIXES",
    "crystal_text",
    "extxyz_row",
    "extxyz_text",
    "has_plain_species",
    "poscar_row",
    "poscar_text",
    "refuse_disorder",
    "write",
]

SUFFIXES = {"cif": ".cif", "poscar": ".vasp", "extxyz": ".extxyz", "json": ".json", "optimade": ".optimade.json"}
_ENDINGS = {
    ".optimade.json": "optimade",
    ".json": "json",
    ".cif": "cif",
    ".vasp": "poscar",
    ".poscar": "poscar",
    ".extxyz": "extxyz",
    ".xyz": "extxyz",
}
_CIF = "write CIF, or "


def refuse_disorder(crystal: Crystal, what: str, *, advice: str = "") -> None:
    """Raise UnsupportedError, naming the sites, where a format or program takes whole atoms only.

    Args:
        crystal: what is given to it.
        what: the format or program.
        advice: what serves besides a supercell.
    """
    partial = [orbit for orbit in crystal.orbits if not orbit.is_ordered]
    if partial:
        names = ", ".join(
            f"{crystal.address(orbit)} ({', '.join(f'{one.element} {one.occupancy:.4g}' for one in orbit.occupants)})"
            for orbit in partial
        )
        raise UnsupportedError(
            f"{crystal.provenance.source}: {what} takes whole atoms only, and {names} is partly occupied or mixed; "
            f"{advice}make a supercell first with nitrivac vacancies"
        )


def _comment(crystal: Crystal, extra: Mapping[str, str] | None) -> str:
    """One line that says what this is and how it was made."""
    parts = [f"{crystal.formula} {crystal.space_group.symbol} source={crystal.provenance.source}"]
    if crystal.provenance.grade:
        parts.append(f"grade={crystal.provenance.grade}")
    if crystal.provenance.caution:
        parts.append(f"({crystal.provenance.caution})")
    parts += [f"{key}={value}" for key, value in (extra or {}).items()]
    return " ".join(" ".join([*parts, f"nitrivac={__version__}"]).split())


def has_plain_species(crystal: Crystal) -> bool:
    """Whether element symbols alone tell the species apart: no element has two oxidation states, none is an isotope."""
    states: dict[str, set[float | None]] = {}
    for orbit in crystal.orbits:
        for one in orbit.occupants:
            states.setdefault(one.element, set()).add(one.oxidation)
    return all(len(known) == 1 for known in states.values()) and not set(states) & set(ISOTOPE_MASSES)


def _groups(crystal: Crystal) -> tuple[list[tuple[str, int]], list[str], np.ndarray]:
    """Element and number of sites of each POSCAR group, its species by name, and the site indices grouped so.

    A group is an element, in order of first mention, or where it has several oxidation states each of them.
    """
    kinds = {element: number for number, element in enumerate(crystal.elements)}
    states = [(orbit.elements[0], orbit.occupants[0].oxidation) for orbit in crystal.orbits]
    ordered = sorted(dict.fromkeys(states), key=lambda one: kinds[one[0]])
    group_of_orbit = np.array([ordered.index(one) for one in states])
    groups = group_of_orbit[crystal.orbit_of_site]
    counts = [(element, int((groups == number).sum())) for number, (element, _) in enumerate(ordered)]
    return counts, [type_symbol(element, state) for element, state in ordered], np.argsort(groups, kind="stable")


def poscar_text(crystal: Crystal, *, extra: Mapping[str, str] | None = None) -> str:
    """The crystal as a VASP POSCAR, atoms grouped by element.

    An element in several oxidation states has a group for each, and the comment names them (`species=Fe2+,Fe3+,O2-`).

    Raises:
        UnsupportedError: a site is partly occupied or mixed.
    """
    refuse_disorder(crystal, "POSCAR", advice=_CIF)
    counts, species, order = _groups(crystal)
    several = len({element for element, _ in counts}) < len(counts)
    lines = [_comment(crystal, {"species": ",".join(species), **(extra or {})} if several else extra), "1.0"]
    lines += ["  {:19.14f} {:19.14f} {:19.14f}".format(*vector) for vector in crystal.lattice]
    lines += [" ".join(element for element, _ in counts), " ".join(str(count) for _, count in counts), "Direct"]
    lines += [poscar_row(point) for point in crystal.frac_coords[order].tolist()]
    return "\n".join(lines) + "\n"


def extxyz_text(crystal: Crystal, *, extra: Mapping[str, str] | None = None) -> str:
    """The crystal as one frame of extended XYZ with labels and Wyckoff addresses as columns.

    Where element symbols do not tell the species apart, masses (of deuterium) and oxidation states stand in columns too.

    Raises:
        UnsupportedError: a site is partly occupied or mixed.
    """
    refuse_disorder(crystal, "extxyz", advice=_CIF)
    lattice = " ".join(f"{value:.10f}" for value in crystal.lattice.ravel())
    information = origin_keys(crystal.provenance.source, crystal.provenance.caution)
    information |= {"nitrivac": __version__, **(extra or {})}
    items = " ".join(f"{key}={json.dumps(str(value), ensure_ascii=False)}" for key, value in information.items())
    plain = has_plain_species(crystal)
    columns = "species:S:1:pos:R:3:label:S:1:address:S:1" + ("" if plain else ":oxidation:R:1:masses:R:1")
    header = f'Lattice="{lattice}" Properties={columns} pbc="T T T" {items}'
    ends = [_row_end(orbit, crystal.address(orbit), plain=plain) for orbit in crystal.orbits]
    lines = [str(crystal.n_sites), header]
    for index, point in zip(crystal.orbit_of_site, crystal.frac_coords @ crystal.lattice, strict=True):
        element = crystal.orbits[index].elements[0]
        lines.append(extxyz_row("H" if element in ISOTOPE_MASSES else element, point, ends[index]))
    return "\n".join(lines) + "\n"


def poscar_row(point: Sequence[float]) -> str:
    """The line of a site in POSCAR: fractional coordinates."""
    return "  {:17.14f} {:17.14f} {:17.14f}".format(*point)


def extxyz_row(element: str, point: Sequence[float], rest: str) -> str:
    """The line of an atom in extended XYZ: element, cartesian coordinates in angstrom, and what stands behind them."""
    return f"{element:<2} {'{:16.10f} {:16.10f} {:16.10f}'.format(*point)} {rest}"


def _row_end(orbit: Orbit, address: str, *, plain: bool) -> str:
    """What stands behind the position of each atom of an orbit in extended XYZ."""
    if plain:
        return f"{orbit.label} {address}"
    (one,) = orbit.occupants
    state = "nan" if one.oxidation is None else number_text(one.oxidation, 4)
    return f"{orbit.label} {address} {state} {atomic_mass(one.element):.9g}"


def crystal_text(crystal: Crystal, file_format: str, *, extra: Mapping[str, str] | None = None) -> str:
    """The crystal in a format, `cif`, `poscar`, `extxyz`, `json` or `optimade`.

    Raises:
        UnsupportedError: the format is unknown, or takes whole atoms only and the crystal is disordered.

    >>> from nitrivac import load
    >>> from nitrivac.io import crystal_text
    >>> crystal_text(load("alpha-Li3N"), "poscar").splitlines()[5:7]
    ['N Li', '1 3']
    """
    match format_name(file_format):
        case "cif":
            return cif_text(crystal, extra=extra)
        case "poscar":
            return poscar_text(crystal, extra=extra)
        case "extxyz":
            return extxyz_text(crystal, extra=extra)
        case "json":
            return json.dumps(crystal.as_dict() | {"made": dict(extra or {})}, ensure_ascii=False) + "\n"
        case "optimade":
            return json.dumps(optimade_entry(crystal, extra=extra), ensure_ascii=False, allow_nan=False) + "\n"
    raise UnsupportedError(f"no file format {file_format!r}; there are {', '.join(SUFFIXES)}")


def write(
    crystal: Crystal,
    path: str | Path,
    file_format: str | None = None,
    *,
    extra: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a crystal to a file, whole or not at all.

    Args:
        crystal: the crystal.
        path: the file.
        file_format: `cif`, `poscar` (or `vasp`), `extxyz`, `json` or `optimade`; by default what the file's name says.
        extra: how it was made, written into the header.
        overwrite: whether an existing file may be replaced.

    Returns:
        The file.

    Raises:
        UnsupportedError, OutputError: see `crystal_text` and `nitrivac.files.write_texts`.

    >>> from tempfile import TemporaryDirectory
    >>> from nitrivac import load, write
    >>> with TemporaryDirectory() as folder:
    ...     load(write(load("beta-Li3N"), f"{folder}/beta.cif")).formula
    'Li3N'
    """
    chosen = format_of_name(Path(path).name) if file_format is None else file_format
    write_text(path, crystal_text(crystal, chosen, extra=extra), overwrite=overwrite)
    return Path(path)


def format_of_name(name: str) -> str:
    """The format that a file's name stands for: `a.cif`, `POSCAR`, `CONTCAR-2`, `a.vasp`, `a.extxyz`, `a.json`.

    Raises:
        UnsupportedError: none.
    """
    lower = name.lower()
    for ending, found in _ENDINGS.items():
        if lower.endswith(ending):
            return found
    if re.match(r"(?:poscar|contcar)\b", lower):
        return "poscar"
    raise UnsupportedError(
        f"{name}: the name says no format; end it with {', '.join(_ENDINGS)}, or name one of {', '.join(SUFFIXES)}"
    )
