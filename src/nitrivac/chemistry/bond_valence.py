"""Bond valences exp((R0 - d) / b) from tabulated parameters, by elements and oxidation state.

The table `bond_valence_parameters.csv` holds, for each cation, its state (empty where the paper gives none) and anion, the
values of one paper: for oxides GH, else BA, else BO. It was compared with I. D. Brown's accumulated table (2020), which
lists all three. A pair that none of them has is estimated from two constants of each element, and said to be.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.errors import UnsupportedError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["BOND_VALENCE_SOURCES", "BondValenceParameters", "bond_valence_parameters", "bond_valences"]

BOND_VALENCE_SOURCES = {
    "GH": "O. C. Gagne, F. C. Hawthorne, Acta Cryst. B71 (2015) 562",
    "BA": "I. D. Brown, D. Altermatt, Acta Cryst. B41 (1985) 244",
    "BO": "N. E. Brese, M. O'Keeffe, Acta Cryst. B47 (1991) 192",
    "estimate": "M. O'Keeffe, N. E. Brese, J. Am. Chem. Soc. 113 (1991) 3226, as tabulated in pymatgen; b = 0.37 angstrom",
}
_SOFTNESS_A = 0.37
_BOND = 0.04  # of the cation's charge: the least valence of a bond (D. Altermatt, I. D. Brown, Acta Cryst. B41 (1985) 240)


@dataclass(frozen=True, slots=True, kw_only=True)
class BondValenceParameters:
    """Parameters of a pair of elements.

    Attributes:
        length: R0, the length of a bond of valence one, angstrom.
        softness: b, angstrom.
        source: key of `BOND_VALENCE_SOURCES`.
        state: oxidation state of the cation that they were determined for, None where the paper gives none.
        charge: oxidation state of the cation that they are used for.
    """

    length: float
    softness: float
    source: str
    state: float | None
    charge: float

    @property
    def is_estimate(self) -> bool:
        """Whether no table has the pair."""
        return self.source == "estimate"

    @property
    def reach(self) -> float:
        """The longest distance that is a bond, angstrom."""
        return self.length - self.softness * log(_BOND * max(abs(self.charge), 1.0))


def bond_valences(cation: str, anion: str, distances: ArrayLike, *, state: float | None = None) -> NDArray[np.float64]:
    """Valence of each bond between a cation and an anion; 0 beyond the distance at which it is no bond.

    Args:
        cation: element symbol.
        anion: element symbol.
        distances: angstrom, shape (k,).
        state: oxidation state of the cation, None where unknown.

    Raises:
        UnsupportedError: an element has no parameters.
    """
    found = bond_valence_parameters(cation, anion, state)
    lengths = np.asarray(distances, dtype=float)
    valences: NDArray[np.float64] = np.exp((found.length - lengths) / found.softness)
    return np.where(lengths <= found.reach, valences, 0.0)


@lru_cache(maxsize=1024)
def bond_valence_parameters(cation: str, anion: str, state: float | None = None) -> BondValenceParameters:
    """The parameters of a pair: of its state, else of any state, else of the nearest state, else estimated.

    Args:
        cation: element symbol; deuterium and tritium are hydrogen.
        anion: element symbol.
        state: oxidation state of the cation, None where unknown.

    Raises:
        UnsupportedError: the pair is not tabulated, and an element has no constants to estimate it from.
    """
    one, other = _known(cation), _known(anion)
    listed = _table().get((one, other), {})
    charge = abs(state) if state is not None else 1.0
    numbers = [number for number in listed if number is not None]
    wanted = (
        min(numbers, key=lambda number: abs(number - charge), default=None)
        if state is not None
        else max(numbers, default=None)
    )
    if None in listed and (wanted is None or (state is not None and abs(wanted - charge) > 0.5)):
        wanted = None
    elif wanted is None:
        return BondValenceParameters(
            length=_estimated_length(one, other), softness=_SOFTNESS_A, source="estimate", state=None, charge=charge
        )
    length, softness, source = listed[wanted]
    return BondValenceParameters(length=length, softness=softness, source=source, state=wanted, charge=charge)


@cache
def _table() -> dict[tuple[str, str], dict[float | None, tuple[float, float, str]]]:
    """Parameters by pair and state."""
    table: dict[tuple[str, str], dict[float | None, tuple[float, float, str]]] = {}
    text = files("nitrivac.chemistry").joinpath("bond_valence_parameters.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        state = float(row["state"]) if row["state"] else None
        values = float(row["length_A"]), float(row["softness_A"]), row["source"]
        table.setdefault((row["cation"], row["anion"]), {})[state] = values
    return table


def _known(element: str) -> str:
    return "H" if element in ("D", "T") else element


def _estimated_length(one: str, other: str) -> float:
    """Length in angstrom of a bond of valence one, from two constants of each element."""
    constants = _constants()
    for symbol in (one, other):
        if symbol not in constants:
            raise UnsupportedError(f"{symbol} has no bond-valence parameters in {BOND_VALENCE_SOURCES['estimate']}")
    (r1, c1), (r2, c2) = constants[one], constants[other]
    return r1 + r2 - r1 * r2 * (sqrt(c1) - sqrt(c2)) ** 2 / (c1 * r1 + c2 * r2)


@cache
def _constants() -> dict[str, tuple[float, float]]:
    """Radius in angstrom and electronegativity of each element of the source of estimates."""
    text = files("nitrivac.chemistry").joinpath("bond_valence_constants.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["element"]: (float(row["radius_A"]), float(row["electronegativity"])) for row in rows}
