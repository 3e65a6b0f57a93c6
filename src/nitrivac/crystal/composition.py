"""Formulas and density from the contents of a cell."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["by_electronegativity", "density_g_cm3", "formula_text", "reduced_formula"]

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


def density_g_cm3(contents: Mapping[str, float], volume: float) -> float:
    """Density in g/cm3 of a cell with these atoms in a volume in cubic angstrom.

    Atomic masses are pymatgen's table of standard atomic weights.
    """
    from pymatgen.core.periodic_table import Element

    mass = sum(float(Element(element).atomic_mass) * amount for element, amount in contents.items())
    return mass / _AVOGADRO_PER_MOL / (volume * 1e-24)
