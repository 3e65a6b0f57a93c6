"""Crystals as files: CIF, POSCAR, extended XYZ, JSON and OPTIMADE."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from nitrivac import __version__
from nitrivac.crystal.files import write_text
from nitrivac.crystal.optimade import optimade_entry
from nitrivac.crystal.write_cif import cif_text
from nitrivac.documents.origin import origin_keys
from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nitrivac.crystal.model import Crystal

__all__ = ["SUFFIXES", "crystal_text", "extxyz_text", "poscar_text", "refuse_disorder", "write_crystal"]

SUFFIXES = {"cif": ".cif", "poscar": ".vasp", "extxyz": ".extxyz", "json": ".json", "optimade": ".optimade.json"}


def refuse_disorder(crystal: Crystal, what: str) -> None:
    """Raise UnsupportedError, naming the sites, where a format or program takes whole atoms only."""
    partial = [orbit for orbit in crystal.orbits if not orbit.is_ordered]
    if partial:
        names = ", ".join(
            f"{crystal.address(orbit)} ({', '.join(f'{one.element} {one.occupancy:.4g}' for one in orbit.occupants)})"
            for orbit in partial
        )
        raise UnsupportedError(
            f"{crystal.provenance.source}: {what} takes whole atoms only, and {names} is partly occupied or mixed; "
            "write CIF, or make a supercell first with nitrivac vacancies"
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


def _by_element(crystal: Crystal) -> tuple[dict[str, int], np.ndarray]:
    """Number of sites of each element in order of first mention, and the site indices grouped so."""
    rank = {element: number for number, element in enumerate(crystal.elements)}
    element_of_orbit = np.array([rank[orbit.elements[0]] for orbit in crystal.orbits])
    elements = element_of_orbit[crystal.orbit_of_site]
    order = np.argsort(elements, kind="stable")
    return {element: int((elements == number).sum()) for element, number in rank.items()}, order


def poscar_text(crystal: Crystal, *, extra: Mapping[str, str] | None = None) -> str:
    """The crystal as a VASP POSCAR, atoms grouped by element.

    Raises:
        UnsupportedError: a site is partly occupied or mixed.
    """
    refuse_disorder(crystal, "POSCAR")
    counts, order = _by_element(crystal)
    lines = [_comment(crystal, extra), "1.0"]
    lines += ["  {:19.14f} {:19.14f} {:19.14f}".format(*vector) for vector in crystal.lattice]
    lines += [" ".join(counts), " ".join(str(count) for count in counts.values()), "Direct"]
    lines += ["  {:17.14f} {:17.14f} {:17.14f}".format(*point) for point in crystal.frac_coords[order]]
    return "\n".join(lines) + "\n"


def extxyz_text(crystal: Crystal, *, extra: Mapping[str, str] | None = None) -> str:
    """The crystal as one frame of extended XYZ with labels and Wyckoff addresses as columns.

    Raises:
        UnsupportedError: a site is partly occupied or mixed.
    """
    refuse_disorder(crystal, "extxyz")
    lattice = " ".join(f"{value:.10f}" for value in crystal.lattice.ravel())
    information = origin_keys(crystal.provenance.source, crystal.provenance.caution)
    information |= {"nitrivac": __version__, **(extra or {})}
    items = " ".join(f"{key}={json.dumps(str(value), ensure_ascii=False)}" for key, value in information.items())
    header = f'Lattice="{lattice}" Properties=species:S:1:pos:R:3:label:S:1:address:S:1 pbc="T T T" {items}'
    addresses = [crystal.address(orbit) for orbit in crystal.orbits]
    lines = [str(crystal.n_sites), header]
    for index, point in zip(crystal.orbit_of_site, crystal.frac_coords @ crystal.lattice, strict=True):
        orbit = crystal.orbits[index]
        position = "{:16.10f} {:16.10f} {:16.10f}".format(*point)
        lines.append(f"{orbit.elements[0]:<2} {position} {orbit.label} {addresses[index]}")
    return "\n".join(lines) + "\n"


def crystal_text(crystal: Crystal, file_format: str, *, extra: Mapping[str, str] | None = None) -> str:
    """The crystal in a format, `cif`, `poscar`, `extxyz`, `json` or `optimade`.

    Raises:
        UnsupportedError: the format is unknown, or takes whole atoms only and the crystal is disordered.
    """
    match file_format:
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


def write_crystal(
    crystal: Crystal,
    path: str | Path,
    file_format: str,
    *,
    extra: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a crystal to a file, whole or not at all.

    Args:
        crystal: the crystal.
        path: the file.
        file_format: `cif`, `poscar`, `extxyz`, `json` or `optimade`.
        extra: how it was made, written into the header.
        overwrite: whether an existing file may be replaced.

    Raises:
        UnsupportedError, OutputError: see `crystal_text` and `nitrivac.crystal.files.write_texts`.
    """
    return write_text(path, crystal_text(crystal, file_format, extra=extra), overwrite=overwrite)
