"""The atom loop of a CIF, row by row as it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gemmi

from nitrivac.crystal.occupancies import FULL_WITHIN, nominal_shares
from nitrivac.crystal.orbit import Occupant
from nitrivac.errors import ReadError
from nitrivac.io.cif.displacements import anisotropic_displacements, isotropic_displacement
from nitrivac.io.cif.names import NOTHING
from nitrivac.io.cif.species import (
    HYDROGEN,
    Share,
    formula_elements,
    oxidation_numbers,
    shares_of_label,
    shares_of_symbol,
    stated_oxidation,
)
from nitrivac.uncertain_number import parsed_uncertainty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ROUNDING_A", "AtomRow", "read_rows", "shortened"]

# Coordinates are printed with three to five digits, so special positions are met to about this.
ROUNDING_A = 0.02
_TAGS = (
    "fract_x", "fract_y", "fract_z", "?label", "?type_symbol", "?occupancy", "?symmetry_multiplicity",
    "?site_symmetry_multiplicity", "?calc_flag", "?disorder_group", "?attached_hydrogens", "?U_iso_or_equiv",
    "?B_iso_or_equiv",
)  # fmt: skip
_LABEL, _SYMBOL, _OCCUPANCY, _CALCULATED, _DISORDER, _ATTACHED, _U, _B = 3, 4, 5, 8, 9, 10, 11, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomRow:
    """One row of the atom loop."""

    label: str
    occupant: Occupant
    xyz: tuple[float, ...]
    multiplicity: int | None
    xyz_uncertainties: tuple[float, ...] = (0.0, 0.0, 0.0)
    displacement: float | None = None


def read_rows(block: gemmi.cif.Block, lattice: NDArray[np.float64], source: str) -> tuple[list[AtomRow], tuple[str, ...]]:
    """The atoms that have a place, one row for each species of a mixture, and remarks on what the loop holds besides.

    Args:
        block: the data block.
        lattice: rows are lattice vectors, angstrom.
        source: the file's name, for messages.

    Raises:
        ReadError: a row cannot be read; the message names atom, tag and value.
    """
    table = block.find("_atom_site_", list(_TAGS))
    if len(table) == 0:
        raise ReadError(f"{source}: there are no atoms: the loop with _atom_site_fract_x has no complete rows")
    _refuse_scattered(block, len(table), source)
    states, formula = oxidation_numbers(block), formula_elements(block)
    tensors = anisotropic_displacements(block, lattice)
    rows: list[AtomRow] = []
    said: dict[str, list[str]] = {kind: [] for kind in _REMARKS}
    for serial, cells in enumerate(table, start=1):
        words = [gemmi.cif.as_string(cells[column]) if cells.has(column) else "" for column in range(len(_TAGS))]
        where = f"{source}: atom {words[_LABEL] or serial}"
        if words[_CALCULATED] == "dum":
            said["dummy"].append(words[_LABEL] or str(serial))
            continue
        shares = _shares(words, formula, where)
        label = words[_LABEL] or f"{shares[0].element or 'vacancy'}{serial}"
        if all(share.element in HYDROGEN for share in shares) and all(word in NOTHING for word in words[:3]):
            said["absent"].append(label)
            continue
        occupancy, uncertainty = _occupancy(words[_OCCUPANCY], where)
        amounts = _amounts(shares, occupancy, where)
        xyz = tuple(_coordinate(words[axis], "xyz"[axis], where) for axis in range(3))
        multiplicity = words[6] or words[7]
        displacement, below_zero = _displacement(words, tensors)
        said["displacement"] += [f"{label} ({below_zero:.4g})"] if below_zero else []
        for share, amount in zip(shares, amounts, strict=True):
            if not share.element or amount == 0:
                said["vacancy" if amount else "empty"].append(label)
                continue
            oxidation, contradicted = stated_oxidation(share, label, states)
            if contradicted:
                said["oxidation"].append(f"{share.symbol} of {label}")
            if share.hydrogen:
                said["hydrogen"].append(f"{share.hydrogen} on {label}")
            rows.append(
                AtomRow(
                    label=label,
                    occupant=Occupant(
                        element=share.element, occupancy=amount, oxidation=oxidation, uncertainty=uncertainty or None
                    ),
                    xyz=xyz,
                    xyz_uncertainties=tuple(map(parsed_uncertainty, words[:3])),
                    displacement=displacement,
                    multiplicity=int(multiplicity) if re.fullmatch(r"[1-9][0-9]{0,3}", multiplicity) else None,
                )
            )
        if words[_ATTACHED] not in (*NOTHING, "0") and not any(share.hydrogen for share in shares):
            said["hydrogen"].append(f"{words[_ATTACHED]} on {label}")
        if words[_DISORDER] not in (*NOTHING, "0"):
            said["disorder"].append(f"{label} ({words[_DISORDER]})")
        if occupancy > 1:
            said["over"].append(f"{label} ({words[_OCCUPANCY]})")
    if not rows:
        reason = "every site is empty" if said["empty"] or said["vacancy"] else "no row of the loop has coordinates"
        raise ReadError(f"{source}: there are no atoms: {reason}")
    return rows, tuple(_REMARKS[kind].format(shortened(names)) for kind, names in said.items() if names)


_REMARKS = {
    "absent": "{} without coordinates: not among the sites, nor in formula and density",
    "dummy": "{}: dummy, left out",
    "empty": "{}: occupancy 0, an empty site, left out",
    "vacancy": "{}: a vacancy by its symbol, left out",
    "hydrogen": "hydrogen attached to other atoms ({}) has no coordinates: not in formula and density",
    "disorder": "disorder groups are read as partly occupied sites, which exclude each other by distance alone: {}",
    "oxidation": "_atom_type_oxidation_number contradicts the charge in the symbol, which is taken: {}",
    "displacement": "mean-square displacement below 0, left out: {}",
    "over": "occupancy above 1 by no more than its uncertainty, read as 1: {}",
}


def _displacement(words: Sequence[str], tensors: Mapping[str, float]) -> tuple[float | None, float | None]:
    """Mean-square displacement of a row in square angstrom, its own or its tensor's, or else what is below 0."""
    isotropic = isotropic_displacement(words[_U], words[_B])
    stated = tensors.get(words[_LABEL]) if isotropic is None else isotropic
    return (None, stated) if stated is not None and stated < 0 else (stated, None)


def _shares(words: Sequence[str], formula: frozenset[str] | None, where: str) -> tuple[Share, ...]:
    """What the row puts on its site, by its type symbol or else by its label."""
    if words[_SYMBOL] in NOTHING:
        return shares_of_label(words[_LABEL], formula, where)
    return shares_of_symbol(words[_SYMBOL], words[_LABEL], formula, where)


def _amounts(shares: Sequence[Share], occupancy: float, where: str) -> list[float]:
    """Occupancy by each species of a row: its share of the row's occupancy.

    Where the shares of a mixture leave a vacancy themselves, the occupancy is 1 or repeats their sum.
    """
    full = min(occupancy, 1.0)
    stated = [share.amount for share in shares if share.amount is not None]
    if len(stated) < len(shares):
        return [full] * len(shares)
    stated = list(nominal_shares(stated))
    total = sum(stated)
    if total > 1 + FULL_WITHIN:
        raise ReadError(f"{where}: the shares in {' + '.join(share.symbol for share in shares)} add up to {total:.4g}")
    if abs(total - 1) <= FULL_WITHIN:
        return [amount / total * full for amount in stated]
    if abs(full - total) > FULL_WITHIN and full < 1:
        raise ReadError(
            f"{where}: the shares in its type symbol add up to {total:.4g}, but _atom_site_occupancy is {occupancy:.4g}"
        )
    return stated


def shortened(names: Sequence[str], most: int = 6) -> str:
    """The first names of a list, and how many more there are."""
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


def _occupancy(text: str, where: str) -> tuple[float, float]:
    """Occupancy as stated, 0 included, and its standard uncertainty, 0 where none is given."""
    value = 1.0 if text in NOTHING else gemmi.cif.as_number(text)
    uncertainty = parsed_uncertainty(text)
    if not -3 * uncertainty <= value <= 1 + max(FULL_WITHIN, 3 * uncertainty):
        raise ReadError(f"{where}: _atom_site_occupancy {text:.40} is not from 0 to 1")
    return max(0.0, value if uncertainty else min(value, 1.0)), uncertainty


def _coordinate(text: str, axis: str, where: str) -> float:
    """A coordinate as typed, its uncertainty left off."""
    number = gemmi.cif.as_number(text)
    if not abs(number) <= 100:  # NaN neither
        raise ReadError(f"{where}: _atom_site_fract_{axis} is {text[:40] or '?'}; a fraction of the cell is needed")
    return float(re.sub(r"\(.*", "", text))
