"""The atom loop of a CIF: rows as they are written, and rows at one position as one site."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gemmi
import numpy as np

from nitrivac.catalog.elements import ELEMENTS
from nitrivac.catalog.model import parse_coordinate
from nitrivac.crystal.build import AsymmetricSite, expand_point
from nitrivac.crystal.limits import MAXIMUM_SITES, refuse_impossible_cell, too_many_sites
from nitrivac.crystal.model import Occupant
from nitrivac.crystal.uncertain_number import parsed_uncertainty
from nitrivac.errors import BuildError, ReadError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nitrivac.crystal.space_group import SpaceGroup

__all__ = ["HYDROGEN", "ROUNDING_A", "AtomRow", "merged_rows", "read_rows"]

HYDROGEN = ("H", "D", "T")
# Coordinates are printed with three to five digits, so special positions are met to about this.
ROUNDING_A = 0.02
OCCUPANCY_ROUNDING = 2e-3
_TYPE = re.compile(r"([A-Za-z]{1,2})(?:(\d+(?:\.\d+)?)?([+-])|([+-])(\d+(?:\.\d+)?)|0\+?)?")
_TAGS = (
    "fract_x", "fract_y", "fract_z", "?label", "?type_symbol", "?occupancy", "?symmetry_multiplicity",
    "?site_symmetry_multiplicity", "?calc_flag", "?disorder_group", "?attached_hydrogens",
)  # fmt: skip
_LABEL, _SYMBOL, _OCCUPANCY, _CALCULATED, _DISORDER, _ATTACHED = 3, 4, 5, 8, 9, 10
_NOTHING = ("", "?", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomRow:
    """One row of the atom loop."""

    label: str
    occupant: Occupant
    xyz: tuple[float, ...]
    multiplicity: int | None
    uncertainties: tuple[float, ...] = (0.0, 0.0, 0.0)


def read_rows(block: gemmi.cif.Block, source: str) -> tuple[list[AtomRow], tuple[str, ...]]:
    """The rows that are atoms at a place, and remarks on what the loop holds besides.

    Args:
        block: the data block.
        source: the file's name, for messages.

    Raises:
        ReadError: a row cannot be read; the message names atom, tag and value.
    """
    table = block.find("_atom_site_", list(_TAGS))
    if len(table) == 0:
        raise ReadError(f"{source}: there are no atoms: the loop with _atom_site_fract_x has no complete rows")
    _refuse_scattered(block, len(table), source)
    states = _oxidation_states(block)
    rows: list[AtomRow] = []
    absent: list[str] = []
    dummies: list[str] = []
    attached: list[str] = []
    disordered: list[str] = []
    for serial, cells in enumerate(table, start=1):
        words = [gemmi.cif.as_string(cells[column]) if cells.has(column) else "" for column in range(len(_TAGS))]
        where = f"{source}: atom {words[_LABEL] or serial}"
        if words[_CALCULATED] == "dum":
            dummies.append(words[_LABEL] or str(serial))
            continue
        element, oxidation = _species(words[_SYMBOL], words[_LABEL], where)
        label = words[_LABEL] or f"{element}{serial}"
        if element in HYDROGEN and all(word in _NOTHING for word in words[:3]):
            absent.append(label)
            continue
        if words[_ATTACHED] not in (*_NOTHING, "0"):
            attached.append(f"{words[_ATTACHED]} on {label}")
        if words[_DISORDER] not in (*_NOTHING, "0"):
            disordered.append(f"{label} ({words[_DISORDER]})")
        known = states.get(words[_SYMBOL], math.nan)
        multiplicity = words[6] or words[7]
        rows.append(
            AtomRow(
                label=label,
                occupant=Occupant(
                    element=element,
                    occupancy=_occupancy(words[_OCCUPANCY], where),
                    oxidation=oxidation if math.isnan(known) else known,
                ),
                xyz=tuple(_coordinate(words[axis], "xyz"[axis], where) for axis in range(3)),
                multiplicity=int(multiplicity) if re.fullmatch(r"[1-9][0-9]{0,3}", multiplicity) else None,
                uncertainties=tuple(map(parsed_uncertainty, words[:3])),
            )
        )
    if not rows:
        raise ReadError(f"{source}: there are no atoms: no row of the loop with _atom_site_fract_x has coordinates")
    return rows, _remarks(absent=absent, dummies=dummies, attached=attached, disordered=disordered)


def _remarks(*, absent: list[str], dummies: list[str], attached: list[str], disordered: list[str]) -> tuple[str, ...]:
    said = (
        (absent, "{} without coordinates: not among the sites, nor in formula and density"),
        (dummies, "{}: dummy, left out"),
        (attached, "hydrogen attached to other atoms ({}) has no coordinates: not in formula and density"),
        (disordered, "disorder groups are read as partly occupied sites, which exclude each other by distance alone: {}"),
    )
    return tuple(text.format(_shortened(names)) for names, text in said if names)


def _shortened(names: Sequence[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _refuse_scattered(block: gemmi.cif.Block, rows: int, source: str) -> None:
    """Occupancies or labels in a loop of their own belong to no row of the coordinates."""
    for tag in ("label", "type_symbol", "occupancy", "disorder_group"):
        found = len(block.find_values(f"_atom_site_{tag}"))
        if found not in (0, rows):
            raise ReadError(
                f"{source}: _atom_site_{tag} has {found} values and _atom_site_fract_x {rows}; both must be in one loop"
            )


def _oxidation_states(block: gemmi.cif.Block) -> dict[str, float]:
    """Oxidation number of each atom type that the file gives one, NaN where it is no number."""
    states = {
        gemmi.cif.as_string(symbol): gemmi.cif.as_number(number)
        for symbol, number in block.find("_atom_type_", ["symbol", "oxidation_number"])
    }
    return {symbol: state if abs(state) <= 12 else math.nan for symbol, state in states.items()}


def _species(symbol: str, label: str, where: str) -> tuple[str, float | None]:
    """Element and oxidation state from a type symbol such as `Li1+`, or the element from a label such as `Li2a`."""
    if symbol not in _NOTHING:
        match = _TYPE.fullmatch(symbol)
        element = match[1].capitalize() if match else ""
        if match and element in ELEMENTS:
            sign, size = match[3] or match[4], match[2] or match[5] or "1"
            state = None if not sign else float(size) * (-1 if sign == "-" else 1)
            if state is None or abs(state) <= 12:
                return element, state
        raise ReadError(f"{where}: _atom_site_type_symbol {symbol!r:.40} is no element, with or without charge (Li, Li1+)")
    letters = re.match(r"[A-Za-z]*", label)
    for length in (2, 1):
        element = letters[0][:length].capitalize() if letters else ""
        if len(element) == length and element in ELEMENTS:
            return element, None
    raise ReadError(f"{where}: no element can be read from it; give _atom_site_type_symbol")


def _occupancy(text: str, where: str) -> float:
    value = 1.0 if text in _NOTHING else gemmi.cif.as_number(text)
    if not 0 < value <= 1 + OCCUPANCY_ROUNDING:
        raise ReadError(f"{where}: _atom_site_occupancy {text:.40} is not above 0 and at most 1")
    return min(value, 1.0)


def _coordinate(text: str, axis: str, where: str) -> float:
    """A coordinate with uncertainty, thirds and sixths typed short meant as such."""
    number = gemmi.cif.as_number(text)
    if not abs(number) <= 100:  # NaN neither
        raise ReadError(f"{where}: _atom_site_fract_{axis} is {text[:40] or '?'}; a fraction of the cell is needed")
    return parse_coordinate(float(re.sub(r"\(.*", "", text)))


def merged_rows(
    rows: Sequence[AtomRow], group: SpaceGroup, lattice: NDArray[np.float64], source: str
) -> tuple[list[AsymmetricSite], list[int]]:
    """Rows at one position as one site with a composition, labels made unique, and the site of each row.

    Args:
        rows: see `read_rows`.
        group: the group, in the basis of the cell.
        lattice: rows are lattice vectors, angstrom.
        source: the file's name, for messages.

    Raises:
        ReadError: a row is too near a symmetry element, or the occupancies of a position add up to more than 1.
        BuildError: cell or sites cannot be meant.
    """
    refuse_impossible_cell(lattice, [row.xyz for row in {row.xyz: row for row in rows}.values()], source)
    orbits = []
    total = 0
    for row in rows:
        try:
            orbits.append(expand_point(group, row.xyz, lattice, tolerance=ROUNDING_A))
        except BuildError as error:
            raise ReadError(f"{source}: atom {row.label}: {error}") from error
        total += len(orbits[-1])
        if total > MAXIMUM_SITES:
            raise ReadError(too_many_sites(source, total))
    members: dict[int, list[AtomRow]] = {}
    site_of_row: list[int] = []
    homes = _homes(orbits, lattice)
    place: dict[int, int] = {}
    for number, row in enumerate(rows):
        home = homes[number]
        members.setdefault(home, []).append(row)
        site_of_row.append(place.setdefault(home, len(place)))
    labels: dict[str, int] = {}
    sites = []
    for group_of_rows in members.values():
        label = _unique(_common_label(group_of_rows), labels)
        sites.append(
            AsymmetricSite(
                label=label,
                occupants=_mixture(group_of_rows, source),
                xyz=group_of_rows[0].xyz,
                where=f"{source}: atom {label}",
                uncertainties=group_of_rows[0].uncertainties,
            )
        )
    return sites, site_of_row


def _homes(orbits: list[NDArray[np.float64]], lattice: NDArray[np.float64]) -> list[int]:
    """For each orbit the first one at the same place: itself, or an earlier one; in time that grows like their number."""
    from scipy.spatial import cKDTree

    owner = np.repeat(np.arange(len(orbits)), [len(points) for points in orbits])
    points = np.concatenate(orbits)
    tree = cKDTree(points, boxsize=1.0)
    reciprocal = np.linalg.norm(np.linalg.inv(lattice), axis=0).max()  # fractions of the cell in one angstrom, at most
    starts = np.array([images[0] for images in orbits])
    homes: list[int] = []
    seen: dict[bytes, int] = {}
    for number, start in enumerate(starts):
        if (twin := seen.setdefault(start.tobytes(), number)) != number:  # one place many times: no search
            homes.append(homes[twin])
            continue
        home = number
        for point in tree.query_ball_point(start, ROUNDING_A * reciprocal * np.sqrt(3.0)):
            other = int(owner[point])
            if other >= home or homes[other] != other or len(orbits[other]) != len(orbits[number]):
                continue
            offset = points[point] - start
            if np.linalg.norm((offset - np.round(offset)) @ lattice) <= ROUNDING_A:
                home = other
        homes.append(home)
    return homes


def _mixture(members: list[AtomRow], source: str) -> tuple[Occupant, ...]:
    total = sum(row.occupant.occupancy for row in members)
    if total > 1 + OCCUPANCY_ROUNDING:
        raise ReadError(
            f"{source}: two atoms on one spot: the occupancies of {_shortened([row.label for row in members])} at one "
            f"position add up to {total:.4g}, more than 1"
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


def _common_label(members: list[AtomRow]) -> str:
    """`X1` for the rows `X1_N` and `X1_Cl` of a mixed site, else the first row's label."""
    stems = {row.label.removesuffix(f"_{row.occupant.element}") for row in members}
    return stems.pop() if len(members) > 1 and len(stems) == 1 else members[0].label


def _unique(label: str, taken: dict[str, int]) -> str:
    """The label, with a number where it is taken; `taken` keeps the last number given, so that many cost no more each."""
    name = label
    while name in taken:
        taken[label] += 1
        name = f"{label}_{taken[label]}"
    taken[name] = 1
    return name
