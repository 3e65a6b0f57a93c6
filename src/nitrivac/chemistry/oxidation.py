"""Oxidation states of every occupant of a crystal, by one rule, each with its origin: stated, balanced or assumed.

1. What the source states holds; zero for every species says nothing.
2. Anions by what surrounds them (`nitrivac.chemistry.anions`): 8 - N less the bonds to their like, so that a peroxide is -1.
3. Cations by the balance of the cell over the states that occur (`nitrivac.chemistry.charge_balance`), one of them with two
   states where whole numbers do not balance.
4. Where nothing balances the usual states are assumed. Alloys, whose elements make no anions, have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nitrivac.chemistry.anions import anion_states, electronegativity, most_electronegative
from nitrivac.chemistry.charge_balance import Ion, balance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nitrivac.chemistry.anions import Nonmetal
    from nitrivac.crystal.model import Crystal

__all__ = ["Origin", "OxidationStates", "find_oxidation_states"]

Origin = Literal["stated", "balanced", "assumed", "none"]

# In a compound of metals with these alone that does not balance, electrons are shared with the metals: an intermetallic.
_SOFT = {"P", "As", "Sb", "Bi", "Te", "Se", "C", "H"}
_PNICTOGENS = {"P", "As", "Sb", "Bi"}  # anions where they are the most electronegative
_NO_SALT = 0.05  # charge left over, relative to that of the anions


@dataclass(frozen=True, slots=True, kw_only=True)
class OxidationStates:
    """The oxidation state of each occupant, and where it comes from.

    Attributes:
        values: state of each occupant of each orbit, in the order of `Crystal.orbits` and `Orbit.occupants`; None
            where there is none. A mixed-valence element has its mean, or a value for each of its occupants where the source
            tells them apart.
        means: mean state of each element; None where it has none.
        origins: `stated`, `balanced`, `assumed` or `none`, by element.
        imbalance: charge of the cell that these states leave, in electrons; None where there are none.
        reason: why there are none, or why they are only assumed; else None.

    >>> from nitrivac import load
    >>> from nitrivac.chemistry import find_oxidation_states
    >>> states = find_oxidation_states(load("LiPN2"))
    >>> states.imbalance, states.reason
    (0.0, None)
    """

    values: tuple[tuple[float | None, ...], ...]
    means: Mapping[str, float | None]
    origins: Mapping[str, Origin]
    imbalance: float | None = None
    reason: str | None = None

    @property
    def complete(self) -> bool:
        """Whether every occupant has a state."""
        return all(state is not None for states in self.values for state in states)

    def described(self, crystal: Crystal) -> str:
        """States and origin in words: `Li +1, N -3 (stated)`, or why there are none."""
        if not self.complete:
            return self.reason or "unknown"
        groups: dict[str, list[str]] = {}
        for element in crystal.elements:
            found = {
                round(float(state or 0.0), 3)
                for orbit, states in zip(crystal.orbits, self.values, strict=True)
                for one, state in zip(orbit.occupants, states, strict=True)
                if one.element == element
            }
            groups.setdefault(self.origins[element], []).append(
                f"{element} {', '.join(f'{one:+g}' for one in sorted(found))}"
            )
        words = "; ".join(f"{', '.join(ions)} ({origin})" for origin, ions in groups.items())
        return f"{words}; {self.reason}" if self.reason else words


def find_oxidation_states(crystal: Crystal) -> OxidationStates:
    """The oxidation states of a crystal; `Crystal.oxidation` keeps them.

    Args:
        crystal: ordered or average.

    >>> from nitrivac import load
    >>> from nitrivac.chemistry import find_oxidation_states
    >>> find_oxidation_states(load("LiPN2")).complete
    True
    """
    stated = _stated(crystal)
    if stated.keys() >= set(crystal.elements):
        return _states(crystal, _Trial.of(crystal, stated, ()), stated)
    anions = anion_states(crystal)
    trial = _Trial.of(crystal, stated, anions)
    if not trial.negative:
        return _none(
            crystal, f"no element of {'-'.join(crystal.elements)} forms anions here: an alloy has no oxidation states"
        )
    metals = [element for element in crystal.elements if element not in trial.formers]
    if trial.formers <= _PNICTOGENS and max(map(electronegativity, metals), default=0.0) > max(
        map(electronegativity, trial.formers)
    ):
        return _none(
            crystal, f"a metal of {crystal.formula} is more electronegative than its anions would be: an intermetallic"
        )
    if not trial.balanced:  # an anion that is bound to none may be a cation all the same
        retried = _Trial.of(crystal, stated, most_electronegative(anions))
        trial = retried if retried.balanced else trial
    if not trial.balanced and trial.formers <= _SOFT and abs(trial.left) > _NO_SALT * trial.negative:
        return _none(crystal, f"whole oxidation states do not balance in {crystal.formula}: an intermetallic has none")
    return _states(crystal, trial, stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """States with some of the nonmetals as anions.

    Attributes:
        fixed: states that are not sought, by numbers of orbit and occupant.
        found: states sought, by element.
        balanced: whether they balance.
        left: charge of the cell.
        negative: charge of the anions, positive.
        formers: elements with negative states.
    """

    fixed: dict[tuple[int, int], float]
    found: dict[str, float]
    balanced: bool
    left: float
    negative: float
    formers: frozenset[str]

    @classmethod
    def of(cls, crystal: Crystal, stated: Mapping[str, float], anions: Sequence[Mapping[str, Nonmetal]]) -> _Trial:
        """States with these anions on each orbit."""
        fixed: dict[tuple[int, int], float] = {}
        amounts: dict[str, float] = {}
        flexible: set[str] = set()
        charge = negative = 0.0
        formers: set[str] = set()
        for number, orbit in enumerate(crystal.orbits):
            for place, one in enumerate(orbit.occupants):
                amount = one.occupancy * len(orbit.indices)
                nonmetal = None if one.element in stated else anions[number].get(one.element)
                state = nonmetal.state if nonmetal else None
                if one.element in stated:
                    state = stated[one.element] if one.oxidation is None else one.oxidation
                if state is None:
                    amounts[one.element] = amounts.get(one.element, 0.0) + amount
                    flexible |= {one.element} if one.element == "B" or (nonmetal and nonmetal.like_bonds) else set()
                    continue
                fixed[number, place] = state
                charge += state * amount
                if state < 0:
                    negative -= state * amount
                    formers.add(one.element)
        ions = [Ion(element=element, amount=amount, flexible=element in flexible) for element, amount in amounts.items()]
        found, balanced = balance(ions, target=-charge, scale=negative, refined=not crystal.is_ordered)
        left = charge + sum(found[element] * amount for element, amount in amounts.items())
        return cls(fixed=fixed, found=found, balanced=balanced, left=left, negative=negative, formers=frozenset(formers))


def _states(crystal: Crystal, trial: _Trial, stated: Mapping[str, float]) -> OxidationStates:
    whole = stated.keys() >= set(crystal.elements)
    values = tuple(
        tuple(trial.fixed.get((number, place), trial.found.get(one.element)) for place, one in enumerate(orbit.occupants))
        for number, orbit in enumerate(crystal.orbits)
    )
    return OxidationStates(
        values=values,
        means=_means(crystal, values),
        origins={
            element: "stated" if element in stated else "balanced" if trial.balanced else "assumed"
            for element in crystal.elements
        },
        imbalance=round(trial.left, 6) + 0.0,
        reason=None if trial.balanced or whole else f"the usual states leave a charge of {trial.left:+.3g} per cell",
    )


def _means(crystal: Crystal, values: Sequence[Sequence[float | None]]) -> dict[str, float | None]:
    """The mean state of each element, by amount."""
    sums = dict.fromkeys(crystal.elements, (0.0, 0.0))
    for orbit, states in zip(crystal.orbits, values, strict=True):
        for one, state in zip(orbit.occupants, states, strict=True):
            charge, amount = sums[one.element]
            weight = one.occupancy * len(orbit.indices)
            sums[one.element] = (charge + weight * float(state or 0.0), amount + weight)
    return {element: round(charge / amount, 9) for element, (charge, amount) in sums.items()}


def _stated(crystal: Crystal) -> dict[str, float]:
    """The state of each element that the source states one for, of several the mean; empty where all are stated as zero."""
    sums: dict[str, tuple[float, float]] = {}
    for orbit in crystal.orbits:
        for one in orbit.occupants:
            if one.oxidation is not None:
                charge, amount = sums.get(one.element, (0.0, 0.0))
                weight = one.occupancy * len(orbit.indices)
                sums[one.element] = (charge + weight * one.oxidation, amount + weight)
    states = {element: charge / amount for element, (charge, amount) in sums.items()}
    return states if any(states.values()) else {}


def _none(crystal: Crystal, reason: str) -> OxidationStates:
    return OxidationStates(
        values=tuple((None,) * len(orbit.occupants) for orbit in crystal.orbits),
        means=dict.fromkeys(crystal.elements),
        origins=dict.fromkeys(crystal.elements, "none"),
        reason=reason,
    )
