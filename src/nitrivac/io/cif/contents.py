"""What a CIF says its cell holds, against the atoms that were made of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gemmi

from nitrivac.elements import ELEMENTS
from nitrivac.io.cif.names import first_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nitrivac.crystal.model import Crystal

__all__ = ["ContentsCheck", "check_contents", "formula_amounts_of_cif", "formula_units"]

_ATOMS = re.compile(r"([A-Z][a-z]?|[a-z]{1,2})(\d+(?:\.\d*)?|\.\d+)?")
_CHARGE = re.compile(r"\d*[+-]\d*")
_FORMULA = ("_chemical_formula_sum",)
_UNITS = ("_cell_formula_units_Z",)
_DENSITY = ("_exptl_crystal_density_diffrn",)
_HYDROGEN = ("H", "D", "T")  # few files tell the isotopes apart in a formula
_SLACK = 0.03  # relative; formulas are written with two or three digits
_SLACK_ATOMS = 0.05
_NOMINAL = 0.6  # refined occupancies fall short of a nominal formula, or pass it, by no more than this factor
_SUBSTITUTED = 0.05  # share of the atoms that a formula may name otherwise than the list, their number being the same


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsCheck:
    """How formula and atoms agree.

    Attributes:
        stated: whether there is a formula to compare with.
        problem: the contradiction in words, empty where there is none.
        remarks: what differs without contradiction, one sentence each.
    """

    stated: bool
    problem: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """The formula taken some number of times against the atoms: (element, asked for, there) where they differ."""

    times: float
    nominal: tuple[tuple[str, float, float], ...]
    wrong: tuple[tuple[str, float, float], ...]
    hydrogen: tuple[float, float] | None
    asked: Mapping[str, float]

    @property
    def rank(self) -> tuple[int, int, float]:
        differing = (*self.wrong, *self.nominal)
        return (
            len(self.wrong),
            len(self.nominal),
            sum(abs(asked - there) / max(asked, there) for _, asked, there in differing),
        )


def check_contents(block: gemmi.cif.Block, crystal: Crystal) -> ContentsCheck:
    """Whether the atoms make what `_chemical_formula_sum` and `_cell_formula_units_Z` state.

    The formula may be that of the unit or of the whole cell, whichever fits; without a number of units the ratios are
    compared. A nominal formula beside refined occupancies is a remark, and so is hydrogen that the list leaves out.

    Args:
        block: the data block, see `nitrivac.io.cif.names.with_flat_names`.
        crystal: what was made of it.
    """
    formula, tag = first_value(block, _FORMULA)
    if not formula:
        return ContentsCheck(stated=False)
    amounts = formula_amounts_of_cif(formula)
    if amounts is None:
        return ContentsCheck(
            stated=False, remarks=(f"{tag} {formula!r:.60} is not understood and not compared with the atoms",)
        )
    units = formula_units(block)
    best = min((_compared(amounts, times, crystal) for times in _times(amounts, units, crystal)), key=lambda one: one.rank)
    if best.wrong:
        return _without_fit(block, amounts, units, crystal, best)
    if best.nominal and _are_full_by_site_symmetry(best, crystal):
        return ContentsCheck(
            stated=True,
            problem=f"the occupancies times the order of each site's symmetry make the cell's {formula}: they hold the "
            "multiplicity (site occupation factors of SHELX); occupancies of the sites are needed",
        )
    return ContentsCheck(stated=True, remarks=_remarks(best, tag))


def formula_units(block: gemmi.cif.Block) -> float | None:
    """`_cell_formula_units_Z` where it is a number above 0."""
    value, _ = first_value(block, _UNITS)
    number = gemmi.cif.as_number(value) if value else 0.0
    return number if number > 0 else None


def formula_amounts_of_cif(text: str) -> dict[str, float] | None:
    """Amounts of the elements in a formula such as `Al1 Li3 N2`, None where it is no such formula."""
    amounts: dict[str, float] = {}
    for word in text.replace(",", " ").split():
        if _CHARGE.fullmatch(word):
            continue
        parts = _ATOMS.findall(word)
        if word != "".join(element + amount for element, amount in parts):
            single = re.fullmatch(r"([A-Z]{2})(\d+(?:\.\d*)?|\.\d+)?", word)
            if single is None:
                return None
            parts = [(single[1], single[2] or "")]
        elif re.fullmatch(r"[A-Z]{2}[\d.]*", word) and word[:2].capitalize() in ELEMENTS:  # LI3: capitals throughout
            parts = [(word[:2], word[2:])]
        for element, amount in parts:
            name = element.capitalize()
            if name not in ELEMENTS:
                return None
            amounts[name] = amounts.get(name, 0.0) + float(amount or 1)
    return amounts or None


def _times(amounts: Mapping[str, float], units: float | None, crystal: Crystal) -> list[float]:
    """How often the formula may be in the cell."""
    if units is not None:
        whole = all(abs(amount / units - round(amount / units)) < 1e-3 for amount in amounts.values())
        return [units, 1.0] if whole else [units]
    found = _without_isotopes(crystal.contents)
    asked = _without_isotopes(amounts)
    heavy = [element for element in asked if element in found and element != "H"] or [one for one in asked if one in found]
    return [found[element] / asked[element] for element in heavy if asked[element] > 0] or [1.0]


def _without_isotopes(amounts: Mapping[str, float]) -> dict[str, float]:
    together: Counter[str] = Counter()
    for element, amount in amounts.items():
        together["H" if element in _HYDROGEN else element] += amount  # type: ignore[assignment]
    return dict(together)


def _compared(amounts: Mapping[str, float], times: float, crystal: Crystal) -> _Comparison:
    asked = {element: amount * times for element, amount in _without_isotopes(amounts).items()}
    found = _without_isotopes(crystal.contents)
    nominal, wrong = [], []
    hydrogen = None
    for element in sorted(set(asked) | set(found)):
        wanted, there = asked.get(element, 0.0), found.get(element, 0.0)
        if abs(wanted - there) <= max(_SLACK_ATOMS, _SLACK * wanted):
            continue
        if element == "H" and there < wanted:
            hydrogen = (wanted, there)
        elif _is_nominal(element, wanted, there, crystal):
            nominal.append((element, wanted, there))
        else:
            wrong.append((element, wanted, there))
    if wrong and _substitute_each_other(wrong, sum(asked.values())):
        nominal, wrong = nominal + wrong, []
    return _Comparison(times=times, nominal=tuple(nominal), wrong=tuple(wrong), hydrogen=hydrogen, asked=asked)


def _is_nominal(element: str, wanted: float, there: float, crystal: Crystal) -> bool:
    """Whether an amount differs as a nominal formula does from refined occupancies: on sites that are not full of it."""
    holders = [orbit for orbit in crystal.orbits if element in orbit.elements]
    room = sum(len(orbit.indices) for orbit in holders)
    partial = any(orbit.occupancy_of(element) < 1 - 1e-6 for orbit in holders)
    within = _NOMINAL * wanted <= there <= wanted / _NOMINAL
    return partial and within and wanted <= room * (1 + _SLACK)


def _substitute_each_other(wrong: list[tuple[str, float, float]], atoms: float) -> bool:
    """Whether a few atoms are named otherwise by the formula, as dopants that the list leaves out, their number kept."""
    changed = sum(abs(there - wanted) for _, wanted, there in wrong) / 2
    balance = abs(sum(there - wanted for _, wanted, there in wrong))
    return changed <= _SUBSTITUTED * atoms and balance <= 0.2 * changed


def _are_full_by_site_symmetry(comparison: _Comparison, crystal: Crystal) -> bool:
    filled: Counter[str] = Counter()
    raised = False
    for orbit in crystal.orbits:
        order = crystal.space_group.order / len(orbit.indices)
        raised = raised or order > 1.5
        for occupant in orbit.occupants:
            if occupant.occupancy * order > 1 + _SLACK:
                return False
            filled[occupant.element] += occupant.occupancy * order * len(orbit.indices)  # type: ignore[assignment]
    return raised and not any(
        abs(filled[element] - wanted) > max(_SLACK_ATOMS, _SLACK * wanted)
        for element, wanted in comparison.asked.items()
        if element != "H"
    )


def _without_fit(
    block: gemmi.cif.Block, amounts: Mapping[str, float], units: float | None, crystal: Crystal, best: _Comparison
) -> ContentsCheck:
    """A number of units that alone is wrong is a remark where more atoms, or the stated density, bear the list out."""
    formula, tag = first_value(block, _FORMULA)
    if units is not None:
        fit = min((_compared(amounts, times, crystal) for times in _times(amounts, None, crystal)), key=lambda one: one.rank)
        whole = abs(fit.times - round(fit.times)) < _SLACK and fit.times > 0.5
        if not fit.wrong and not fit.nominal and whole and (fit.times > units or _has_stated_density(block, crystal)):
            remark = f"Z is {units:g}, but the atoms make {fit.times:g} of {tag}: the atoms are taken"
            return ContentsCheck(stated=True, remarks=(remark, *_remarks(fit, tag)))
    element, wanted, there = best.wrong[0]
    asks = "asks" if units is None else f"and Z = {units:g} ask"
    return ContentsCheck(
        stated=True,
        problem=f"{tag} {formula!r:.60} {asks} for {wanted:.6g} {element} in the cell, the atoms make {there:.6g}",
    )


def _has_stated_density(block: gemmi.cif.Block, crystal: Crystal) -> bool:
    value, _ = first_value(block, _DENSITY)
    number = gemmi.cif.as_number(value) if value else 0.0
    return number > 0 and abs(crystal.density / number - 1) < _SLACK


def _remarks(comparison: _Comparison, tag: str) -> tuple[str, ...]:
    remarks = []
    if comparison.nominal:
        told = ", ".join(
            f"{wanted:.4g} {element} (the atoms make {there:.4g})" for element, wanted, there in comparison.nominal
        )
        remarks.append(f"{tag} is nominal: it asks for {told} in the cell; the atoms are taken")
    if comparison.hydrogen is not None:
        wanted, there = comparison.hydrogen
        remarks.append(f"of {wanted:.6g} hydrogen in the cell by {tag} the list has {there:.6g}")
    return tuple(remarks)
