"""Oxidation states of cations from the balance of charge, the likeliest of those that balance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise, product
from math import log, prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Ion", "balance", "usual_states"]

_RARE = 0.012  # share of an element's entries in the database below which a state is not considered
_EXACT = 2e-3  # charge left over relative to that of the anions: digits of occupancies
_NEAR = 0.05  # the same for refined occupancies, which can be a little off
_COST_NEAR, _COST_MIXED = 1.0, 1.5  # how much likelier whole states must be than these, as logarithms
_COST_CLUSTER = 3.0
_COMBINATIONS = 20_000
# Elements of which two states stand side by side: d and f metals but these, which have one, and these of the p block.
_ONE_STATE = {"Sc", "Y", "Zr", "Hf", "Zn", "Cd", "La", "Lu"}
_TWO_STATES = {"Sn", "Sb", "Tl", "Pb", "Bi"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ion:
    """An element whose state is sought.

    Attributes:
        element: symbol.
        amount: atoms per cell.
        flexible: whether it is bound to its like or to hydrogen, so that any mean between its states may occur.
    """

    element: str
    amount: float
    flexible: bool = False


def balance(ions: Sequence[Ion], *, target: float, scale: float, refined: bool = False) -> tuple[dict[str, float], bool]:
    """The states of cations that bring a charge, one for each element.

    States are ranked by how often they occur in the Inorganic Crystal Structure Database (pymatgen's table, the one of its
    `oxi_state_guesses`, which takes whole numbers of atoms alone). One element may have a mean of two neighbouring states.

    Args:
        ions: the elements sought.
        target: charge they are to have together, electrons per cell.
        scale: what the charge that is left over is compared with.
        refined: whether amounts are those of refined occupancies, which need not balance to the last digit.

    Returns:
        The states by element, and whether they balance; where nothing does, the commonest states.
    """
    choices = _bounded([usual_states(one.element, like_bonds=one.flexible) for one in ions])
    best: tuple[float, dict[str, float]] | None = None
    for states in product(*choices):
        cost = -sum(log(choice[state]) for choice, state in zip(choices, states, strict=True))
        left = target - sum(one.amount * state for one, state in zip(ions, states, strict=True))
        found = dict(zip((one.element for one in ions), states, strict=True))
        tried: list[tuple[float, dict[str, float]]] = []
        if abs(left) <= _EXACT * scale:
            tried.append((cost, found))
        elif refined and abs(left) <= _NEAR * scale:
            tried.append((cost + _COST_NEAR + abs(left) / scale, found))
        tried += [
            (cost + _COST_MIXED + extra, found | {one.element: mean})
            for one, choice, state in zip(ions, choices, states, strict=True)
            for extra, mean in _mixed(one, choice, state, state + left / one.amount)
        ]
        for one in tried:
            if best is None or one[0] < best[0] - 1e-9:
                best = one
    if best is not None:
        return best[1], True
    return {
        one.element: max(choice, key=lambda state: choice[state]) for one, choice in zip(ions, choices, strict=True)
    }, False


def _mixed(ion: Ion, choice: Mapping[float, float], state: float, mean: float) -> Iterator[tuple[float, float]]:
    """The mean state of one element that balances the rest, with its cost; nothing where it cannot have it."""
    low, high = (-4.0 if ion.element == "C" else 0.0, max(choice)) if ion.flexible else (min(choice), max(choice))
    if not low < mean < high or not (ion.flexible or _has_two_states(ion.element)):
        return
    between = next(((a, b) for a, b in pairwise(sorted(choice)) if a <= mean <= b), (state, state))
    share = (mean - between[0]) / (between[1] - between[0]) if between[1] > between[0] else 0.0
    cost = -(1 - share) * log(choice[between[0]]) - share * log(choice[between[1]])
    yield cost + log(choice[state]) + (_COST_CLUSTER if ion.flexible else 0.0), round(mean, 9)


@lru_cache(maxsize=128)
def _has_two_states(element: str) -> bool:
    from pymatgen.core.periodic_table import Element

    known = Element("H" if element in ("D", "T") else element)
    many = known.is_transition_metal or known.is_lanthanoid or known.is_actinoid
    return element in _TWO_STATES or (many and element not in _ONE_STATE)


def _bounded(choices: list[dict[float, float]]) -> list[dict[float, float]]:
    """The choices, the rarest states left out until there are not too many combinations."""
    while prod(map(len, choices)) > _COMBINATIONS:
        longest = max(choices, key=len)
        del longest[min(longest, key=lambda state: longest[state])]
    return choices


def usual_states(element: str, *, like_bonds: bool = False) -> dict[float, float]:
    """The positive oxidation states of an element and how probable each is; a new dictionary.

    An element of the p block that is bound to none of its like loses its valence electrons in pairs: no +4 of phosphorus.
    """
    states = dict(_usual(element))
    parity = None if like_bonds else _parity(element)
    paired = {state: share for state, share in states.items() if parity is None or int(state) % 2 == parity}
    return paired or states


@lru_cache(maxsize=128)
def _parity(element: str) -> int | None:
    """Whether the group of a p-block element is odd or even, None for others."""
    from pymatgen.core.periodic_table import Element

    known = Element("H" if element in ("D", "T") else element)
    return known.group % 2 if known.block == "p" else None


@cache
def _occurrences() -> tuple[tuple[str, float, float], ...]:
    """Symbol, oxidation state and share of all entries of each ion of the database.

    The file of `pymatgen.core.bond_valence`, which takes two seconds to import because it parses YAML in Python.
    """
    import yaml
    from pymatgen.core.periodic_table import Species

    text = (files("pymatgen.core") / "icsd_bv.yaml").read_bytes()
    table = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["occurrence"]  # noqa: S506 - both are safe
    ions = ((Species.from_str(name), share) for name, share in table.items())
    return tuple((ion.symbol, float(ion.oxi_state), float(share)) for ion, share in ions)


@lru_cache(maxsize=128)
def _usual(element: str) -> tuple[tuple[float, float], ...]:
    from pymatgen.core.periodic_table import Element

    known = Element("H" if element in ("D", "T") else element)
    common = [float(state) for state in known.common_oxidation_states if state > 0]
    if len(common) == 1 and (known.is_alkali or known.is_alkaline):
        return ((common[0], 1.0),)
    found = {state: share for symbol, state, share in _occurrences() if symbol == known.symbol and state > 0}
    total = sum(found.values())
    states = {state: share / total for state, share in found.items() if share / total >= _RARE}
    others = [state for state in common if state not in states] or ([] if states else [1.0])
    return tuple((states | dict.fromkeys(others, _RARE)).items())
