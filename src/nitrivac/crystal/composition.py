"""Formulas and density from the contents of a cell."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

from nitrivac.catalog.validation import formula_amounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["by_electronegativity", "density_g_cm3", "formula_text", "reduced_formula", "unit_of_formula"]

_WHOLE = 5e-3
_SAME_FORMULA = 2e-3  # atoms per formula unit, or relative where there are more than one

# Exact in the 2019 SI.
_AVOGADRO_PER_MOL = 6.02214076e23


def formula_text(amounts: Mapping[str, float]) -> str:
    """Amounts as a formula in the given order, `{"Li": 2.838, "N": 0.946}` as `Li2.838N0.946`."""
    parts = []
    for element, amount in amounts.items():
        number = f"{round(amount, 4):g}"
        parts.append(element if number == "1" else f"{element}{number}")
    return "".join(parts)


def by_electronegativity(elements: Iterable[str]) -> list[str]:
    """Element symbols from least to most electronegative (Pauling), as formulas are written."""
    from pymatgen.core.periodic_table import Element

    def scale(element: str) -> float:
        value = Element(element).data.get("X")
        return float(value) if value else 10.0  # noble gases have none and come last

    return sorted(elements, key=lambda element: (scale(element), element))


def reduced_formula(contents: Mapping[str, float], max_denominator: int = 200) -> str:
    """The smallest whole-number formula of a cell, from least to most electronegative element.

    Contents that are no simple fraction of one another are divided by the amount of the least abundant element.
    """
    ordered = {element: contents[element] for element in by_electronegativity(contents)}
    fractions = [Fraction(amount).limit_denominator(max_denominator) for amount in ordered.values()]
    exact = all(abs(float(fraction) - amount) < 1e-6 for fraction, amount in zip(fractions, ordered.values(), strict=True))
    if exact and fractions:
        scale = lcm(*(fraction.denominator for fraction in fractions))
        integers = [int(fraction * scale) for fraction in fractions]
        divisor = gcd(*integers)
        if max(integers) // divisor <= 1000:
            return formula_text({el: n // divisor for el, n in zip(ordered, integers, strict=True)})
    smallest = min(ordered.values())
    return formula_text({element: amount / smallest for element, amount in ordered.items()})


def unit_of_formula(
    contents: Mapping[str, float], sites: Sequence[int], *, ordered: bool, stated: str | None, z: float | None
) -> tuple[str, float]:
    """The formula of one formula unit, and how many units the cell holds.

    The stated formula where the contents are a multiple of it, else the contents over the stated number of units. Without
    these, the smallest whole-number formula of an ordered cell; of one with vacancies or mixed sites the contents over the
    largest common divisor of its numbers of sites, so that vacancies show: `Li2.838N0.946`, not `Li3N`.

    Args:
        contents: atoms of each element per cell.
        sites: number of sites of each orbit.
        ordered: whether every site is filled by one species.
        stated: formula of the source.
        z: formula units per cell of the source.
    """
    if stated:
        units = _units_of(contents, stated)
        whole = z or (round(units) if units else 0)  # Li2.7N0.9 is 0.9 times Li3N, and not Li3N
        if units and abs(units - whole) < _WHOLE * max(1.0, whole):
            return stated, float(whole)
    elements = by_electronegativity(contents)
    if z or not ordered:
        units = z or float(gcd(*sites))
        return formula_text({element: contents[element] / units for element in elements}), units
    formula = reduced_formula(contents)
    return formula, _units_of(contents, formula) or 1.0


def _units_of(contents: Mapping[str, float], formula: str) -> float | None:
    """How many times the contents hold a formula, None where they are no multiple of it within the digits it is given to."""
    try:
        amounts = formula_amounts(formula)
    except ValueError:
        return None
    if amounts.keys() != contents.keys():
        return None
    units = sum(contents.values()) / sum(amount for amount, _ in amounts.values())
    near = all(
        abs(contents[element] / units - amount) <= rounding + _SAME_FORMULA * max(1.0, amount)
        for element, (amount, rounding) in amounts.items()
    )
    return units if near else None


def density_g_cm3(contents: Mapping[str, float], volume: float) -> float:
    """Density in g/cm3 of a cell with these atoms in a volume in cubic angstrom.

    Atomic masses are pymatgen's table of standard atomic weights.
    """
    from pymatgen.core.periodic_table import Element

    mass = sum(float(Element(element).atomic_mass) * amount for element, amount in contents.items())
    return mass / _AVOGADRO_PER_MOL / (volume * 1e-24)
