"""What a record must satisfy beyond its types: each failure names file, key and value."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NoReturn

from nitrivac.catalog.candidates import described_by
from nitrivac.catalog.coordinates import parse_coordinate
from nitrivac.elements import ELEMENTS
from nitrivac.errors import RecordError

if TYPE_CHECKING:
    from nitrivac.catalog.model import Material
    from nitrivac.catalog.parts import Lattice, Site

__all__ = ["check_record", "formula_amounts"]

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_WYCKOFF = re.compile(r"[1-9]\d*[a-zA]")
_FORMULA_PART = re.compile(r"([A-Z][a-z]?)(\d+(?:\.\d+)?)?")
# International Tables A: the groups described with two origins, and those with rhombohedral and hexagonal axes.
TWO_ORIGINS = frozenset(
    {48, 50, 59, 68, 70, 85, 86, 88, 125, 126, 129, 130, 133, 134, 137, 138, 141, 142, 201, 203, 222, 224, 227, 228}
)
RHOMBOHEDRAL = frozenset({146, 148, 155, 160, 161, 166, 167})
_OCCUPANCY_ROUNDING = 1e-6
_LONGEST_EDGE = 1000  # angstrom; beyond any cell, so that lengths in other units are noticed
_FORMULA_TOLERANCE = 1e-3  # atoms per formula unit, for occupancies printed with four digits


def check_record(material: Material, where: str) -> None:
    """Raise RecordError unless the record agrees with itself.

    Args:
        material: the record.
        where: the file, for the message.
    """
    if not _IDENTIFIER.fullmatch(material.id):
        _refuse(where, "id", material.id, "letters, digits and . _ + - are accepted")
    _check_space_group(material, "", where)
    for key in ("lattice", "experimental_lattice"):
        cell = getattr(material, key)
        if cell is not None:
            _check_lattice(cell, key, where)
    _check_sites(material.sites, "sites", where)
    _check_status(material, where)
    for index, alternative in enumerate(material.alternatives):
        if alternative.lattice is not None:
            _check_lattice(alternative.lattice, f"alternatives[{index}].lattice", where)
        _check_sites(alternative.sites, f"alternatives[{index}].sites", where)
    _check_candidates(material, where)
    if material.sites:
        _check_formula(material, "", where)


def _refuse(where: str, key: str, value: object, accepted: str) -> NoReturn:
    raise RecordError(f"{where}: {key}: {value!r} will not do: {accepted}")


def _check_status(material: Material, where: str) -> None:
    if not material.sites:
        if material.status in ("resolved", "disordered"):
            _refuse(where, "status", material.status, "a record without sites is amorphous or unresolved")
        if not material.reason:
            _refuse(where, "reason", material.reason, "a record without sites says why there is nothing to build")
        if material.grade is not None:
            _refuse(where, "grade", material.grade, "only a record with sites has a grade")
        return
    if material.reason is not None:
        _refuse(where, "reason", material.reason, "it says why there is nothing to build; with sites, write a note")
    for key in ("space_group", "lattice", "source", "grade", "z"):
        if getattr(material, key) is None:
            _refuse(where, key, None, "a record with sites needs it")
    partial = any(len(site.species) > 1 or sum(site.species.values()) < 1 - _OCCUPANCY_ROUNDING for site in material.sites)
    right = "disordered" if partial else "resolved"
    if material.status != right:
        _refuse(where, "status", material.status, f"the occupancies of the sites make it {right}")


def _check_candidates(material: Material, where: str) -> None:
    """Each must be whole in the published cell or its own, and make the stated formula."""
    if material.candidates and material.status != "unresolved":
        _refuse(where, "status", material.status, "a record with candidates is unresolved")
    names: set[str] = set()
    for index, one in enumerate(material.candidates):
        place = f"candidates[{index}]."
        if not _IDENTIFIER.fullmatch(one.name) or one.name.casefold() in names:
            _refuse(where, f"{place}name", one.name, "a name of its own of letters, digits and . _ + -")
        names.add(one.name.casefold())
        for key in ("evidence", "sites"):
            if not getattr(one, key):
                _refuse(where, f"{place}{key}", getattr(one, key), "a candidate needs it")
        whole = described_by(material, one)
        for key in ("space_group", "lattice", "z"):
            if getattr(whole, key) is None:
                _refuse(where, f"{place}{key}", None, "a candidate needs it where the record has none")
        _check_space_group(whole, place, where)
        if one.lattice is not None:
            _check_lattice(one.lattice, f"{place}lattice", where)
        _check_sites(one.sites, f"{place}sites", where)
        _check_formula(whole, place, where)


def _check_space_group(material: Material, place: str, where: str) -> None:
    group = material.space_group
    if group is None:
        return
    if not 1 <= group.number <= 230:
        _refuse(where, f"{place}space_group.number", group.number, "1 to 230")
    if not material.sites:
        return
    choices: tuple[str, ...] = ()
    what = ""
    if group.number in TWO_ORIGINS:
        choices, what = ("1", "2"), "origin choices"
    elif group.number in RHOMBOHEDRAL:
        choices, what = ("H", "R"), "kinds of axes, hexagonal and rhombohedral"
    if choices and group.symbol.rpartition(":")[2].strip() not in choices:
        first, second = (f"{group.symbol.partition(':')[0].strip()}:{choice}" for choice in choices)
        _refuse(where, f"{place}space_group.symbol", group.symbol, f"this group has two {what}; write {first} or {second}")


def _check_lattice(cell: Lattice, place: str, where: str) -> None:
    for key in ("a", "b", "c"):
        value = getattr(cell, key)
        if not 0 < value < _LONGEST_EDGE:
            _refuse(where, f"{place}.{key}", value, f"a length in angstrom above 0 and below {_LONGEST_EDGE}")
    for key in ("alpha", "beta", "gamma"):
        value = getattr(cell, key)
        if not 0 < value < 180:
            _refuse(where, f"{place}.{key}", value, "an angle in degrees between 0 and 180")
    for key, value in cell.su.items():
        if not 0 < value < getattr(cell, key):
            _refuse(where, f"{place}.su.{key}", value, f"a standard uncertainty above 0 and below the value of {key}")
    alpha, beta, gamma = cell.alpha, cell.beta, cell.gamma
    if alpha + beta + gamma >= 360 or max(alpha, beta, gamma) * 2 >= alpha + beta + gamma:
        _refuse(where, place, (alpha, beta, gamma), "no cell has these angles (alpha, beta, gamma)")


def _check_sites(sites: tuple[Site, ...], place: str, where: str) -> None:
    labels: set[str] = set()
    for index, site in enumerate(sites):
        _check_site(site, f"{place}[{index}]", where)
        if site.label in labels:
            _refuse(where, f"{place}[{index}].label", site.label, "each label may be used once")
        labels.add(site.label)


def _check_site(site: Site, key: str, where: str) -> None:
    if not site.label:
        _refuse(where, f"{key}.label", site.label, "a label such as Li1")
    if not site.species:
        _refuse(where, f"{key}.species", site.species, "at least one element with its occupancy")
    for element, occupancy in site.species.items():
        if element not in ELEMENTS:
            _refuse(where, f"{key}.species", element, "an element symbol")
        if not (math.isfinite(occupancy) and 0 < occupancy <= 1 + _OCCUPANCY_ROUNDING):
            _refuse(where, f"{key}.species.{element}", occupancy, "an occupancy above 0 and at most 1")
    total = sum(site.species.values())
    if total > 1 + _OCCUPANCY_ROUNDING:
        _refuse(where, f"{key}.species", site.species, f"the occupancies add up to {total:g}, more than 1")
    if not _WYCKOFF.fullmatch(site.wyckoff):
        _refuse(where, f"{key}.wyckoff", site.wyckoff, "multiplicity and letter, such as 4f")
    for element in site.oxidation:
        if element not in site.species:
            _refuse(where, f"{key}.oxidation", element, f"one of the species on the site, {', '.join(site.species)}")
    for axis, value in zip("xyz", site.xyz, strict=True):
        try:
            parse_coordinate(value)
        except RecordError as error:
            raise RecordError(f"{where}: {key}.xyz ({axis}): {error}") from error


def formula_amounts(formula: str) -> dict[str, tuple[float, float]]:
    """Amount of each element in a formula and half a unit of its last printed digit.

    Args:
        formula: element symbols with numbers, `Li2.838N0.946`; no brackets.

    Returns:
        Element to (amount, rounding); whole numbers have a rounding of 0.

    Raises:
        ValueError: it is no such formula.
    """
    amounts: dict[str, tuple[float, float]] = {}
    position = 0
    for part in _FORMULA_PART.finditer(formula):
        if part.start() != position:
            break
        position = part.end()
        element, number = part.groups()
        decimals = len((number or "").partition(".")[2])
        value, rounding = amounts.get(element, (0.0, 0.0))
        amounts[element] = value + float(number or 1), rounding + (0.5 * 10**-decimals if decimals else 0.0)
    if position != len(formula) or not amounts:
        raise ValueError(formula)
    return amounts


def _check_formula(material: Material, place: str, where: str) -> None:
    """The sites must give the stated formula z times, within the rounding of the formula's digits."""
    try:
        stated = formula_amounts(material.formula)
    except ValueError:
        _refuse(where, "formula", material.formula, "element symbols with numbers and nothing else, such as Li9N2Cl3")
    z = material.z
    assert z is not None
    if not (math.isfinite(z) and z > 0):
        _refuse(where, f"{place}z", z, "formula units per cell, above 0")
    contents: dict[str, float] = dict.fromkeys(stated, 0.0)
    for site in material.sites:
        for element, occupancy in site.species.items():
            contents[element] = contents.get(element, 0.0) + occupancy * site.multiplicity
    wrong = [
        element
        for element, content in contents.items()
        if abs(content / z - stated.get(element, (0.0, 0.0))[0]) > stated.get(element, (0.0, 0.0))[1] + _FORMULA_TOLERANCE
    ]
    if not wrong:
        return
    units = [contents[element] / amount for element, (amount, _) in stated.items() if amount]
    if set(contents) == set(stated) and max(units) - min(units) < _FORMULA_TOLERANCE * max(units):
        _refuse(where, f"{place}z", z, f"the sites make {material.formula} {units[0]:.6g} times per cell")
    made = " ".join(f"{element}{contents[element] / z:.5g}" for element in sorted(contents))
    _refuse(
        where,
        f"{place}sites" if place else "formula",
        material.formula,
        f"the sites make {made} with z = {z:g}; {', '.join(sorted(wrong))} differ",
    )
