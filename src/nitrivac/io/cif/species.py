"""What the words of a CIF say sits on a site: type symbols, labels where there are none, and oxidation numbers.

A type symbol names an element, with or without charge (`Li`, `Fe3+`), an isotope (`D`, `2H`), a mixture with its shares
(`0.615Cu + 0.385Al`), or an atom with hydrogen that has no place of its own (`OH`, `H2O`, `NH4+`). A label names an element
only where it can mean one thing: `CO1` is cobalt in CoO and carbon in Li2CO3, and the formula of the file tells which.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gemmi

from nitrivac.elements import ELEMENTS
from nitrivac.errors import ReadError
from nitrivac.io.cif.contents import formula_amounts_of_cif
from nitrivac.io.cif.names import first_value

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "HYDROGEN", "Share", "charged_element", "formula_elements", "oxidation_numbers", "shares_of_label",
    "shares_of_symbol", "stated_oxidation",
]  # fmt: skip

HYDROGEN = ("H", "D", "T")
LARGEST_OXIDATION = 12.0
_VACANCIES = frozenset(("va", "vac", "vacancy", "vacant", "□"))
_WATER = frozenset(("wat", "hoh", "h2o", "d2o"))
_ISOTOPES = {"1H": "H", "2H": "D", "3H": "T"}
# Symbols that only their usual spelling means: NH is a group, CN a pair, and no crystal holds nihonium.
_SYNTHETIC = frozenset("Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og".split())
_NUMBER = r"\d+(?:\.\d*)?|\.\d+"
_CHARGE = rf"(?:({_NUMBER})?([+-])|([+-])({_NUMBER})|\((\d+[+-]|[+-]\d+)\)|0)?"
_ATOM = re.compile(rf"([A-Za-z]{{1,2}}){_CHARGE}")
_MASS_AND_ATOM = re.compile(r"(\d{1,3})([A-Z][a-z]?)(?![A-Za-z])(.*)")
_HYDROGEN_LAST = re.compile(rf"([A-Z][a-z]?)([HDT])(\d?){_CHARGE}")
_HYDROGEN_FIRST = re.compile(rf"([HDT])(\d?)([A-Z][a-z]?){_CHARGE}")
_SHARE_FIRST = re.compile(rf"({_NUMBER})\s*\*?\s*\(?([A-Za-z□]+(?:\d*[+-]|[+-]\d*)?)\)?")
_SHARE_LAST = re.compile(rf"([A-Z][a-z]*|□)\s*\(?({_NUMBER})\)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One species of a site as a word names it.

    Attributes:
        element: the element, empty for a vacancy.
        oxidation: oxidation state, None where the word gives none.
        amount: share of the site, None where the word states none.
        hydrogen: atoms of hydrogen on it that have no place of their own.
        symbol: the word itself, by which the file's table of oxidation numbers may know it.
    """

    element: str
    oxidation: float | None = None
    amount: float | None = None
    hydrogen: int = 0
    symbol: str = ""


def formula_elements(block: gemmi.cif.Block) -> frozenset[str] | None:
    """The elements of `_chemical_formula_sum`, H for D and D for H; None where the file has none to go by."""
    text, _ = first_value(block, ("_chemical_formula_sum",))
    amounts = formula_amounts_of_cif(text) if text else None
    if amounts is None:
        return None
    elements = frozenset(amounts)
    return elements | {"H", "D"} if elements & {"H", "D"} else elements


def charged_element(word: str) -> tuple[str, float | None] | None:
    """Element and oxidation state of a word such as `Li`, `Fe3+`, `O-2` or `LI`, None where it is none."""
    match = _ATOM.fullmatch(word)
    element = match[1].capitalize() if match else ""
    if match is None or element not in ELEMENTS or (element in _SYNTHETIC and match[1] != element):
        return None
    state = _charge(match)
    return (element, state) if state is None or abs(state) <= LARGEST_OXIDATION else None


def _charge(match: re.Match[str]) -> float | None:
    """The charge that the groups of `_CHARGE` at the end of a match hold."""
    size_before, sign_after, sign_before, size_after, bracketed = match.groups()[-5:]
    if bracketed:
        return float(bracketed.strip("+-")) * (-1 if "-" in bracketed else 1)
    sign = sign_after or sign_before
    return float(size_before or size_after or 1) * (-1 if sign == "-" else 1) if sign else None


def shares_of_symbol(symbol: str, label: str, formula: frozenset[str] | None, where: str) -> tuple[Share, ...]:
    """What a type symbol puts on its site.

    Args:
        symbol: the value of `_atom_site_type_symbol`.
        label: the label of the row, which some programs repeat as its type symbol.
        formula: see `formula_elements`.
        where: file and atom, for messages.

    Raises:
        ReadError: it names no element.
    """
    word = re.sub(r"\s+", " ", symbol.strip())
    if word.casefold() in _VACANCIES:
        return (Share(element=""),)
    if (atom := charged_element(word)) is not None:
        spelled = word[: len(atom[0])] == atom[0]
        if spelled or len(atom[0]) == 1 or formula is None or atom[0] in formula:
            return (Share(element=atom[0], oxidation=atom[1], symbol=word),)
    if (isotope := _isotope(word)) is not None:
        return (isotope,)
    if (group := _with_hydrogen(word)) is not None:
        return (group,)
    if (mixture := _mixture(word)) is not None:
        return mixture
    if word == label and re.search(r"\d", word):
        return shares_of_label(label, formula, where)
    raise ReadError(
        f"{where}: _atom_site_type_symbol {symbol!r:.40} is no element, with or without charge (Li, Li1+), no mixture of "
        "elements with shares (0.8Li + 0.2Na) and no atom with hydrogen (OH, H2O)"
        + (f", or not one of the formula ({', '.join(sorted(formula))})" if formula and atom else "")
    )


def _isotope(word: str) -> Share | None:
    """`2H` and `7Li`: of hydrogen the isotope, of all others the element."""
    match = _MASS_AND_ATOM.fullmatch(word)
    if match is None or (atom := charged_element(match[2] + match[3])) is None:
        return None
    if atom[0] == "H" and match[1] not in ("1", "2", "3"):
        return None
    element = _ISOTOPES[f"{match[1]}H"] if atom[0] == "H" else atom[0]
    return Share(element=element, oxidation=atom[1], symbol=word)


def _with_hydrogen(word: str) -> Share | None:
    """`OH`, `OH2`, `H2O`, `NH4+`: the atom, and the hydrogen on it; the charge is that of the group and of no atom."""
    if word.casefold() in _WATER:
        return Share(element="O", hydrogen=2, symbol=word)
    if match := _HYDROGEN_LAST.fullmatch(word):
        heavy, number = match[1], match[3]
    elif match := _HYDROGEN_FIRST.fullmatch(word):
        heavy, number = match[3], match[2]
    else:
        return None
    if heavy not in ELEMENTS or heavy in HYDROGEN:
        return None
    return Share(element=heavy, hydrogen=int(number or 1), symbol=word)


def _mixture(word: str) -> tuple[Share, ...] | None:
    """Elements with their shares, `0.615Cu + 0.385Al`, `Cu0.615Al0.385` or `Li0.8/Na0.2`."""
    parts = re.split(r"\s+\+\s+|(?<=[A-Za-z)])\+(?=[\d.])|\s*[,/]\s*", word)
    found = [(match[2], match[1]) for part in parts if (match := _SHARE_FIRST.fullmatch(part.strip()))]
    if len(found) < len(parts):
        compact = re.sub(r"[\s,/]", "", word)
        found = [(match[1], match[2]) for match in _SHARE_LAST.finditer(compact)]
        if "".join(match[0] for match in _SHARE_LAST.finditer(compact)) != compact:
            return None
    if not found or any(not 0 < float(amount) <= 1 for _, amount in found):
        return None
    shares = []
    for name, amount in found:
        if name.casefold() in _VACANCIES:
            shares.append(Share(element="", amount=float(amount)))
            continue
        atom, group = charged_element(name), _with_hydrogen(name)
        if atom is not None:
            shares.append(Share(element=atom[0], oxidation=atom[1], amount=float(amount), symbol=name))
        elif group is not None:
            shares.append(Share(element=group.element, hydrogen=group.hydrogen, amount=float(amount), symbol=name))
        else:
            return None
    return tuple(shares)


def shares_of_label(label: str, formula: frozenset[str] | None, where: str) -> tuple[Share, ...]:
    """What a label puts on its site where the file gives no type symbol; it must be able to mean one thing only.

    Args:
        label: the label of the row.
        formula: see `formula_elements`.
        where: file and atom, for messages.

    Raises:
        ReadError: it names no element, one that is not in the formula, or several that could be meant.
    """
    match = re.match(r"[A-Za-z]+", label)
    letters = match[0] if match else ""
    name = re.match(r"[A-Za-z]*(?:2O)?|□", label)
    meanings = _meanings(letters, label if name is None else name[0], formula)
    if len(meanings) == 1:
        return (meanings[0],)
    help_ = "give _atom_site_type_symbol"
    if not meanings:
        there = f" that is in the formula ({', '.join(sorted(formula))})" if formula else ""
        raise ReadError(f"{where}: no element{there} can be read from this label; {help_}")
    names = " or ".join(_said(one) for one in meanings)
    raise ReadError(f"{where}: this label may mean {names}; {help_}" + ("" if formula else " or _chemical_formula_sum"))


def _said(share: Share) -> str:
    return f"{share.element} of water" if share.hydrogen else share.element or "a vacancy"


def _meanings(letters: str, name: str, formula: frozenset[str] | None) -> list[Share]:
    """All that a label can mean, one where it is clear."""
    candidates = [
        letters[:length].capitalize()
        for length in (2, 1)
        if len(letters) >= length and letters[:length].capitalize() in ELEMENTS
    ]
    if formula is not None:
        candidates = [one for one in candidates if one in formula]
    else:
        candidates = [one for one in candidates if one not in _SYNTHETIC]
    special = [Share(element="")] if name.casefold() in _VACANCIES else []
    if name.casefold() in _WATER | ({"w"} if formula and "H" in formula else set()) and (formula is None or "O" in formula):
        special = [Share(element="O", hydrogen=2)]
    if name.casefold() in _WATER - {"wat"} and special:
        return special  # written out, it is no hydrogen
    if name == "W" and candidates:
        return [Share(element="W")]
    if len(candidates) > 1 and letters[:2] == candidates[0]:
        candidates = candidates[:1]  # Na1 is spelled as sodium, NA1 may be a nitrogen
    if formula is None and candidates == ["T"]:
        return []  # a tetrahedral site, by nearly all who write it
    return [*(Share(element=one) for one in candidates), *special]


def oxidation_numbers(block: gemmi.cif.Block) -> dict[str, float]:
    """Oxidation number of each atom type, by the type as the file writes it: a label, an element or a charged symbol."""
    states = {
        gemmi.cif.as_string(symbol): gemmi.cif.as_number(number)
        for symbol, number in block.find("_atom_type_", ["symbol", "oxidation_number"])
    }
    return {symbol: state for symbol, state in states.items() if math.isfinite(state) and abs(state) <= LARGEST_OXIDATION}


def stated_oxidation(share: Share, label: str, table: Mapping[str, float]) -> tuple[float | None, bool]:
    """The oxidation state of a species, and whether table and symbol contradict each other; the symbol then holds.

    Args:
        share: the species as its symbol names it.
        label: the row's label; some tables list labels.
        table: see `oxidation_numbers`.
    """
    listed = next((table[key] for key in (share.symbol, label, share.element) if key in table), None)
    if listed is None and share.oxidation is not None:
        same = [state for key, state in table.items() if charged_element(key) == (share.element, share.oxidation)]
        listed = same[0] if same else None
    if share.hydrogen and listed is not None and share.symbol not in table:
        listed = None  # the table means the bare element
    if share.oxidation is None or listed is None:
        return (share.oxidation if listed is None else listed), False
    return share.oxidation, abs(share.oxidation - listed) > 1e-6
