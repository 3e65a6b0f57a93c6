"""CIF files as crystals in their published setting; gemmi knows the syntax, everything stated is checked."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.catalog.elements import ELEMENTS
from nitrivac.catalog.model import parse_coordinate
from nitrivac.crystal.build import AsymmetricSite, crystal_from_asymmetric_unit, expand_point
from nitrivac.crystal.cif_symmetry import declared_group
from nitrivac.crystal.convert import crystal_from_structure
from nitrivac.crystal.model import Crystal, Occupant, Provenance
from nitrivac.errors import BuildError, ReadError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.crystal.space_group import SpaceGroup

__all__ = ["crystal_from_cif"]

_TYPE = re.compile(r"([A-Za-z]{1,2})(?:(\d+(?:\.\d+)?)?([+-])|0\+?)?")
# Coordinates are printed with three to five digits, so special positions are met to about this.
ROUNDING_A = 0.02
_OCCUPANCY_ROUNDING = 2e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of the atom loop."""

    label: str
    occupant: Occupant
    xyz: tuple[float, ...]
    multiplicity: int | None


def crystal_from_cif(text: str, source: str, *, symprec: float) -> Crystal:
    """The crystal of a CIF text.

    The declared group is kept. A file in P1, or without symmetry, has its symmetry found in the cell as given.

    Args:
        text: the file's content.
        source: its name, for messages.
        symprec: tolerance in angstrom of that search.

    Raises:
        ReadError: malformed or contradictory; the message names file, tag or line, and reason.
        BuildError: the sites make no crystal.
    """
    block = _block(text, source)
    lattice = _lattice(block, source)
    rows = _rows(block, source)
    group = declared_group(block, lattice, source)
    provenance = _provenance(block, source)
    if group is None or group.order == 1:
        crystal = _without_symmetry(lattice, rows, provenance, symprec)
    else:
        sites = _merged(rows, group, lattice, source)
        z = _number_of(block, "_cell_formula_units_Z")
        crystal = crystal_from_asymmetric_unit(lattice, group, sites, provenance, z=z, tolerance=ROUNDING_A)
        for row in rows:
            _check_multiplicity(row, crystal, source)
    _check_contents(block, crystal, source)
    return crystal


def _block(text: str, source: str) -> gemmi.cif.Block:
    try:
        document = gemmi.cif.read_string(text)
    except (ValueError, RuntimeError) as error:
        reason = str(error).removeprefix("string:").strip()
        raise ReadError(f"{source}: no valid CIF: line {reason}") from error
    with_atoms = [block for block in document if block.find_values("_atom_site_fract_x")]
    if not with_atoms:
        cartesian = any(block.find_values("_atom_site.Cartn_x") for block in document)
        hint = " (it looks like a macromolecular mmCIF)" if cartesian else ""
        raise ReadError(f"{source}: there are no atoms: no data block has _atom_site_fract_x{hint}")
    if len(with_atoms) > 1:
        names = ", ".join(f"data_{block.name}" for block in with_atoms)
        raise ReadError(f"{source}: {len(with_atoms)} data blocks have atoms ({names}); keep one in the file")
    return with_atoms[0]


def _number_of(block: gemmi.cif.Block, tag: str) -> float | None:
    value = block.find_value(tag)
    number = gemmi.cif.as_number(value) if value else math.nan
    return None if math.isnan(number) else number


def _lattice(block: gemmi.cif.Block, source: str) -> NDArray[np.float64]:
    from pymatgen.core.lattice import Lattice

    values = []
    for name in ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"):
        tag = f"_cell_{name}"
        number = _number_of(block, tag)
        largest, what = (180.0, "an angle below 180 degrees") if "angle" in name else (10_000.0, "a length in angstrom")
        if number is None or not 0 < number < largest:
            given = block.find_value(tag)
            raise ReadError(f"{source}: {tag} is {given or 'missing'}; {what} above 0 is needed")
        values.append(number)
    alpha, beta, gamma = np.radians(values[3:])
    cosines = np.cos([alpha, beta, gamma])
    if 1 - (cosines**2).sum() + 2 * cosines.prod() <= 1e-8:
        raise ReadError(f"{source}: cell angles {values[3]:g}, {values[4]:g}, {values[5]:g} degrees close no cell")
    a, b, c, alpha, beta, gamma = values
    return np.array(Lattice.from_parameters(a, b, c, alpha, beta, gamma, vesta=True).matrix)


def _rows(block: gemmi.cif.Block, source: str) -> list[_Row]:
    tags = ["fract_x", "fract_y", "fract_z", "?label", "?type_symbol", "?occupancy"]
    tags += ["?symmetry_multiplicity", "?site_symmetry_multiplicity"]
    table = block.find("_atom_site_", tags)
    if len(table) == 0:
        raise ReadError(f"{source}: there are no atoms: the loop with _atom_site_fract_x has no complete rows")
    oxidations = {
        gemmi.cif.as_string(symbol): gemmi.cif.as_number(number)
        for symbol, number in block.find("_atom_type_", ["symbol", "oxidation_number"])
    }
    rows = []
    for serial, cells in enumerate(table, start=1):
        label = gemmi.cif.as_string(cells[3]) if cells.has(3) else ""
        symbol = gemmi.cif.as_string(cells[4]) if cells.has(4) else ""
        where = f"{source}: atom {label or serial}"
        element, oxidation = _species(symbol, label, where)
        known = oxidations.get(symbol, math.nan)
        multiplicity = next((cells[column] for column in (6, 7) if cells.has(column)), "?")
        rows.append(
            _Row(
                label=label or f"{element}{serial}",
                occupant=Occupant(
                    element=element,
                    occupancy=_occupancy(cells[5] if cells.has(5) else "1", where),
                    oxidation=oxidation if math.isnan(known) else known,
                ),
                xyz=tuple(_coordinate(cells[axis], "xyz"[axis], where) for axis in range(3)),
                multiplicity=int(multiplicity) if multiplicity.isdigit() else None,
            )
        )
    return rows


def _species(symbol: str, label: str, where: str) -> tuple[str, float | None]:
    """Element and oxidation state from a type symbol such as `Li1+`, or the element from a label such as `Li2a`."""
    if symbol and symbol not in ("?", "."):
        match = _TYPE.fullmatch(symbol)
        element = match[1].capitalize() if match else ""
        if match and element in ELEMENTS:
            sign = match[3]
            return element, None if not sign else float(match[2] or 1) * (-1 if sign == "-" else 1)
        raise ReadError(f"{where}: _atom_site_type_symbol {symbol!r} is no element, with or without charge (Li, Li1+)")
    letters = re.match(r"[A-Za-z]*", label)
    for length in (2, 1):
        element = letters[0][:length].capitalize() if letters else ""
        if len(element) == length and element in ELEMENTS:
            return element, None
    raise ReadError(f"{where}: no element can be read from it; give _atom_site_type_symbol")


def _occupancy(text: str, where: str) -> float:
    value = 1.0 if text in ("?", ".") else gemmi.cif.as_number(text)
    if not 0 < value <= 1 + _OCCUPANCY_ROUNDING:
        raise ReadError(f"{where}: _atom_site_occupancy {text} is not above 0 and at most 1")
    return min(value, 1.0)


def _coordinate(text: str, axis: str, where: str) -> float:
    """A coordinate with uncertainty, thirds and sixths typed short meant as such."""
    number = gemmi.cif.as_number(text)
    if math.isnan(number) or abs(number) > 100:
        raise ReadError(f"{where}: _atom_site_fract_{axis} is {text}; a fraction of the cell is needed")
    return parse_coordinate(float(re.sub(r"\(.*", "", text)))


def _provenance(block: gemmi.cif.Block, source: str) -> Provenance:
    def text(tag: str) -> str | None:
        value = block.find_value(tag)
        return " ".join(gemmi.cif.as_string(value).split()) or None if value and value not in "?." else None

    return Provenance(
        source=source,
        grade=text("_nitrivac_grade"),
        citation=text("_publ_section_references"),
        doi=text("_journal_paper_doi") or text("_journal_paper_DOI") or text("_citation_doi"),
    )


def _merged(rows: list[_Row], group: SpaceGroup, lattice: NDArray[np.float64], source: str) -> list[AsymmetricSite]:
    """Rows at one position as one site with a composition; labels made unique."""
    sites: list[tuple[list[_Row], NDArray[np.float64]]] = []
    for row in rows:
        try:
            images = expand_point(group, row.xyz, lattice, tolerance=ROUNDING_A)
        except BuildError as error:
            raise ReadError(f"{source}: atom {row.label}: {error}") from error
        home = next((members for members, points in sites if _same_orbit(images, points, lattice)), None)
        if home is None:
            sites.append(([row], images))
        else:
            home.append(row)
    labels: set[str] = set()
    merged = []
    for members, _ in sites:
        label = _unique(_common_label(members), labels)
        merged.append(
            AsymmetricSite(
                label=label, occupants=_mixture(members, source), xyz=members[0].xyz, where=f"{source}: atom {label}"
            )
        )
    return merged


def _same_orbit(one: NDArray[np.float64], other: NDArray[np.float64], lattice: NDArray[np.float64]) -> bool:
    if len(one) != len(other):
        return False
    offsets = other - one[0]
    offsets -= np.round(offsets)
    return bool(np.linalg.norm(offsets @ lattice, axis=1).min() <= ROUNDING_A)


def _mixture(members: list[_Row], source: str) -> tuple[Occupant, ...]:
    total = sum(row.occupant.occupancy for row in members)
    names = ", ".join(row.label for row in members)
    if total > 1 + _OCCUPANCY_ROUNDING:
        raise ReadError(
            f"{source}: two atoms on one spot: the occupancies of {names} at one position add up to {total:.4g}, more than 1"
        )
    scale = min(1.0, 1.0 / total)
    by_species: dict[tuple[str, float | None], float] = {}
    for row in members:
        key = (row.occupant.element, row.occupant.oxidation)
        by_species[key] = by_species.get(key, 0.0) + row.occupant.occupancy * scale
    return tuple(
        Occupant(element=element, oxidation=oxidation, occupancy=occupancy)
        for (element, oxidation), occupancy in by_species.items()
    )


def _common_label(members: list[_Row]) -> str:
    """`X1` for the rows `X1_N` and `X1_Cl` of a mixed site, else the first row's label."""
    stems = {row.label.removesuffix(f"_{row.occupant.element}") for row in members}
    return stems.pop() if len(members) > 1 and len(stems) == 1 else members[0].label


def _unique(label: str, taken: set[str]) -> str:
    name, serial = label, 1
    while name in taken:
        serial += 1
        name = f"{label}_{serial}"
    taken.add(name)
    return name


def _without_symmetry(lattice: NDArray[np.float64], rows: list[_Row], provenance: Provenance, symprec: float) -> Crystal:
    from pymatgen.core.lattice import Lattice
    from pymatgen.core.structure import Structure

    from nitrivac.crystal.space_group import parse_space_group

    sites = _merged(rows, parse_space_group("P1"), lattice, provenance.source)
    species = [_composition(site.occupants) for site in sites]
    structure = Structure(Lattice(lattice), species, [site.xyz for site in sites])
    crystal = crystal_from_structure(
        structure, source=provenance.source, symprec=symprec, labels=[_orbit_label(site.label) for site in sites]
    )
    note = f"listed without symmetry; found by spglib at {symprec:g} angstrom"
    return replace(crystal, provenance=replace(provenance, note=note))


def _orbit_label(label: str) -> str:
    """The orbit's label where each site's label is that with a serial number, `Li2_17` as this program writes it."""
    return re.sub(r"_\d+$", "", label)


def _composition(occupants: tuple[Occupant, ...]) -> dict[object, float]:
    from pymatgen.core.periodic_table import Element, Species

    return {
        Element(one.element) if one.oxidation is None else Species(one.element, one.oxidation): one.occupancy
        for one in occupants
    }


def _check_multiplicity(row: _Row, crystal: Crystal, source: str) -> None:
    if row.multiplicity is None:
        return
    orbit = next(
        (orbit for orbit in crystal.orbits if row.label == orbit.label or row.label.startswith(f"{orbit.label}_")), None
    )
    if orbit is not None and row.multiplicity != len(orbit.indices):
        raise ReadError(
            f"{source}: atom {row.label}: the file says multiplicity {row.multiplicity}, but its position is "
            f"{orbit.wyckoff} of {crystal.space_group.setting or crystal.space_group.symbol}"
        )


def _check_contents(block: gemmi.cif.Block, crystal: Crystal, source: str) -> None:
    """The atoms must give the stated formula Z times; hydrogen, often left out of a list, may be missing."""
    value, z = block.find_value("_chemical_formula_sum"), _number_of(block, "_cell_formula_units_Z")
    if not value or z is None or z <= 0:
        return
    stated = {
        element.capitalize(): float(amount or 1) * z
        for element, amount in re.findall(r"([A-Za-z]{1,2})(\d*\.?\d*)", gemmi.cif.as_string(value))
    }
    for element in sorted(set(stated) | set(crystal.contents)):
        expected, found = stated.get(element, 0.0), crystal.contents.get(element, 0.0)
        if element in ("H", "D") and found < expected:
            continue
        if abs(expected - found) > max(0.05, 0.03 * expected):
            raise ReadError(
                f"{source}: _chemical_formula_sum and Z = {z:g} ask for {expected:g} {element} in the cell, the atoms "
                f"make {found:g}"
            )
