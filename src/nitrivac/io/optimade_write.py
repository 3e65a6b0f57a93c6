"""Crystals as OPTIMADE structures (specification 1.2), vacancies and mixtures as species, and back.

In that model a site has a species and a species is a distribution over elements and `vacancy`, which is what an average
structure is. What the model cannot say in standard terms (labels, oxidation states) goes into keys with `_nitrivac_`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from math import gcd
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

import gemmi
import numpy as np

from nitrivac._version import __version__
from nitrivac.symmetry.space_group import as_triplets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nitrivac.crystal.model import Crystal
    from nitrivac.crystal.orbit import Occupant
    from nitrivac.symmetry.space_group import SpaceGroup

__all__ = ["ISOTOPE_MASSES", "VACANCY", "atomic_mass", "optimade_entry", "whole_proportions"]

VACANCY = "vacancy"
ISOTOPE_MASSES = {"D": 2.014101778, "T": 3.016049278}  # in the model an isotope is an element with a mass of its own
_LARGEST = 1000  # proportions of a reduced formula are looked for up to this multiple of the rarest element
_CLOSE = 1e-4  # how far from whole numbers they may be, as a share
_PART = r"[-+]?[xyz](?:[-+][xyz])?(?:[-+](?:1/2|[12]/3|[13]/4|[15]/6))?"
_OPERATION = re.compile(f"{_PART},{_PART},{_PART}")


def optimade_entry(crystal: Crystal, *, extra: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The crystal as an OPTIMADE resource of type `structures`, ready for JSON.

    Every partly occupied or mixed orbit has a species whose concentrations, vacancy included, add up to one.

    Args:
        crystal: ordered or average.
        extra: how it was made, written as `_nitrivac_made`.

    >>> from nitrivac import load
    >>> from nitrivac.io import optimade_entry
    >>> optimade_entry(load("alpha-Li3N"))["attributes"]["chemical_formula_reduced"]
    'Li3N'
    """
    species = _species(crystal)
    name_of_orbit = [species[number]["name"] for number in _species_of_orbits(crystal)]
    owner = crystal.orbit_of_site.tolist()
    contents: dict[str, float] = {}
    for element, amount in crystal.contents.items():
        symbol = "H" if element in ISOTOPE_MASSES else element
        contents[symbol] = contents.get(symbol, 0.0) + amount
    elements = sorted(contents)
    proportions = whole_proportions([contents[element] for element in elements])
    disordered = any(len(one["chemical_symbols"]) > 1 for one in species)
    attributes = {
        "last_modified": None,
        "elements": elements,
        "nelements": len(elements),
        "elements_ratios": _shares([contents[element] for element in elements]),
        "chemical_formula_descriptive": crystal.formula,
        "chemical_formula_reduced": _formula(elements, proportions),
        "chemical_formula_anonymous": _anonymous(proportions),
        "dimension_types": [1, 1, 1],
        "nperiodic_dimensions": 3,
        "lattice_vectors": crystal.lattice.tolist(),
        "cartesian_site_positions": (crystal.frac_coords @ crystal.lattice).tolist(),
        "nsites": crystal.n_sites,
        "species_at_sites": [name_of_orbit[index] for index in owner],
        "species": species,
        "structure_features": ["disorder"] if disordered else [],
        **_symmetry(crystal.space_group),
        "_nitrivac_site_labels": [crystal.orbits[index].label for index in owner],
        "_nitrivac_wyckoff": [crystal.orbits[index].wyckoff for index in owner],
        **_origin(crystal, extra or {}),
    }
    return {"id": crystal.provenance.source, "type": "structures", "attributes": attributes}


def _origin(crystal: Crystal, extra: Mapping[str, str]) -> dict[str, Any]:
    origin = crystal.provenance
    names = ("grade", "citation", "doi", "note", "caution")
    known = {name: getattr(origin, name) for name in names}
    keys = {f"_nitrivac_{key}": value for key, value in known.items() if value}
    return keys | {"_nitrivac_version": __version__} | ({"_nitrivac_made": dict(extra)} if extra else {})


def _species_of_orbits(crystal: Crystal) -> list[int]:
    """For each orbit the number of its species: orbits with the same occupants have the same."""
    numbers: dict[tuple[Occupant, ...], int] = {}
    return [numbers.setdefault(orbit.occupants, len(numbers)) for orbit in crystal.orbits]


def _species(crystal: Crystal) -> list[dict[str, Any]]:
    """The species in order of first mention."""
    found: list[dict[str, Any]] = []
    taken: set[str] = set()
    numbers = _species_of_orbits(crystal)
    for number, occupants in enumerate(dict.fromkeys(orbit.occupants for orbit in crystal.orbits)):
        orbits = [orbit for orbit, one in zip(crystal.orbits, numbers, strict=True) if one == number]
        symbols = ["H" if one.element in ISOTOPE_MASSES else one.element for one in occupants]
        concentration = [one.occupancy for one in occupants]
        oxidation = [one.oxidation for one in occupants]
        vacant = float(1 - sum(Decimal(repr(float(share))) for share in concentration))  # the decimals as printed
        if not orbits[0].is_ordered and vacant > 0:
            symbols, concentration, oxidation = [*symbols, VACANCY], [*concentration, vacant], [*oxidation, None]
        one: dict[str, Any] = {
            "name": _name([*(occupant.element for occupant in occupants), *symbols[len(occupants) :]], taken),
            "chemical_symbols": symbols,
            "concentration": concentration,
            "original_name": ", ".join(crystal.address(orbit) for orbit in orbits),
        }
        if any(occupant.element in ISOTOPE_MASSES for occupant in occupants):
            one["mass"] = [atomic_mass(occupant.element) for occupant in occupants] + [0.0] * (len(symbols) - len(occupants))
        if any(state is not None for state in oxidation):
            one["_nitrivac_oxidation_states"] = oxidation
        found.append(one)
    return found


def atomic_mass(element: str) -> float:
    """Standard atomic weight, or the mass of an isotope of hydrogen that has a symbol of its own."""
    return ISOTOPE_MASSES.get(element) or float(gemmi.Element(element).weight)


def _name(symbols: Sequence[str], taken: set[str]) -> str:
    """`Li`, `N-Cl`, `Li-vacancy`, numbered where another species has the name."""
    plain = "-".join(symbols)
    name, serial = plain, 1
    while name in taken:
        serial += 1
        name = f"{plain}-{serial}"
    taken.add(name)
    return name


def _shares(amounts: Sequence[float]) -> list[float]:
    """Amounts as shares of their sum, the last one what is left of one."""
    total = sum(amounts)
    shares = [amount / total for amount in amounts[:-1]]
    return [*shares, 1.0 - sum(shares)]


def whole_proportions(amounts: Sequence[float]) -> list[int]:
    """The smallest whole numbers in the proportion of amounts, to one part in ten thousand; else the nearest there are."""
    rarest = min(amounts)
    ratios = np.array(amounts) / rarest
    multiples = np.arange(1, _LARGEST + 1)
    wanted = multiples[:, None] * ratios
    off = (np.abs(wanted - np.round(wanted)) / wanted).max(axis=1)
    close = np.flatnonzero(off < _CLOSE)
    best = int(close[0]) if len(close) else int(off.argmin())
    numbers = [round(float(value)) for value in wanted[best]]
    return [number // gcd(*numbers) for number in numbers]


def _formula(elements: Sequence[str], numbers: Sequence[int]) -> str:
    return "".join(element + (str(number) if number > 1 else "") for element, number in zip(elements, numbers, strict=True))


def _anonymous(numbers: Sequence[int]) -> str:
    return _formula(ascii_uppercase[: len(numbers)], sorted(numbers, reverse=True))


def _symmetry(group: SpaceGroup) -> dict[str, Any]:
    """The space group; operations and symbols only where the cell is in a tabulated setting, as the model asks."""
    if not group.is_tabulated:
        return {"space_group_it_number": group.number}
    triplets = as_triplets(group)
    known = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(group.hall))
    keys: dict[str, Any] = {"space_group_it_number": group.number, "space_group_symbol_hall": group.hall}
    if known is not None:
        tokens = known.hm.split()
        if group.number < 16 and tokens.count("1") == 2 and tokens[2] != "1":
            tokens = [token for token in tokens if token != "1"]
        keys["space_group_symbol_hermann_mauguin"] = " ".join(tokens)
    if all(_OPERATION.fullmatch(triplet) for triplet in triplets):
        keys["space_group_symmetry_operations_xyz"] = triplets
    return keys
